"""The exploration: what is chosen is shown everywhere, and a wrong choice says what was meant."""

import re

import pandas as pd
import pytest

from ternois_analysis.display import explore_plots
from ternois_analysis.display.explore import explore
from ternois_analysis.display.explore_scene import Choice, identifiers, named_indicator, scene
from ternois_analysis.errors import ReportError, SchemaError, TerritoryError
from ternois_analysis.observatory import observe

PANELS = ("map", "ranking", "crossed", "time", "table")
VACANCY, OLDER = "Taux de vacance des logements", "Part des 65 ans ou plus"


@pytest.fixture(scope="module")
def made():
    return explore("cc-pernois", "2026Q3", "partners", "vacancy_rate_pct")


@pytest.fixture
def shown(made):
    """The exploration as it is at first, drawn."""
    start = {"indicator": VACANCY, "other": OLDER, "places": ("cc-pernois",), "level": "communes",
             "quarter": "2026Q3", "audience": "partners"}  # fmt: skip
    for name, value in start.items():
        made.controls[name].value = value
    made.view.selected = ""
    made.refresh()
    return made


def units(panel):
    return set(re.findall(r'data-t="([^"]+)"', panel))


def test_a_unit_has_one_identifier_in_every_panel(shown):
    communes = {f"commune-{code}" for code in observe("2026Q3").territory("cc-pernois").communes}
    for name in ("map", "table"):
        assert units(shown.view.panels[name]) == communes, name
    assert communes < units(shown.view.panels["ranking"])
    assert units(shown.view.panels["crossed"]) < communes
    assert "cc-pernois" in units(shown.view.panels["time"])


def test_choosing_an_indicator_changes_the_figures(shown):
    before = dict(shown.view.panels)
    shown.controls["indicator"].value = "Densité de population"
    assert all(shown.view.panels[name] != before[name] for name in PANELS)
    assert set(shown.scene.units["indicator"]) == {"population_density_per_km2"}


def test_whole_territories_can_be_compared(shown):
    chosen = ("cc-pernois", "cc-frevent", "pays-ternois")
    shown.controls["places"].value = chosen
    shown.controls["level"].value = "territoires"
    assert units(shown.view.panels["map"]) == set(chosen)
    assert units(shown.view.panels["table"]) == set(chosen)


def test_references_leave_and_join_the_ranking(shown):
    kept = shown.controls["references"].value
    assert set(kept) <= units(shown.view.panels["ranking"])
    shown.controls["references"].value = ()
    assert not set(kept) & units(shown.view.panels["ranking"])
    shown.controls["references"].value = kept


def test_a_unit_chosen_in_the_browser_joins_the_lines_and_is_said(shown):
    shown.view.selected = "commune-62652"
    assert "commune-62652" in units(shown.view.panels["time"])
    assert shown.view.said.startswith("Pernes")
    assert "taux de vacance" in shown.view.said


def test_another_quarter_or_audience_shows_its_own_values(shown):
    shown.controls["audience"].value = "public"
    assert set(shown.values["audience"]) == {"public"}
    assert shown.view.filename == "exploration-2026Q3-public.csv"


def test_nothing_that_is_not_shown_carries_a_number(shown):
    shown.controls["indicator"].value = "Part des entreprises employeuses"
    values = shown.values
    assert (values["status"] == "s").any()
    assert values.loc[values["status"] != "ok", ["value", "low", "high", "n"]].isna().all(axis=None)
    assert ">s</td>" in shown.view.panels["table"]
    assert "données de démonstration" in shown.view.panels["map"].lower()


def test_an_epci_of_france_is_added_by_its_siren(shown):
    shown.controls["add"].value = "200071181"
    assert shown.controls["places"].value == ("cc-pernois", "epci-200071181")
    assert shown.controls["add"].value == ""
    assert "Conty" in shown.view.panels["table"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [("add", "cc-pernoi", "cc-pernois"), ("indicator", "Taux de vacanse", "Taux de vacance")],
)
def test_a_misspelt_choice_is_said_and_changes_nothing(shown, name, text, told):
    before = dict(shown.view.panels)
    shown.controls[name].value = text
    assert told in shown.view.said
    assert shown.view.panels == before
    shown.controls["add"].value = ""


def test_a_part_of_a_label_names_the_only_indicator_that_has_it():
    assert named_indicator("taux de vacance des log") == "vacancy_rate_pct"
    with pytest.raises(SchemaError, match="Several"):
        named_indicator("taux d’évolution")


def test_errors_are_raised_at_the_door():
    with pytest.raises(TerritoryError, match="cc-pernois"):
        explore("cc-pernoi", "2026Q3")
    with pytest.raises(SchemaError, match="vacancy_rate_pct"):
        explore("cc-pernois", "2026Q3", indicator="vacancy_rate_pc")
    with pytest.raises(ReportError, match="partners"):
        explore("cc-pernois", "2026Q3", "partner")


def test_too_many_communes_are_refused_and_shown_as_a_whole():
    france = observe("2026Q3").territory("france-metropolitaine")
    chosen = Choice((france,), (), "population", OLDER)
    with pytest.raises(ReportError, match="1 to 1000"):
        identifiers(chosen)
    assert identifiers(Choice((france,), (), "population", OLDER, "territoires")) == (france.id,)


def test_a_source_that_is_not_installed_is_named_with_its_command(shown):
    shown.controls["indicator"].value = "Médiane du niveau de vie"
    assert "ternois sources install" in shown.view.panels["words"]
    assert shown.view.panels["map"] == ""


def test_two_periods_that_do_not_compare_are_points_without_a_line(shown):
    found = scene(observe("2026Q3"), shown.scene.choice)
    drawn = explore_plots.in_time(found)
    periods = found.series["period"].nunique()
    assert drawn.count("<circle") == len(found.series[found.series["status"] == "ok"])
    assert periods >= 1


def test_the_values_to_download_are_those_on_show(shown):
    assert shown.view.csv == shown.values.to_csv(index=False)
    assert not shown.values.duplicated(["territory", "indicator", "category", "period"]).any()


def test_axes_are_graduated_in_round_numbers_written_in_full():
    ticks = explore_plots._ticks(pd.Series([20.2, 26.2]), zero=False)
    written = [float(explore_plots._number(tick, ticks).replace(",", ".")) for tick in ticks]
    assert written == ticks
