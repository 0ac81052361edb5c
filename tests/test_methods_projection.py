"""Populations carried forward, by age and in total, and what the past says of it."""

import numpy as np
import pandas as pd
import pytest
from oracles.evaluation import evaluation_example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.cohorts import cohort_step
from ternois_analysis.methods.projection import (
    capped_ratios,
    child_woman_ratio,
    cohort_change_ratios,
    hamilton_perry,
    rake,
)
from ternois_analysis.methods.trends import (
    TRENDS,
    back_test,
    fan_from_errors,
    fan_from_scenarios,
    mape,
    project_total,
)

FERTILE = ["20-29", "30-39", "40-49"]


@pytest.fixture
def censuses():
    e = evaluation_example("hamilton_perry")
    return pd.DataFrame({"t0": e["t0"], "t10": e["t10"]}, index=e["ages"])


@pytest.fixture
def pays():
    e = evaluation_example("real_population")
    return pd.Series({year: e[f"sum_{year}"] for year in (2010, 2016, 2022)})


def test_ratios_match_the_worked_example(censuses):
    e = evaluation_example("hamilton_perry")
    ratios = cohort_change_ratios(censuses["t0"], censuses["t10"])
    np.testing.assert_allclose(ratios, e["CCR"], rtol=0, atol=1e-6)
    children = child_woman_ratio(censuses["t10"], censuses.loc[FERTILE, "t10"].to_numpy() / 2)
    assert children == pytest.approx(e["CWR"], abs=1e-6)


def test_hamilton_perry_matches_the_worked_example(censuses):
    e = evaluation_example("hamilton_perry")
    found = hamilton_perry(censuses, FERTILE)
    assert found.columns.tolist() == [1]
    np.testing.assert_allclose(found[1], e["t20"], rtol=0, atol=1e-6)
    assert found[1].sum() == pytest.approx(e["total_t20"], abs=1e-6)


def test_a_second_step_applies_the_same_ratios_to_the_first(censuses):
    found = hamilton_perry(censuses, FERTILE, steps=2)
    ratios = cohort_change_ratios(censuses["t0"], censuses["t10"])
    assert found.loc["10-19", 2] == pytest.approx(found.loc["0-9", 1] * ratios[0])
    last = found.loc[["70-79", "80+"], 1].sum()
    assert found.loc["80+", 2] == pytest.approx(last * ratios[-1])


def test_ratios_of_two_intervals_are_averaged():
    # Group 1 to 2: 80/100 then 96/80, mean 1; two to the open group: 45/100 then 55/100, mean 0.5.
    # Children of one woman in two persons of group 2: 80/(0.5 × 50) … all worked below.
    table = pd.DataFrame({"a": [100.0, 60, 40], "b": [80.0, 80, 45], "c": [60.0, 96, 68.75]})
    found = hamilton_perry(table, [1], small=0)
    assert found.loc[1, 1] == pytest.approx(60.0)
    assert found.loc[2, 1] == pytest.approx((96 + 68.75) * (0.45 + 0.55) / 2)
    children = (80 / 40 + 60 / 48) / 2
    assert found.loc[0, 1] == pytest.approx(children * 0.5 * 60)


def test_only_the_last_intervals_count(censuses):
    older = censuses.assign(t0=censuses["t0"], t10=censuses["t10"])
    older.insert(0, "before", 1000.0)
    pd.testing.assert_frame_equal(
        hamilton_perry(older, FERTILE, intervals=1), hamilton_perry(censuses, FERTILE)
    )


def test_ratios_from_few_persons_are_capped_but_for_the_open_group():
    before, after = [40.0, 60, 30, 5], [40.0, 80, 30, 3]
    assert cohort_change_ratios(before, after).tolist() == pytest.approx([2, 0.5, 3 / 35])
    assert capped_ratios(before, after).tolist() == pytest.approx([1.25, 0.5, 3 / 35])


def test_an_empty_group_has_no_ratio_and_its_successors_are_missing():
    table = pd.DataFrame({"a": [0.0, 60, 40, 10], "b": [80.0, 80, 45, 10]})
    found = hamilton_perry(table, [1])
    assert found[1].isna().tolist() == [True, True, False, False]


def test_no_woman_of_fertile_age_leaves_the_children_unknown():
    assert np.isnan(child_woman_ratio([10, 20, 30], 0))


