"""Survival of businesses, with and without late entry."""

import numpy as np
import pytest
from oracles import example
from scipy import stats

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.survival import (
    at_risk,
    kaplan_meier,
    log_rank,
    restricted_mean,
    survival_at,
)


@pytest.fixture
def curve():
    e = example("kaplan_meier")
    return kaplan_meier(e["months"], e["closed"])


def test_survival_matches_the_worked_example(curve):
    e = example("kaplan_meier")
    table = curve[curve["closures"] > 0].reset_index().to_numpy(dtype=float)
    np.testing.assert_allclose(table, e["table_t_n_d_S_se_lo_hi"], rtol=0, atol=1e-6)


def test_mean_survival_within_three_years_matches_the_worked_example(curve):
    assert restricted_mean(curve, 36) == pytest.approx(example("kaplan_meier")["rmst_36"], abs=1e-9)


def test_mean_survival_before_the_first_closure_is_the_whole_time(curve):
    assert restricted_mean(curve, 5) == 5.0


def test_survival_matches_the_empirical_distribution_of_scipy(curve):
    e = example("kaplan_meier")
    months, closed = np.array(e["months"]), np.array(e["closed"])
    theirs = stats.ecdf(stats.CensoredData(months[closed == 1], right=months[closed == 0])).sf
    ages = np.array([1.0, 6, 9, 15, 24, 30, 36])
    ours = [survival_at(curve, age)["survival"] for age in ages]
    np.testing.assert_allclose(ours, theirs.evaluate(ages), rtol=0, atol=1e-12)


def test_a_late_entry_is_at_risk_only_after_it():
    # Ages 2, 3, 4, 5 all closed; the third enters at 2.5 and the fourth at 3.
    # At 2: two at risk, S = 1/2. At 3: the second and third, S = 1/4. At 4: third and fourth, 1/8.
    found = kaplan_meier([2, 3, 4, 5], [1, 1, 1, 1], entry=[0, 0, 2.5, 3])
    assert found["at_risk"].tolist() == [2, 2, 2, 1]
    np.testing.assert_allclose(found["survival"], [1 / 2, 1 / 4, 1 / 8, 0], atol=1e-12)


def test_number_at_risk_counts_who_is_observed_just_before():
    assert at_risk([2, 3, 4, 5], 3, entry=[0, 0, 2.5, 3]) == 2
    assert at_risk([36, 36, 20], 36) == 2


def test_survival_is_unknown_after_the_end_of_follow_up(curve):
    assert survival_at(curve, 36)["survival"] == pytest.approx(0.54)
    assert survival_at(curve, 37).isna().all()
    assert np.isnan(restricted_mean(curve, 37))


def test_nobody_left_alive_stays_so_for_good():
    found = kaplan_meier([1, 2], [1, 1])
    assert survival_at(found, 9)["survival"] == 0.0
    assert np.isnan(survival_at(found, 9)["low"])
    assert restricted_mean(found, 9) == pytest.approx(1.5)


def test_survival_before_the_first_closure_is_whole_without_interval(curve):
    row = survival_at(curve, 5.9)
    assert row["survival"] == 1.0
    assert row[["se", "low", "high"]].isna().all()


def test_a_group_without_closure_survives_whole_to_the_end():
    found = kaplan_meier([12, 24], [0, 0])
    assert found.index.tolist() == [24.0]
    assert found["survival"].tolist() == [1.0]
    assert found[["low", "high"]].isna().all(axis=None)


def test_the_log_rank_test_matches_the_worked_example():
    e = example("logrank")
    found = log_rank(e["T1"], e["d1"], e["T2"], e["d2"])
    assert found.chi2 == pytest.approx(e["chi2"], abs=1e-6)
    assert found.p == pytest.approx(e["p"], abs=1e-6)


@pytest.mark.parametrize(
    ("lives", "message"),
    [
        (([1, np.nan], [1, 0]), "known and above zero"),
        (([1, 2], [1, 2]), "0 or 1"),
        (([1, 2], [1, 0], [0, 2]), "before the end"),
        (([], []), "one at least"),
    ],
)
def test_impossible_lives_are_refused(lives, message):
    with pytest.raises(SchemaError, match=message):
        kaplan_meier(*lives)
