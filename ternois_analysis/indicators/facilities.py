"""Facilities: how many, of which range, for how many people.

Counts come from Insee's base of facilities; one counts for one, whatever its size. They are missing
where a commune lies outside the installed file, zero where the file covers it without a row.
"""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.ratios import as_measured, ratio


@named
def facilities(facilities: pd.Series) -> pd.Series:
    """Number of facilities of all types."""
    return as_measured(facilities)


@named
def facilities_by_range(facilities_by_range: pd.Series) -> pd.Series:
    """Number of facilities of one range."""
    return as_measured(facilities_by_range)


@named
def proximity_facilities_per_1000(
    proximity_facilities: pd.Series, population: pd.Series
) -> pd.Series:
    """Facilities of the proximity range for 1 000 inhabitants, zero or more."""
    return ratio(proximity_facilities, population, per=1000)
