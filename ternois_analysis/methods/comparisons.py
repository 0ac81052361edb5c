"""Two small groups compared: a difference of shares, a ratio of two counts of events.

Newcombe's interval is built from Wilson's, and written out for the reason given in `intervals`.
References: Newcombe 1998, method 10; Przyborowski and Wilenski 1940 (two Poisson counts).
"""

from dataclasses import dataclass

import numpy as np

from ternois_analysis.methods.arrays import Numbers, floats, like, refuse
from ternois_analysis.methods.intervals import Bounds, clopper_pearson, share, wilson


def newcombe(
    successes_1: Numbers,
    trials_1: Numbers,
    successes_0: Numbers,
    trials_0: Numbers,
    level: float = 0.95,
) -> Bounds:
    """Interval of the difference of two independent shares (group 1 minus group 0).

    Parameters
    ----------
    successes_1, trials_1, successes_0, trials_0 : Series or array
        Successes among trials in each group.
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    Bounds
        Per 1, within [−1, 1]; missing where a count is missing or a group has no trial.

    Raises
    ------
    SchemaError
        If successes are negative or more than the trials, or two indexes differ.
    """
    models = [successes_1, trials_1, successes_0, trials_0]
    a1, b1, a0, b0 = floats(*models)
    (k1, n1), (k0, n0) = share(a1, b1), share(a0, b0)
    (low1, high1), (low0, high0) = wilson(k1, n1, level), wilson(k0, n0, level)
    difference = k1 / n1 - k0 / n0
    below = np.sqrt((k1 / n1 - low1) ** 2 + (high0 - k0 / n0) ** 2)
    above = np.sqrt((high1 - k1 / n1) ** 2 + (k0 / n0 - low0) ** 2)
    return Bounds(like(models, difference - below), like(models, difference + above))


@dataclass(frozen=True)
class CountRatio:
    """Two Poisson counts compared: ratio of their rates, its interval, and the exact p-value.

    The ratio and its upper bound are missing when the reference count is zero: they have no limit.
    """

    ratio: float
    low: float
    high: float
    p: float


def count_ratio(
    events: int,
    reference: int,
    exposure: float = 1,
    reference_exposure: float = 1,
    level: float = 0.95,
) -> CountRatio:
    """Whether a count of events differs from a reference count, given their exposures.

    Given their sum, the first count is binomial with a share that depends on the ratio of the two
    rates only: its exact test and its Clopper-Pearson interval carry over.

    Parameters
    ----------
    events, reference : int
        The two counts.
    exposure, reference_exposure : float
        What each count is set against (residents, businesses, days), in one unit.

    Raises
    ------
    SchemaError
        If a count is negative or not whole, or an exposure is not positive.

    Examples
    --------
    >>> round(count_ratio(171, 154).p, 6)
    0.374825
    """
    from scipy.stats import binomtest

    counts, exposures = floats([events, reference], [exposure, reference_exposure])
    refuse(~((counts >= 0) & (counts % 1 == 0)), "Two counts", "whole numbers of events", counts)
    refuse(~(exposures > 0), "Two exposures", "numbers above zero", exposures)
    total, scale = int(counts.sum()), float(exposures[1] / exposures[0])
    if total == 0:
        return CountRatio(np.nan, np.nan, np.nan, 1.0)
    p = float(binomtest(int(events), total, float(exposures[0] / exposures.sum())).pvalue)
    low, high = (np.asarray(bound).item() for bound in clopper_pearson(events, total, level))
    if reference == 0:
        return CountRatio(np.nan, low / (1 - low) * scale, np.nan, p)
    return CountRatio(
        events / reference * scale, low / (1 - low) * scale, high / (1 - high) * scale, p
    )
