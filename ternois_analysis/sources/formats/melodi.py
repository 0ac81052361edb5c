"""Insee's long tables (Melodi): one row a place, a period and a crossing of dimensions."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.catalog import Delivery, Level
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats import codes, text
from ternois_analysis.sources.formats.delivered import (
    SECRET,
    UNAVAILABLE,
    Delivered,
    Ground,
    Piece,
)
from ternois_analysis.sources.formats.wide import DICTIONARIES, numbers

_GEO, _OBJECT, _TIME, _VALUE = "GEO", "GEO_OBJECT", "TIME_PERIOD", "OBS_VALUE"
_LEVELS: dict[str, Level] = {
    "COM": "commune", "EPCI": "epci", "DEP": "departement", "REG": "region",
    "FRANCE": "france",
}  # fmt: skip
#: Codes of the confidentiality and of the status of an observation that hide its value.
#: « K »: not published, counted in another category.
_CONFIDENTIAL = {"CONF_STATUS": ("C", "S", "N"), "OBS_STATUS": ("S", "C", "K"),
                 "OBS_STATUS_FR": ("S",)}  # fmt: skip


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """The pieces of a long table, one a source, year and level; see `formats.read`.

    A value is taken where all dimensions that the column's `melodi` names have the code it gives
    and the other dimensions are totals (`_T`). Other levels than those of the observatory (urban
    units, employment zones…) are left aside.
    """
    name, content = text.open_text(paths[0], "*data*", beside=DICTIONARIES) \
        if paths[0].suffix == ".zip" else text.open_text(paths[0])  # fmt: skip
    rows = text.table(text.decode(content), _GEO, name)
    absent = [c for c in (_OBJECT, _TIME, _VALUE) if c not in rows.columns]
    if absent:
        raise SchemaError(
            explain(f"{name}: columns missing", expected=absent, found=list(rows.columns),
                    do="Is it a Melodi data file? The metadata stand in another file.")
        )  # fmt: skip
    rows = rows[rows[_OBJECT].isin(list(_LEVELS))]
    rows = rows.assign(level=rows[_OBJECT].map(_LEVELS), place=codes.tidy_communes(rows[_GEO]))
    pieces, aside = [], []
    for source in delivery.sources:
        wanted = (*delivery.gives.get(source, ()), *delivery.may_give.get(source, ()))
        chosen = _chosen(rows, source, wanted, delivery, name)
        for (level, year), group in _by_level(chosen):
            if level == "commune":
                codes.check_communes(group["place"], ground, name)
            pieces.append(_piece(source, year[:4], level, group, name))
    if not pieces:
        raise SchemaError(
            explain(f"{name}: rows for the columns wanted", expected=delivery.sources, found="none",
                    do="Is it another data set?")
        )  # fmt: skip
    others = set(rows[_OBJECT]) - set(_LEVELS)
    aside += [f"niveaux laissés de côté : {', '.join(sorted(others))}"] if others else []
    return Delivered(max(piece.millesime for piece in pieces), tuple(pieces), tuple(aside))


def _by_level(rows: pd.DataFrame) -> list[tuple[tuple[Level, str], pd.DataFrame]]:
    return [
        ((level, str(year)), group)
        for level in sorted(set(_LEVELS.values()))
        for year, group in rows[rows["level"] == level].groupby(_TIME)
    ]


def _chosen(
    rows: pd.DataFrame, source: str, wanted: Sequence[str], delivery: Delivery, name: str
) -> pd.DataFrame:
    """Rows of the wanted columns with the name of their column in `column`."""
    skip = {_GEO, _OBJECT, _TIME, _VALUE, "level", "place", *_CONFIDENTIAL, "UNIT_MEASURE",
            "UNIT_MULT", "DECIMALS", "NB_OBS"}  # fmt: skip
    dimensions = [str(c) for c in rows.columns if c not in skip]
    found = []
    for column in wanted:
        selection = catalog.source(source).columns[column].melodi
        if not selection:
            continue
        unknown = [dimension for dimension in selection if dimension not in rows.columns]
        if unknown:
            raise SchemaError(
                explain(f"{name}: dimensions of {column}", expected=unknown, found=dimensions,
                        do="Is it another data set? The names are in `melodi` of the column.")
            )  # fmt: skip
        fits = pd.Series(True, index=rows.index)
        for dimension, code in selection.items():
            fits &= (rows[dimension] == code) if code != "*" else (rows[dimension] != "_T")
        for dimension in dimensions:
            if dimension not in selection:
                fits &= rows[dimension].isin(["_T", "_Z", ""])
        starred = [dimension for dimension, code in selection.items() if code == "*"]
        names = pd.Series(column, index=rows.index, dtype="str")
        known = _categories(source, column)
        for dimension in starred:
            told = rows[dimension].map(known) if known else rows[dimension]
            fits &= told.notna()
            names = names + "#" + told
        if column in delivery.gives.get(source, ()) and not fits.any():
            raise SchemaError(
                explain(f"{name}: no row of {column}", expected=dict(selection), found="none",
                        do="Is it another data set, or did its codes change?")
            )  # fmt: skip
        found.append(rows[fits].assign(column=names[fits]))
    return pd.concat(found) if found else rows.iloc[:0].assign(column="")


def _categories(source: str, column: str) -> dict[str, str]:
    """The category of each code, where the column names its categories; other codes are left."""
    declared = catalog.source(source).columns[column].by_category
    return {code: category for category, codes_ in declared.items() for code in codes_}


def _piece(source: str, millesime: str, level: Level, group: pd.DataFrame, name: str) -> Piece:
    values, signs = numbers(group[_VALUE], f"{name}, {_VALUE}")
    hidden = pd.Series(False, index=group.index)
    for column, marks in _CONFIDENTIAL.items():
        if column in group.columns:
            hidden |= group[column].isin(marks)
    signs = signs.mask(hidden & values.isna(), SECRET)
    values = values.mask(hidden)
    cells = group.assign(value=values, sign=signs.mask(hidden, SECRET))
    twice = cells.duplicated(["place", "column"], keep=False)
    if twice.any():
        raise SchemaError(
            explain(f"{name}: rows of one place, period and column", expected="one",
                    found=cells.loc[twice, ["place", "column"]].head(3).to_dict("records"),
                    do="A dimension is missing in `melodi` of the column.")
        )  # fmt: skip
    table = cells.pivot(index="place", columns="column", values="value").rename_axis(
        index="code", columns=None
    )
    marked = cells[cells["sign"].isin([SECRET, UNAVAILABLE])]
    hidden_cells = marked[["place", "column", "sign"]].rename(columns={"place": "code"})
    return Piece(source, millesime, level, table.sort_index(), hidden_cells.reset_index(drop=True))
