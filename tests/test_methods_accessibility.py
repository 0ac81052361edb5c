"""Distances, catchments and Huff's shares, against worked examples."""

import math

import numpy as np
import pandas as pd
import pytest
from oracles.analysis import example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.accessibility import EARTH_RADIUS_KM, catchments, haversine_km, huff

STEPS = {10: 1.0, 20: 0.42, 30: 0.09}


def close(found, expected, atol=1e-6):
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=0, atol=atol)


def world(demand, supply, times):
    demand = pd.Series(demand, [f"p{i}" for i in range(len(demand))], dtype="float64")
    supply = pd.Series(supply, [f"s{j}" for j in range(len(supply))], dtype="float64")
    return demand, supply, pd.DataFrame(times, demand.index, supply.index, dtype="float64")


def worked():
    e = example("accessibility")
    return e, world(e["pop"], e["supply"], e["time"])


def test_two_step_catchments_match_the_worked_example():
    e, places = worked()
    found = catchments(*places, steps={e["d0"]: 1})
    close(1000 * found.supply_per_head, e["R_2sfca_per_1000"])
    close(1000 * found.access, e["A_2sfca_per_1000"])
    assert found.access.index.tolist() == ["p0", "p1", "p2"]


def test_enhanced_catchments_match_the_worked_example():
    e, places = worked()
    close(1000 * catchments(*places, steps=STEPS).access, e["A_e2sfca_per_1000"])


@pytest.mark.parametrize("seed", range(5))
def test_access_times_heads_adds_up_to_the_capacity_when_every_supplier_is_reached(seed):
    rng = np.random.default_rng(seed)
    demand, supply, times = world(
        rng.integers(1, 900, 30), rng.integers(0, 9, 6), rng.uniform(0, 30, (30, 6))
    )
    found = catchments(demand, supply, times, steps=STEPS)
    assert (found.access * demand).sum() == pytest.approx(supply.sum(), abs=1e-9)


def test_the_order_in_which_steps_are_given_changes_nothing():
    _, places = worked()
    backwards = dict(reversed(STEPS.items()))
    pd.testing.assert_series_equal(
        catchments(*places, steps=backwards).access, catchments(*places, steps=STEPS).access
    )


def test_a_time_on_the_limit_is_within_it():
    found = catchments(*world([10, 10], [1], [[15], [15.001]]), steps={15: 1})
    close(found.access, [0.1, 0])


def test_a_place_that_reaches_no_supplier_has_an_access_of_zero():
    found = catchments(*world([10, 10], [1], [[5], [math.inf]]), steps={15: 1})
    assert found.access.tolist() == [0.1, 0]


def test_a_supplier_that_nobody_reaches_has_no_ratio_and_takes_nothing_from_others():
    found = catchments(*world([10], [1, 4], [[5, 60]]), steps={15: 1})
    assert found.access.tolist() == [0.1]
    assert found.supply_per_head.isna().tolist() == [False, True]


def test_a_capacity_of_zero_within_reach_gives_an_access_of_zero():
    assert catchments(*world([10], [0], [[5]]), steps={15: 1}).access.tolist() == [0]


def test_missing_heads_spoil_only_the_suppliers_within_their_reach():
    times = [[5, 60], [5, 60], [60, 5]]
    found = catchments(*world([10, np.nan, 10], [1, 1], times), steps={15: 1})
    assert found.supply_per_head.isna().tolist() == [True, False]
    assert found.access.isna().tolist() == [True, True, False]


def test_a_missing_time_is_not_taken_for_far_away():
    found = catchments(*world([10, 10], [1], [[5], [np.nan]]), steps={15: 1})
    assert found.access.isna().all()


def test_a_missing_capacity_leaves_the_access_of_those_it_reaches_missing():
    found = catchments(*world([10, 10], [np.nan, 1], [[5, 60], [60, 5]]), steps={15: 1})
    assert found.access.isna().tolist() == [True, False]


def test_a_table_of_times_in_another_order_is_refused():
    demand, supply, times = world([1, 2], [1], [[5], [6]])
    with pytest.raises(SchemaError, match="A table of times"):
        catchments(demand, supply, times.iloc[::-1], steps=STEPS)


@pytest.mark.parametrize("steps", [{}, {0: 1}, {15: 0}, {10: 1, 20: -1}])
def test_steps_without_limit_or_weight_are_refused(steps):
    with pytest.raises(SchemaError, match="Steps of reach"):
        catchments(*world([1], [1], [[5]]), steps=steps)


@pytest.mark.parametrize("figures", [([-1], [1], [[5]]), ([1], [-1], [[5]]), ([1], [1], [[-5]])])
def test_negative_figures_are_refused(figures):
    with pytest.raises(SchemaError, match="zero or more"):
        catchments(*world(*figures), steps=STEPS)


def test_shares_of_custom_match_the_worked_example():
    e, (demand, _, times) = worked()
    attraction = pd.Series(e["huff_attraction"], times.columns)
    shares = huff(attraction, times, decay=e["huff_lambda"])
    close(shares, e["huff"])
    close(demand @ shares, e["expected_customers"])


def test_custom_does_not_go_where_there_is_no_way():
    _, supply, times = world([1], [1, 1], [[5, math.inf]])
    assert huff(supply, times).iloc[0].tolist() == [1, 0]


def test_a_supplier_of_unknown_size_matters_only_where_there_is_a_way_to_it():
    _, supply, times = world([1, 1], [1, np.nan], [[5, math.inf], [5, 5]])
    assert huff(supply, times).isna().all(axis=1).tolist() == [False, True]


def test_without_decay_custom_follows_size_alone():
    _, supply, times = world([1], [1, 3], [[5, 50]])
    assert huff(supply, times, decay=0).iloc[0].tolist() == [0.25, 0.75]


@pytest.mark.parametrize(
    ("supply", "times"), [([0, 0], [5, 9]), ([np.nan, 1], [5, 9]), ([1, 1], [np.nan, 9])]
)
def test_custom_is_missing_where_nothing_attracts_or_a_figure_is_missing(supply, times):
    _, supply, times = world([1], supply, [times])
    assert huff(supply, times).isna().all(axis=None)


def test_a_supplier_at_no_time_is_refused():
    _, supply, times = world([1], [1, 1], [[0, 5]])
    with pytest.raises(SchemaError, match="above zero"):
        huff(supply, times)


def test_distances_match_the_worked_examples():
    e = example("haversine")
    found = haversine_km(*e["saint_pol"], *np.transpose([e["pernes"], e["frevent"]]))
    close(found, [e["km_sp_pernes"], e["km_sp_frevent"]])


def test_a_quarter_and_a_half_of_the_earth_have_their_length():
    # Pole to equator, and antipodes: π/2 and π radii.
    found = haversine_km([90.0, 0, 0], [0.0, 0, 0], [0.0, 0, 0], [77.0, 180, 0])
    close(found, [EARTH_RADIUS_KM * math.pi / 2, EARTH_RADIUS_KM * math.pi, 0])


def test_a_missing_coordinate_leaves_the_distance_missing_and_the_index_kept():
    found = haversine_km(pd.Series([50.0, np.nan], ["a", "b"]), 2.0, 50.0, 2.0)
    assert found.isna().to_dict() == {"a": False, "b": True}


def test_projected_coordinates_are_refused():
    with pytest.raises(SchemaError, match="Latitudes"):
        haversine_km(7_030_000.0, 650_000.0, 50, 2)
