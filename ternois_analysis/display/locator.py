"""A small map that says where a territory is: its outline in the one around it."""

import hashlib
import html

import geopandas as gpd
import numpy as np
import shapely

from ternois_analysis import french
from ternois_analysis.display import basemap, theme
from ternois_analysis.observatory import Observatory, ground
from ternois_analysis.territory import Territory
from ternois_analysis.trail import lru_cache

#: Size in points, and detail lost, in points.
WIDTH, HEIGHT = 210.0, 150.0
_MARGIN, _DETAIL, _SIZE = 4.0, 0.5, 9.0
_PALE, _OWN = "#DEEBF7", "#0072B2"


@lru_cache(maxsize=16)
def _shapes(
    observatory: Observatory, context: Territory, groups: tuple[Territory, ...]
) -> gpd.GeoDataFrame:
    """The communes around, simplified, in points on the sheet, y downwards."""
    found = ground.shapes(observatory, context, groups)
    found = found[~found.geometry.is_empty]
    left, low, right, high = found.total_bounds
    scale = min((WIDTH - 2 * _MARGIN) / (right - left), (HEIGHT - 2 * _MARGIN) / (high - low))
    found = basemap.simplified(found, _DETAIL / scale)
    x = (WIDTH - scale * (right - left)) / 2 - scale * left
    y = (HEIGHT + scale * (high - low)) / 2 + scale * low
    return found.set_geometry(
        gpd.GeoSeries(
            shapely.transform(
                found.geometry.to_numpy(), lambda at: np.array([scale, -scale]) * at + (x, y)
            ),
            found.index,
        )
    )


@lru_cache(maxsize=16)
def _base(observatory: Observatory, context: Territory, groups: tuple[Territory, ...]) -> str:
    """Ground, communes and outlines of the parts: the same for all territories of a context."""
    shapes = _shapes(observatory, context, groups)
    whole = shapely.union_all(shapes.geometry.to_numpy())
    lines = basemap.borders(shapes.geometry.to_numpy())
    parts = [_path(whole, f'fill="{_PALE}"'), _path(lines, _stroke("#8C8C8C", 0.3))]
    merged = basemap.groups(shapes)
    if len(merged):
        parts.append(_path(basemap.borders(merged.to_numpy()), _stroke(theme.INK, 1.0)))
    return "".join([*parts, _path(shapely.boundary(whole), _stroke(theme.INK, 1.0))])


def locator(
    observatory: Observatory, place: Territory, context: Territory, groups: tuple[Territory, ...]
) -> tuple[str, str]:
    """A map of `WIDTH` × `HEIGHT` points and its alternative text.

    Parameters
    ----------
    place : Territory
        Filled.
    context : Territory
        What is drawn around; it holds `place`.
    groups : tuple of Territory
        Parts of the context whose outlines are drawn.

    Returns
    -------
    tuple of str
        A whole SVG document, and its description in French.
    """
    shapes = _shapes(observatory, context, groups)
    own = shapes[shapes.index.isin(place.communes)]
    alt = f"Carte : {place.label}"
    alt += f" dans {context.name}." if context.id != place.id else "."
    alt = french.typeset(alt)
    drawn, named = "", ""
    if len(own):
        shape = shapely.union_all(own.geometry.to_numpy())
        drawn = _path(shape, f'fill="{_OWN}" {_stroke(theme.INK, 0.8)[12:]}')
        named = _name(shape, french.typeset(place.short))
    key = "m" + hashlib.sha256(f"{place.id}{alt}".encode()).hexdigest()[:9]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH * 4 / 3:.0f}" '
        f'height="{HEIGHT * 4 / 3:.0f}" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" role="img" '
        f'aria-labelledby="{key}" font-family="{theme.FONTS}" '
        f'style="max-width: 100%; height: auto; stroke-linejoin: round">'
        f'<title id="{key}">{html.escape(alt)}</title>'
        f"{_base(observatory, context, groups)}{drawn}{named}</svg>"
    )
    return svg, alt


def _name(shape: shapely.Geometry, name: str) -> str:
    """The name above the shape, or under it near the upper edge, whole within the sheet."""
    left, top, right, bottom = shapely.bounds(shape)
    half = theme.width(name, _SIZE, True) / 2
    x = min(max((left + right) / 2, half + 2), WIDTH - half - 2)
    y = top - 3 if top > _SIZE + 4 else min(bottom + _SIZE + 2, HEIGHT - 3)
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="{_SIZE:g}" '
        f'font-weight="700" fill="{theme.INK}" stroke="{theme.PAPER}" stroke-width="2.5" '
        f'style="paint-order: stroke">{html.escape(name)}</text>'
    )


def _stroke(colour: str, width: float) -> str:
    return f'fill="none" stroke="{colour}" stroke-width="{width:g}"'


def _path(geometry: shapely.Geometry, style: str) -> str:
    steps = []
    for part in shapely.get_parts(geometry):
        rings = shapely.get_rings(part) if part.geom_type == "Polygon" else [part]
        for ring in rings:
            points = " ".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring))
            steps.append(f"M{points}{'z' if part.geom_type == 'Polygon' else ''}")
    return f'<path {style} d="{"".join(steps)}"/>' if steps else ""
