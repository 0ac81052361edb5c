"""What all charts share: plain axes, French ticks, texts at the end of lines, signs below."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import (
    FixedFormatter,
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    NullLocator,
)

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import drawing, labels, theme
from ternois_analysis.display.published import heading, is_change
from ternois_analysis.errors import ReportError, explain

WIDTH = 504.0
HEAD = 22.0
LINE = theme.SMALL * 1.3


def chart(
    indicator: Indicator, limits: tuple[float, float], *, tall: float, foot: float, right: float
) -> tuple[Axes, Axes]:
    """A sheet and axes with a French vertical scale, headed by the indicator and its unit.

    Parameters
    ----------
    limits : (float, float)
        Lowest and highest number to show; the scale is rounded outwards.
    tall, foot, right : float
        Height of the plot, room below it and at its right, in points.
    """
    sign = is_change(indicator)
    places, decimals = ticks(*limits, whole=indicator.decimals == 0)
    left = margin([french.number(place, decimals, sign=sign) for place in places], 80.0) + 6
    figure, sheet = drawing.canvas(WIDTH, foot + tall + HEAD)
    axes = drawing.panel(figure, left, foot, WIDTH - left - right, tall)
    plain(axes, grid="y")
    numbered(axes, "y", indicator, *limits)
    sheet.text(
        0,
        foot + tall + HEAD - theme.SMALL - 2,
        heading(indicator),
        size=theme.SMALL,
        color=theme.SOFT,
    )
    return sheet, axes


def on_sheet(axes: Axes, x: float, y: float) -> tuple[float, float]:
    """Place on the sheet, in points, of a place on the axes."""
    pixels = axes.transData.transform((x, y))
    points = pixels * 72 / axes.figure.dpi
    return float(points[0]), float(points[1])


def box(axes: Axes) -> labels.Box:
    """Corners of the axes on the sheet, in points."""
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    return (*on_sheet(axes, left, low), *on_sheet(axes, right, high))


def named(axes: Axes, places: Sequence[float], texts: Sequence[str]) -> list[int]:
    """Horizontal axis with as many of the texts as there is room for; which ones are named."""
    kept = thinned([on_sheet(axes, place, 0.0)[0] for place in places], texts)
    axes.xaxis.set_major_locator(FixedLocator([places[i] for i in kept]))
    axes.xaxis.set_major_formatter(FixedFormatter([texts[i] for i in kept]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.spines["bottom"].set_visible(True)
    return kept


def plain(axes: Axes, *, grid: str) -> None:
    """Axes without frame or tick marks, with a light grid along "x" or "y"."""
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, labelsize=theme.SMALL, pad=4)
    axes.set_axisbelow(True)
    axes.grid(axis="x" if grid == "x" else "y", color=theme.FAINT, linewidth=0.6)
    axes.patch.set_visible(False)


def ticks(
    low: float, high: float, count: int = 5, *, whole: bool = False
) -> tuple[list[float], int]:
    """Round values that cover `low` to `high`, and the decimals that they need.

    With `whole` there are none: half a person is on no scale. A single value is given room around
    it, above it only where it is zero.
    """
    if high <= low:
        room = 1.0 if whole else max(abs(low) / 10, 0.1)
        low, high = low - room * (low != 0), low + room
    locator = MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10], integer=whole)
    found = locator.tick_values(low, high)
    step = float(found[1] - found[0])
    decimals = next(d for d in range(7) if abs(round(step, d) - step) < 1e-9 or d == 6)
    return [float(value) for value in found], decimals


def numbered(axes: Axes, along: str, indicator: Indicator, low: float, high: float) -> list[float]:
    """Ticks in French along "x" or "y", from a round value to another; returns them."""
    places, decimals = ticks(low, high, whole=indicator.decimals == 0)
    axis = axes.xaxis if along == "x" else axes.yaxis
    axis.set_major_locator(FixedLocator(places))
    axis.set_minor_locator(NullLocator())
    sign = is_change(indicator)
    axis.set_major_formatter(
        FuncFormatter(lambda value, _: french.number(value, decimals, sign=sign))
    )
    (axes.set_xlim if along == "x" else axes.set_ylim)(places[0], places[-1])
    return places


def thinned(places: Sequence[float], texts: Sequence[str], gap: float = 8.0) -> list[int]:
    """Which ticks to name so that none touches the next; the last is always named.

    Parameters
    ----------
    places : sequence of float
        In points, increasing.
    """
    widths = [theme.width(text, theme.SMALL) for text in texts]
    steps = np.diff(places)
    if len(steps) and np.ptp(steps) < 0.5:
        step = math.ceil((max(widths) + gap) / steps[0])
        return list(range(len(places) - 1, -1, -step))[::-1]
    kept: list[int] = []
    free = math.inf
    for i in range(len(places) - 1, -1, -1):
        if places[i] + widths[i] / 2 <= free:
            kept.insert(0, i)
            free = places[i] - widths[i] / 2 - gap
    return kept


def margin(texts: Sequence[str], most: float) -> float:
    """Room for the widest of some labels, even in bold, at most `most`: longer ones are wrapped."""
    return min(most, max(theme.width(text, theme.SMALL, bold=True) for text in texts) + 1)


def paragraph(
    sheet: Axes, x: float, middle: float, lines: Sequence[str], *, right: bool = False,
    bold: bool = False, colour: str = theme.INK,
) -> None:  # fmt: skip
    """Lines of small text centred on a height, starting at `x` or ending there."""
    top = middle + LINE * (len(lines) - 1) / 2
    for rank, line in enumerate(lines):
        sheet.text(
            x,
            top - rank * LINE,
            line,
            size=theme.SMALL,
            va="center_baseline",
            ha="right" if right else "left",
            color=colour,
            weight="bold" if bold else "normal",
        )


def line_ends(
    sheet: Axes, ends: Sequence[tuple[float, float, str, str]], plot: labels.Box, room: float
) -> None:
    """Names at the right of lines, tied to their ends and clear of each other.

    Parameters
    ----------
    ends : sequence of (x, y, text, colour)
        In points on the sheet.
    plot : Box
        The axes; names stand at their right in `room` points.
    """
    if not ends:
        return
    wrapped = [theme.wrapped(text, room - 14, theme.SMALL) for _, _, text, _ in ends]
    tall = max(len(lines) for lines in wrapped) * LINE
    heights = labels.spread(
        [y for _, y, _, _ in ends], tall + 4, plot[1] + tall / 2, plot[3] - tall / 2
    )
    for (x, y, _, colour), lines, height in zip(ends, wrapped, heights, strict=True):
        sheet.plot(
            [x + 3, plot[2] + 3, plot[2] + 11],
            [y, y, height],
            color=colour,
            lw=0.8,
            linestyle=(0, (1, 2)),
        )
        paragraph(sheet, plot[2] + 14, height, lines)


def palette(count: int) -> list[tuple[str, str, Any]]:
    """Colour, marker and dash of that many lines.

    Raises
    ------
    ReportError
        Above six lines.
    """
    styles = list(zip(theme.QUALITATIVE, theme.MARKERS, theme.DASHES, strict=True))
    if count > len(styles):
        raise ReportError(
            explain(
                "Lines of a chart",
                expected=f"at most {len(styles)} territories",
                found=count,
                do="Make two charts, or a table.",
            )
        )
    return styles[:count]


def reach(values: pd.DataFrame) -> tuple[float, float]:
    """Lowest and highest number shown, interval bounds included; (0, 1) where there is none."""
    numbers = values.loc[values["status"] == "ok", ["value", "low", "high"]].to_numpy(dtype=float)
    if np.isnan(numbers).all():
        return 0.0, 1.0
    return float(np.nanmin(numbers)), float(np.nanmax(numbers))
