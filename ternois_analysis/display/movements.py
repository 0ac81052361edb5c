"""The words of what moved: names, numbers of two quarters, their difference, reasons."""

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import verdicts
from ternois_analysis.display.published import dated, written
from ternois_analysis.display.verdicts import Verdict

#: Kinds of change that are told one by one, in that order.
TOLD = ("moved", "appeared", "disappeared", "revised")
REASONS = {
    "perimeter": "périmètre",
    "method": "méthode",
    "millesime": "nouveau millésime",
    "data": "nouvelles données",
    "correction": "correction",
}


def name(row: pd.Series) -> str:
    """Short name of an indicator, its category and its unit."""
    entry = catalog.indicator(str(row["indicator"]))
    unit = "" if entry.unit in ("", "%", "€") else f" ({entry.unit})"
    category = f" : {row['category']}" if row["category"] else ""
    return french.typeset(f"{entry.short}{category}{unit}")


def reasons(row: pd.Series) -> str:
    """Why a value moved, all reasons that hold."""
    return french.listing([REASONS[reason] for reason in str(row["why"]).split("+") if reason])


def number(row: pd.Series, side: str, entry: Indicator) -> str:
    """The value of one side (« before » or « after »), or the sign of its status."""
    status = str(row[f"status_{side}"])
    if status != "ok":
        return french.SIGNS[status]
    return written(float(row[side]), entry, unit=entry.unit in ("%", "€"))


def difference(row: pd.Series, entry: Indicator) -> str:
    """The difference with its sign, in points for percentages; a dash where there is none."""
    if pd.isna(row["difference"]):
        return "–"
    amount = float(row["difference"])
    if not entry.unit.startswith("%"):
        unit = "€" if entry.unit == "€" else ""
        return french.quantity(amount, unit, entry.decimals, sign=True)
    size = float(french.rounded(abs(amount), entry.decimals))
    return french.quantity(amount, french.plural(size, "point"), entry.decimals, sign=True)


def numbers(row: pd.Series, entry: Indicator) -> tuple[str, str, str]:
    """Both values and their difference."""
    return number(row, "before", entry), number(row, "after", entry), difference(row, entry)


def verdict(row: pd.Series) -> Verdict:
    """What a movement is called: nothing but a significant and material one is good or bad."""
    entry = catalog.indicator(str(row["indicator"]))
    if row["outcome"] == "not tested":
        return verdicts.UNTESTED
    if row["outcome"] != "significant":
        return verdicts.NOT_SIGNIFICANT
    gap = float(row["difference"])
    if abs(gap) < entry.material:
        return verdicts.SMALL
    if entry.direction == "neutral":
        return verdicts.HIGHER if gap > 0 else verdicts.LOWER
    better = (gap > 0) == (entry.direction == "favourable")
    return verdicts.FAVOURABLE if better else verdicts.UNFAVOURABLE


def periods(row: pd.Series) -> str:
    """The periods of both values: `T2 2026`, or `2022 puis 2023`."""
    both = [dated(str(row[f"period_{side}"])) for side in ("before", "after")]
    return " puis ".join(dict.fromkeys(filter(None, both)))
