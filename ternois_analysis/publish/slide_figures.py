"""A block on a slide: its message, its figure in the form that slides take, and its source."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import naming, theme
from ternois_analysis.display.block import Block
from ternois_analysis.display.published import heading, span
from ternois_analysis.display.tables import DETAIL
from ternois_analysis.publish import raster, slide_charts, slide_notes, slide_tables, slide_text
from ternois_analysis.publish.plot import Plot, plots
from ternois_analysis.publish.slide_text import Box, Paragraph
from ternois_analysis.publish.topics import Found, sentences

_HEAD, _LEAST_HEAD = 15.0, 11.0
_SOURCE = 9.0
#: Size of a text that shares half a slide with a table.
_TEXT = 11.5
#: About what a title and a source take above and below a table, in points.
_WORDS = 60.0
_GAP = 6.0
#: Room that words above and below a figure may take of its box.
_ABOVE, _BELOW = 0.26, 0.16
_MOST_MULTIPLES = 4
#: Columns of a table that fit in half a slide.
_NARROW = 5
_THREE = 3


def figure(slide: Any, found: Found, box: Box, moment: datetime, *, as_table: bool = False) -> None:
    """A block with its message above and its source below.

    Parameters
    ----------
    slide : pptx.slide.Slide
    as_table : bool
        Whether a chart is shown by its table.
    """
    block = found.block
    drawn = plots(block) if block.kind == "chart" and not as_table else []
    middle = _framed(slide, block, box, drawn)
    if block.kind == "text":
        texts(slide, sentences(block), middle, found)
    elif len(drawn) == 1:
        slide_charts.put(slide, drawn[0], middle, block.alt or block.title, moment)
    elif block.svg and not as_table:
        _picture(slide, block, middle)
    elif block.table is not None and len(block.table):
        _table(slide, found, middle)
    else:
        slide_text.put(slide, middle, [Paragraph("Aucun chiffre à montrer.")], 14, 11)


def multiples(slide: Any, found: Found, box: Box, moment: datetime) -> None:
    """The indicators of a table as small charts side by side, territories in the same order."""
    drawn = [plot for plot in plots(found.block) if plot.kind == "bars"][:_MOST_MULTIPLES]
    if len(drawn) < 2:
        figure(slide, found, box, moment)
        return
    middle = _framed(slide, found.block, box, ())
    across = 2 if len(drawn) > 1 else 1
    rows = -(-len(drawn) // across)
    tall = (middle.height - _GAP * (rows - 1)) / rows
    for rank, plot in enumerate(drawn):
        line = Box(middle.left, middle.top + (rank // across) * (tall + _GAP), middle.width, tall)
        place = line.columns(across, 24.0)[rank % across]
        head = Paragraph(_named(plot, found.block), bold=True)
        used = slide_text.put(slide, Box(place.left, place.top, place.width, 30), [head], 12, 9)
        alt = f"{head.text}{french.NBSP}: {found.block.title}"
        slide_charts.put(slide, plot, place.below(used.height), alt, moment)


def _named(plot: Plot, block: Block) -> str:
    """Short label, unit and period of one chart among several."""
    names = [name for name, entry in catalog.indicators().items() if entry is plot.indicator]
    rows = block.values[block.values["indicator"].isin(names)]
    return ", ".join(part for part in (heading(plot.indicator), span(rows)) if part)


def places(blocks: list[Block], box: Box) -> list[Box]:
    """Where blocks stand: side by side, one above the other for tables of many columns.

    Of three, the last two share the right half, a text as much of it as it is long.
    """
    if len(blocks) == _THREE:
        left, right = box.columns(2, 4 * _GAP)
        texts_of = [_wanted(block, right) if block.kind == "text" else None for block in blocks[1:]]
        told = [share for share in texts_of if share is not None]
        rest = (1 - sum(told)) / max(len(texts_of) - len(told), 1) if len(told) < 2 else 0.5
        return [left, *right.rows([share or rest for share in texts_of], 2 * _GAP)]
    tables = [block.table if block.kind == "table" else None for block in blocks]
    if len(blocks) < 2 or not any(t is not None and t.shape[1] > _NARROW for t in tables):
        return box.columns(len(blocks), 4 * _GAP)
    # A table takes the share of its rows, at most half; the others what is left.
    shares = [1.0 if t is None else min(1.0, 0.3 + 0.1 * len(t)) for t in tables]
    return box.rows(shares, 2 * _GAP)


def _wanted(block: Block, box: Box) -> float:
    """Share of a box that a text needs, at most half."""
    head = Paragraph(block.title, bold=True, scale=_HEAD / _TEXT)
    said = [Paragraph(text, mark="bullet") for text in sentences(block)]
    under = [Paragraph(part.text, scale=_SOURCE / _TEXT) for part in _under(block)]
    room = Box(0, 0, box.width, float("inf"))
    height = slide_text.fitted([head, *said, *under], room, _TEXT, _TEXT).height + 3 * _GAP
    return min(0.5, max(0.15, height / box.height))


def texts(
    slide: Any, said: list[str], box: Box, found: Found, *, numbered: bool = False,
    largest: float = 20.0,
) -> None:  # fmt: skip
    """Sentences as a list, and where to read on when there is no room for all."""
    marked = [Paragraph(text, mark="number" if numbered else "bullet") for text in said if text]
    if not marked:
        slide_text.put(slide, box, [Paragraph("Aucune phrase à montrer.")], 14, 11)
        return
    fit = slide_text.fitted(marked, box, largest, 11)
    if fit.count == len(marked):
        slide_text.put(slide, box, marked, largest, 11)
        return
    more = Paragraph(slide_notes.seen(found.chapter))
    room = Box(box.left, box.top, box.width, box.height - 24)
    used = slide_text.put(slide, room, marked, 11, 11)
    slide_text.put(slide, box.below(used.height), [more], 11, 10)


def comment(slide: Any, found: Found, box: Box) -> None:
    """What an author wrote, signed, apart from what is computed."""
    block = found.block
    head = Paragraph(f"{block.title} ({block.subtitle})", bold=True)
    used = slide_text.put(slide, Box(box.left, box.top, box.width, 0.4 * box.height), [head], 12, 9)
    texts(slide, sentences(block), box.below(used.height), found, largest=13)


def _framed(slide: Any, block: Block, box: Box, drawn: Sequence[Plot]) -> Box:
    """Write the words around a figure; what is left between them."""
    above = [Paragraph(block.title, bold=True)] if block.title else []
    if block.subtitle:
        above.append(Paragraph(block.subtitle, scale=0.8))
    room = Box(box.left, box.top, box.width, _ABOVE * box.height)
    fit = slide_text.put(slide, room, above, _HEAD, _LEAST_HEAD)
    under = _under(block, drawn)
    low = Box(box.left, 0, box.width, _BELOW * box.height)
    foot = slide_text.fitted(under, low, _SOURCE, 8.0)
    base = box.top + box.height - foot.height
    slide_text.put(
        slide, Box(box.left, base, box.width, foot.height + 1), under, foot.size, foot.size
    )
    top = box.top + fit.height + _GAP
    return Box(box.left, top, box.width, base - _GAP - top)


def _under(block: Block, drawn: Sequence[Plot] = ()) -> list[Paragraph]:
    """Mark of invented data, signs explained, what a chart does not show, and the source."""
    lines = [f"{theme.DEMONSTRATION.capitalize()}."] if block.synthetic else []
    if len(drawn) == 1 and drawn[0].kind == "lines" and drawn[0].hidden:
        lines.append(f"Non montré{french.NBSP}: {french.listing(drawn[0].hidden)}.")
    if perimeter := naming.told(block.values["territory_label"]):
        lines.append(french.typeset(perimeter))
    present = [sign for sign in french.SIGNS if (block.values["status"] == sign).any()]
    if present:
        told = " ; ".join(f"{sign} : {theme.MEANINGS[sign]}" for sign in present)
        lines.append(french.typeset(f"{told}."))
    text = " ".join(lines)
    source = f"Source{french.NBSP}: {block.source}" if block.source else ""
    return [Paragraph(part) for part in (text, source) if part]


def _picture(slide: Any, block: Block, box: Box) -> None:
    from pptx.util import Pt

    made = raster.picture(block.svg, block.title)
    width = min(box.width, box.height * made.ratio)
    height = width / made.ratio
    shape = slide.shapes.add_picture(
        io.BytesIO(made.content), Pt(box.left + (box.width - width) / 2), Pt(box.top), Pt(width),
        Pt(height),
    )  # fmt: skip
    shape._element.nvPicPr.cNvPr.set("descr", block.alt or block.title)


def _shorter(block: Block) -> pd.DataFrame:
    """The table of a block, its heads and names without the perimeter that they share."""
    assert block.table is not None
    return naming.headed(block.table)[0]


def rows(block: Block, box: Box) -> int:
    """Rows of the table of a block that a box has room for, its words being written too."""
    room = Box(box.left, box.top, box.width, box.height - _WORDS)
    return slide_tables.laid(_flat(_shorter(block)), room).rows


def _flat(table: pd.DataFrame) -> pd.DataFrame:
    """The table with what stands small under a text beside it, in brackets."""
    return table.map(lambda text: re.sub(r"\n([^\n\[]+)$", r" (\1)", str(text)))


def _leading(table: pd.DataFrame) -> pd.DataFrame:
    """The rows that others detail, and the columns that they fill; the table when none does."""
    names = table.iloc[:, 0].astype(str)
    kept = table[~names.str.startswith(DETAIL)]
    if kept.empty or len(kept) == len(table):
        return table
    filled = [rank for rank in range(kept.shape[1]) if any(map(str, kept.iloc[:, rank]))]
    return kept.iloc[:, filled]


def _table(slide: Any, found: Found, box: Box) -> None:
    whole = table = _shorter(found.block)
    if slide_tables.laid(table, box).rows < len(table):
        table = _leading(table)
    if slide_tables.laid(_flat(table), box).rows > slide_tables.laid(table, box).rows:
        table = _flat(table)
    alt = found.block.alt or found.block.title
    if slide_tables.laid(table, box).rows == len(whole):
        slide_tables.put(slide, table, box, alt)
        return
    how = slide_tables.put(slide, table, Box(box.left, box.top, box.width, box.height - 20), alt)
    left = len(whole) - how.rows
    told = f"{french.number(left)} {french.plural(left, 'autre ligne', 'autres lignes')}. "
    more = Paragraph(told + slide_notes.seen(found.chapter))
    slide_text.put(slide, box.below(how.height + 4), [more], 10, 9)


def map_beside(slide: Any, found: Found, box: Box) -> None:
    """A map at the left, as high as the slide allows, its words at the right."""
    block = found.block
    if not block.svg:
        figure(slide, found, box, datetime.min)
        return
    made = raster.picture(block.svg, block.title)
    width = min(box.height * made.ratio, 0.68 * box.width)
    height = width / made.ratio
    _picture(slide, block, Box(box.left, box.top + (box.height - height) / 2, width, height))
    side = Box(box.left + width + 20, box.top, box.width - width - 20, box.height)
    words = [Paragraph(block.title, bold=True, scale=1.25), Paragraph(block.subtitle)]
    words += [Paragraph(block.reading)] + [
        Paragraph(part.text, scale=0.8) for part in _under(block)
    ]
    slide_text.put(slide, side, [word for word in words if word.text], 15, 9)
