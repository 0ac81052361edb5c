"""Delimited text as producers publish it: plain, gzipped or inside a zip, all cells as text."""

import csv
import difflib
import fnmatch
import gzip
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ternois_analysis.errors import SchemaError, SourceError, explain

SEPARATORS = (";", ",", "\t", "|")
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_NOT_TEXT = {
    b"PAR1": "a Parquet file", b"\xd0\xcf\x11\xe0": "an old Excel workbook", b"%PDF": "a PDF",
}  # fmt: skip


def open_text(path: Path, member: str = "", *, beside: Iterable[str] = ()) -> tuple[str, bytes]:
    """Name and bytes of the text in a file, which may be gzipped or in a zip.

    Parameters
    ----------
    member : str
        Pattern of the name inside a zip; the largest `.csv` of those that fit is taken.
    beside : iterable of str
        Patterns of members that are not it, such as dictionaries of variables.

    Raises
    ------
    SourceError
        If the file is missing, empty, damaged or not text.
    """
    if not path.is_file() or not path.stat().st_size:
        raise SourceError(
            explain(f"{path} cannot be installed", expected="a file", found="none or an empty one",
                    do="Check its name, or download it again.")
        )  # fmt: skip
    content = path.read_bytes()
    name = path.name
    try:
        if content.startswith(_ZIP):
            name, content = _member(content, member, tuple(beside))
        elif content.startswith(_GZIP):
            content = gzip.decompress(content)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise SourceError(
            explain(f"{path.name} is cut or damaged", expected="a whole archive", found=error,
                    do="Download it again.")
        ) from error  # fmt: skip
    what = next((said for magic, said in _NOT_TEXT.items() if content.startswith(magic)), "")
    if not what and content.lstrip(b"\xef\xbb\xbf \r\n")[:1] in (b"<", b"{"):
        what = "a web page or a message"
    if not what and content.startswith(_ZIP):
        what = "a workbook or an archive in the archive"
    if what or b"\0" in content[:4096]:
        raise SourceError(
            explain(f"{path.name} cannot be installed", expected="delimited text (CSV)",
                    found=what or "a binary file", do="Download the CSV of the producer's page.")
        )  # fmt: skip
    return name, content


def members(path: Path, pattern: str, *, beside: Iterable[str] = ()) -> list[str]:
    """Names of the texts in a zip that a pattern fits; none for a file that is no zip."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as archive:
        names = [Path(name).name for name in archive.namelist()]
    fits = [name for name in names if fnmatch.fnmatch(name.lower(), pattern.lower())]
    return [n for n in fits if not any(fnmatch.fnmatch(n.lower(), other) for other in beside)]


def _member(content: bytes, pattern: str, beside: tuple[str, ...]) -> tuple[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        texts = [
            info
            for info in archive.infolist()
            if info.filename.lower().endswith((".csv", ".txt"))
            and not any(fnmatch.fnmatch(info.filename.lower(), other) for other in beside)
        ]
        if pattern:
            low = pattern.lower()
            texts = [i for i in texts if fnmatch.fnmatch(Path(i.filename).name.lower(), low)]
        if not texts:
            raise SourceError(
                explain("The archive has not the file looked for", expected=pattern or "a .csv",
                        found=archive.namelist()[:12], do="Check that it is the right archive.")
            )  # fmt: skip
        chosen = max(texts, key=lambda info: info.file_size)
        return chosen.filename, archive.read(chosen)


def decode(content: bytes) -> str:
    """The text of some bytes: UTF-8 with or without a mark, else Windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def table(text: str, key: str, place: str) -> pd.DataFrame:
    """A delimited text as a table of text, with the separator under which it has its key.

    Raises
    ------
    SchemaError
        If no separator gives the column `key`, or a line has more or fewer cells than the header.
    """
    head = text.partition("\n")[0].strip("\r")
    for separator in SEPARATORS:
        names = next(csv.reader([head], delimiter=separator), [])
        if key in (name.strip() for name in names):
            break
    else:
        guess = max(SEPARATORS, key=head.count)
        names = [name.strip() for name in next(csv.reader([head], delimiter=guess), [])]
        near = difflib.get_close_matches(key, names, 1, 0.5)
        raise SchemaError(
            explain(
                f"{place} has no column {key}",
                expected=f"{key} in the first line, separated by one of ; , tab |",
                found=names[:8],
                do=f"The nearest is '{near[0]}': is it another file, or was the column renamed?"
                if near
                else "Check that it is the right file.",
            )
        )
    try:
        found = pd.read_csv(
            io.StringIO(text), sep=separator, dtype="str", keep_default_na=False, na_filter=False,
            skip_blank_lines=True, index_col=False,
        )  # fmt: skip
    except (pd.errors.ParserError, ValueError) as error:
        raise SchemaError(
            explain(f"{place} cannot be read", expected="as many cells in each line as the header",
                    found=error, do="Download the file again; do not save it from a spreadsheet.")
        ) from error  # fmt: skip
    found = found.rename(columns=lambda name: str(name).strip())
    twice = found.columns[found.columns.duplicated()].tolist()
    if twice:
        raise SchemaError(
            explain(f"{place}: columns", expected="each once", found=twice, do="Mend the file.")
        )
    _check_width(text, separator, place)
    return found


def _check_width(text: str, separator: str, place: str) -> None:
    """Stop if a line has fewer cells than the header: the reader would fill it with nothing."""
    lines = text.splitlines()
    width = lines[0].count(separator)
    short = [
        number
        for number, line in enumerate(lines, 1)
        if line.strip() and '"' not in line and line.count(separator) < width
    ]
    if short:
        raise SchemaError(
            explain(f"{place} has lines that are cut", expected=f"{width + 1} cells in each line",
                    found=f"fewer in line {short[0]} ({len(short)} such lines)",
                    do="Download it again.")
        )  # fmt: skip
