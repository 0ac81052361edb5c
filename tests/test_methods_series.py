"""Quarterly series and classes for maps."""

import numpy as np
import pandas as pd
import pytest
from oracles import example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.classes import goodness_of_fit, jenks
from ternois_analysis.methods.series import (
    decomposition,
    four_quarter_sums,
    net_balance,
    seasonality_p,
    year_on_year,
)


@pytest.fixture
def quarters():
    index = pd.PeriodIndex(pd.period_range("2023Q1", periods=12, freq="Q"))
    return pd.Series(example("seasonal_classical")["series"], index=index)


def test_decomposition_matches_the_worked_example(quarters):
    e = example("seasonal_classical")
    trend = np.array(e["trend_2x4"], dtype=float)
    for model, factors, adjusted in [
        ("additive", "add_factors", "SA_add"),
        ("multiplicative", "mult_factors", "SA_mult"),
    ]:
        found = decomposition(quarters, model)
        np.testing.assert_allclose(found["trend"], trend, rtol=0, atol=1e-6)
        np.testing.assert_allclose(found["seasonal"], e[factors] * 3, rtol=0, atol=1e-6)
        np.testing.assert_allclose(found["adjusted"], e[adjusted], rtol=0, atol=1e-6)
        assert found.index.equals(quarters.index)


def test_sums_and_changes_match_the_worked_example(quarters):
    e = example("growth_measures")
    sums = four_quarter_sums(quarters)
    assert sums.iloc[-1] == e["rolling4_sum_last"]
    assert sums.isna().sum() == 3
    found = [year_on_year(each)["change_pct"].iloc[-1] for each in (sums, quarters)]
    expected = [e["rolling4_yoy_pct"], e["yoy_q12_pct"]]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_the_interval_of_a_change_is_that_of_the_two_counts(quarters):
    e = example("poisson_two_counts")
    last = year_on_year(four_quarter_sums(quarters)).iloc[-1]
    expected = [100 * (bound - 1) for bound in e["ci_ratio"]]
    np.testing.assert_allclose(last[["low", "high"]], expected, rtol=0, atol=1e-4)
    assert last["p"] == pytest.approx(e["p_exact"], abs=1e-6)


def test_a_missing_quarter_breaks_the_sums_that_hold_it(quarters):
    quarters.iloc[5] = np.nan
    assert four_quarter_sums(quarters).isna().tolist() == [True] * 3 + [False] * 2 + [True] * 4 + (
        [False] * 3
    )


def test_a_change_is_missing_without_its_quarter_a_year_before(quarters):
    quarters.iloc[1] = np.nan
    assert year_on_year(quarters)["change_pct"].isna().tolist() == [True] * 4 + [False, True] + (
        [False] * 6
    )


def test_a_change_from_no_event_has_no_figure_but_a_test():
    found = year_on_year(pd.Series([0, 1, 1, 1, 5])).iloc[-1]
    assert found[["change_pct", "high"]].isna().all()
    assert found["p"] == pytest.approx(0.0625)


def test_a_series_with_a_gap_is_not_decomposed(quarters):
    quarters.iloc[2] = np.nan
    with pytest.raises(SchemaError, match="no missing quarter"):
        decomposition(quarters)


def test_a_series_of_one_year_is_not_decomposed(quarters):
    with pytest.raises(SchemaError, match=r"two or more.*Found: 1\.75"):
        decomposition(quarters.iloc[:7])


def test_a_zero_cannot_have_a_multiplicative_season(quarters):
    quarters.iloc[2] = 0
    with pytest.raises(SchemaError, match="above zero"):
        decomposition(quarters, "multiplicative")


def test_a_season_that_ranks_alike_for_four_years_is_found():
    # Four blocks of four in perfect agreement: chi-square 12, three degrees of freedom.
    season = pd.Series([8.0, -2, -9, 3] * 5) + np.arange(20)
    assert seasonality_p(season) == pytest.approx(0.007383, abs=1e-6)


def test_growth_alone_is_no_season():
    rng = np.random.default_rng(12)
    assert seasonality_p(pd.Series(np.arange(40) * 3 + rng.normal(size=40))) > 0.05


def test_three_years_are_too_few_to_test_a_season(quarters):
    with pytest.raises(SchemaError, match="five or more"):
        seasonality_p(quarters)


def test_a_net_balance_has_the_range_of_two_random_flows():
    low, high = net_balance(100, 80)
    # Variance 180: about 20 ± 1.96 × 13.4.
    assert (low, high) == (-6.0, 46.0)


def test_a_flow_of_zero_leaves_the_range_of_the_other():
    # A Poisson count of mean 3 lies between 0 and 7 with at least 95 %.
    assert net_balance(3, 0) == (0.0, 7.0)
    assert net_balance(0, 3) == (-7.0, 0.0)


def test_two_flows_of_zero_tell_nothing():
    assert np.isnan(net_balance(0, 0)).all()


def test_natural_breaks_match_the_worked_example():
    e = example("jenks")
    found = jenks(e["x"], e["k"])
    assert list(found.upper) == e["upper_bounds"]
    assert found.within == pytest.approx(e["SSW"], abs=1e-6)
    assert found.goodness_of_fit == pytest.approx(e["GVF"], abs=1e-6)


def test_no_other_cut_beats_natural_breaks():
    rng = np.random.default_rng(5)
    x = np.sort(rng.normal(size=14).round(1))
    best = max(
        goodness_of_fit(x, (a, b)) for a in np.unique(x)[1:] for b in np.unique(x)[1:] if a < b
    )
    assert jenks(x, 3).goodness_of_fit == pytest.approx(best, abs=1e-12)


def test_repeated_values_weigh_as_often_as_they_come():
    # 0 five times, 4 and 6 once: cutting after 0 leaves 2, cutting after 4 leaves 5 × 4/6 × 4.
    assert jenks([0, 0, 0, 0, 0, 4, 6], 2).upper == (0.0, 6.0)
    assert jenks([0, 0, 0, 0, 0, 4, 6], 2).within == pytest.approx(2.0)


def test_missing_values_have_no_class():
    assert jenks([1, np.nan, 2, 9], 2).upper == (2.0, 9.0)


def test_more_classes_than_values_are_refused():
    with pytest.raises(SchemaError, match="1 to 2 classes"):
        jenks([1, 1, 2], 3)


def test_a_value_on_a_break_belongs_to_the_class_above():
    assert goodness_of_fit([1, 1, 2, 2], (2,)) == 1.0


def test_equal_values_have_no_goodness_of_fit():
    assert np.isnan(goodness_of_fit([3, 3], (2,)))
    assert np.isnan(jenks([3, 3], 1).goodness_of_fit)
