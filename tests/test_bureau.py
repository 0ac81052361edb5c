"""Messages and lights of the bureau's page stand on tested, genuine figures, in short sentences."""

import numpy as np
import pandas as pd
import pytest

from ternois_analysis import catalog
from ternois_analysis.catalog.bureau import MOST_LIGHTS, bureau
from ternois_analysis.display import lights, messages
from ternois_analysis.display.judgement import causal
from ternois_analysis.display.page import page
from ternois_analysis.observatory import bureau as judging
from ternois_analysis.observatory import specificities
from ternois_analysis.observatory.values import COLUMNS
from ternois_analysis.territory import Territory

CRAFT = {n for n, e in catalog.indicators().items()
         if e.theme in ("artisanat", "dynamique", "transmission", "programmes")}  # fmt: skip


def territory(name, kind, label=""):
    return Territory(name, label or name, kind, None, ("62001",), (), "2026-09-30")


PLACE = territory("ici", "epci")
#: A département whose name is among the longest.
ALPES = territory("departement-04", "departement", "Alpes-de-Haute-Provence")


def gap(indicator, times, **more):
    return {
        "territory": PLACE.id, "indicator": indicator, "against": ALPES.id,
        "against_label": ALPES.label, "kind": "share", "period": "2021", "value": 1234.5,
        "reference": 1000.0, "gap": times, "low": 1.0, "high": 2.0, "n": 1000.0, "p": 0.0,
        "p_adjusted": 0.0, "times": abs(times), "told": True, "synthetic": False,
    } | more  # fmt: skip


def found(*rows):
    return pd.DataFrame(list(rows), columns=list(specificities.COLUMNS))


def value(indicator, number, n, period, **more):
    row = dict.fromkeys(COLUMNS, "") | {
        "quarter": "2026Q3", "audience": "public", "territory": PLACE.id,
        "territory_label": PLACE.label, "indicator": indicator, "period": period,
        "value": number, "low": np.nan, "high": np.nan, "n": n, "status": "ok",
        "synthetic": False,
    }  # fmt: skip
    return row | more


def table(*rows):
    return pd.DataFrame(list(rows), columns=list(COLUMNS))


def test_every_tested_indicator_has_words_or_is_told_to_be_silent():
    facts = bureau()
    known = set(facts.messages) | set(facts.silent)
    assert set(specificities.candidates()) <= known
    assert not set(facts.messages) & set(facts.silent)


@pytest.mark.parametrize("name", sorted(bureau().messages))
@pytest.mark.parametrize("size", [-123.4, 123.4])
def test_a_message_has_at_most_25_words_wherever_it_is_told(name, size):
    places = {PLACE.id: PLACE, ALPES.id: ALPES}
    rest = gap(name, size, against="d-hors-ici", against_label="Reste des Alpes-de-Haute-Provence")
    peers = gap(
        name, size, against="p", against_label="Moyenne de 10 EPCI similaires", kind="peers"
    )
    for row in (gap(name, size), rest, peers):
        text = messages.sentence(pd.Series(row), places, {})
        assert messages.length(text) <= messages.LONGEST, text
        assert not causal(text)
        assert text.endswith(".")


def test_a_message_states_its_value_its_gap_its_reference_and_what_follows():
    row = gap("vacancy_rate_pct", 2.2, value=9.5, reference=7.3)
    text = messages.sentence(pd.Series(row), {PLACE.id: PLACE, ALPES.id: ALPES}, {})
    assert text == (
        "9,5\u00a0% des logements sont vacants, 2,2\u00a0points de plus que dans "
        "Alpes-de-Haute-Provence\u00a0: des logements à remettre en usage."
    )


def test_a_change_is_told_with_the_year_it_is_set_against():
    row = gap("vacancy_rate_pct", -1.5, value=8.0, against=judging.before(PLACE).id)
    text = messages.sentence(pd.Series(row), {PLACE.id: PLACE}, {"vacancy_rate_pct": "2015"})
    assert "1,5\u00a0point de moins qu’en 2015" in text
    assert text.endswith("un mouvement à entretenir.")


def test_messages_keep_judged_indicators_first_then_the_largest_and_two_of_a_theme():
    rows = found(
        gap("share_secondary_residences_pct", 9), gap("share_main_residences_in_flats_pct", 8),
        gap("vacancy_rate_pct", 2), gap("share_65_plus_pct", 1.5), gap("poverty_rate_60_pct", 3),
    )  # fmt: skip
    assert list(judging.ranked(rows)["indicator"]) == [
        "poverty_rate_60_pct", "vacancy_rate_pct", "share_secondary_residences_pct",
        "share_65_plus_pct", "share_main_residences_in_flats_pct",
    ]  # fmt: skip


def test_an_invented_or_untold_gap_is_never_a_message():
    rows = found(
        gap("craft_density_per_10000", 9, synthetic=True), gap("vacancy_rate_pct", 8, told=False)
    )
    assert judging.ranked(rows).empty
    assert judging.ranked(found()).empty


def test_a_change_between_two_censuses_is_tested_from_their_counts():
    # 300 of 1 000 against 200 of 1 000: ten points, far beyond chance; against itself: nothing.
    now = table(value("share_65_plus_pct", 30.0, 1000.0, "2021"))
    then = table(value("share_65_plus_pct", 20.0, 1000.0, "2015"))
    change = judging.changes(PLACE, now, then).iloc[0]
    assert change["gap"] == pytest.approx(10.0)
    assert change["told"]
    assert not judging.changes(PLACE, now, now).iloc[0]["told"]


