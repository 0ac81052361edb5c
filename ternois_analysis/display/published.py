"""What the figures accept: published values, and how one of them is written in French."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import theme
from ternois_analysis.errors import ReportError, SecrecyError, explain
from ternois_analysis.observatory.values import COLUMNS as COLUMNS  # part of what is offered here

#: One value with its columns: a row of a table, or a mapping of them.
Row = pd.Series | Mapping[Any, Any]
NUMBERS = ("value", "low", "high", "n")
KEY = ("territory", "indicator", "category", "period")


def checked(values: pd.DataFrame, *, one: Sequence[str] = ()) -> pd.DataFrame:
    """`values`, once it is certain that a figure may be made of them.

    Parameters
    ----------
    values : DataFrame
        Published values, one row each.
    one : sequence of str
        Columns that must hold one single value, such as the indicator of a map.

    Raises
    ------
    ReportError
        If there is no row, a column is missing, a status is unknown, a shown value is missing,
        a key comes twice, or a column of `one` holds several values.
    SecrecyError
        If a row that is not shown still carries a number.
    """
    missing = [column for column in COLUMNS if column not in values.columns]
    if missing:
        raise _refused("Columns of published values", COLUMNS, f"without {missing}")
    if values.empty:
        raise _refused("Published values", "at least one row", "none")
    known = {"ok", *theme.PATTERNS}
    if not set(values["status"]) <= known:
        raise _refused("Status of values", sorted(known), sorted(set(values["status"]) - known))
    shown = values["status"] == "ok"
    leaking = values.loc[~shown, list(NUMBERS)].notna().any(axis=1)
    if leaking.any():
        raise SecrecyError(
            explain(
                "Values with a status that hides them",
                expected="no number",
                found=f"{int(leaking.sum())} rows with one",
                do="Pass values through the secrecy gate before they are displayed.",
            )
        )
    if values.loc[shown, "value"].isna().any():
        raise _refused("Values with status ok", "a number", "a missing one")
    if values.duplicated(list(KEY)).any():
        raise _refused("Published values", f"one row by {', '.join(KEY)}", "the same key twice")
    for column in one:
        if len(values[column].unique()) > 1:
            raise _refused(f"Column {column} of this figure", "one value", values[column].unique())
    return values


def _refused(what: str, expected: object, found: object) -> ReportError:
    return ReportError(
        explain(what, expected=expected, found=found, do="Mend the values given to the figure.")
    )


def shown(values: pd.DataFrame) -> pd.DataFrame:
    """The rows that are shown, in their order."""
    return values.loc[values["status"] == "ok"]


def is_change(indicator: Indicator) -> bool:
    """Whether the sign of the values must be printed."""
    return indicator.nature == "change"


def written(value: float, indicator: Indicator, *, unit: bool = True) -> str:
    """A number of this indicator in French, with its decimals and, unless told, its unit."""
    return french.quantity(
        value, indicator.unit if unit else "", indicator.decimals, sign=is_change(indicator)
    )


def brief(value: float, indicator: Indicator) -> str:
    """A number beside a mark of a figure: with its unit only if that is a sign."""
    return written(value, indicator, unit=indicator.unit in ("%", "€"))


def cell(row: Row, indicator: Indicator, *, unit: bool = False) -> str:
    """What is printed for one row: the number, or the sign of its status."""
    if row["status"] != "ok":
        return french.SIGNS[row["status"]]
    return written(row["value"], indicator, unit=unit)


def interval(row: Row, indicator: Indicator) -> str:
    """`[7,1 ; 9,6]`, or nothing where there is no interval or the value is not shown."""
    low: float = row["low"]
    high: float = row["high"]
    if row["status"] != "ok" or pd.isna(low) or pd.isna(high):
        return ""
    return french.interval(low, high, "", indicator.decimals)


def interval_note(values: pd.DataFrame, *indicators: Indicator, printed: bool = True) -> str:
    """What the intervals express, in one sentence; nothing where there are none.

    They are between brackets beside what the reader sees, or, unless `printed`, in the data alone.
    """
    if not (values["status"].eq("ok") & values["low"].notna()).any():
        return ""
    texts = dict.fromkeys(
        entry.interval.meaning.rstrip(".") for entry in indicators if entry.interval is not None
    )
    where = "Entre crochets, intervalle" if printed else "Les données donnent l’intervalle"
    return f"{where} à 95 % ({' ; '.join(texts)})." if texts else ""


def heading(indicator: Indicator) -> str:
    """Short label with its unit: `Logements vacants (%)`."""
    short, unit = french.typeset(indicator.short), indicator.unit
    if unit.startswith("%"):  # short: it stays on one line
        unit = unit.replace(" ", french.NBSP)
    return f"{short}{french.NBSP}({unit})" if unit else short


def definition(indicator: Indicator, values: pd.DataFrame) -> str:
    """Subtitle of a figure: definition, unit and period."""
    parts = [indicator.definition.rstrip(".")]
    if indicator.unit:
        lead = "" if indicator.unit.startswith("pour ") else f"en{french.NBSP}"
        parts.append(f"{lead}{indicator.unit}")
    parts.append(span(values))
    return ", ".join(part for part in parts if part)


def alphabetical(values: pd.DataFrame) -> pd.DataFrame:
    """Rows in the French alphabetical order of their territories: accents do not count."""
    return values.sort_values(
        "territory_label", key=lambda names: names.map(french.plain), kind="stable"
    )


def span(values: pd.DataFrame) -> str:
    """The periods of the values: `2021`, or `de 2016 à 2023`; nothing where there is none."""
    periods = sorted({period for period in values["period"] if period}, key=year)
    ends = [dated(period) for period in dict.fromkeys([*periods[:1], *periods[-1:]])]
    return f"de {ends[0]} à {ends[1]}" if len(ends) == 2 else "".join(ends)


def dated(period: str) -> str:
    """A period as it is printed: `T3 2026` for a quarter."""
    return french.quarter(period) if "Q" in period else period


def year(period: str) -> float:
    """Place of a period on a time axis: its last year, a quarter counting for a fourth.

    `2023` gives 2023.0, `2017-2023` gives 2023.0, `2026Q3` gives 2026.5.

    Raises
    ------
    ReportError
        For any other text.
    """
    last = period.split("-")[-1]
    whole, _, rank = last.partition("Q")
    if not whole.isdigit() or len(whole) != 4 or (rank and rank not in "1234"):
        raise _refused("Period of a value", "2023, 2017-2023 or 2026Q3", period)
    return int(whole) + (int(rank) - 1) / 4 if rank else float(whole)
