"""P-values of a territory against a reference: two shares, or one case among a few others.

References: Pearson 1900 and Wilson 1927 (test of two shares, the score with the pooled share);
Crawford and Howell 1998 (a case against a small sample, whose spread is itself uncertain).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, Numbers, Result, floats, like
from ternois_analysis.methods.intervals import share
from ternois_analysis.methods.specificity import specificity

#: Others under which a case is not judged.
FEWEST = 5


@dataclass(frozen=True)
class Case:
    """One value against `size` others: their mean, its z score and the two-sided p-value."""

    size: int
    mean: float
    z: float
    p: float


def two_shares(
    successes_1: Numbers, trials_1: Numbers, successes_0: Numbers, trials_0: Numbers
) -> Result:
    """Two-sided p-value of two independent shares being equal, from the pooled score.

    Parameters
    ----------
    successes_1, trials_1, successes_0, trials_0 : Series or array
        Successes among trials in each group; fractions are allowed.

    Returns
    -------
    Series or array
        Between 0 and 1; missing where a count is missing or a group has no trial, 1 where both
        shares are 0 or both are 1.

    Raises
    ------
    SchemaError
        If successes are negative or more than the trials, or two indexes differ.
    """
    from scipy.special import ndtr

    models = [successes_1, trials_1, successes_0, trials_0]
    a1, b1, a0, b0 = floats(*models)
    (k1, n1), (k0, n0) = share(a1, b1), share(a0, b0)
    common = (k1 + k0) / (n1 + n0)
    error = np.sqrt(common * (1 - common) * (1 / n1 + 1 / n0))
    gap = np.abs(k1 / n1 - k0 / n0)
    z: Array = np.divide(gap, error, out=np.where(np.isnan(gap), np.nan, 0.0), where=error > 0)
    return like(models, np.asarray(2 * ndtr(-z)))


def case_among(value: float, others: pd.Series) -> Case:
    """Whether a value could be one more of a few others, by Student's law with their number.

    The z score is divided by √(1 + 1/n) and read with n − 1 degrees of freedom: ten territories
    give a spread that is itself uncertain, and a normal law would find too much.

    Parameters
    ----------
    value : float
        Of the territory.
    others : Series
        Of the territories it is compared with, itself not among them; missing ones are left out.

    Returns
    -------
    Case
        `p` and `z` are missing where the value is, and with fewer than `FEWEST` others or others
        that do not vary.
    """
    from scipy.special import stdtr

    found = specificity(value, others)
    mean = float(others.mean()) if found.size else np.nan
    if found.size < FEWEST or not np.isfinite(found.z):
        return Case(found.size, mean, np.nan, np.nan)
    t = abs(found.z) / np.sqrt(1 + 1 / found.size)
    return Case(found.size, mean, found.z, float(2 * stdtr(found.size - 1, -t)))
