"""Incomes as Insee publishes them: read for the territory for which they were published.

None of these adds up: a median of communes' medians is nobody's median, and the rate of a whole is
not the mean of the rates of its parts. A figure that is not published for a territory is missing.
"""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.ratios import as_measured, ratio


@named
def median_standard_of_living_eur(
    published_median_standard_of_living_eur: pd.Series,
) -> pd.Series:
    """Disposable income per consumption unit that half of the people exceed, in euros a year."""
    return as_measured(published_median_standard_of_living_eur)


@named
def decile_1_standard_of_living_eur(published_decile_1_eur: pd.Series) -> pd.Series:
    """Standard of living under which the poorest tenth of the people live, in euros a year."""
    return as_measured(published_decile_1_eur)


@named
def decile_9_standard_of_living_eur(published_decile_9_eur: pd.Series) -> pd.Series:
    """Standard of living above which the richest tenth of the people live, in euros a year."""
    return as_measured(published_decile_9_eur)


@named
def interdecile_ratio(published_interdecile_ratio: pd.Series) -> pd.Series:
    """Ninth decile of the standard of living over the first, 1 or more, without unit."""
    return as_measured(published_interdecile_ratio)


@named
def poverty_rate_60_pct(published_poverty_rate_pct: pd.Series) -> pd.Series:
    """Share of the people under 60 % of the national median standard of living, in percent."""
    return as_measured(published_poverty_rate_pct)


@named
def poverty_by_age_pct(published_poverty_by_age_pct: pd.Series) -> pd.Series:
    """Poverty rate of the people whose household's fiscal reference is of one age, in percent."""
    return as_measured(published_poverty_by_age_pct)


@named
def poverty_by_tenure_pct(published_poverty_by_tenure_pct: pd.Series) -> pd.Series:
    """Poverty rate of the people who own their dwelling, or rent it, in percent."""
    return as_measured(published_poverty_by_tenure_pct)


@named
def taxed_households_share_pct(published_taxed_households_pct: pd.Series) -> pd.Series:
    """Share of fiscal households that pay income tax, in percent, 0 to 100."""
    return as_measured(published_taxed_households_pct)


@named
def income_share_pct(published_income_share_pct: pd.Series) -> pd.Series:
    """Share of one kind of income in the disposable income, in percent; negative for taxes.

    The kinds add up to 100, direct taxes being taken away.
    """
    return as_measured(published_income_share_pct)


@named
def income_before_tax_share_pct(
    part: pd.Series,
    income_activity: pd.Series,
    income_pensions: pd.Series,
    income_assets: pd.Series,
    income_benefits: pd.Series,
) -> pd.Series:
    """Share of one kind of income in all incomes before direct taxes, in percent, 0 to 100.

    The four kinds are published in percent of the disposable income; their sum is above 100 by
    what direct taxes take.
    """
    whole = income_activity + income_pensions + income_assets + income_benefits
    return ratio(part, whole, per=100)
