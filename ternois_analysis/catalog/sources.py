"""The facts of `data/sources.yml`: what each file is, where it comes from and how to read it."""

import difflib
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from ternois_analysis import paths, trail
from ternois_analysis.catalog import contributions
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.trail import Entries, lru_cache

#: `key` identifies the row; `label` is text; `additive` may be summed over communes;
#: `published` (a rate, a median) is only read at the level at which its producer publishes it.
ColumnKind = Literal["key", "label", "additive", "published"]


#: What the rows of a table are: `pairs` is a commune of residence and one of work.
Level = Literal[
    "commune", "epci", "departement", "region", "france", "nomenclature", "business", "pairs"
]


@dataclass(frozen=True)
class Column:
    """One column of a source: its kind, French label, unit and type as stored.

    `headers` are the names that producers' files give it, older and newer ones alike: `{aa}` stands
    for the two figures of the year that the column describes (`P{aa}_LOGVAC`), `{bb}` for those of
    another year, `{yyyy}` for four. `by_category` gives the names of a column counted by category,
    `melodi` what selects it in Insee's long format (dimension to code). Years before `since` are
    another statistic under the same name, and are left aside.
    """

    kind: ColumnKind
    label: str
    unit: str = ""
    dtype: Literal["text", "integer", "number", "geometry"] = "text"
    headers: tuple[str, ...] = ()
    by_category: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    melodi: Mapping[str, str] = field(default_factory=dict)
    since: str = ""


@dataclass(frozen=True)
class Break:
    """A year from which a series is not comparable with what came before, and why, in French."""

    year: str
    why: str


@dataclass(frozen=True)
class Rhythm:
    """When a producer's millésimes come: a new one every so many months, published so many later.

    `delay_months` goes from the day that the figures describe to their publication; a series that
    is `ended` had that last millésime.
    """

    every_months: int
    delay_months: int = 0
    ended: str = ""


@dataclass(frozen=True)
class SourceFile:
    """One millésime of a source.

    `reference_date` is the day the figures describe, `available` the day the producer published
    them, `cog` the year of the commune codes in the file; all are ISO texts. A file that a user
    installed says by which `delivery` it came, which of the source's `columns` it has (all when
    empty), the `level` of its rows when it is not the source's, and whether it is `partial`: cut to
    a part of the territory that the producer covers. A contribution also says its `sender`, the
    widest `audience` that may see it and when it was `imported`.
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
    level: Level | None = None
    columns: tuple[str, ...] = ()
    delivery: str = ""
    partial: bool = False
    sender: str = ""
    audience: str = ""
    imported: str = ""


@dataclass(frozen=True)
class Source:
    """A producer's series of tables with the same columns.

    `files` are those of the bundle; what a user installs is known to `ternois_analysis.sources`
    only. Files of level `business` are kept as received, personal data of the register's kind: only
    the register's intake opens them, and `columns` are those that it lets through.

    A source `at_level` is read at the level at which its producer publishes it: its `published`
    columns have no value for a territory made of several communes but for the one published.
    Values less than `least_gap_years` apart, or on two sides of a break, are not comparable.
    `rhythm` says when a new millésime is due; none for what does not change.
    """

    title: str
    producer: str
    page: str
    licence: str
    credit: str
    level: Level
    columns: Mapping[str, Column]
    folder: Literal["data", "shapefiles"] = "data"
    via: str = ""
    scope: str = ""
    caution: str = ""
    synthetic: bool = False
    install: str = ""
    at_level: bool = False
    least_gap_years: int = 0
    breaks: tuple[Break, ...] = ()
    rhythm: Rhythm | None = None
    files: tuple[SourceFile, ...] = field(default=())


@lru_cache(maxsize=4)
def _read(path: Path, modified: int) -> Entries[Source]:
    with trail.aside():  # entries are noted one by one, not the file
        found = load(path).get("sources", {}) | contributions.declared()
        known = {
            name: build(Source, entry, f"{path.name}: {name}") for name, entry in found.items()
        }
    return Entries(known, "source", "sources")


@trail.leaf("source")
def _facts(name: str) -> str:
    """Digest of an entry without its files, which are seen or not according to the quarter."""
    path = paths.data() / "sources.yml"
    return _digest(path, path.stat().st_mtime_ns, name)


@functools.lru_cache(maxsize=512)
def _digest(path: Path, modified: int, name: str) -> str:
    entry = dict.get(_read(path, modified), name)
    return "" if entry is None else trail.digest(replace(entry, files=()))


@trail.leaf("sources")
def _all_facts(_: str) -> str:
    return trail.digest([(name, _facts(name)) for name in dict.keys(sources())])


@trail.leaf("column")
def _owners(column: str) -> str:
    """Names of the sources that declare a column to be read."""
    path = paths.data() / "sources.yml"
    return _declaring(path, path.stat().st_mtime_ns, column)


@functools.lru_cache(maxsize=1024)
def _declaring(path: Path, modified: int, column: str) -> str:
    return " ".join(
        name
        for name, entry in dict.items(_read(path, modified))
        if column in entry.columns and entry.columns[column].kind in ("additive", "published")
    )


def sources() -> dict[str, Source]:
    """All declared sources by name, in the order of the file; then those that partners fill."""
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


@trail.leaf("bundled")
def _hashes(name: str) -> str:
    entry = dict.get(sources(), name)
    return "" if entry is None else trail.digest([file.sha256 for file in entry.files])


def bundled(name: str) -> tuple[SourceFile, ...]:
    """The files of a source that come with the code, whatever a quarter sees."""
    trail.note("bundled", name)
    return source(name).files


def source_of_column(column: str) -> str:
    """Name of the only source that declares `column` as additive or published.

    Raises
    ------
    SourceError
        If no source, or more than one, declares it.
    """
    trail.note("column", column)
    owners = _owners(column).split()
    if len(owners) != 1:
        raise SourceError(
            explain(f"Column {column}", expected="one source that declares it", found=owners,
                    do="Declare it once in data/sources.yml.")
        )  # fmt: skip
    return owners[0]


def not_comparable(name: str, before: str, after: str) -> str:
    """Why two millésimes (years) of a source may not be compared, in French; empty if they may.

    Raises
    ------
    SourceError
        For an unknown source.
    """
    entry = source(name)
    first, last = sorted((before[:4], after[:4]))
    for rupture in entry.breaks:
        if first < rupture.year <= last:
            return rupture.why
    if first != last and int(last) - int(first) < entry.least_gap_years:
        return (
            f"{first} et {last} sont à moins de {entry.least_gap_years} ans : ces enquêtes ont des "
            "collectes en commun"
        )
    return ""
