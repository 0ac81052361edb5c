"""The facts of `indicators.yml`: complete, consistent with the functions, impeccable in French."""

import re
import string

import pytest

from ternois_analysis import catalog, french, indicators
from ternois_analysis.catalog.indicators import indicator

ENTRIES = catalog.indicators()
NAMES = sorted(ENTRIES)
#: Those that a function computes; the others come from the observatory.
COMPUTED_HERE = [name for name in NAMES if not ENTRIES[name].computed]
#: Themes dated by a quarter: what the craft register counts.
QUARTERLY = {"artisanat", "dynamique", "transmission", "prix", "energie", "bois", "contributions"}
THEMES = {
    "analyse",
    "demographie",
    "habitat",
    "fiscalite",
    "emploi",
    "perspectives",
    "programmes",
    "revenus",
    "equipements",
} | QUARTERLY
#: What the end of a name says, and how the unit then begins.
SUFFIXES = {
    "_pct_per_year": "% par an",
    "_pct": "%",
    "_points": "points",
    "_per_km2": "hab./km²",
    "_km2": "km²",
    "_eur": "€",
    "_per_10000": "pour 10\u202f000 ",
    "_per_employer": "sal. par entreprise employeuse",
    "_per_1000": "pour 1\u202f000 ",
    "_minutes": "min",
    "_km": "km",
    "_per_100": "pour 100 ",
    "_per_commune": "hab. par commune",
    "_eur_per_m2": "€/m²",
    "_per_building_business": "par entreprise du bâtiment",
    "_per_main_residence": "hab. par résidence principale",
}
#: Columns whose source the observatory derives itself, or that a user has yet to install.
DERIVED, NOT_INSTALLED = {"communes"}, {"births_between_censuses", "deaths_between_censuses"}
#: Beginning of the columns that the observatory makes from the craft register.
FROM_REGISTER = "craft_"
#: What has an interval of each kind.
NATURES = {
    "wilson": "share",
    "one_in_four": "share",
    "byar": "ratio",
    "poisson_ratio": "change",
    "skellam": "change",
}


def texts(name):
    entry = ENTRIES[name]
    found = [entry.label, entry.short, entry.unit, entry.definition, entry.reading, entry.champ,
             entry.formula, entry.reference]  # fmt: skip
    return [*found, entry.interval.meaning] if entry.interval else found


def test_every_function_has_an_entry_and_every_entry_a_function():
    assert sorted(indicators.registry()) == COMPUTED_HERE


def test_labels_are_all_different():
    for field in ("label", "short"):
        values = [getattr(entry, field) for entry in ENTRIES.values()]
        assert sorted(values) == sorted(set(values))


@pytest.mark.parametrize("name", NAMES)
def test_short_labels_fit_an_axis(name):
    assert 0 < len(indicator(name).short) <= 28


@pytest.mark.parametrize("name", NAMES)
def test_the_unit_ends_the_name(name):
    known = [unit for suffix, unit in SUFFIXES.items() if name.endswith(suffix)]
    assert indicator(name).unit.startswith(known[0]) if known else indicator(name).unit == ""


@pytest.mark.parametrize("name", NAMES)
def test_themes_and_secrecy_classes_are_known(name):
    assert indicator(name).theme in THEMES
    sensitive = indicator(name).theme in QUARTERLY | {"programmes"}
    classes = {"SD0*", "SD3", "SD3D", "SP5", "SD5", "SD11"} if sensitive else {"SD0"}
    classes = {"SF11"} if indicator(name).theme == "revenus" else classes
    assert indicator(name).secrecy in classes


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_typeset(name):
    for text in texts(name):
        assert french.typeset(text) == text
        assert "'" not in text
        assert '"' not in text
        assert "..." not in text
        assert text == text.strip()
        assert "  " not in text
        assert not re.search(r" [:;!?%€»]|« ", text)


@pytest.mark.parametrize("name", NAMES)
def test_a_definition_is_one_sentence(name):
    definition = indicator(name).definition
    assert definition[0].isupper()
    assert definition.endswith(".")
    assert ". " not in definition


@pytest.mark.parametrize("name", NAMES)
def test_a_reading_has_its_places_and_reads_as_a_sentence(name):
    reading = indicator(name).reading
    places = [place for _, place, _, _ in string.Formatter().parse(reading) if place is not None]
    assert sorted(places) == ["interval", "period", "territory_in", "value"]
    assert reading.endswith("{territory_in}{interval}.")
    said = reading.format(period="2021", value="8,3\u00a0%", territory_in="en France", interval="")
    assert said[0].isupper()
    assert "  " not in said


