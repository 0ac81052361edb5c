"""Bars: territories side by side."""

from collections.abc import Mapping
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import alt, drawing, figures, naming, sketchbook, tables, theme
from ternois_analysis.display.block import Block, Caption, with_note
from ternois_analysis.display.charts import frame
from ternois_analysis.display.published import (
    alphabetical,
    brief,
    checked,
    heading,
    shown,
    written,
)
from ternois_analysis.errors import ReportError, explain

_ROW, _THICK, _NAMES, _FOOT, _SPARE = 24.0, 13.0, 150.0, 20.0, 62.0
_MAX_BARS = 40


@sketchbook.once
@theme.styled
def bars(
    values: pd.DataFrame,
    indicator: Indicator,
    caption: Caption,
    *,
    order: Literal["alphabetical", "given"] = "alphabetical",
    highlight: str = "",
    reference: str = "",
) -> Block:
    """One horizontal bar a territory, with its interval: never a ranking.

    Parameters
    ----------
    values : DataFrame
        Published values of one indicator and period, one row a territory.
    order : {"alphabetical", "given"}
        `given` keeps the order of the rows, for those that have a natural one.
    highlight : str
        Territory whose bar is dark; by default all are.
    reference : str
        Territory drawn as a line across the others rather than as a bar.

    Raises
    ------
    ReportError
        Above forty bars, or if `highlight` or `reference` is not among the values.
    """
    checked(values, one=("indicator", "category", "period", "quarter", "audience"))
    unknown = {name for name in (highlight, reference) if name} - {*values["territory"]}
    drawn = values.loc[values["territory"] != reference]
    if unknown or not 1 <= len(drawn) <= _MAX_BARS:
        raise ReportError(
            explain(
                "Bars",
                expected=f"1 to {_MAX_BARS} territories, those named among them",
                found=f"{len(drawn)}, without {sorted(unknown)}",
                do="Mend the values.",
            )
        )
    drawn = alphabetical(drawn) if order == "alphabetical" else drawn
    head = frame.HEAD * (2 if reference else 1)
    names = naming.labels(values)
    caption = with_note(caption, naming.told(names))
    sheet, axes = _rows(indicator, values, [names[n] for n in drawn["territory_label"]], head)
    crossed = shown(values.loc[values["territory"] == reference])["value"]
    line = [frame.on_sheet(axes, float(value), 0.0)[0] for value in crossed]
    zero = frame.on_sheet(axes, 0.0, 0.0)[0]
    for rank, (_, row) in enumerate(drawn.iterrows()):
        if row["status"] != "ok":
            sheet.text(
                zero + 4,
                frame.on_sheet(axes, 0.0, rank)[1],
                french.SIGNS[row["status"]],
                size=theme.SMALL,
                va="center_baseline",
                color=theme.SOFT,
            )
            continue
        _bar(
            sheet, axes, rank, row, indicator, row["territory"] == highlight or not highlight, line
        )
    axes.axvline(0.0, color=theme.SOFT, lw=0.8)
    _across(sheet, axes, values.loc[values["territory"] == reference], indicator, names)
    ordered = pd.concat([drawn, values.loc[values["territory"] == reference]])
    return figures.finished(
        "chart",
        sheet,
        values,
        indicator,
        caption,
        alt.compared(ordered, indicator, "Barres"),
        table=tables.listing(ordered, indicator),
    )


def _rows(
    indicator: Indicator, values: pd.DataFrame, names: list[str], head: float
) -> tuple[Axes, Axes]:
    """Sheet and axes with one row a name, from the top, and a horizontal scale that holds zero."""
    wrapped = [theme.wrapped(name, _NAMES, theme.SMALL) for name in names]
    left = max(frame.margin(lines, _NAMES) for lines in wrapped) + 8
    tall = max(_ROW, frame.LINE * max(map(len, wrapped)) + 3) * len(names)
    figure, sheet = drawing.canvas(frame.WIDTH, _FOOT + tall + head)
    axes = drawing.panel(figure, left, _FOOT, frame.WIDTH - left - _SPARE, tall)
    frame.plain(axes, grid="x")
    low, high = frame.reach(values)
    frame.numbered(axes, "x", indicator, min(low, 0.0), max(high, 0.0))
    axes.set(ylim=(len(names) - 0.5, -0.5), yticks=[])
    for rank, lines in enumerate(wrapped):
        frame.paragraph(sheet, left - 8, frame.on_sheet(axes, 0.0, rank)[1], lines, right=True)
    sheet.text(
        0,
        _FOOT + tall + head - theme.SMALL - 2,
        heading(indicator),
        size=theme.SMALL,
        color=theme.SOFT,
    )
    return sheet, axes


def _bar(
    sheet: Axes, axes: Axes, rank: int, row: pd.Series, indicator: Indicator, dark: bool,
    lines: list[float],
) -> None:  # fmt: skip
    """A bar, its interval and its value, which is moved past a line that would cross it."""
    value = float(row["value"])
    share = _THICK / _ROW
    axes.barh(
        rank,
        value,
        height=share,
        color=theme.QUALITATIVE[0] if dark else "#9CC4DE",
        edgecolor=theme.QUALITATIVE[0],
        linewidth=0.8,
    )
    ends = [value]
    if pd.notna(row["low"]) and pd.notna(row["high"]):
        ends += [float(row["low"]), float(row["high"])]
        axes.plot(ends[1:], [rank, rank], color=theme.PAPER, lw=3.0, solid_capstyle="butt")
        axes.plot(ends[1:], [rank, rank], color=theme.INK, lw=1.2, marker="|", markersize=6)
    outer = max(ends) if value >= 0 else min(ends)
    x, y = frame.on_sheet(axes, outer, rank)
    text, away = written(value, indicator, unit=False), 5 if value >= 0 else -5
    room = theme.width(text, theme.SMALL, bold=True)
    x = next((at for at in lines if -2 < (at - x) * away / 5 < room + 7), x)
    sheet.text(
        x + away,
        y,
        text,
        size=theme.SMALL,
        ha="left" if value >= 0 else "right",
        va="center_baseline",
        weight="bold",
        gid=drawing.HALO,
    )


def _across(
    sheet: Axes, axes: Axes, rows: pd.DataFrame, indicator: Indicator, names: Mapping[str, str]
) -> None:
    """The reference as a dashed line, named above the bars."""
    for _, row in shown(rows).iterrows():
        value = float(row["value"])
        axes.axvline(value, color=theme.INK, lw=1.2, linestyle=(0, (4, 2)), zorder=5)
        x, top = frame.on_sheet(axes, value, -0.5)
        text = f"{names[row['territory_label']]} {brief(value, indicator)}"
        half = theme.width(text, theme.SMALL) / 2
        sheet.text(
            min(max(x, half), frame.WIDTH - half), top + 5, text, size=theme.SMALL, ha="center"
        )
