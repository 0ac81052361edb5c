"""Quarterly series of events: sums of four quarters, T against T-4, season, net balance.

Fewer than five years or about twenty events a quarter do not carry a seasonal adjustment: sums of
four quarters and T against T-4 with an exact interval are what to publish.
"""

from typing import Literal

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import refuse
from ternois_analysis.methods.comparisons import count_ratio

QUARTERS = 4
Model = Literal["additive", "multiplicative"]


def four_quarter_sums(events: pd.Series) -> pd.Series:
    """Sum of each quarter and the three before; missing where one of the four is."""
    return events.rolling(QUARTERS, min_periods=QUARTERS).sum()


def year_on_year(events: pd.Series, level: float = 0.95) -> pd.DataFrame:
    """Each figure against the one of the same quarter a year before.

    Parameters
    ----------
    events : Series
        Whole numbers of events, one a quarter without gaps, in order; missing allowed. Sums of four
        quarters may be given too: the two sums compared share no quarter.
    level : float
        Confidence of the exact interval.

    Returns
    -------
    DataFrame
        Same index; `change_pct`, `low`, `high` in percent and the exact `p`. Missing for the first
        year and where a figure is missing; change and upper bound also where the earlier figure
        is zero.
    """
    rows = []
    for now, before in zip(events, events.shift(QUARTERS), strict=True):
        if np.isnan(now) or np.isnan(before):
            rows.append([np.nan] * 4)
            continue
        found = count_ratio(now, before, level=level)
        rows.append([*(100 * (x - 1) for x in (found.ratio, found.low, found.high)), found.p])
    return pd.DataFrame(rows, index=events.index, columns=["change_pct", "low", "high", "p"])


def decomposition(values: pd.Series, model: Model = "additive") -> pd.DataFrame:
    """Classical decomposition of a quarterly series by a centred 2×4 moving average.

    For teaching and for a first look: the official adjustment is X-13ARIMA-SEATS or TRAMO-SEATS.

    Parameters
    ----------
    values : Series
        One figure a quarter, in order, without gaps; at least two years; above zero when
        multiplicative.
    model : "additive" or "multiplicative"
        Whether the season adds to the trend or multiplies it.

    Returns
    -------
    DataFrame
        Same index; `trend` (missing for two quarters at each end), `seasonal` (factors that sum to
        0, or average 1), `adjusted`.

    Raises
    ------
    SchemaError
        If a figure is missing, the series is shorter than two years, or not positive when it must.
    """
    from statsmodels.tsa.seasonal import seasonal_decompose

    array = values.to_numpy(dtype="float64", na_value=np.nan)
    years = array.size / QUARTERS
    refuse(years < 2, "Years of a series to decompose", "two or more", years)
    refuse(np.isnan(array), "A series to decompose", "no missing quarter", array)
    if model == "multiplicative":
        refuse(array <= 0, "A series with multiplicative season", "figures above zero", array)
    fitted = seasonal_decompose(array, model=model, period=QUARTERS)
    season = np.asarray(fitted.seasonal)
    adjusted = array - season if model == "additive" else array / season
    return pd.DataFrame(
        {"trend": fitted.trend, "seasonal": season, "adjusted": adjusted}, index=values.index
    )


def seasonality_p(values: pd.Series) -> float:
    """Friedman's test of a stable season: p-value that quarters rank alike in each year by chance.

    The ranks are those of the gaps to the centred trend, else any growth would pass for a season.
    Arguments and raises as in `decomposition`, but five years at least: fewer cannot give a small
    p-value.
    """
    from scipy.stats import friedmanchisquare

    years = len(values) / QUARTERS
    refuse(years < 5, "Years of a series to test for a season", "five or more", years)
    gaps = values.to_numpy(dtype="float64") - decomposition(values)["trend"].to_numpy()
    known = gaps[~np.isnan(gaps)]
    blocks = known[: len(known) // QUARTERS * QUARTERS].reshape(-1, QUARTERS)
    return float(friedmanchisquare(*blocks.T).pvalue)


def net_balance(gains: int, losses: int, level: float = 0.95) -> tuple[float, float]:
    """Range in which gains minus losses would fall by chance, were the flows those observed.

    The difference of two Poisson counts is Skellam. A flow of zero brings no variation of its own.

    Parameters
    ----------
    gains, losses : int
        Numbers of events, zero or more.
    level : float
        Probability of the range, at least.

    Returns
    -------
    tuple of float
        Lowest and highest balance; both missing where neither flow has an event, as nothing then
        tells how large they may be.
    """
    from scipy.stats import poisson, skellam

    flows = np.array([gains, losses], dtype="float64")
    refuse(~(flows >= 0), "Flows of a balance", "zero or more", flows)
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    if gains == losses == 0:
        return np.nan, np.nan
    if losses == 0:
        low, high = poisson.ppf(tails, gains)
    elif gains == 0:
        low, high = -poisson.ppf(tails[::-1], losses)
    else:
        low, high = skellam.ppf(tails, gains, losses)
    return float(low), float(high)
