"""Theil and Gini, against worked examples."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from oracles.analysis import example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.inequality import gini, theil, weighted_gini


def places():
    e = example("theil_decomposition")
    return [pd.Series(e[name]) for name in ("jobs", "pop", "groups")]


def test_theil_and_its_parts_match_the_worked_example():
    e, found = example("theil_decomposition"), theil(*places())
    np.testing.assert_allclose(
        [found.total, found.between, found.within, found.share_between],
        [e["T"], e["between"], e["within"], e["share_between"]],
        rtol=0,
        atol=1e-6,
    )
    for group, index in e["T_by_group"].items():
        assert found.groups.loc[group, "index"] == pytest.approx(index, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_the_two_parts_add_up_and_weigh_each_group_by_its_share(seed):
    rng = np.random.default_rng(seed)
    found = theil(
        pd.Series(rng.integers(0, 50, 40).astype(float)),
        pd.Series(rng.integers(1, 900, 40).astype(float)),
        pd.Series(rng.integers(0, 5, 40)),
    )
    assert found.between + found.within == pytest.approx(found.total, abs=1e-12)
    weighed = (found.groups["share"] * found.groups["index"]).sum()
    assert weighed == pytest.approx(found.within, abs=1e-12)
    assert found.groups["population_share"].sum() == pytest.approx(1, abs=1e-12)


def test_all_in_one_of_two_equal_places_is_the_logarithm_of_two():
    found = theil(pd.Series([8.0, 0]), pd.Series([5.0, 5]), pd.Series(["a", "b"]))
    assert found.total == pytest.approx(math.log(2), abs=1e-12)
    assert found.within == pytest.approx(0, abs=1e-12)
    assert np.isnan(found.groups.loc["b", "index"])


def test_the_same_per_head_everywhere_is_no_inequality_and_has_no_share():
    found = theil(pd.Series([2.0, 4]), pd.Series([10.0, 20]), pd.Series(["a", "b"]))
    assert found.total == pytest.approx(0, abs=1e-12)
    assert weighted_gini(pd.Series([2.0, 4]), pd.Series([10.0, 20])) == pytest.approx(0, abs=1e-12)


def test_a_single_place_has_no_inequality():
    found = theil(pd.Series([3.0]), pd.Series([7.0]), pd.Series(["a"]))
    assert (found.total, found.between, found.within) == (0, 0, 0)
    assert np.isnan(found.share_between)
    assert gini([3.0]) == 0
    assert np.isnan(gini([3.0], corrected=True))


@pytest.mark.parametrize(
    ("values", "heads"),
    [([1.0, np.nan], [1.0, 1]), ([1.0, 1], [np.nan, 1.0]), ([0.0, 0], [1.0, 1]), ([1, 1], [0, 1])],
)
def test_nothing_shared_a_missing_figure_or_a_part_without_heads_is_missing(values, heads):
    values, heads = pd.Series(values), pd.Series(heads)
    found = theil(values, heads, pd.Series(["a", "b"]))
    assert np.isnan([found.total, found.between, found.within, found.share_between]).all()
    assert np.isnan(weighted_gini(values, heads))


def test_a_part_without_heads_inside_a_group_leaves_all_the_parts_missing():
    found = theil(pd.Series([1.0, 1, 1]), pd.Series([0.0, 1, 1]), pd.Series(["a", "a", "b"]))
    assert np.isnan([found.total, found.between, found.within]).all()


def test_an_empty_place_without_heads_changes_nothing():
    jobs, pop, groups = places()
    with_empty = [
        pd.concat([column, pd.Series([extra])], ignore_index=True)
        for column, extra in [(jobs, 0.0), (pop, 0.0), (groups, "A")]
    ]
    assert theil(*with_empty).total == pytest.approx(theil(jobs, pop, groups).total, abs=1e-12)
    assert weighted_gini(*with_empty[:2]) == pytest.approx(weighted_gini(jobs, pop), abs=1e-12)


def test_a_place_without_group_is_refused():
    with pytest.raises(SchemaError, match="Groups of places"):
        theil(pd.Series([1.0, 2]), pd.Series([1.0, 2]), pd.Series(["a", None]))


def test_gini_matches_the_worked_examples():
    e = example("gini")
    jobs, pop, _ = places()
    assert weighted_gini(jobs, pop) == pytest.approx(e["weighted_jobs_pop"], abs=1e-6)
    assert gini(e["simple_x"]) == pytest.approx(e["gini_population"], abs=1e-6)
    assert gini(e["simple_x"], corrected=True) == pytest.approx(
        e["gini_sample_corrected"], abs=1e-6
    )


def test_weighted_gini_of_equal_heads_is_the_plain_one():
    values = pd.Series([3.0, 0, 7, 1, 1])
    assert weighted_gini(values, pd.Series([4.0] * 5)) == pytest.approx(gini(values), abs=1e-12)


def test_a_place_cut_in_two_like_halves_leaves_the_weighted_gini():
    whole = weighted_gini(pd.Series([6.0, 1]), pd.Series([10.0, 30]))
    halves = weighted_gini(pd.Series([3.0, 3, 1]), pd.Series([5.0, 5, 30]))
    assert halves == pytest.approx(whole, abs=1e-12)


def test_all_to_one_of_four_is_three_quarters_and_one_when_corrected():
    assert gini([0, 0, 0, 5]) == 0.75
    assert gini([0, 0, 0, 5], corrected=True) == 1


def test_equal_values_have_a_gini_of_zero():
    assert gini([2, 2, 2]) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("values", [[1, np.nan], [0, 0], []])
def test_gini_of_a_missing_value_or_of_nothing_is_missing(values):
    assert np.isnan(gini(values))


def test_negative_values_are_refused():
    with pytest.raises(SchemaError, match="zero or more"):
        gini([-1, 2])
    with pytest.raises(SchemaError, match="zero or more"):
        theil(pd.Series([-1.0]), pd.Series([1.0]), pd.Series(["a"]))


def test_gini_of_the_communes_of_the_ternois_is_the_one_worked_on_insee_s_populations():
    data = Path(__file__).resolve().parent.parent / "data"
    epci = pd.read_parquet(data / "epci" / "2025" / "epci.parquet")
    people = pd.read_parquet(data / "populations" / "2022" / "populations.parquet")
    communes = epci.loc[epci["epci"] == "200069672", "commune"]
    heads = people.set_index("commune").loc[communes, "population"]
    assert len(heads) == 103
    assert gini(heads) == pytest.approx(0.529343, abs=1e-6)
