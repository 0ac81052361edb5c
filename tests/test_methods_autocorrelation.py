"""Moran's I, global and local, against worked examples and exact enumeration."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from oracles.analysis import example
from scipy.sparse import csr_array

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.autocorrelation import moran, moran_of_rates, standardised_rates
from ternois_analysis.methods.local_autocorrelation import local_moran
from ternois_analysis.methods.weights import row_standardised

PATH = {0: [1], 1: [0, 2], 2: [1]}


def close(found, expected, atol=1e-6):
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=0, atol=atol)


def worked():
    e = example("moran")
    neighbours = {int(unit): others for unit, others in e["neighbours"].items()}
    return e, pd.Series(e["x"]), neighbours


def grid(side):
    """Units of a square, each next to those that share a side with it."""
    cells = [(row, column) for row in range(side) for column in range(side)]
    return {
        (r, c): [n for n in [(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)] if n in set(cells)]
        for r, c in cells
    }


def test_the_index_and_its_variances_match_the_worked_example():
    e, x, neighbours = worked()
    found = moran(x, neighbours)
    close(
        [found.value, found.expected, found.variance_normal, found.variance_random],
        [e["I"], e["EI"], e["var_norm"], e["var_rand"]],
    )
    close([found.z_normal, found.z_random], [e["z_norm"], e["z_rand"]])


def test_few_units_are_taken_in_all_their_orders():
    e, (_, x, neighbours) = example("moran_exact_permutation"), worked()
    found = moran(x, neighbours)
    assert (found.exact, found.permutations) == (True, e["n_perm"])
    assert found.p_greater == pytest.approx(e["p_one_sided_ge"], abs=1e-6)
    assert found.p_two_sided == pytest.approx(2 * e["p_one_sided_ge"], abs=1e-6)


def test_orders_that_tie_with_the_observed_one_but_for_rounding_are_counted():
    # In exact fractions 40 of the 120 orders reach the index of this one; in floats 38 do.
    _, _, neighbours = worked()
    assert moran(pd.Series([0.5, 0.5, 0.8, 0.3, 0.7]), neighbours).p_greater == 40 / 120


def test_random_orders_come_close_to_all_orders_and_are_the_same_each_time():
    # Of seven units 5 040 orders; 4 000 drawn ones leave a standard error of 0.008 at most.
    _, x, neighbours = worked()
    few = pd.concat([x, pd.Series([10.0, 12], [5, 6])])
    ring = {**neighbours, 5: [0, 6], 6: [5, 4]}
    every, drawn = moran(few, ring), moran(few, ring, permutations=4000, seed=5)
    assert (every.exact, drawn.exact) == (True, False)
    assert drawn.p_greater == pytest.approx(every.p_greater, abs=0.03)
    assert drawn == moran(few, ring, permutations=4000, seed=5)
    assert drawn.seed == 5


def test_the_least_p_value_of_random_orders_is_one_over_their_number_and_one():
    square = grid(8)
    x = pd.Series({cell: float(cell[0]) for cell in square})
    found = moran(x, square, permutations=999)
    assert found.p_greater == 1 / 1000
    assert found.p_two_sided == 2 / 1000


def test_a_chessboard_is_as_unlike_its_neighbours_as_can_be():
    square = grid(6)
    x = pd.Series({cell: float(sum(cell) % 2) for cell in square})
    found = moran(x, square, permutations=999)
    assert found.value == pytest.approx(-1, abs=1e-12)
    assert found.p_greater == 1
    assert found.p_two_sided == 2 / 1000


def test_units_all_next_to_one_another_never_depart_from_what_is_expected():
    everyone = {i: [j for j in range(6) if j != i] for i in range(6)}
    found = moran(pd.Series([3.0, 1, 4, 1, 5, 9]), everyone, permutations=5000)
    assert found.value == pytest.approx(found.expected, abs=1e-12)
    assert np.isnan([found.z_normal, found.z_random]).all()
    assert found.p_two_sided == 1


def test_the_variance_under_random_order_is_that_of_all_orders():
    _, x, neighbours = worked()
    indices = []
    for order in permutations(x):
        z = np.array(order) - x.mean()
        indices.append(z @ row_standardised(neighbours, range(5)) @ z / (z @ z))
    found = moran(x, neighbours)
    assert found.variance_random == pytest.approx(np.var(indices), abs=1e-9)
    assert found.expected == pytest.approx(np.mean(indices), abs=1e-12)


def test_a_change_of_unit_or_of_origin_changes_nothing():
    _, x, neighbours = worked()
    one, other = moran(x, neighbours), moran(1e6 + 1000 * x, neighbours)
    close([one.value, one.variance_random], [other.value, other.variance_random], atol=1e-9)
    assert one.p_greater == other.p_greater


@pytest.mark.parametrize("values", [[1.0, np.nan, 2, 3, 4], [7.0] * 5, [0.1] * 5])
def test_a_missing_value_or_equal_values_leave_the_index_missing(values):
    _, _, neighbours = worked()
    found = moran(pd.Series(values), neighbours)
    assert np.isnan([found.value, found.z_normal, found.p_greater, found.p_two_sided]).all()
    local = local_moran(pd.Series(values), neighbours)
    assert local.isna().all(axis=None)
    assert local.columns.tolist() == ["local", "lag", "quadrant", "p", "p_adjusted"]


def test_a_unit_without_neighbour_is_refused_by_its_name():
    for neighbours in ({"a": ["b"], "b": ["a"], "c": []}, {"a": ["b"], "b": ["a"]}):
        with pytest.raises(SchemaError, match=r"without neighbours.*Found: c\."):
            moran(pd.Series([1.0, 2, 3], list("abc")), neighbours)


def test_a_single_unit_has_no_neighbour():
    with pytest.raises(SchemaError, match="without neighbours"):
        moran(pd.Series([1.0], ["a"]), {"a": ["b"]})


def test_two_neighbours_are_always_opposed():
    found = moran(pd.Series([1.0, 2], ["a", "b"]), {"a": ["b"], "b": ["a"]})
    assert (found.value, found.expected, found.p_two_sided) == (-1, -1, 1)
    assert np.isnan(found.variance_random)


def test_links_to_units_that_are_left_out_go_with_them():
    found = row_standardised({**PATH, 2: [1, 3]}, [2, 1, 0]).toarray()
    np.testing.assert_array_equal(found, [[0, 1, 0], [0.5, 0, 0.5], [0, 1, 0]])


def test_a_matrix_of_weights_is_standardised_and_left_untouched():
    given = csr_array(np.array([[0.0, 2, 0], [3, 0, 1], [0, 5, 0]]))
    before = given.toarray()
    found = row_standardised(given, "abc").toarray()
    np.testing.assert_array_equal(found, [[0, 1, 0], [0.75, 0, 0.25], [0, 1, 0]])
    np.testing.assert_array_equal(given.toarray(), before)


@pytest.mark.parametrize(
    ("neighbours", "units"),
    [
        (csr_array(np.ones((2, 2)) - np.eye(2)), "abc"),
        (csr_array(np.array([[0.0, -1], [1, 0]])), "ab"),
        (csr_array(np.ones((2, 2))), "ab"),
        ({"a": ["a", "b"], "b": ["a"]}, "ab"),
        ({"a": ["b"], "b": ["a"]}, "aba"),
    ],
)
def test_wrong_weights_are_refused(neighbours, units):
    with pytest.raises(SchemaError):
        row_standardised(neighbours, units)


def test_local_indices_follow_anselin_s_convention():
    e, x, neighbours = worked()
    found = local_moran(x, neighbours, permutations=99)
    close(found["local"], e["local_I_m2n"])
    close(found["local"].mean(), e["sum_local_over_n"])
    # The other convention of the worked example differs by (n − 1) / n.
    close(found["local"] * 4 / 5, e["lisa_esda"])
    assert found["quadrant"].tolist() == e["quadrants"]
    close(found["lag"], [10.5, 13, 44 / 3, 17, 14.5])


def test_local_p_values_come_close_to_those_of_all_conditional_orders():
    _, x, neighbours = worked()
    found = local_moran(x, neighbours, permutations=9999, seed=2)
    for unit, others in neighbours.items():
        lags = [np.mean(order[: len(others)]) for order in permutations(x.drop(unit))]
        own = x[others].mean()
        tails = np.mean(np.array(lags) >= own - 1e-9), np.mean(np.array(lags) <= own + 1e-9)
        # Standard error at most 2 × 0.005.
        assert found["p"][unit] == pytest.approx(min(1, 2 * min(tails)), abs=0.04)


def test_local_p_values_are_the_same_each_time_and_adjusted_for_their_number():
    square = grid(7)
    x = pd.Series({cell: float(cell[0] + (cell[1] == 3)) for cell in square})
    found = local_moran(x, square, permutations=999, seed=4)
    pd.testing.assert_frame_equal(found, local_moran(x, square, permutations=999, seed=4))
    assert 2 / 1000 <= found["p"].min() < 0.01
    assert (found["p_adjusted"] >= found["p"]).all()
    assert found.loc[[(0, 0), (6, 6)], "quadrant"].tolist() == ["LL", "HH"]


def test_a_unit_whose_neighbours_lie_at_the_mean_is_not_high_by_rounding():
    ring = {0: [1, 2], 1: [0, 2], 2: [0, 1]}
    assert local_moran(pd.Series([2.5, 4.4, 6.3]), ring, permutations=99)["quadrant"][1] == "LL"


def test_rates_are_set_on_one_scale_with_a_variance_truncated_at_zero():
    # b = 0.1; variance 1.98e-4 less 2.14e-4 is below zero, hence zero; errors √(0.1 / n).
    events, exposure = pd.Series([15.0, 40, 85]), pd.Series([100.0, 400, 900])
    u = 0.05 / np.sqrt(0.001)
    close(standardised_rates(events, exposure), [u, 0, -u / 3], atol=1e-12)
    # Centred: u × (7, −2, −5) / 9; on a path 0-1-2 the products add up to −6, the squares to 78.
    assert moran_of_rates(events, exposure, PATH).value == pytest.approx(-1 / 13, abs=1e-12)


def test_rates_that_differ_by_more_than_chance_keep_the_variance_between_them():
    # b = 0.3; variance 0.04 − 0.3 / 100 = 0.037, plus 0.3 / 100 for each: 0.04, whose root is 0.2.
    found = standardised_rates(pd.Series([10.0, 50]), pd.Series([100.0, 100]))
    close(found, [-1, 1], atol=1e-12)


def test_rates_of_equal_areas_resemble_each_other_as_raw_rates_do():
    _, x, neighbours = worked()
    found = moran_of_rates(x, pd.Series([200.0] * 5), neighbours)
    assert found.value == pytest.approx(moran(x, neighbours).value, abs=1e-12)


def test_an_area_without_exposure_has_no_rate_and_does_not_count_in_the_common_one():
    events, exposure = pd.Series([10.0, 50, 3]), pd.Series([100.0, 100, 0])
    found = standardised_rates(events, exposure)
    close(found[:2], [-1, 1], atol=1e-12)
    assert np.isnan(found[2])
    assert np.isnan(moran_of_rates(events, exposure, PATH).value)


def test_no_event_anywhere_gives_no_rate():
    assert standardised_rates(pd.Series([0.0, 0]), pd.Series([9.0, 9])).isna().all()


def test_negative_events_are_refused():
    with pytest.raises(SchemaError, match="zero or more"):
        standardised_rates(pd.Series([-1.0]), pd.Series([9.0]))


def test_rates_published_with_a_negative_variance_differ_by_its_truncation_alone():
    # Example of esda.smoothing.assuncao_rate, which keeps the negative variance between areas.
    events = pd.Series([30.0, 25, 25, 15, 33, 21, 30, 20])
    exposure = pd.Series([100.0, 100, 110, 90, 100, 90, 110, 90])
    common = 199 / 790
    spread = (exposure * (events / exposure - common) ** 2).sum() / 790
    between = spread - common / (790 / 8)
    assert between < 0
    kept = np.sqrt((common / exposure) / (between + common / exposure))
    found = (standardised_rates(events, exposure) * kept)[:4]
    close(found, [1.03843594, -0.04099089, -0.56250375, -1.73061861])
