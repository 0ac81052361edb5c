"""Outlines of the units to explore as SVG paths: drawn once, coloured at each choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from ternois_analysis import french
from ternois_analysis.display import explore_kept
from ternois_analysis.display.explore_scene import Level, together
from ternois_analysis.observatory import Observatory
from ternois_analysis.territory import Territory

if TYPE_CHECKING:
    import shapely

WIDTH, _TALLEST, _MARGIN = 520.0, 560.0, 6.0
#: Detail lost, in pixels: under the width of a border.
_TOLERANCE = 0.5


@dataclass(frozen=True, eq=False)
class Outlines:
    """Paths and a point inside, in pixels from the upper left, by identifier of unit.

    `frames` are the borders of the territories chosen. A unit without contour has no path.
    """

    height: float
    paths: Mapping[str, str]
    points: Mapping[str, tuple[float, float]]
    frames: tuple[str, ...]


@lru_cache(maxsize=16)
def outlines(door: Observatory, places: tuple[Territory, ...], level: Level) -> Outlines:
    """Shapes of the units of some territories, brought to a map `WIDTH` pixels wide."""
    import shapely

    polygons = _polygons(door, together(places))
    known = polygons[~shapely.is_empty(polygons.to_numpy())]
    left, low, right, high = shapely.total_bounds(known.to_numpy())
    room = WIDTH - 2 * _MARGIN
    scale = min(room / (right - left), (_TALLEST - 2 * _MARGIN) / (high - low))
    # As a coverage: neighbours keep their common border.
    simple = pd.Series(shapely.coverage_simplify(known.to_numpy(), _TOLERANCE / scale), known.index)
    shift = (WIDTH - (right - left) * scale) / 2

    def placed(geometry: "shapely.Geometry") -> "shapely.Geometry":
        return shapely.transform(
            geometry, lambda xy: (xy - (left, high)) * (scale, -scale) + (shift, _MARGIN)
        )

    wholes = {
        place.id: placed(
            shapely.union_all(simple.loc[simple.index.intersection(list(place.communes))])
        )
        for place in places
    }
    if level == "communes":
        units = {f"commune-{code}": placed(shape) for code, shape in simple.items()}
    else:
        units = wholes
    units = {name: shape for name, shape in units.items() if not shape.is_empty}
    inside = {name: shapely.get_coordinates(shapely.point_on_surface(shape))[0]
              for name, shape in units.items()}  # fmt: skip
    return Outlines(
        (high - low) * scale + 2 * _MARGIN,
        {name: _path(shape) for name, shape in units.items()},
        {name: (float(x), float(y)) for name, (x, y) in inside.items()},
        tuple(_path(shape) for shape in wholes.values() if not shape.is_empty),
    )


def _polygons(door: Observatory, whole: Territory) -> pd.Series:
    """Polygons of the communes of a territory, by code, in metres."""
    kept = explore_kept.of(door)
    found = None if kept is None else kept.shapes(whole.communes)
    if found is not None:
        return pd.Series(found, dtype=object)
    from ternois_analysis.observatory import ground

    shapes = ground.shapes(door, whole, ())
    return pd.Series(shapes.geometry.to_numpy(), shapes.index, dtype=object)


def _path(shape: "shapely.Geometry") -> str:
    import shapely

    rings = shapely.get_rings(shapely.get_parts(shape))
    return "".join(
        f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in shapely.get_coordinates(ring)[:-1])}Z"
        for ring in rings
    )


def lost(found: Outlines, names: Mapping[str, str]) -> str:
    """A sentence on the units that have no contour; empty where all have one."""
    bare = sorted(names[unit] for unit in names if unit not in found.paths)
    return f"Sans contour, donc hors de la carte : {french.listing(bare)}." if bare else ""
