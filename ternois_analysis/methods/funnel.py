"""Funnel plots: how far from the common rate a unit of its size may fall by chance.

Limits at 95 % and 99,8 % by custom. Reference: Spiegelhalter 2005, with the interpolation of the
exact limits given in its appendix.
"""

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, Numbers, floats, like
from ternois_analysis.methods.intervals import Bounds, normal_quantile, share

#: Fewer units than this say too little about overdispersion to widen the limits.
MINIMUM_UNITS = 10


def normal_limits(target: float, trials: Numbers, level: float = 0.95) -> Bounds:
    """Normal limits of a share around `target`, per 1; they may leave [0, 1] for few trials.

    Missing where there is no trial.
    """
    (n,) = floats(trials)
    n = np.where(n > 0, n, np.nan)
    half = normal_quantile(level) * np.sqrt(target * (1 - target) / n)
    return Bounds(like([trials], target - half), like([trials], target + half))


def binomial_limits(target: float, trials: Numbers, level: float = 0.95) -> Bounds:
    """Exact limits of a share around `target`, interpolated between whole numbers.

    Parameters
    ----------
    target : float
        The common share, per 1.
    trials : Series or array
        Sizes of the units, whole numbers.
    level : float
        Probability of falling between the limits.

    Returns
    -------
    Bounds
        Per 1, within [0, 1]: the interpolation of few trials would pass them; missing where there
        is no trial.
    """
    from scipy.stats import binom

    (n,) = floats(trials)
    n = np.where(n > 0, n, np.nan)

    def limit(p: float) -> Array:
        r = np.asarray(binom.ppf(p, n, target))
        return _interpolated(r, binom.cdf(r, n, target), binom.cdf(r - 1, n, target), p) / n

    low, high = limit((1 - level) / 2).clip(0), limit((1 + level) / 2).clip(None, 1)
    return Bounds(like([trials], low), like([trials], high))


def poisson_limits(expected: Numbers, level: float = 0.95) -> Bounds:
    """Exact limits of observed over expected events, around 1, interpolated.

    Never below zero; missing where nothing is expected. Arguments and result as in
    `binomial_limits`.
    """
    from scipy.stats import poisson

    (mean,) = floats(expected)
    mean = np.where(mean > 0, mean, np.nan)

    def limit(p: float) -> Array:
        r = np.asarray(poisson.ppf(p, mean))
        return _interpolated(r, poisson.cdf(r, mean), poisson.cdf(r - 1, mean), p) / mean

    low, high = limit((1 - level) / 2).clip(0), limit((1 + level) / 2)
    return Bounds(like([expected], low), like([expected], high))


def scores(successes: pd.Series, trials: pd.Series) -> pd.Series:
    """How many standard errors each unit lies from the share of all units together.

    Missing for a unit with a missing figure or no trial, which does not count in the common share,
    and everywhere where that share is 0 or 1.
    """
    k, n = share(*floats(successes, trials))
    target = np.nansum(k) / np.nansum(n) if np.isfinite(n).any() else np.nan
    error = np.sqrt(target * (1 - target) / n)
    z = np.divide(k / n - target, error, out=np.full_like(k, np.nan), where=error > 0)
    return pd.Series(z, index=successes.index)


def overdispersion(z: Numbers, winsorised: float = 0.1) -> float:
    """Mean squared score, 1 when units differ by chance alone.

    Parameters
    ----------
    z : Series or array
        Scores; missing ones are left out.
    winsorised : float
        Share at each end that is drawn in to its quantile (type 7) first, so that a few outliers
        do not widen the limits that should single them out; 0 for none.
    """
    (array,) = floats(z)
    known = array[~np.isnan(array)]
    if not known.size:
        return np.nan
    low, high = np.quantile(known, [winsorised, 1 - winsorised])
    return float(np.mean(np.clip(known, low, high) ** 2))


def inflation(z: Numbers, winsorised: float = 0.1) -> float:
    """Factor by which limits widen: the root of the overdispersion when above 1, else 1.

    Always 1 for fewer than `MINIMUM_UNITS` units.
    """
    (array,) = floats(z)
    if np.count_nonzero(~np.isnan(array)) < MINIMUM_UNITS:
        return 1.0
    return float(np.sqrt(max(1.0, overdispersion(array, winsorised))))


def _interpolated(r: Array, at: Array, below: Array, p: float) -> Array:
    """The quantile between r − 1 and r at which a continuous distribution would reach p."""
    return np.asarray(r - (at - p) / (at - below))
