"""What a file is, by its bytes: a name, a header or a status says little of what a server sent."""

import gzip
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

from ternois_analysis.errors import SourceError, explain

#: Bytes that `kind` looks at.
HEAD = 1024

_MAGIC = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b": "gzip",
    b"PAR1": "parquet",
    b"\xd0\xcf\x11\xe0": "xls",
    b"7z\xbc\xaf": "7z",
    b"%PDF": "pdf",
}
_SAME = {"text": "csv", "txt": "csv", "gz": "gzip"}
_NAMES = {"html": "an HTML page", "csv": "text", "empty": "nothing", "binary": "unknown bytes"}


def kind(head: bytes) -> str:
    """The kind of a file whose first bytes are given.

    Parameters
    ----------
    head : bytes
        The first `HEAD` bytes, or all there are.

    Returns
    -------
    str
        `zip`, `gzip`, `parquet`, `xls`, `7z`, `pdf`, `html`, `xml`, `json`, `csv` for any other
        text, `empty`, or `binary`.
    """
    for magic, name in _MAGIC.items():
        if head.startswith(magic):
            return name
    text = head[:HEAD].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not text:
        return "empty"
    if b"\0" in text:
        return "binary"
    if text.startswith(b"<"):
        return "html" if b"<html" in text or text.startswith(b"<!doctype html") else "xml"
    return "json" if text.startswith((b"{", b"[")) else "csv"


def check_head(head: bytes, accepts: Sequence[str], what: str, do: str) -> None:
    """Stop unless the first bytes are of an accepted kind.

    Parameters
    ----------
    head : bytes
        The first bytes.
    accepts : sequence of str
        Kinds as `kind` names them (`text` is `csv`); none accepts all but a web page and nothing.
    what, do : str
        The file, and what the reader should do, for the message.

    Raises
    ------
    SourceError
        Naming what was expected and found.
    """
    found = kind(head)
    wanted = [_SAME.get(name, name) for name in accepts]
    if found in wanted or not (wanted or found in ("html", "empty")):
        return
    raise SourceError(
        explain(
            f"{what} is not a file of data",
            expected=" or ".join(_NAMES.get(name, name) for name in wanted) or "a file of data",
            found=_NAMES.get(found, found),
            do=do,
        )
    )


def check_end(path: Path, what: str, do: str) -> None:
    """Stop if an archive or a Parquet file has lost its end; plain text cannot tell.

    Raises
    ------
    SourceError
        Naming what was expected and found.
    """
    with path.open("rb") as stream:
        found = kind(stream.read(HEAD))
        whole = {"zip": _zip_ends, "gzip": _gzip_ends, "parquet": _parquet_ends}.get(found)
    if whole is not None and not whole(path):
        raise SourceError(
            explain(
                f"{what} is cut or damaged",
                expected=f"a whole {found} file",
                found=f"{path.stat().st_size} bytes without its end",
                do=do,
            )
        )


def _zip_ends(path: Path) -> bool:
    return zipfile.is_zipfile(path)


def _parquet_ends(path: Path) -> bool:
    if path.stat().st_size < 12:
        return False
    with path.open("rb") as stream:
        stream.seek(-4, 2)
        return stream.read() == b"PAR1"


def _gzip_ends(path: Path) -> bool:
    try:
        with gzip.open(path) as stream:
            while stream.read(1 << 20):
                pass
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return False
    return True