def test_all_missing_projects_nothing(censuses):
    assert hamilton_perry(censuses * np.nan, FERTILE).isna().all(axis=None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: (c[["t0"]], FERTILE), "two or more"),
        (lambda c: (c.iloc[:2], []), "three or more"),
        (lambda c: (-c, FERTILE), "zero or more"),
        (lambda c: (c, ["20-29", "30-34"]), "rows"),
    ],
)
def test_impossible_censuses_are_refused(censuses, change, message):
    with pytest.raises(SchemaError, match=message):
        hamilton_perry(*change(censuses))


def test_parts_are_raked_to_the_total_of_each_group():
    parts = pd.DataFrame({"0-4": [10.0, 30], "5-9": [0.0, 0], "10+": [5.0, np.nan]})
    found = rake(parts, pd.Series({"0-4": 80.0, "5-9": 4.0, "10+": 9.0}))
    assert found["0-4"].tolist() == [20, 60]
    assert found[["5-9", "10+"]].isna().all(axis=None)


def test_the_cohort_component_step_matches_the_worked_example():
    e = evaluation_example("cohort_component")
    found = cohort_step(
        e["start"],
        e["survival"],
        e["survival_open"],
        e["fert"],
        e["net_migration"],
        e["survival_at_birth_L0"],
        sex_ratio=e["sex_ratio_at_birth"],
    )
    np.testing.assert_allclose(found.end, e["end"], rtol=0, atol=1e-6)
    assert found.births == pytest.approx(e["births_5y"], abs=1e-6)
    assert found.girls == pytest.approx(e["female_births"], abs=1e-6)


def test_a_missing_fertility_leaves_births_unknown_and_the_others_known():
    found = cohort_step([100, 90, 80], [1, 1], 0.5, [0, np.nan, 0], [0, 0, 0], 1)
    assert np.isnan([found.births, found.girls, found.end[0]]).all()
    assert found.end[1:].tolist() == [100, 130]


@pytest.mark.parametrize(
    ("survival", "fertility", "message"),
    [([1, 1, 1], [0, 0, 0], "one less than groups"), ([1, 1], [0.1, 0, 0], "zero")],
)
def test_impossible_cohorts_are_refused(survival, fertility, message):
    with pytest.raises(SchemaError, match=message):
        cohort_step([100, 90, 80], survival, 0.5, fertility, [0, 0, 0], 1)


@pytest.mark.parametrize(
    ("trend", "expected"),
    [
        ("constant", [1100, 1100]),
        ("linear", [1110, 1130]),
        ("exponential", [1100 * 1.1**0.1, 1100 * 1.1**0.3]),
        # Damped: 10 × 0.9, then 10 × (0.9 + 0.81 + 0.729).
        ("damped", [1109, 1124.39]),
    ],
)
def test_trends_carry_two_figures_on(trend, expected):
    totals = pd.Series({2010: 1000, 2020: 1100})
    found = project_total(totals, [2021, 2023], trend)
    assert found.index.tolist() == [2021, 2023]
    np.testing.assert_allclose(found, expected)


def test_the_linear_trend_is_the_least_squares_slope_from_the_last_figure():
    # Years −1, 0, 1 about their mean, figures 10, 10, 16: slope (16 − 10) / 2 = 3.
    found = project_total(pd.Series({2020: 10.0, 2021: 10.0, 2022: 16.0}), [2024], "linear")
    assert found[2024] == pytest.approx(22)


def test_a_missing_year_does_not_count_nor_does_the_order():
    totals = pd.Series({2022: np.nan, 2020: 1100, 2015: np.nan, 2010: 1000})
    assert project_total(totals, [2022], "linear")[2022] == pytest.approx(1120)


@pytest.mark.parametrize("trend", TRENDS)
def test_a_total_never_known_has_no_trend(trend):
    assert project_total(pd.Series({2020: np.nan}), [2025], trend).isna().all()


def test_one_known_year_can_only_stay_what_it_is():
    totals = pd.Series({2020: 50})
    assert project_total(totals, [2025], "constant")[2025] == 50
    for trend in ("linear", "exponential", "damped"):
        assert project_total(totals, [2025], trend).isna().all()


