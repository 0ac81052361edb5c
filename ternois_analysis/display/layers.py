"""What a map says of its territories: classes, circles, signs and borders on the ground."""

import geopandas as gpd
import pandas as pd
import shapely
from matplotlib.patches import Circle

from ternois_analysis.display import basemap, drawing, legends, theme
from ternois_analysis.display.basemap import Ground
from ternois_analysis.display.classes import Classes
from ternois_analysis.display.published import shown

#: Area of the largest circle, as a part of the map's.
_LARGEST = 0.012
_BARE, _EDGE, _FINE = "#F7F7F7", "#7F7F7F", 0.35


def classed(ground: Ground, values: pd.DataFrame, units: gpd.GeoDataFrame, found: Classes) -> None:
    """Territories filled with the colour of their class, or with the pattern of their sign."""
    numbers = shown(values)
    geometries = units.geometry.to_numpy()[(values["status"] == "ok").to_numpy()]
    fills = [found.colours[found.rank(value)] for value in numbers["value"]]
    if fills:
        basemap.draw(ground, geometries, fills=fills, edge=_EDGE, line=_FINE)
    signs(ground, values, units)


def signs(ground: Ground, values: pd.DataFrame, units: gpd.GeoDataFrame) -> None:
    """Territories whose value is not shown, with the pattern of their sign."""
    for sign, paint in drawing.SIGN_PAINT.items():
        hidden = (values["status"] == sign).to_numpy()
        if hidden.any():
            basemap.draw(
                ground,
                units.geometry.to_numpy()[hidden],
                fills=paint,
                edge=_EDGE,
                line=_FINE,
                order=2,
            )


def circles(
    ground: Ground, values: pd.DataFrame, units: gpd.GeoDataFrame
) -> tuple[float, list[basemap.Circle]]:
    """Circles whose area follows the shown values; no circle for zero or for a hidden value.

    Returns
    -------
    (float, list of circle)
        Square points that stand for one, 0 where nothing is shown; radii and centres.
    """
    numbers = values["value"].where(values["status"] == "ok").to_numpy(dtype=float)
    largest = float(pd.Series(numbers).max())
    if not largest > 0:
        return 0.0, []
    left, bottom, right, top = ground.box
    unit_area = _LARGEST * (right - left) * (top - bottom) / largest
    # A commune re-established since the contours were drawn has no shape, and no circle.
    shaped = ~units.geometry.is_empty.to_numpy()
    numbers = numbers[shaped]
    inside = shapely.get_coordinates(shapely.point_on_surface(units.geometry.to_numpy()[shaped]))
    drawn = sorted(
        (
            (legends.radius(value, unit_area), *ground.on_sheet(x, y))
            for value, (x, y) in zip(numbers, inside, strict=True)
            if value > 0
        ),
        reverse=True,
    )
    for rank, (r, x, y) in enumerate(drawn):
        ground.sheet.add_artist(
            Circle(
                (x, y),
                r,
                facecolor=theme.QUALITATIVE[0],
                edgecolor=theme.PAPER,
                linewidth=0.7,
                zorder=2 + rank / len(drawn),
                clip_on=False,
            )
        )
    return unit_area, drawn


def plain(ground: Ground, units: gpd.GeoDataFrame) -> None:
    """Territories without colour, under the circles of a count."""
    geometries = units.geometry.to_numpy()
    basemap.draw(ground, [shapely.union_all(geometries)], fills=_BARE, edge="none", line=0.0)
    basemap.draw_lines(ground, basemap.borders(geometries), edge=_EDGE, line=_FINE, order=1)


def outlines(ground: Ground, shapes: gpd.GeoDataFrame, line: float) -> None:
    """Borders of the groups of communes, or of the whole where there is none, on a light bed."""
    merged = basemap.groups(shapes)
    whole = merged.to_numpy() if len(merged) else [shapely.union_all(shapes.geometry.to_numpy())]
    outline(ground, basemap.borders(whole), line)


def outline(ground: Ground, lines: shapely.Geometry, line: float) -> None:
    """One dark line on a light bed, to be seen on dark and light classes alike."""
    basemap.draw_lines(ground, lines, edge=theme.PAPER, line=line + 1.2, order=4)
    basemap.draw_lines(ground, lines, edge=theme.INK, line=line, order=5)
