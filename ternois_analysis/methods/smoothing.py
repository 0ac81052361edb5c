"""Smoothed rates of small areas: each is drawn to the common rate as much as its size asks.

Show raw and smoothed side by side, with the weight. References: Marshall 1991; Clayton and Kaldor
1987. The variance between areas is truncated at zero: left negative, as some libraries leave it,
it pushes areas away from the mean.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ternois_analysis.methods.arrays import Array, floats, refuse


def marshall(events: pd.Series, exposure: pd.Series) -> pd.DataFrame:
    """Global empirical Bayes rates.

    Parameters
    ----------
    events, exposure : Series
        Events and exposure of each area, zero or more.

    Returns
    -------
    DataFrame
        Same index. `raw`: the area's own rate, per 1. `weight`: the share of the own rate in the
        smoothed one, 0 to 1. `smoothed`: per 1. Missing where the area has no exposure or
        a missing figure; such areas do not count in the common rate.

    Raises
    ------
    SchemaError
        If a figure is negative or the indexes differ.
    """
    k, n = floats(events, exposure)
    known, common, between = common_rate(k, n)
    if not known.any():
        return pd.DataFrame(np.nan, index=events.index, columns=["raw", "weight", "smoothed"])
    raw = np.divide(k, n, out=np.full_like(k, np.nan), where=known)
    weight = np.full_like(k, np.nan)
    weight[known] = between / (between + common / n[known]) if between > 0 else 0.0
    smoothed = weight * raw + (1 - weight) * common
    return pd.DataFrame({"raw": raw, "weight": weight, "smoothed": smoothed}, index=events.index)


def common_rate(k: Array, n: Array) -> tuple[NDArray[np.bool_], float, float]:
    """What rates of areas have in common, and how much the areas differ (Marshall 1991).

    Parameters
    ----------
    k, n : array
        Events and exposure of each area, zero or more.

    Returns
    -------
    tuple
        Which areas count (exposed and known); the common rate, per 1, missing without any; the
        variance between areas. Estimated below zero it is zero: areas do not differ.

    Raises
    ------
    SchemaError
        If a figure is negative.
    """
    refuse(k < 0, "Events of an area", "zero or more", k)
    refuse(n < 0, "Exposure of an area", "zero or more", n)
    known = (n > 0) & ~np.isnan(k)
    if not known.any():
        return known, np.nan, 0.0
    size, rate = n[known], k[known] / n[known]
    common = float(k[known].sum() / size.sum())
    spread = float((size * (rate - common) ** 2).sum() / size.sum())
    return known, common, max(0.0, spread - common / float(size.mean()))


def poisson_gamma(
    events: pd.Series,
    exposure: pd.Series,
    shape: float,
    prior_exposure: float,
    level: float = 0.95,
) -> pd.DataFrame:
    """Rates under a Gamma prior: what the prior tells and what the area counted, pooled.

    Parameters
    ----------
    events, exposure : Series
        Events and exposure of each area, zero or more.
    shape, prior_exposure : float
        The prior weighs as `shape` events seen over `prior_exposure` would; above zero.
    level : float
        Probability of the credible interval.

    Returns
    -------
    DataFrame
        Same index; `smoothed` (posterior mean), `low` and `high`, per 1. Missing where an argument
        is. An area without exposure keeps the prior.

    Raises
    ------
    SchemaError
        If a figure is negative or the indexes differ.
    """
    from scipy.special import gammaincinv

    k, n = floats(events, exposure)
    refuse(k < 0, "Events of an area", "zero or more", k)
    refuse(n < 0, "Exposure of an area", "zero or more", n)
    after, total, tail = shape + k, prior_exposure + n, (1 - level) / 2
    return pd.DataFrame(
        {
            "smoothed": after / total,
            "low": gammaincinv(after, tail) / total,
            "high": gammaincinv(after, 1 - tail) / total,
        },
        index=events.index,
    )
