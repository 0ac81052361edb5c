"""Tables of published values, in French, with intervals and signs."""

from collections.abc import Mapping

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display.block import Block, Caption, compose, with_note
from ternois_analysis.display.published import (
    Row,
    alphabetical,
    cell,
    checked,
    dated,
    heading,
    interval,
    interval_note,
    span,
    year,
)
from ternois_analysis.errors import ReportError, explain

#: Wider tables are cut in print; the first column names the rows.
MAX_COLUMNS = 8
#: Begins the name of a row that details the one above.
DETAIL = "– "
#: Stands where a territory has no value of an indicator, and what it means.
_NONE = "–"
_NOT_THERE = f"« {_NONE} » : chiffre qui n’est pas établi à cette échelle."
_TERRITORY, _INTERVAL, _PERIOD = "Territoire", "Intervalle", "Période"


def table(values: pd.DataFrame, indicators: Mapping[str, Indicator], caption: Caption) -> Block:
    """Indicators by territories, each with its interval below.

    Parameters
    ----------
    values : DataFrame
        Published values, one period an indicator; rows and columns keep the order in which
        indicators, their categories and territories first come.
    indicators : mapping of str to Indicator
        Catalogue entries by identifier.
    caption : Caption
        Words around the table.

    Raises
    ------
    ReportError
        If there are more than seven territories, or two values for one cell.
    """
    checked(values, one=("quarter", "audience"))
    territories = list(dict.fromkeys(map(french.typeset, values["territory_label"])))
    if len(territories) >= MAX_COLUMNS:
        raise ReportError(
            explain(
                "Territories of a table",
                expected=f"at most {MAX_COLUMNS - 1}",
                found=len(territories),
                do="Make two tables.",
            )
        )
    if values.duplicated(["territory", "indicator", "category"]).any():
        raise ReportError(
            explain(
                "Table of indicators",
                expected="one period an indicator",
                found="several",
                do="Keep one of them.",
            )
        )
    # What all rows would repeat stands over them: the one indicator, its one period.
    alone = len(values["indicator"].unique()) == 1 and bool(values["category"].ne("").all())
    once = span(values) if alone and len(values["period"].unique()) == 1 else ""
    said = [heading(indicators[str(values["indicator"].iloc[0])])] if alone else []
    title = ", ".join(part for part in (*said, once) if part) or "Indicateur"
    records = []
    for (name, category), rows in values.groupby(["indicator", "category"], sort=False):
        entry = indicators[str(name)]
        lead = "" if alone else heading(entry)
        head = ", ".join(part for part in (lead, french.typeset(str(category))) if part)
        head = "\n".join(part for part in (head, "" if once else span(rows)) if part)
        cells = dict.fromkeys(territories, _NONE)
        cells |= {
            french.typeset(row["territory_label"]): both(row, entry)
            for row in rows.to_dict("records")
        }
        records.append({title: head} | cells)
    entries = [indicators[name] for name in values["indicator"].unique()]
    made = pd.DataFrame(records)
    sparse = _NOT_THERE if any(_NONE in record.values() for record in records) else ""
    caption = with_note(with_note(caption, interval_note(values, *entries)), sparse)
    return compose("table", caption, values, alt="", table=made)


def both(row: Row, indicator: Indicator) -> str:
    """A value with its interval on a second line."""
    return "\n".join(part for part in (cell(row, indicator), interval(row, indicator)) if part)


def listing(values: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """One row a territory, alphabetically, with its value and its interval if any has one."""
    rows = alphabetical(values).to_dict("records")
    data = {
        _TERRITORY: [french.typeset(row["territory_label"]) for row in rows],
        heading(indicator): [cell(row, indicator) for row in rows],
    }
    bounds = [interval(row, indicator) for row in rows]
    if any(bounds):
        data[_INTERVAL] = bounds
    return pd.DataFrame(data)


def crossed(values: pd.DataFrame, indicator: Indicator, by: str) -> pd.DataFrame:
    """One row a period or category, one column a territory, each in its order of appearance.

    Parameters
    ----------
    by : {"period", "category"}
    """
    rows = list(dict.fromkeys(values[by]))
    if by == "period":
        rows.sort(key=year)
    cells = {
        (row[by], french.typeset(row["territory_label"])): both(row, indicator)
        for row in values.to_dict("records")
    }
    territories = list(dict.fromkeys(map(french.typeset, values["territory_label"])))
    head = _PERIOD if by == "period" else "Catégorie"
    return pd.DataFrame(
        [
            {head: dated(str(row)) if by == "period" else row}
            | {t: cells.get((row, t), _NONE) for t in territories}
            for row in rows
        ]
    )
