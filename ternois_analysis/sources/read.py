"""Reading the files of `data/` and `shapefiles/`: found, unaltered, with the declared columns."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ternois_analysis import catalog, paths, quarters, trail
from ternois_analysis.catalog.sources import Source, SourceFile
from ternois_analysis.errors import SchemaError, SourceError, explain
from ternois_analysis.quarters import Quarter
from ternois_analysis.sources import installed

_TYPES = {
    "integer": pd.api.types.is_integer_dtype,
    "number": pd.api.types.is_numeric_dtype,
    "text": pd.api.types.is_string_dtype,
}


def visible(name: str, quarter: Quarter) -> list[SourceFile]:
    """The files of a source that a quarter sees, oldest millésime first.

    A quarter sees a file whose reference date is not after its last day and that its producer had
    published by the freeze. A file installed later keeps its publication date, so an old quarter
    runs again on the same data. Those of the bundle and those installed are told alike.
    """
    trail.note("files", f"{name}@{quarter}")
    last, freeze = quarter.last_day.isoformat(), quarter.freeze.isoformat()
    seen = [f for f in installed.files(name) if f.reference_date <= last and f.available <= freeze]
    return sorted(seen, key=lambda f: (f.reference_date, f.millesime, f.part))


@trail.leaf("files")
def _seen(key: str) -> str:
    """Digest of the files of a source that a quarter sees."""
    name, _, quarter = key.partition("@")
    files = visible(name, quarters.parse(quarter))
    # Who may see a contribution counts as much as what is in it.
    return trail.digest(
        [(f.millesime, f.part, f.cog, f.level, f.sha256, f.sender, f.audience, f.imported)
         for f in files]
    )  # fmt: skip


def newest(name: str, quarter: Quarter) -> SourceFile | None:
    """The newest file of a source that a quarter sees, or None if it sees none."""
    return next(reversed(visible(name, quarter)), None)


class Millesimes(Mapping[str, pd.DataFrame]):
    """The tables of a source that a quarter sees, by millésime, each read when it is asked for.

    For a source of one file a millésime; see `visible` and `read`.
    """

    def __init__(self, name: str, quarter: Quarter) -> None:
        self._name = name
        self._known = tuple(dict.fromkeys(file.millesime for file in visible(name, quarter)))

    def __getitem__(self, millesime: str) -> pd.DataFrame:
        if millesime not in self._known:
            raise KeyError(millesime)
        return read(self._name, millesime)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def location(source: Source, file: SourceFile) -> Path:
    """Where a file lies; that of an installed one is absolute, in the store."""
    return (paths.data() if source.folder == "data" else paths.shapes()) / file.path


def read(name: str, millesime: str, *, part: str = "") -> pd.DataFrame:
    """One millésime of a source as a tidy table.

    Parameters
    ----------
    name, millesime : str
        As declared in `data/sources.yml`.
    part : str
        The région, for a source cut into one file a région; the `part` of an installed table.

    Returns
    -------
    DataFrame
        The declared columns in their declared order; codes are text; a GeoDataFrame when a column
        is a geometry. A copy: the caller may change it.

    Raises
    ------
    SourceError
        If the millésime is not declared, or its file is missing or altered.
    SchemaError
        If the file has not the declared columns, types or number of rows.
    """
    source = catalog.source(name)
    declared = installed.files(name)
    file = next((f for f in declared if (f.millesime, f.part) == (millesime, part)), None)
    if file is None:
        known = [f"{f.millesime}{' ' + f.part if f.part else ''}" for f in declared]
        raise SourceError(
            explain(
                f"Source {name}",
                expected=known or "an installed millésime",
                found=f"{millesime} {part}".strip(),
                do="See `ternois sources list`.",
            )
        )
    trail.note("file", f"{name}/{millesime}/{part}")
    path = location(source, file)
    verify(path, file.sha256, f"{name} {millesime}")
    stamp = path.stat()
    if file.delivery:
        return _installed(path, stamp.st_mtime_ns).copy()
    return _table(path, stamp.st_mtime_ns, name, millesime, part).copy()


@trail.leaf("file")
def _hash(key: str) -> str:
    """SHA-256 of a file, as declared or as installed."""
    name, millesime, part = key.split("/", 2)
    files = installed.files(name)
    return next((f.sha256 for f in files if (f.millesime, f.part) == (millesime, part)), "")


def signs(file: SourceFile) -> pd.DataFrame:
    """What the producer hid or did not have in an installed table: code, column, sign."""
    path = installed.signs_path(file)
    if not file.delivery or not path.is_file():
        return pd.DataFrame(columns=["code", "column", "sign"], dtype="str")
    return _installed(path, path.stat().st_mtime_ns).copy()


@lru_cache(maxsize=64)
def _installed(path: Path, modified: int) -> pd.DataFrame:
    return pd.read_parquet(path)


@lru_cache(maxsize=512)
def _digest(path: Path, modified: int, size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def verify(path: Path, sha256: str, what: str) -> None:
    """Stop unless the file is there and has the declared hash.

    Raises
    ------
    SourceError
        Naming the file and what to do.
    """
    if not path.is_file():
        raise SourceError(
            explain(
                f"The file of {what} is missing",
                expected=path,
                found="nothing",
                do="Restore it with `git checkout`, or build it again with `make bundle`.",
            )
        )
    stamp = path.stat()
    found = _digest(path, stamp.st_mtime_ns, stamp.st_size)
    if found != sha256:
        raise SourceError(
            explain(
                f"The file of {what} was altered or cut: {path}",
                expected=f"SHA-256 {sha256[:12]}…",
                found=f"{found[:12]}…, {stamp.st_size} bytes",
                do="Restore it with `git checkout`, or build it again with `make bundle`.",
            )
        )


@lru_cache(maxsize=128)
def _table(path: Path, modified: int, name: str, millesime: str, part: str) -> pd.DataFrame:
    source = catalog.source(name)
    geometry = any(column.dtype == "geometry" for column in source.columns.values())
    try:
        if geometry:
            import geopandas as gpd  # half a second of imports that tables do not need

            table: pd.DataFrame = gpd.read_parquet(path)
        else:
            table = pd.read_parquet(path)
    except Exception as error:  # pyarrow raises many kinds for a damaged file
        raise SourceError(
            f"{path} cannot be read: {error}. Restore it with `git checkout`."
        ) from error
    file = next(f for f in source.files if (f.millesime, f.part) == (millesime, part))
    check_schema(table, source, f"{name} {millesime}", rows=file.rows)
    return table[list(source.columns)]


def _repeated(table: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Whether each row has the keys of an earlier one; none has without keys."""
    if len(keys) == 1:  # as objects: pandas is slow to compare columns of text
        return table[keys[0]].astype(object).duplicated()
    return table.duplicated(keys) if keys else pd.Series(data=False, index=table.index)


