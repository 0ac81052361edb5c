"""Which values are reliable enough to be shown.

Two rules, both needed. The catalogue's: a minimum for a base, such as 200 residents. The project's
for intervals: a share of at least 30 units with an interval of 10 points at most on each side;
a rate whose coefficient of variation, one over the root of the events, is 33 % at most.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ternois_analysis.catalog.indicators import Indicator, indicator
from ternois_analysis.indicators.evaluation import Estimate, interval, require
from ternois_analysis.methods.arrays import floats

Flags = NDArray[np.bool_]
Texts = NDArray[np.str_]

#: Methods of intervals of a share.
_SHARES = ("wilson", "one_in_four")

MINIMUM_WHOLE = 30
WIDEST_HALF_INTERVAL = 0.10
#: Below this count, Insee's complementary census variables are only an order of magnitude.
ROUGH_BELOW = 200
CAUTION_VARIATION, LARGEST_VARIATION = 0.20, 0.33

#: Notes as printed.
CAUTION = "à interpréter avec prudence"
ROUGH = "ordre de grandeur"
TOO_SMALL = "effectif insuffisant"
TOO_VAGUE = "intervalle trop large"


def reliability(name: str, columns: pd.DataFrame, values: pd.Series) -> pd.DataFrame:
    """Whether each value of an indicator may be shown, before any rule of secrecy.

    Parameters
    ----------
    name : str
        Identifier in the catalogue.
    columns : DataFrame
        The columns that the values were computed from, and the base of the reliability rule.
    values : Series
        The values, same index.

    Returns
    -------
    DataFrame
        Same index. `status`: « ok », « n.d. » where the value is missing, « n.s. » where a rule is
        not met. `note`: in French; the reason of « n.s. », or a caution; else empty.

    Raises
    ------
    SchemaError
        For an unknown indicator, a missing column or another index.
    """
    require(name, columns)
    entry = indicator(name)
    value, _ = floats(values, pd.Series(0.0, index=columns.index))
    low, high = floats(*interval(entry, columns))
    statuses, notes = judged(name, columns, Estimate(value, low, high, value))
    return pd.DataFrame({"status": statuses, "note": notes}, index=values.index).astype("str")


def judged(name: str, columns: pd.DataFrame, found: Estimate) -> tuple[Texts, Texts]:
    """Statuses and notes of `reliability`, for figures with their bounds already computed."""
    entry = indicator(name)
    small, hint = _against_base(entry, columns)
    vague, doubtful = _against_interval(entry, columns, found)
    reasons = [np.isnan(found.value), small, vague]
    statuses = np.select(reasons, ["n.d.", "n.s.", "n.s."], "ok")
    rough = _rough(entry, columns)
    notes = np.select(
        [*reasons, rough, hint | doubtful], ["", TOO_SMALL, TOO_VAGUE, ROUGH, CAUTION], ""
    )
    return statuses, notes


def _rough(entry: Indicator, columns: pd.DataFrame) -> Flags:
    """Where a count of one household in four is too small to be more than an order of magnitude."""
    if entry.interval is None or entry.interval.method != "one_in_four":
        return np.zeros(len(columns), dtype=bool)
    (count,) = floats(columns[entry.interval.count])
    return count < ROUGH_BELOW


def _against_base(entry: Indicator, columns: pd.DataFrame) -> tuple[Flags, Flags]:
    """Where a base is below its minimum or not known, and where it calls for caution."""
    small, hint = (np.zeros(len(columns), dtype=bool) for _ in range(2))
    if entry.reliability:
        (base,) = floats(columns[entry.reliability.base])
        small, hint = ~(base >= entry.reliability.minimum), base < entry.reliability.caution
    if entry.interval and entry.interval.method in _SHARES:
        (whole,) = floats(columns[entry.interval.of])
        small = small | ~(whole >= MINIMUM_WHOLE)
    return small, hint


def _against_interval(
    entry: Indicator, columns: pd.DataFrame, found: Estimate
) -> tuple[Flags, Flags]:
    """Where the interval is too wide to show the value, and where it calls for caution."""
    rule, nowhere = entry.interval, np.zeros(len(columns), dtype=bool)
    if rule is None:
        return nowhere, nowhere
    if rule.method in _SHARES:
        return (found.high - found.low) / 2 > WIDEST_HALF_INTERVAL * rule.per, nowhere
    if rule.method == "skellam":
        return nowhere, nowhere  # a balance near zero is a finding, its interval says how sure
    (count,) = floats(columns[rule.count])
    variation = np.divide(1.0, np.sqrt(count), out=np.full_like(count, np.inf), where=count > 0)
    return variation > LARGEST_VARIATION, variation > CAUTION_VARIATION
