"""Two indicators crossed, one in time, both in a table: the panels with axes and rows."""

import html
import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import comparability, theme, words
from ternois_analysis.display.explore_marks import panel, records, text, told
from ternois_analysis.display.explore_scene import Scene
from ternois_analysis.display.published import (
    alphabetical,
    cell,
    dated,
    heading,
    interval,
    shown,
    year,
)

_WIDTH, _HEIGHT = 520.0, 320.0
_LEFT, _RIGHT, _TOP, _FOOT = 62.0, 26.0, 10.0, 30.0
#: Most intervals of an axis, and how far from a round number still counts as on it.
_INTERVALS, _NEAR = 5, 1e-9

Place = Callable[[float], float]


def _ticks(values: pd.Series, *, zero: bool) -> list[float]:
    """Round numbers around some values, from zero for counts."""
    low, high = float(values.min()), float(values.max())
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        low, high = low - 1, high + 1
    at_least = (high - low) / _INTERVALS
    power = 10.0 ** math.floor(math.log10(at_least))
    # The next finer step where one so wide would leave a single number inside.
    wide, fine = next(
        (step * power, finer * power)
        for finer, step in ((0.5, 1), (1, 2), (2, 5), (5, 10))
        if step * power >= at_least * (1 - _NEAR)
    )
    step = wide if math.floor(high / wide + _NEAR) > math.ceil(low / wide - _NEAR) else fine
    first, last = math.floor(low / step + _NEAR), math.ceil(high / step - _NEAR)
    return [float(f"{rank * step:.12g}") for rank in range(first, last + 1)]


def _between(ticks: Sequence[float], start: float, end: float) -> Place:
    low, high = min(ticks), max(ticks)
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _number(value: float, ticks: Sequence[float]) -> str:
    step = abs(ticks[1] - ticks[0])
    return french.number(value, 0 if step >= 1 else 1 if step >= 0.1 else 2)


def _rules(ticks: Sequence[float], y: Place) -> str:
    return "".join(
        f'<line class="rule" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(tick):.1f}" '
        f'y2="{y(tick):.1f}"/><text x="{_LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">'
        f"{_number(tick, ticks)}</text>"
        for tick in ticks
    )


def _svg(body: str, label: str) -> str:
    return (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img" aria-label="{text(label)}">'
        f"{body}</svg>"
    )


def crossed(scene: Scene) -> str:
    """One dot a unit whose two values are shown: the first across, the second up."""
    one, two = scene.entry, scene.other
    columns = ["territory", "territory_label", "value"]
    both = shown(scene.units).merge(shown(scene.others)[columns], on=columns[:2],
                                    suffixes=("", "_up"))  # fmt: skip
    title = f"{one.short} et {words.small(two.short)}"
    values = pd.concat([scene.units, scene.others])
    if both.empty:
        return panel(title, f"<p>{text('Aucun territoire n’a les deux valeurs.')}</p>", values)
    across = _ticks(both["value"], zero=one.nature == "count")
    up = _ticks(both["value_up"], zero=two.nature == "count")
    x = _between(across, _LEFT, _WIDTH - _RIGHT)
    y = _between(up, _HEIGHT - _FOOT, _TOP)
    second = {row["territory"]: row for row in records(scene.others)}
    dots = "".join(
        f'<circle class="dot" data-t="{row["territory"]}" cx="{x(row["value"]):.1f}" '
        f'cy="{y(row["value_up"]):.1f}" r="4.5"><title>{html.escape(told(row, one))} ; '
        f"{text(cell(second[row['territory']], two, unit=True))}</title></circle>"
        for row in records(both)
    )
    under = "".join(
        f'<text x="{x(tick):.1f}" y="{_HEIGHT - _FOOT + 16}" text-anchor="middle">'
        f"{_number(tick, across)}</text>"
        for tick in across
    )
    said = f"En abscisse : {heading(one)} ; en ordonnée : {heading(two)}."
    hidden = len(scene.units) - len(both)
    if hidden:
        said += f" Sans les deux valeurs, donc hors du graphique : {french.number(hidden)}."
    return panel(title, _svg(_rules(up, y) + under + dots, f"Nuage de points : {title}"),
                 values, said)  # fmt: skip


