"""A sheet a page: its figures as numbers, each with a native chart where one can be made."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import theme
from ternois_analysis.display.block import Block
from ternois_analysis.display.published import dated, heading
from ternois_analysis.publish import slide_charts, workbook_charts
from ternois_analysis.publish.plot import Plot, number_format, plots
from ternois_analysis.publish.reading import Chapter
from ternois_analysis.publish.topics import sentences
from ternois_analysis.publish.workbook_style import Styles, tall

#: What has a sheet of its own.
_APART = frozenset({"Définitions", "Sources"})
_ROWS = 16
_LINE = 120
_MOST_COLUMNS = 14
_FIRST, _OTHERS = 62, 16


_KEY = ("indicator", "category", "period")
_Cell = tuple[float | str, str]
_EMPTY: _Cell = ("", "")


@dataclass(frozen=True)
class Crossed:
    """Values by rows and columns: each cell a number and its format, or a text."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[_Cell, ...]], ...]


def page(book: Any, sheet: Any, chapter: Chapter, numbers: "Behind", styles: Styles) -> None:
    """Write the blocks of a page one under the other."""
    styles.text(sheet, 0, 0, chapter.title, "title")
    sheet.set_column(0, 0, _FIRST)
    sheet.set_column(1, _MOST_COLUMNS, _OTHERS)
    sheet.freeze_panes(1, 1)
    row = 2
    for block in chapter.blocks:
        if block.title not in _APART:
            row = _block(book, sheet, block, row, numbers, styles) + 2


def _block(book: Any, sheet: Any, block: Block, row: int, numbers: "Behind", styles: Styles) -> int:
    """Write a block from a row on; the row after it."""
    styles.text(sheet, row, 0, block.title, "heading")
    row += 1
    marked = f"{theme.DEMONSTRATION.capitalize()}." if block.synthetic else ""
    row = _lines(sheet, (block.subtitle, marked), row, styles, "soft")
    start, columns = row, 1
    drawn = plots(block) if block.kind in ("chart", "table") else []
    if block.kind == "text":
        row = _lines(sheet, sentences(block), row, styles, "plain")
    else:
        found = crossed(block) if _numbers(block, drawn) else None
        if found is not None:
            row, columns = _table(sheet, found, row, styles), len(found.heads)
        elif block.table is not None:
            row, columns = _texts(sheet, block.table, row, styles), block.table.shape[1]
    for rank, plot in enumerate(drawn[:4]):
        chart = workbook_charts.chart(book, plot, numbers.put(plot, styles))
        sheet.insert_chart(
            start + rank * _ROWS, columns + 1, chart,
            {"description": block.alt or f"{heading(plot.indicator)}{french.NBSP}: {block.title}"},
        )  # fmt: skip
        row = max(row, start + (rank + 1) * _ROWS)
    lines = {"Champ": block.champ, "Source": block.source, "Note": block.note}
    told = [block.reading, *(f"{k}{french.NBSP}: {v}" for k, v in lines.items() if v)]
    return _lines(sheet, told, row, styles, "soft")


def _numbers(block: Block, drawn: Sequence[Plot]) -> bool:
    """Whether the values say all that the table of a block says; if not, its words are kept."""
    if block.table is None or block.kind in ("map", "atlas"):
        return True
    places = set(map(french.typeset, block.values["territory_label"]))
    heads = {str(head) for head in block.table.columns[1:]}
    return heads <= places or (block.kind == "chart" and len(drawn) == 1)


def _lines(sheet: Any, texts: Iterable[str], row: int, styles: Styles, use: str) -> int:
    """Write texts on lines of a readable length; the row after them."""
    for text in texts:
        # The module cuts at plain spaces only: no-break ones hold.
        for line in textwrap.wrap(text, _LINE, break_long_words=False, break_on_hyphens=False):
            styles.text(sheet, row, 0, line, use)
            row += 1
    return row


def _table(sheet: Any, found: Crossed, row: int, styles: Styles) -> int:
    _heads(sheet, found.heads, row, styles)
    for name, cells in found.rows:
        row += 1
        styles.text(sheet, row, 0, name)
        for column, (value, form) in enumerate(cells, start=1):
            if isinstance(value, str):
                styles.text(sheet, row, column, value, "sign")
            else:
                styles.number(sheet, row, column, value, form)
    return row + 1


def _heads(sheet: Any, heads: Sequence[str], row: int, styles: Styles) -> None:
    for column, head in enumerate(heads):
        styles.text(sheet, row, column, head, "head")
    widths = [_FIRST, *[_OTHERS] * (len(heads) - 1)]
    tall(sheet, row, zip(heads, widths, strict=True), bold=True)


def _texts(sheet: Any, table: pd.DataFrame, row: int, styles: Styles) -> int:
    _heads(sheet, [str(head) for head in table.columns], row, styles)
    for record in table.to_numpy().tolist():
        row += 1
        for column, text in enumerate(record):
            styles.text(sheet, row, column, str(text).replace("\n", " "))
    return row + 1


def crossed(block: Block) -> Crossed | None:
    """The values of a block by indicator and territory, or None if they do not make a table."""
    known = catalog.indicators()
    columns = (
        block.values[name].tolist() for name in (*_KEY, "territory_label", "status", "value")
    )
    lines: dict[tuple[str, str, str], dict[str, _Cell]] = {}
    places: dict[str, None] = {}
    for indicator, category, period, place, status, value in zip(*columns, strict=True):
        if indicator not in known:
            continue
        cells = lines.setdefault((indicator, category, period), {})
        if place in cells:
            return None
        places[place] = None
        form = number_format(known[indicator])
        cells[place] = (float(value), form) if status == "ok" else (french.SIGNS[status], "")
    if places and len(places) < _MOST_COLUMNS:
        rows = [
            (_named(key), tuple(cells.get(place, _EMPTY) for place in places))
            for key, cells in lines.items()
        ]
        return Crossed(("Indicateur", *map(french.typeset, places)), tuple(rows))
    if places and len(lines) < _MOST_COLUMNS:
        rows = [
            (french.typeset(place), tuple(cells.get(place, _EMPTY) for cells in lines.values()))
            for place in places
        ]
        return Crossed(("Territoire", *map(_named, lines)), tuple(rows))
    return None


def _named(key: tuple[str, str, str]) -> str:
    indicator, category, period = key
    parts = (heading(catalog.indicator(indicator)), french.typeset(category), dated(period))
    return ", ".join(filter(None, parts))


@dataclass(frozen=True, eq=False)
class Behind:
    """The sheet of the numbers behind the charts, filled from top to bottom."""

    sheet: Any
    rows: Iterator[int]

    def put(self, plot: Plot, styles: Styles) -> int:
        """Write the numbers of a chart; the row of its heads."""
        top = next(self.rows)
        styles.text(self.sheet, top, 0, heading(plot.indicator), "heading")
        for column, line in enumerate(plot.series, start=1):
            name = line.name or french.typeset(plot.indicator.short)
            styles.text(self.sheet, top, column, name, "head")
        form = number_format(plot.indicator)
        for rank, name in enumerate(slide_charts.names(plot)):
            row = next(self.rows)
            styles.text(self.sheet, row, 0, name)
            for column, line in enumerate(plot.series, start=1):
                number = line.numbers[rank]
                if number is not None:
                    styles.number(self.sheet, row, column, number, form)
        next(self.rows)
        return top
