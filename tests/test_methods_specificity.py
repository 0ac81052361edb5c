"""Place among others, many tests at once, association: against worked examples."""

import numpy as np
import pandas as pd
import pytest
from oracles.analysis import example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.specificity import adjusted_p, association, specificity


def test_the_place_of_a_value_matches_the_worked_example():
    e = example("specificity")
    found = specificity(e["value"], e["reference"])
    np.testing.assert_allclose(
        [found.index, found.z, found.robust_z, found.percentile, found.size],
        [e["index_100"], e["z"], e["robust_z"], e["percentile_rank"], 10],
        rtol=0,
        atol=1e-6,
    )


def test_a_tie_does_not_lie_below():
    assert specificity(2, [1, 2, 2, 3]).percentile == 25


def test_others_without_a_value_are_left_out_and_not_counted():
    assert specificity(2, [1, np.nan, 3]) == specificity(2, [1, 3])
    assert specificity(2, pd.Series([1, None, 3], dtype="Int64")).size == 2


def test_others_that_do_not_vary_give_no_score():
    found = specificity(5, [0.1] * 3)
    assert np.isnan([found.z, found.robust_z]).all()
    assert found.percentile == 100


def test_others_mostly_equal_have_a_score_but_no_robust_one():
    found = specificity(5, [2, 2, 2, 2, 3])
    assert np.isnan(found.robust_z)
    assert found.z == pytest.approx(2.8 / np.sqrt(0.2), abs=1e-12)


def test_one_other_gives_an_index_and_no_score():
    found = specificity(3, [2])
    assert found.index == 150
    assert np.isnan([found.z, found.robust_z]).all()


@pytest.mark.parametrize("others", [[0, 0, 1], [-3, -2, -1]])
def test_a_median_that_is_not_above_zero_has_no_index(others):
    assert np.isnan(specificity(1, others).index)


@pytest.mark.parametrize(("value", "others"), [(np.nan, [1, 2]), (1, []), (1, [np.nan])])
def test_without_a_value_or_others_all_is_missing(value, others):
    found = specificity(value, others)
    assert np.isnan([found.index, found.z, found.robust_z, found.percentile]).all()


def test_adjusted_p_values_match_the_worked_example_in_any_order():
    e = example("bh_fdr")
    order = np.random.default_rng(3).permutation(10)
    found = adjusted_p(np.array(e["p"])[order])
    np.testing.assert_allclose(found, np.array(e["adjusted"])[order], rtol=0, atol=1e-6)
    assert np.count_nonzero(found <= 0.05) == e["rejected_5pct"]


def test_a_missing_p_value_is_not_a_test():
    found = adjusted_p(pd.Series([0.01, np.nan, 0.04], ["a", "b", "c"]))
    assert found["a"] == pytest.approx(0.02)
    assert found.isna().to_dict() == {"a": False, "b": True, "c": False}


def test_one_p_value_is_left_as_it_is_and_none_stays_none():
    assert adjusted_p([0.03]).tolist() == [0.03]
    assert np.isnan(adjusted_p([np.nan])).all()


def test_a_p_value_above_one_is_refused():
    with pytest.raises(SchemaError, match="from 0 to 1"):
        adjusted_p([0.5, 1.2])


def test_association_matches_the_worked_example():
    e = example("chi2_cramer")
    found = association(e["table"])
    np.testing.assert_allclose(
        [found.chi2, found.dof, found.p, found.cramer_v],
        [e["chi2"], e["dof"], e["p"], e["V"]],
        rtol=0,
        atol=1e-6,
    )
    # Rows 75, 202, 97; columns 47, 160, 42, 125; in all 374: the least is 75 × 42 / 374.
    assert found.least_expected == pytest.approx(75 * 42 / 374, abs=1e-9)


def test_qualities_that_always_go_together_have_a_v_of_one():
    found = association([[10, 0], [0, 10]])
    assert found.chi2 == pytest.approx(20, abs=1e-12)
    assert found.cramer_v == pytest.approx(1, abs=1e-12)


def test_empty_rows_and_columns_say_nothing():
    table = pd.DataFrame([[10, 0, 4], [0, 0, 0], [3, 0, 9]])
    assert association(table) == association([[10, 4], [3, 9]])


@pytest.mark.parametrize("table", [[[1, 2], [np.nan, 3]], [[5, 7]], [[0, 0], [0, 0]]])
def test_a_missing_count_or_a_single_row_leaves_no_association(table):
    found = association(table)
    assert np.isnan([found.chi2, found.p, found.cramer_v]).all()


def test_a_negative_count_is_refused():
    with pytest.raises(SchemaError, match="zero or more"):
        association([[1, -2], [3, 4]])
