"""Exits of owners, and transmission."""

import numpy as np
import pandas as pd
import pytest
from oracles.evaluation import evaluation_example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.exits import exits_interval, expected_exits, transmission


@pytest.fixture
def owners():
    e = evaluation_example("owners_exit")
    return pd.DataFrame(
        {"owners": e["owners"], "hazard": e["toy_annual_hazard"]}, index=e["groups"]
    )


def test_expected_exits_match_the_worked_example(owners):
    e = evaluation_example("owners_exit")
    found = expected_exits(owners["owners"], owners["hazard"], e["horizon_years"])
    np.testing.assert_allclose(found, e["exits5_static"], rtol=0, atol=1e-6)
    assert found.sum() == pytest.approx(e["total"], abs=1e-6)
    assert found.index.tolist() == e["groups"]


def test_the_simulated_interval_is_near_the_normal_one(owners):
    low, high = exits_interval(owners["owners"], owners["hazard"], 5, seed=1)
    leaving = expected_exits(owners["owners"], owners["hazard"], 5) / owners["owners"]
    half = 1.96 * np.sqrt((owners["owners"] * leaving * (1 - leaving)).sum())
    assert float(low) == pytest.approx(134.877 - half, abs=1.5)
    assert float(high) == pytest.approx(134.877 + half, abs=1.5)


def test_the_simulated_interval_repeats_with_its_seed(owners):
    def simulated(seeds):
        columns = owners["owners"], owners["hazard"]
        return [exits_interval(*columns, 5, seed=seed, draws=20) for seed in seeds]

    assert simulated([3] * 5) == simulated([3] * 5)
    assert simulated(range(5)) != simulated([3] * 5)


def test_certain_exits_and_certain_stays_have_no_spread():
    assert exits_interval([4, 7], [1.0, 0.0], 5, seed=1) == (4.0, 4.0)
    assert exits_interval([0, 0], [0.2, 0.3], 5, seed=1) == (0.0, 0.0)


def test_a_missing_age_group_leaves_the_total_unknown(owners):
    owners.loc["65+", "owners"] = np.nan
    found = expected_exits(owners["owners"], owners["hazard"], 5)
    assert found.isna().tolist() == [False] * 4 + [True]
    assert np.isnan(exits_interval(owners["owners"], owners["hazard"], 5, seed=1)).all()


def test_no_age_group_at_all_has_no_interval():
    assert np.isnan(exits_interval([], [], 5, seed=1)).all()


def test_transmission_matches_the_worked_example():
    e = evaluation_example("transmission_ISM2018")
    owners = pd.Series(
        [e["owners55_without_emp"], e["owners55_with_emp"]], index=["without", "with"]
    )
    # The survey's shares: sought × succeeded give the two probabilities of the example.
    sought, succeeded = [0.32, 0.64], [0.62, 0.75]
    assert np.multiply(sought, succeeded).tolist() == pytest.approx([e["p_no_emp"], e["p_emp"]])
    found = transmission(owners, sought, succeeded)
    assert found["transmitted"].sum() == pytest.approx(e["expected_transmitted"], abs=1e-6)
    assert found["at_risk"].sum() == pytest.approx(e["at_risk"], abs=1e-6)
    assert found.index.tolist() == ["without", "with"]


def test_transmission_of_a_missing_number_is_missing():
    found = transmission([np.nan, 0], 0.5, 0.5)
    assert found["at_risk"].isna().tolist() == [True, False]
    assert found["at_risk"].iloc[1] == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: expected_exits([-1], [0.1], 5), "zero or more"),
        (lambda: expected_exits([1], [1.1], 5), "0 to 1"),
        (lambda: expected_exits([1], [0.1], -5), "zero or more"),
        (lambda: exits_interval([1.5], [0.1], 5, seed=1), "whole"),
        (lambda: transmission([1], [1.5], [0.5]), "0 to 1"),
        (lambda: transmission([-1], [0.5], [0.5]), "zero or more"),
    ],
)
def test_impossible_exits_are_refused(call, message):
    with pytest.raises(SchemaError, match=message):
        call()
