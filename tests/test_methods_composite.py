"""Composite indicators and the ranks they leave open."""

import numpy as np
import pandas as pd
import pytest
from oracles.evaluation import evaluation_example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.composite import composite, min_max, rank_intervals

DIRECTION = [1, 1, -1]


@pytest.fixture
def table():
    return pd.DataFrame(evaluation_example("composite")["I"], index=list("abcd"))


def test_min_max_matches_the_worked_example(table):
    expected = evaluation_example("composite")["minmax"]
    np.testing.assert_allclose(min_max(table, DIRECTION), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("arithmetic", "arith"),
        ("z", "z_mean"),
        ("geometric", "geo_shifted"),
        ("mazziotta_pareto", "mazziotta_pareto"),
    ],
)
def test_composites_match_the_worked_example(table, method, key):
    expected = evaluation_example("composite")[key]
    found = composite(table, DIRECTION, method)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    assert found.index.tolist() == list("abcd")


def test_all_the_weight_on_one_indicator_gives_that_indicator(table):
    found = composite(table, DIRECTION, weights=[2, 0, 0])
    np.testing.assert_allclose(found, 100 * min_max(table, DIRECTION)[0])


def test_ranks_range_over_what_weights_allow(table):
    found = rank_intervals(table, DIRECTION, seed=1)
    # c is best on the first and third indicators and last on the second; a is never best or last.
    assert found["equal"].tolist() == [2, 4, 1, 3]
    assert found.loc["c", ["best", "worst"]].tolist() == [1, 4]
    assert found.loc["d", "best"] == 1
    inside = (found["best"] <= found["low"]) & (found["low"] <= found["high"])
    assert inside.tolist() == [True] * 4
    assert (found["high"] <= found["worst"]).tolist() == [True] * 4


def test_a_unit_first_everywhere_is_first_whatever_the_weights():
    table = pd.DataFrame({"x": [3.0, 2, 1], "y": [9.0, 5, 7]})
    found = rank_intervals(table, [1, 1], seed=1, draws=200)
    assert found.loc[0].tolist() == [1] * 5
    assert found.loc[1, ["best", "worst"]].tolist() == [2, 3]


def test_rank_intervals_repeat_with_their_seed():
    table = pd.DataFrame(np.random.default_rng(1).normal(size=(30, 3)))
    first = rank_intervals(table, DIRECTION, seed=1, draws=5)
    pd.testing.assert_frame_equal(first, rank_intervals(table, DIRECTION, seed=1, draws=5))
    assert not first.equals(rank_intervals(table, DIRECTION, seed=2, draws=5))


def test_a_unit_with_a_missing_indicator_has_no_composite(table):
    table.iloc[1, 2] = np.nan
    assert composite(table, DIRECTION).isna().tolist() == [False, True, False, False]
    found = rank_intervals(table, DIRECTION, seed=1, draws=9)
    assert found.isna().all(axis=1).tolist() == [False, True, False, False]


@pytest.mark.parametrize("method", ["arithmetic", "z", "geometric", "mazziotta_pareto"])
def test_an_indicator_that_never_differs_or_one_unit_gives_no_composite(table, method):
    assert composite(table.assign(same=0.1), [1, 1, 1, 1], method).isna().all()
    assert composite(table.iloc[:1], DIRECTION, method).isna().all()
    assert (
        rank_intervals(table.iloc[:1], DIRECTION, seed=1, method=method, draws=3)
        .isna()
        .all(axis=None)
    )


@pytest.mark.parametrize(
    ("direction", "weights", "message"),
    [
        ([1, 1], None, "one an indicator"),
        ([1, 0, 1], None, "1 or -1"),
        (DIRECTION, [1, -1, 1], "zero or more"),
        (DIRECTION, [0, 0, 0], "above zero"),
    ],
)
def test_impossible_directions_and_weights_are_refused(table, direction, weights, message):
    with pytest.raises(SchemaError, match=message):
        composite(table, direction, weights=weights)
