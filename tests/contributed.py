"""Partners' files for tests, filled in as a partner would; everything in them is invented."""

import datetime as dt
import io

import openpyxl

from ternois_analysis.sources import contributions

DAY = dt.date(2026, 10, 12)
COVERED = "CC d’essai"


def fill(path, name, rows, places, *, period="", covered="", example=False, **cells):
    """Write the template of a kind to `path`, filled in; `places` gives communes and labels."""
    listed = tuple(f"{label} ({code})" for code, label in places.items())
    content = contributions.workbook(name, listed, [COVERED], DAY)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sending, table = book["Envoi"], book["Données"]
    sending["B3"] = period or book["Listes"]["B1"].value
    sending["B4"] = covered or sending["B4"].value
    for cell, text in cells.items():
        sending[cell] = text
    if not example:
        table.delete_rows(4)
    for rank, row in enumerate(rows, 5 if example else 4):
        for column, value in enumerate(row, 1):
            table.cell(rank, column, value)
    book.save(path)
    return path
