"""Fan: what was observed, then what follows from it, with the ranges around it."""

import pandas as pd
from matplotlib.axes import Axes

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import alt, figures, sketchbook, theme
from ternois_analysis.display.block import Block, Caption, with_note
from ternois_analysis.display.charts import frame
from ternois_analysis.display.published import brief, cell, checked, dated, interval, shown, year
from ternois_analysis.errors import ReportError, explain

_TALL, _FOOT, _NAMES = 220.0, 20.0, 132.0
#: From the narrowest range to the widest.
_SHADES = (0.30, 0.16)


@sketchbook.once
@theme.styled
def fan(values: pd.DataFrame, indicator: Indicator, caption: Caption, observed: str) -> Block:
    """A line in time, then a dashed one with its ranges as bands, the narrowest the darkest.

    Parameters
    ----------
    values : DataFrame
        Published values of one indicator and territory. The category is `observed` for the past;
        each other category is a future with its own range, at most two of them with the same
        central values. Values that are not shown are left out, with their sign in the table.
    indicator : Indicator
        Its catalogue entry.
    caption : Caption
        Words around the chart.
    observed : str
        Category of the past.

    Raises
    ------
    ReportError
        If nothing observed is shown, or there are more than two futures.
    """
    checked(values, one=("indicator", "territory", "quarter", "audience"))
    known = shown(values).assign(at=shown(values)["period"].map(year)).sort_values("at")
    past = known[known["category"] == observed]
    names = [name for name in dict.fromkeys(values["category"]) if name != observed]
    if past.empty or len(names) > len(_SHADES):
        raise ReportError(
            explain(
                "Fan",
                expected=f"something observed, at most {len(_SHADES)} futures",
                found=f"{len(past)} observed, {len(names)} futures",
                do="Say in words what cannot be drawn.",
            )
        )
    futures = [known[known["category"] == name] for name in names]
    last = past.iloc[-1]
    sheet, axes = frame.chart(indicator, frame.reach(known), tall=_TALL, foot=_FOOT, right=_NAMES)
    times = sorted(known["at"].unique())
    around = 0.03 * max(times[-1] - times[0], 1.0)
    axes.set_xlim(times[0] - around, times[-1] + around)
    texts = dict(zip(known["at"], map(dated, known["period"]), strict=True))
    frame.named(axes, times, [texts[at] for at in times])
    colour = theme.QUALITATIVE[0]
    for rows, alpha in zip(futures, _SHADES, strict=False):
        _band(axes, last, rows, colour, alpha)
    axes.plot(
        past["at"], past["value"], color=colour, marker="o", linewidth=2.2, markersize=4.5,
        markeredgecolor=theme.PAPER, markeredgewidth=0.6, zorder=4, clip_on=False,
    )  # fmt: skip
    ends = []
    if futures and len(futures[0]):
        rows = pd.concat([past.tail(1), futures[0]])
        axes.plot(
            rows["at"], rows["value"], color=colour, linestyle=theme.DASHES[1], linewidth=1.6,
            marker="s", markersize=4.0, markeredgecolor=theme.PAPER, zorder=3, clip_on=False,
        )  # fmt: skip
        axes.axvline(float(last["at"]), color=theme.LINE, linewidth=0.8, linestyle=(0, (2, 2)))
        ends = _ends(axes, futures, indicator, colour)
    else:
        number = float(last["value"])
        said = f"{french.typeset(observed)} {brief(number, indicator)}"
        ends = [(*frame.on_sheet(axes, float(last["at"]), number), said, colour)]
    frame.line_ends(sheet, ends, frame.box(axes), _NAMES)
    if axes.get_ylim()[0] > 0:
        caption = with_note(caption, "L’axe vertical ne commence pas à zéro.")
    return figures.finished(
        "chart", sheet, values, indicator, caption, _told(values, indicator), table=_table(values,
        indicator),
    )  # fmt: skip


def _band(axes: Axes, last: pd.Series, rows: pd.DataFrame, colour: str, alpha: float) -> None:
    bounded = rows.dropna(subset=["low", "high"])
    if bounded.empty:
        return
    at = [float(last["at"]), *bounded["at"]]
    low = [float(last["value"]), *bounded["low"]]
    high = [float(last["value"]), *bounded["high"]]
    axes.fill_between(at, low, high, color=colour, alpha=alpha, lw=0, zorder=1)


def _ends(
    axes: Axes, futures: list[pd.DataFrame], indicator: Indicator, colour: str
) -> list[tuple[float, float, str, str]]:
    """Names at the right: the central value, then the bounds of the widest range."""
    central, widest = futures[0].iloc[-1], futures[-1].iloc[-1]
    numbers = [("valeur centrale", float(central["value"]))]
    if pd.notna(widest["low"]):
        numbers += [("borne haute", float(widest["high"])), ("borne basse", float(widest["low"]))]
    return [
        (*frame.on_sheet(axes, float(central["at"]), number), f"{name} {brief(number, indicator)}",
         colour)
        for name, number in numbers
    ]  # fmt: skip


def _told(values: pd.DataFrame, indicator: Indicator) -> str:
    """Alternative text: each part of the fan from its first to its last value."""
    named = values.assign(territory_label=values["category"], category="")
    along = {p: dated(p) for p in sorted(values["period"].unique(), key=year)}
    return alt.lines(named, indicator, "period", along)


def _table(values: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    rows = [
        {"Période": dated(str(row["period"])), "Nature": french.typeset(str(row["category"])),
         "Valeur": cell(row, indicator), "Bornes": interval(row, indicator)}
        for _, row in values.iterrows()
    ]  # fmt: skip
    return pd.DataFrame(rows)
