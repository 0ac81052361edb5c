"""The counts of persons that partners contributed, as cells of the gate."""

from collections.abc import Iterable
from dataclasses import replace

from ternois_analysis import sources, trail
from ternois_analysis.catalog.contributions import (
    contributed_source,
    contributions,
    secret_columns,
)
from ternois_analysis.observatory.columns import Columns, key
from ternois_analysis.territory import Territory

#: Column, period, territory, category, value, n, top1, class.
Cell = tuple[str, str, str, str, float, float, float, str]


def cells(columns: Columns, places: Iterable[Territory]) -> list[Cell]:
    """One cell a count of persons, period, category and territory whose communes are all known."""
    counted = [
        (name, column)
        for name, kind in contributions().kinds.items()
        for column in kind.numbers
        if column in secret_columns()
    ]
    for name in dict.fromkeys(name for name, _ in counted):
        columns.files(contributed_source(name))  # what the cells rest on, alone of all the table
    with trail.aside():
        return _cells(columns, counted, places)


def _cells(
    columns: Columns, counted: Iterable[tuple[str, str]], places: Iterable[Territory]
) -> list[Cell]:
    told = [(*each, millesime) for each in counted for millesime in columns.millesimes(each[1])]
    if not told:
        return []
    table, rows = columns.table.set_index("commune"), list[Cell]()
    for name, column, millesime in told:
        kind = contributions().kinds[name]
        named = {"": key(column, millesime)}
        if kind.category:
            choices = kind.columns[kind.category].choices
            cut = kind.split(column)
            named |= {label: key(cut, millesime, code) for code, label in choices.items()}
        for place in places:
            own = table.reindex(list(place.communes))
            for category, origin in named.items():
                total = float(own[origin].sum(skipna=False)) if origin in own else float("nan")
                if total == total:
                    level = kind.columns[column].secrecy
                    rows.append((column, millesime, place.id, category, total, total, 1.0, level))
    return rows


def whole(column: str, category: str) -> tuple[str, str]:
    """Column and category as printed of a column counted by category; others as they are."""
    for kind in contributions().kinds.values():
        for name in kind.numbers:
            if kind.category and kind.split(name) == column:
                return name, kind.columns[kind.category].choices.get(category, category)
    return column, category


def as_partners_see(columns: Columns) -> Columns:
    """Columns with the counts of persons that partners see, where they see more of them."""
    names = [
        contributed_source(name)
        for name, kind in contributions().kinds.items()
        if any(column in secret_columns() for column in kind.numbers)
    ]
    more = replace(columns, audience="partners")
    wider = any(
        len(more.files(name)) > len(columns.files(name))
        for name in names
        if sources.visible(name, columns.quarter)
    )
    return more if wider else columns
