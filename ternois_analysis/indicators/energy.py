"""Energy of dwellings: diagnoses and the businesses recognised for energy works.

A diagnosis is made to sell or to let: its shares are those of the dwellings diagnosed, not of all
dwellings. A result is missing where an argument is missing or the denominator is zero.
"""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.ratios import as_measured, ratio

#: Diagnoses for 100 main residences under which their shares say nothing of the dwellings.
LEAST_COVERAGE = 10.0


@named
def dpe_dwellings(dpe_dwellings: pd.Series) -> pd.Series:
    """Number of dwellings with a diagnosis of the method in force since July 2021."""
    return as_measured(dpe_dwellings)


@named
def dpe_coverage_pct(dpe_dwellings: pd.Series, main_residences: pd.Series) -> pd.Series:
    """Dwellings diagnosed for 100 main residences; above 100 where second homes sell much."""
    return ratio(dpe_dwellings, main_residences, per=100)


@named
def dpe_fg_share_pct(
    dpe_fg: pd.Series, dpe_dwellings: pd.Series, main_residences: pd.Series
) -> pd.Series:
    """Share of the dwellings diagnosed with the label F or G, in percent, 0 to 100.

    Missing below `LEAST_COVERAGE` diagnoses for 100 main residences.
    """
    covered = ratio(dpe_dwellings, main_residences, per=100) >= LEAST_COVERAGE
    return ratio(dpe_fg, dpe_dwellings, per=100).where(covered)


@named
def dpe_label_share_pct(dpe_of_label: pd.Series, dpe_dwellings: pd.Series) -> pd.Series:
    """Share of the dwellings diagnosed with a label or a pair of labels, in percent, 0 to 100."""
    return ratio(dpe_of_label, dpe_dwellings, per=100)


@named
def dpe_fg_by_age_pct(dpe_fg_of_stratum: pd.Series, dpe_of_stratum: pd.Series) -> pd.Series:
    """Share with the label F or G among the dwellings of one type and period, in percent."""
    return ratio(dpe_fg_of_stratum, dpe_of_stratum, per=100)


@named
def rge_businesses(rge_businesses: pd.Series) -> pd.Series:
    """Number of establishments with a valid qualification on the quarter's last day."""
    return as_measured(rge_businesses)


@named
def rge_businesses_per_10000(rge_businesses: pd.Series, main_residences: pd.Series) -> pd.Series:
    """Establishments with a valid qualification for 10 000 main residences."""
    return ratio(rge_businesses, main_residences, per=10_000)