def check_schema(
    table: pd.DataFrame, source: Source, what: str, *, rows: int | None = None
) -> None:
    """Stop unless a table has the declared columns with their types, and distinct, known keys.

    Raises
    ------
    SchemaError
        Naming what does not fit.
    """
    missing = [column for column in source.columns if column not in table.columns]
    if missing:
        raise SchemaError(
            explain(
                f"{what}: columns missing",
                expected=missing,
                found=list(table.columns),
                do="Compare the file with its entry in data/sources.yml.",
            )
        )
    for column, facts in source.columns.items():
        right = _TYPES.get(facts.dtype)
        if right is not None and not right(table[column].dtype):
            raise SchemaError(
                explain(
                    f"{what}: column {column}",
                    expected=facts.dtype,
                    found=table[column].dtype,
                    do="Codes are text, always; compare with data/sources.yml.",
                )
            )
    keys = [column for column, facts in source.columns.items() if facts.kind == "key"]
    if keys and table[keys].isna().any(axis=None):
        raise SchemaError(
            explain(
                f"{what}: keys {keys}",
                expected="a key on every row",
                found=f"{int(table[keys].isna().any(axis=1).sum())} rows without",
                do="Mend the file.",
            )
        )
    again = _repeated(table, keys)
    if again.any():
        twice = table.loc[again, keys].head(3).to_dict("records")
        raise SchemaError(
            explain(f"{what}: keys", expected="distinct", found=twice, do="Mend the file.")
        )
    if rows is not None and len(table) != rows:
        raise SchemaError(
            explain(f"{what}: rows", expected=rows, found=len(table), do="Restore the file.")
        )