def test_a_census_is_set_against_one_of_six_years_before_and_never_less_than_five():
    years = ("2012", "2015", "2017", "2021")
    series = table(*(value("vacancy_rate_pct", 9.0, 1.0, year) for year in years))
    assert judging.earlier(series)["period"] == "2015"
    assert judging.earlier(series[series["period"] >= "2017"]) is None


def test_a_quarter_is_set_against_the_same_quarter_of_the_year_before():
    series = table(*(value("craft_net_balance_pct", 1.0, 1.0, q)
                     for q in ("2025Q2", "2025Q3", "2026Q2", "2026Q3")))  # fmt: skip
    assert judging.earlier(series)["period"] == "2025Q3"


@pytest.mark.parametrize(
    ("level", "change", "light"),
    [
        ("favorable", "favorable", "favorable"), ("favorable", "", "favorable"),
        ("", "favorable", "favorable"), ("favorable", "défavorable", "vigilance"),
        ("défavorable", "favorable", "vigilance"), ("", "défavorable", "vigilance"),
        ("défavorable", "", "défavorable"), ("défavorable", "défavorable", "défavorable"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_a_light_follows_the_gap_and_the_change(level, change, light):
    assert judging.light(level, change) == light


def test_a_neutral_an_invented_and_a_small_gap_light_nothing():
    assert judging.side(pd.Series(gap("share_65_plus_pct", 9))) == ""
    assert judging.side(pd.Series(gap("craft_density_per_10000", 9, synthetic=True))) == ""
    assert judging.side(pd.Series(gap("vacancy_rate_pct", 9, told=False))) == ""
    assert judging.side(pd.Series(gap("vacancy_rate_pct", 9))) == "défavorable"
    assert judging.side(pd.Series(gap("vacancy_rate_pct", -9))) == "favorable"


def test_each_word_of_a_light_has_its_own_shape():
    assert lights.SHAPES == {"favorable": "●", "vigilance": "▲", "défavorable": "■", "": "○"}


def test_a_light_that_cannot_be_lit_says_why():
    entry = catalog.indicator("vacancy_rate_pct")
    for status, told in (("n.s.", "non significatif"), ("n.d.", "non disponible"),
                         ("s", "secret statistique")):  # fmt: skip
        row = pd.Series(value("vacancy_rate_pct", np.nan, 1.0, "2021", status=status))
        assert lights.word(row, None, None, entry) == f"○ {told}"
    row = pd.Series(value("vacancy_rate_pct", 9.0, 1.0, "2021"))
    assert lights.word(row, None, None, entry) == "○ non testé"
    large = pd.Series(gap("vacancy_rate_pct", 0.1, told=False))
    assert lights.word(row, large, None, entry).startswith("○ stable")


def test_lights_fit_a_slide_and_have_one_value_each():
    names = bureau().lights
    assert 12 <= len(names) <= MOST_LIGHTS == 15
    for name in names:
        entry = catalog.indicator(name)
        assert not entry.computed
        assert not entry.categories


@pytest.fixture(scope="module")
def shown():
    return page("cc-pernois", "2026Q3", "partners").bureau


def test_with_a_demonstration_register_nothing_is_said_of_crafts_and_it_is_told(shown):
    for block in (shown.messages(), shown.lights(), shown.decisions(), shown.evidence()):
        assert not block.synthetic
        assert not CRAFT & set(block.values["indicator"])
    assert "registre des métiers installé est une démonstration" in shown.messages().note
    assert "registre des métiers installé est une démonstration" in shown.lights().note


def test_each_message_that_rests_on_a_test_has_its_proof_in_the_same_order(shown):
    proofs = shown.evidence().table
    texts = shown.messages().html.split("<li>")[1:]
    assert 1 <= len(proofs) <= len(texts) <= 5
    for proof, text in zip(proofs.to_dict("records"), texts, strict=False):
        assert proof["Valeur"].split("\n")[0] in text
    assert not proofs["Lecture"].str.contains("▲").any()


def test_territories_stand_side_by_side_in_alphabetical_order(shown):
    block = shown.beside()
    assert list(block.table.columns)[1:] == [
        "CC de l’Auxilois", "CC de la Région de Frévent", "CC du Pays d’Heuchin", "CC du Pernois",
        "CC du Saint-Polois",
    ]  # fmt: skip
    assert "Les CC sont prises dans leur périmètre de 2012." in block.note


def test_what_is_not_installed_is_listed_in_words_without_a_command(shown):
    told = shown.lacking().table
    assert (told["Pour l’obtenir"] == "fichier public à ajouter").any()
    assert not told["Pour l’obtenir"].str.contains("ternois ").any()
    assert (told["Ce qui manque"].str.startswith("Le registre des métiers")).any()


def test_the_smallest_commune_is_told_without_a_message_and_without_a_map():
    alone = page("commune-62396", "2026Q3", "partners").bureau
    assert "n.s." in alone.messages().html
    assert "Sans objet" in alone.map().html
    assert alone.evidence() is None
    assert alone.lights().title.endswith("aucun feu allumé")
