"""Tables of a slide: real ones, as large as their box allows, with as many rows as fit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ternois_analysis.publish import lettering
from ternois_analysis.publish.slide_text import Box, written

_LARGEST, _SMALLEST, _STEP = 15.0, 9.0, 0.5
#: Size down to which words are kept on one line.
_READ = 12.0
#: Second line of a cell, compared with the first.
_SECOND = 0.85
_SIDE, _ABOVE = 5.0, 2.5
_NUMBER = re.compile(r"^[+\u2212\[]?\u202f?\d")


@dataclass(frozen=True)
class Laid:
    """A table as it fits: type size, widths of columns, heights of rows, rows shown."""

    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    rows: int

    @property
    def height(self) -> float:
        """Height in points, head included."""
        return sum(self.heights)


def laid(table: pd.DataFrame, box: Box) -> Laid:
    """The largest type in which a table fits a box; in the smallest, the rows that fit."""
    cells = [list(map(str, table.columns)), *(map(str, row) for row in table.to_numpy().tolist())]
    texts = [list(row) for row in cells]
    size = _LARGEST
    while True:
        widths = _widths(texts, box.width, size)
        heights = [_height(row, widths, size, rank == 0) for rank, row in enumerate(texts)]
        fits = sum(heights) <= box.height and widths[0] > 0
        # Rather a smaller type than words on two lines.
        if size <= _SMALLEST or (fits and (size <= _READ or not _wraps(texts, widths, size))):
            break
        size -= _STEP
    kept, used = 0, 0.0
    for height in heights:
        if used + height > box.height:
            break
        kept, used = kept + 1, used + height
    return Laid(size, tuple(map(abs, widths)), tuple(heights[:kept]), max(kept - 1, 0))


def _wraps(texts: list[list[str]], widths: Sequence[float], size: float) -> bool:
    """Whether a row under the head takes more lines than it is written with."""
    for row in texts[1:]:
        for text, width in zip(row, widths, strict=True):
            if size * lettering.natural(text, True) > width - 2 * _SIDE:
                return True
    return False


def _widths(texts: list[list[str]], room: float, size: float) -> list[float]:
    """Widths of columns: their longest word, then what is spare, by what their lines need.

    The first is negative when even the longest words do not fit.
    """
    least, whole = [], []
    for place in range(len(texts[0])):
        column = [
            (line, rank == 0 or place == 0, size * (_SECOND if second else 1.0))
            for rank, row in enumerate(texts)
            for second, line in enumerate(row[place].split("\n"))
        ]
        least.append(max(own * lettering.longest(t, b) for t, b, own in column) + 2 * _SIDE + 1)
        # A head may stand on several lines; what is under it is read along the line.
        under = column[len(texts[0][place].split("\n")) :] or column
        wide = max(own * lettering.natural(t, b) for t, b, own in under) + 2 * _SIDE + 1
        whole.append(max(wide, least[-1]))
    if sum(least) > room:
        widths = [width * room / sum(least) for width in least]
        widths[0] = -widths[0]
        return widths
    spare, wanted = room - sum(least), sum(whole) - sum(least)
    if wanted >= spare:
        return [low + (high - low) * spare / wanted for low, high in zip(least, whole, strict=True)]
    return [high + (spare - wanted) / len(whole) for high in whole]


def _height(row: Sequence[str], widths: Sequence[float], size: float, head: bool) -> float:
    def tall(text: str, width: float, bold: bool) -> float:
        found = 0.0
        for rank, line in enumerate(text.split("\n")):
            own = size * (_SECOND if rank else 1.0)
            room = (abs(width) - 2 * _SIDE) / own
            found += own * lettering.LINE * lettering.lines(line, room, bold)
        return found

    pairs = enumerate(zip(row, widths, strict=True))
    return max(tall(text, width, head or not rank) for rank, (text, width) in pairs) + 2 * _ABOVE


def put(slide: Any, table: pd.DataFrame, box: Box, alt: str) -> Laid:
    """A native table with the rows that fit; how it was laid out.

    Parameters
    ----------
    slide : pptx.slide.Slide
    table : DataFrame
        Formatted strings; a line break in a cell parts the value from what is small under it.
    """
    from pptx.util import Pt

    how = laid(table, box)
    if not how.rows:
        return how
    shape = slide.shapes.add_table(
        how.rows + 1, table.shape[1], Pt(box.left), Pt(box.top), Pt(sum(how.widths)), Pt(how.height)
    )
    shape._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    grid = shape.table
    for place, width in enumerate(how.widths):
        grid.columns[place].width = Pt(width)
    for rank, height in enumerate(how.heights):
        grid.rows[rank].height = Pt(height)
    rows = [list(map(str, table.columns)), *table.head(how.rows).astype(str).to_numpy().tolist()]
    right = [
        place > 0 and _numeric([row[place] for row in rows[1:]]) for place in range(len(rows[0]))
    ]
    cells = grid.iter_cells()
    for rank, row in enumerate(rows):
        for place, text in enumerate(row):
            _filled(next(cells), text, how.size, bold=rank == 0 or place == 0, right=right[place])
    return how


def _numeric(texts: Sequence[str]) -> bool:
    return any(_NUMBER.match(text) for text in texts)


def _filled(cell: Any, text: str, size: float, *, bold: bool, right: bool) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    cell.margin_left = cell.margin_right = Pt(_SIDE)
    cell.margin_top = cell.margin_bottom = Pt(_ABOVE)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    first, _, second = text.partition("\n")
    if not text:
        # Without a size of its own an empty cell is as high as a title.
        written(cell.text_frame.paragraphs[0], "\u00a0", size)
    for rank, part in enumerate(filter(None, (first, second))):
        line = cell.text_frame.paragraphs[0] if rank == 0 else cell.text_frame.add_paragraph()
        line.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
        written(line, part.replace("\n", " "), size * (_SECOND if rank else 1.0), bold and not rank)
