"""Cohort components: survival, births and migration of each age group, assumed one by one.

Reference: Preston, Heuveline and Guillot 2001.
"""

from dataclasses import dataclass

import numpy as np

from ternois_analysis.methods.arrays import Array, Numbers, floats, refuse


@dataclass(frozen=True)
class CohortStep:
    """Women by age at the end of a step, births of the step, and girls among them."""

    end: Array
    births: float
    girls: float


def cohort_step(
    women: Numbers,
    survival: Numbers,
    survival_open: float,
    fertility: Numbers,
    net_migration: Numbers,
    survival_at_birth: float,
    years: float = 5,
    sex_ratio: float = 1.05,
) -> CohortStep:
    """One step of the cohort-component method, for women.

    Births come from the mean of the women at the start and of those at the end after ageing and
    migration. Migrants come at the end.

    Parameters
    ----------
    women : Series or array
        By age group, each `years` wide but the last, open.
    survival : Series or array
        Share of each group but the open one that reaches the next, per 1.
    survival_open : float
        Share of the open group that is still there at the end.
    fertility : Series or array
        Births a woman and year in each group.
    net_migration : Series or array
        Arrivals less departures over the step in each group.
    survival_at_birth : float
        Share of those born in the step who live at its end.
    years : float
        Length of the step.
    sex_ratio : float
        Boys born for one girl.

    Returns
    -------
    CohortStep
        Missing where what it comes from is missing.

    Raises
    ------
    SchemaError
        If there is not one survival less than groups, or the first group has births.
    """
    start, births_rate, arrivals = floats(women, fertility, net_migration)
    (lives,) = floats(survival)
    refuse(bool(births_rate[0] > 0), "Fertility of the youngest", "zero", float(births_rate[0]))
    refuse(lives.size != start.size - 1, "Survivals", "one less than groups", float(lives.size))
    end = np.append(0.0, start[:-1] * lives) + arrivals
    end[-1] += start[-1] * survival_open
    # The youngest have no child, and their number at the end is not known yet.
    fertile = births_rate[1:] != 0
    mothers = ((start + end) / 2)[1:][fertile]
    births = float(years * (mothers @ births_rate[1:][fertile]))
    girls = births / (1 + sex_ratio)
    end[0] += girls * survival_at_birth
    return CohortStep(end=end, births=births, girls=girls)
