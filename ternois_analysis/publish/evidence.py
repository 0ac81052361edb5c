"""The blocks of executed notebooks, and `values.csv`: every printed number once."""

import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ternois_analysis.display.block import MIME
from ternois_analysis.display.published import COLUMNS, NUMBERS
from ternois_analysis.errors import ReportError, explain

NAME = "values.csv"
#: What a value is the value of: two pages that print it print the same.
IDENTITY = ("quarter", "audience", "territory", "indicator", "category", "period")

Row = tuple[str, ...]


def outputs(notebook: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All outputs of an executed notebook, in reading order."""
    for cell in notebook["cells"]:
        yield from cell.get("outputs", ())


def blocks(notebook: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The JSON of every block that a notebook displays, in reading order."""
    bundles = (output.get("data", {}).get(MIME) for output in outputs(notebook))
    return [json.loads(b) if isinstance(b, str) else b for b in bundles if b is not None]


def is_synthetic(notebook: Mapping[str, Any]) -> bool:
    """Whether any value of a notebook's blocks is invented, for demonstration."""
    return any(value["synthetic"] for block in blocks(notebook) for value in block["values"])


def sources_of(notebook: Mapping[str, Any]) -> set[str]:
    """Names of the sources of the values that a notebook prints."""
    named = (value["source"] for block in blocks(notebook) for value in block["values"])
    return {name for names in named for name in str(names or "").split("+") if name}


def rows(notebook: Mapping[str, Any]) -> list[Row]:
    """The values of a notebook's blocks as text, one row each, in the order of `COLUMNS`.

    Numbers are written with all their digits; a missing one is empty.
    """
    values = (value for block in blocks(notebook) for value in block["values"])
    return [tuple(_text(name, value.get(name)) for name in COLUMNS) for value in values]


def _text(column: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if column in NUMBERS:
        return repr(float(value))  # type: ignore[arg-type]
    return str(value)


def stale(pages: Mapping[str, Iterable[Row]], fresh: Collection[str]) -> list[str]:
    """Pages of earlier runs that print another figure than the pages just made.

    Parameters
    ----------
    pages : mapping of page name to rows
    fresh : collection of str
        The pages just made.

    Raises
    ------
    ReportError
        If two pages just made print different figures for the same thing.
    """
    place = [COLUMNS.index(name) for name in IDENTITY]
    known: dict[Row, tuple[Row, str]] = {}
    apart = []
    for page in sorted(pages, key=lambda name: (name not in fresh, name)):
        for row in pages[page]:
            key = tuple(row[i] for i in place)
            said, where = known.setdefault(key, (row, page))
            if said == row:
                continue
            if page in fresh:
                raise ReportError(
                    explain(
                        f"{' '.join(key)} is printed by {where} and by {page}",
                        expected="the same figures",
                        found=[said, row],
                        do="A page must print published values as they are.",
                    )
                )
            apart.append(page)
            break
    return apart


def write(pages: Mapping[str, Iterable[Row]], folder: Path) -> None:
    """Write `values.csv`: each row once, sorted, comma-separated, UTF-8, Unix line ends."""
    lead = [COLUMNS.index(name) for name in IDENTITY]

    def order(row: Row) -> Row:
        return (*(row[place] for place in lead), *row)

    once = sorted({row for page in pages.values() for row in page}, key=order)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(once)
    (folder / NAME).write_text(text.getvalue(), encoding="utf-8", newline="")
