"""Funnel plot: which small territories differ by more than chance."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import (
    alt,
    drawing,
    figures,
    labels,
    naming,
    sketchbook,
    tables,
    theme,
)
from ternois_analysis.display.block import Block, Caption, with_note
from ternois_analysis.display.charts import frame
from ternois_analysis.display.published import brief, checked, shown, written
from ternois_analysis.errors import ReportError, explain

_TALL, _FOOT, _RIGHT = 250.0, 52.0, 118.0
_LIMITS = ("n", "low_95", "high_95", "low_998", "high_998")
_MAX_NAMES = 8
#: Share of the smallest territories over which the limits may leave the scale.
_SMALLEST = 0.1
_ZONES = (
    ("dans les limites", "o", "#BDBDBD", 4.5),
    ("hors des limites à 95 %", "D", "#E69F00", 5.5),
    ("hors des limites à 99,8 %", "s", "#0072B2", 6.0),
)


@sketchbook.once
@theme.styled
def funnel(
    values: pd.DataFrame,
    limits: pd.DataFrame,
    indicator: Indicator,
    caption: Caption,
    *,
    target: float,
    base: str,
) -> Block:
    """Values against the size they rest on, with the limits that chance alone would respect.

    Parameters
    ----------
    values : DataFrame
        Published values of one indicator and period, one row a territory, with `n`.
    limits : DataFrame
        Columns n (increasing), low_95, high_95, low_998, high_998, in the unit of the indicator.
    target : float
        The level around which the limits lie, in the same unit.
    base : str
        What `n` counts, in French: « logements ».

    Raises
    ------
    ReportError
        If a column of the limits is missing or a shown value has no size.
    """
    checked(values, one=("indicator", "category", "period", "quarter", "audience"))
    points = shown(values)
    if not {*_LIMITS} <= {*limits.columns} or points["n"].isna().any():
        raise ReportError(
            explain(
                "Funnel plot",
                expected=f"limits {', '.join(_LIMITS)}, values with a size",
                found=list(limits.columns),
                do="Compute the limits with methods.funnel.",
            )
        )
    sheet, axes = frame.chart(
        indicator, _reach(points, limits, target), tall=_TALL, foot=_FOOT, right=_RIGHT
    )
    largest = float(max(points["n"].max() if len(points) else 0.0, limits["n"].max()))
    axes.set_xlim(0.0, largest * 1.02)
    places = [place for place in frame.ticks(0.0, largest)[0] if place <= largest]
    frame.named(axes, places, [french.number(place) for place in places])
    for name, dash in (("95", (0, (4, 2))), ("998", "-")):
        for side in ("low", "high"):
            axes.plot(
                limits["n"], limits[f"{side}_{name}"], color=theme.SOFT, lw=1.0, linestyle=dash
            )
    axes.axhline(target, color=theme.INK, lw=1.0)
    zones = _zones(points, limits)
    for rank, (_, marker, colour, size) in enumerate(_ZONES):
        inside = points.loc[zones == rank]
        axes.plot(
            inside["n"],
            inside["value"],
            marker,
            mfc=colour,
            mec=theme.INK,
            mew=0.6,
            ms=size,
            linestyle="none",
            zorder=3 + rank,
        )
    _names(sheet, axes, points.loc[zones == 2], points)
    _ends(sheet, axes, limits, target, indicator)
    _keys(sheet, axes, base)
    return figures.finished(
        "chart",
        sheet,
        values,
        indicator,
        with_note(caption, naming.told(points["territory_label"])),
        _text(values, zones, indicator, target),
        table=tables.listing(values, indicator),
    )


def _reach(points: pd.DataFrame, limits: pd.DataFrame, target: float) -> tuple[float, float]:
    """Scale that holds all points, and the limits but where they gape over the smallest ones."""
    sizes = points["n"] if len(points) else limits["n"]
    small = limits.loc[limits["n"] >= sizes.quantile(_SMALLEST)]
    numbers = [*points["value"], target, *small["low_998"], *small["high_998"]]
    return min(numbers), max(numbers)


def _zones(points: pd.DataFrame, limits: pd.DataFrame) -> NDArray[np.int64]:
    """0 within the limits, 1 out of those at 95 %, 2 out of those at 99.8 %."""
    sizes, numbers = points["n"].to_numpy(dtype=float), points["value"].to_numpy(dtype=float)

    def out(name: str) -> NDArray[np.bool_]:
        low = np.interp(sizes, limits["n"], limits[f"low_{name}"])
        high = np.interp(sizes, limits["n"], limits[f"high_{name}"])
        outside: NDArray[np.bool_] = (numbers < low) | (numbers > high)
        return outside

    return out("95").astype(np.int64) + out("998").astype(np.int64)


def _names(sheet: Axes, axes: Axes, named: pd.DataFrame, points: pd.DataFrame) -> None:
    chosen = named.nlargest(_MAX_NAMES, "n")
    places, dots = (
        [frame.on_sheet(axes, n, value) for n, value in rows[["n", "value"]].to_numpy()]
        for rows in (chosen, points)
    )
    names = naming.labels(points)
    texts = [names[label] for label in chosen["territory_label"]]
    boxes = labels.placed(
        places,
        texts,
        inside=frame.box(axes),
        distances=[6.0] * len(texts),
        obstacles=[(x - 3, y - 3, x + 3, y + 3) for x, y in dots],
    )
    for text, box in zip(texts, boxes, strict=True):
        if box is not None:
            sheet.text(
                box[0],
                (box[1] + box[3]) / 2,
                text,
                size=theme.SMALL,
                gid=drawing.HALO,
                va="center_baseline",
            )


def _ends(
    sheet: Axes, axes: Axes, limits: pd.DataFrame, target: float, indicator: Indicator
) -> None:
    last = limits.iloc[-1]
    ends = [(f"référence {brief(target, indicator)}", target)]
    ends += [("limite à 95 %", last["high_95"]), ("limite à 99,8 %", last["high_998"])]
    plot = frame.box(axes)
    frame.line_ends(
        sheet,
        [(*frame.on_sheet(axes, float(last["n"]), float(y)), french.typeset(text), theme.SOFT)
         for text, y in ends],
        plot, _RIGHT,
    )  # fmt: skip


def _keys(sheet: Axes, axes: Axes, base: str) -> None:
    left, bottom, right, _ = frame.box(axes)
    sheet.text(right + 14, bottom - 13, base, size=theme.SMALL, color=theme.SOFT)
    for text, marker, colour, size in _ZONES:
        text = french.typeset(text)
        sheet.plot(left + 4, 10, marker, mfc=colour, mec=theme.INK, mew=0.6, ms=size)
        sheet.text(left + 12, 10, text, size=theme.SMALL, va="center_baseline")
        left += 12 + theme.width(text, theme.SMALL) + 16


def _text(
    values: pd.DataFrame, zones: NDArray[np.int64], indicator: Indicator, target: float
) -> str:
    counts = np.bincount(zones, minlength=3)
    return " ".join(part for part in (
        f"Nuage de points : {indicator.label}, {len(zones)} territoires, autour de "
        f"{written(target, indicator)}. {counts[0]} dans les limites à 95 %, {counts[1]} entre "
        f"les limites à 95 % et à 99,8 %, {counts[2]} au-delà.",
        alt.spread(values, indicator),
        alt.hidden(values),
    ) if part)  # fmt: skip
