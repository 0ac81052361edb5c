"""Sentences say what the figures say, and nothing where there is no figure."""

import pandas as pd
import pytest

from ternois_analysis import catalog, observatory
from ternois_analysis.display import words
from ternois_analysis.display.page import page
from ternois_analysis.territory import Territory


def place(label, kind, name=""):
    return Territory("x", label, kind, None, ("62767",), (), "2026-09-30", name)


@pytest.mark.parametrize(
    ("territory", "text"),
    [
        (place("Pays du Ternois", "pays", "le Pays du Ternois"), "dans le Pays du Ternois"),
        (place("Anvin", "commune"), "à Anvin"),
        (place("Le Ponchel", "commune"), "au Ponchel"),
        (place("Les Écharlis", "commune"), "aux Écharlis"),
        (place("France métropolitaine", "france"), "en France métropolitaine"),
        (place("Normandie", "region", "la Normandie"), "en Normandie"),
        (place("Île-de-France", "region", "l'Île-de-France"), "en Île-de-France"),
        (place("Auvergne-Rhône-Alpes", "region"), "en Auvergne-Rhône-Alpes"),
        (place("Grand Est", "region", "le Grand Est"), "dans le Grand Est"),
        (place("Hauts-de-France", "region", "les Hauts-de-France"), "dans les Hauts-de-France"),
        (place("La Réunion", "region"), "à La Réunion"),
        (place("Paris", "departement"), "à Paris"),
        (place("Somme", "departement", "la Somme"), "dans la Somme"),
    ],
)
def test_a_place_in_a_sentence_takes_its_preposition(territory, text):
    assert words.within(territory) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [("2023", "2023"), ("2017-2023", "de 2017 à 2023"), ("2026Q3", "T3\u00a02026")],
)
def test_a_period_is_read_in_french(code, text):
    assert words.period(code) == text


@pytest.fixture(scope="module")
def pays():
    return page("pays-ternois", "2026Q3", "partners")


def test_a_loss_of_inhabitants_is_told_without_a_double_negative(pays):
    material = pays.material
    names = ["population", "population_change", "population_growth_pct_per_year"]
    text = words.population(material.of(names, (pays.place,)), pays.place, ())
    assert text[0] == (
        "Au 1er janvier 2023, le Pays du Ternois compte 36\u202f913 habitants, "
        "répartis dans 103 communes."
    )
    assert text[1].startswith(
        "De 2017 à 2023, le Pays du Ternois a perdu 1\u202f451 habitants, soit une baisse de 0,6"
    )


def test_a_sentence_without_its_figure_says_that_it_is_missing(pays):
    values = pays.material.of(["natural_change_pct_per_year"], (pays.place,))
    text = words.against(values, "natural_change_pct_per_year", pays.place, ())
    assert text.endswith("non publiable ou non disponible dans le Pays du Ternois.")
    assert words.reading(values, catalog.indicator("natural_change_pct_per_year"), pays.place) == ""


def test_two_counts_are_not_compared(pays):
    reference = pays.material.references[0]
    values = pays.material.of(["dwellings"], (pays.place, reference))
    assert "contre" not in words.against(values, "dwellings", pays.place, [reference])


def test_the_credit_names_producers_years_and_who_computed(pays):
    values = pays.material.of(["population_density_per_km2"], (pays.place,))
    credit = words.credit(values)
    assert credit.startswith("Insee, populations de référence")
    assert "2023" in credit
    assert "IGN" in credit
    assert credit.endswith("calculs Pays du Ternois")


def test_a_year_is_not_printed_twice_in_a_credit(pays):
    credit = words.credit(pays.material.of(["vacancy_rate_pct"], (pays.place,)))
    assert credit.count("2021") == 1


def test_a_section_without_its_source_says_which_one(pays):
    block = pays.comparison("natural_change_pct_per_year")
    assert "Naissances et décès" in block.html
    assert "Source non installée" in block.html


def test_a_quarterly_series_is_compared_with_the_same_quarter_a_year_before():
    entry = catalog.indicator("craft_registrations_quarter")
    rows = pd.DataFrame(
        [("pays-ternois", "craft_registrations_quarter", p, v, "ok", "")
         for p, v in (("2025Q3", 14.0), ("2026Q2", 20.0), ("2026Q3", 13.0))],
        columns=["territory", "indicator", "period", "value", "status", "category"],
    )  # fmt: skip
    territory = observatory.observe("2026Q3").territory("pays-ternois")
    assert words.trend(rows, entry, territory).endswith("13 au T3\u00a02026, 14 un an plus tôt")


def test_territories_beside_one_another_are_in_alphabetical_order(pays):
    shorts = [territory.short for territory in pays.material.beside]
    assert shorts == ["Auxilois", "Région de Frévent", "Pays d'Heuchin", "Pernois", "Saint-Polois"]
