"""Rates freed from the mix of ages, trades or sizes, by two classic ways.

Direct: the territory's rates applied to a standard population. Indirect: the reference's rates
applied to the territory's own population, for territories too small to have rates of their own by
stratum. Reference: Breslow and Day 1987.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Numbers, floats, refuse
from ternois_analysis.methods.intervals import byar


@dataclass(frozen=True)
class StandardisedRatio:
    """Events observed over events expected, base 100, with Byar's interval.

    Two ratios each against the reference cannot be compared with one another: their weights differ.
    """

    observed: float
    expected: float
    ratio: float
    low: float
    high: float


def direct(events: pd.Series, exposure: pd.Series, standard: pd.Series) -> float:
    """Rate that the territory would have with the mix of a standard population, per 1.

    Parameters
    ----------
    events, exposure : Series
        Events and exposure of the territory by stratum, zero or more.
    standard : Series
        Standard population by stratum, zero or more.

    Returns
    -------
    float
        Missing where the standard is empty or has a missing figure, and where the territory has
        no exposure, or a missing figure, in a stratum that the standard has.

    Raises
    ------
    SchemaError
        If a figure is negative or the indexes differ.
    """
    k, n, weight = floats(events, exposure, standard)
    for counts in (k, n, weight):
        refuse(counts < 0, "Counts by stratum", "zero or more", counts)
    if not weight.sum() > 0:
        return float("nan")
    rates = np.divide(k, n, out=np.full_like(k, np.nan), where=n > 0)
    return float(np.where(weight == 0, 0.0, rates * weight).sum() / weight.sum())


def indirect(
    events: Numbers, exposure: pd.Series, rates: pd.Series, level: float = 0.95
) -> StandardisedRatio:
    """Standardised ratio (SIR): events observed for 100 expected at the reference's rates.

    Parameters
    ----------
    events : Series, array or float
        Events of the territory: their total, or by stratum to be added up.
    exposure : Series
        Exposure of the territory by stratum, zero or more.
    rates : Series
        Rates of the reference by stratum, per 1, zero or more, taken as known.
    level : float
        Confidence of Byar's interval, between 0 and 1.

    Returns
    -------
    StandardisedRatio
        Ratio and bounds missing where a figure is missing or no event is expected.

    Raises
    ------
    SchemaError
        If a figure is negative or the indexes differ.
    """
    n, rate = floats(exposure, rates)
    (k,) = floats(events)
    for figures in (k, n, rate):
        refuse(figures < 0, "Counts and rates by stratum", "zero or more", figures)
    observed, expected = float(k.sum()), float((n * rate).sum())
    if np.isnan(observed) or not expected > 0:
        return StandardisedRatio(observed, expected, np.nan, np.nan, np.nan)
    low, high = (100 * np.asarray(bound).item() / expected for bound in byar(observed, level))
    return StandardisedRatio(observed, expected, 100 * observed / expected, low, high)
