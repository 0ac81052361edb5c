"""What partners contribute: counts of their own, as they define them."""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.ratios import as_measured


@named
def local_offer_listed(local_offer_items: pd.Series) -> pd.Series:
    """Premises, land and projects that communautés de communes list."""
    return as_measured(local_offer_items)


@named
def cci_businesses_registered(cci_businesses: pd.Series) -> pd.Series:
    """Businesses of trade, industry and services on the books of their chamber."""
    return as_measured(cci_businesses)


@named
def jobseekers_registered(registered_jobseekers: pd.Series) -> pd.Series:
    """Job-seekers of categories A, B and C that the employment service counts, not rounded."""
    return as_measured(registered_jobseekers)


@named
def jobseekers_registered_by_age(registered_jobseekers_by_age: pd.Series) -> pd.Series:
    """The same, of one age group."""
    return as_measured(registered_jobseekers_by_age)
