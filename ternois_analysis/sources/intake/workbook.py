"""Sheets of a workbook → rows of text, as a person sees them and without Excel's inventions."""

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from ternois_analysis.sources.intake.container import Refused


def sheets(content: bytes) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Each sheet's name and rows, from row 1 on, empty rows included.

    A whole number is written without decimals and a date in ISO order; a number too long for a
    double, or shown in scientific notation in the file, was already lost before it came to us.

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
            yield name, _rows(sheet.iter_rows(), first)
    except (CalamineError, ValueError, OSError) as error:
        raise Refused("le classeur est abîmé ou protégé par un mot de passe") from error


def _rows(cells: Iterator[list[Any]], first: int) -> Iterator[list[str]]:
    for _ in range(first):
        yield []
    for row in cells:
        yield [text(cell) for cell in row]


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
