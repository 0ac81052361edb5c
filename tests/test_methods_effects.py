"""Gaps between groups, what could have been seen, and what a programme cost."""

import numpy as np
import pytest
from oracles.evaluation import evaluation_example
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.effects import difference_in_differences, e_value, welch
from ternois_analysis.methods.funding import funding
from ternois_analysis.methods.intervals import wilson
from ternois_analysis.methods.power import (
    detectable_gap,
    detectable_shares,
    power_of_shares,
    standard_error,
)
from ternois_analysis.methods.strata import fisher, mantel_haenszel


@pytest.fixture
def did():
    e = evaluation_example("did")
    m, n, sd = e["means"], e["n"], e["sd_change"]
    return welch(m["T1"] - m["T0"], sd["T"], n["T"], m["C1"] - m["C0"], sd["C"], n["C"])


def test_the_difference_in_differences_matches_the_worked_example(did):
    e = evaluation_example("did")
    found = [did.gap, did.se, did.df, did.t, did.p, did.low, did.high]
    expected = [e["DiD"], e["se_welch"], e["df"], e["t"], e["p"], *e["ci95"]]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_the_detectable_gap_matches_the_worked_example(did):
    e = evaluation_example("did")
    assert detectable_gap(did.se) == pytest.approx(e["MDE_80"], abs=1e-6)
    assert standard_error(0.8, 17, 0.75, 51) == pytest.approx(e["se_welch"], abs=1e-6)
    assert np.isnan(detectable_gap(standard_error(0.8, 0, 0.75, 51)))


def test_the_difference_in_differences_of_units_is_welch_on_their_changes():
    before_1, after_1 = [1.0, 2, 4, 3], [2.0, 2, 7, 5]
    before_0, after_0 = [1.0, 2, 4], [1.0, 3, 4.5]
    found = difference_in_differences(before_1, after_1, before_0, after_0)
    theirs = stats.ttest_ind([1.0, 0, 3, 2], [0.0, 1, 0.5], equal_var=False)
    assert (found.t, found.p) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert (found.low, found.high) == pytest.approx(tuple(theirs.confidence_interval()))


def test_a_unit_without_one_of_its_two_figures_is_left_out():
    found = difference_in_differences([1, 2, np.nan], [2, 4, 9], [1, 1, 1], [1, 2, np.nan])
    assert found.gap == pytest.approx(1.5 - 0.5)


def test_a_group_of_none_has_no_gap_and_a_group_of_one_no_test():
    assert np.isnan(difference_in_differences([], [], [1, 2], [2, 4]).gap)
    assert np.isnan(difference_in_differences([np.nan], [1], [1, 2], [2, 4]).gap)
    alone = difference_in_differences([1], [4], [1, 2], [2, 4])
    assert alone.gap == pytest.approx(1.5)
    assert np.isnan([alone.se, alone.p, alone.low]).all()


def test_changes_that_never_vary_have_a_gap_without_test():
    found = difference_in_differences([1, 2], [2, 3], [1, 2], [1, 2])
    assert found.gap == 1.0
    assert np.isnan(found.p)


def test_a_negative_spread_is_refused():
    with pytest.raises(SchemaError, match="zero or more"):
        welch(1, -1, 5, 1, 1, 5)


def test_mantel_haenszel_matches_the_worked_example():
    e = evaluation_example("mantel_haenszel")
    found = mantel_haenszel(e["strata"])
    assert found.odds_ratio == pytest.approx(e["OR_MH"], abs=1e-6)
    assert found.risk_difference == pytest.approx(e["RD_MH"], abs=1e-6)


def test_the_interval_of_the_odds_ratio_is_that_of_statsmodels():
    strata = evaluation_example("mantel_haenszel")["strata"]
    theirs = StratifiedTable([np.array(s) for s in strata]).oddsratio_pooled_confint()
    found = mantel_haenszel(strata)
    assert (found.odds_low, found.odds_high) == pytest.approx(theirs, abs=1e-9)


def test_one_stratum_has_the_risk_difference_and_variance_of_its_table():
    # 12/20 against 30/80: 0.225; variance 0.6·0.4/20 + 0.375·0.625/80.
    found = mantel_haenszel([[[12, 8], [30, 50]]])
    half = stats.norm.ppf(0.975) * np.sqrt(0.6 * 0.4 / 20 + 0.375 * 0.625 / 80)
    assert found.risk_difference == pytest.approx(0.225)
    assert (found.risk_low, found.risk_high) == pytest.approx((0.225 - half, 0.225 + half))
    assert found.odds_ratio == pytest.approx(2.5)


def test_a_stratum_without_one_of_the_groups_does_not_count():
    with_it = mantel_haenszel([[[12, 8], [30, 50]], [[0, 0], [5, 5]], [[3, 1], [0, 0]]])
    assert with_it == mantel_haenszel([[[12, 8], [30, 50]]])


@pytest.mark.parametrize("strata", [[], [[[0, 0], [3, 2]]]])
def test_without_a_stratum_that_compares_all_is_missing(strata):
    found = mantel_haenszel(strata)
    assert np.isnan(list(vars(found).values())).all()


