"""The next quarters of a count as published: one model, its forecasts, their intervals."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Numbers, floats, like, refuse
from ternois_analysis.methods.forecast import MODELS, NAIVE, comparison, rolling_origin
from ternois_analysis.methods.intervals import Bounds
from ternois_analysis.methods.series import QUARTERS


def prediction_interval(mean: Numbers, dispersion: float = 1, level: float = 0.95) -> Bounds:
    """Range of a count to come, from its mean: Poisson, or negative binomial if more spread out.

    Parameters
    ----------
    mean : Series or array
        Expected count.
    dispersion : float
        Variance over mean; below 1 counts as 1.
    level : float
        Probability of the range, at least.

    Returns
    -------
    Bounds
        Whole numbers. Missing where the mean is, and where it is zero: nothing then tells how
        large the count may be.

    Raises
    ------
    SchemaError
        If a mean is negative.
    """
    from scipy.stats import nbinom, poisson

    (expected,) = floats(mean)
    refuse(expected < 0, "Expected counts", "zero or more", expected)
    expected = np.where(expected > 0, expected, np.nan)
    tails = ((1 - level) / 2, (1 + level) / 2)
    if dispersion > 1:
        size = expected / (dispersion - 1)
        low, high = (nbinom.ppf(tail, size, 1 / dispersion) for tail in tails)
    else:
        low, high = (poisson.ppf(tail, expected) for tail in tails)
    return Bounds(like([mean], np.asarray(low)), like([mean], np.asarray(high)))


@dataclass(frozen=True)
class Outlook:
    """Forecasts of the next quarters, and whether their model was better than last year's figures.

    `model` is "seasonal_naive" where no other beats it (`beats_naive` is then false); `trials` is
    the comparison; `forecasts` has one row a step: `mean`, `low_80`, `high_80`, `low_95`,
    `high_95`.
    """

    model: str
    beats_naive: bool
    trials: pd.DataFrame
    forecasts: pd.DataFrame


def outlook(history: Numbers, horizon: int = QUARTERS) -> Outlook:
    """The model with the smallest errors among those that beat the seasonal naïve one, else that.

    The intervals take the spread of the model's past errors, and at least that of Poisson counts.

    Parameters
    ----------
    history : Series or array
        Whole numbers of events, one a quarter without gaps, in order; missing allowed.
    horizon : int
        Quarters ahead, 1 or more.

    Returns
    -------
    Outlook
        Forecasts are missing for less than a year of history.

    Raises
    ------
    SchemaError
        If a count is negative or the horizon is below 1.
    """
    (events,) = floats(history)
    refuse(events < 0, "Numbers of events", "zero or more", events)
    refuse(horizon < 1, "Quarters to forecast", "one or more", horizon)
    trials = comparison(rolling_origin(events, horizon))
    better = trials[trials["beats"]]
    name = str(better["mase"].idxmin()) if len(better) else NAIVE
    model = MODELS[name]
    mean = model.forecast(events, horizon)
    seen = float(trials["dispersion"].get(name, np.nan))
    dispersion = float(np.nanmax([model.dispersion, seen]))
    found = pd.DataFrame({"mean": mean}, index=pd.RangeIndex(1, horizon + 1, name="step"))
    for percent in (80, 95):
        bounds = prediction_interval(mean, dispersion, percent / 100)
        found[f"low_{percent}"], found[f"high_{percent}"] = bounds
    return Outlook(name, bool(len(better)), trials, found)
