"""Values with their interval, and which of them may be shown."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from oracles import example

from ternois_analysis import indicators
from ternois_analysis.catalog.indicators import Indicator, Interval, indicator
from ternois_analysis.errors import SchemaError
from ternois_analysis.indicators import evaluation, thresholds


def dwellings(vacant, total):
    index = [f"62{rank:03}" for rank in range(len(total))]
    return pd.DataFrame({"vacant_dwellings": vacant, "dwellings": total}, index=index, dtype=float)


def status(name, columns):
    return indicators.reliability(name, columns, indicators.compute(name, columns))


@pytest.fixture
def byar_rate(monkeypatch):
    """A rate of events: none of the bundle is one, the register's will be."""
    entry: Indicator = replace(
        indicator("dwellings_per_1000"),
        interval=Interval("byar", "dwellings", "residents", "incertitude", per=1000.0),
        reliability=None,
    )
    for module in (evaluation, thresholds):
        monkeypatch.setattr(module, "indicator", lambda name: entry)
    return "dwellings_per_1000"


def test_a_share_comes_with_the_wilson_interval_of_the_worked_example():
    e = example("proportion_17_450")
    row = indicators.with_interval("vacancy_rate_pct", dwellings([e["k"]], [e["n"]])).iloc[0]
    assert list(row.index) == ["value", "low", "high", "n"]
    expected = [100 * e["p"], *(100 * bound for bound in e["wilson"]), e["n"]]
    np.testing.assert_allclose(row, expected, rtol=0, atol=1e-4)


def test_a_rate_comes_with_the_byar_interval_of_the_worked_example(byar_rate):
    columns = pd.DataFrame({"dwellings": [17.0, 0.0], "residents": [1000.0, 0.0]})
    table = indicators.with_interval(byar_rate, columns)
    expected = [17, *example("poisson_ci_17")["byar"], 1000]
    np.testing.assert_allclose(table.loc[0], expected, rtol=0, atol=1e-6)
    assert table.loc[1].isna().all()


def test_a_value_without_interval_rests_on_the_base_of_its_rule():
    columns = pd.DataFrame({"dwellings": [450.0], "residents": [900.0]})
    row = indicators.with_interval("dwellings_per_1000", columns).iloc[0]
    assert row["n"] == 900
    assert np.isnan(row["low"])


def test_a_count_without_rule_rests_on_nothing():
    row = indicators.with_interval("population", pd.DataFrame({"population": [14]})).iloc[0]
    assert row["value"] == 14
    assert row[["low", "high", "n"]].isna().all()


def test_a_missing_value_has_neither_interval_nor_base():
    table = indicators.with_interval("vacancy_rate_pct", dwellings([np.nan, 3], [450, 450]))
    assert table.iloc[0].isna().all()
    assert table.iloc[1].notna().all()


def test_the_rule_s_base_is_asked_for_with_the_arguments():
    assert indicators.arguments("share_houses_pct") == ("houses", "dwellings", "residents")
    with pytest.raises(SchemaError, match="Add residents"):
        indicators.compute("share_houses_pct", pd.DataFrame({"houses": [1.0], "dwellings": [2.0]}))


def test_an_unknown_indicator_names_the_nearest():
    with pytest.raises(SchemaError, match="Did you mean 'vacancy_rate_pct'"):
        indicators.compute("vacancy_rate", dwellings([1], [2]))


def test_an_entry_without_function_says_so(monkeypatch):
    monkeypatch.setattr(evaluation, "indicator", lambda name: indicator("population"))
    with pytest.raises(SchemaError, match="Write the function"):
        indicators.compute("not_written", pd.DataFrame())


def test_more_vacant_dwellings_than_dwellings_are_refused():
    with pytest.raises(SchemaError, match="at most the trials"):
        indicators.with_interval("vacancy_rate_pct", dwellings([5], [4]))


def test_a_small_commune_is_not_significant_and_a_middling_one_asks_for_caution():
    columns = pd.DataFrame({"residents_under_20": [50.0] * 5,
                            "residents": [199, 200, 499, 500, np.nan]})  # fmt: skip
    found = status("residents_under_20", columns)
    assert found["status"].tolist() == ["n.s.", "ok", "ok", "ok", "n.s."]
    prudence = "à interpréter avec prudence"
    small = "effectif insuffisant"
    assert found["note"].tolist() == [small, prudence, prudence, "", small]


def test_growth_of_a_small_commune_is_judged_on_its_first_population():
    columns = pd.DataFrame({"population": [201.0, 199.0], "population_before": [199.0, 201.0],
                            "years": [6.0, 6.0]})  # fmt: skip
    assert status("population_growth_pct_per_year", columns)["status"].tolist() == ["n.s.", "ok"]


def test_a_missing_value_is_not_available_whatever_its_base():
    found = status("vacancy_rate_pct", dwellings([np.nan, 1], [10, 10]))
    assert found["status"].tolist() == ["n.d.", "n.s."]
    assert found["note"].tolist() == ["", "effectif insuffisant"]


def test_an_indicator_without_rule_is_shown_for_any_commune():
    found = status("population", pd.DataFrame({"population": [14.0, np.nan]}))
    assert found["status"].tolist() == ["ok", "n.d."]


def test_a_share_of_fewer_than_thirty_units_or_with_a_wide_interval_is_not_significant():
    # Half of 90: 10.1 points on each side; half of 94: 9.9. Of 29 all alike: 5.9, but 29 < 30.
    columns = pd.DataFrame({"houses": [45.0, 47.0, 29.0, 30.0], "dwellings": [90.0, 94, 29, 30],
                            "residents": [900.0] * 4})  # fmt: skip
    found = status("share_houses_pct", columns)
    assert found["status"].tolist() == ["n.s.", "ok", "n.s.", "ok"]
    assert found["note"].tolist() == ["intervalle trop large", "", "effectif insuffisant", ""]


def test_a_rate_is_judged_on_its_events(byar_rate):
    # One over the root of the events: 9 give 33.3 %, 10 give 31.6, 24 give 20.4, 25 give 20.
    columns = pd.DataFrame({"dwellings": [0.0, 9, 10, 24, 25], "residents": [1000.0] * 5})
    found = status(byar_rate, columns)
    assert found["status"].tolist() == ["n.s.", "n.s.", "ok", "ok", "ok"]
    assert (found["note"] == "à interpréter avec prudence").tolist() == [
        False, False, True, True, False,
    ]  # fmt: skip


def test_values_of_another_table_are_refused():
    columns = dwellings([17, 8], [450, 450])
    values = indicators.compute("vacancy_rate_pct", columns).iloc[::-1]
    with pytest.raises(SchemaError, match="the same index"):
        indicators.reliability("vacancy_rate_pct", columns, values)


def test_status_and_note_fit_two_columns_of_a_table_of_values():
    columns = dwellings([17], [450])
    table = indicators.with_interval("vacancy_rate_pct", columns)
    table[["status", "note"]] = indicators.reliability("vacancy_rate_pct", columns, table["value"])
    assert table[["status", "note"]].to_numpy().tolist() == [["ok", "à interpréter avec prudence"]]
