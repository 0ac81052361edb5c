"""Tables for paper: column widths from the texts, wide tables parted, long narrow ones abreast."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ternois_analysis import french
from ternois_analysis.display.tables import MAX_COLUMNS
from ternois_analysis.publish import typst_rows
from ternois_analysis.publish.lettering import width as _width

#: Width of the text on an A4 page in points: that of the figures, which keep their type sizes.
PAGE = 504.0
SIZE, SMALL = typst_rows.SIZE, 7.0
#: Left and right blank of a cell, with a little to spare; blank between tables set abreast.
_INSET, _GUTTER = 7.0, 14.0
#: Where a whole word does not fit, it is hyphenated, and needs this width at size 1.
_HYPHENATED = 5.5
#: Width at size 1 above which the head of a column is set on several lines.
_HEAD = 14.0
#: Rows of one of the tables abreast: with them it still fits on a page.
_ABREAST = 52
#: Height in points up to which a table is kept whole: a page less the title and the words.
ONE_PAGE = 610.0
_NUMBER = re.compile(r"^[+\u2212]?\u202f?\d")
_LONGEST_NUMBER = 30
#: What may stand in a column of numbers.
_SIGNS = ("", "–", *french.SIGNS.values())
#: Where a text may be broken: not within an interval, though its semicolon has a plain space after.
_BREAKS = re.compile(r"(?<!;) |\n|(?<=-)(?=\w)")


def laid(table: pd.DataFrame, size: float = SIZE, *, long: bool = False) -> list[dict[str, Any]]:
    """A table as one or more tables of at most eight columns that fit on a portrait page.

    Parameters
    ----------
    table : DataFrame
        Formatted strings; the first column names the rows and comes again in each part.
    size : float
        Type size in points.
    long : bool
        Whether a narrow table of many rows is set in two or three abreast.

    Returns
    -------
    list of dict
        `size`, `inset` (points beside and above a text), `abreast` (how many side by side),
        `gutter`, `hyphenate`, `widths` (points), `height` and `first` (points, about: of all, and
        of what must stand under the title), `breaks` (whether higher than a page), `numbers`
        (whether a column holds numbers), `heads`, `rows` in groups to be set side by side, a cell
        being `[text, small second line]`, and `heights` of the rows in the same groups (points; 0
        where Typst must find it).
    """
    heads = [str(name) for name in table.columns]
    rows = [[_cell(text) for text in row] for row in rows_of(table)]
    columns = [_column(h, [row[p] for row in rows], size) for p, h in enumerate(heads)]
    others = list(range(1, len(heads)))
    count = max(1, math.ceil(len(others) / (MAX_COLUMNS - 1)))
    parts = _parts(others, count)
    while count < len(others) and any(_least(columns, p, True) > PAGE for p in parts):
        count += 1
        parts = _parts(others, count)
    return [_part(columns, rows, [0, *part], size, long) for part in parts]


def rows_of(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The rows of a table, column by column: pandas is slow to make one array of texts."""
    columns = (column.tolist() for _, column in table.items())
    return list(zip(*columns, strict=True))


def from_rows(rows: Sequence[Sequence[str]]) -> pd.DataFrame:
    """The table whose first row holds the heads; a head that comes twice stays twice."""
    head, *others = rows
    return pd.DataFrame(others, columns=pd.Index(list(head), dtype=object))


def _cell(text: object) -> list[str]:
    first, _, rest = str(text).partition("\n")
    return [first, rest.replace("\n", " ")]


def _parts(columns: Sequence[int], count: int) -> list[list[int]]:
    """Columns in `count` runs as equal as can be."""
    bounds = [round(len(columns) * rank / count) for rank in range(count + 1)]
    return [list(columns[bounds[rank] : bounds[rank + 1]]) for rank in range(count)]


@dataclass(frozen=True)
class _Column:
    """A column with its widths in points: its longest word, hyphenated or not, and its texts."""

    head: str
    number: bool
    word: float
    piece: float
    texts: float
    whole: float


def _column(head: str, cells: Sequence[list[str]], size: float) -> _Column:
    words = [(word, 1.0, True) for word in _BREAKS.split(head)]
    for first, second in cells:
        words += [(word, 1.0, False) for word in _BREAKS.split(first)]
        words += [(word, 0.9, False) for word in _BREAKS.split(second)]
    found = {(word, scale, bold): scale * _width(word, bold) for word, scale, bold in set(words)}
    pieces = [
        min(width, _HYPHENATED) if word.strip("().,;:’").isalpha() else width
        for (word, _, _), width in found.items()
    ]
    texts = max((max(_width(a, False), 0.9 * _width(b, False)) for a, b in cells), default=0.0)
    word = max(found.values())
    return _Column(
        head=head,
        number=_numeric(cells),
        word=word * size + _INSET,
        piece=max(pieces) * size + _INSET,
        texts=max(texts, word) * size + _INSET,
        whole=max(texts, word, min(_width(head, True), _HEAD)) * size + _INSET,
    )


