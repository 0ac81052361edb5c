"""Where each building trade is present, and how far the others are: counts, never a business.

Distances are as the crow flies between one point inside each commune's outline (not its town hall).
Only the businesses of the Pays are known: one beyond its border may be nearer, so that a distance
is an upper bound.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ternois_analysis.catalog.guide import guide
from ternois_analysis.methods.accessibility import haversine_km
from ternois_analysis.observatory import ground, made
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

_COUNT, DISTANCE = "craft_group_businesses", "trade_distance_km"
BOUND = "majorant : les entreprises situées hors du Pays ne sont pas connues"


def counts(observatory: Observatory, place: Territory) -> pd.DataFrame:
    """Published counts of active businesses of each trade of the guide in each commune.

    Returns
    -------
    DataFrame
        Values; one row a commune and trade, the trades in the order of the guide.
    """
    rows = observatory.communes(place, [_COUNT])
    order = {name: rank for rank, name in enumerate(guide().trades)}
    rows = rows[rows["category"].isin(list(order))]
    keys = rows.assign(rank=rows["category"].map(order))
    return rows.loc[keys.sort_values(["rank", "territory"], kind="stable").index]


def wide(values: pd.DataFrame) -> pd.DataFrame:
    """Values as communes × trades, by code; missing where the value is not shown."""
    table = values.assign(commune=values["territory"].str.removeprefix("commune-"))
    table = table.assign(value=table["value"].where(table["status"] == "ok"))
    order = list(dict.fromkeys(values["category"]))
    return table.pivot(index="commune", columns="category", values="value")[order]


def points(observatory: Observatory, place: Territory) -> pd.DataFrame:
    """Latitude and longitude, in degrees, of a point inside each commune of a territory, by code.

    Communes without an outline are left out.
    """
    outlines = ground.contours(observatory, place)
    outlines = outlines[outlines["commune"].isin(place.communes) & ~outlines.geometry.is_empty]
    inside = outlines.to_crs(4326).geometry.representative_point()
    codes = pd.Index(outlines["commune"].to_numpy(dtype=object), name="commune")
    found = pd.DataFrame({"latitude": inside.y.to_numpy(), "longitude": inside.x.to_numpy()}, codes)
    return found.sort_index()


def kilometres(where: pd.DataFrame) -> pd.DataFrame:
    """Distances in kilometres between all communes: square, zero on the diagonal."""
    lat, lon = where["latitude"].to_numpy(), where["longitude"].to_numpy()
    square = haversine_km(lat[:, np.newaxis], lon[:, np.newaxis], lat, lon)
    return pd.DataFrame(np.asarray(square), index=where.index, columns=where.index)


def nearest(present: pd.DataFrame, distances: pd.DataFrame) -> pd.DataFrame:
    """Kilometres from each commune to the nearest one where each trade is present.

    Parameters
    ----------
    present : DataFrame
        Counts, communes × trades; missing where unknown.
    distances : DataFrame
        Kilometres between communes, square.

    Returns
    -------
    DataFrame
        Communes × trades; 0 where the trade is present, missing for a trade that is nowhere or
        whose counts are not all known, and for a commune without distances.
    """
    found = {}
    for trade, column in present.items():
        there = [code for code in column.index[column > 0] if code in distances.columns]
        if column.isna().any() or not there:
            found[trade] = pd.Series(np.nan, index=present.index)
            continue
        near = distances[there].min(axis=1).reindex(present.index)
        found[trade] = near.mask(column > 0, 0.0)
    return pd.DataFrame(found, index=present.index)


def distances(observatory: Observatory, place: Territory, values: pd.DataFrame) -> pd.DataFrame:
    """Values of the distance from each commune to each trade, made of published counts alone.

    Parameters
    ----------
    values : DataFrame
        As `counts` gives them.
    """
    if values.empty:
        return values
    near = nearest(wide(values), kilometres(points(observatory, place)))
    rows: list[dict[str, object]] = [
        made.row(observatory.territory(f"commune-{code}"), DISTANCE, float(value),
                 category=str(trade), note="" if value == 0 else BOUND)
        for trade, column in near.items()
        for code, value in column.items()
    ]  # fmt: skip
    first = values.iloc[0]
    vintages = {str(first["source"]): str(first["millesime"])}
    synthetic = bool(values["synthetic"].eq(True).any())
    return made.table(observatory, rows, vintages, synthetic=synthetic)


def gaps(near: pd.DataFrame, limit: float) -> dict[str, tuple[str, ...]]:
    """Codes of the communes farther than a limit from every business of a trade, by trade.

    Parameters
    ----------
    near : DataFrame
        Kilometres, communes × trades; a missing distance is no gap.
    """
    codes: Sequence[str] = [str(code) for code in near.index]
    return {
        str(trade): tuple(code for code, value in zip(codes, column, strict=True) if value > limit)
        for trade, column in near.items()
    }
