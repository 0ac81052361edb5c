"""Intervals for one small count: a share of a whole, or events over an exposure.

Wilson and Byar are closed formulas, written out because pages need them for many territories at
once and statsmodels, which has Wilson's, takes a second to import; the tests compare the two.
Counts may be fractions: totals over communes that were split carry weights.

References: Wilson 1927; Clopper and Pearson 1934; Garwood 1936; Breslow and Day 1987 (Byar).
"""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from ternois_analysis.methods.arrays import Array, Numbers, Result, floats, like, refuse


class Bounds(NamedTuple):
    """Lower and upper bound, in the container of the arguments."""

    low: Result
    high: Result


def normal_quantile(level: float) -> float:
    """Half-width, in standard deviations, of a two-sided normal interval: 1.96 at 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(successes: Numbers, trials: Numbers, level: float = 0.95) -> Bounds:
    """Wilson score interval of a share, per 1, within [0, 1].

    Parameters
    ----------
    successes, trials : Series or array
        `successes` among `trials`; both zero or more.
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    Bounds
        Missing where an argument is missing or there is no trial.

    Raises
    ------
    SchemaError
        If successes are negative or more than the trials.
    """
    k, n = share(successes, trials)
    p, z = k / n, normal_quantile(level)
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    # At 0 and at n one bound is exact; rounding would leave −1e-17 or 1 + 1e-16.
    low = np.where(k == 0, 0.0, centre - half)
    high = np.where(k == n, 1.0, centre + half)
    return Bounds(like([successes, trials], low), like([successes, trials], high))


def clopper_pearson(successes: Numbers, trials: Numbers, level: float = 0.95) -> Bounds:
    """Exact (Clopper-Pearson) interval of a share, per 1.

    Never covers less than `level`, often more. Arguments, missing and raises as in `wilson`.
    """
    from scipy.special import betaincinv

    k, n = share(successes, trials)
    tail = (1 - level) / 2
    low = np.where(k == 0, 0.0, betaincinv(np.where(k == 0, 1.0, k), n - k + 1, tail))
    high = np.where(k == n, 1.0, betaincinv(k + 1, np.where(k == n, 1.0, n - k), 1 - tail))
    return Bounds(like([successes, trials], low), like([successes, trials], high))


def poisson_exact(events: Numbers, level: float = 0.95) -> Bounds:
    """Exact (Garwood) interval of the expected number of events.

    Parameters
    ----------
    events : Series or array
        Numbers of events, zero or more; divide the bounds by the exposure for a rate.
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    Bounds
        Missing where the count is missing; the lower bound of zero events is zero.

    Raises
    ------
    SchemaError
        If a count is negative.
    """
    from scipy.special import gammaincinv

    k, tail = _events(events), (1 - level) / 2
    low = np.where(k == 0, 0.0, gammaincinv(np.where(k == 0, 1.0, k), tail))
    return Bounds(like([events], low), like([events], gammaincinv(k + 1, 1 - tail)))


def byar(events: Numbers, level: float = 0.95) -> Bounds:
    """Byar's approximation to the exact Poisson interval, good from a handful of events on.

    Arguments, missing and raises as in `poisson_exact`.
    """
    k, z = _events(events), normal_quantile(level)
    low = np.where(k == 0, 0.0, _byar_bound(np.where(k == 0, 1.0, k), -z))
    return Bounds(like([events], low), like([events], _byar_bound(k + 1, z)))


def share(successes: Numbers, trials: Numbers) -> tuple[Array, Array]:
    """Successes and trials as floats, both missing where there is no trial.

    Raises
    ------
    SchemaError
        If successes are negative or more than the trials.
    """
    k, n = floats(successes, trials)
    refuse(k < 0, "Successes of a share", "zero or more", k)
    # Weights of split communes leave a part and its whole equal only up to rounding.
    refuse(k > n * (1 + 1e-9), "Successes of a share", "at most the trials", k)
    empty = np.isnan(k) | ~(n > 0)
    return np.where(empty, np.nan, np.minimum(k, n)), np.where(empty, np.nan, n)


def _events(events: Numbers) -> Array:
    (k,) = floats(events)
    refuse(k < 0, "A number of events", "zero or more", k)
    return k


def _byar_bound(k: Array, z: float) -> Array:
    bound: Array = k * np.maximum(0.0, 1 - 1 / (9 * k) + z / (3 * np.sqrt(k))) ** 3
    return bound
