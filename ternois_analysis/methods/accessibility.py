"""Who can reach what: distances, supply per head within reach, and shares of custom.

Give suppliers outside the territory too: people cross its border. A time of infinity means that
there is no way; a missing time is unknown, and makes what depends on it missing. References: Luo
and Wang 2003 (2SFCA); Luo and Qi 2009 (E2SFCA); Huff 1963.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.methods.arrays import Array, Numbers, Result, floats, like, refuse

#: Mean radius of the Earth (IUGG), in kilometres.
EARTH_RADIUS_KM = 6371.0088


@dataclass(frozen=True)
class Catchments:
    """What each place can reach, and how much each supplier is asked for.

    `access`: supply per head within reach, by place of demand. `supply_per_head`: capacity over
    the heads within reach, by supplier.
    """

    access: pd.Series
    supply_per_head: pd.Series


def haversine_km(
    latitude: Numbers, longitude: Numbers, other_latitude: Numbers, other_longitude: Numbers
) -> Result:
    """Great-circle distance in kilometres, on a sphere: the road is a third longer or more.

    Parameters
    ----------
    latitude, longitude, other_latitude, other_longitude : Series, array or float
        In degrees; arrays broadcast, so that a column against a row gives a matrix.

    Returns
    -------
    Series or array
        Zero or more; missing where a coordinate is.

    Raises
    ------
    SchemaError
        If a latitude leaves [−90, 90] or a longitude [−180, 180].
    """
    models = [latitude, longitude, other_latitude, other_longitude]
    lat, lon, to_lat, to_lon = floats(*models)
    for value, bound, name in [(lat, 90, "Latitudes"), (to_lat, 90, "Latitudes")] + [
        (value, 180, "Longitudes") for value in (lon, to_lon)
    ]:
        refuse(np.abs(value) > bound, name, f"degrees from −{bound} to {bound}", value)
    lat, lon, to_lat, to_lon = (np.radians(value) for value in (lat, lon, to_lat, to_lon))
    half = np.sin((to_lat - lat) / 2) ** 2
    half = half + np.cos(lat) * np.cos(to_lat) * np.sin((to_lon - lon) / 2) ** 2
    # Rounding brings the half-chord of antipodes above one.
    return like(models, 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))))


def catchments(
    demand: pd.Series, supply: pd.Series, times: pd.DataFrame, steps: Mapping[float, float]
) -> Catchments:
    """Supply per head within reach, by two steps (2SFCA, and E2SFCA with several steps).

    First each supplier's capacity is shared among the heads that can reach it, then each place
    adds up what it can reach. Where every supplier is reached, the sum of access times heads is
    the sum of capacities.

    Parameters
    ----------
    demand : Series
        Heads by place, zero or more.
    supply : Series
        Capacity by supplier, zero or more.
    times : DataFrame
        From each place (rows, as `demand`) to each supplier (columns, as `supply`), zero or more.
    steps : mapping
        Weight of the times up to each limit, in the unit of `times`; beyond the last, no reach.
        `{15: 1}` is 2SFCA with 15 minutes, `{10: 1, 20: 0.42, 30: 0.09}` an E2SFCA.

    Returns
    -------
    Catchments
        Per head. Access is 0 for a place that reaches no supplier. A supplier that no head can
        reach has no ratio: missing. A figure within reach that is missing, or a missing time,
        makes what depends on it missing.

    Raises
    ------
    SchemaError
        If a figure is negative, the rows or columns do not match, or a step has no positive
        limit or weight.
    """
    heads, capacity, minutes = _matched(demand, supply, times)
    limits = np.array(sorted(steps), dtype="float64")
    values = np.array([steps[limit] for limit in sorted(steps)] + [0.0])
    refuse(not limits.size, "Steps of reach", "at least one limit with its weight", 0.0)
    refuse(~((limits > 0) & (values[:-1] > 0)), "Steps of reach", "limits, weights above 0", limits)
    weights = values[np.searchsorted(limits, np.where(np.isnan(minutes), np.inf, minutes))]
    weights[np.isnan(minutes)] = np.nan
    reaching = _weighted(weights, heads[:, np.newaxis]).sum(axis=0)
    per_head = np.divide(capacity, reaching, out=np.full_like(capacity, np.nan), where=reaching > 0)
    access = _weighted(weights, per_head).sum(axis=1)
    return Catchments(
        pd.Series(access, index=demand.index), pd.Series(per_head, index=supply.index)
    )


def huff(supply: pd.Series, times: pd.DataFrame, decay: float = 2.0) -> pd.DataFrame:
    """Share of each place's custom that each supplier draws, by its size and its nearness.

    Parameters
    ----------
    supply : Series
        Attraction by supplier (floor space, jobs), zero or more.
    times : DataFrame
        From each place (rows) to each supplier (columns, as `supply`), above zero: give the time
        within the commune for a supplier of the place itself.
    decay : float
        Power of the time that attraction is divided by, zero or more.

    Returns
    -------
    DataFrame
        As `times`, each row adding up to 1; missing where a time of the row is, or the attraction
        of a supplier it has a way to, or where nothing attracts. `demand @ shares` is the custom
        each supplier can expect.

    Raises
    ------
    SchemaError
        If a figure is negative, a time is not above zero, or the columns do not match.
    """
    refuse(not decay >= 0, "Decay of attraction with time", "zero or more", decay)
    _, attraction, minutes = _matched(pd.Series(0.0, index=times.index), supply, times)
    refuse(minutes == 0, "Times to suppliers", "above zero, in the commune too", minutes)
    pull = np.where(np.isinf(minutes), 0.0, attraction / minutes**decay)
    total = pull.sum(axis=1, keepdims=True) + np.zeros_like(pull)
    shares = np.divide(pull, total, out=np.full_like(pull, np.nan), where=total > 0)
    return pd.DataFrame(shares, index=times.index, columns=times.columns)


def _matched(
    demand: pd.Series, supply: pd.Series, times: pd.DataFrame
) -> tuple[Array, Array, Array]:
    """The three as arrays; infinite times, unlike other figures, are kept."""
    if not (times.index.equals(demand.index) and times.columns.equals(supply.index)):
        raise SchemaError(
            explain(
                "A table of times",
                expected="one row for each place of demand, one column for each supplier, in order",
                found=f"{times.shape[0]} rows, {times.shape[1]} columns",
                do="Reindex the table to the places and the suppliers.",
            )
        )
    (heads,), (capacity,) = floats(demand), floats(supply)
    minutes = times.to_numpy(dtype="float64", na_value=np.nan)
    for figures, name in [(heads, "Heads"), (capacity, "Capacities"), (minutes, "Times")]:
        refuse(figures < 0, name, "zero or more", figures)
    return heads, capacity, minutes


def _weighted(weights: Array, figures: Array) -> Array:
    """Products in which what is out of reach adds nothing, even when it is missing."""
    return np.asarray(np.where(weights == 0, 0.0, weights * figures))
