"""Shapes for maps: the communes of a territory in their groups, and what lies around them."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet
import shapely

from ternois_analysis import catalog, sources, trail
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.sources.read import location
from ternois_analysis.territory import Territory, groups
from ternois_analysis.territory import shapes as geometry
from ternois_analysis.trail import lru_cache

#: Degrees added around a territory when looking for régions whose communes may touch it.
_MARGIN = 0.05


@lru_cache(maxsize=64)
def _contours(millesime: str, part: str) -> gpd.GeoDataFrame:
    table: gpd.GeoDataFrame = sources.read("contours", millesime, part=part)
    return table


@lru_cache(maxsize=8)
def _millesime() -> str:
    files = catalog.bundled("contours")
    if not files:
        raise SourceError(
            explain(
                "No contours",
                expected="the source 'contours' in data/sources.yml",
                found="no file",
                do="Build the bundle again with `make bundle`.",
            )
        )
    return files[-1].millesime


@lru_cache(maxsize=2)
def _bounds(millesime: str) -> dict[str, tuple[float, float, float, float]]:
    """Box of each région, as its file says at its head."""
    files = [f for f in catalog.bundled("contours") if f.millesime == millesime]
    return {file.part: _box(file) for file in files}


def _box(file: catalog.SourceFile) -> tuple[float, float, float, float]:
    trail.note("file", f"contours/{file.millesime}/{file.part}")
    try:
        head = pyarrow.parquet.read_metadata(location(catalog.source("contours"), file)).metadata
        left, low, right, high = json.loads(head[b"geo"])["columns"]["geometry"]["bbox"]
    except (OSError, KeyError, TypeError, ValueError):  # no box, or no file: reading it says which
        left, low, right, high = _contours(file.millesime, file.part).total_bounds
    return float(left), float(low), float(right), float(high)


def contours(
    observatory: Observatory, place: Territory, margin: float = _MARGIN
) -> gpd.GeoDataFrame:
    """Commune polygons of the régions in or around a territory: columns commune and geometry.

    Parameters
    ----------
    margin : float
        Degrees around the territory within which another région's communes are looked for.
    """
    millesime, regions = _millesime(), _regions(observatory)
    own = tuple(sorted({regions[code] for code in place.communes}))
    inside = _whole(observatory, millesime, own)
    box = inside[inside["commune"].isin(place.communes)].total_bounds
    if np.isnan(box).any():  # re-established since the contours were drawn: nothing to look around
        return inside
    wide = shapely.box(*box).buffer(margin)
    near = [p for p, b in _bounds(millesime).items() if wide.intersects(shapely.box(*b))]
    return _whole(observatory, millesime, tuple(sorted(near)))


@lru_cache(maxsize=4)
def _regions(observatory: Observatory) -> dict[str, str]:
    """The région of each commune."""
    table = observatory.columns.communes
    return groups.paired(table, "commune", "region")


@lru_cache(maxsize=64)
def _whole(observatory: Observatory, millesime: str, parts: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Commune polygons of some régions together: the places of one région share them."""
    near = [_contours(millesime, part) for part in parts]
    found = gpd.GeoDataFrame(pd.concat(near, ignore_index=True), crs=near[0].crs)
    return geometry.complete(found, observatory.columns.passage)


def shapes(
    observatory: Observatory, place: Territory, groups: tuple[Territory, ...]
) -> gpd.GeoDataFrame:
    """Polygons of the communes of a territory, with the group each belongs to.

    Parameters
    ----------
    observatory : Observatory
    place : Territory
    groups : tuple of Territory
        Whose outlines are drawn; a commune in none of them has the group "".

    Returns
    -------
    GeoDataFrame
        Indexed by commune code, in metres: `name`, `group` (identifier or ""), `geometry`.
    """
    polygons = geometry.select(contours(observatory, place), place.communes)
    belongs = {code: group.id for group in groups for code in group.communes}
    names = observatory.gazetteer.names
    return polygons.assign(
        name=[names[code] for code in polygons.index],
        group=[belongs.get(code, "") for code in polygons.index],
    )


@lru_cache(maxsize=64)
def neighbours(observatory: Observatory, place: Territory) -> tuple[Territory, ...]:
    """The EPCIs that touch a territory, sorted by SIREN."""
    return geometry.neighbours(contours(observatory, place), place, observatory.epcis)


def surroundings(observatory: Observatory, place: Territory) -> gpd.GeoDataFrame | None:
    """Outlines of the EPCIs that touch a territory, for context; None where nothing touches."""
    near, touching = contours(observatory, place), neighbours(observatory, place)
    wanted = [code for territory in touching for code in territory.communes]
    known = set(near.loc[near["commune"].isin(wanted), "commune"])
    whole = tuple(t for t in touching if known.issuperset(t.communes))
    return geometry.outlines(near, whole) if whole else None
