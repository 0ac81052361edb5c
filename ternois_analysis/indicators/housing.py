"""Dwellings: how many, of what kind, lived in or not.

All counts come from one census table, rounded. A result is missing where an argument is missing or
the denominator is zero.
"""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.ratios import as_measured, ratio


@named
def dwellings(dwellings: pd.Series) -> pd.Series:
    """Number of dwellings of all uses."""
    return as_measured(dwellings)


@named
def dwellings_per_1000(dwellings: pd.Series, residents: pd.Series) -> pd.Series:
    """Dwellings of all uses for 1 000 residents; above 1 000 where second homes dominate."""
    return ratio(dwellings, residents, per=1000)


@named
def share_main_residences_pct(main_residences: pd.Series, dwellings: pd.Series) -> pd.Series:
    """Share of dwellings that a household lives in for most of the year, in percent, 0 to 100."""
    return ratio(main_residences, dwellings, per=100)


@named
def share_secondary_residences_pct(
    secondary_residences: pd.Series, dwellings: pd.Series
) -> pd.Series:
    """Share of dwellings that are second homes or occasional ones, in percent, 0 to 100."""
    return ratio(secondary_residences, dwellings, per=100)


@named
def vacant_dwellings(vacant_dwellings: pd.Series) -> pd.Series:
    """Number of dwellings without occupant on the day of the census, whatever the reason."""
    return as_measured(vacant_dwellings)


@named
def vacancy_rate_pct(vacant_dwellings: pd.Series, dwellings: pd.Series) -> pd.Series:
    """Share of dwellings that are vacant, in percent, 0 to 100."""
    return ratio(vacant_dwellings, dwellings, per=100)


@named
def share_houses_pct(houses: pd.Series, dwellings: pd.Series) -> pd.Series:
    """Share of dwellings that are houses, in percent, 0 to 100."""
    return ratio(houses, dwellings, per=100)


@named
def share_flats_pct(flats: pd.Series, dwellings: pd.Series) -> pd.Series:
    """Share of dwellings that are flats, in percent, 0 to 100.

    With houses it does not make 100: rooms in hotels, homes for the old and huts are neither.
    """
    return ratio(flats, dwellings, per=100)


@named
def residents_per_main_residence(residents: pd.Series, main_residences: pd.Series) -> pd.Series:
    """Residents for one main residence, a little above the mean size of a household.

    Residents include those of institutions, who live in no main residence: where there is
    a retirement home or a boarding school the two differ.
    """
    return ratio(residents, main_residences)


@named
def share_main_residences_in_flats_pct(
    main_residences_flats: pd.Series, main_residences: pd.Series
) -> pd.Series:
    """Share of main residences that are flats, in percent, 0 to 100."""
    return ratio(main_residences_flats, main_residences, per=100)


@named
def share_owner_occupied_pct(
    main_residences_owned: pd.Series, main_residences: pd.Series
) -> pd.Series:
    """Share of main residences whose household owns them, in percent, 0 to 100."""
    return ratio(main_residences_owned, main_residences, per=100)


@named
def share_old_main_residences_pct(
    main_residences_pre_1946: pd.Series, main_residences_dated: pd.Series
) -> pd.Series:
    """Share of main residences finished before 1946, in percent, 0 to 100.

    Of those whose age is declared, in buildings finished two to three years before the census.
    """
    return ratio(main_residences_pre_1946, main_residences_dated, per=100)


@named
def structural_vacancy_rate_pct(
    long_vacant_dwellings: pd.Series, private_dwellings_before: pd.Series
) -> pd.Series:
    """Share of private dwellings vacant for more than two years, in percent, 0 to 100.

    Missing where the producer hides a commune's count: fewer than 11 dwellings.
    """
    return ratio(long_vacant_dwellings, private_dwellings_before, per=100)


@named
def house_sales(house_sales: pd.Series) -> pd.Series:
    """Number of sales of one existing house each, over two rolling years."""
    return as_measured(house_sales)
