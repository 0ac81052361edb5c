"""Tables of a slide: real ones, as large as their box allows, with as many rows as fit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import pandas as pd

from ternois_analysis.publish import lettering
from ternois_analysis.publish.slide_text import Box, written

_LARGEST, _SMALLEST, _STEP = 15.0, 9.0, 0.5
#: Sizes down to which words are kept on one line, then on two; lines that heads had better take.
_READ, _PARTED, _HEADS = 12.0, 10.0, (2, 3)
#: Columns whose widths are tried, and for which of their texts: the longest, or a shorter one.
_FEW, _SHORT = 4, (1.0, 0.75, 0.4)
#: Second line of a cell, compared with the first.
_SECOND = 0.85
_SIDE, _ABOVE = 5.0, 2.5
#: Programs set small type on whole points of a screen: somewhat wider than it is drawn.
_CARE = 1.02
#: What a number begins with.
NUMBER = re.compile(r"^[+\u2212\[]?\u202f?\d")


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
        # Rather a smaller type than words on two lines, and still smaller than on three.
        most = 1 if size > _READ else 2 if size > _PARTED else 0
        if size <= _SMALLEST or (fits and not (most and _wraps(texts, widths, size, most))):
            break
        size -= _STEP
    kept, used = 0, 0.0
    for height in heights:
        if used + height > box.height:
            break
        kept, used = kept + 1, used + height
    return Laid(size, tuple(map(abs, widths)), tuple(heights[:kept]), max(kept - 1, 0))


def _wraps(texts: list[list[str]], widths: Sequence[float], size: float, most: int) -> bool:
    """Whether a row under the head takes more than `most` lines for one that it is written with."""
    for row in texts[1:]:
        for text, width in zip(row, widths, strict=True):
            room = (width - 2 * _SIDE) / size / _CARE
            if any(lettering.lines(line, room, True) > most for line in text.split("\n")):
                return True
    return False


def _widths(texts: list[list[str]], room: float, size: float) -> list[float]:
    """Widths of columns: their longest word, then what is spare, by what their lines need.

    The first is negative when even the longest words do not fit.
    """
    least, wides = [], []
    for place in range(len(texts[0])):
        column = [
            (line, rank == 0 or place == 0, size * (_SECOND if second else 1.0))
            for rank, row in enumerate(texts)
            for second, line in enumerate(row[place].split("\n"))
        ]
        least.append(max(_CARE * own * _least(t, b) for t, b, own in column) + 2 * _SIDE + 1)
        # A head may stand on several lines; what is under it is read along the line.
        under = column[len(texts[0][place].split("\n")) :] or column
        wide = [_CARE * own * lettering.natural(t, b) + 2 * _SIDE + 1 for t, b, own in under]
        wides.append(sorted(max(each, least[-1]) for each in wide))
    whole = [column[-1] for column in wides]
    # Heads on few lines; for them a few long names may be cut.
    for names, most in product(_SHORT[:2], _HEADS):
        heads = [_CARE * size * _parted(head, most) + 2 * _SIDE + 1 for head in texts[0]]
        first = wides[0][int(names * (len(wides[0]) - 1))]
        roomy = [max(pair) for pair in zip([first, *whole[1:]], heads, strict=True)]
        if sum(roomy) <= room:
            return _shared(least, roomy, room)
    if sum(least) > room:
        widths = [width * room / sum(least) for width in least]
        widths[0] = -widths[0]
        return widths
    if size > _SMALLEST or len(least) > _FEW:
        return _shared(least, whole, room)
    # Where lines must be cut, a column of a few long texts need not take the room of the others.
    tried = [
        _shared(least, wanted, room)
        for wanted in product(
            *([column[int(q * (len(column) - 1))] for q in _SHORT] for column in wides)
        )
    ]
    return min(tried, key=lambda widths: sum(_height(row, widths, size, False) for row in texts))


def _shared(least: Sequence[float], whole: Sequence[float], room: float) -> list[float]:
    """What is spare over the least, by what each column wants; what is left to all alike."""
    spare, wanted = room - sum(least), sum(whole) - sum(least)
    if wanted >= spare:
        return [low + (high - low) * spare / wanted for low, high in zip(least, whole, strict=True)]
    return [high + (spare - wanted) / len(whole) for high in whole]


def _least(text: str, bold: bool) -> float:
    """Width at size 1 of what cannot be cut: a word, or a whole interval."""
    return (lettering.natural if text.startswith("[") else lettering.longest)(text, bold)


def _parted(head: str, most: int) -> float:
    """Width at size 1 with which a head stands on so many lines at most."""
    whole = lettering.natural(head, True)
    steps = (whole * share / 10 for share in range(3, 11))
    return next((room for room in steps if lettering.lines(head, room, True) <= most), whole)


def _height(row: Sequence[str], widths: Sequence[float], size: float, head: bool) -> float:
    def tall(text: str, width: float, bold: bool) -> float:
        found = 0.0
        for rank, line in enumerate(text.split("\n")):
            own = size * (_SECOND if rank else 1.0)
            room = (abs(width) - 2 * _SIDE) / own / _CARE
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
    return any(NUMBER.match(text) for text in texts)


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