def _numeric(cells: Sequence[list[str]]) -> bool:
    """Whether a column holds numbers, or only the signs that stand for them."""
    texts = [text for text, _ in cells]
    return any(texts) and all(
        text in _SIGNS or (_NUMBER.match(text) and len(text) < _LONGEST_NUMBER) for text in texts
    )


def _least(columns: Sequence[_Column], part: Sequence[int], hyphenate: bool) -> float:
    """Width under which some words of the first column and of a part do not fit."""
    return sum(columns[p].piece if hyphenate else columns[p].word for p in {0, *part})


def _part(
    columns: Sequence[_Column],
    rows: list[list[list[str]]],
    kept: list[int],
    size: float,
    long: bool,
) -> dict[str, Any]:
    own = [[row[place] for place in kept] for row in rows]
    mine = [columns[place] for place in kept]
    abreast = _abreast(sum(column.texts for column in mine), len(own)) if long else 1
    room = (PAGE - _GUTTER * (abreast - 1)) / abreast
    hyphenate = _least(columns, kept, False) > room
    least = [column.piece if hyphenate else column.word for column in mine]
    # Rows before heads: a head on several lines costs less than every row on two.
    widths = _shared(least, [max(column.texts, column.word) for column in mine], room)
    widths = _shared(widths, [column.whole for column in mine], room)
    step = max(1, min(math.ceil(len(own) / abreast), _ABREAST)) if abreast > 1 else len(own) or 1
    groups = [own[at : at + step] for at in range(0, len(own), step)] or [own]
    tallest = max(_height(mine, group, widths, size) for group in groups)
    breaks = tallest > ONE_PAGE
    start = _height(mine, own[:2], widths, size) if abreast == 1 or breaks else tallest
    return {
        "size": size,
        "inset": typst_rows.blanks(size),
        "abreast": abreast,
        "gutter": _GUTTER,
        "hyphenate": hyphenate,
        "widths": [round(width, 2) for width in widths],
        "height": round(tallest * math.ceil(len(groups) / abreast)),
        "first": round(start),
        "breaks": breaks,
        "numbers": [rank > 0 and column.number for rank, column in enumerate(mine)],
        "heads": [column.head for column in mine],
        "rows": groups,
        "heights": [[typst_rows.height(row, widths, size) for row in group] for group in groups],
    }


def _height(
    columns: Sequence[_Column], rows: list[list[list[str]]], widths: Sequence[float], size: float
) -> float:
    """About how high a table will be: the lines of each row, a little more for broken ones."""

    def lines(text: str, room: float, bold: bool = False) -> int:
        return math.ceil(1.1 * _width(text, bold) * size / (room - _INSET)) if text else 0

    head = max(lines(c.head, width, True) for c, width in zip(columns, widths, strict=True))
    each = [
        max(lines(a, width) + lines(b, width) for (a, b), width in zip(row, widths, strict=True))
        for row in rows
    ]
    # A line is as high as its capitals; half a size stands between lines, an inset around a cell.
    inset = 6.4 if size >= SIZE else 4.4
    return sum(size * (1.25 * max(count, 1) - 0.5) + inset for count in [head, *each])


def _abreast(width: float, rows: int) -> int:
    """How many tables of this natural width stand side by side; short ones stand alone."""
    fitting = int((PAGE + _GUTTER) // (width + _GUTTER))
    return max(1, min(fitting, 3, rows // 10))


def _shared(least: Sequence[float], whole: Sequence[float], room: float) -> list[float]:
    """Widths of columns: the least, then a share of what is spare.

    A column that needs less than an equal share has its need; the others share the rest in
    proportion to theirs, as CSS 2.1 lays out tables (17.5.2.2).
    """
    spare = room - sum(least)
    if spare <= 0:
        return [width * room / sum(least) for width in least]
    needs = [max(high - low, 0.0) for low, high in zip(least, whole, strict=True)]
    given = [0.0] * len(needs)
    wanting = sorted(range(len(needs)), key=needs.__getitem__)
    while wanting and needs[wanting[0]] <= spare / len(wanting):
        rank = wanting.pop(0)
        given[rank] = needs[rank]
        spare -= needs[rank]
    for rank in wanting:
        given[rank] = spare * needs[rank] / sum(needs[other] for other in wanting)
    return [low + more for low, more in zip(least, given, strict=True)]
