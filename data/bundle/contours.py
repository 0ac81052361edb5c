"""Outlines of the communes of the target COG, as one coverage without gaps or overlaps."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyproj
import shapely
from etalab import MAYOTTE
from pins import Cache, pins, require
from register import register

#: Metric reference system by first characters of the commune codes; the rest is Lambert-93.
SYSTEMS = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471}
LAMBERT_93 = 2154

#: Below this area (km²) a gap between communes is water, not a commune without outline.
WATER_KM2 = 0.1

#: One hundred-millionth of a degree finer than a centimetre: rounding must not move a shared node.
DECIMALS = 7

_ELLIPSOID = pyproj.Geod(ellps="GRS80")


def area_km2(shape: shapely.Geometry) -> float:
    """Geodesic area of a shape in degrees, on the GRS80 ellipsoid."""
    return abs(float(_ELLIPSOID.geometry_area_perimeter(shape)[0])) / 1e6


def outlines(cache: Cache, passage: pd.DataFrame) -> pd.Series:
    """Outline of each commune in degrees (EPSG:4326), indexed by code and sorted.

    The communes of one polygon that no package divides (`undivided` in the pins) are one row, under
    the code of the former whole.
    """
    rows = register(cache)
    shapes = rows.dropna(subset=["geometry"]).copy()
    shapes["geometry"] = shapely.from_wkb(shapes["geometry"].to_numpy(dtype=object))
    made = shapes[shapes["type"] == "COM"].set_index("code")["geometry"]
    known = set(rows.loc[rows["type"] == "COM", "code"])
    parts = {part for whole in pins()["undivided"].values() for part in whole}
    for code in sorted(known - set(made.index) - parts):
        inside = shapes.loc[(shapes["type"] == "COMD") & (shapes["parent"] == code), "geometry"]
        require(len(inside) > 0, f"Outlines inside {code}", "some", 0)
        made[code] = shapely.union_all(inside.to_numpy())
    made = _filled(made.sort_index(), passage)
    zones = pd.Series(made.index.str[:3], index=made.index).map(SYSTEMS).fillna(LAMBERT_93)
    cleaned = [_cleaned(made[zones == system], int(system)) for system in sorted(zones.unique())]
    return pd.concat(cleaned).sort_index()


def _filled(made: pd.Series, passage: pd.DataFrame) -> pd.Series:
    """Give the gaps in the map to the communes that absorbed what lay there.

    The register's outlines are of one COG; it lost those of the communes merged since, which leaves
    a gap next to the commune that absorbed them (or, for one on the border, a bay whose mouth is in
    the pins).
    """
    facts = pins()["outlines"]
    merged = passage[(passage["last_cog"] == facts["cog"]) & (passage["kind"] == "merger")]
    heirs = sorted(set(merged["commune"]))
    land = shapely.union_all(made.to_numpy())
    corners = shapely.get_coordinates(land)
    mouths = [
        shapely.LineString([corners[np.abs(corners - end).sum(axis=1).argmin()] for end in ends])
        for ends in facts["mouths"]
    ]
    lines = shapely.union_all([land.boundary, *mouths])
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    shapely.prepare(land)
    empty = pieces[~shapely.contains(land, shapely.point_on_surface(pieces))]
    abroad = shapely.points(facts["abroad"])
    gaps = [
        gap for gap in empty if area_km2(gap) > WATER_KM2 and not shapely.intersects(gap, abroad)
    ]
    require(len(gaps) == facts["gaps"], "Gaps between the outlines", facts["gaps"], len(gaps))
    beside = {
        number: [code for code in heirs if shapely.intersects(gap, made[code])]
        for number, gap in enumerate(gaps)
    }
    sure = {codes[0] for codes in beside.values() if len(codes) == 1}
    for number, codes in beside.items():
        owners = codes if len(codes) == 1 else [code for code in codes if code not in sure]
        require(len(owners) == 1, f"Heirs beside the gap at {gaps[number].centroid}", 1, owners)
        made[owners[0]] = shapely.union(made[owners[0]], gaps[number])
    found = {code for codes in beside.values() for code in codes}
    require(found == set(heirs), "Heirs beside a gap", heirs, sorted(found))
    return made


def _cleaned(made: pd.Series, system: int) -> pd.Series:
    """The outlines of one land mass with shared borders made identical, in rounded degrees."""
    there = pyproj.Transformer.from_crs(4326, system, always_xy=True).transform
    back = pyproj.Transformer.from_crs(system, 4326, always_xy=True).transform
    metres = shapely.transform(made.to_numpy(), there, interleaved=False)
    clean = shapely.coverage_clean(metres)
    moved = float(np.abs(shapely.area(clean) - shapely.area(metres)).max())
    require(moved < 5e4, f"Area moved by cleaning in EPSG:{system} (m²)", "under 50 000", moved)
    degrees = shapely.transform(clean, back, interleaved=False)
    rounded = shapely.transform(degrees, lambda corners: np.round(corners, DECIMALS))
    require(bool(shapely.is_valid(rounded).all()), "Outlines", "valid polygons", "some are not")
    require(bool(shapely.coverage_is_valid(rounded)), "Coverage", "no gap or overlap", "some")
    return pd.Series(shapely.normalize(rounded), index=made.index)


def areas(shapes: pd.Series) -> pd.DataFrame:
    """Geodesic area of each commune (km²), the undivided ones by their land-register areas."""
    km2 = pd.Series({str(code): area_km2(shape) for code, shape in shapes.items()})
    for whole, shares in pins()["undivided"].items():
        polygon, register_total = km2[whole], sum(shares.values())
        gap = polygon / register_total - 1
        require(abs(gap) < 0.01, f"Polygon of {whole} against its land register", "1 %", gap)
        for code, share in shares.items():
            km2[code] = polygon * share / register_total
    rows = km2.sort_index().round(4)
    return pd.DataFrame({"commune": rows.index, "area_km2": rows.to_numpy()})


def geoparquet(shapes: pd.Series) -> pa.Table:
    """Columns `commune` and `geometry` (WKB) with the GeoParquet header for EPSG:4326."""
    column = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in shapes}),
        "crs": pyproj.CRS.from_epsg(4326).to_json_dict(),
        "bbox": [float(edge) for edge in shapely.total_bounds(shapes.to_numpy())],
    }
    header = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}}
    table = pa.table(
        {
            "commune": pa.array(shapes.index.tolist(), pa.string()),
            "geometry": pa.array(shapely.to_wkb(shapes.to_numpy()).tolist(), pa.binary()),
        }
    )
    return table.replace_schema_metadata({"geo": json.dumps(header, sort_keys=True)})


def check_contours(
    shapes: pd.Series, km2: pd.DataFrame, communes: pd.DataFrame, ternois: set[str]
) -> None:
    """The outlines are those of the communes of the target, and the Ternois is in one piece."""
    france = set(communes.loc[communes["zone"] != "com", "commune"])
    apart = sorted(france ^ set(km2["commune"]))
    require(not apart, "Communes with an area", "those of the target", apart[:9])
    without = {c for whole, shares in pins()["undivided"].items() for c in shares if c != whole}
    apart = sorted((france - without) ^ set(shapes.index))
    require(not apart, "Communes with an outline", "those of the target", apart[:9])
    require(any(c.startswith(MAYOTTE) for c in shapes.index), "Outlines of Mayotte", "some", 0)
    whole = shapely.union_all(shapes[sorted(ternois)].to_numpy())
    one = whole.geom_type == "Polygon" and not whole.interiors
    require(one, "The Ternois", "one polygon without holes", whole.geom_type)
    total = float(km2.loc[km2["commune"].isin(ternois), "area_km2"].sum())
    # INSEE's 633.60 km² is the land register's, which leaves out part of the public domain.
    require(abs(total / 633.60 - 1) < 0.01, "Area of the Ternois", "633.60 km² at 1 %", total)
