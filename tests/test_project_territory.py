"""The territory of projects: where it stands, what is missing, what the figures corroborate."""

import re

import numpy as np
import pandas as pd
import pytest

from ternois_analysis import french
from ternois_analysis.catalog.actions import Action, Condition, actions
from ternois_analysis.catalog.glossary import glossary, terms_in
from ternois_analysis.display import project_territory as shown
from ternois_analysis.display.page import page
from ternois_analysis.methods.grouping import between_share
from ternois_analysis.observatory import coherence, corroboration, missing_figures, observe
from ternois_analysis.observatory.values import COLUMNS

#: What no page may conclude.
CONCLUDES = re.compile(r"reconnaissance (est )?justifiée|mérite d’être reconnu\b(?!\.)", re.I)


@pytest.fixture(scope="module")
def door():
    return observe("2026Q3", "public")


@pytest.fixture(scope="module")
def pays(door):
    return door.territory("pays-ternois")


@pytest.fixture(scope="module")
def projet():
    return page("pays-ternois", "2026Q3", "public").projet


def test_the_share_between_groups_is_that_of_the_worked_example():
    jobs, people = pd.Series([120.0, 30, 60, 400, 90]), pd.Series([500.0, 300, 400, 1000, 600])
    found = between_share(jobs, people, pd.Series(list("AAABB")), 99, 1)
    assert found.share == pytest.approx(0.310662, abs=1e-6)
    assert 0 < found.by_chance < 1
    assert 1 / 100 <= found.p <= 1


def test_groups_that_explain_everything_beat_chance():
    low, high = [10.0] * 8, [90.0] * 8
    people = pd.Series([100.0] * 16)
    found = between_share(pd.Series(low + high), people, pd.Series(["a"] * 8 + ["b"] * 8), 199, 1)
    assert found.share == pytest.approx(1)
    assert found.p == pytest.approx(1 / 200)
    assert found.by_chance < 0.2


def test_even_places_have_no_inequality_to_share():
    even = pd.Series([10.0] * 4)
    found = between_share(even, even, pd.Series(list("aabb")), 9, 1)
    assert np.isnan(found.share)


ACTION = Action("Rénover", "Pays", "D", 2, tuple(
    Condition(name, "above", "parce que", "reference")
    for name in ("vacancy_rate_pct", "share_65_plus_pct", "share_under_20_pct")
))  # fmt: skip


@pytest.mark.parametrize(
    ("outcomes", "verdict"),
    [
        (["oui", "oui", "non"], "corroborée"),
        (["oui", "oui", "non testée"], "corroborée"),
        (["oui", "non", "non"], "non corroborée"),
        (["oui", "non", "non testée"], "données insuffisantes"),
        (["non", "non", "non testée"], "non corroborée"),
        (["non testée"] * 3, "données insuffisantes"),
        ([], "données insuffisantes"),
    ],
)
def test_the_rule_turns_outcomes_into_a_verdict(outcomes, verdict):
    assert corroboration.verdict(ACTION, outcomes) == verdict


def known(synthetic, low, high, value):
    row = dict.fromkeys(COLUMNS, "") | {
        "territory": "pays-ternois", "indicator": "owners_55_plus_share_pct", "status": "ok",
        "value": value, "low": low, "high": high, "n": 500.0, "synthetic": synthetic,
    }  # fmt: skip
    return pd.DataFrame([row])


NO_TESTS = pd.DataFrame(columns=["territory", "indicator", "against", "synthetic", "told", "gap"])


@pytest.mark.parametrize(
    ("table", "outcome"),
    [
        (known(False, 30.0, 38.0, 34.0), "oui"),
        (known(False, 24.0, 36.0, 30.0), "non"),  # the interval holds the published 24,2 %
        (known(False, 24.5, 26.0, 25.2), "non"),  # significant, and one point only
        (known(True, 30.0, 38.0, 34.0), "non testée"),
    ],
)
def test_a_published_threshold_is_passed_by_a_genuine_interval_only(door, pays, table, outcome):
    france = door.territory("france-metropolitaine")
    found = corroboration.corroborated(NO_TESTS, table, pays, france)
    assert found["transmission"].tested[0].outcome == outcome


def test_every_action_says_its_level_and_where_it_comes_from():
    for action in actions().values():
        assert action.level in "ABCD"
        assert action.origin
        assert action.conditions or action.missing


