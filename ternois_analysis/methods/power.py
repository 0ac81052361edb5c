"""What a comparison of two groups could have seen: to be printed before its result.

With 17 beneficiaries, a gap that is not significant says little; these figures say how little.
Normal quantiles throughout. References: Fleiss, Levin and Paik 2003, § 4.3 (two shares); Bloom
1995 (minimum detectable effect).
"""

from collections.abc import Callable

import numpy as np

from ternois_analysis.methods.arrays import refuse
from ternois_analysis.methods.intervals import normal_quantile


def power_of_shares(p_1: float, n_1: int, p_0: float, n_0: int, level: float = 0.95) -> float:
    """Probability that a test of two shares finds their gap, in the right direction.

    The test uses the pooled share. statsmodels adds the probability of a significant gap in the
    wrong direction, which would be no discovery.

    Parameters
    ----------
    p_1, p_0 : float
        True shares, per 1.
    n_1, n_0 : int
        Sizes of the groups.
    level : float
        1 − risk of finding a gap that is not there (two-sided test).

    Returns
    -------
    float
        Per 1; missing where a share is missing, a group is empty or nothing can vary.

    Raises
    ------
    SchemaError
        If a share is outside [0, 1].
    """
    from scipy.stats import norm

    shares = np.array([p_1, p_0], dtype="float64")
    refuse((shares < 0) | (shares > 1), "Shares of a power", "0 to 1", shares)
    if np.isnan(shares).any() or n_1 <= 0 or n_0 <= 0:
        return np.nan
    pooled = (n_1 * p_1 + n_0 * p_0) / (n_1 + n_0)
    null = np.sqrt(pooled * (1 - pooled) * (1 / n_1 + 1 / n_0))
    true = np.sqrt(p_1 * (1 - p_1) / n_1 + p_0 * (1 - p_0) / n_0)
    reach = abs(p_1 - p_0) - normal_quantile(level) * null
    if true == 0:
        return np.nan if null == 0 else float(reach > 0)
    return float(norm.cdf(reach / true))


def detectable_shares(
    n_1: int, p_0: float, n_0: int, power: float = 0.8, level: float = 0.95
) -> tuple[float, float]:
    """Shares of group 1 nearest to that of group 0, below and above, that would likely be seen.

    Parameters
    ----------
    n_1, p_0, n_0
        As in `power_of_shares`.
    power : float
        Probability of seeing the gap.

    Returns
    -------
    tuple of float
        Per 1, below and above `p_0`; missing on a side where not even 0 or 1 would be seen, or
        where `power_of_shares` is missing.

    Raises
    ------
    SchemaError
        As `power_of_shares`.
    """

    def lacking(p_1: float) -> float:
        return power_of_shares(p_1, n_1, p_0, n_0, level) - power

    return _crossing(lacking, p_0, 0.0), _crossing(lacking, p_0, 1.0)


def detectable_gap(se: float, power: float = 0.8, level: float = 0.95) -> float:
    """Smallest gap of means that would likely be seen, from the standard error of the gap.

    Parameters
    ----------
    se : float
        As in `effects.MeanGap`, or from `standard_error` before any outcome is known.
    power : float
        Probability of seeing the gap.

    Returns
    -------
    float
        In the unit of `se`; missing where it is.
    """
    return (normal_quantile(level) + normal_quantile(2 * power - 1)) * se


def standard_error(sd_1: float, n_1: int, sd_0: float, n_0: int) -> float:
    """Standard error of a gap of means with such spreads and sizes; missing with an empty group."""
    return float(np.sqrt(sd_1**2 / n_1 + sd_0**2 / n_0)) if n_1 > 0 and n_0 > 0 else np.nan


def _crossing(lacking: Callable[[float], float], start: float, end: float) -> float:
    """The share nearest to `start` where `lacking` stops being negative; a grid, then its root."""
    from scipy.optimize import brentq

    if np.isnan(start) or start == end:
        return np.nan
    grid = np.linspace(start, end, 201)[1:]
    seen = [lacking(float(p)) >= 0 for p in grid]
    if not any(seen):
        return np.nan
    first = seen.index(True)
    # At the start itself nothing may vary; next to it the power is tiny, so a root lies between.
    before = float(grid[first - 1]) if first else start + 1e-9 * (end - start)
    return float(brentq(lacking, before, float(grid[first]), xtol=1e-10))
