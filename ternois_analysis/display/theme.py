"""Colours, type sizes and patterns of all figures: they survive grey print and colour blindness.

The qualitative colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/) that reach a
contrast of 3:1 on white. Five classes cannot each contrast 3:1 with the next (81:1 is asked, 21:1
exists): the sequential classes are spaced evenly in contrast, 1.85:1 or more, and keep 3:1 up to
three classes; borders between areas and the legend carry the rest.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ternois_analysis.catalog import theme as catalog_theme
from ternois_analysis.catalog.theme import Theme
from ternois_analysis.errors import ReportError, explain

#: DejaVu Sans comes with matplotlib and has U+202F; Verdana has nearly its widths.
FONTS = "'DejaVu Sans', Verdana, sans-serif"
#: Type sizes in points: running labels, and the smallest that is ever used.
SIZE, SMALL = 9.0, 8.0
_MEASURED = 100.0

INK, SOFT, FAINT, LINE, PAPER = "#1A1A1A", "#595959", "#D9D9D9", "#A6A6A6", "#FFFFFF"

#: The territory comes first, its references after it, each with its own marker and dash.
QUALITATIVE = ("#0072B2", "#D55E00", "#009E73", "#4D4D4D", "#CC79A7", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P")
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1.5, 2)), (0, (1, 1)), (0, (10, 3)))

MAX_CLASSES = 5
#: Paths from white to black through one hue, along which shades are chosen by luminance.
_BLUES = ("#FFFFFF", "#DEEBF7", "#9ECAE1", "#6BAED6", "#2171B5", "#08306B", "#000000")
_ORANGES = ("#FFFFFF", "#FEE6CE", "#FDBE75", "#E08214", "#B35806", "#7F3B08", "#000000")
_NEUTRAL = "#F2F2F2"
#: Lightest and darkest luminance of classes; the middle one of five carries white text at 4.5:1.
_LIGHTEST, _DARKEST = 0.78, 0.015

#: What fills the territories whose value is not shown, by status: three patterns told apart
#: without colour. Side of the tile in points, background, and what is drawn on it.
PATTERNS = {
    "s": (5.0, "#C8C8C8", '<path d="M-1 1L1 -1M0 5L5 0M4 6L6 4" stroke="#4D4D4D"/>'),
    "n.s.": (6.0, "#FFFFFF", '<path d="M0.9 1.5h1.2M3.9 4.5h1.2" stroke="#767676" '
                             'stroke-width="1.2"/>'),
    "n.d.": (6.0, "#EDEDED", '<path d="M0 3H6M3 0V6" stroke="#8C8C8C" stroke-width="0.8"/>'),
}  # fmt: skip
#: Background of the head of pages, and the least contrast of text on it.
_TINT, _READABLE = "#F3F5F8", 4.5
#: What each sign means, printed under a figure that uses it.
MEANINGS = {
    "s": "couvert par le secret statistique",
    "n.s.": "non significatif, effectif trop faible",
    "n.d.": "donnée non disponible",
}
DEMONSTRATION = "données de démonstration"

_SETTINGS: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "font.size": SIZE,
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": LINE,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "svg.fonttype": "none",
    "svg.hashsalt": "ternois",
    "svg.image_inline": True,
    "path.simplify": False,
}


@contextmanager
def _settings() -> Iterator[None]:
    import matplotlib

    own = {k: v for k, v in matplotlib.rcParamsDefault.items() if not k.startswith("backend")}
    with matplotlib.rc_context({**own, **_SETTINGS}):
        yield


#: Decorator: draws with these settings, whatever the user's own matplotlibrc says.
styled = _settings()


def sequential(count: int) -> tuple[str, ...]:
    """Colours of `count` ordered classes, light to dark, one hue.

    Raises
    ------
    ReportError
        Above five classes: readers cannot tell more shades apart.
    """
    _bounded(count)
    return tuple(_shade(_BLUES, light) for light in _ladder(max(count, 3)))[:count]


def diverging(below: int, straddling: bool, above: int) -> tuple[str, ...]:
    """Colours of classes around zero, lowest first: oranges below, blues above, grey on zero.

    `straddling` says whether one class holds zero inside; at most five classes in all. Shades
    darken away from zero, in turn on either side, so that each keeps a grey of its own in print.
    Where all are on one side there is nothing to oppose: the sequential colours serve.
    """
    _bounded(below + above + straddling)
    if not (below and above) and not straddling:
        return sequential(below + above)
    lights = _ladder(below + above + 1)[1:]
    turns = sorted([(rank, 0) for rank in range(below)] + [(rank, 1) for rank in range(above)])
    light = dict(zip(turns, lights, strict=True))
    low = [_shade(_ORANGES, light[rank, 0]) for rank in range(below)][::-1]
    high = [_shade(_BLUES, light[rank, 1]) for rank in range(above)]
    return (*low, *([_NEUTRAL] if straddling else []), *high)


def _ladder(count: int) -> list[float]:
    """Luminances from light to dark, evenly spaced in contrast."""
    step = ((_DARKEST + 0.05) / (_LIGHTEST + 0.05)) ** (1 / (count - 1)) if count > 1 else 1.0
    return [(_LIGHTEST + 0.05) * step**rank - 0.05 for rank in range(count)]


@lru_cache(maxsize=64)
def _shade(path: tuple[str, ...], light: float) -> str:
    """The colour of a path, light to dark, whose luminance is nearest to `light`."""
    steps = [
        "#"
        + "".join(
            f"{round(int(one[i : i + 2], 16) * (1 - t) + int(two[i : i + 2], 16) * t):02X}"
            for i in (1, 3, 5)
        )
        for one, two in pairwise(path)
        for t in (k / 32 for k in range(33))
    ]
    return min(steps, key=lambda colour: abs(luminance(colour) - light))


def _bounded(count: int) -> None:
    if not 1 <= count <= MAX_CLASSES:
        raise ReportError(
            explain(
                "Classes of a map",
                expected=f"1 to {MAX_CLASSES}",
                found=count,
                do="Declare at most four inner breaks in indicators.yml.",
            )
        )


def pattern(sign: str, name: str) -> str:
    """The SVG pattern of a status, to be used as `fill: url(#name)`."""
    side, background, drawn = PATTERNS[sign]
    return (
        f'<pattern id="{name}" patternUnits="userSpaceOnUse" width="{side:g}" height="{side:g}">'
        f'<rect width="{side:g}" height="{side:g}" fill="{background}"/>{drawn}</pattern>'
    )


def luminance(colour: str) -> float:
    """Relative luminance of `#RRGGBB`, 0 to 1 (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(fill: str) -> str:
    """The text colour that reads best on `fill`."""
    return max((INK, PAPER), key=lambda colour: contrast(colour, fill))


@lru_cache(maxsize=4096)
def width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Width of a line of text in points, in DejaVu Sans; a letter that it lacks takes an em."""
    from matplotlib.ft2font import LoadFlags

    # Two threads must not set texts in one font.
    font, known = _font(bold, threading.get_ident())
    held = "".join(letter if ord(letter) in known else "\u2014" for letter in text)
    font.set_text(held, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64 * size / _MEASURED


@lru_cache(maxsize=8)
def _font(bold: bool, thread: int) -> tuple[Any, frozenset[int]]:
    """The font that comes with matplotlib, set to `_MEASURED` points, and the letters it has.

    Its text paths and its search for fonts would give the same width after a quarter of a second
    of imports.
    """
    from matplotlib.ft2font import FT2Font

    path = font_folder() / f"DejaVuSans{'-Bold' if bold else ''}.ttf"
    if not path.is_file():
        raise ReportError(
            explain("A font is missing", expected=path, found="no such file",
                    do="Install matplotlib again: it comes with it.")
        )  # fmt: skip
    font = FT2Font(path)
    font.set_size(_MEASURED, 72)
    return font, frozenset(font.get_charmap())


if hasattr(os, "register_at_fork"):
    # A font reads letters from its open file when they are asked for: forked processes would share
    # where they are in it.
    os.register_at_fork(after_in_child=_font.cache_clear)


def font_folder() -> Path:
    """Where matplotlib keeps the DejaVu fonts that it comes with."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def wrapped(text: str, room: float, size: float = SIZE, bold: bool = False) -> list[str]:
    """Lines of `text`, none wider than `room` points unless a single word is.

    A word too wide for a line is cut after a hyphen, if it has one.
    """
    lines: list[str] = []
    for word in text.split(" "):
        parts = re.split("(?<=-)", word) if width(word, size, bold) > room else [word]
        for rank, part in enumerate(parts):
            joined = f"{lines[-1]}{'' if rank else ' '}{part}" if lines else part
            if lines and width(joined, size, bold) <= room:
                lines[-1] = joined
            else:
                lines.append(part)
    return lines


def identity() -> Theme:
    """The words and colours of the house, its colours dark enough to be read.

    Raises
    ------
    ReportError
        If a colour of `data/theme.yml` has less than 4.5:1 on the palest background used.
    """
    own = catalog_theme.theme()
    for name in ("colour", "link"):
        chosen = getattr(own, name)
        if contrast(chosen, _TINT) < _READABLE:
            raise ReportError(
                explain(
                    f"theme.yml: {name}",
                    expected=f"a contrast of {_READABLE}:1 on {_TINT} (WCAG 2.2)",
                    found=f"{contrast(chosen, _TINT):.1f}:1 for {chosen}",
                    do="Choose a darker colour.",
                )
            )
    return own


def stylesheet() -> str:
    """CSS for pages that hold figures and tables, without any outside address."""
    return (Path(__file__).parent / "assets" / "display.css").read_text(encoding="utf-8")
