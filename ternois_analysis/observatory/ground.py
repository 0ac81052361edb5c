"""Shapes for maps: the communes of a territory in their groups, and what lies around them."""

import geopandas as gpd
import pandas as pd
import shapely

from ternois_analysis import catalog, sources
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory
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
    parts = [f.part for f in catalog.bundled("contours") if f.millesime == millesime]
    return {part: tuple(_contours(millesime, part).total_bounds) for part in parts}


def contours(
    observatory: Observatory, place: Territory, margin: float = _MARGIN
) -> gpd.GeoDataFrame:
    """Commune polygons of the régions in or around a territory: columns commune and geometry.

    Parameters
    ----------
    margin : float
        Degrees around the territory within which another région's communes are looked for.
    """
    millesime = _millesime()
    names = observatory.columns.communes.set_index("commune")["region"]
    own = [_contours(millesime, part) for part in sorted(set(names.loc[list(place.communes)]))]
    inside = pd.concat(own)
    box = shapely.box(*inside[inside["commune"].isin(place.communes)].total_bounds).buffer(margin)
    near = [
        _contours(millesime, part)
        for part, bounds in sorted(_bounds(millesime).items())
        if box.intersects(shapely.box(*bounds))
    ]
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
    codes = pd.Series(polygons.index, index=polygons.index)
    return polygons.assign(
        name=codes.map(observatory.gazetteer.names), group=codes.map(belongs).fillna("")
    )


def neighbours(observatory: Observatory, place: Territory) -> tuple[Territory, ...]:
    """The EPCIs that touch a territory, sorted by SIREN."""
    return geometry.neighbours(contours(observatory, place), place, observatory.epcis)


def surroundings(observatory: Observatory, place: Territory) -> gpd.GeoDataFrame | None:
    """Outlines of the EPCIs that touch a territory, for context; None where nothing touches."""
    near = contours(observatory, place)
    known = set(near["commune"])
    whole = tuple(t for t in neighbours(observatory, place) if known.issuperset(t.communes))
    return geometry.outlines(near, whole) if whole else None
