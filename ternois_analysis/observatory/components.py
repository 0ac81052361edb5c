"""Cohort components of a small territory: levels of mortality and fertility from its totals."""

import numpy as np
import pandas as pd

from ternois_analysis.catalog.scenarios import scenarios
from ternois_analysis.methods.arrays import Array
from ternois_analysis.methods.cohorts import cohort_step
from ternois_analysis.methods.vital_rates import fitted_fertility, fitted_survival

#: Years between the two censuses of the totals of births and deaths, and width of a step.
_CIVIL, _STEP = 6, 5
#: Boys born for one girl.
_RATIO = 1.05


def projected(
    before: pd.DataFrame, now: pd.DataFrame, births: float, deaths: float, steps: int,
    migration: float = 1.0,
) -> list[float]:  # fmt: skip
    """Total populations after each step, the vital rates of the last one held constant.

    Deaths at the observed level follow Gompertz's law, alike for both sexes; births have the shape
    of the catalogue; what is left of the change of each cohort is migration, held too.

    Parameters
    ----------
    before, now : DataFrame
        Age groups × women and men, five years apart.
    births, deaths : float
        Over the six years between two censuses.
    steps : int
        Of five years.
    migration : float
        Part of the observed migration that goes on, per 1.

    Returns
    -------
    list of float
        Missing where a count is.
    """
    facts = scenarios().projection
    five = np.array([births, deaths]) * _STEP / _CIVIL
    both = before.sum(axis=1, skipna=False)
    if np.isnan([*five, *both, *now.to_numpy().ravel()]).any() or not 0 < five[1] < both.sum():
        return [float("nan")] * steps
    lives = fitted_survival(both, float(five[1]), facts.mortality.value / 100)
    # Of a new cohort, nearly all live to the end of the step: the law's value at the lowest age.
    infant = float(lives[0] ** 0.5)
    shape = np.array([facts.fertility.get(str(group), 0.0) for group in now.index])
    start, end = before["women"].to_numpy(float), now["women"].to_numpy(float)
    rates = fitted_fertility(start, end, float(five[0]), shape)
    girls = float(five[0]) / (1 + _RATIO)
    net = {
        "women": end - _survivors(start, lives, girls * infant),
        "men": now["men"].to_numpy(float)
        - _survivors(before["men"].to_numpy(float), lives, girls * _RATIO * infant),
    }
    women, men, totals = end, now["men"].to_numpy(float), []
    for _ in range(steps):
        step = cohort_step(
            women, lives[:-1], float(lives[-1]), rates, migration * net["women"], infant,
            _STEP, _RATIO,
        )  # fmt: skip
        boys = (step.births - step.girls) * infant
        men = np.maximum(_survivors(men, lives, boys) + migration * net["men"], 0.0)
        women = np.maximum(step.end, 0.0)
        totals.append(float(women.sum() + men.sum()))
    return totals


def _survivors(start: Array, lives: Array, born: float) -> Array:
    """Who is left of each group one step later, in the next one, with those born meanwhile."""
    end = np.append(born, start[:-1] * lives[:-1])
    end[-1] += start[-1] * lives[-1]
    return end