def test_strata_without_event_have_a_risk_difference_of_zero_and_no_odds_ratio():
    found = mantel_haenszel([[[0, 5], [0, 40]]])
    assert found.risk_difference == 0.0
    assert np.isnan([found.odds_ratio, found.odds_low, found.risk_low]).all()


def test_fisher_matches_the_worked_example():
    e = evaluation_example("fisher")
    found = fisher(e["table"])
    assert found.odds_ratio == pytest.approx(e["odds_ratio"], abs=1e-6)
    assert found.p == pytest.approx(e["p_two_sided"], abs=1e-6)
    assert found.risk_difference == pytest.approx(e["risk_diff"], abs=1e-6)


def test_fisher_of_two_opposite_groups_of_three_is_one_in_ten():
    found = fisher([[3, 0], [0, 3]])
    assert found.p == pytest.approx(0.1)
    assert np.isnan(found.odds_ratio)


def test_fisher_of_an_empty_group_is_missing_and_without_event_finds_nothing():
    assert np.isnan(fisher([[0, 0], [3, 3]]).p)
    assert fisher([[0, 4], [0, 9]]).p == 1.0


@pytest.mark.parametrize("table", [[[1, 2, 3], [4, 5, 6]], [[1.5, 2], [3, 4]], [[-1, 2], [3, 4]]])
def test_impossible_tables_are_refused(table):
    with pytest.raises(SchemaError):
        fisher(table)


def test_power_matches_the_worked_example():
    e = evaluation_example("power_two_prop")
    (k0, m0), (k1, m1) = e["p0_fraction"], e["p1_fraction_a"]
    found = [power_of_shares(p, e["n1"], k0 / m0, e["n0"]) for p in (k1 / m1, e["p1_b"])]
    np.testing.assert_allclose(found, [e["power_a"], e["power_b"]], rtol=0, atol=1e-6)


def test_a_detectable_share_is_found_with_the_power_asked_for():
    low, high = detectable_shares(17, 330 / 450, 450)
    assert power_of_shares(low, 17, 330 / 450, 450) == pytest.approx(0.8, abs=1e-6)
    assert power_of_shares(high, 17, 330 / 450, 450) == pytest.approx(0.8, abs=1e-6)
    assert low < 330 / 450 < high <= 1


def test_no_share_is_detectable_by_three_units_above_nine_tenths():
    low, high = detectable_shares(3, 0.9, 450)
    assert np.isnan(high)
    assert 0 < low < 0.9


def test_shares_at_the_end_and_empty_groups_have_a_missing_side():
    low, high = detectable_shares(17, 0.0, 450)
    assert np.isnan(low)
    assert 0 < high < 1
    assert np.isnan(detectable_shares(0, 0.5, 450)).all()
    assert np.isnan(power_of_shares(0.5, 17, np.nan, 450))
    assert np.isnan(power_of_shares(0.0, 17, 0.0, 450))


def test_a_share_above_one_has_no_power():
    with pytest.raises(SchemaError, match="0 to 1"):
        power_of_shares(1.2, 17, 0.5, 450)


def test_the_e_value_matches_the_worked_example():
    e = evaluation_example("e_value")
    (k1, n1), (k0, n0) = e["RR_numerator"], e["RR_denominator"]
    ratio = (k1 / n1) / (k0 / n0)
    assert ratio == pytest.approx(e["RR"], abs=1e-6)
    assert e_value(ratio).estimate == pytest.approx(e["E"], abs=1e-6)


def test_the_e_value_of_a_ratio_and_of_its_inverse_are_the_same():
    found, inverse = e_value(2.0, 1.5, 3.0), e_value(1 / 2, 1 / 3, 1 / 1.5)
    assert found.estimate == pytest.approx(2 + np.sqrt(2))
    assert found.limit == pytest.approx(1.5 + np.sqrt(0.75))
    assert (inverse.estimate, inverse.limit) == pytest.approx((found.estimate, found.limit))


def test_an_interval_that_holds_one_needs_no_hidden_cause():
    assert e_value(1.2, 0.9, 1.6).limit == 1.0
    assert e_value(0.8, 0.6, 1.1).limit == 1.0
    assert np.isnan(e_value(1.2).limit)


@pytest.mark.parametrize("ratio", [0.0, np.nan])
def test_a_ratio_of_zero_or_missing_has_no_e_value(ratio):
    assert np.isnan(e_value(ratio).estimate)


def test_coverage_and_funding_match_the_worked_example():
    e = evaluation_example("programme")
    found = funding(e["cost_total"], e["pays"], e["beneficiaries"])
    assert found.per_head_eur == e["per_head"]
    assert found.share_pct == pytest.approx(e["cofunding_rate_pct"])
    assert found.leverage == pytest.approx(e["leverage"])
    covered = 100 * np.array(wilson(e["beneficiaries"], e["eligible"]))
    np.testing.assert_allclose(covered, e["wilson_pct"], rtol=0, atol=1e-6)


def test_nobody_and_no_cost_have_no_funding_ratio():
    assert np.isnan(list(vars(funding(0, 0, 0)).values())).all()
    assert np.isnan(list(vars(funding(np.nan, np.nan, 3)).values())).all()


def test_a_funder_cannot_pay_more_than_the_cost():
    with pytest.raises(SchemaError, match="at most the cost"):
        funding(100, 101, 3)
