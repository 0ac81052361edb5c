"""Survival and fertility by age that give known numbers of deaths and births.

A small territory has its totals of births and deaths, not their ages: the shapes are assumed, the
levels come from the totals. References: Gompertz 1825; Preston, Heuveline and Guillot 2001.
"""

import numpy as np

from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.methods.arrays import Array, Numbers, floats, refuse


def gompertz_survival(groups: int, level: float, slope: float, years: float = 5) -> Array:
    """Share of each age group that lives to the end of a step of one group's width.

    Parameters
    ----------
    groups : int
        How many, each `years` wide, the last open.
    level : float
        Yearly probability density of dying at birth's age, extrapolated (above 0).
    slope : float
        Rise of mortality with each year of age, per 1: 0.1 for 10 %.
    years : float
        Width of a group and length of the step.

    Returns
    -------
    array
        exp(−years × level × e^(slope × age)), the age being that of the middle of the group in the
        middle of the step.
    """
    ages = years * (np.arange(groups) + 1.0)
    return np.asarray(np.exp(-years * level * np.exp(slope * ages)))


def fitted_survival(population: Numbers, deaths: float, slope: float, years: float = 5) -> Array:
    """The survivals under which a population would have had a number of deaths in a step.

    Parameters
    ----------
    population : Series or array
        Persons by age group at the start.
    deaths : float
        Over the step, above zero and below the population.
    slope, years
        As in `gompertz_survival`.

    Raises
    ------
    SchemaError
        If the deaths are out of bounds.
    """
    from scipy.optimize import brentq

    (persons,) = floats(population)
    total = float(persons.sum())
    if not 0 < deaths < total:
        raise SchemaError(
            explain("Deaths to fit a survival to", expected=f"above 0, below {total:.0f}",
                    found=deaths, do="Check births and deaths.")
        )  # fmt: skip

    def gap(logarithm: float) -> float:
        lives = gompertz_survival(persons.size, float(np.exp(logarithm)), slope, years)
        return float(persons @ (1 - lives)) - deaths

    return gompertz_survival(persons.size, float(np.exp(brentq(gap, -30.0, 5.0))), slope, years)


def fitted_fertility(
    women_before: Numbers, women_after: Numbers, births: float, shape: Numbers, years: float = 5
) -> Array:
    """Births a woman and year by age group, in a given shape, that add up to a number of births.

    Parameters
    ----------
    women_before, women_after : Series or array
        Women by age group at the start and at the end of a step.
    births : float
        Over the step.
    shape : Series or array
        Relative fertility of each group, zero or more, zero for the youngest.
    years : float
        Length of the step.

    Returns
    -------
    array
        Missing where there is no woman of fertile age.
    """
    start, end, weights = floats(women_before, women_after, shape)
    refuse(weights < 0, "Shape of fertility", "zero or more", weights)
    exposed = float(years * ((start + end) / 2) @ weights)
    return np.asarray(weights * (births / exposed if exposed > 0 else np.nan))
