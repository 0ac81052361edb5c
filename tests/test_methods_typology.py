"""Axes, classes of units, their steadiness, and what sets them apart."""

import numpy as np
import pandas as pd
import pytest
from oracles.evaluation import evaluation_example
from scipy.stats import norm

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.components import axes_to_keep, principal_components
from ternois_analysis.methods.profiles import (
    category_test_values,
    category_value,
    mean_test_values,
)
from ternois_analysis.methods.typology import (
    adjusted_rand,
    classify,
    inertia_gains,
    number_of_classes,
    stability,
    ward_heights,
)

CLOSE = {"rtol": 0, "atol": 1e-6}


@pytest.fixture
def table():
    return pd.DataFrame(evaluation_example("pca_ward")["X"], index=list("abcdef"))


@pytest.fixture
def axes(table):
    return principal_components(table)


@pytest.fixture
def three_groups():
    """Three far apart groups of 6, 5 and 4 points, in that order."""
    rng = np.random.default_rng(3)
    centres = np.repeat([[0, 0], [20, 0], [0, 20]], [6, 5, 4], axis=0)
    return pd.DataFrame(centres + rng.normal(size=(15, 2)))


def test_components_match_the_worked_example(axes):
    e = evaluation_example("pca_ward")
    np.testing.assert_allclose(axes.eigenvalues, e["eigenvalues"], **CLOSE)
    np.testing.assert_allclose(axes.loadings[1], e["loadings_axis1"], **CLOSE)
    np.testing.assert_allclose(axes.scores[1], e["scores_axis1"], **CLOSE)
    np.testing.assert_allclose(axes.cos2[1], e["cos2_axis1"], **CLOSE)
    np.testing.assert_allclose(axes.contributions_pct[1], e["contrib_axis1_pct"], **CLOSE)


def test_the_largest_loading_of_each_axis_is_positive(table):
    for signs in ([1, 1, 1], [-1, 1, -1], [-1, -1, 1]):
        loadings = principal_components(table * signs).loadings
        largest = loadings.abs().round(9).idxmax()
        assert all(loadings.loc[row, axis] > 0 for axis, row in largest.items())


def test_a_supplementary_unit_is_placed_without_moving_the_axes(table, axes):
    # The mean of the six units lies at the centre.
    more = pd.concat([table, pd.DataFrame([table.mean()], index=["mean"])])
    found = principal_components(more, active=pd.Series(more.index != "mean", index=more.index))
    np.testing.assert_allclose(found.eigenvalues, axes.eigenvalues, atol=1e-12)
    np.testing.assert_allclose(found.scores.loc["mean"], 0, atol=1e-12)
    assert "mean" not in found.contributions_pct.index


def test_a_unit_with_a_missing_variable_has_no_score_and_makes_no_axis(table, axes):
    more = pd.concat([table, pd.DataFrame([[1.0, np.nan, 50.0]], index=["g"])])
    found = principal_components(more)
    np.testing.assert_allclose(found.eigenvalues, axes.eigenvalues, atol=1e-12)
    assert found.scores.loc["g"].isna().all()


def test_a_variable_that_does_not_vary_weighs_on_no_axis(table, axes):
    found = principal_components(table.assign(same=0.1))
    np.testing.assert_allclose(found.eigenvalues, [*axes.eigenvalues, 0], atol=1e-12)
    np.testing.assert_allclose(found.loadings.loc["same", [1, 2, 3]], 0, atol=1e-12)


@pytest.mark.parametrize("kept", [slice(0, 1), slice(0, 0)])
def test_one_unit_or_none_has_no_axis(table, kept):
    found = principal_components(table.iloc[kept])
    assert found.eigenvalues.isna().all()
    assert found.scores.isna().all(axis=None)
    assert axes_to_keep(found.eigenvalues) == 0


def test_all_missing_has_no_axis(table):
    assert principal_components(table * np.nan).scores.isna().all(axis=None)


def test_axes_are_kept_above_one_or_above_the_broken_stick():
    # Four varying variables: sticks 25/12, 13/12, 7/12, 1/4.
    eigenvalues = pd.Series([1.9, 1.1, 0.7, 0.3])
    assert axes_to_keep(eigenvalues) == 2
    assert axes_to_keep(eigenvalues, "broken_stick") == 1
    assert axes_to_keep(pd.Series([2.2, 1.09, 0.5, 0.21]), "broken_stick") == 2


def test_ward_heights_match_the_worked_example(axes):
    e = evaluation_example("pca_ward")
    np.testing.assert_allclose(ward_heights(axes.scores), e["ward_heights"], **CLOSE)


def test_gains_of_inertia_add_up_to_the_whole(axes):
    # Six units, three standardised variables: 18.
    gains = inertia_gains(axes.scores)
    assert gains.sum() == pytest.approx(18)
    assert gains.index.tolist() == [2, 3, 4, 5, 6]
    assert gains[2] == pytest.approx(5.068324**2 / 2, abs=1e-5)


def test_two_classes_match_the_worked_example(axes):
    found = classify(axes.scores, 2)
    ours = found.astype(int).to_numpy()
    assert adjusted_rand(ours, evaluation_example("pca_ward")["clusters_k2"]) == 1.0
    assert found.tolist() == [2, 2, 1, 1, 1, 1]


def test_the_number_of_classes_leaves_the_smallest_share_of_inertia(axes, three_groups):
    # Shares left in the worked example: 0.29 for two, 0.36 for three, 0.67 for four.
    assert number_of_classes(axes.scores, fewest=2) == 2
    assert number_of_classes(axes.scores) == 3
    assert number_of_classes(three_groups, fewest=2) == 3


