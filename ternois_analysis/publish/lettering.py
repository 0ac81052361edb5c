"""How much room texts take, in the widest font that they may be shown with."""

import math
import re
from functools import lru_cache

from ternois_analysis.display import theme

#: Height of a line at size 1, in the fonts of office programs and in DejaVu Sans.
LINE = 1.22
#: A line may be cut at a plain space, a line break, or after a hyphen.
_WORDS = re.compile(r"[^ \n-]*-+|[^ \n-]+| |\n")


class _Letters(dict[str, float]):
    """Widths of letters at size 1, each measured when it is first asked for."""

    def __init__(self, bold: bool) -> None:
        super().__init__()
        self._bold = bold

    def __missing__(self, letter: str) -> float:
        # A blank alone has no outline: its advance is what it adds between two letters.
        around, alone = (theme.width(text, 10.0, self._bold) for text in (f"n{letter}n", "nn"))
        return self.setdefault(letter, (around - alone) / 10)


_PLAIN, _BOLD = _Letters(False), _Letters(True)


@lru_cache(maxsize=20_000)
def width(text: str, bold: bool = False) -> float:
    """Width of a line at size 1, letter by letter in DejaVu Sans, the widest font in use."""
    return sum(map((_BOLD if bold else _PLAIN).__getitem__, text))


def longest(text: str, bold: bool = False) -> float:
    """Width at size 1 of the widest piece that cannot be cut."""
    pieces = (piece for piece in _WORDS.findall(text) if piece != "\n")
    return max((width(piece, bold) for piece in pieces), default=0.0)


def natural(text: str, bold: bool = False) -> float:
    """Width at size 1 of the widest line as it is written."""
    return max(width(line, bold) for line in text.split("\n"))


@lru_cache(maxsize=20_000)
def lines(text: str, room: float, bold: bool = False) -> int:
    """Lines that a text takes in `room`, a width at size 1; at least one.

    A piece wider than the room is cut anywhere, as office programs do.
    """
    count, used = 1, 0.0
    for piece in _WORDS.findall(text):
        if piece == "\n":
            count, used = count + 1, 0.0
            continue
        wide = width(piece, bold)
        if used and piece != " " and used + wide > room:
            count, used = count + 1, wide
        else:
            used += wide
        if used > room and piece != " ":
            more = math.ceil(used / room - 0.001) - 1
            count, used = count + more, used - more * room
    return count