def test_a_total_cannot_fall_below_zero_nor_grow_from_zero():
    totals = pd.Series({2010: 10, 2020: 0})
    assert project_total(totals, [2025], "linear").isna().all()
    assert project_total(totals, [2025], "exponential").isna().all()


def test_a_year_already_known_is_not_projected():
    with pytest.raises(SchemaError, match="after 2020"):
        project_total(pd.Series({2010: 1, 2020: 2}), [2020], "linear")
    with pytest.raises(SchemaError, match="at most 1"):
        project_total(pd.Series({2010: 1, 2020: 2}), [2021], "damped", damping=1.1)


def test_the_back_test_of_the_pays_is_the_error_on_its_real_population(pays):
    e = evaluation_example("real_population")
    found = back_test(pays.to_frame("pays"), [2016]).set_index("trend")
    assert found["horizon"].tolist() == [6] * 4
    assert found["actual"].tolist() == [e["sum_2022"]] * 4
    # Nothing changed: 38 395 against 37 150.
    assert found.loc["constant", "error_pct"] == pytest.approx(100 * (38395 / 37150 - 1))
    # The rate of 2010-2016 for six more years, as published to six decimals.
    grown = 38395 * (1 + e["tcam_2010_2016_pct"] / 100) ** 6
    assert found.loc["exponential", "projected"] == pytest.approx(grown, abs=0.01)
    # Linear: as many persons again, 38 395 − 56.
    assert found.loc["linear", "projected"] == pytest.approx(38339)


def test_a_back_test_never_sees_what_came_after(pays):
    later = pays.copy()
    later[2022] = 1.0
    tables = [back_test(each.to_frame("pays"), [2016])["projected"] for each in (pays, later)]
    pd.testing.assert_series_equal(*tables)


def test_an_origin_with_nothing_on_one_side_is_not_tested(pays):
    assert back_test(pays.to_frame("pays"), [2000, 2022]).empty
    assert back_test(pays.to_frame("pays") * np.nan, [2016]).empty


def test_an_actual_of_zero_has_no_error():
    totals = pd.DataFrame({"x": [5.0, 0.0]}, index=[2016, 2022])
    assert back_test(totals, [2016], ["constant"])["error_pct"].isna().tolist() == [True]


def test_the_mean_absolute_error_leaves_out_what_cannot_be_compared():
    assert mape([100, 50, 0, np.nan], [110, 45, 3, 4]) == pytest.approx(10)
    assert np.isnan(mape([0.0], [1.0]))


def test_the_fan_comes_from_the_errors_of_the_same_horizon():
    # Nine errors at five years: 80 % lies between the smallest and the largest.
    errors = pd.DataFrame({"horizon": [5] * 9 + [6], "error_pct": [-20, *range(7), 25, -90]})
    found = fan_from_errors(pd.Series({2027: 1000.0, 2032: 990.0}), errors, origin=2022)
    assert found.loc[2027].tolist() == pytest.approx([1000, 1000 / 1.25, 1000 / 0.8])
    assert found.loc[2032, ["low", "high"]].isna().all()


def test_few_errors_do_not_carry_a_fan():
    errors = pd.DataFrame({"horizon": [5] * 8, "error_pct": range(8)})
    projected = pd.Series({2027: 1000.0})
    assert fan_from_errors(projected, errors, origin=2022)["low"].isna().all()
    nine = pd.DataFrame({"horizon": [5] * 9, "error_pct": range(9)})
    assert fan_from_errors(projected, nine, origin=2022, level=0.95)["low"].isna().all()


def test_the_fan_of_scenarios_is_their_envelope():
    scenarios = pd.DataFrame({"low": [9.0, 8], "mid": [10.0, 10], "high": [11.0, np.nan]})
    found = fan_from_scenarios(scenarios, "mid")
    assert found.iloc[0].tolist() == [10, 9, 11]
    assert found.iloc[1].isna().tolist() == [False, True, True]


def test_an_error_of_minus_one_hundred_percent_leaves_no_upper_bound():
    errors = pd.DataFrame({"horizon": [5] * 9, "error_pct": [-100, *range(8)]})
    found = fan_from_errors(pd.Series({2027: 100.0}), errors, origin=2022)
    assert found.loc[2027, "low"] == pytest.approx(100 / 1.07)
    assert np.isnan(found.loc[2027, "high"])
