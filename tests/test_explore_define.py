"""An indicator of one's own: its values, its gate, its map, and what it refuses."""

import numpy as np
import pandas as pd
import pytest
import yaml

import ternois_analysis as ta
from ternois_analysis import catalog
from ternois_analysis.display.explore_scene import offered
from ternois_analysis.errors import SchemaError, SecrecyError
from ternois_analysis.indicators.formulas import formula
from ternois_analysis.observatory import own


@pytest.fixture
def defined():
    """`ta.define`, whose indicators are forgotten at the end of the test."""
    made = []

    def define(*given, **options):
        made.append(ta.define(*given, **options))
        return made[-1]

    yield define
    for definition in made:
        definition.forget()


@pytest.fixture(scope="module")
def obs():
    return ta.observe("2026Q3", "partners")


VACANT = "100 * vacant_dwellings / dwellings"


def columns(**values):
    return {name: pd.Series(column, dtype=float) for name, column in values.items()}


def test_a_formula_follows_the_order_of_operations():
    found = formula("x", "2 * (a - b) / c + 1", "X").function(
        **columns(a=[7, 5], b=[1, 5], c=[4, 2])
    )
    assert found.tolist() == [4.0, 1.0]  # 2 x 6 / 4 + 1 and 2 x 0 / 2 + 1


def test_a_division_by_zero_is_missing_for_a_text_and_for_a_function():
    values = columns(a=[1, 0], b=[0, 0])
    for given in ("a / b", lambda a, b: a / b, "1 / b"):
        made = formula("x", given, "X")
        found = made.function(**{name: values[name] for name in made.columns})
        assert found.isna().all()
        assert found.name == "x"


def test_missing_in_gives_missing_out():
    found = formula("x", "a + b", "X").function(**columns(a=[1, np.nan], b=[2, 3]))
    assert found.tolist()[0] == 3.0
    assert np.isnan(found.tolist()[1])


@pytest.mark.parametrize(
    "text", ["__import__('os')", "a.sum()", "a[0]", "a ** 2", "a if b else c", "2", "a /", "'a'"]
)
def test_anything_but_columns_numbers_and_operations_is_refused(text):
    with pytest.raises(SchemaError, match="Formula of x"):
        formula("x", text, "X")


@pytest.mark.parametrize("text", [VACANT, "100 * (vacant_dwellings / dwellings)",
                                  "vacant_dwellings / dwellings * 100",
                                  "100 × vacant_dwellings ÷ dwellings"])  # fmt: skip
def test_a_rate_is_recognised_however_it_is_written(text):
    assert formula("x", text, "X").rate == ("vacant_dwellings", "dwellings", 100.0)


def test_an_own_copy_of_an_indicator_gives_its_values_and_intervals(defined, obs):
    defined("own_vacancy_pct", VACANT, label="Vacance, essai", unit="%", nature="share",
            interval="wilson", minimum=200)  # fmt: skip
    places = ["pays-ternois", "cc-pernois", "commune-62396", "epci-200071181"]
    mine, theirs = (obs.values(places, [name]) for name in ("own_vacancy_pct", "vacancy_rate_pct"))
    figures = ["territory", "period", "value", "low", "high", "n", "status"]
    pd.testing.assert_frame_equal(mine[figures], theirs[figures])


def test_a_total_is_taken_before_the_ratio(defined, obs):
    defined("own_homes_per_resident", "dwellings / population", label="Logements", breaks=[0.5])
    pays = obs["pays-ternois"]
    row = obs.values([pays], ["own_homes_per_resident"]).iloc[0]
    totals = obs.totals([pays]).iloc[0]
    year = row["period"]
    expected = totals[f"dwellings@{year}"] / totals[f"population@{year}"]
    assert row["value"] == pytest.approx(expected, rel=1e-12)


def test_what_rests_on_a_count_that_the_gate_hides_is_hidden(defined, obs):
    defined("own_employers_pct", "100 * craft_employers / craft_workforce_known",
            label="Employeurs, essai", breaks=[5])  # fmt: skip
    places = [*obs.gazetteer.facts.territories, "commune-62767"]
    mine = obs.values(places, ["own_employers_pct"]).set_index("territory")
    assert mine.loc["commune-62767", "status"] == "s"  # no commune was protected with the others
    assert mine.loc["pays-ternois", "status"] == "ok"
    hidden = mine["status"] != "ok"
    assert mine.loc[hidden, ["value", "low", "high", "n"]].isna().all(axis=None)
    assert catalog.indicator("own_employers_pct").secrecy == "SD3N"


