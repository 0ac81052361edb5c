"""Is a gap to a reference worth a word? Declared direction, interval and material gap decide."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis.catalog.indicators import Indicator


@dataclass(frozen=True)
class Verdict:
    """A word, the character and the marker that go with it everywhere, and its colour."""

    word: str
    glyph: str
    marker: str
    colour: str
    significant: bool = False


FAVOURABLE = Verdict("favorable", "●", "o", "#0072B2", True)
UNFAVOURABLE = Verdict("défavorable", "■", "s", "#B34700", True)
HIGHER = Verdict("plus élevé", "▲", "^", "#1A1A1A", True)
LOWER = Verdict("plus bas", "▼", "v", "#1A1A1A", True)
SMALL = Verdict("écart faible", "○", "o", "#FFFFFF")
NOT_SIGNIFICANT = Verdict("non significatif", "○", "o", "#FFFFFF")
UNTESTED = Verdict("non testé", "○", "o", "#FFFFFF")
UNAVAILABLE = Verdict("non disponible", "○", "o", "#FFFFFF")


def verdict(row: pd.Series, reference: pd.Series, indicator: Indicator) -> Verdict:
    """How a value stands against a reference.

    A gap counts only if the interval of the value leaves the reference out and the gap is at
    least the indicator's material one. Colour and word then follow the declared direction; a
    neutral indicator is only said to be higher or lower. Without an interval nothing is tested.

    Parameters
    ----------
    row, reference : Series
        Two published values of the same indicator.
    """
    if row["status"] != "ok" or reference["status"] != "ok":
        return UNAVAILABLE
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return UNTESTED
    gap = float(row["value"]) - float(reference["value"])
    inside = row["low"] <= reference["value"] <= row["high"]
    if inside:
        return NOT_SIGNIFICANT
    if abs(gap) < indicator.material:
        return SMALL
    if indicator.direction == "neutral":
        return HIGHER if gap > 0 else LOWER
    better = (gap > 0) == (indicator.direction == "favourable")
    return FAVOURABLE if better else UNFAVOURABLE
