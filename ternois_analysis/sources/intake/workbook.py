"""Sheets of a workbook → rows of text, as a person sees them and without Excel's inventions."""

import datetime as dt
import io
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from ternois_analysis.sources.intake.container import Refused
from ternois_analysis.sources.intake.formulas import unresolved


def sheets(content: bytes, formula: str = "") -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Each sheet's name and rows, from row 1 on, empty rows included.

    With `formula`, a formula that was saved without its result reads as this text; else as an
    empty cell. A whole number is written without decimals and a date in ISO order; a number too
    long for a double, or shown in scientific notation in the file, was already lost before it came
    to us.

    Raises
    ------
    Refused
        If the workbook cannot be read.
    """
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            first = sheet.start[0] if sheet.start else 0
            rows = _rows(sheet.iter_rows(), first)
            yield name, _told(rows, unresolved(content, name), formula) if formula else rows
    except (CalamineError, ValueError, OSError, ElementTree.ParseError) as error:
        raise Refused("le classeur est abîmé ou protégé par un mot de passe") from error


def _rows(cells: Iterator[list[Any]], first: int) -> Iterator[list[str]]:
    for _ in range(first):
        yield []
    for row in cells:
        yield [text(cell) for cell in row]


def _told(
    rows: Iterator[list[str]], places: Mapping[int, Collection[int]], formula: str
) -> Iterator[list[str]]:
    """Rows with a text where formulas have no result, beyond the last filled cell too."""
    rank = -1
    for rank, cells in enumerate(rows):
        yield _marked(cells, places.get(rank, ()), formula)
    for after in range(rank + 1, max(places, default=-1) + 1):
        yield _marked([], places.get(after, ()), formula)


def _marked(cells: list[str], columns: Collection[int], formula: str) -> list[str]:
    width = max(len(cells), max(columns, default=-1) + 1)
    filled = cells + [""] * (width - len(cells))
    return [formula if c in columns and not cell else cell for c, cell in enumerate(filled)]


def text(cell: object) -> str:
    """A cell as text."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)