def test_actions_rest_on_no_invented_figure_and_carry_their_level(projet):
    block = projet.actions()
    assert not block.synthetic
    assert set(block.table["Preuve"]) <= set("ABCD")
    assert "Niveau D" in block.note
    verdicts = dict(
        zip(block.table["Action"].str.split("\n").str[0], block.table["Verdict"], strict=True)
    )
    # Vacancy is higher than in France and houses are more frequent: two of three conditions.
    assert "corroborée" in verdicts["Améliorer l’habitat ancien"]
    # Only the demonstration register would answer.
    assert (
        "données insuffisantes" in verdicts["Préparer la transmission des entreprises artisanales"]
    )
    assert "données insuffisantes" in verdicts["Former les chefs d’entreprise au numérique"]


def test_the_largest_communes_hold_what_hand_addition_gives(door, pays):
    row = coherence.largest(door, [pays]).iloc[0]
    people = door.communes(pays, ["population"]).nlargest(5, "value")["value"].sum()
    assert row["value"] == pytest.approx(100 * people / 36_913)


def test_the_standing_counts_the_similar_epcis_below(pays):
    rows = pd.DataFrame({
        "territory": [pays.id, "a", "b", "c", "d"], "indicator": "theil_index", "category": "x",
        "value": [2.0, 1.0, 3.0, 5.0, np.nan],
    })  # fmt: skip
    found = coherence.standing(rows, pays).iloc[0]
    assert (found["below"], found["count"], found["median"]) == (1, 3, 3.0)


def test_a_quantity_that_half_of_the_others_lack_is_not_shown(pays):
    rows = pd.DataFrame({
        "territory": [pays.id, "a", "b", "c", "d", "e", "f", "g", "h"], "indicator": "theil_index",
        "category": "x", "value": [2.0, 1.0, 3.0, 5.0, *[np.nan] * 5],
    })  # fmt: skip
    assert coherence.standing(rows, pays).empty


def test_the_pays_lacks_a_localised_unemployment_rate_because_of_five_zones(door, pays):
    missing = {each.figure: each for each in missing_figures.figures(door, pays)}
    why = missing["Taux de chômage localisé"].why
    assert all(zone in why for zone in ("Berck (73", "Béthune (17", "Arras (10", "Saint-Omer (2"))
    assert "50" in missing["Projections de population officielles"].why
    assert "Médiane du niveau de vie" in missing


def test_an_epci_of_today_has_its_published_figures(door):
    found = {each.figure for each in missing_figures.figures(door, door.territory("200071181"))}
    assert "Médiane du niveau de vie" not in found
    assert "Tous les chiffres publiés par EPCI" not in found


def test_sections_without_their_source_give_the_command(projet):
    for block in (projet.work(), projet.services()):
        assert "Source non installée" in block.html
        assert "ternois sources install" in block.html


def test_no_block_concludes_for_the_elected(projet):
    for block in (projet.between(), projet.standing(), projet.actions(), projet.balance()):
        assert not CONCLUDES.search(f"{block.title} {block.note} {block.html}")
    assert french.typeset(shown.MODESTY) in projet.standing().note


def test_a_territory_of_one_commune_is_beside_the_point_and_fails_nowhere():
    own = page("commune-62396", "2026Q3", "public").projet
    for block in (own.work(), own.services(), own.poles(), own.between(), own.balance(),
                  own.standing()):  # fmt: skip
        assert "Sans objet" in block.html
    assert len(own.actions().table) == len(actions())
    assert own.absences().table is not None


def test_an_epci_that_the_project_never_named_has_its_page():
    own = page("200071181", "2026Q3", "public").projet
    assert len(own.standing().table) >= 4
    assert "Sans objet" in own.between().html
    assert "zonages" in own.absences().note


def test_every_term_of_art_of_the_page_has_its_definition_on_it(projet):
    blocks = [projet.work(), projet.poles(), projet.between(), projet.balance(), projet.standing(),
              projet.absences(), projet.actions(), projet.claims()]  # fmt: skip
    texts = [f"{b.title} {b.subtitle} {b.note} {b.html} {b.to_json()['table']}" for b in blocks]
    assert set(terms_in(texts)) <= set(shown.TERMS) <= set(glossary())


def test_generated_sentences_are_short(projet):
    for block in (projet.between(), projet.balance(), projet.standing(), projet.absences(),
                  projet.actions(), projet.claims()):  # fmt: skip
        cells = [] if block.table is None else block.table.to_numpy().ravel().tolist()
        for text in [block.title, block.note, *map(str, cells)]:
            for sentence in re.split(r"(?<=[.?!]) |\u202f; | : |\n", text):
                assert len(sentence.split()) <= 25, sentence
