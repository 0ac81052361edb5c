"""Files of one row a thing (a diagnosis, a sale, a qualification): some columns of many rows."""

import contextlib
import csv
import difflib
import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import pandas as pd

from ternois_analysis.errors import SchemaError, SourceError, explain
from ternois_analysis.sources.formats import codes
from ternois_analysis.sources.formats.delivered import Ground
from ternois_analysis.sources.formats.text import SEPARATORS
from ternois_analysis.sources.kinds import HEAD, check_head

#: Rows read at a time, and bytes at the end of a file that hold its last line.
_ROWS, _END = 200_000, 1 << 16
#: Rows that the open data server of Ademe gives at most in one page.
_PAGE = 10_000
#: Share of codes that may be of no commune: addresses are located by a machine.
_STRANGE = 0.01


def read(path: Path, columns: Sequence[str], place: str, *, paged: bool = False) -> pd.DataFrame:
    """Some columns of a delimited file, plain, gzipped or zipped, read piece by piece.

    Parameters
    ----------
    path : Path
    columns : sequence of str
        Headers that it must have.
    place : str
        What the file is, for messages.
    paged : bool
        Whether the producer's server cuts its answers into pages: one page alone is refused.

    Returns
    -------
    DataFrame
        All cells as text, stripped, "" when empty.

    Raises
    ------
    SourceError
        If the file cannot be read, is cut, or is one page of several.
    SchemaError
        Naming the missing columns, with the nearest.
    """
    with _plain(path) as plain:
        with plain.open("rb") as stream:
            check_head(stream.read(HEAD), ["csv"], path.name, "Take the CSV of the producer.")
        encoding = _encoding(plain)
        header, separator = _header(plain, encoding, columns, place)
        _check_end(plain, encoding, separator, len(header), place)
        try:
            parts = pd.read_csv(
                plain, sep=separator, usecols=lambda name: name.strip() in columns, dtype="str",
                na_filter=False, encoding=encoding, encoding_errors="replace", chunksize=_ROWS,
            )  # fmt: skip
            found = pd.concat(list(parts), ignore_index=True)
        except (pd.errors.ParserError, ValueError) as error:
            raise SchemaError(
                explain(f"{place} cannot be read", expected="as many cells in each line",
                        found=error, do="Download it again.")
            ) from error  # fmt: skip
    if paged and len(found) == _PAGE:
        raise SourceError(
            explain(f"{place} is one page of the producer's answer", expected="all its rows",
                    found=f"{_PAGE} rows exactly", do="Follow the next pages, or export the whole.")
        )  # fmt: skip
    found = found.rename(columns=lambda name: str(name).strip())
    return pd.DataFrame({column: found[column].str.strip() for column in columns})


@contextlib.contextmanager
def _plain(path: Path) -> Iterator[Path]:
    """The file itself, or its content unpacked beside for as long as it is read."""
    if not path.is_file() or not path.stat().st_size:
        raise SourceError(
            explain(f"{path} cannot be installed", expected="a file", found="none or an empty one",
                    do="Check its name, or download it again.")
        )  # fmt: skip
    with path.open("rb") as stream:
        start = stream.read(4)
    if not start.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.csv"
        try:
            with _packed(path, start) as packed, plain.open("wb") as out:
                shutil.copyfileobj(packed, out, 1 << 20)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise SourceError(
                explain(f"{path.name} is cut or damaged", expected="a whole archive", found=error,
                        do="Download it again.")
            ) from error  # fmt: skip
        yield plain


@contextlib.contextmanager
def _packed(path: Path, start: bytes) -> Iterator[IO[bytes]]:
    if start.startswith(b"\x1f\x8b"):
        with gzip.open(path) as stream:
            yield stream  # type: ignore[misc]
        return
    with zipfile.ZipFile(path) as archive:
        texts = [i for i in archive.infolist() if i.filename.lower().endswith((".csv", ".txt"))]
        if not texts:
            raise zipfile.BadZipFile("no .csv inside")
        with archive.open(max(texts, key=lambda info: info.file_size)) as member:
            yield member


def _encoding(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(1 << 20)
    try:
        # A character may be cut at the end of what was read.
        head[: head.rfind(b"\n") + 1].decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _header(path: Path, encoding: str, columns: Sequence[str], place: str) -> tuple[list[str], str]:
    with path.open(encoding=encoding, errors="replace") as stream:
        line = stream.readline()
    split = {
        sign: [n.strip() for n in next(csv.reader([line], delimiter=sign), [])]
        for sign in SEPARATORS
    }
    best = max(
        SEPARATORS, key=lambda sign: (len(set(columns) & set(split[sign])), len(split[sign]))
    )
    names = split[best]
    missing = [column for column in columns if column not in names]
    if missing:
        near = {m: difflib.get_close_matches(m, names, 1, 0.5) for m in missing}
        told = [m + (f" (nearest: {n[0]})" if n else "") for m, n in near.items()]
        raise SchemaError(
            explain(f"{place}: columns missing or renamed", expected=told, found=names[:40],
                    do="Is it another file, or were columns left out of the export?")
        )  # fmt: skip
    return names, best


def _check_end(path: Path, encoding: str, separator: str, width: int, place: str) -> None:
    """Stop if the last line has fewer cells than the header: the file was cut in it."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _END))
        end = stream.read().decode(encoding, errors="replace")
    last = next((line for line in reversed(end.splitlines()) if line.strip()), "")
    found = len(next(csv.reader([last], delimiter=separator), []))
    if found < width and last.count('"') % 2 == 0:
        raise SourceError(
            explain(f"{place} is cut", expected=f"{width} cells in its last line", found=found,
                    do="Download it again.")
        )  # fmt: skip


def today(found: pd.Series, ground: Ground, place: str) -> tuple[pd.Series, int]:
    """Codes of today's communes ("" for what is none), and how many rows that leaves aside.

    Raises
    ------
    SchemaError
        If codes lost their first zero, or more than one in a hundred is of no commune.
    """
    found = codes.tidy_communes(found)
    named = found[found != ""]
    if named.str.fullmatch(r"\d{4}").any():
        codes.level_of(named, place)
    now = dict(zip(ground.passage["commune_before"], ground.passage["commune"], strict=True))
    present = frozenset(ground.communes["commune"])
    told = {code: code if code in present else now.get(code, "") for code in found.unique()}
    moved = found.map(told).astype("str")
    known = moved != ""
    strange = (found != "") & ~known
    if strange.sum() > _STRANGE * max(len(named), 1):
        codes.check_communes(found[strange], ground, place)
    return moved, int((~known).sum())


def by_commune(counts: pd.DataFrame, ground: Ground, whole: float) -> pd.DataFrame:
    """Counts with zeros for the communes that the file covers and that have no row.

    Parameters
    ----------
    counts : DataFrame
        Indexed by commune, one row at least for each that has something.
    whole : float
        Share of the communes of a département from which on the file is taken to hold all of it:
        low for what few communes have.
    """
    present = frozenset(counts.index)
    inside = {
        code
        for members in ground.departements.values()
        if len(members & present) >= whole * len(members)
        for code in members
    }
    table = counts.reindex(sorted(inside | present)).astype("float64")
    return table.fillna(0.0).rename_axis("code")
