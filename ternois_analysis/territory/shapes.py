"""Outlines of territories, their neighbours, and the projection in which France measures them."""

from collections.abc import Iterable, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from ternois_analysis.errors import TerritoryError, explain
from ternois_analysis.territory.codes import some
from ternois_analysis.territory.groups import among
from ternois_analysis.territory.place import Territory

#: Legal projection by start of the commune code (decree 2000-1276 as amended), else Lambert-93.
OVERSEAS = {
    "971": 5490,
    "972": 5490,
    "973": 2972,
    "974": 2975,
    "975": 4467,
    "976": 4471,
    "977": 5490,
    "978": 5490,
}
LAMBERT93 = 2154

#: Metres under which two outlines touch: simplified borders of two régions may leave a thread.
TOUCH = 50.0


def projection(communes: Iterable[str]) -> int:
    """EPSG code of the legal projection of some communes.

    Raises
    ------
    TerritoryError
        If they need more than one: one map cannot show them to scale.
    """
    found = sorted({OVERSEAS.get(code[:3], LAMBERT93) for code in communes})
    if len(found) != 1:
        raise TerritoryError(
            explain(
                "Projection",
                expected="communes of one part of the world",
                found=[f"EPSG:{code}" for code in found],
                do="Make one map for each.",
            )
        )
    return found[0]


def complete(shapes: gpd.GeoDataFrame, passage: pd.DataFrame) -> gpd.GeoDataFrame:
    """The polygons, with an empty one for communes that still lie in that of the one they left.

    Contours older than a split show the commune as it was: its outline and those of larger
    territories are right, and what left it cannot be shown apart.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns commune and geometry.
    passage : DataFrame
        The bundle's passage table, whose splits name the communes.
    """
    parts = passage.loc[passage["kind"] == "split", ["commune_before", "commune"]]
    shown = among(parts["commune_before"], shapes["commune"])
    hidden = parts.loc[shown & ~among(parts["commune"], shapes["commune"]), "commune"].unique()
    empty = gpd.GeoDataFrame(
        {"commune": hidden}, geometry=[shapely.Polygon()] * len(hidden), crs=shapes.crs
    )
    return pd.concat([shapes[["commune", "geometry"]], empty], ignore_index=True)


def select(shapes: gpd.GeoDataFrame, communes: Sequence[str]) -> gpd.GeoDataFrame:
    """The polygons of some communes, indexed by code, in their legal projection.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns commune and geometry, with a declared CRS.

    Raises
    ------
    TerritoryError
        If a commune has no polygon.
    """
    found = shapes.set_index("commune")[["geometry"]].reindex(communes)
    missing = found.index[found.geometry.isna()].tolist()
    if missing:
        raise TerritoryError(
            explain(
                "Contours",
                expected="a polygon a commune",
                found=f"none for {some(missing)}",
                do="Use contours of the canonical COG.",
            )
        )
    return found.to_crs(projection(communes))


def outlines(shapes: gpd.GeoDataFrame, territories: Sequence[Territory]) -> gpd.GeoDataFrame:
    """One outline a territory, the union of its communes.

    Parameters
    ----------
    shapes : GeoDataFrame
        Columns commune and geometry, neighbours sharing their border exactly.
    territories : sequence of Territory
        All in one projection.

    Returns
    -------
    GeoDataFrame
        Indexed by `territory`, in the order given, in the legal projection (metres).
    """
    needed = sorted({code for t in territories for code in t.communes})
    polygons = select(shapes, needed)
    united = [
        shapely.unary_union(polygons.geometry.loc[list(t.communes)].to_numpy()) for t in territories
    ]
    index = pd.Index([t.id for t in territories], name="territory", dtype="str")
    return gpd.GeoDataFrame({"geometry": united}, index=index, crs=polygons.crs)


def touching(shapes: gpd.GeoDataFrame, territory: Territory) -> tuple[str, ...]:
    """Sorted codes of the communes around a territory, for the context of a map."""
    crs = projection(territory.communes)
    inside = outlines(shapes, [territory]).geometry.iloc[0]
    near = gpd.GeoSeries([shapely.box(*inside.buffer(TOUCH).bounds)], crs=crs).to_crs(shapes.crs)
    around = shapes.iloc[np.sort(shapes.sindex.query(near.iloc[0]))]
    around = around[~around["commune"].isin(territory.communes)].to_crs(crs)
    return tuple(sorted(around.loc[around.geometry.dwithin(inside, TOUCH), "commune"]))


def neighbours(
    shapes: gpd.GeoDataFrame, territory: Territory, others: Iterable[Territory]
) -> tuple[Territory, ...]:
    """The territories that touch one without sharing a commune with it, in the order given."""
    border, own = set(touching(shapes, territory)), set(territory.communes)
    return tuple(
        t for t in others if not border.isdisjoint(t.communes) and own.isdisjoint(t.communes)
    )
