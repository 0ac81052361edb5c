"""The panels of the exploration as HTML and SVG: every unit carries its identifier.

Texts are escaped, numbers are those of published values; what was hidden has its sign and no mark.
"""

import html
from collections.abc import Callable
from typing import Any

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import legends, theme
from ternois_analysis.display.classes import Classes, classes
from ternois_analysis.display.explore_scene import Scene
from ternois_analysis.display.explore_shapes import WIDTH, Outlines, lost
from ternois_analysis.display.published import cell, heading, interval, shown, written

#: Area of the largest circle, as a part of the map's.
_LARGEST = 0.01
_GAP = 8.0
_BARE, _EDGE = "#F7F7F7", "#7F7F7F"


def text(words: str) -> str:
    """French words, typeset and escaped."""
    return html.escape(french.typeset(words))


def records(rows: pd.DataFrame) -> list[Any]:
    """Rows as mappings, much faster to walk through than as Series."""
    return rows.to_dict("records")


def panel(title: str, body: str, values: pd.DataFrame, note: str = "") -> str:
    """One part of the exploration: its title, its mark if any value is invented, its body."""
    invented = values["synthetic"].eq(True).any()
    mark = f'<p class="mark">{text(theme.DEMONSTRATION.capitalize())}.</p>' if invented else ""
    under = f'<p class="note">{text(note)}</p>' if note else ""
    return f"<h3>{text(title)}</h3>{mark}{body}{under}"


def told(row: Any, entry: Indicator) -> str:
    """« Anvin : 8,2 % [6,1 ; 10,9] », for a pointer and for who listens."""
    found = " ".join(filter(None, (cell(row, entry, unit=True), interval(row, entry))))
    return french.typeset(f"{row['territory_label']} : {found}")


def ground(scene: Scene, found: Outlines) -> str:
    """Map of the units: classes for a rate, circles for a count, patterns for the signs."""
    rows, entry = scene.units, scene.entry
    count = entry.nature == "count"
    ranked = None if count or not entry.breaks else classes(entry)
    if not count and ranked is None:
        return panel(heading(entry), f"<p>{text(_NO_CLASSES)}</p>", rows)
    shapes = "".join(
        f'<path class="unit" data-t="{row["territory"]}" d="{found.paths[row["territory"]]}" '
        f'fill="{_fill(row, ranked)}" fill-rule="evenodd"><title>{html.escape(told(row, entry))}'
        "</title></path>"
        for row in records(rows)
        if row["territory"] in found.paths
    )
    frames = "".join(f'<path class="frame" d="{path}"/>' for path in found.frames)
    circles, tall = _circles(rows, entry, found) if count else ("", found.height)
    patterns = "".join(theme.pattern(sign, _sign(sign)) for sign in theme.PATTERNS)
    drawn = (
        f'<svg viewBox="0 0 {WIDTH:.0f} {tall:.0f}" role="img" '
        f'aria-label="{text("Carte : " + entry.label)}"><defs>{patterns}</defs>'
        f"{shapes}{frames}{circles}</svg>"
    )
    names = dict(zip(rows["territory"], rows["territory_label"], strict=True))
    return panel(heading(entry), drawn + _legend(rows, ranked), rows, lost(found, names))


_NO_CLASSES = "Cet indicateur ne se cartographie ni par classes, ni par cercles."


def _sign(sign: str) -> str:
    return f"explore-{sign.replace('.', '')}"


def _fill(row: Any, ranked: Classes | None) -> str:
    if row["status"] != "ok":
        return f"url(#{_sign(row['status'])})"
    return _BARE if ranked is None else ranked.colours[ranked.rank(row["value"])]


