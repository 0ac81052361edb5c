"""Map of flows: an arrow from home to work, as wide as the number of those who take it."""

import re
from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch

from ternois_analysis import catalog, french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import basemap, drawing, figures, labels, legends, perimeter, theme
from ternois_analysis.display.basemap import Ground
from ternois_analysis.display.block import Block, Caption, with_note
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell, shown
from ternois_analysis.observatory import commuting, ground
from ternois_analysis.territory import Territory
from ternois_analysis.territory import shapes as geometry

_WIDTH, _LEGEND, _MARGIN, _FOOT = 504.0, 132.0, 4.0, 26.0
_LOW, _HIGH = 260.0, 420.0
#: Widest arrow and its narrowest, in points; arrows drawn, at most, and the smallest flow drawn.
_WIDEST, _NARROWEST, _ARROWS, _SMALLEST = 7.0, 0.7, 30, 20
#: Metres from the territory beyond which a pole is left to the table.
_FAR = 45_000.0
#: What an EPCI is, left out of its name on the map.
_KIND = re.compile(r"^(?:CA|CC|CU)\s(?:du\s|de\s(?:la\s|l[’'])?|des\s|d[’'])?")
_ROUGH_DASH = (0, (4, 2))


@theme.styled
def draw(
    material: Material, values: pd.DataFrame, origins: Sequence[Territory],
    ends: Sequence[Territory], caption: Caption,
) -> Block:  # fmt: skip
    """Arrows between the centres of territories; orders of magnitude are dashed.

    Parameters
    ----------
    values : DataFrame
        Values of `commuters`, one a pair of origin (territory) and end (category, its short name).
    origins, ends : sequences of Territory
        The parts of the territory, and where their residents work, the parts among them.
    """
    entry = catalog.indicator("commuters")
    outlines = _outlines(material, ends)
    inside = outlines.loc[[t.id for t in origins]]
    near = outlines[outlines.distance(shapely.union_all(inside.to_numpy())) <= _FAR]
    points = {t.id: _centre(material, t) for t in ends if t.id in near.index}
    arrows = _arrows(values, origins, ends, points)
    if not arrows:
        return perimeter.paragraphs(caption.title, [f"Aucun flux de {_SMALLEST} actifs ou plus."])
    own = {t.id for t in origins}
    linked = own | {end for _, end in arrows}
    points = {name: point for name, point in points.items() if name in linked}
    around = _around(inside, list(points.values()))
    room = _WIDTH - _LEGEND - 3 * _MARGIN
    tall = float(min(max(room * (around[3] - around[1]) / (around[2] - around[0]), _LOW), _HIGH))
    _, sheet = drawing.canvas(_WIDTH, _FOOT + tall + _MARGIN)
    box = (_MARGIN, _FOOT, _MARGIN + room, _FOOT + tall)
    map_ = basemap.ground(sheet, box, around)
    basemap.draw_neighbours(map_, material.around)
    coarse = shapely.simplify(inside.to_numpy(), 0.5 / map_.scale)
    basemap.draw(map_, coarse, fills="#E3EEF6", edge="#8C8C8C", line=0.6)
    basemap.draw_scale(map_, box[0] + _MARGIN, _FOOT / 3)
    largest = float(arrows[0][0]["value"])
    for row, end in reversed(arrows):
        _arrow(map_, points[str(row["territory"])], points[end], row, largest, end in own)
    _names(map_, points, {t.id: t.short for t in ends}, own)
    _legend(sheet, (box[2] + _MARGIN, box[3]), entry, largest)
    table = pd.DataFrame([
        {"Résidence": french.typeset(str(row["territory_label"])),
         "Travail": french.typeset(str(row["category"])), "Actifs occupés": cell(row, entry)}
        for row, _ in arrows
    ], columns=["Résidence", "Travail", "Actifs occupés"])  # fmt: skip
    caption = replace(caption, title=_title(arrows[0][0], entry))
    far = [t.short for t in ends if t.id not in near.index]
    if far:
        caption = with_note(caption, f"Trop loin pour la carte : {french.listing(far)}.")
    caption = with_note(
        caption, f"Flux de {_SMALLEST} actifs ou plus, les {_ARROWS} premiers au plus."
    )
    kept = pd.DataFrame([row for row, _ in arrows], columns=values.columns)
    return figures.assembled("map", sheet, kept, caption, _alt(arrows, entry), table)


def _title(row: pd.Series, entry: Indicator) -> str:
    about = "environ " if row["note"] == commuting.ROUGH else ""
    return (
        f"Le plus grand flux : {about}{cell(row, entry)} actifs, {row['territory_label']} vers "
        f"{row['category']}"
    )


def _outlines(material: Material, ends: Sequence[Territory]) -> gpd.GeoSeries:
    """Outline of each end whose communes have contours at hand, in metres."""
    contours = ground.contours(material.observatory, material.place)
    known = set(contours["commune"])
    drawable = [t for t in ends if known.issuperset(t.communes)]
    return geometry.outlines(contours, drawable).geometry


