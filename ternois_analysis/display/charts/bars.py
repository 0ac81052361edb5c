"""Bars: territories side by side, and structures that add up to a hundred."""

from typing import Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import alt, drawing, figures, tables, theme
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.charts import frame
from ternois_analysis.display.published import (
    alphabetical,
    brief,
    cell,
    checked,
    heading,
    shown,
    written,
)
from ternois_analysis.errors import ReportError, explain

_ROW, _THICK, _NAMES, _FOOT, _SPARE = 24.0, 13.0, 150.0, 20.0, 62.0
_MAX_BARS = 40
#: How far from 100 rounded shares may add up.
_ROUNDING = 1.0


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
            explain("Bars", expected=f"1 to {_MAX_BARS} territories, those named among them",
                    found=f"{len(drawn)}, without {sorted(unknown)}", do="Mend the values.")
        )
    drawn = alphabetical(drawn) if order == "alphabetical" else drawn
    head = frame.HEAD * (2 if reference else 1)
    sheet, axes = _rows(indicator, values, list(drawn["territory_label"]), head)
    crossed = shown(values.loc[values["territory"] == reference])["value"]
    line = [frame.on_sheet(axes, float(value), 0.0)[0] for value in crossed]
    zero = frame.on_sheet(axes, 0.0, 0.0)[0]
    for rank, (_, row) in enumerate(drawn.iterrows()):
        if row["status"] != "ok":
            sheet.text(zero + 4, frame.on_sheet(axes, 0.0, rank)[1], french.SIGNS[row["status"]],
                       size=theme.SMALL, va="center_baseline", color=theme.SOFT)
            continue
        _bar(sheet, axes, rank, row, indicator, row["territory"] == highlight or not highlight,
             line)
    axes.axvline(0.0, color=theme.SOFT, lw=0.8)
    _across(sheet, axes, values.loc[values["territory"] == reference], indicator)
    ordered = pd.concat([drawn, values.loc[values["territory"] == reference]])
    return figures.finished("chart", sheet, values, indicator, caption,
                            alt.compared(ordered, indicator, "Barres"),
                            table=tables.listing(ordered, indicator))


def _rows(
    indicator: Indicator, values: pd.DataFrame, names: list[str], head: float
) -> tuple[Axes, Axes]:
    """Sheet and axes with one line a name, from the top, and a horizontal scale that holds zero."""
    wrapped = [theme.wrapped(french.typeset(name), _NAMES, theme.SMALL) for name in names]
    left = max(frame.margin(lines, _NAMES) for lines in wrapped) + 8
    tall = _ROW * len(names)
    figure, sheet = drawing.canvas(frame.WIDTH, _FOOT + tall + head)
    axes = drawing.panel(figure, left, _FOOT, frame.WIDTH - left - _SPARE, tall)
    frame.plain(axes, grid="x")
    low, high = frame.reach(values)
    frame.numbered(axes, "x", indicator, min(low, 0.0), max(high, 0.0))
    axes.set(ylim=(len(names) - 0.5, -0.5), yticks=[])
    for rank, lines in enumerate(wrapped):
        frame.paragraph(sheet, left - 8, frame.on_sheet(axes, 0.0, rank)[1], lines, right=True)
    sheet.text(0, _FOOT + tall + head - theme.SMALL - 2, heading(indicator),
               size=theme.SMALL, color=theme.SOFT)
    return sheet, axes


def _bar(
    sheet: Axes, axes: Axes, rank: int, row: pd.Series, indicator: Indicator, dark: bool,
    lines: list[float],
) -> None:  # fmt: skip
    """A bar, its interval and its value, which is moved past a line that would cross it."""
    value = float(row["value"])
    share = _THICK / _ROW
    axes.barh(rank, value, height=share, color=theme.QUALITATIVE[0] if dark else "#9CC4DE",
              edgecolor=theme.QUALITATIVE[0], linewidth=0.8)
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
    sheet.text(x + away, y, text, size=theme.SMALL, ha="left" if value >= 0 else "right",
               va="center_baseline", weight="bold", gid=drawing.HALO)


