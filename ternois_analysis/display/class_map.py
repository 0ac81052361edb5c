"""Map of named classes of communes: a colour and a mark each, never an order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ternois_analysis import french
from ternois_analysis.display import basemap, drawing, figures, layers, sketchbook, theme
from ternois_analysis.display.basemap import Ground
from ternois_analysis.display.block import Block, Caption

_WIDTH, _LEGEND, _MARGIN, _FOOT = 504.0, 158.0, 4.0, 26.0
_LOW, _HIGH, _AROUND = 230.0, 400.0, 0.03
_SWATCH, _LINE = (22.0, 13.0), 11.0
#: A mark is written where its commune holds it, in points across.
_ROOM = 11.0


@dataclass(frozen=True)
class Kind:
    """One class of a map: what is written in its communes, its colour, its name in the legend."""

    mark: str
    colour: str
    text: str


@sketchbook.once
@theme.styled
def drawn(
    values: pd.DataFrame,
    shapes: gpd.GeoDataFrame,
    kinds: Mapping[str, str],
    legend: Sequence[Kind],
    caption: Caption,
    table: pd.DataFrame,
    *,
    neighbours: gpd.GeoDataFrame | None = None,
    places: Sequence[str] = (),
) -> Block:
    """Map of communes by class.

    Parameters
    ----------
    values : DataFrame
        Published values, one row a commune of `shapes`.
    shapes : GeoDataFrame
        Indexed by commune code; columns name, group and geometry, in metres.
    kinds : mapping of str to str
        Mark of each commune that has a class, by code; the others are drawn as not available.
    legend : sequence of Kind
        In the order in which they are listed.
    table : DataFrame
        The data under the map, in French.
    """
    left, low, right, high = shapes.total_bounds
    x, y = _AROUND * (right - left), _AROUND * (high - low)
    around = (left - x, low - y, right + x, high + y)
    room = _WIDTH - _LEGEND - 3 * _MARGIN
    tall = min(max(room * (around[3] - around[1]) / (around[2] - around[0]), _LOW), _HIGH)
    box = (_MARGIN, _FOOT, _MARGIN + room, _FOOT + tall)
    _, sheet = drawing.canvas(_WIDTH, _FOOT + tall + _MARGIN)
    ground = basemap.ground(sheet, box, around)
    basemap.draw_neighbours(ground, neighbours)
    basemap.draw_scale(ground, box[0] + _MARGIN, _FOOT / 3)
    shapes = basemap.drawable(shapes, box)
    colours = {kind.mark: kind.colour for kind in legend}
    missing = drawing.SIGN_PAINT["n.d."]
    fills = [colours.get(kinds.get(str(code), ""), missing) for code in shapes.index]
    geometries = shapes.geometry.to_numpy()
    basemap.draw(ground, geometries, fills=fills, edge="#7F7F7F", line=0.35)
    layers.outlines(ground, shapes, 1.3)
    _marks(ground, shapes, kinds, colours, _named(ground, shapes, places))
    basemap.draw_places(ground, shapes, places)
    counts = pd.Series(dict(kinds), dtype="str").value_counts()
    unknown = len(shapes) - len(kinds)
    listed = [(k.colour, k.text, int(counts.get(k.mark, 0)), k.mark) for k in legend]
    if unknown:
        listed.append((missing, "n.d. : non disponible", unknown, ""))
    _listed(sheet, box[2] + 2 * _MARGIN, box[3], listed)
    parts = [f"{text}, {count} {french.plural(count, 'commune')}" for _, text, count, _ in listed]
    alt = f"Carte de {len(shapes)} communes. {' ; '.join(parts)}."
    return figures.assembled("map", sheet, values, caption, alt, table)


def _named(
    ground: Ground, shapes: gpd.GeoDataFrame, places: Sequence[str]
) -> list[shapely.Geometry]:
    """Where names of places may stand: on either side of their dot, at its right; the dot alone."""
    chosen = shapes.loc[list(places)]
    dots = shapely.get_coordinates(shapely.point_on_surface(chosen.geometry.to_numpy()))
    tall = theme.SMALL * 0.7 / ground.scale
    widths = [
        (theme.width(french.typeset(str(name)), theme.SMALL, bold=True) + 5) / ground.scale
        for name in chosen["name"]
    ]
    dot = [tall / 2] * len(widths)
    return [
        shapely.union_all([
            shapely.box(x - left, y - tall, x + right, y + tall)
            for (x, y), left, right in zip(dots, *sides, strict=True)
        ])
        for sides in ((widths, widths), (dot, widths), (dot, dot))
    ]  # fmt: skip


def _marks(
    ground: Ground, shapes: gpd.GeoDataFrame, kinds: Mapping[str, str],
    colours: Mapping[str, str], names: Sequence[shapely.Geometry],
) -> None:  # fmt: skip
    """The mark of each commune inside it, where there is room: classes are told without colour.

    It stands clear of the names of places, or of their dot at least.
    """
    for code, shape in zip(shapes.index, shapes.geometry, strict=True):
        mark = kinds.get(str(code), "")
        if not mark or shape.is_empty or colours.get(mark, theme.PAPER) == theme.PAPER:
            continue
        least = max(_ROOM, theme.width(mark, theme.SMALL)) / ground.scale
        for each in names:
            part = shapely.difference(shape, each)
            circle = None if part.is_empty else shapely.maximum_inscribed_circle(part)
            if circle is not None and 2 * circle.length >= least:
                break
        else:
            continue
        at, height = ground.on_sheet(*shapely.get_coordinates(circle)[0])
        ink = theme.ink_on(colours[mark])
        ground.sheet.text(
            at, height, mark, size=theme.SMALL, ha="center", va="center_baseline", color=ink
        )


def _listed(
    sheet: Axes, left: float, top: float, entries: Sequence[tuple[str, str, int, str]]
) -> None:
    """Swatches with their mark, name and number of communes, from the top."""
    right = left + _LEGEND - 2 * _MARGIN
    sheet.text(right, top - theme.SMALL, "communes", size=theme.SMALL, color=theme.SOFT, ha="right")
    top -= theme.SMALL + 7
    for colour, text, count, mark in entries:
        sheet.add_artist(
            Rectangle(
                (left, top - _SWATCH[1]), *_SWATCH, facecolor=colour, edgecolor=theme.SOFT,
                linewidth=0.6,
            )
        )  # fmt: skip
        middle = top - _SWATCH[1] / 2
        if mark and not colour.startswith("#010fe"):
            sheet.text(
                left + _SWATCH[0] / 2, middle, mark, size=theme.SMALL, ha="center",
                va="center_baseline", color=theme.ink_on(colour),
            )  # fmt: skip
        lines = theme.wrapped(french.typeset(text), right - left - _SWATCH[0] - 34, theme.SMALL)
        for rank, line in enumerate(lines):
            sheet.text(
                left + _SWATCH[0] + 6, middle - rank * _LINE, line, size=theme.SMALL,
                va="center_baseline",
            )  # fmt: skip
        sheet.text(
            right, middle, french.number(count), size=theme.SMALL, ha="right",
            va="center_baseline", color=theme.SOFT,
        )  # fmt: skip
        top -= max(_SWATCH[1], len(lines) * _LINE) + 5
