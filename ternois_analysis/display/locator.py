"""A small map that says where a territory is: its outline in the one around it."""

import hashlib
import html
import itertools
import re

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
_MARGIN, _DETAIL = 4.0, 0.5
#: Sizes of a name, the best first, most lines and their height, steps tried on the shape.
_SIZES, _MOST_LINES, _LEADING, _STEP = (9.0, 8.0), 3, 1.15, 2.0
#: Blank between the map and a name beside it; what a line more or a smaller size is worth of tie.
_TIE, _DEARER = 8.0, 9.0
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
def _whole(
    observatory: Observatory, context: Territory, groups: tuple[Territory, ...]
) -> shapely.Geometry:
    return shapely.union_all(_shapes(observatory, context, groups).geometry.to_numpy())


@lru_cache(maxsize=16)
def _base(observatory: Observatory, context: Territory, groups: tuple[Territory, ...]) -> str:
    """Ground, communes and outlines of the parts: the same for all territories of a context."""
    shapes = _shapes(observatory, context, groups)
    whole = _whole(observatory, context, groups)
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
        named = _name(shape, _whole(observatory, context, groups), french.typeset(place.short))
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


def _name(shape: shapely.Geometry, whole: shapely.Geometry, name: str) -> str:
    """The name on the shape where it holds there, else beside the map and tied to the shape."""
    for size, lines in itertools.product(_SIZES, range(1, _MOST_LINES + 1)):
        told = _parted(name, lines)
        if told and (spot := _inside(shape, told, size)):
            return _written(told, spot, size, f'text-anchor="middle" fill="{theme.PAPER}"')
    tried = [
        (cost + _DEARER * (lines - 1 + rank), drawn)
        for lines, (rank, size) in itertools.product(range(1, _MOST_LINES + 1), enumerate(_SIZES))
        if (told := _parted(name, lines)) and (found := _beside(shape, whole, told, size))
        for cost, drawn in [found]
    ]
    # With no room anywhere the outline stands alone: the name heads the sheet.
    return min(tried)[1] if tried else ""


def _parted(name: str, count: int) -> list[str]:
    """A name on that many lines, the longest as short as can be; nothing if it has fewer words."""
    words = re.findall(r"[^ -]+[ -]?", name)
    cuts = itertools.combinations(range(1, len(words)), count - 1)
    found = [
        ["".join(words[a:b]).strip(" ") for a, b in itertools.pairwise((0, *cut, len(words)))]
        for cut in cuts
    ]
    return min(found, key=lambda lines: max(map(len, lines)), default=[])


def _sheet(told: list[str], size: float) -> tuple[float, float]:
    """Width and height of lines."""
    return max(theme.width(text, size, True) for text in told), _LEADING * size * len(told)


def _inside(shape: shapely.Geometry, told: list[str], size: float) -> tuple[float, float] | None:
    """The middle of a place on the shape where lines hold, the nearest to the middle of it."""
    width, height = _sheet(told, size)
    left, top, right, bottom = shapely.bounds(shape)
    if width > right - left or height > bottom - top:
        return None
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    across = np.arange(left + width / 2, right - width / 2 + 0.1, _STEP)
    down = np.arange(top + height / 2, bottom - height / 2 + 0.1, _STEP)
    spots = np.array(list(itertools.product(across, down)))
    half = np.array([width, height]) / 2 + 1
    boxes = shapely.box(*(spots - half).T, *(spots + half).T)
    shapely.prepare(shape)
    held = spots[shapely.contains(shape, boxes)]
    if not len(held):
        return None
    x, y = held[np.argmin(((held - middle) ** 2).sum(axis=1))]
    return float(x), float(y)


def _beside(
    shape: shapely.Geometry, whole: shapely.Geometry, told: list[str], size: float
) -> tuple[float, str] | None:
    """Lines in the nearest blank at the left or right of the map, after how far that is."""
    width, height = _sheet(told, size)
    at = shapely.get_coordinates(shapely.point_on_surface(shape))[0]
    found = []
    for shift in (0, *(side * step for step in range(6, 49, 6) for side in (-1, 1))):
        y = min(max(at[1] + shift, height / 2 + 1), HEIGHT - height / 2 - 1)
        band = shapely.intersection(
            whole, shapely.box(0, y - height / 2 - 1, WIDTH, y + height / 2 + 1)
        )
        low, _, high, _ = shapely.bounds(band) if not band.is_empty else (at[0], 0, at[0], 0)
        for room, edge, x, anchor in (
            (low - _TIE - 2, low - _TIE + 2, low - _TIE, "end"),
            (WIDTH - high - _TIE - 2, high + _TIE - 2, high + _TIE, "start"),
        ):
            if width <= room:
                found.append((np.hypot(edge - at[0], y - at[1]), edge, x, y, anchor))
    if not found:
        return None
    far, edge, x, y, anchor = min(found)
    tie = f"M{at[0]:.1f} {at[1]:.1f} {edge:.1f} {y:.1f}"
    return float(far), (
        f'<path {_stroke(theme.PAPER, 2.2)} d="{tie}"/><path {_stroke(theme.INK, 0.8)} d="{tie}"/>'
        f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="1.6" fill="{theme.INK}"/>'
        + _written(told, (x, y), size, f'text-anchor="{anchor}" fill="{theme.INK}"')
    )


def _written(told: list[str], spot: tuple[float, float], size: float, style: str) -> str:
    """Lines around a height."""
    x, y = spot
    first = y - _LEADING * size * (len(told) - 1) / 2 + 0.36 * size
    lines = "".join(
        f'<tspan x="{x:.1f}" y="{first + _LEADING * size * rank:.1f}">{html.escape(text)}</tspan>'
        for rank, text in enumerate(told)
    )
    return f'<text font-size="{size:g}" font-weight="700" {style}>{lines}</text>'


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