def in_time(scene: Scene) -> str:
    """One line a territory followed, cut where two periods do not compare."""
    entry, rows = scene.entry, shown(scene.series)
    title = f"Dans le temps : {heading(entry)}"
    if rows.empty:
        return panel(title, f"<p>{text('Aucune valeur à montrer.')}</p>", scene.series)
    periods = sorted(rows["period"].unique(), key=year)
    ends = pd.concat([rows[side].dropna() for side in ("value", "low", "high")])
    ticks = _ticks(ends, zero=entry.nature == "count")
    y = _between(ticks, _HEIGHT - _FOOT, _TOP)
    years = [year(period) for period in periods]
    span = (years[0], years[-1]) if len(years) > 1 else (years[0] - 1, years[0] + 1)
    x = _between(span, _LEFT + 14, _WIDTH - _RIGHT - 24)
    step = -(-len(periods) // 8)
    under = "".join(
        f'<text x="{x(year(period)):.1f}" y="{_HEIGHT - _FOOT + 16}" text-anchor="middle">'
        f"{text(dated(period).rpartition('-')[2])}</text>"
        for period in periods[::step]
    )
    cuts, note = comparability.pieces(rows, periods) if len(periods) > 1 else ([0, 1], "")
    names = list(dict.fromkeys(rows["territory"]))
    lines = "".join(
        _line(rows[rows["territory"] == name], entry, periods, cuts, x, y, rank)
        for rank, name in enumerate(names)
    )
    labels = rows.drop_duplicates("territory").set_index("territory")["territory_label"]
    key = "".join(
        f'<li data-t="{name}"><i style="background:{_ink(rank)}"></i>{text(labels[name])}</li>'
        for rank, name in enumerate(names)
    )
    return panel(title, _svg(_rules(ticks, y) + under + lines, title)
                 + f'<ul class="legend">{key}</ul>', rows, note)  # fmt: skip


def _ink(rank: int) -> str:
    return theme.QUALITATIVE[rank % len(theme.QUALITATIVE)]


def _line(
    rows: pd.DataFrame, entry: Indicator, periods: list[str], cuts: list[int],
    x: Place, y: Place, rank: int,
) -> str:  # fmt: skip
    """The points of a territory with their intervals, joined where they compare."""
    dash = ("", "6 2", "2 2", "6 2 2 2", "1 2", "10 3")[rank % 6]
    known = {row["period"]: row for row in records(rows)}
    joined = ""
    for start, end in pairwise(cuts):
        points = [(x(year(p)), y(known[p]["value"])) for p in periods[start:end]
                  if p in known]  # fmt: skip
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        joined += f'<polyline points="{path}" stroke-dasharray="{dash}"/>'
    marks = ""
    for period, row in known.items():
        at = x(year(period))
        if pd.notna(row["low"]) and pd.notna(row["high"]):
            marks += (
                f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{y(row["low"]):.1f}" '
                f'y2="{y(row["high"]):.1f}"/>'
            )
        marks += (
            f'<circle cx="{at:.1f}" cy="{y(row["value"]):.1f}" r="3.5" fill="{_ink(rank)}"><title>'
            f"{html.escape(told(row, entry))} ({text(dated(period))})</title></circle>"
        )
    name = rows["territory"].iloc[0]
    return f'<g class="line" data-t="{name}" stroke="{_ink(rank)}">{joined}{marks}</g>'


def table(scene: Scene) -> str:
    """One row a unit, alphabetically, with a search box and a button that downloads the values."""
    one, two = scene.entry, scene.other
    second = {row["territory"]: row for row in records(scene.others)}
    heads = ["Territoire", heading(one), "Intervalle à 95 %", heading(two), "Intervalle à 95 %"]
    head = "".join(f'<th scope="col">{text(name)}</th>' for name in heads)
    body = ""
    for row in records(alphabetical(scene.units)):
        other = second[row["territory"]]
        cells = [cell(row, one), interval(row, one), cell(other, two), interval(other, two)]
        body += (
            f'<tr data-t="{row["territory"]}"><th scope="row"><button type="button">'
            f"{text(row['territory_label'])}</button></th>"
            f"{''.join(f'<td>{html.escape(each)}</td>' for each in cells)}</tr>"
        )
    tools = (
        '<p class="tools"><label>Rechercher dans le tableau <input type="search"></label> '
        '<button type="button" class="download">Télécharger (CSV)</button></p>'
    )
    rows = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return panel(
        "Tableau", f'{tools}<div class="scroll" tabindex="0" role="group" aria-label="Tableau">'
        f"{rows}</div>", pd.concat([scene.units, scene.others]),
    )  # fmt: skip
