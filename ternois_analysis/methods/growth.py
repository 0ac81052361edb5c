"""Change of a population between two dates, and its two parts.

The rate is the geometric mean; births minus deaths, and the rest, share it in proportion to their
balances in persons, as INSEE's « dont variation due au solde naturel » and « au solde apparent des
entrées et des sorties » do.
"""

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, floats


def annual_rate(end: pd.Series, start: pd.Series, years: pd.Series) -> pd.Series:
    """Mean annual rate of change between two dates, per 1.

    Parameters
    ----------
    end, start : Series
        The stock at the end and at the start.
    years : Series
        Years elapsed.

    Returns
    -------
    Series
        (end / start)^(1 / years) − 1; at least −1. Missing where an argument is missing, the start
        is not positive, the end is negative or no time has passed.
    """
    return pd.Series(_rate(*floats(end, start, years)), index=end.index)


def natural_part(
    end: pd.Series, start: pd.Series, years: pd.Series, births: pd.Series, deaths: pd.Series
) -> pd.Series:
    """Part of the mean annual rate that births minus deaths account for, per 1.

    Where the population ends as it began the share is 0/0: the natural balance per year and per
    resident is taken instead. Missing as in `annual_rate`, and where births or deaths are missing.
    """
    p1, p0, n, born, dead = floats(end, start, years, births, deaths)
    return pd.Series(_rate_per_person(p1, p0, n) * (born - dead), index=end.index)


def migration_part(
    end: pd.Series, start: pd.Series, years: pd.Series, births: pd.Series, deaths: pd.Series
) -> pd.Series:
    """Part of the mean annual rate that the apparent balance of arrivals and departures makes up.

    A residual: it takes in every error of measure of the two populations. With `natural_part` it
    adds up to `annual_rate`. Per 1; missing as in `natural_part`.
    """
    p1, p0, n, born, dead = floats(end, start, years, births, deaths)
    apparent = (p1 - p0) - (born - dead)
    return pd.Series(_rate_per_person(p1, p0, n) * apparent, index=end.index)


def _rate(end: Array, start: Array, years: Array) -> Array:
    valid = (start > 0) & (end >= 0) & (years > 0)
    change = np.divide(end - start, start, out=np.zeros_like(end), where=valid)
    exponent = np.divide(1.0, years, out=np.ones_like(end), where=valid)
    with np.errstate(divide="ignore"):
        # log1p and expm1 keep their digits near zero; a population gone gives log 0, hence −1.
        rate = np.expm1(np.log1p(change) * exponent)
    return np.where(valid, rate, np.nan)


def _rate_per_person(end: Array, start: Array, years: Array) -> Array:
    """The annual rate divided by the change in persons, and its limit where nothing changed."""
    rate, change = _rate(end, start, years), end - start
    known = np.isfinite(rate)
    limit = np.divide(1.0, years * start, out=np.full_like(rate, np.nan), where=known)
    return np.divide(rate, change, out=limit, where=known & (change != 0))