def _across(sheet: Axes, axes: Axes, rows: pd.DataFrame, indicator: Indicator) -> None:
    """The reference as a dashed line, named above the bars."""
    for _, row in shown(rows).iterrows():
        value = float(row["value"])
        axes.axvline(value, color=theme.INK, lw=1.2, linestyle=(0, (4, 2)), zorder=5)
        x, top = frame.on_sheet(axes, value, -0.5)
        text = f"{french.typeset(row['territory_label'])} {brief(value, indicator)}"
        half = theme.width(text, theme.SMALL) / 2
        sheet.text(min(max(x, half), frame.WIDTH - half), top + 5, text, size=theme.SMALL,
                   ha="center")


@theme.styled
def ages(values: pd.DataFrame, indicator: Indicator, caption: Caption) -> Block:
    """One bar a territory, cut into ordered parts that add up to 100 %.

    Parameters
    ----------
    values : DataFrame
        Published shares in percent; `category` names the part, in the order of the rows; at most
        five parts. The territory of the page comes first. A territory with a part that is not
        shown has no bar at all: the others would give it away.

    Raises
    ------
    ReportError
        If the shown parts of a territory do not add up to 100, or there are more than five.
    """
    checked(values, one=("indicator", "period", "quarter", "audience"))
    parts = list(dict.fromkeys(values["category"]))
    colours = theme.sequential(len(parts))
    names = list(dict.fromkeys(values["territory_label"]))
    wrapped = [theme.wrapped(french.typeset(name), _NAMES, theme.SMALL, bold=True)
               for name in names]
    left = max(frame.margin(lines, _NAMES) for lines in wrapped) + 8
    tall = _ROW * len(names)
    _, sheet = drawing.canvas(frame.WIDTH, tall + 2 * frame.HEAD)
    _keys(sheet, left, tall + frame.HEAD, parts, colours)
    width = frame.WIDTH - left - 2
    for rank, name in enumerate(names):
        rows = values.loc[values["territory_label"] == name].set_index("category")
        middle = tall + frame.HEAD / 2 - _ROW * (rank + 0.5)
        frame.paragraph(sheet, left - 8, middle, wrapped[rank], right=True, bold=rank == 0)
        hidden = rows.loc[rows["status"] != "ok", "status"]
        if len(hidden):
            sheet.text(left + 4, middle, french.SIGNS[hidden.iloc[0]], size=theme.SMALL,
                       va="center_baseline", color=theme.SOFT)
            continue
        _stack(sheet, left, middle, width, rows.reindex(parts), colours, indicator, name)
    return figures.finished("chart", sheet, values, indicator, caption,
                            alt.compared(values, indicator, "Barres empilées"),
                            table=tables.crossed(values, indicator, "category"))


def _stack(
    sheet: Axes, left: float, middle: float, width: float, rows: pd.DataFrame,
    colours: tuple[str, ...], indicator: Indicator, name: str,
) -> None:  # fmt: skip
    total = float(rows["value"].sum())
    if abs(total - 100) > _ROUNDING or rows["value"].isna().any():
        raise ReportError(
            explain(f"Parts of {name}", expected="all of them, adding up to 100",
                    found=f"{total:.1f}", do="Give the share of every part.")
        )
    thick = _THICK + 4
    for (_, row), colour in zip(rows.iterrows(), colours, strict=True):
        part = width * float(row["value"]) / total
        sheet.add_artist(Rectangle((left, middle - thick / 2), part, thick, facecolor=colour,
                                   edgecolor=theme.SOFT, linewidth=0.6))
        text = cell(row, indicator)
        if theme.width(text, theme.SMALL) + 4 <= part:
            sheet.text(left + part / 2, middle, text, size=theme.SMALL, ha="center",
                       va="center_baseline", color=theme.ink_on(colour))
        left += part


def _keys(
    sheet: Axes, left: float, bottom: float, parts: list[str], colours: tuple[str, ...]
) -> None:
    for part, colour in zip(parts, colours, strict=True):
        text = french.typeset(part)
        sheet.add_artist(Rectangle((left, bottom), 14, 9, facecolor=colour, edgecolor=theme.SOFT,
                                   linewidth=0.6))
        sheet.text(left + 18, bottom + 4.5, text, size=theme.SMALL, va="center_baseline")
        left += 18 + theme.width(text, theme.SMALL) + 16
