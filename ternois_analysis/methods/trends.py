"""Total populations carried on by simple trends, and what these trends would have been worth.

A trend that does worse in the past than « no change » has nothing to say: `back_test` comes first.
References: Smith, Tayman and Swanson 2013 (trends, error of small areas); Gardner and McKenzie
1985 (damping); Williams and Goodman 1971 (intervals from past errors).
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Numbers, floats, refuse

Trend = Literal["constant", "linear", "exponential", "damped"]
TRENDS: tuple[Trend, ...] = ("constant", "linear", "exponential", "damped")


def project_total(
    totals: pd.Series, years: Sequence[int], trend: Trend, damping: float = 0.9
) -> pd.Series:
    """A total carried on from its last known figure.

    Parameters
    ----------
    totals : Series
        Indexed by year, in any order; missing figures do not count.
    years : sequence of int
        After the last known year.
    trend : str
        "constant": the last figure. "linear": the least-squares change in persons a year.
        "exponential": the least-squares change of the logarithm. "damped": the linear change,
        each year `damping` times that of the year before.
    damping : float
        Per 1, above 0, at most 1.

    Returns
    -------
    Series
        Indexed by `years`. Missing with fewer than two known years (one for "constant"), for an
        "exponential" of a total that is not above zero, and where a fall would pass below zero.

    Raises
    ------
    SchemaError
        If a year is not after the last known one, or the damping is out of bounds.
    """
    refuse(not 0 < damping <= 1, "Damping of a trend", "above 0, at most 1", damping)
    known = totals.dropna().sort_index().astype("float64")
    nothing = pd.Series(np.nan, index=pd.Index(years, name="year"))
    if known.empty or (len(known) < 2 and trend != "constant"):
        return nothing
    past, last = known.index.to_numpy(dtype="float64"), float(known.iloc[-1])
    ahead = np.asarray(years, dtype="float64") - past[-1]
    refuse(ahead <= 0, "Years of a projection", f"after {past[-1]:.0f}", years)
    if trend == "constant":
        return nothing.fillna(last)
    if trend == "exponential":
        if not (known > 0).all():
            return nothing
        slope = np.polyfit(past - past[-1], np.log(known.to_numpy()), 1)[0]
        return pd.Series(last * np.exp(slope * ahead), index=nothing.index)
    slope = np.polyfit(past - past[-1], known.to_numpy(), 1)[0]
    if trend == "damped" and damping < 1:
        ahead = damping * (1 - damping**ahead) / (1 - damping)
    found = pd.Series(last + slope * ahead, index=nothing.index)
    return found.where(found >= 0)


def back_test(
    totals: pd.DataFrame,
    origins: Sequence[int],
    trends: Sequence[Trend] = TRENDS,
    damping: float = 0.9,
) -> pd.DataFrame:
    """Projections made as if in the past, set against what came.

    Parameters
    ----------
    totals : DataFrame
        Rows are years, columns territories.
    origins : sequence of int
        Last years that each projection may see.
    trends, damping
        As in `project_total`.

    Returns
    -------
    DataFrame
        One row a territory, trend, origin and later known year: `territory`, `trend`, `origin`,
        `year`, `horizon` (from the last year known at the origin), `actual`, `projected`,
        `error_pct` (positive: projected too high; missing where either is, or the actual is zero).
        Empty where there is nothing on one side of an origin.
    """
    columns = ["territory", "trend", "origin", "year", "horizon", "actual", "projected"]
    rows = []
    for territory, series in totals.items():
        known = series.dropna().sort_index()
        for origin in origins:
            past, later = known[known.index <= origin], known[known.index > origin]
            if past.empty or later.empty:
                continue
            for trend in trends:
                found = project_total(past, list(later.index), trend, damping)
                ahead = later.index - past.index[-1]
                rows += [
                    (territory, trend, origin, *each)
                    for each in zip(later.index, ahead, later, found, strict=True)
                ]
    table = pd.DataFrame(rows, columns=columns)
    actual = table["actual"].astype("float64")
    table["error_pct"] = 100 * (table["projected"] / actual.where(actual != 0) - 1)
    return table


def mape(actual: Numbers, projected: Numbers) -> float:
    """Mean absolute error in percent of the actual figures.

    Pairs with a missing figure or an actual zero are left out; missing where no pair is left.
    """
    real, said = floats(actual, projected)
    ratio = np.divide(said, real, out=np.full_like(real, np.nan), where=real != 0)
    errors = np.abs(ratio - 1)
    known = errors[~np.isnan(errors)]
    return float(100 * known.mean()) if known.size else np.nan


def fan_from_errors(
    projected: pd.Series, errors: pd.DataFrame, origin: int, level: float = 0.8
) -> pd.DataFrame:
    """Range in which past errors of the same horizon would put what comes.

    Parameters
    ----------
    projected : Series
        Indexed by year.
    errors : DataFrame
        Columns `horizon` (years) and `error_pct`, as in `back_test`, of territories of like size:
        small ones err more.
    origin : int
        Year of the last known figure.
    level : float
        Probability of the range.

    Returns
    -------
    DataFrame
        Same index: `central`, `low`, `high`. The bounds are missing for a horizon with too few
        errors for the level: (n + 1) × (1 − level) / 2 must reach 1, so 9 for 80 %, 39 for 95 %.
    """
    past = errors.dropna(subset=["error_pct"]).groupby("horizon")["error_pct"]
    by_horizon = {ahead: np.sort(group.to_numpy()) for ahead, group in past}
    tail = (1 - level) / 2
    rows = []
    for horizon, central in zip(projected.index - origin, projected, strict=True):
        known = by_horizon.get(horizon, np.empty(0))
        # The error to come has the same chance of falling in each of the n + 1 gaps.
        rank = int((known.size + 1) * tail + 1e-9)
        if rank < 1:
            rows.append((central, np.nan, np.nan))
            continue
        ratios = 1 + known[[-rank, rank - 1]] / 100
        # A projection of zero where somebody lived has no upper bound to give.
        low, high = central / np.where(ratios > 0, ratios, np.nan)
        rows.append((central, low, high))
    return pd.DataFrame(rows, index=projected.index, columns=["central", "low", "high"])


def fan_from_scenarios(scenarios: pd.DataFrame, central: str) -> pd.DataFrame:
    """Envelope of scenarios (columns) around the central one: `central`, `low`, `high`.

    No probability is attached to it. Missing where a scenario is missing.
    """
    return pd.DataFrame(
        {
            "central": scenarios[central],
            "low": scenarios.min(axis=1, skipna=False),
            "high": scenarios.max(axis=1, skipna=False),
        }
    )
