"""Heights of a table's rows, where they are sure: Typst need not lay out each cell to find them."""

import re
from collections.abc import Sequence

from ternois_analysis.publish.lettering import width

#: The common type size of tables in points; smaller ones are set closer.
SIZE = 8.0
#: Height of a line at size 1, the typographic ascent of DejaVu Sans; size of the second line of a
#: cell; blank between the two. The template sets cells with the last two.
_LINE, _SECOND, _LEADING = 1556 / 2048, 0.9, 0.5
#: Texts whose letters all stand in DejaVu Sans: no other font makes the line higher.
_PLAIN = re.compile(
    "[ -~\u00a0-\u017f\u2010-\u2026\u202f-\u203a\u20ac\u2190-\u2193"
    "\u2212\u2248\u2264\u2265\u25a0-\u25ff]*"
)
#: Texts of letters that no kerning pulls apart: never wider than measured letter by letter.
_FIGURES = re.compile("[0-9 \u00a0\u202f,.;:()\\[\\]+\u2212\u2013%]*")
#: Share of the room that other texts may take to be sure that Typst does not break them.
_SURE = 0.98


def height(row: Sequence[Sequence[str]], widths: Sequence[float], size: float) -> float:
    """Height in points of a row whose texts are sure to stay on their lines, else 0.

    Parameters
    ----------
    row : sequence of (str, str)
        First and small second line of each cell.
    widths : sequence of float
        Of the columns, in points.
    size : float
        Type size in points.
    """
    across, above = blanks(size)
    for (first, second), wide in zip(row, widths, strict=True):
        room = (wide - 2 * across) / size
        if not _fits(first, room) or not _fits(second, room / _SECOND):
            return 0.0
        if second and not first.strip():
            return 0.0
    if not any(first.strip() for first, _ in row):
        return 0.0
    more = _LEADING + _SECOND * _LINE if any(second for _, second in row) else 0.0
    return 2 * above + size * (_LINE + more)


def blanks(size: float) -> tuple[float, float]:
    """Blank in points on each side of a cell's text, across and above."""
    return 3.2, 3.0 if size >= SIZE else 2.0


def _fits(text: str, room: float) -> bool:
    """Whether a text is sure to stay on one line of `room`, a width at size 1."""
    if _FIGURES.fullmatch(text):
        return width(text) < room
    return _PLAIN.fullmatch(text) is not None and width(text) < _SURE * room
