"""The craft sector on the quarter's last day: businesses, what they are, who works and heads them.

A business is a SIREN active in the register, wherever it has its establishments; its head is the
one person that the register names for it. A blank is not a zero: shares of what may be blank are
taken of what is known. A result is missing where an argument is missing, as it is outside the
register's coverage, or where the denominator is zero.
"""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.ratios import as_measured, ratio


@named
def craft_businesses(craft_businesses: pd.Series) -> pd.Series:
    """Number of craft businesses active in the register."""
    return as_measured(craft_businesses)


@named
def craft_density_per_10000(craft_businesses: pd.Series, population: pd.Series) -> pd.Series:
    """Active craft businesses for 10 000 residents of the municipal population."""
    return ratio(craft_businesses, population, per=10_000)


@named
def craft_family_share_pct(
    craft_businesses_of_family: pd.Series, craft_businesses: pd.Series
) -> pd.Series:
    """Share of the businesses in each of the four families of trades, in percent, 0 to 100.

    `craft_businesses` counts those whose trade is known: the families add up to 100.
    """
    return ratio(craft_businesses_of_family, craft_businesses, per=100)


@named
def craft_family_businesses(craft_businesses_of_family: pd.Series) -> pd.Series:
    """Number of active businesses in each of the four families of trades."""
    return as_measured(craft_businesses_of_family)


@named
def craft_group_businesses(craft_businesses_of_group: pd.Series) -> pd.Series:
    """Number of active businesses in each of the twenty groups of trades."""
    return as_measured(craft_businesses_of_group)


@named
def craft_legal_form_share_pct(
    craft_businesses_of_form: pd.Series, craft_businesses: pd.Series
) -> pd.Series:
    """Share of the businesses of each legal form, in percent, 0 to 100."""
    return ratio(craft_businesses_of_form, craft_businesses, per=100)


@named
def craft_business_age_share_pct(
    craft_businesses_of_age: pd.Series, craft_businesses: pd.Series
) -> pd.Series:
    """Share of the businesses in each band of years since registration, in percent, 0 to 100."""
    return ratio(craft_businesses_of_age, craft_businesses, per=100)


@named
def craft_size_share_pct(
    craft_businesses_of_size: pd.Series, craft_workforce_known: pd.Series
) -> pd.Series:
    """Share of each size among the businesses of known workforce, in percent, 0 to 100."""
    return ratio(craft_businesses_of_size, craft_workforce_known, per=100)


@named
def craft_employer_share_pct(
    craft_employers: pd.Series, craft_workforce_known: pd.Series
) -> pd.Series:
    """Share of businesses with an employee, among those whose workforce is filled in, 0 to 100."""
    return ratio(craft_employers, craft_workforce_known, per=100)


@named
def craft_employees(craft_employees: pd.Series) -> pd.Series:
    """Employees of the businesses whose workforce is filled in: a lower bound of all employees."""
    return as_measured(craft_employees)


@named
def craft_employees_per_employer(
    craft_employees: pd.Series, craft_employers: pd.Series
) -> pd.Series:
    """Mean number of employees of a business that has at least one; 1 or more."""
    return ratio(craft_employees, craft_employers)


@named
def craft_apprentices_per_100(
    craft_apprentices: pd.Series, craft_apprentices_known: pd.Series
) -> pd.Series:
    """Apprentices for 100 businesses whose number of apprentices is filled in."""
    return ratio(craft_apprentices, craft_apprentices_known, per=100)


@named
def owners_55_plus_share_pct(
    craft_owners_55_plus: pd.Series, craft_owners_age_known: pd.Series
) -> pd.Series:
    """Share of heads of business aged 55 or more among those of known age, in percent, 0 to 100."""
    return ratio(craft_owners_55_plus, craft_owners_age_known, per=100)


@named
def owners_age_share_pct(
    craft_owners_of_age: pd.Series, craft_owners_age_known: pd.Series
) -> pd.Series:
    """Share of heads of business in each age band; the bands add up to 100."""
    return ratio(craft_owners_of_age, craft_owners_age_known, per=100)


@named
def owners_age_missing_pct(
    craft_businesses: pd.Series, craft_owners_age_known: pd.Series
) -> pd.Series:
    """Share of active businesses whose head's age is unknown, in percent, 0 to 100."""
    return ratio(craft_businesses - craft_owners_age_known, craft_businesses, per=100)


@named
def female_owner_share_pct(
    craft_owners_female: pd.Series, craft_owners_sex_known: pd.Series
) -> pd.Series:
    """Share of women among heads of business of known sex, in percent, 0 to 100."""
    return ratio(craft_owners_female, craft_owners_sex_known, per=100)


@named
def qualified_craft_share_pct(craft_qualified: pd.Series, craft_businesses: pd.Series) -> pd.Series:
    """Share of businesses whose head has a quality of craftsman on record, in percent, 0 to 100.

    A lower bound: no quality on record does not mean not qualified.
    """
    return ratio(craft_qualified, craft_businesses, per=100)
