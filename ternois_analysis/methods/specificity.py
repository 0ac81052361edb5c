"""How far one territory stands from a set of others, and what is left of it after many tests.

References: Iglewicz and Hoaglin 1993 (robust z); Benjamini and Hochberg 1995; Cramér 1946.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, Numbers, Result, floats, like, refuse

#: Makes the median absolute deviation of a normal distribution equal to its standard deviation.
NORMAL_MAD = 1.4826


@dataclass(frozen=True)
class Specificity:
    """One value among those of `size` other territories.

    `index`: base 100 at their median. `z`: standard deviations (ddof 1) from their mean.
    `robust_z`: the same with median and median absolute deviation. `percentile`: 0 to 100, the
    share of them that lie strictly below.
    """

    size: int
    index: float
    z: float
    robust_z: float
    percentile: float


@dataclass(frozen=True)
class Association:
    """Whether two qualities go together: Pearson's test without correction, and Cramér's V, 0-1.

    `least_expected` is the smallest expected count: below 5 the p-value is not to be trusted.
    """

    chi2: float
    dof: int
    p: float
    cramer_v: float
    least_expected: float


def specificity(value: float, others: Numbers) -> Specificity:
    """Place of a value among those of other territories.

    Parameters
    ----------
    value : float
        Of the territory.
    others : Series or array
        Of the territories it is compared with, itself not among them; missing ones are left out
        and not counted in `size`.

    Returns
    -------
    Specificity
        All missing where the value is missing or there is no other. `index` is missing unless the
        median is above zero; `z` and `robust_z` are missing where the others do not vary.
    """
    (flat,) = floats(others)
    known = np.ravel(flat)[~np.isnan(np.ravel(flat))]
    if not np.isfinite(value) or not known.size:
        return Specificity(known.size, np.nan, np.nan, np.nan, np.nan)
    median = float(np.median(known))
    # All equal leaves a spread of rounding only, which would give scores without meaning.
    varies = bool(np.ptp(known) > 0)
    spread = float(np.std(known, ddof=1)) if varies else 0.0
    robust = NORMAL_MAD * float(np.median(np.abs(known - median)))
    return Specificity(
        size=known.size,
        index=100 * value / median if median > 0 else np.nan,
        z=(value - float(known.mean())) / spread if spread > 0 else np.nan,
        robust_z=(value - median) / robust if robust > 0 else np.nan,
        percentile=100 * float(np.mean(known < value)),
    )


def adjusted_p(p: Numbers) -> Result:
    """P-values adjusted for their number (Benjamini-Hochberg): keep those under the rate accepted.

    Parameters
    ----------
    p : Series or array
        P-values of one family of tests; missing ones are not tests and do not count.

    Returns
    -------
    Series or array
        Same shape, each at least its p-value and at most 1; missing where `p` is.

    Raises
    ------
    SchemaError
        If a p-value is not between 0 and 1.
    """
    from scipy.stats import false_discovery_control

    (array,) = floats(p)
    refuse((array < 0) | (array > 1), "P-values", "numbers from 0 to 1", array)
    adjusted = np.full(array.shape, np.nan)
    known = ~np.isnan(array)
    if known.any():
        adjusted[known] = false_discovery_control(array[known], method="bh")
    return like([p], adjusted)


def association(table: pd.DataFrame | Sequence[Sequence[float]] | Array) -> Association:
    """Test of independence of the rows and columns of a table of counts, with Cramér's V.

    Parameters
    ----------
    table : DataFrame or array
        Counts, zero or more. Empty rows and columns say nothing and are left out.

    Returns
    -------
    Association
        All missing where a count is missing or fewer than two rows or columns are left.

    Raises
    ------
    SchemaError
        If a count is negative.
    """
    from scipy.stats import chi2_contingency

    (counts,) = floats(np.asarray(table, dtype="float64"))
    refuse(counts < 0, "A table of counts", "zero or more", counts)
    if np.isnan(counts).any():
        return Association(np.nan, 0, np.nan, np.nan, np.nan)
    kept = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(kept.shape) < 2:
        return Association(np.nan, 0, np.nan, np.nan, np.nan)
    found = chi2_contingency(kept, correction=False)
    v = float(np.sqrt(found.statistic / (kept.sum() * (min(kept.shape) - 1))))
    least = float(found.expected_freq.min())
    return Association(float(found.statistic), int(found.dof), float(found.pvalue), v, least)
