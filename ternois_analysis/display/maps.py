"""Maps of published values: classes for shares and rates, circles for counts."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import pandas as pd
import shapely
from matplotlib.axes import Axes

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import (
    alt,
    basemap,
    drawing,
    figures,
    layers,
    legends,
    sketchbook,
    theme,
)
from ternois_analysis.display.basemap import Ground
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.classes import classes
from ternois_analysis.display.labels import Box
from ternois_analysis.display.published import checked
from ternois_analysis.errors import ReportError, explain

_WIDTH, _LEGEND, _MARGIN, _FOOT = 504.0, 158.0, 4.0, 26.0
_LOW, _HIGH = 230.0, 400.0
_COLUMNS, _LINE, _LOWEST_PANEL = 3, 13.0, 150.0
#: Ground shown around the territory, as a part of its size.
_AROUND = 0.03
_ONE = ("indicator", "category", "period", "quarter", "audience")


@sketchbook.once
@theme.styled
def choropleth(
    values: pd.DataFrame,
    shapes: gpd.GeoDataFrame,
    indicator: Indicator,
    caption: Caption,
    *,
    neighbours: gpd.GeoDataFrame | None = None,
    places: Sequence[str] = (),
) -> Block:
    """Map of a share, a rate, a change or a published level, in the catalogue's classes.

    Parameters
    ----------
    values : DataFrame
        Published values of one indicator and one period: one row for each commune of `shapes`,
        or for each of its groups.
    shapes : GeoDataFrame
        Indexed by commune code; columns name, group ("" for none) and geometry, in metres.
    indicator : Indicator
        Its catalogue entry; `breaks` are the classes.
    caption : Caption
        Words around the map; an empty subtitle becomes the definition, unit and period.
    neighbours : GeoDataFrame, optional
        Polygons around the territory, drawn as light outlines.
    places : sequence of str
        Codes of the communes to name, the most important first.

    Raises
    ------
    ReportError
        For a count: classes of counts mislead, ask for `symbols`.
    SecrecyError
        If a value that is not shown carries a number.
    """
    _mappable(values, indicator, count=False)
    found = classes(indicator)
    shapes, ground = _ground(shapes, neighbours)
    units = basemap.units(values, shapes)
    layers.classed(ground, values, units, found)
    layers.outlines(ground, shapes, 1.3)
    basemap.draw_places(ground, shapes, places)
    left, top = ground.box[2] + _MARGIN, ground.box[3]
    top = legends.title(ground.sheet, (left, top), _LEGEND, indicator)
    entries = [*legends.class_entries(values, found), *legends.sign_entries(values)]
    legends.rows(ground.sheet, (left, top), _LEGEND, entries, legends.noun(values))
    return _block(ground.sheet, values, indicator, caption, alt.classed(values, indicator, found))


@sketchbook.once
@theme.styled
def symbols(
    values: pd.DataFrame,
    shapes: gpd.GeoDataFrame,
    indicator: Indicator,
    caption: Caption,
    *,
    neighbours: gpd.GeoDataFrame | None = None,
    places: Sequence[str] = (),
) -> Block:
    """Map of a count: circles whose area is proportional to the value.

    Parameters and errors are those of `choropleth`, except that it refuses all but counts.
    """
    _mappable(values, indicator, count=True)
    shapes, ground = _ground(shapes, neighbours)
    units = basemap.units(values, shapes)
    layers.plain(ground, units)
    layers.signs(ground, values, units)
    layers.outlines(ground, shapes, 0.9)
    unit_area, circles = layers.circles(ground, values, units)
    basemap.draw_places(ground, shapes, places, circles=circles)
    left, top = ground.box[2] + _MARGIN, ground.box[3]
    top = legends.title(ground.sheet, (left, top), _LEGEND, indicator)
    if unit_area:
        largest = float(values["value"].max())
        top = legends.sizes(ground.sheet, (left, top), indicator, largest, unit_area)
    legends.rows(
        ground.sheet, (left, top), _LEGEND, legends.sign_entries(values), legends.noun(values)
    )
    return _block(ground.sheet, values, indicator, caption, alt.counted(values, indicator))


@sketchbook.once
@theme.styled
def small_multiples(
    values: pd.DataFrame,
    shapes: gpd.GeoDataFrame,
    indicator: Indicator,
    caption: Caption,
    *,
    groups: Mapping[str, str],
) -> Block:
    """One small map for each group of communes, alphabetically, at one scale, with one legend.

    Parameters
    ----------
    values : DataFrame
        One row for each commune of `shapes`.
    groups : mapping of str to str
        Label of each group of `shapes.group`, at least two. The other parameters and the errors
        are those of `choropleth`.
    """
    _mappable(values, indicator, count=False)
    names = sorted(groups, key=lambda group: french.plain(groups[group]))
    if len(names) < 2 or not {*names} <= {*shapes["group"]}:
        raise ReportError(
            explain(
                "Small maps",
                expected="two groups or more, all with communes",
                found=names,
                do="Ask for one map instead.",
            )
        )
    found = classes(indicator)
    room = (_WIDTH - _MARGIN * (_COLUMNS + 1)) / _COLUMNS
    shapes = basemap.drawable(shapes, (0.0, 0.0, 2 * room, 2 * room))
    units = basemap.units(values, shapes)
    belongs = shapes["group"].loc[values["territory"].str.removeprefix("commune-")].to_numpy()
    frames = {name: units.loc[belongs == name].total_bounds for name in names}
    across = max(right - left for left, _, right, _ in frames.values()) * (1 + 2 * _AROUND)
    up = max(high - low for _, low, _, high in frames.values()) * (1 + 2 * _AROUND)
    heads = {
        name: theme.wrapped(french.typeset(groups[name]), room, theme.SIZE, bold=True)
        for name in names
    }
    head = max(map(len, heads.values())) * _LINE + _MARGIN
    tall = max(room * up / across, _LOWEST_PANEL)
    lines = -(-(len(names) + 1) // _COLUMNS)
    _, sheet = drawing.canvas(_WIDTH, lines * (tall + head + _MARGIN))
    slots = [_slot(rank, lines, room, tall, head) for rank in range(len(names) + 1)]
    merged = basemap.groups(shapes)
    context = basemap.borders(merged.to_numpy())
    for name, box in zip(names, slots, strict=False):
        x, y = (frames[name][:2] + frames[name][2:]) / 2
        around = (x - across / 2, y - up / 2, x + across / 2, y + up / 2)
        ground = basemap.ground(sheet, box, around)
        layers.classed(ground, values.loc[belongs == name], units.loc[belongs == name], found)
        basemap.draw_lines(ground, context, edge=theme.FAINT, line=0.6)
        layers.outline(ground, shapely.boundary(merged[name]), 0.9)
        for rank, line in enumerate(reversed(heads[name])):
            sheet.text(box[0], box[3] + 5 + rank * _LINE, line, size=theme.SIZE, weight="bold")
    left, bottom, right, top = slots[-1]
    top = legends.title(sheet, (left, top + head), right - left, indicator)
    entries = [*legends.class_entries(values, found), *legends.sign_entries(values)]
    legends.rows(sheet, (left, top), right - left, entries, legends.noun(values))
    basemap.draw_scale(ground, left, bottom)
    return _block(sheet, values, indicator, caption, alt.classed(values, indicator, found))


def _mappable(values: pd.DataFrame, indicator: Indicator, *, count: bool) -> None:
    checked(values, one=_ONE)
    if (indicator.nature == "count") != count:
        raise ReportError(
            explain(
                f"Map of « {indicator.short} »",
                expected="a count" if count else "no count",
                found=f"nature {indicator.nature}",
                do="Use choropleth for it." if count else "Use symbols for it.",
            )
        )


def _ground(
    shapes: gpd.GeoDataFrame, neighbours: gpd.GeoDataFrame | None
) -> tuple[gpd.GeoDataFrame, Ground]:
    """The simplified shapes and the ground of a map with a legend at its right."""
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
    return basemap.drawable(shapes, box), ground


def _slot(rank: int, lines: int, room: float, tall: float, head: float) -> Box:
    """Box of a small map, filled line by line from the upper left."""
    line, column = divmod(rank, _COLUMNS)
    left = _MARGIN + column * (room + _MARGIN)
    bottom = (lines - 1 - line) * (tall + head + _MARGIN) + _MARGIN
    return left, bottom, left + room, bottom + tall


def _block(
    sheet: Axes, values: pd.DataFrame, indicator: Indicator, caption: Caption, text: str
) -> Block:
    return figures.finished("map", sheet, values, indicator, caption, text)
