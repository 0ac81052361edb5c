"""The facts of `data/sources.yml`: what each file is, where it comes from and how to read it."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from ternois_analysis import paths
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.errors import SourceError, explain

#: `key` identifies the row; `label` is text; `additive` may be summed over communes;
#: `published` (a rate, a median) is only read at the level at which its producer publishes it.
ColumnKind = Literal["key", "label", "additive", "published"]


@dataclass(frozen=True)
class Column:
    """One column of a source: its kind, French label, unit and type as stored."""

    kind: ColumnKind
    label: str
    unit: str = ""
    dtype: Literal["text", "integer", "number", "geometry"] = "text"


@dataclass(frozen=True)
class SourceFile:
    """One millésime of a source.

    `reference_date` is the day the figures describe, `available` the day the producer published
    them, `cog` the year of the commune codes in the file; all are ISO texts.
    """

    millesime: str
    reference_date: str
    available: str
    received: str
    cog: str
    path: str
    sha256: str
    rows: int
    part: str = ""


@dataclass(frozen=True)
class Source:
    """A producer's series of files with the same columns.

    Files of level `business` are kept as received, personal data of the register's kind: only the
    register's intake opens them, and `columns` are those that it lets through.
    """

    title: str
    producer: str
    page: str
    licence: str
    credit: str
    level: Literal["commune", "epci", "nomenclature", "business"]
    columns: Mapping[str, Column]
    folder: Literal["data", "shapefiles"] = "data"
    via: str = ""
    scope: str = ""
    caution: str = ""
    synthetic: bool = False
    install: str = ""
    files: tuple[SourceFile, ...] = field(default=())


@lru_cache(maxsize=4)
def _read(path: Path, modified: int) -> dict[str, Source]:
    entries = load(path).get("sources", {})
    return {name: build(Source, entry, f"{path.name}: {name}") for name, entry in entries.items()}


def sources() -> dict[str, Source]:
    """All declared sources by name, in the order of the file."""
    path = paths.data() / "sources.yml"
    return _read(path, path.stat().st_mtime_ns)


def source(name: str) -> Source:
    """One declared source.

    Raises
    ------
    SourceError
        For an unknown name, with the nearest known one.
    """
    known = sources()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        do = f"Did you mean '{near[0]}'?" if near else "See `ternois sources list`."
        raise SourceError(
            explain("Unknown source", expected="a name of data/sources.yml", found=name, do=do)
        )
    return known[name]


def source_of_column(column: str) -> str:
    """Name of the only source that declares `column` as additive or published.

    Raises
    ------
    SourceError
        If no source, or more than one, declares it.
    """
    owners = [
        name
        for name, entry in sources().items()
        if column in entry.columns and entry.columns[column].kind in ("additive", "published")
    ]
    if len(owners) != 1:
        raise SourceError(
            explain(
                f"Column {column}",
                expected="one source that declares it",
                found=owners,
                do="Declare it once in data/sources.yml.",
            )
        )
    return owners[0]
