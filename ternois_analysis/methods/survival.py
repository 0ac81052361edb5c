"""Survival of businesses: Kaplan-Meier with late entry, its interval, and comparisons.

A removal from a register is not a failure: owners retire, businesses change hands. A business
already alive when the file begins enters the risk set at its age on that day (`entry`); counting
it from birth would overstate survival. References: Kaplan and Meier 1958; Greenwood 1926;
Kalbfleisch and Prentice 1980 for the interval on log(−log S).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, Numbers, floats, refuse
from ternois_analysis.methods.intervals import normal_quantile


def kaplan_meier(
    duration: Numbers, closed: Numbers, entry: Numbers = 0, level: float = 0.95
) -> pd.DataFrame:
    """Share still alive at each age, by the product of conditional survivals.

    Parameters
    ----------
    duration : Series or array
        Age at closure or at the end of follow-up, in one unit (months).
    closed : Series or array
        1 for a closure, 0 for a business still alive at `duration`.
    entry : Series, array or float
        Age at which each came under observation, below its duration.
    level : float
        Confidence of the pointwise interval.

    Returns
    -------
    DataFrame
        Index `age`: each age at closure, then the end of follow-up. Columns `at_risk`, `closures`,
        `survival`, `se` (Greenwood), `low`, `high`, per 1. The interval is missing where all or
        nobody is left alive. With late entry, a first age with few at risk weighs on all that
        follows: look at `at_risk`.

    Raises
    ------
    SchemaError
        If an age is missing or negative, an entry is not before its duration, `closed` is neither 0
        nor 1, or there is nothing to follow.
    """
    from statsmodels.duration.survfunc import SurvfuncRight

    age, event, start = _lives(duration, closed, entry)
    fitted = SurvfuncRight(age, event, entry=start)
    ages, survival = np.asarray(fitted.surv_times), np.asarray(fitted.surv_prob)
    se, closures = np.asarray(fitted.surv_prob_se), np.asarray(fitted.n_events)
    end = float(age.max())
    if not ages.size or ages[-1] < end:
        ages, closures = np.append(ages, end), np.append(closures, 0)
        survival = np.append(survival, survival[-1] if survival.size else 1.0)
        se = np.append(se, se[-1] if se.size else np.nan)
    low, high = _log_log(survival, se, normal_quantile(level))
    return pd.DataFrame(
        {
            "at_risk": [at_risk(age, instant, start) for instant in ages],
            "closures": closures.astype(int),
            "survival": survival,
            "se": se,
            "low": low,
            "high": high,
        },
        index=pd.Index(ages, name="age", dtype="float64"),
    )


def at_risk(duration: Numbers, age: float, entry: Numbers = 0) -> int:
    """Number of businesses under observation and alive just before `age`."""
    end, start = floats(duration, entry)
    return int(np.count_nonzero((start < age) & (end >= age)))


def survival_at(curve: pd.DataFrame, age: float) -> pd.Series:
    """Survival, its standard error and its interval at one age, from a Kaplan-Meier table.

    Returns
    -------
    Series
        `survival`, `se`, `low`, `high`. Before the first closure survival is 1 without interval.
        All missing after the end of follow-up, unless nobody was left alive.
    """
    columns = ["survival", "se", "low", "high"]
    if _beyond(curve, age):
        return pd.Series(np.nan, index=columns)
    past = curve.loc[curve.index <= age, columns]
    if past.empty:
        return pd.Series([1.0, np.nan, np.nan, np.nan], index=columns)
    return past.iloc[-1].rename(None)


def restricted_mean(curve: pd.DataFrame, horizon: float) -> float:
    """Mean age reached within `horizon`: the area under the curve. Missing beyond the follow-up."""
    if _beyond(curve, horizon):
        return float("nan")
    ages = curve.index[curve.index < horizon].to_numpy(dtype="float64")
    heights = np.append(1.0, curve["survival"].to_numpy()[: ages.size])
    return float(heights @ np.diff([0.0, *ages, horizon]))


@dataclass(frozen=True)
class LogRank:
    """Log-rank test of two survival curves: chi-square with one degree of freedom, and p-value."""

    chi2: float
    p: float


def log_rank(
    duration: Numbers, closed: Numbers, other_duration: Numbers, other_closed: Numbers
) -> LogRank:
    """Whether two groups, both followed from the start, survive alike.

    Arguments as in `kaplan_meier`, for two groups; neither may have late entries.

    Raises
    ------
    SchemaError
        As `kaplan_meier`.
    """
    from scipy.stats import CensoredData, logrank

    groups = []
    for age, event, _ in (_lives(duration, closed, 0), _lives(other_duration, other_closed, 0)):
        groups.append(CensoredData(uncensored=age[event == 1], right=age[event == 0]))
    result = logrank(*groups)
    return LogRank(chi2=float(result.statistic) ** 2, p=float(result.pvalue))


def _lives(duration: Numbers, closed: Numbers, entry: Numbers) -> tuple[Array, Array, Array]:
    age, event, start = (np.atleast_1d(array) for array in floats(duration, closed, entry))
    refuse(age.size == 0, "Lives to follow", "one at least", age.size)
    refuse(~(age > 0), "Durations of survival", "known and above zero", age)
    refuse(~((event == 0) | (event == 1)), "Closures of survival", "0 or 1", event)
    refuse(~((start >= 0) & (start < age)), "Entry ages", "zero or more, before the end", start)
    return age, event, start


def _beyond(curve: pd.DataFrame, age: float) -> bool:
    return bool(age > curve.index[-1] and curve["survival"].iloc[-1] > 0)


def _log_log(survival: Array, se: Array, z: float) -> tuple[Array, Array]:
    """Interval that stays within [0, 1]; missing where all or nobody is left alive."""
    s = np.where((survival > 0) & (survival < 1), survival, np.nan)
    width = z * se / (s * np.abs(np.log(s)))
    return s ** np.exp(width), s ** np.exp(-width)