def _arrows(
    values: pd.DataFrame, origins: Sequence[Territory], ends: Sequence[Territory],
    points: dict[str, shapely.Point],
) -> list[tuple[pd.Series, str]]:  # fmt: skip
    """Values to draw with the identifier of their end, the largest first."""
    by_name = {t.short: t.id for t in ends}
    rows = shown(values)
    rows = rows[rows["value"] >= _SMALLEST].sort_values("value", ascending=False, kind="stable")
    found = [
        (row, by_name[row["category"]]) for _, row in rows.iterrows() if row["category"] in by_name
    ]
    return [(row, end) for row, end in found if end in points and row["territory"] != end][:_ARROWS]


def _centre(material: Material, place: Territory) -> shapely.Point:
    """A point inside the largest commune of a territory: most of its jobs are there."""
    columns = material.observatory.columns
    sizes = columns.table.set_index("commune")[columns.newest("population")]
    own = sizes.reindex(list(place.communes))
    largest = str(own.idxmax()) if own.notna().any() else place.communes[0]
    contours = ground.contours(material.observatory, material.place)
    return geometry.select(contours, [largest]).geometry.iloc[0].representative_point()


def _around(inside: gpd.GeoSeries, points: Sequence[shapely.Point]) -> basemap.Bounds:
    """Bounds of the territory and of the centres of the poles, with some air."""
    left, low, right, high = gpd.GeoSeries([*inside, *points]).total_bounds
    x, y = 0.06 * (right - left), 0.06 * (high - low)
    return left - x, low - y, right + x, high + y


def _wide(value: float, largest: float) -> float:
    return max(_NARROWEST, _WIDEST * value / largest)


def _arrow(
    map_: Ground, start: shapely.Point, end: shapely.Point, row: pd.Series, largest: float,
    inside: bool,
) -> None:  # fmt: skip
    rough = row["note"] == commuting.ROUGH
    wide = _wide(float(row["value"]), largest)
    head = 3.0 + wide
    map_.sheet.add_artist(
        FancyArrowPatch(
            map_.on_sheet(start.x, start.y), map_.on_sheet(end.x, end.y),
            connectionstyle="arc3,rad=0.16",
            arrowstyle=f"-|>,head_length={head:.1f},head_width={head / 2:.1f}",
            mutation_scale=1.0, shrinkA=4, shrinkB=4, linewidth=wide,
            linestyle=_ROUGH_DASH if rough and wide < 2 else "-",
            color=theme.QUALITATIVE[0] if inside else theme.QUALITATIVE[1],
            alpha=0.55 if rough else 0.85, zorder=3,
        )
    )  # fmt: skip


def _names(
    map_: Ground, points: dict[str, shapely.Point], names: dict[str, str], own: set[str]
) -> None:
    ids = sorted(points, key=lambda name: name not in own)
    places = [map_.on_sheet(points[name].x, points[name].y) for name in ids]
    texts = [french.typeset(_KIND.sub("", names[name])) for name in ids]
    boxes = labels.placed(
        places, texts, inside=map_.box, distances=[5.0] * len(ids), bold=True,
        obstacles=[(x - 12, y - 7, x + 12, y + 7) for x, y in places],
    )  # fmt: skip
    for (x, y), text, box in zip(places, texts, boxes, strict=True):
        map_.sheet.plot(x, y, "o", ms=4.0, mfc=theme.INK, mec=theme.PAPER, mew=0.8, zorder=6)
        if box is not None:
            map_.sheet.text(
                box[0], (box[1] + box[3]) / 2, text, size=theme.SMALL, weight="bold",
                va="center_baseline", gid=drawing.HALO, zorder=7,
            )  # fmt: skip


def _legend(sheet: Axes, place: tuple[float, float], entry: Indicator, largest: float) -> None:
    left, top = place
    top = legends.title(sheet, (left, top), _LEGEND, entry) - 8
    for value in legends.round_sizes(largest) if largest > 0 else []:
        wide = _wide(value, largest)
        top -= max(wide, 6) / 2 + 4
        _sample(sheet, left, top, wide, theme.SOFT, french.number(value))
        top -= max(wide, 6) / 2 + 4
    for colour, text, dash in (
        (theme.QUALITATIVE[0], "vers le territoire", "-"),
        (theme.QUALITATIVE[1], "vers l’extérieur", "-"),
        (theme.SOFT, "ordre de grandeur", _ROUGH_DASH),
    ):
        top -= 9
        _sample(sheet, left, top, 1.4, colour, text, dash)
        top -= 6


def _sample(
    sheet: Axes, left: float, y: float, wide: float, colour: str, text: str, dash: object = "-"
) -> None:
    sheet.plot([left, left + 30], [y, y], color=colour, lw=wide, linestyle=dash,
               solid_capstyle="butt")  # fmt: skip
    sheet.text(left + 36, y, french.typeset(text), size=theme.SMALL, va="center_baseline")


def _alt(arrows: Sequence[tuple[pd.Series, str]], entry: Indicator) -> str:
    firsts = [
        f"{row['territory_label']} vers {row['category']} {cell(row, entry)}"
        for row, _ in arrows[:6]
    ]
    listed = " ; ".join(firsts)
    return f"Carte de flux : {entry.label.lower()}. Les plus grands flux : {listed}." \
        if firsts else "Carte de flux sans flux à montrer."  # fmt: skip
