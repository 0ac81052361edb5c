"""The ground of a map: where shapes fall on the sheet, outlines, places and the scale bar."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.path import Path
from numpy.typing import NDArray

from ternois_analysis import french
from ternois_analysis.display import drawing, labels, theme
from ternois_analysis.errors import ReportError, explain

#: Detail lost by simplification, in points: under the width of a border.
_TOLERANCE = 0.4
_COMMUNE = "commune-"
#: The ground lies under whatever else is on the sheet.
_UNDER = 10.0
_STEPS_KM = (0.5, 1, 2, 5, 10, 20, 50, 100, 200)

Geometries = Sequence[shapely.Geometry] | NDArray[np.object_]
Bounds = tuple[float, float, float, float]
#: Radius and centre, in points on the sheet.
Circle = tuple[float, float, float]


@dataclass(frozen=True)
class Ground:
    """Where ground in metres falls on a sheet in points; `scale` is points in a metre."""

    sheet: Axes
    box: labels.Box
    bounds: Bounds
    scale: float

    def on_sheet(self, x: float, y: float) -> tuple[float, float]:
        """Place on the sheet, in points, of a place on the ground, in metres."""
        left, bottom = self.box[:2]
        return left + (x - self.bounds[0]) * self.scale, bottom + (y - self.bounds[1]) * self.scale

    def path(self, lines: Sequence[shapely.Geometry], *, closed: bool) -> Path:
        """Lines or rings of the ground as one path on the sheet."""
        near = np.array(self.box[:2]) - np.array(self.bounds[:2]) * self.scale
        return Path.make_compound_path(
            *(Path(shapely.get_coordinates(line) * self.scale + near, closed=closed)
              for line in lines)
        )  # fmt: skip


def ground(sheet: Axes, box: labels.Box, around: Bounds) -> Ground:
    """Ground that fills `box` (points) and holds `around` (metres) in its middle, undistorted."""
    width, height = box[2] - box[0], box[3] - box[1]
    scale = min(width / (around[2] - around[0]), height / (around[3] - around[1]))
    x, y = (around[0] + around[2]) / 2, (around[1] + around[3]) / 2
    across, up = width / scale / 2, height / scale / 2
    return Ground(sheet, box, (x - across, y - up, x + across, y + up), scale)


def units(values: pd.DataFrame, shapes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The shape of each territory of the values, in the order of the values.

    Parameters
    ----------
    values : DataFrame
        Published values of communes, or of the groups of communes named in `shapes.group`.
    shapes : GeoDataFrame
        Indexed by commune code, with columns name, group and geometry, in metres.

    Raises
    ------
    ReportError
        If a territory has no shape, a shape no territory, or the CRS is not in metres.
    """
    if shapes.crs is None or not shapes.crs.is_projected:
        raise ReportError(
            explain(
                "Shapes of a map",
                expected="a CRS in metres",
                found=shapes.crs,
                do="Project them, for instance to EPSG:2154.",
            )
        )
    ids = pd.Index(values["territory"])
    if ids.str.startswith(_COMMUNE).all():
        known = gpd.GeoSeries(shapes.geometry.to_numpy(), _COMMUNE + shapes.index, crs=shapes.crs)
    else:
        known = groups(shapes)
    unknown = sorted({*ids} ^ {*known.index})
    if unknown:
        raise ReportError(
            explain(
                "Map: values and shapes",
                expected="the same territories on both sides",
                found=f"{len(unknown)} on one side only, such as {unknown[:3]}",
                do="Give one value a territory, « n.d. » where there is none.",
            )
        )
    return gpd.GeoDataFrame(geometry=known.loc[ids])


def simplified(shapes: gpd.GeoDataFrame, tolerance: float) -> gpd.GeoDataFrame:
    """Shapes with fewer points; neighbours keep their common border. `tolerance` is in metres."""
    return shapes.set_geometry(
        gpd.GeoSeries(
            shapely.coverage_simplify(shapes.geometry.to_numpy(), tolerance),
            shapes.index,
            crs=shapes.crs,
        )
    )


def drawable(shapes: gpd.GeoDataFrame, box: labels.Box) -> gpd.GeoDataFrame:
    """Shapes simplified for a map that fills `box`."""
    left, low, right, high = shapes.total_bounds
    scale = min((box[2] - box[0]) / (right - left), (box[3] - box[1]) / (high - low))
    return simplified(shapes, _TOLERANCE / scale)


