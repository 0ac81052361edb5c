"""Registrations in and removals from the craft register, over four quarters or in one.

Sums of four quarters have no season; the four before share no quarter with them. A registration is
not always a new activity, nor a removal a failure. A result is missing where an argument is
missing, as it is outside the register's coverage, or where the denominator is zero.
"""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.ratios import as_measured, ratio


@named
def craft_registrations(craft_registrations: pd.Series) -> pd.Series:
    """Businesses registered in the last four quarters."""
    return as_measured(craft_registrations)


@named
def craft_removals(craft_removals: pd.Series) -> pd.Series:
    """Businesses removed from the register in the last four quarters."""
    return as_measured(craft_removals)


@named
def craft_registrations_change_pct(
    craft_registrations: pd.Series, craft_registrations_before: pd.Series
) -> pd.Series:
    """Change of the registrations of four quarters on the four before, in percent; −100 or more.

    Missing too where there was none before.
    """
    change = craft_registrations - craft_registrations_before
    return ratio(change, craft_registrations_before, per=100)


@named
def craft_removals_change_pct(
    craft_removals: pd.Series, craft_removals_before: pd.Series
) -> pd.Series:
    """Change of the removals of four quarters on the four before, in percent; −100 or more.

    Missing too where there was none before.
    """
    return ratio(craft_removals - craft_removals_before, craft_removals_before, per=100)


@named
def craft_net_balance_pct(
    craft_registrations: pd.Series, craft_removals: pd.Series, craft_stock_start: pd.Series
) -> pd.Series:
    """Registrations minus removals of four quarters, in percent of the businesses at the start."""
    return ratio(craft_registrations - craft_removals, craft_stock_start, per=100)


@named
def craft_churn_pct(
    craft_registrations: pd.Series,
    craft_removals: pd.Series,
    craft_stock_start: pd.Series,
    craft_businesses: pd.Series,
) -> pd.Series:
    """Half of registrations and removals of four quarters, in percent of the mean stock.

    The mean stock is half the sum of the stocks at the start and at the end: the halves cancel.
    """
    return ratio(craft_registrations + craft_removals, craft_stock_start + craft_businesses, 100)


@named
def takeover_share_pct(craft_takeovers: pd.Series, craft_origin_known: pd.Series) -> pd.Series:
    """Share of takeovers among the registrations of known origin, in percent, 0 to 100.

    A lower bound: who buys the shares of a company takes it over without a registration.
    """
    return ratio(craft_takeovers, craft_origin_known, per=100)


@named
def craft_registrations_quarter(craft_registrations_quarter: pd.Series) -> pd.Series:
    """Businesses registered in the quarter, not adjusted for the season."""
    return as_measured(craft_registrations_quarter)


@named
def craft_removals_quarter(craft_removals_quarter: pd.Series) -> pd.Series:
    """Businesses removed from the register in the quarter, not adjusted for the season."""
    return as_measured(craft_removals_quarter)
