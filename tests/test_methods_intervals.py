"""Intervals for small counts, against worked examples and against statsmodels."""

import numpy as np
import pandas as pd
import pytest
from oracles import example
from scipy import stats
from statsmodels.stats import proportion

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.comparisons import count_ratio, newcombe
from ternois_analysis.methods.intervals import byar, clopper_pearson, poisson_exact, wilson

SHARES = ["17_450", "0_12", "12_12", "165_900", "3_14"]


def close(found, expected, atol=1e-6):
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=0, atol=atol)


@pytest.mark.parametrize("name", SHARES)
@pytest.mark.parametrize("method", [wilson, clopper_pearson])
def test_intervals_of_a_share_match_the_worked_examples(name, method):
    e = example(f"proportion_{name}")
    close(method(e["k"], e["n"]), e[method.__name__])


@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
@pytest.mark.parametrize(("method", "theirs"), [(wilson, "wilson"), (clopper_pearson, "beta")])
def test_intervals_of_a_share_match_statsmodels_for_all_counts(method, theirs, level):
    k = np.arange(0, 21)
    expected = proportion.proportion_confint(k, 20, alpha=1 - level, method=theirs)
    close(method(k, 20, level), expected, atol=1e-9)


@pytest.mark.parametrize("count", [0, 3, 17, 45])
def test_intervals_of_a_number_of_events_match_the_worked_examples(count):
    e = example(f"poisson_ci_{count}")
    close(poisson_exact(e["k"]), e["exact"])
    close(byar(e["k"]), e["byar"])


def test_all_or_none_reaches_the_end_of_the_scale_exactly():
    n = np.arange(1, 500)
    assert set(np.asarray(wilson(n, n).high)) == {1.0}
    assert set(np.asarray(wilson(0 * n, n).low)) == {0.0}


def test_the_exact_poisson_bounds_leave_the_tail_they_promise():
    low, high = poisson_exact(17, 0.9)
    assert stats.poisson.sf(16, low) == pytest.approx(0.05, abs=1e-9)
    assert stats.poisson.cdf(17, high) == pytest.approx(0.05, abs=1e-9)


def test_series_come_back_with_their_index():
    k = pd.Series([17, 0], index=["62767", "80810"])
    n = pd.Series([450, 12], index=["62767", "80810"])
    bounds = wilson(k, n)
    assert bounds.low.index.tolist() == ["62767", "80810"]
    close(bounds.high, [0.059662, 0.242494])


@pytest.mark.parametrize("method", [wilson, clopper_pearson])
@pytest.mark.parametrize(("k", "n"), [(0, 0), (np.nan, 5), (1, np.nan), (0, np.nan)])
def test_a_share_without_trial_or_with_a_missing_count_has_no_interval(method, k, n):
    assert np.isnan(method([k, 1], [n, 2]).low).tolist() == [True, False]
    assert np.isnan(method([k, 1], [n, 2]).high).tolist() == [True, False]


@pytest.mark.parametrize("method", [poisson_exact, byar])
def test_a_missing_number_of_events_has_no_interval(method):
    low, high = method([np.nan, 0])
    assert np.isnan(low).tolist() == [True, False]
    assert np.isnan(high).tolist() == [True, False]


def test_more_successes_than_trials_are_refused():
    with pytest.raises(SchemaError, match=r"at most the trials.*Found: 6 at position 1"):
        wilson([1, 6], [5, 5])


def test_negative_events_are_refused():
    with pytest.raises(SchemaError, match="zero or more"):
        byar([-1])


def test_a_part_equal_to_its_whole_up_to_rounding_is_taken():
    assert wilson(0.1 + 0.2, 0.3).high == 1.0


def test_bounds_of_byar_stay_above_zero_at_any_level():
    assert byar(1, 0.9999).low == 0.0


def test_the_difference_of_two_shares_matches_the_worked_example():
    e = example("newcombe_diff")
    close(newcombe(e["k1"], e["n1"], e["k2"], e["n2"]), e["diff_lo_hi"][1:])


def test_the_difference_of_two_shares_matches_statsmodels():
    for k1, k0 in [(0, 3), (8, 0), (12, 9)]:
        theirs = proportion.confint_proportions_2indep(
            k1, 12, k0, 9, method="newcomb", compare="diff"
        )
        close(newcombe(k1, 12, k0, 9), theirs, atol=1e-9)


def test_a_difference_with_an_empty_group_has_no_interval():
    assert np.isnan(newcombe(1, 2, 0, 0).low)


def test_columns_of_a_difference_with_other_indexes_are_refused():
    a, b = pd.Series([1.0], index=["a"]), pd.Series([2.0], index=["b"])
    with pytest.raises(SchemaError, match="the same index"):
        newcombe(a, a, b, b)


def test_two_counts_of_the_worked_example_do_not_differ():
    e = example("poisson_two_counts")
    found = count_ratio(e["k1"], e["k0"])
    close([found.ratio, found.p, found.low, found.high], [e["ratio"], e["p_exact"], *e["ci_ratio"]])


def test_exposures_scale_the_ratio_of_two_counts():
    found, plain = count_ratio(20, 10, 2, 1), count_ratio(20, 10)
    assert found.ratio == pytest.approx(1.0)
    assert found.low == pytest.approx(plain.low / 2)
    assert found.p == pytest.approx(stats.binomtest(20, 30, 2 / 3).pvalue)


def test_a_ratio_to_no_event_has_no_upper_bound():
    found = count_ratio(5, 0)
    assert np.isnan(found.ratio)
    assert np.isnan(found.high)
    # All five of five on one side: the exact lower bound of the share is 0.025 ** (1 / 5).
    share = 0.025**0.2
    assert found.low == pytest.approx(share / (1 - share))
    assert found.p == pytest.approx(0.0625)


def test_two_empty_counts_say_nothing():
    found = count_ratio(0, 0)
    assert np.isnan([found.ratio, found.low, found.high]).all()
    assert found.p == 1.0


@pytest.mark.parametrize("counts", [(1.5, 2), (-1, 2), (np.nan, 2)])
def test_counts_that_are_not_whole_are_refused(counts):
    with pytest.raises(SchemaError, match="whole numbers"):
        count_ratio(*counts)
