"""Files of the Sirene stock as published: their container, their header, which of them they are."""

import csv
import difflib
import gzip
import io
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from ternois_analysis.errors import SchemaError, SourceError, explain

Container = Literal["parquet", "csv", "zip", "gz"]

#: What a damaged or cut archive raises.
BROKEN = (EOFError, OSError, zipfile.BadZipFile, zlib.error)
#: The header of 54 columns takes 1.7 kB.
_HEADER_BYTES = 65_536
_AGAIN = "Download it again from data.gouv.fr; what was installed before is kept."
#: The other files of Sirene, each told by a column that no other has.
_OTHERS = {
    "nicSiegeUniteLegale": "StockUniteLegale",
    "etatAdministratifEtablissement": "StockEtablissement",
    "siretEtablissementPredecesseur": "StockEtablissementLiensSuccession",
}


@dataclass(frozen=True)
class Stock:
    """A file of the stock: its real container, the member of an archive, the names of its columns.

    `types` says how a Parquet file stores each column; a CSV stores text.
    """

    path: Path
    container: Container
    member: str
    columns: tuple[str, ...]
    types: tuple[str, ...]


def opened(path: Path) -> Stock:
    """What a file really is, told by its first bytes, and its header; no row is read.

    Raises
    ------
    SourceError
        If it is missing, empty, cut, or neither Parquet nor CSV (`.zip` and `.gz` included).
    """
    if not path.is_file() or path.stat().st_size == 0:
        raise SourceError(
            explain(
                f"{path} cannot be read",
                expected="a file of Sirene",
                found="nothing" if not path.is_file() else "an empty file",
                do="Check the name, or download it again.",
            )
        )
    container = _container(path)
    if container == "parquet":
        names, types = _parquet_schema(path)
        return Stock(path, container, "", names, types)
    member = _member(path) if container == "zip" else ""
    with lines(path, container, member) as stream, unbroken(path):
        first = stream.readline(_HEADER_BYTES)
    names = _header(path, first)
    return Stock(path, container, member, names, ("text",) * len(names))


def demand(stock: Stock, columns: Collection[str], file: str) -> None:
    """Refuse a file that lacks a column, or stores as a number one whose zeros count.

    Parameters
    ----------
    columns : collection of str
        What is going to be read; all are codes, dates and yes-or-no.
    file : str
        Published name of the file that is expected: `StockEtablissement`.

    Raises
    ------
    SchemaError
        Naming the other file of Sirene that this is, or each missing column with the nearest
        one found, or the columns that lost their zeros.
    """
    missing = [name for name in columns if name not in stock.columns]
    is_file = next((f for column, f in _OTHERS.items() if column in stock.columns), file)
    if "dateFin" in stock.columns:
        is_file += "Historique"
    if is_file != file:
        raise SchemaError(
            explain(
                f"{stock.path.name} is not the file asked for",
                expected=file,
                found=is_file,
                do="Give each file in its own place.",
            )
        )
    if missing:
        near = {name: difflib.get_close_matches(name, stock.columns, 1, 0.5) for name in missing}
        raise SchemaError(
            explain(
                f"{stock.path.name} lacks columns of {file}",
                expected=missing,
                found=[f"{n[0]} (for {name})" for name, n in near.items() if n] or "none like them",
                do="Give the file as INSEE publishes it, with its header untouched.",
            )
        )
    kinds = dict(zip(stock.columns, stock.types, strict=True))
    numbers = [name for name in columns if kinds[name] == "number"]
    if numbers:
        raise SchemaError(
            explain(
                f"{stock.path.name} stores codes as numbers: their first zeros are lost",
                expected="text",
                found=numbers,
                do="Give the file as INSEE publishes it, not one saved by another program.",
            )
        )


@contextmanager
def lines(path: Path, container: Container, member: str) -> Iterator[IO[bytes]]:
    """The bytes of a CSV, unpacked on the way when it is in an archive."""
    with ExitStack() as stack:
        if container == "zip":
            archive = stack.enter_context(zipfile.ZipFile(path))
            yield stack.enter_context(archive.open(member))
        elif container == "gz":
            yield io.BufferedReader(stack.enter_context(gzip.open(path)))
        else:
            yield stack.enter_context(path.open("rb"))


@contextmanager
def unbroken(path: Path) -> Iterator[None]:
    """Turn what a damaged archive raises into an error that says what to do."""
    try:
        yield
    except BROKEN as error:
        raise broken(path, error) from error


def broken(path: Path, found: object) -> SourceError:
    """The error for a file that stops before its end."""
    return SourceError(
        explain(f"{path.name} is cut or damaged", expected="a whole file", found=found, do=_AGAIN)
    )


def _container(path: Path) -> Container:
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK"):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gz"
    if b"\0" in head or head.lstrip()[:1] in (b"<", b"{", b"["):
        raise SourceError(
            explain(
                f"{path.name} is not a file of Sirene",
                expected="Parquet, or CSV as it is, in a .zip or a .gz",
                found=repr(head[:16]),
                do=_AGAIN,
            )
        )
    return "csv"


def _member(path: Path) -> str:
    with unbroken(path), zipfile.ZipFile(path) as archive:
        names = [info.filename for info in archive.infolist() if not info.is_dir()]
    tables = [name for name in names if name.lower().endswith(".csv")]
    if len(tables) != 1:
        raise SourceError(
            explain(
                f"{path.name} does not hold one table",
                expected="one .csv",
                found=names,
                do="Unpack it and give the file that is meant.",
            )
        )
    return tables[0]


def _header(path: Path, first: bytes) -> tuple[str, ...]:
    text = first.decode("utf-8-sig", errors="replace").strip("\r\n")
    names = tuple(next(csv.reader([text]), []))
    other = next((sign for sign in (";", "\t", "|") if text.count(sign) > text.count(",")), "")
    if other:
        raise SchemaError(
            explain(
                f"{path.name} has another separator",
                expected="commas",
                found=repr(other),
                do="Give the file as INSEE publishes it.",
            )
        )
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise SchemaError(
            explain(
                f"{path.name} repeats columns", expected="once each", found=twice, do="Mend it."
            )
        )
    return names


def _parquet_schema(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        schema = parquet.read_schema(path)
    except (pa.ArrowException, OSError) as error:
        raise broken(path, str(error).splitlines()[0]) from error
    kinds = [
        "number" if pa.types.is_integer(t) or pa.types.is_floating(t) else "text"
        for t in schema.types
    ]
    return tuple(schema.names), tuple(kinds)
