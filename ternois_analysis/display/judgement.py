"""Statements on a programme, each with its level of evidence; what a level may not say is refused.

A: close to an experiment. B: matched businesses or a difference in differences that are balanced
and could have seen something. C: adjusted comparison. D: description. At C and D nothing may be
attributed to the programme, and the words that do so cannot be written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ternois_analysis import french
from ternois_analysis.display import perimeter
from ternois_analysis.display.block import Block
from ternois_analysis.errors import ReportError, explain

Level = Literal["A", "B", "C", "D"]
#: Levels at which nothing is attributed to a programme.
DESCRIPTIVE = ("C", "D")
#: Share of the treated that must be matched for level B.
_MATCHED = 0.9
_CAUSAL = re.compile(r"\b(?:effets?|impacts?|impacter|impacte|impactent|efficace|efficacite)\b")


def causal(text: str) -> tuple[str, ...]:
    """The words of a text that attribute a result to a cause, in plain writing.

    >>> causal("L’effet du programme")
    ('effet',)
    """
    return tuple(_CAUSAL.findall(french.plain(text)))


@dataclass(frozen=True)
class Statement:
    """A sentence and its level of evidence.

    Raises
    ------
    ReportError
        If a sentence of level C or D attributes a result to a cause.
    """

    text: str
    level: Level

    def __post_init__(self) -> None:
        """Refuse what the level does not allow."""
        if self.level in DESCRIPTIVE and (words := causal(self.text)):
            raise ReportError(
                explain(
                    f"A statement of level {self.level}",
                    expected="a description",
                    found=f"the words {', '.join(words)}",
                    do="Say what is observed, not what caused it.",
                )
            )

    @property
    def written(self) -> str:
        """The sentence with its level."""
        return f"{self.text} [niveau de preuve{french.NBSP}{self.level}]"


def level(*, matched: float, balanced: bool, power: float, least: float) -> Level:
    """Level of a comparison with matched controls: B at best, C when anything is wanting.

    Parameters
    ----------
    matched : float
        Share of the treated that have a control, per 1.
    balanced : bool
        Whether the groups are alike on what they were matched on.
    power : float
        Power of the comparison, per 1; missing counts as none.
    least : float
        Power from which it could have seen something.
    """
    return "B" if matched >= _MATCHED and balanced and power >= least else "C"


def block(title: str, statements: Sequence[Statement], values: pd.DataFrame | None = None) -> Block:
    """Statements as a list, each with its level, and the values that they print."""
    return perimeter.paragraphs(title, [statement.written for statement in statements], values)
