"""The exploration panel: what is chosen is shown, and a wrong choice says what was meant."""

import pytest

from ternois_analysis.display.explore import explore, panels


@pytest.fixture(scope="module")
def panel():
    return explore("cc-pernois", "2026Q3", "partners", "vacancy_rate_pct")


def choices(panel):
    place, indicator, reference, _ = panel.children[0].children
    ground, bars = panel.children[1].children
    return place, indicator, reference, ground, bars, panel.children[2]


def test_map_chart_and_table_are_shown_at_once(panel):
    _, _, _, ground, bars, table = choices(panel)
    assert "<svg" in ground.value
    assert "<svg" in bars.value
    assert "<table" in table.value


def test_choosing_an_indicator_changes_all_three(panel):
    _, indicator, _, *shown = choices(panel)
    before = [widget.value for widget in shown]
    indicator.value = "share_65_plus_pct"
    after = [widget.value for widget in shown]
    assert all(one != other for one, other in zip(before, after, strict=True))
    assert all("65 ans ou plus" in text for text in after)


def test_choosing_a_reference_changes_the_chart(panel):
    _, _, reference, _, bars, _ = choices(panel)
    before = bars.value
    reference.value = next(v for _, v in reference.options if v != reference.value)
    assert bars.value != before


def test_typing_an_epci_of_france_shows_it(panel):
    place, *_, ground, _, _ = choices(panel)
    place.value = "200071181"
    assert "Conty" in ground.value
    assert "Pernes" not in ground.value


def test_a_misspelt_territory_says_which_one_was_meant(panel):
    place, *_, ground, _, _ = choices(panel)
    place.value = "cc-pernoi"
    assert "cc-pernois" in ground.value
    assert "<svg" not in ground.value


def test_a_count_is_mapped_by_circles_and_a_rate_by_classes():
    count, _, _ = panels("cc-pernois", "population", "pays-ternois", "2026Q3", "partners")
    rate, _, _ = panels("cc-pernois", "vacancy_rate_pct", "pays-ternois", "2026Q3", "partners")
    assert count.alt.startswith("Carte en cercles")
    assert "par classe" in rate.alt
