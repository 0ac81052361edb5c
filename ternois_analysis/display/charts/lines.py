"""Lines: series in time, and survival since a beginning."""

import itertools

import pandas as pd
from matplotlib.axes import Axes

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import alt, comparability, figures, naming, sketchbook, tables, theme
from ternois_analysis.display.block import Block, Caption, with_note
from ternois_analysis.display.charts import frame
from ternois_analysis.display.published import brief, checked, dated, year
from ternois_analysis.errors import ReportError, explain

_TALL, _FOOT, _NAMES, _AFTER = 220.0, 20.0, 132.0, 14.0
_BAND = 0.16
_MAX_CURVES = 4


@sketchbook.once
@theme.styled
def series(values: pd.DataFrame, indicator: Indicator, caption: Caption) -> Block:
    """Lines in time, named at their right end, with the interval of the first as a band.

    A line is broken where the series is, and the note says why.

    Parameters
    ----------
    values : DataFrame
        Published values of one indicator: one or more periods of at most six territories, the
        one that the page is about first. A value that is not shown breaks its line, and its sign
        stands under the axis.
    indicator : Indicator
        Its catalogue entry.
    caption : Caption
        Words around the chart.
    """
    checked(values, one=("indicator", "category", "quarter", "audience"))
    names = naming.labels(values)
    caption = with_note(caption, naming.told(names))
    periods = sorted(values["period"].unique(), key=year)
    places = [year(period) for period in periods]
    lines = {
        name: values.loc[values["territory_label"] == name].set_index("period").reindex(periods)
        for name in names
    }
    signed = [name for name in names if lines[name]["status"].isin([*french.SIGNS]).any()]
    foot = _FOOT + frame.LINE * len(signed)
    sheet, axes = frame.chart(indicator, frame.reach(values), tall=_TALL, foot=foot, right=_NAMES)
    pieces, why = comparability.pieces(values, periods)
    caption = with_note(caption, why) if why else caption
    around = 0.03 * max(places[-1] - places[0], 1.0)
    axes.set_xlim(places[0] - around, places[-1] + around)
    frame.named(axes, places, [dated(period) for period in periods])
    ends = []
    for rank, (name, style) in enumerate(zip(names, frame.palette(len(names)), strict=True)):
        rows, (colour, marker, dash) = lines[name], style
        for first, end in itertools.pairwise(pieces):
            axes.plot(
                places[first:end],
                rows["value"].iloc[first:end],
                color=colour,
                linestyle=dash,
                marker=marker,
                linewidth=1.4 if rank else 2.2,
                markersize=4.5,
                markeredgecolor=theme.PAPER,
                markeredgewidth=0.6,
                zorder=4 - rank / 10,
                clip_on=False,
            )
        if rank == 0:
            axes.fill_between(
                places,
                rows["low"].to_numpy(dtype=float),
                rows["high"].to_numpy(dtype=float),
                color=colour,
                alpha=_BAND,
                lw=0,
            )
        if (last := rows["value"].last_valid_index()) is not None:
            number = float(rows["value"][last])
            text = f"{names[name]} {brief(number, indicator)}"
            ends.append((*frame.on_sheet(axes, year(str(last)), number), text, colour))
    frame.line_ends(sheet, ends, frame.box(axes), _NAMES)
    for rank, name in enumerate(signed):
        texts = [french.SIGNS.get(status, "") for status in lines[name]["status"]]
        _below(sheet, axes, rank, places, texts, names[name])
    if axes.get_ylim()[0] > 0:
        caption = with_note(caption, "L’axe vertical ne commence pas à zéro.")
    return figures.finished(
        "chart",
        sheet,
        values,
        indicator,
        caption,
        alt.lines(values, indicator, "period", {p: dated(p) for p in periods}),
        table=tables.crossed(values, indicator, "period"),
    )


@sketchbook.once
@theme.styled
def survival(values: pd.DataFrame, indicator: Indicator, caption: Caption) -> Block:
    """Steps that fall with time since a beginning, with bands and how many are still followed.

    Parameters
    ----------
    values : DataFrame
        Published shares still there, in percent; `category` is the number of months as text,
        `n` how many are followed at that time. At most four groups. A curve stops at the first
        value that is not shown.
    """
    checked(values, one=("indicator", "period", "quarter", "audience"))
    names = naming.labels(values)
    caption = with_note(caption, naming.told(names))
    if len(names) > _MAX_CURVES:
        raise ReportError(
            explain(
                "Survival curves",
                expected=f"at most {_MAX_CURVES}",
                found=len(names),
                do="Make two charts.",
            )
        )
    values = values.sort_values("category", key=lambda months: months.astype(int), kind="stable")
    months = [float(month) for month in values["category"].unique()]
    followed = (values["status"] == "ok").groupby(values["territory_label"]).cummin()
    foot = _FOOT + frame.LINE * (len(names) + 1)
    sheet, axes = frame.chart(indicator, (0.0, 100.0), tall=_TALL, foot=foot, right=_NAMES)
    axes.set_xlim(months[0], months[-1])
    kept = frame.named(axes, months, [f"{month:g}" for month in months])
    ends = []
    _below(sheet, axes, 0, [], [], "mois ; effectifs suivis :")
    for rank, (name, style) in enumerate(zip(names, frame.palette(len(names)), strict=True)):
        rows = values.loc[followed & (values["territory_label"] == name)]
        rows = rows.set_index(rows["category"].astype(float))
        sizes = [
            french.number(rows["n"].get(months[i])) if months[i] in rows.index else "" for i in kept
        ]
        _below(sheet, axes, rank + 1, [months[i] for i in kept], sizes, names[name])
        if rows.empty:
            continue
        colour, _, dash = style
        axes.step(
            rows.index,
            rows["value"],
            where="post",
            color=colour,
            linestyle=dash,
            linewidth=1.8,
            zorder=4,
            clip_on=False,
        )
        axes.fill_between(
            rows.index,
            rows["low"].to_numpy(dtype=float),
            rows["high"].to_numpy(dtype=float),
            step="post",
            color=colour,
            alpha=_BAND,
            lw=0,
        )
        number = float(rows["value"].iloc[-1])
        text = f"{names[name]} {brief(number, indicator)}"
        ends.append((*frame.on_sheet(axes, float(rows.index[-1]), number), text, colour))
    frame.line_ends(sheet, ends, frame.box(axes), _NAMES)
    along = {category: f"{category} mois" for category in values["category"]}
    return figures.finished(
        "chart",
        sheet,
        values,
        indicator,
        caption,
        alt.lines(values.loc[followed | (values["status"] != "ok")], indicator, "category", along),
        table=tables.crossed(values, indicator, "category"),
    )


def _below(
    sheet: Axes, axes: Axes, rank: int, places: list[float], texts: list[str], name: str
) -> None:
    """One line of small texts under the ticks, with what they belong to at the right."""
    _, bottom, right, _ = frame.box(axes)
    height = bottom - _FOOT - frame.LINE * (rank + 0.5)
    for place, text in zip(places, texts, strict=True):
        sheet.text(
            frame.on_sheet(axes, place, 0.0)[0],
            height,
            text,
            size=theme.SMALL,
            ha="center",
            color=theme.SOFT,
        )
    sheet.text(right + _AFTER, height, french.typeset(name), size=theme.SMALL, color=theme.SOFT)
