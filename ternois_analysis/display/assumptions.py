"""Tables of what is assumed: each assumption with its value, the bounds tried and its source."""

from collections.abc import Mapping

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.scenarios import Assumption
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell, written
from ternois_analysis.display.words import capital
from ternois_analysis.observatory import futures

_NOTE = (
    "Une hypothèse n’est ni une mesure ni une prévision. Les bornes sont celles qu’essaient les "
    "tableaux de sensibilité ; aucune probabilité ne leur est attachée."
)


def table(
    material: Material, title: str, listed: Mapping[str, Assumption], note: str = ""
) -> Block:
    """A table of assumptions, printed whole.

    Parameters
    ----------
    listed : mapping
        By the name under which each is printed.
    """
    observatory, place = material.observatory, material.place
    values = futures.assumption_rows(observatory, place, dict(listed), observatory.quarter.year)
    entry = catalog.indicator("assumption_pct")
    rows = [
        {"Hypothèse": french.typeset(str(row["category"])), "Valeur": cell(row, entry, unit=True),
         "Bornes essayées": f"{written(row['low'], entry, unit=False)} à "
                            f"{written(row['high'], entry)}",
         "Source": capital(french.typeset(str(row["note"])))}
        for _, row in values.iterrows()
    ]  # fmt: skip
    facts = catalog.territories()
    caption = Caption(
        title, "Valeurs supposées, en pourcentage", champ=entry.champ,
        source=f"catalogue des scénarios ; calculs {facts.territories[facts.pays].label}",
        note=" ".join(part for part in (note, _NOTE) if part),
    )  # fmt: skip
    return compose("table", caption, values, alt="", table=pd.DataFrame(rows))
