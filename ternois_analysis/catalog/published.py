"""The facts of `data/published.yml`: what the figures of the other files are checked against."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ternois_analysis import paths
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.catalog.sources import source_of_column
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class Total:
    """A figure of a territory that `published` gave out; `tolerance` in its unit."""

    territory: str
    column: str
    millesime: str
    value: float
    published: str
    tolerance: float = 0.0


@dataclass(frozen=True)
class Members:
    """Number of communes of a territory in the composition that its facts describe."""

    territory: str
    value: float
    published: str


@dataclass(frozen=True)
class Same:
    """Two columns that count the same thing: within `tolerance` units or `tolerance_pct`."""

    column: str
    other: str
    tolerance: float = 0.0
    tolerance_pct: float = 0.0


@dataclass(frozen=True)
class Sum:
    """Parts that add up to a whole (`exact`), or none of which exceeds it."""

    whole: str
    parts: tuple[str, ...]
    exact: bool = False
    tolerance: float = 0.0
    tolerance_pct: float = 0.0


@dataclass(frozen=True)
class Range:
    """Lowest and highest possible value of a column."""

    column: str
    low: float
    high: float


@dataclass(frozen=True)
class Published:
    """All that is known beforehand of the figures; empty where nothing is."""

    totals: tuple[Total, ...] = ()
    members: tuple[Members, ...] = ()
    same: tuple[Same, ...] = ()
    sums: tuple[Sum, ...] = ()
    ranges: tuple[Range, ...] = ()

    @property
    def columns(self) -> frozenset[str]:
        """Names of the columns that the facts are about."""
        named = {total.column for total in self.totals} | {each.column for each in self.ranges}
        named |= {name for pair in self.same for name in (pair.column, pair.other)}
        return frozenset(named.union(*((each.whole, *each.parts) for each in self.sums)))


@lru_cache(maxsize=4)
def _read(path: Path, modified: int) -> Published:
    content: Mapping[str, Any] = load(path)
    facts = build(Published, {k: v for k, v in content.items() if v is not None}, path.name)
    for entry in (each for f in fields(facts) for each in getattr(facts, f.name)):
        if min(getattr(entry, "tolerance", 0.0), getattr(entry, "tolerance_pct", 0.0)) < 0:
            raise SchemaError(
                explain(f"{path.name}: {entry}", expected="a tolerance of zero or more",
                        found="a negative one", do="Mend the file.")
            )  # fmt: skip
    for column in sorted(facts.columns - {"communes"}):
        source_of_column(column)
    return facts


def published() -> Published:
    """The facts of `data/published.yml`; none in a house without that file.

    Raises
    ------
    SchemaError
        If an entry is malformed.
    SourceError
        If it names a column that no source declares.
    """
    path = paths.data() / "published.yml"
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else Published()