def _circles(rows: pd.DataFrame, entry: Indicator, found: Outlines) -> tuple[str, float]:
    """Circles whose area follows the value, none for zero, with their sizes under the map.

    Returns
    -------
    tuple
        SVG, the largest circles under the others, and the height of the whole.
    """
    numbers = shown(rows)
    numbers = numbers[(numbers["value"] > 0) & numbers["territory"].isin(list(found.points))]
    if numbers.empty:
        return "", found.height
    largest = float(numbers["value"].max())
    area = _LARGEST * WIDTH * found.height / largest
    drawn = "".join(
        f'<circle class="dot" data-t="{row["territory"]}" '
        f'cx="{found.points[row["territory"]][0]:.1f}" cy="{found.points[row["territory"]][1]:.1f}"'
        f' r="{legends.radius(row["value"], area):.1f}"><title>{html.escape(told(row, entry))}'
        "</title></circle>"
        for row in records(numbers.sort_values("value", ascending=False))
    )
    sizes = legends.round_sizes(largest)
    tallest = legends.radius(sizes[0], area)
    middle, left = found.height + tallest + _GAP, _GAP
    for size in sizes:
        r = legends.radius(size, area)
        said = written(size, entry, unit=False)
        drawn += (
            f'<circle class="size" cx="{left + r:.1f}" cy="{middle:.1f}" r="{r:.1f}"/>'
            f'<text x="{left + 2 * r + _GAP:.1f}" y="{middle + 4:.1f}">{text(said)}</text>'
        )
        left += 2 * r + 9 * _GAP
    return drawn, found.height + 2 * (tallest + _GAP)


def _legend(rows: pd.DataFrame, ranked: Classes | None) -> str:
    """Classes and signs with how many units each holds."""
    listed: list[tuple[str, str, int]] = []
    if ranked is not None:
        ranks = shown(rows)["value"].map(ranked.rank)
        listed = [
            (f"background:{colour}", label, int((ranks == rank).sum()))
            for rank, (colour, label) in enumerate(zip(ranked.colours, ranked.labels, strict=True))
        ]
    listed += [
        (f"background:{theme.PATTERNS[sign][1]}", f"{french.SIGNS[sign]} : {theme.MEANINGS[sign]}",
         int((rows["status"] == sign).sum()))
        for sign in theme.PATTERNS if (rows["status"] == sign).any()
    ]  # fmt: skip
    items = "".join(
        f'<li><i style="{style}"></i>{text(label)} <small>({french.number(count)})</small></li>'
        for style, label, count in listed
    )
    return f'<ul class="legend">{items}</ul>' if items else ""


def ranking(scene: Scene) -> str:
    """Units and references from the greatest value down, each with its interval; signs last."""
    entry = scene.entry
    beside = scene.against if entry.nature != "count" else scene.against.iloc[:0]
    rows = pd.concat([scene.units, beside], ignore_index=True)
    rows["reference"] = [False] * len(scene.units) + [True] * len(beside)
    rows = rows.sort_values("value", ascending=False, na_position="last", kind="stable")
    ends = pd.concat([shown(rows)[side].dropna() for side in ("value", "low", "high")])
    # Counts and shares start at zero: a length is read as a size.
    low = min(0.0, float(ends.min())) if len(ends) else 0.0
    high = max(0.0, float(ends.max())) if len(ends) else 1.0

    def at(value: float) -> str:
        return f"{100 * (value - low) / ((high - low) or 1):.2f}%"

    items = "".join(
        f'<li class="row{" reference" if row["reference"] else ""}" data-t="{row["territory"]}">'
        f'<span class="name" title="{text(row["territory_label"])}">{text(row["territory_label"])}'
        f'</span><svg class="bar" aria-hidden="true">{_mark(row, at)}</svg>'
        f'<span class="number">{text(cell(row, entry))}</span></li>'
        for row in records(rows)
    )
    return panel(f"Classement : {heading(entry)}", f'<ol class="ranking">{items}</ol>', rows)


def _mark(row: Any, at: Callable[[float], str]) -> str:
    if row["status"] != "ok":
        return ""
    shape = (
        f'<line class="tick" x1="{at(row["value"])}" x2="{at(row["value"])}" y1="1" y2="15"/>'
        if row["reference"]
        else f'<circle cx="{at(row["value"])}" cy="8" r="4"/>'
    )
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return shape
    ends = f'x1="{at(row["low"])}" x2="{at(row["high"])}"'
    return f'<line {ends} y1="8" y2="8"/>{shape}'
