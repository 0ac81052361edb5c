"""Quotients, residuals, Krugman's index and diversity, against worked examples."""

import doctest
import importlib
import math

import numpy as np
import pandas as pd
import pytest
from oracles.analysis import example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.diversity import diversity
from ternois_analysis.methods.specialisation import (
    adjusted_residuals,
    krugman,
    krugman_interval,
    location_quotient,
    relative_entropy,
    structure_test,
)


def close(found, expected):
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=0, atol=1e-6)


def sectors():
    e = example("location_quotient")
    return pd.Series(e["local"], e["sectors"]), pd.Series(e["reference"], e["sectors"])


def test_quotients_and_their_interval_match_the_worked_example():
    e, found = example("location_quotient"), location_quotient(*sectors())
    close(found["quotient"], e["LQ"])
    close(found["low"], e["ci_low"])
    close(found["high"], e["ci_high"])
    assert found.index.tolist() == e["sectors"]


def test_a_reference_around_the_territory_is_taken_without_it():
    local, reference = sectors()
    inside = location_quotient(local, reference + local, against="around")
    pd.testing.assert_frame_equal(inside, location_quotient(local, reference))


def test_a_reference_known_without_error_leaves_only_the_territory_s_own():
    # ln-error of 20 among 100: √(1/20 − 1/100) = 0.2; the quotient is (20/100)/(1/10) = 2.
    found = location_quotient(pd.Series([20.0, 80]), pd.Series([1.0, 9]), against="known")
    spread = math.exp(1.959963984540054 * 0.2)
    close(found.iloc[0], [2, 2 / spread, 2 * spread])


def test_a_territory_larger_than_the_reference_around_it_is_refused():
    with pytest.raises(SchemaError, match="at most those around it"):
        location_quotient(pd.Series([5.0, 1]), pd.Series([4.0, 9]), against="around")


def test_a_sector_the_territory_lacks_has_a_quotient_of_zero_and_no_interval():
    found = location_quotient(pd.Series([0.0, 10]), pd.Series([5.0, 5]))
    assert found["quotient"].tolist() == [0, 2]
    assert np.isnan(found.loc[0, ["low", "high"]]).all()


def test_a_sector_the_reference_lacks_has_no_quotient():
    found = location_quotient(pd.Series([3.0, 7]), pd.Series([0.0, 5]))
    assert found["quotient"].isna().tolist() == [True, False]


def test_a_territory_of_one_sector_has_a_quotient_of_one():
    close(location_quotient(pd.Series([7.0]), pd.Series([50.0])).iloc[0], [1, 1, 1])


def test_residuals_and_their_test_match_the_worked_example():
    e = example("location_quotient")
    close(adjusted_residuals(*sectors()), e["adj_residuals"])
    found = structure_test(*sectors())
    assert found.chi2 == pytest.approx(e["chi2"], abs=1e-6)
    assert found.dof == 3


def test_the_p_value_of_two_degrees_of_freedom_is_an_exponential():
    # Expected 10, 10, 10: χ² = (25 + 0 + 25) / 10 = 5; with two degrees p = exp(−5/2).
    found = structure_test(pd.Series([5.0, 10, 15]), pd.Series([1.0, 1, 1]))
    assert found.chi2 == pytest.approx(5, abs=1e-12)
    assert found.p == pytest.approx(math.exp(-2.5), abs=1e-12)


def test_a_sector_nobody_has_does_not_count_in_the_test():
    assert structure_test(pd.Series([5.0, 5, 0]), pd.Series([1.0, 3, 0])).dof == 1


def test_a_sector_where_nothing_was_expected_leaves_no_test():
    found = structure_test(pd.Series([5.0, 5, 1]), pd.Series([1.0, 3, 0]))
    assert np.isnan([found.chi2, found.p]).all()


def test_krugman_index_matches_the_worked_examples_and_is_not_halved():
    e = example("concentration")
    shares = pd.Series(e["shares"]), pd.Series(e["reference_shares"])
    assert krugman(*shares) == pytest.approx(e["krugman"], abs=1e-6)
    assert krugman(*sectors()) == pytest.approx(example("location_quotient")["krugman"], abs=1e-6)


def test_krugman_index_of_no_sector_in_common_is_two():
    assert krugman(pd.Series([4.0, 0]), pd.Series([0.0, 9])) == 2


def test_krugman_interval_holds_the_index_and_is_the_same_each_time():
    found = krugman_interval(*sectors(), draws=999, seed=7)
    assert found.value == pytest.approx(0.134628, abs=1e-6)
    assert 0 <= found.low < found.value < found.high <= 2
    assert found == krugman_interval(*sectors(), draws=999, seed=7)
    assert found != krugman_interval(*sectors(), draws=999, seed=8)
    assert found.seed == 7


