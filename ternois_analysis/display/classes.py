"""Classes of a map: the catalogue's breaks, their colours and their names in French."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import theme
from ternois_analysis.display.published import is_change
from ternois_analysis.errors import ReportError, explain


@dataclass(frozen=True)
class Classes:
    """At most five classes, the lowest first; a class holds its lower bound, not its upper one.

    A value is classed as it is printed, once rounded: « 8,0 » never falls under « moins de 8 ».
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...]
    labels: tuple[str, ...]
    decimals: int

    def rank(self, value: float) -> int:
        """Place of the class of a value, 0 for the lowest."""
        return bisect_right(self.breaks, float(french.rounded(value, self.decimals)))


def classes(indicator: Indicator) -> Classes:
    """The classes of an indicator, the same for all territories and quarters.

    Raises
    ------
    ReportError
        If the catalogue gives it no increasing breaks, or more than four.
    """
    breaks = indicator.breaks
    if not breaks or list(breaks) != sorted(set(breaks)):
        raise ReportError(
            explain(
                f"Classes of « {indicator.short} »",
                expected="increasing inner breaks",
                found=breaks,
                do="Declare its breaks in indicators.yml.",
            )
        )
    return Classes(breaks, _colours(indicator), _labels(indicator), indicator.decimals)


def _colours(indicator: Indicator) -> tuple[str, ...]:
    breaks = indicator.breaks
    if not is_change(indicator):
        return theme.sequential(len(breaks) + 1)
    below = sum(bound <= 0 for bound in breaks)
    above = sum(bound >= 0 for bound in breaks)
    return theme.diverging(below, 0.0 not in breaks, above)


def _labels(indicator: Indicator) -> tuple[str, ...]:
    breaks, sign = indicator.breaks, is_change(indicator)
    decimals = next(
        d for d in range(7) if all(float(french.rounded(b, d)) == b for b in breaks) or d == 6
    )
    texts = [french.number(bound, decimals, sign=sign) for bound in breaks]
    between = [f"de {low} à moins de {high}" for low, high in pairwise(texts)]
    return tuple(map(french.typeset, [f"moins de {texts[0]}", *between, f"{texts[-1]} ou plus"]))