def test_a_cell_that_the_gate_hides_is_hidden_under_another_name(defined, obs):
    defined("own_employers", "craft_employers", label="Employeurs", nature="count")
    cells = obs.protection.hidden
    cells = cells[(cells["column"] == "craft_employers") & (cells["category"] == "")]
    places = list(obs.gazetteer.facts.territories)
    mine = obs.values(places, ["own_employers"]).set_index("territory")
    withheld = set(cells.loc[cells["period"] == mine["period"].iloc[0], "territory"])
    assert set(mine.index[mine["status"] == "s"]) == withheld & set(places)


def test_a_column_protected_by_its_indicator_only_is_refused(monkeypatch):
    monkeypatch.setattr(own, "_unguarded", lambda columns: {"population": ["some_indicator"]})
    with pytest.raises(SecrecyError, match="some_indicator"):
        ta.define("own_residents", "population", label="Habitants")


def test_an_unknown_column_says_which_one_was_meant():
    with pytest.raises(SchemaError, match="Did you mean 'dwellings'"):
        ta.define("own_share_pct", "100 * vacant_dwellings / dwelings", label="Part")


@pytest.mark.parametrize("name", ["population", "Own", "own share", ""])
def test_a_name_that_is_taken_or_malformed_is_refused(name):
    with pytest.raises(SchemaError, match="Name of an indicator"):
        ta.define(name, "population", label="Habitants")
    assert catalog.indicator("population").label == "Population municipale"


def test_an_interval_needs_one_column_over_another():
    with pytest.raises(SchemaError, match="number × column ÷ column"):
        ta.define("own_pct", "100 * (dwellings - population) / dwellings", label="Part",
                  interval="wilson")  # fmt: skip
    with pytest.raises(SchemaError, match="Unknown indicator"):
        catalog.indicator("own_pct")


def test_the_text_to_paste_is_the_entry_and_the_function(defined):
    made = defined("own_vacancy_pct", VACANT, label="Vacance", unit="%", breaks=[5, 8])
    entry = yaml.safe_load(made.yaml)["own_vacancy_pct"]
    assert (entry["label"], entry["unit"], entry["breaks"]) == ("Vacance", "%", [5, 8])
    scope = {"pd": pd}
    exec(
        "from ternois_analysis.indicators.naming import named\n"
        "from ternois_analysis.methods.ratios import ratio\n" + made.code,
        scope,
    )
    found = scope["own_vacancy_pct"](**columns(vacant_dwellings=[1, 1], dwellings=[8, 0]))
    assert found.tolist()[0] == 12.5
    assert np.isnan(found.tolist()[1])
    assert made.yaml in repr(made)
    assert made.code in repr(made)


def test_an_own_indicator_is_mapped_in_classes_of_its_own_and_can_be_explored(defined):
    made = defined("own_vacancy_pct", VACANT, label="Vacance, essai", unit="%", nature="share")
    assert list(made.entry.breaks) == sorted(set(made.entry.breaks))
    assert len(made.entry.breaks) == 4
    assert "Vacance, essai" in ta.page("cc-pernois", "2026Q3").map("own_vacancy_pct").alt
    assert offered()["Vacance, essai"] == "own_vacancy_pct"
    shown = ta.explore("cc-pernois", "2026Q3", indicator="own_vacancy_pct").values
    assert "own_vacancy_pct" in set(shown["indicator"])


def test_defining_again_replaces_and_forgetting_removes(defined, obs):
    defined("own_residents", "population", label="Habitants", nature="count")
    one = obs.values(["cc-pernois"], ["own_residents"])["value"].iloc[0]
    made = defined("own_residents", "2 * population", label="Habitants", nature="count")
    assert obs.values(["cc-pernois"], ["own_residents"])["value"].iloc[0] == 2 * one
    made.forget()
    with pytest.raises(SchemaError, match="Unknown indicator"):
        obs.values(["cc-pernois"], ["own_residents"])