def test_one_unit_among_two_even_sectors_differs_by_one_by_chance_alone():
    # Drawn (1, 0) or (0, 1): |1 − ½| + |0 − ½| = 1 either way, and again in every draw.
    found = krugman_interval(pd.Series([1.0, 0]), pd.Series([3.0, 3]), draws=50)
    assert (found.value, found.low, found.high, found.by_chance) == (1, 1, 1, 1)


def test_chance_alone_is_drawn_from_the_shares_of_the_reference():
    # Two units, even sectors: (2,0), (1,1), (0,2) with ¼, ½, ¼, hence a mean index of ½.
    found = krugman_interval(pd.Series([2.0, 0]), pd.Series([1.0, 1]), draws=20_000, seed=1)
    assert found.by_chance == pytest.approx(0.5, abs=0.02)


def test_diversity_matches_the_worked_example():
    e = example("concentration")
    found = diversity(e["shares"])
    close(
        [found.hhi, found.hhi_normalised, found.effective, found.shannon],
        [e["HHI"], e["HHI_norm"], e["effective_number"], e["shannon"]],
    )
    close([found.evenness, found.effective_shannon], [e["pielou"], e["exp_shannon"]])


def test_counts_and_shares_have_the_same_diversity():
    a, b = diversity([32, 20, 48]), diversity([0.32, 0.2, 0.48])
    close([a.hhi, a.shannon, a.evenness], [b.hhi, b.shannon, b.evenness])


def test_one_sector_that_holds_all_is_as_concentrated_as_can_be():
    found = diversity([0, 9, 0])
    assert (found.hhi, found.hhi_normalised, found.effective) == (1, 1, 1)
    assert (found.shannon, found.evenness, found.parts) == (0, 0, 3)


def test_equal_sectors_are_as_diverse_as_can_be():
    found = diversity(pd.Series([5.0] * 4))
    close([found.hhi_normalised, found.evenness, found.effective_shannon], [0, 1, 4])


def test_a_single_sector_has_no_evenness():
    found = diversity([12])
    assert found.hhi == 1
    assert np.isnan([found.hhi_normalised, found.evenness]).all()


def test_relative_entropy_matches_the_worked_example():
    e = example("concentration")
    found = relative_entropy(pd.Series(e["shares"]), pd.Series(e["reference_shares"]))
    assert found == pytest.approx(e["KL_theil_vs_reference"], abs=1e-6)


def test_relative_entropy_of_a_sector_the_territory_lacks_adds_nothing():
    found = relative_entropy(pd.Series([0.0, 8]), pd.Series([5.0, 5]))
    assert found == pytest.approx(math.log(2), abs=1e-12)


def test_relative_entropy_to_a_reference_that_lacks_a_sector_is_missing():
    assert np.isnan(relative_entropy(pd.Series([1.0, 8]), pd.Series([0.0, 5])))


@pytest.mark.parametrize(
    ("local", "reference"),
    [([1.0, np.nan], [2.0, 2]), ([1.0, 1], [np.nan, 2.0]), ([0.0, 0], [1.0, 1])],
)
def test_a_missing_count_or_an_empty_territory_leaves_everything_missing(local, reference):
    pair = pd.Series(local), pd.Series(reference)
    assert location_quotient(*pair).isna().all(axis=None)
    assert adjusted_residuals(*pair).isna().all()
    found = krugman_interval(*pair, draws=10)
    test = structure_test(*pair)
    assert np.isnan([found.value, found.low, found.by_chance, test.chi2, test.p]).all()
    assert np.isnan([krugman(*pair), relative_entropy(*pair)]).all()


def test_diversity_of_nothing_and_of_a_missing_count_is_missing():
    for counts in ([0, 0], [1, np.nan]):
        found = diversity(counts)
        assert np.isnan([found.hhi, found.effective, found.shannon, found.evenness]).all()


def test_a_negative_count_is_refused():
    with pytest.raises(SchemaError, match="zero or more"):
        krugman(pd.Series([-1.0, 2]), pd.Series([1.0, 2]))
    with pytest.raises(SchemaError, match="zero or more"):
        diversity([-1, 2])


def test_the_example_in_the_docstring_of_diversity_runs():
    found = doctest.testmod(importlib.import_module("ternois_analysis.methods.diversity"))
    assert (found.attempted, found.failed) == (1, 0)
