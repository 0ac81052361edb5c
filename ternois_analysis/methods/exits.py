"""Owners who will leave within a few years, and businesses that may find nobody to follow.

A scenario, not a forecast of names: hazards come from a source that must be cited. Owners are not
replaced and do not age from one group to the next within the horizon.
"""

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, Numbers, Result, floats, like, refuse
from ternois_analysis.methods.intervals import Bounds


def expected_exits(owners: Numbers, hazards: Numbers, years: float) -> Result:
    """Expected number of owners of each age group who leave within a horizon.

    Parameters
    ----------
    owners : Series or array
        Number of owners by age group, zero or more.
    hazards : Series or array
        Yearly probability of leaving in each group, per 1.
    years : float
        Horizon, zero or more.

    Returns
    -------
    Series or array
        owners × (1 − (1 − hazard)^years); missing where an argument is missing.

    Raises
    ------
    SchemaError
        If owners or years are negative, or a hazard is outside [0, 1].
    """
    n, leaving = _risks(owners, hazards, years)
    return like([owners, hazards], n * leaving)


def exits_interval(
    owners: Numbers,
    hazards: Numbers,
    years: float,
    seed: int,
    level: float = 0.95,
    draws: int = 10_000,
) -> Bounds:
    """Range of the total number of exits, each owner leaving or not by chance alone.

    The hazards are taken as known: the true uncertainty is wider.

    Parameters
    ----------
    owners, hazards, years
        As in `expected_exits`, owners whole.
    seed : int
        Of the random draws.
    level : float
        Share of the draws between the bounds.
    draws : int
        How many.

    Returns
    -------
    Bounds
        Whole numbers; both missing where a group is missing or there is none.

    Raises
    ------
    SchemaError
        As `expected_exits`, or if owners are not whole.
    """
    n, leaving = _risks(owners, hazards, years)
    refuse(n % 1 > 0, "Numbers of owners", "whole", n)
    if not n.size or np.isnan(n * leaving).any():
        return Bounds(np.array(np.nan), np.array(np.nan))
    rng = np.random.default_rng(seed)
    shape = (draws, n.size)
    totals = rng.binomial(n.astype("int64").ravel(), leaving.ravel(), size=shape).sum(axis=1)
    tail = (1 - level) / 2
    low = np.quantile(totals, tail, method="inverted_cdf")
    high = np.quantile(totals, 1 - tail, method="inverted_cdf")
    return Bounds(np.array(float(low)), np.array(float(high)))


def transmission(owners: Numbers, sought: Numbers, succeeded: Numbers) -> pd.DataFrame:
    """Businesses of older owners that would be handed over, and those at risk of closing.

    Parameters
    ----------
    owners : Series or array
        Owners near retirement by kind of business (with and without employees).
    sought : Series or array
        Share that looks for a successor, per 1, from a national survey.
    succeeded : Series or array
        Share of these that finds one, per 1.

    Returns
    -------
    DataFrame
        One row a kind: `transmitted` and `at_risk`, which add up to the owners; missing where an
        argument is. Many a business without employees has nothing to hand over: at risk is not
        lost.

    Raises
    ------
    SchemaError
        If owners are negative or a share is outside [0, 1].
    """
    n, looking, finding = (np.atleast_1d(array) for array in floats(owners, sought, succeeded))
    refuse(n < 0, "Numbers of owners", "zero or more", n)
    for shares in (looking, finding):
        refuse((shares < 0) | (shares > 1), "Shares of transmissions", "0 to 1", shares)
    handed = n * looking * finding
    index = owners.index if isinstance(owners, pd.Series) else None
    return pd.DataFrame({"transmitted": handed, "at_risk": n - handed}, index=index)


def _risks(owners: Numbers, hazards: Numbers, years: float) -> tuple[Array, Array]:
    n, hazard = floats(owners, hazards)
    refuse(n < 0, "Numbers of owners", "zero or more", n)
    refuse((hazard < 0) | (hazard > 1), "Yearly hazards", "0 to 1", hazard)
    refuse(years < 0, "Years of a horizon", "zero or more", years)
    return n, 1 - (1 - hazard) ** years