def test_classes_are_numbered_by_size(three_groups):
    found = classify(three_groups.iloc[::-1], 3)
    assert found.tolist() == [3] * 4 + [2] * 5 + [1] * 6


def test_consolidation_sends_each_unit_to_the_nearest_centre():
    rng = np.random.default_rng(8)
    points = pd.DataFrame(rng.normal(size=(40, 2)))
    found = classify(points, 4).astype(int)
    centres = points.groupby(found).mean()
    gaps = ((points.to_numpy()[:, None] - centres.to_numpy()) ** 2).sum(axis=2)
    np.testing.assert_array_equal(gaps.argmin(axis=1) + 1, found)


def test_a_unit_without_score_has_no_class(three_groups):
    three_groups.iloc[0, 1] = np.nan
    found = classify(three_groups, 3)
    assert found.isna().tolist() == [True] + [False] * 14


def test_small_territories_have_as_many_classes_as_distinct_units():
    one = pd.DataFrame([[1.0, 2.0]])
    assert classify(one, 3).tolist() == [1]
    assert number_of_classes(one) == 1
    assert ward_heights(one).size == 0
    assert number_of_classes(one.iloc[:0]) == 0
    assert classify(one * np.nan, 3).isna().all()
    assert classify(pd.concat([one, one, one]), 2).tolist() == [1, 1, 1]


def test_no_class_at_all_is_refused(three_groups):
    with pytest.raises(SchemaError, match="one or more"):
        classify(three_groups, 0)


def test_the_adjusted_rand_index_matches_a_count_by_hand():
    # Contingency [[2, 1], [0, 3]]: 4 pairs together in both; 6 and 7 in each, of 15.
    # (4 − 2.8) / (6.5 − 2.8) = 12/37.
    assert adjusted_rand([1, 1, 1, 2, 2, 2], [1, 1, 2, 2, 2, 2]) == pytest.approx(12 / 37)


def test_partitions_that_chance_cannot_vary_have_no_index():
    assert np.isnan(adjusted_rand([1, 1, 1], [2, 2, 2]))
    assert np.isnan(adjusted_rand([1, 2, 3], [3, 1, 2]))
    assert np.isnan(adjusted_rand([1], [1]))


def test_far_apart_groups_are_steady_and_a_cloud_is_not(three_groups):
    assert stability(three_groups, 3, seed=1, draws=50).mean > 0.95
    cloud = pd.DataFrame(np.random.default_rng(2).normal(size=(60, 3)))
    found = stability(cloud, 5, seed=1, draws=50)
    assert found.low <= found.mean <= found.high
    assert found.mean < 0.6


def test_stability_repeats_with_its_seed(three_groups):
    cloud = three_groups / 10 + np.random.default_rng(4).normal(size=(15, 2))
    first = stability(cloud, 3, seed=5, draws=30)
    assert first == stability(cloud, 3, seed=5, draws=30)
    assert first != stability(cloud, 3, seed=6, draws=30)


def test_one_class_or_one_unit_has_no_steadiness(three_groups):
    assert np.isnan(stability(three_groups, 1, seed=1).mean)
    assert np.isnan(stability(three_groups.iloc[:1], 3, seed=1).mean)


def test_the_test_value_of_a_mean_matches_the_worked_example():
    e = evaluation_example("test_value")
    found = mean_test_values(pd.Series(e["x"]), pd.Series(e["in_class"]))
    assert found[True] == pytest.approx(e["v_test"], abs=1e-6)
    # Two classes: what one has above the mean the other has below.
    assert found[False] == pytest.approx(-e["v_test"], abs=1e-6)


def test_a_class_of_all_units_or_without_figures_has_no_test_value():
    classes = pd.Series([1, 1, 2])
    assert mean_test_values(pd.Series([1.0, 2, np.nan]), classes).isna().tolist() == [True, True]
    assert mean_test_values(pd.Series([0.1, 0.1, 0.1]), classes).isna().all()
    assert mean_test_values(pd.Series([5.0]), pd.Series([1])).isna().all()


def test_the_test_value_of_a_category_matches_the_worked_example():
    e = evaluation_example("test_value_category")
    found = category_value(e["n_joint"], e["n_class"], e["n_modality"], e["N"])
    assert found == pytest.approx(e["v_test"], abs=1e-6)
    assert norm.sf(found) == pytest.approx(e["p_upper"], abs=1e-6)


def test_a_category_absent_from_a_class_has_a_negative_test_value():
    # None of 3 among 6 where 3 have it: probability 1/20 = 0.05.
    assert category_value(0, 3, 3, 6) == pytest.approx(norm.ppf(0.05))
    assert category_value(3, 3, 3, 6) == pytest.approx(-norm.ppf(0.05))


def test_a_category_as_frequent_as_elsewhere_has_a_test_value_of_zero():
    assert category_value(1, 2, 2, 4) == 0.0


def test_a_category_of_all_or_none_has_no_test_value():
    assert np.isnan(category_value(0, 3, 0, 6))
    assert np.isnan(category_value(3, 3, 6, 6))
    assert np.isnan(category_value(2, 6, 2, 6))


def test_more_units_in_a_part_than_in_the_whole_are_refused():
    with pytest.raises(SchemaError, match="a part of all"):
        category_value(4, 3, 5, 6)


def test_every_category_is_tested_in_every_class():
    kinds = pd.Series(["farm", "farm", "farm", "town", "town", "town", None])
    classes = pd.Series([1, 1, 1, 2, 2, 2, 2])
    found = category_test_values(kinds, classes)
    expected = -norm.ppf(0.05)
    np.testing.assert_allclose(found, [[expected, -expected], [-expected, expected]])
