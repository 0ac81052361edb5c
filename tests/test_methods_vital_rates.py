"""Survival and fertility in an assumed shape give back the deaths and births that were counted."""

import math

import numpy as np
import pytest

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.vital_rates import (
    fitted_fertility,
    fitted_survival,
    gompertz_survival,
)

PERSONS = np.array([500.0, 480, 450, 400, 300, 120, 30])


def test_mortality_rises_by_a_constant_rate_with_age():
    found = gompertz_survival(3, 0.0001, 0.1)
    # The middle of the first group in the middle of the step is 5 years old.
    assert found[0] == pytest.approx(math.exp(-5 * 0.0001 * math.exp(0.5)), abs=1e-12)
    hazards = -np.log(found)
    assert hazards[1:] / hazards[:-1] == pytest.approx([math.exp(0.5)] * 2)


def test_the_fitted_survival_gives_back_the_deaths():
    lives = fitted_survival(PERSONS, 90, 0.1)
    assert PERSONS @ (1 - lives) == pytest.approx(90, abs=1e-6)
    assert (np.diff(lives) < 0).all()


@pytest.mark.parametrize("deaths", [0, -1, PERSONS.sum()])
def test_deaths_out_of_bounds_are_refused(deaths):
    with pytest.raises(SchemaError, match="Deaths"):
        fitted_survival(PERSONS, deaths, 0.1)


def test_the_fitted_fertility_gives_back_the_births_in_its_shape():
    before, after = np.array([0.0, 100, 80]), np.array([0.0, 120, 60])
    found = fitted_fertility(before, after, 45, [0, 1, 0.5])
    # 5 × (110 × f + 70 × f / 2) = 45.
    assert found == pytest.approx([0, 45 / 725, 22.5 / 725])


def test_without_women_of_fertile_age_fertility_is_missing():
    assert np.isnan(fitted_fertility([5.0, 0, 0], [5.0, 0, 0], 3, [0, 1, 1])[1])


def test_a_negative_shape_is_refused():
    with pytest.raises(SchemaError, match="Shape"):
        fitted_fertility([1.0, 1], [1.0, 1], 3, [0, -1])
