"""Formulas that a workbook was saved without the results of: a reader sees them as empty cells."""

import io
import posixpath
import zipfile
from collections import defaultdict
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def unresolved(content: bytes, name: str) -> dict[int, set[int]]:
    """Columns by row of the formulas of a sheet without a result, both counted from 0.

    Parameters
    ----------
    content : bytes
        A workbook that `open_parts` let in: no bomb.
    name : str
        Of the sheet; one that holds no cells, such as a chart, has none.

    Raises
    ------
    ValueError, ElementTree.ParseError
        If the workbook is malformed.
    """
    found: dict[int, set[int]] = defaultdict(set)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        path = _path(archive, name)
        if path not in archive.namelist():
            return found
        for cell in _parsed(archive, path).iter(f"{_MAIN}c"):
            formula = cell.find(f"{_MAIN}f") is not None
            # A text (`str`) may be computed and empty: it is then what the formula gives.
            if formula and cell.get("t") != "str" and not cell.findtext(f"{_MAIN}v"):
                row, column = _place(cell.get("r", ""))
                found[row].add(column)
    found.pop(-1, None)
    return found


def _path(archive: zipfile.ZipFile, name: str) -> str:
    """Path of a sheet in the archive; empty when it is not told as the standard wants it."""
    try:
        book = _parsed(archive, "xl/workbook.xml")
        links = _parsed(archive, "xl/_rels/workbook.xml.rels")
    except KeyError:
        return ""
    ids = {sheet.get("name"): sheet.get(_LINK) for sheet in book.iter(f"{_MAIN}sheet")}
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    return posixpath.join("/xl", targets.get(ids.get(name), "")).lstrip("/")


def _parsed(archive: zipfile.ZipFile, path: str) -> ElementTree.Element:
    content = archive.read(path)
    # No spreadsheet writes one; without it there is no entity, hence no attack by XML.
    if b"<!DOCTYPE" in content:
        raise ValueError(f"{path} declares a document type")
    return ElementTree.fromstring(content)  # noqa: S314 - no entity, see above


def _place(reference: str) -> tuple[int, int]:
    """Row and column of `C5`: 4 and 2; a row of -1 for what is no reference."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - ord("A") + 1
    digits = reference[len(letters) :]
    return (int(digits) if digits else 0) - 1, column - 1
