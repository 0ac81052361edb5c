"""What an exploration shows of a quarter to an audience, kept on disk from one session to the next.

An entry holds values that passed the gate of one audience, the territories and contours of the
Pays, nothing else; its folder is its owner's alone. It is named by the fingerprint of all that it
rests on: code, libraries, bundled files, the whole store. What has changed has another name, so
that an old entry is never read; one that is damaged is as none.
"""

import base64
import contextlib
import dataclasses
import hashlib
import importlib.metadata
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ternois_analysis import paths
from ternois_analysis.observatory import COLUMNS, Observatory
from ternois_analysis.quarters import Quarter
from ternois_analysis.territory import Territory

if TYPE_CHECKING:
    import shapely

#: Entries that the folder may hold: the quarters offered, for each audience.
_MOST = 24
_LIBRARIES = ("numpy", "pandas", "pyarrow", "scipy", "shapely", "geopandas", "pyproj")
_CODE = (".py", ".yml")
#: Columns of what is kept besides those of values: whether the period is the newest.
_NEWEST = "newest"


@dataclass(frozen=True, eq=False)
class Kept:
    """An entry: published values of the territories of the Pays, their parts and references.

    `table` has the columns of values and `newest`, the rows of an indicator in the order of
    `Observatory.values`. `places` are its territories by identifier, `against` the references of
    some of them (identifier, and what is noted of it as a reference), `missing` the sources to
    install by indicator, `contours` the polygons of communes as WKB, in metres.
    """

    table: pd.DataFrame
    places: Mapping[str, Territory]
    against: Mapping[str, tuple[tuple[str, str], ...]]
    missing: Mapping[str, tuple[str, ...]]
    contours: Mapping[str, bytes]

    def values(
        self, territories: Sequence[str], indicator: str, *, series: bool
    ) -> pd.DataFrame | None:
        """As `Observatory.values` of one indicator; None where the entry has not all of them."""
        if indicator not in self.indicators or not self.places.keys() >= set(territories):
            return None
        rows = self.table[self.table["indicator"] == indicator]
        rows = rows if series else rows[rows[_NEWEST]]
        ranks = {name: rank for rank, name in enumerate(territories)}
        rows = rows[rows["territory"].isin(list(ranks))]
        # Each instance has one row a territory: the order of instances is that of the entry.
        instance = rows.groupby(["category", "period"], sort=False).ngroup()
        order = (instance * len(ranks) + rows["territory"].map(ranks)).sort_values()
        return rows.loc[order.index, list(COLUMNS)].reset_index(drop=True)

    @cached_property
    def indicators(self) -> frozenset[str]:
        """Identifiers of the indicators of which it has values."""
        return frozenset(self.table["indicator"].unique())

    def shapes(self, communes: Iterable[str]) -> "dict[str, shapely.Geometry] | None":
        """Polygons of some communes in metres; None where the entry has not all of them."""
        import shapely

        known = {code: self.contours.get(code) for code in communes}
        if None in known.values():
            return None
        return {code: shapely.from_wkb(shape) for code, shape in known.items()}


def of(door: Observatory) -> Kept | None:
    """What is kept for a quarter and an audience; None without a sound entry."""
    path = place(door)
    return _read(path, str(door.quarter), door.audience) if path.is_file() else None


def place(door: Observatory) -> Path:
    """Where the entry of a quarter and an audience lies, as things stood when it was opened."""
    return _folder() / _name(door)


def lacking(quarters: Iterable[Quarter], audience: str) -> bool:
    """Whether there is no entry of one of some quarters, as things stand."""
    rest = _rest()
    return not all((_folder() / _named(rest, str(each), audience)).is_file() for each in quarters)


@lru_cache(maxsize=64)
def _name(door: Observatory) -> str:
    return _named(_rest(), str(door.quarter), door.audience)