def groups(shapes: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Union of the communes of each group, by group; communes without a group are left out."""
    named = shapes.loc[shapes["group"] != ""]
    merged = {
        group: shapely.union_all(part.geometry.to_numpy())
        for group, part in named.groupby("group", sort=True)
    }
    return gpd.GeoSeries(merged, crs=shapes.crs)


def draw(
    ground: Ground,
    geometries: Geometries,
    *,
    fills: Sequence[str] | str,
    edge: str,
    line: float,
    order: float = 1.0,
) -> None:
    """Polygons on the ground; `line` is in points, a higher `order` is nearer to the reader."""
    rings = (shapely.get_rings(shapely.get_parts(geometry)) for geometry in geometries)
    ground.sheet.add_collection(
        PathCollection(
            [ground.path(each, closed=True) for each in rings],
            facecolors=fills,
            edgecolors=edge,
            linewidths=line,
            zorder=order - _UNDER,
            clip_on=False,
        ),
        autolim=False,
    )


def borders(geometries: Geometries) -> shapely.Geometry:
    """Borders of polygons as lines, those that two of them share only once."""
    return shapely.line_merge(shapely.union_all(shapely.boundary(geometries)))


def draw_lines(
    ground: Ground, lines: shapely.Geometry, *, edge: str, line: float, order: float = 0.0
) -> None:
    """Lines as one path, cut at the frame."""
    cut = shapely.get_parts(shapely.clip_by_rect(lines, *ground.bounds))
    parts = [part for part in cut if not part.is_empty]
    if parts:
        ground.sheet.add_collection(
            PathCollection(
                [ground.path(parts, closed=False)],
                facecolors="none",
                edgecolors=edge,
                linewidths=line,
                zorder=order - _UNDER,
                clip_on=False,
            ),
            autolim=False,
        )


def draw_neighbours(ground: Ground, neighbours: gpd.GeoDataFrame | None) -> None:
    """Outlines around the territory, light, cut at the frame."""
    if neighbours is None:
        return
    left, low, right, high = ground.bounds
    near = neighbours.geometry.cx[left:right, low:high].to_numpy()
    coarse = shapely.coverage_simplify(near, 3 * _TOLERANCE / ground.scale)
    draw_lines(ground, borders(coarse), edge=theme.FAINT, line=0.6)


def draw_places(
    ground: Ground,
    shapes: gpd.GeoDataFrame,
    codes: Sequence[str],
    *,
    circles: Sequence[Circle] = (),
) -> None:
    """Names of some communes, the first ones choosing their side first, beside a dot or a circle.

    The place is a point inside the commune, which need not be its town hall. `circles` are those
    already on the sheet; a commune that has one needs no dot. A name without room is left out.
    """
    chosen = shapes.loc[list(codes)]
    inside = shapely.point_on_surface(chosen.geometry.to_numpy())
    points = [ground.on_sheet(x, y) for x, y in shapely.get_coordinates(inside)]
    names = [french.typeset(str(name)) for name in chosen["name"]]
    own = [next((r for r, x, y in circles if (x, y) == point), 0.0) for point in points]
    boxes = labels.placed(
        points, names, inside=ground.box, distances=[max(r, 2.0) + 2.5 for r in own],
        obstacles=[(x - r, y - r, x + r, y + r) for r, x, y in circles], bold=True,
    )  # fmt: skip
    for (x, y), name, r, box in zip(points, names, own, boxes, strict=True):
        if box is None:
            continue
        if not r:
            ground.sheet.plot(x, y, "o", ms=3.6, mfc=theme.INK, mec=theme.PAPER, mew=0.8)
        ground.sheet.text(
            box[0],
            (box[1] + box[3]) / 2,
            name,
            size=theme.SMALL,
            weight="bold",
            va="center_baseline",
            gid=drawing.HALO,
            zorder=4,
        )


def draw_scale(ground: Ground, left: float, bottom: float) -> None:
    """A scale bar of a round length, at most a quarter of the map wide."""
    room = (ground.box[2] - ground.box[0]) / 4
    length = next((k for k in reversed(_STEPS_KM) if k * 1000 * ground.scale <= room), _STEPS_KM[0])
    right = left + length * 1000 * ground.scale
    ground.sheet.plot(
        [left, left, right, right],
        [bottom + 4, bottom, bottom, bottom + 4],
        color=theme.INK,
        lw=1.2,
        solid_joinstyle="miter",
    )
    text = french.quantity(length, "km", 0 if length >= 1 else 1)
    ground.sheet.text(right + 4, bottom, text, size=theme.SMALL, va="baseline")