@pytest.mark.parametrize("name", NAMES)
def test_a_reading_needs_no_plural_to_agree_with_the_value(name):
    # One commune, 1,9 habitant: a noun after the number would have to change with it.
    after = indicator(name).reading.partition("{value}")[2]
    assert after.startswith((" {territory_in}", " des "))
    assert not indicator(name).unit.startswith(("habitant", "logement", "commune"))


@pytest.mark.parametrize("name", NAMES)
def test_a_reading_over_two_censuses_says_a_period_and_one_of_the_register_a_quarter(name):
    entry = indicator(name)
    lagged = any(given.lag_years or given.least_years for given in entry.inputs.values())
    dated = "Au {period}, " if entry.theme in QUARTERLY else "En {period}"
    assert entry.reading.startswith("Sur la période {period}" if lagged else dated)


@pytest.mark.parametrize("name", NAMES)
def test_percentages_keep_one_decimal_at_most_and_counts_none(name):
    entry = indicator(name)
    if entry.nature == "count" and entry.unit == "":
        assert entry.decimals == 0
    if entry.unit.startswith("%") and entry.nature != "published":
        assert entry.decimals == 1


@pytest.mark.parametrize("name", NAMES)
def test_classes_are_ascending_printable_and_at_most_five(name):
    entry = indicator(name)
    assert list(entry.breaks) == sorted(set(entry.breaks))
    assert len(entry.breaks) <= 4
    for bound in entry.breaks:
        assert float(french.rounded(bound, entry.decimals)) == bound


@pytest.mark.parametrize("name", COMPUTED_HERE)
def test_only_what_classes_may_show_has_classes(name):
    entry = indicator(name)
    counted = entry.nature == "count" or entry.unit == "" or bool(entry.categories)
    assert bool(entry.breaks) != counted
    assert (entry.material > 0) != counted


@pytest.mark.parametrize("name", NAMES)
def test_classes_of_a_change_part_at_zero(name):
    entry = indicator(name)
    if entry.nature == "change" and entry.breaks:
        assert 0.0 in entry.breaks


@pytest.mark.parametrize("name", COMPUTED_HERE)
def test_inputs_name_arguments_of_the_indicator(name):
    assert set(indicator(name).inputs) <= set(indicators.arguments(name))


@pytest.mark.parametrize("name", COMPUTED_HERE)
def test_every_column_has_one_source(name):
    entry = indicator(name)
    for special in [*entry.categories.values()] or [{}]:
        inputs = {**entry.inputs, **special}
        for argument in indicators.arguments(name):
            column = inputs[argument].column if argument in inputs else argument
            if column not in DERIVED | NOT_INSTALLED and not column.startswith(FROM_REGISTER):
                catalog.source_of_column(column)


@pytest.mark.parametrize("name", COMPUTED_HERE)
def test_an_interval_rests_on_the_arguments_of_its_share(name):
    entry = indicator(name)
    if entry.nature == "share":
        assert entry.interval is not None
    if entry.interval:
        rule = entry.interval
        assert indicators.arguments(name)[:2] == (rule.count, rule.of)
        assert entry.nature == NATURES[rule.method]
        assert rule.per == (10_000 if name.endswith("_per_10000") else 100)
        assert (rule.base != "") == (rule.method == "skellam")


@pytest.mark.parametrize("name", COMPUTED_HERE)
def test_figures_that_are_rough_in_small_communes_have_a_minimum(name):
    entry = indicator(name)
    sources = {"residents", "dwellings", "main_residences"} & set(indicators.arguments(name))
    if sources or any(given.lag_years for given in entry.inputs.values()):
        assert entry.reliability is not None
        assert 200 <= entry.reliability.minimum <= 2000
        # Heuchin, the smallest of the five communautés, had 4 179 residents in 2022.
        assert entry.reliability.caution < 4179


@pytest.mark.parametrize("name", NAMES)
def test_only_published_figures_and_those_on_persons_say_for_which_territories(name):
    entry = indicator(name)
    kinds = {"epci", "departement", "region", "france"}
    if entry.secrecy in ("SP5", "SD3D"):
        assert set(entry.published_for) == kinds | {"pays", "cc"}
    else:
        assert bool(entry.published_for) == (entry.nature == "published")
        assert set(entry.published_for) <= kinds | {"commune"}
