"""Legends of maps: classes with how many territories each has, sizes of circles, signs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import theme
from ternois_analysis.display.classes import Classes
from ternois_analysis.display.published import heading, shown, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SWATCH, _ROW = (20.0, 11.0), 16.0
_SIGNS = {"s": "secret statistique", "n.s.": "non significatif", "n.d.": "non disponible"}


@dataclass(frozen=True)
class Entry:
    """One line of a legend: a swatch, its meaning and how many territories it stands for."""

    fill: str
    text: str
    count: int


def class_entries(values: pd.DataFrame, classes: Classes) -> list[Entry]:
    """All classes, the highest first, even the empty ones: they are the same on every map."""
    ranks = shown(values)["value"].map(classes.rank)
    pairs = zip(classes.colours, classes.labels, strict=True)
    return [
        Entry(colour, text, int((ranks == rank).sum())) for rank, (colour, text) in enumerate(pairs)
    ][::-1]


def sign_entries(values: pd.DataFrame) -> list[Entry]:
    """The signs that are on the map, in a fixed order."""
    from ternois_analysis.display import drawing

    found = values["status"].value_counts()
    return [
        Entry(paint, f"{french.SIGNS[sign]}{french.NBSP}: {_SIGNS[sign]}", int(found[sign]))
        for sign, paint in drawing.SIGN_PAINT.items()
        if sign in found
    ]


def noun(values: pd.DataFrame) -> str:
    """What the territories of a map are, in the plural."""
    ids = values["territory"].str
    if ids.startswith("commune-").all():
        return "communes"
    return "communautés" if ids.startswith(("cc-", "epci-")).all() else "territoires"


def rows(
    sheet: "Axes", place: tuple[float, float], room: float, entries: Sequence[Entry], column: str
) -> float:
    """Lines of a legend under the upper left corner `place`, `room` points wide.

    `column` says what is counted at their right. Returns the lowest point.
    """
    from matplotlib.patches import Rectangle

    left, top = place
    if not entries:
        return top
    sheet.text(
        left + room, top - theme.SMALL, column, size=theme.SMALL, color=theme.SOFT, ha="right"
    )
    top -= theme.SMALL + 6
    for entry in entries:
        middle = top - _SWATCH[1] / 2
        sheet.add_artist(
            Rectangle(
                (left, top - _SWATCH[1]),
                *_SWATCH,
                facecolor=entry.fill,
                edgecolor=theme.SOFT,
                linewidth=0.6,
            )
        )
        sheet.text(
            left + _SWATCH[0] + 6, middle, entry.text, size=theme.SMALL, va="center_baseline"
        )
        sheet.text(
            left + room,
            middle,
            french.number(entry.count),
            size=theme.SMALL,
            ha="right",
            va="center_baseline",
            color=theme.SOFT,
        )
        top -= _ROW
    return top


def title(sheet: "Axes", place: tuple[float, float], room: float, indicator: Indicator) -> float:
    """Short label and unit over a legend; returns its lowest point."""
    left, top = place
    for text in theme.wrapped(heading(indicator), room, theme.SIZE, bold=True):
        top -= theme.SIZE * 1.3
        sheet.text(left, top, text, size=theme.SIZE, weight="bold")
    return top - 4


def radius(value: float, unit_area: float) -> float:
    """Radius in points of the circle whose area is `value` times `unit_area`."""
    return math.sqrt(max(value, 0.0) * unit_area / math.pi)


def round_sizes(largest: float) -> list[float]:
    """Three round values, the greatest first, none above the largest one shown."""
    found: list[float] = []
    for part in (1.0, 0.3, 0.06):
        power = 10.0 ** math.floor(math.log10(largest * part))
        step = next(s for s in (5, 4, 3, 2, 1) if s * power <= largest * part)
        value = max(1.0, step * power)
        if value not in found:
            found.append(value)
    return found


def sizes(
    sheet: "Axes",
    place: tuple[float, float],
    indicator: Indicator,
    largest: float,
    unit_area: float,
) -> float:
    """Nested circles standing on one line, with their values; returns the lowest point."""
    from matplotlib.patches import Circle

    left, top = place
    values = round_sizes(largest)
    widest = radius(values[0], unit_area)
    bottom = top - 2 * widest - 8
    middle, right = left + widest, left + 2 * widest
    for rank, value in enumerate(values):
        r = radius(value, unit_area)
        sheet.add_artist(
            Circle(
                (middle, bottom + r),
                r,
                facecolor=theme.PAPER,
                edgecolor=theme.QUALITATIVE[0],
                linewidth=1.0,
                zorder=2,
            )
        )
        line = min(bottom + 2 * r, bottom + 2 * widest - rank * theme.SMALL * 1.4)
        sheet.plot(
            [middle, right + 6, right + 12],
            [bottom + 2 * r, line, line],
            color=theme.SOFT,
            lw=0.6,
            zorder=3,
        )
        sheet.text(
            right + 15,
            line,
            written(value, indicator, unit=False),
            size=theme.SMALL,
            va="center_baseline",
        )
    return bottom - 12
