"""Direct and indirect standardisation, against the worked example."""

import numpy as np
import pandas as pd
import pytest
from oracles.analysis import example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.standardisation import direct, indirect


def strata():
    e = example("standardisation")
    names = ("observed", "population", "standard_population", "reference_rates")
    return e, *[pd.Series(e[name], dtype="float64") for name in names]


def test_the_direct_rate_matches_the_worked_example():
    e, events, exposure, standard, _ = strata()
    assert direct(events, exposure, standard) == pytest.approx(e["direct_rate"], abs=1e-9)


def test_the_direct_rate_on_its_own_mix_is_the_crude_rate():
    _, events, exposure, _, _ = strata()
    assert direct(events, exposure, exposure) == pytest.approx(115 / 10000, abs=1e-12)


def test_the_indirect_ratio_and_its_interval_match_the_worked_example():
    e, events, exposure, _, rates = strata()
    found = indirect(events, exposure, rates)
    np.testing.assert_allclose(
        [found.observed, found.expected, found.ratio, found.low, found.high],
        [115, e["expected"], e["SIR"], *e["SIR_byar_ci"]],
        rtol=0,
        atol=1e-6,
    )


def test_a_total_of_events_is_enough_for_the_indirect_ratio():
    _, events, exposure, _, rates = strata()
    assert indirect(115, exposure, rates) == indirect(events, exposure, rates)


def test_no_event_where_some_were_expected_is_a_ratio_of_zero_with_an_upper_bound():
    found = indirect(0, pd.Series([1000.0]), pd.Series([0.01]))
    assert (found.ratio, found.low) == (0, 0)
    assert 20 < found.high < 45  # the exact bound is 36.9: 3.689 events over 10 expected


def test_nothing_expected_leaves_the_ratio_missing():
    found = indirect(2, pd.Series([0.0]), pd.Series([0.01]))
    assert found.expected == 0
    assert np.isnan([found.ratio, found.low, found.high]).all()


def test_a_stratum_without_exposure_matters_only_if_the_standard_has_it():
    events, exposure = pd.Series([5.0, 0]), pd.Series([100.0, 0])
    assert np.isnan(direct(events, exposure, pd.Series([1.0, 1])))
    assert direct(events, exposure, pd.Series([1.0, 0])) == pytest.approx(0.05)


@pytest.mark.parametrize("position", range(3))
def test_a_missing_figure_leaves_the_rates_missing(position):
    _, events, exposure, standard, rates = strata()
    columns = [events, exposure, standard]
    columns[position] = columns[position].where(columns[position].index > 0)
    assert np.isnan(direct(*columns))
    columns[2] = rates.where(rates.index > 0) if position == 2 else rates
    assert np.isnan(indirect(*columns).ratio)


def test_a_missing_figure_of_a_stratum_that_the_standard_lacks_does_not_matter():
    rate = direct(pd.Series([5.0, np.nan]), pd.Series([100.0, 50]), pd.Series([1.0, 0]))
    assert rate == pytest.approx(0.05)


def test_an_empty_standard_leaves_the_rate_missing():
    assert np.isnan(direct(pd.Series([5.0]), pd.Series([100.0]), pd.Series([0.0])))


def test_negative_figures_are_refused():
    with pytest.raises(SchemaError, match="zero or more"):
        direct(pd.Series([-1.0]), pd.Series([1.0]), pd.Series([1.0]))
    with pytest.raises(SchemaError, match="zero or more"):
        indirect(1, pd.Series([1.0]), pd.Series([-0.1]))
