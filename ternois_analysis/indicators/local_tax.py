"""Housing tax: rates and mean rental values, as the tax office publishes them for each commune.

They are read for one commune at a time: neither a rate nor a mean may be added up, nor averaged
without the tax bases. A rate that is not known is missing, never 0.
"""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.ratios import as_measured


@named
def housing_tax_rate_commune_pct(housing_tax_rate_commune_pct: pd.Series) -> pd.Series:
    """Rate voted by the commune, in percent of the rental value after allowances."""
    return as_measured(housing_tax_rate_commune_pct)


@named
def housing_tax_rate_epci_pct(housing_tax_rate_epci_pct: pd.Series) -> pd.Series:
    """Rate of the communauté that applies in the commune, in percent.

    It may differ between communes of one communauté for some years after a merger.
    """
    return as_measured(housing_tax_rate_epci_pct)


@named
def housing_tax_rate_total_pct(
    housing_tax_rate_commune_pct: pd.Series, housing_tax_rate_epci_pct: pd.Series
) -> pd.Series:
    """Rates of the commune and of its communauté together, in percent.

    Missing where one is. Without the special taxes, and before the allowances, which differ
    between the two.
    """
    return as_measured(housing_tax_rate_commune_pct + housing_tax_rate_epci_pct)


@named
def mean_rental_value_commune_eur(mean_rental_value_commune_eur: pd.Series) -> pd.Series:
    """Mean rental value of the dwellings of the commune for the housing tax, in euros a year."""
    return as_measured(mean_rental_value_commune_eur)


@named
def mean_rental_value_epci_eur(mean_rental_value_epci_eur: pd.Series) -> pd.Series:
    """Mean rental value that the communauté's allowances use in the commune, in euros a year."""
    return as_measured(mean_rental_value_epci_eur)
