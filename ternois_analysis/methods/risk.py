"""Ratio of two shares, with its interval on the logarithm.

Written out because statsmodels, which has the formula, takes a second to import; the tests compare
the two. Reference: Katz, Baptista, Azen and Pike 1978.
"""

from dataclasses import dataclass

import numpy as np

from ternois_analysis.methods.arrays import refuse
from ternois_analysis.methods.intervals import normal_quantile


@dataclass(frozen=True)
class RiskRatio:
    """Share of group 1 over that of group 0, with its interval."""

    ratio: float
    low: float
    high: float


def risk_ratio(
    successes_1: int, trials_1: int, successes_0: int, trials_0: int, level: float = 0.95
) -> RiskRatio:
    """How many times more frequent an outcome is in group 1.

    Parameters
    ----------
    successes_1, trials_1, successes_0, trials_0 : int
        Successes among trials in each group.
    level : float
        Confidence of the interval.

    Returns
    -------
    RiskRatio
        All missing with an empty group or no success in group 0; the interval also with no success
        in group 1.

    Raises
    ------
    SchemaError
        If successes are negative or more than the trials.

    Examples
    --------
    >>> round(risk_ratio(15, 17, 330, 450).ratio, 6)
    1.203209
    """
    k, n = np.array([successes_1, successes_0], float), np.array([trials_1, trials_0], float)
    refuse((k < 0) | (k > n), "Successes of a ratio", "zero to the trials", k)
    if not (n > 0).all() or k[1] == 0:
        return RiskRatio(np.nan, np.nan, np.nan)
    ratio = float((k[0] / n[0]) / (k[1] / n[1]))
    if k[0] == 0:
        return RiskRatio(ratio, np.nan, np.nan)
    half = normal_quantile(level) * float(np.sqrt((1 / k - 1 / n).sum()))
    return RiskRatio(ratio, float(ratio * np.exp(-half)), float(ratio * np.exp(half)))
