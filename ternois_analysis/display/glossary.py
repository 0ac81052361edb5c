"""The definitions of the terms of art that a page uses, shown on the page itself."""

from collections.abc import Sequence

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.glossary import term
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.perimeter import nothing

TITLE = "Les mots employés"


def block(names: Sequence[str], title: str = TITLE) -> Block:
    """A table of terms and definitions, in the order given.

    Parameters
    ----------
    names : sequence of str
        Names of `glossary.yml`.

    Raises
    ------
    SchemaError
        For an unknown name.
    """
    rows = [
        {"Terme": french.typeset(entry.term), "Définition": french.typeset(entry.definition)}
        for entry in map(term, names)
    ]
    return compose("table", Caption(title), nothing(), alt="", table=pd.DataFrame(rows))