def _named(rest: str, quarter: str, audience: str) -> str:
    told = f"{_code()}\n{rest}\n{quarter}\n{audience}"
    return f"{hashlib.sha256(told.encode()).hexdigest()}.entry"


def write(door: Observatory, kept: Kept) -> None:
    """Keep an entry; a folder that refuses costs nothing but time."""
    path, raw = place(door), BytesIO()
    kept.table.to_parquet(raw, compression="zstd", index=False)
    head = {
        "quarter": str(door.quarter),
        "audience": door.audience,
        "places": [dataclasses.asdict(each) for each in kept.places.values()],
        "against": dict(kept.against),
        "missing": dict(kept.missing),
        "contours": {c: base64.b85encode(shape).decode() for c, shape in kept.contours.items()},
    }
    content = json.dumps(head, ensure_ascii=False).encode() + b"\n" + raw.getvalue()
    digest = hashlib.sha256(content).hexdigest().encode()
    with contextlib.suppress(OSError):
        prepare()
        handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(digest + b"\n" + content)
            Path(draft).replace(path)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise
        _clear(path.parent)


def prepare() -> None:
    """Make the folder, its owner's alone.

    Raises
    ------
    OSError
        Where nothing can be written.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    with tempfile.TemporaryFile(dir=folder):
        pass


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Wait for whoever makes entries now, so that two sessions never make the same ones."""
    with contextlib.ExitStack() as stack:
        if sys.platform != "win32":
            import fcntl

            with contextlib.suppress(OSError):  # a folder that refuses, a disk without locks
                prepare()
                fcntl.flock(stack.enter_context((_folder() / ".lock").open("w")), fcntl.LOCK_EX)
        yield


def _folder() -> Path:
    return paths.cache() / "explore"


def _clear(folder: Path) -> None:
    """Remove the entries least lately made, above the number that may be kept."""
    entries = sorted(folder.glob("*.entry"), key=lambda path: path.stat().st_mtime_ns)
    for path in entries[:-_MOST]:
        path.unlink(missing_ok=True)


@lru_cache(maxsize=16)
def _read(path: Path, quarter: str, audience: str) -> Kept | None:
    try:
        digest, content = path.read_bytes().split(b"\n", 1)
        if digest.decode() != hashlib.sha256(content).hexdigest():
            return None
        first, raw = content.split(b"\n", 1)
        head = json.loads(first)
        if (head["quarter"], head["audience"]) != (quarter, audience):
            return None
        listed = [_territory(told) for told in head["places"]]
        return Kept(
            pd.read_parquet(BytesIO(raw)),
            {each.id: each for each in listed},
            {name: tuple((one, note) for one, note in v) for name, v in head["against"].items()},
            {name: tuple(sources) for name, sources in head["missing"].items()},
            {code: base64.b85decode(shape) for code, shape in head["contours"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _territory(told: Mapping[str, Any]) -> Territory:
    lists = {name: tuple(told[name]) for name in ("communes", "parts")}
    return Territory(**{**told, **lists})


@lru_cache(maxsize=1)
def _code() -> str:
    """What tells the package, as it was when this process first asked, and the libraries."""
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES]
    return "\n".join([sys.version, *versions, *_stamps(paths.package(), _CODE)])


def _rest() -> str:
    """What tells all files that figures may be made from."""
    places = (paths.data(), paths.shapes(), paths.store())
    found = (stamp for folder in places for stamp in _stamps(folder))
    return "\n".join([str(paths.house()), str(paths.store()), *found])


def _stamps(folder: Path, endings: tuple[str, ...] = ("",)) -> list[str]:
    """Names, sizes and moments of change of all files of a folder, sorted."""
    found = []
    for around, _, names in os.walk(folder):
        for name in names:
            if name.endswith(endings):
                path = os.path.join(around, name)  # noqa: PTH118 - thousands of them
                with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                    stat = os.stat(path)  # noqa: PTH116
                    found.append(f"{path} {stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns}")
    return sorted(found)
