"""Next quarters of a count, by models that must first beat « as in the same quarter last year ».

References: Hyndman and Koehler 2006 (MASE); Tashman 2000 (rolling origin); Holt 1957 and Winters
1960 (exponential smoothing).
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, Numbers, floats
from ternois_analysis.methods.series import QUARTERS

NAIVE = "seasonal_naive"

#: Fewer origins say too little to prefer a model.
MINIMUM_ORIGINS = 4


@dataclass(frozen=True)
class Model:
    """A way to forecast, and the least variance of its errors in multiples of the forecast.

    For Poisson counts the error of a forecast by the mean of m past counts has 1 + 1/m times the
    variance of the count.
    """

    forecast: Callable[[Array, int], Array]
    dispersion: float


def seasonal_naive(history: Array, horizon: int) -> Array:
    """The figures of the last year again; missing where they are, and before a year is known."""
    return season_means(history, horizon, years=1)


def season_means(history: Array, horizon: int, years: int = 3) -> Array:
    """Mean of each quarter over the last `years`: the best guess for a Poisson count without trend.

    Missing where one of these figures is, and where the history is shorter.
    """
    if history.size < years * QUARTERS:
        return np.full(horizon, np.nan)
    means = history[-years * QUARTERS :].reshape(years, QUARTERS).mean(axis=0)
    return np.resize(means, horizon)


def exponential_smoothing(history: Array, horizon: int) -> Array:
    """Holt-Winters' level and additive season, without trend, at least zero.

    Missing for fewer than three years, with a missing figure, or if the fit does not converge.
    """
    if history.size < 3 * QUARTERS or np.isnan(history).any():
        return np.full(horizon, np.nan)
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.holtwinters import ExponentialSmoothing

    with warnings.catch_warnings(), np.errstate(divide="ignore"):
        # A fit that does not converge is said below, by a missing forecast; one that is perfect
        # has the logarithm of zero in an AIC that is not used.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = ExponentialSmoothing(history, seasonal="add", seasonal_periods=QUARTERS)
        fitted = model.fit()
        found = np.asarray(fitted.forecast(horizon)).clip(min=0)
    return found if fitted.mle_retvals.success else np.full(horizon, np.nan)


MODELS: Mapping[str, Model] = {
    NAIVE: Model(seasonal_naive, 2.0),
    "season_means": Model(season_means, 1 + 1 / 3),
    "exponential_smoothing": Model(exponential_smoothing, 1.0),
}


def naive_error(history: Numbers) -> float:
    """Mean absolute gap to the same quarter a year before; missing for a year or less."""
    (array,) = floats(history)
    gaps = np.abs(array[QUARTERS:] - array[:-QUARTERS])
    known = gaps[~np.isnan(gaps)]
    return float(known.mean()) if known.size else np.nan


def mase(forecast: Numbers, actual: Numbers, training: Numbers) -> float:
    """Mean absolute error, in multiples of that of the seasonal naïve forecast in the training.

    Parameters
    ----------
    forecast, actual : Series or array
        Figures of the same quarters; a pair with a missing figure is left out.
    training : Series or array
        The quarters before, in order.

    Returns
    -------
    float
        Below 1: smaller errors than the naïve forecast makes one year ahead. Missing where no
        pair is left, or where the training is too short or never changes from year to year.
    """
    said, real = floats(forecast, actual)
    errors = np.abs(said - real)
    known, scale = errors[~np.isnan(errors)], naive_error(training)
    return float(known.mean() / scale) if known.size and scale > 0 else np.nan


def rolling_origin(
    history: Numbers,
    horizon: int = QUARTERS,
    first: int = 3 * QUARTERS,
    models: Mapping[str, Model] = MODELS,
) -> pd.DataFrame:
    """Forecasts made as if at each past quarter, set against what came.

    Parameters
    ----------
    history : Series or array
        One figure a quarter, in order, without gaps; missing allowed.
    horizon : int
        Quarters ahead.
    first : int
        Quarters known at the first origin.
    models : mapping of str to Model
        By name, the seasonal naïve one included.

    Returns
    -------
    DataFrame
        One row a model, origin (quarters known) and step: `model`, `origin`, `step`, `forecast`,
        `actual`, `scale` (naïve error of the quarters known). Empty for a short history.
    """
    (array,) = floats(history)
    rows = []
    for origin in range(first, array.size):
        past, later = array[:origin], array[origin : origin + horizon]
        scale = naive_error(past)
        for name, model in models.items():
            found = model.forecast(past, later.size)
            rows += [
                (name, origin, step, said, real, scale)
                for step, (said, real) in enumerate(zip(found, later, strict=True), 1)
            ]
    columns = ["model", "origin", "step", "forecast", "actual", "scale"]
    return pd.DataFrame(rows, columns=columns)


def comparison(trials: pd.DataFrame) -> pd.DataFrame:
    """Whether each model beats the seasonal naïve forecast.

    Parameters
    ----------
    trials : DataFrame
        As from `rolling_origin`.

    Returns
    -------
    DataFrame
        Indexed by `model`: `origins`, `mase`, `naive_mase` (of the naïve forecast for the same
        origins and steps), `beats` (bool: below both the naïve one and 1, over `MINIMUM_ORIGINS`
        at least) and `dispersion` (squared errors over forecasts; 1 for Poisson counts that are
        perfectly foreseen). Missing where nothing can be compared.
    """
    keys = ["origin", "step"]
    error = (trials["forecast"] - trials["actual"]).astype("float64")
    scaled = error.abs() / trials["scale"].where(trials["scale"] > 0)
    table = trials.assign(square=error**2, scaled=scaled)
    naive = table[table["model"] == NAIVE].set_index(keys)["scaled"].rename("naive")
    rows = {}
    for name, own in table.groupby("model", sort=False):
        both = own.join(naive, on=keys).dropna(subset=["scaled", "naive"])
        origins, foreseen = both["origin"].nunique(), both["forecast"].sum()
        ours, theirs = both["scaled"].mean(), both["naive"].mean()
        beats = origins >= MINIMUM_ORIGINS and ours < min(theirs, 1.0)
        spread = both["square"].sum() / foreseen if foreseen > 0 else np.nan
        rows[name] = (origins, ours, theirs, bool(beats), spread)
    columns = ["origins", "mase", "naive_mase", "beats", "dispersion"]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return found.rename_axis("model").astype({"origins": "int64", "beats": "bool"})
