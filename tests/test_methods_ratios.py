"""The one division of the project, and changes of a population."""

import doctest
import importlib
import math

import numpy as np
import pandas as pd
import pytest
from oracles import example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.growth import annual_rate, migration_part, natural_part
from ternois_analysis.methods.ratios import as_measured, ratio


def one(*values: float) -> list[pd.Series]:
    return [pd.Series([value], index=["62767"], dtype="float64") for value in values]


def test_a_zero_denominator_gives_missing():
    top = pd.Series([1.0, 0.0, -1.0])
    assert ratio(top, pd.Series([0.0, 0.0, 0.0])).isna().tolist() == [True, True, True]


def test_a_zero_numerator_gives_zero():
    assert ratio(*one(0, 5), per=100).tolist() == [0.0]


def test_a_missing_part_gives_a_missing_ratio_and_leaves_the_others():
    result = ratio(pd.Series([1.0, np.nan, 3.0]), pd.Series([4.0, 4.0, np.nan]), per=100)
    assert result[0] == 25
    assert result.isna().tolist() == [False, True, True]


def test_nullable_integers_with_a_missing_count_are_taken():
    counts = pd.Series([1, None], dtype="Int64")
    assert ratio(counts, pd.Series([2, 2]))[0] == 0.5
    assert np.isnan(ratio(counts, pd.Series([2, 2]))[1])


def test_a_quotient_too_large_for_a_float_is_missing_and_not_infinite():
    assert np.isnan(ratio(*one(1e300, 1e-300))["62767"])


def test_an_infinite_count_is_missing():
    assert np.isnan(as_measured(pd.Series([math.inf]))[0])


def test_columns_with_different_indexes_are_refused():
    with pytest.raises(SchemaError, match="the same index"):
        ratio(pd.Series([1.0, 2.0], index=["a", "b"]), pd.Series([1.0, 2.0], index=["b", "a"]))


def test_an_index_with_repeated_labels_is_kept():
    index = ["a", "a", "b"]
    result = ratio(pd.Series([1.0, 2, 3], index=index), pd.Series([2.0, 2, 2], index=index))
    assert result.index.tolist() == index
    assert result.tolist() == [0.5, 1.0, 1.5]


def test_change_of_the_worked_example_splits_into_its_two_parts():
    e = example("population_change")
    p1, p0, years, born, dead = one(
        e["P2022"], e["P2016"], e["years"], e["births_fict"], e["deaths_fict"]
    )
    found = [
        100 * annual_rate(p1, p0, years)["62767"],
        100 * natural_part(p1, p0, years, born, dead)["62767"],
        100 * migration_part(p1, p0, years, born, dead)["62767"],
    ]
    expected = [e["annual_rate_pct"], e["natural_pct"], e["migratory_pct"]]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)


def test_a_population_that_doubles_in_one_year_grows_by_a_whole():
    assert annual_rate(*one(200, 100, 1))["62767"] == pytest.approx(1.0, abs=1e-12)


def test_an_equal_population_shares_its_two_opposite_balances():
    # 60 births, 0 deaths, 60 departures over 6 years among 1 000 residents: 10 per 1 000 a year.
    natural = natural_part(*one(1000, 1000, 6, 60, 0))["62767"]
    migration = migration_part(*one(1000, 1000, 6, 60, 0))["62767"]
    assert natural == pytest.approx(0.01, abs=1e-12)
    assert migration == pytest.approx(-0.01, abs=1e-12)


def test_the_split_has_no_jump_where_the_change_goes_to_zero():
    # Weights of split communes leave changes of 1e-9 persons.
    near = natural_part(*one(1000 + 1e-9, 1000, 6, 60, 0))["62767"]
    assert near == pytest.approx(0.01, rel=1e-6)


def test_a_population_gone_loses_everything():
    assert annual_rate(*one(0, 50, 6))["62767"] == -1.0


@pytest.mark.parametrize("values", [(10, 0, 6), (10, 5, 0), (10, 10, 0), (10, 10, -6), (-1, 10, 6)])
def test_growth_without_a_start_or_a_time_is_missing(values):
    assert np.isnan(annual_rate(*one(*values))["62767"])
    assert np.isnan(natural_part(*one(*values, 1, 1))["62767"])


@pytest.mark.parametrize("position", range(5))
def test_growth_is_missing_where_any_argument_is(position):
    values = [37150.0, 38395.0, 6.0, 2350.0, 2600.0]
    values[position] = np.nan
    assert np.isnan(migration_part(*one(*values))["62767"])


@pytest.mark.parametrize("module", ["ratios", "comparisons", "classes"])
def test_examples_in_the_docstrings_run(module):
    found = doctest.testmod(importlib.import_module(f"ternois_analysis.methods.{module}"))
    assert found.attempted > 0
    assert found.failed == 0
