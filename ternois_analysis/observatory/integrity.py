"""Checks of each file by itself: whole, complete, keyed by known communes, with possible counts."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from ternois_analysis import catalog, sources
from ternois_analysis.catalog import Source, SourceFile
from ternois_analysis.errors import TernoisError
from ternois_analysis.observatory.checks import Check, counted
from ternois_analysis.observatory.columns import Columns
from ternois_analysis.sources.read import location, verify
from ternois_analysis.territory.groups import among

#: Share of the communes of metropolitan France from which a file counts as national.
_NATIONAL = 0.9


def checks(columns: Columns) -> Iterator[Check]:
    """The checks of every file that the quarter sees, in the order of the catalogue."""
    for name, source in catalog.sources().items():
        for file in columns.files(name):
            yield from _file(name, source, file, columns)


def _file(name: str, source: Source, file: SourceFile, columns: Columns) -> Iterator[Check]:
    try:
        # A register is for its own intake, polygons for those who draw them.
        if source.level == "business" or source.folder == "shapefiles":
            verify(location(source, file), file.sha256, f"{name} {file.millesime}")
            table = None
        else:
            table = sources.read(name, file.millesime, part=file.part)
    except TernoisError as error:
        yield Check(
            name, "file", "empreinte ou contenu différents de ceux qui sont déclarés", file.path,
            file.millesime, float("nan"), float("nan"), "block", error=str(error), forcible=False,
        )  # fmt: skip
        return
    yield Check(name, "file", _described(file), file.path, file.millesime, float("nan"),
                float("nan"), "ok")  # fmt: skip
    level = file.level or source.level
    if table is None or level in ("nomenclature", "pairs"):
        return
    yield from _counts(name, source, file, table)
    if level == "commune" and name not in ("communes", "passage"):
        yield from _communes(name, file, table, columns)


def _described(file: SourceFile) -> str:
    return f"{file.rows} lignes" + (f", partie {file.part}" if len(file.part) == 2 else "")


def _inside(what: str, file: SourceFile) -> str:
    """What is checked, with the file that it is in when a user installed it."""
    return f"{what} of {file.part}" if file.delivery else what


def codes_of(table: pd.DataFrame, file: SourceFile) -> pd.Series:
    """Commune codes of a table of communes, bundled (a column) or installed (the index)."""
    found: pd.Series = table.index.to_series() if file.delivery else table["commune"]
    return found.reset_index(drop=True).astype("str")


def _communes(
    name: str, file: SourceFile, table: pd.DataFrame, columns: Columns
) -> Iterator[Check]:
    codes = codes_of(table, file)
    year = file.millesime
    twice = codes[codes.duplicated()].unique()
    yield replace(
        counted(twice, name, "unique", "codes répétés", _inside("repeated codes", file), year),
        forcible=False,
    )
    known = columns.communes["commune"]
    if file.cog != columns.cog:
        known = pd.concat([known, columns.passage["commune_before"]])
    strange = codes[~among(codes, known)].unique()
    # Codes of another year are refused on their way to today's: nothing could be printed.
    yield replace(
        counted(strange, name, "codes", "codes inconnus", _inside("unknown codes", file), year),
        forcible=file.cog == columns.cog,
    )
    if file.delivery:
        yield _extent(name, file, table, columns)


def _extent(name: str, file: SourceFile, table: pd.DataFrame, columns: Columns) -> Check:
    """Whether an installed file has its rows, and communes of all France unless told otherwise."""
    expected, found = float(file.rows), float(len(table))
    whole = not file.partial and catalog.deliveries()[file.delivery].extent == "communes"
    subject = "lignes de la table"
    if whole and found == expected:
        inside = columns.communes["zone"] == "metro"
        expected, subject = float(inside.sum()), "communes de France métropolitaine"
        found = float(columns.communes.loc[inside, "commune"].isin(table.index).sum())
    short = found < _NATIONAL * expected if whole else found != expected
    return Check(name, "extent", subject, _inside("rows", file), file.millesime, expected, found,
                 "block" if short else "ok")  # fmt: skip


def _counts(name: str, source: Source, file: SourceFile, table: pd.DataFrame) -> Iterator[Check]:
    """Whether no count is negative: one check a file."""
    added = [
        str(column)
        for column in table
        if (facts := source.columns.get(str(column).partition("#")[0])) is not None
        and facts.kind == "additive"
    ]
    if not added:
        return
    below = table[added].lt(0).any(axis=1)
    wrong = [column for column in added if table[column].lt(0).any()]
    codes = table.index.to_series() if file.delivery else table[table.columns[0]]
    subject = source.columns[wrong[0].partition("#")[0]].label if wrong else "tous les effectifs"
    yield counted(
        codes[below.to_numpy()].astype(str), name, "negative", subject,
        _inside(wrong[0] if wrong else "counts", file), file.millesime,
    )  # fmt: skip
