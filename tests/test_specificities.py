"""What differs is told only when it is significant and material, from genuine figures."""

import re

import numpy as np
import pandas as pd
import pytest

from ternois_analysis import catalog, french
from ternois_analysis.catalog.echoes import echoes
from ternois_analysis.catalog.glossary import glossary, terms_in
from ternois_analysis.display import gaps
from ternois_analysis.display import specificities as shown
from ternois_analysis.display.page import page
from ternois_analysis.observatory import specificities
from ternois_analysis.observatory.values import COLUMNS
from ternois_analysis.territory import Territory

#: Words of judgement or cause that no description may use.
CLAIMS = re.compile(
    r"\b(meilleur|pire|performan|grâce à|à cause|effet|impact|champion|retard)", re.I
)


def territory(name, kind, codes, parts=()):
    return Territory(name, name.capitalize(), kind, None, codes, parts, "2026-09-30")


SMALL = territory("petit", "cc", ("01001", "01002"))
LARGE = territory("grand", "pays", ("01001", "01002", "01004", "62767"))
FRANCE = territory("france-metropolitaine", "france", ("01001", "01002", "01004", "62767", "75056"))


def value(place, indicator, number, n, **more):
    row = dict.fromkeys(COLUMNS, "") | {
        "quarter": "2026Q3", "audience": "public", "territory": place.id,
        "territory_label": place.label, "indicator": indicator, "period": "2021",
        "value": number, "low": np.nan, "high": np.nan, "n": n, "status": "ok",
        "synthetic": False,
    }  # fmt: skip
    return row | more


def table(*rows):
    return pd.DataFrame(rows, columns=list(COLUMNS))


def test_what_a_territory_leaves_of_a_larger_one_is_found_from_published_counts():
    # 300 of 1 000 inside, 500 of 3 000 in all: the rest has 200 of 2 000, that is 10 %.
    known = table(
        value(SMALL, "share_65_plus_pct", 30.0, 1000.0),
        value(LARGE, "share_65_plus_pct", 500 / 30, 3000.0),
    )
    found = specificities.findings(known, [(SMALL, LARGE)], {})
    assert found["reference"].iloc[0] == pytest.approx(10.0)
    assert found["gap"].iloc[0] == pytest.approx(20.0)
    assert found["against_label"].iloc[0] == "Reste de Grand"
    assert found["told"].iloc[0]


def test_a_gap_that_is_significant_and_small_is_not_told():
    known = table(
        value(SMALL, "share_65_plus_pct", 21.0, 1_000_000.0),
        value(FRANCE, "share_65_plus_pct", 20.0, 60_000_000.0),
    )
    found = specificities.findings(known, [(SMALL, FRANCE)], {}).iloc[0]
    assert found["p_adjusted"] < 0.001
    assert not found["told"]


def test_a_gap_that_is_large_and_not_significant_is_not_told():
    known = table(
        value(SMALL, "share_65_plus_pct", 30.0, 40.0),
        value(FRANCE, "share_65_plus_pct", 20.0, 60_000_000.0),
    )
    found = specificities.findings(known, [(SMALL, FRANCE)], {}).iloc[0]
    assert found["times"] >= 1
    assert not found["told"]


def test_many_tests_raise_the_bar_for_each():
    # One indicator alone passes at p = 0.03; among tests that say nothing it does not.
    alone = [
        value(SMALL, "share_65_plus_pct", 25.0, 303.0),
        value(FRANCE, "share_65_plus_pct", 20.0, 60_000_000.0),
    ]
    others = []
    for name in ("share_under_20_pct", "vacancy_rate_pct", "share_secondary_residences_pct"):
        others += [value(SMALL, name, 10.0, 300.0), value(FRANCE, name, 10.0, 60_000_000.0)]
    first = specificities.findings(table(*alone), [(SMALL, FRANCE)], {})
    assert 0.02 < first["p"].iloc[0] < 0.05
    assert first["told"].iloc[0]
    many = specificities.findings(table(*alone, *others), [(SMALL, FRANCE)], {})
    assert len(many) == 4
    assert not many["told"].any()


def test_invented_figures_are_never_told_and_weigh_on_no_other_test():
    genuine = [
        value(SMALL, "share_65_plus_pct", 30.0, 1000.0),
        value(FRANCE, "share_65_plus_pct", 20.0, 60_000_000.0),
    ]
    invented = [
        value(place, "craft_employer_share_pct", number, n, synthetic=True)
        for place, number, n in ((SMALL, 90.0, 500.0), (FRANCE, 10.0, 100_000.0))
    ]
    found = specificities.findings(table(*genuine, *invented), [(SMALL, FRANCE)], {})
    alone = specificities.findings(table(*genuine), [(SMALL, FRANCE)], {})
    own = found[~found["synthetic"]]
    assert own["p_adjusted"].tolist() == alone["p_adjusted"].tolist()
    assert not found.loc[found["synthetic"], "told"].any()
    assert found["synthetic"].sum() == 1


def test_a_hidden_or_unreliable_figure_is_not_tested():
    known = table(
        value(SMALL, "share_65_plus_pct", np.nan, np.nan, status="n.s."),
        value(FRANCE, "share_65_plus_pct", 20.0, 60_000_000.0),
    )
    found = specificities.findings(known, [(SMALL, FRANCE)], {})
    assert found.empty
    assert specificities.untested(known, SMALL, found)["share_65_plus_pct"] == "n.s."


def test_a_ratio_without_counts_is_set_among_the_similar_epcis():
    name = "population_growth_pct_per_year"
    near = [territory(f"epci-{i}", "epci", ("01001",)) for i in range(6)]
    peers = table(*(value(t, name, 0.1 * i, np.nan) for i, t in enumerate(near)))
    known = table(value(SMALL, name, -3.0, np.nan))
    found = specificities.findings(known, [(SMALL, FRANCE)], {SMALL.id: peers})
    assert found["kind"].tolist() == ["peers"]
    assert found["reference"].iloc[0] == pytest.approx(0.25)
    assert found["told"].iloc[0]


def test_an_echo_is_not_tested_and_what_it_repeats_is():
    tested = set(specificities.candidates())
    assert not tested & set(echoes())
    assert set(echoes().values()) <= tested


@pytest.fixture(scope="module")
def pays():
    return page("pays-ternois", "2026Q3", "public")


def test_sentences_are_short_and_claim_no_cause(pays):
    tested = shown.tested(pays.material)
    told = tested.findings[tested.findings["told"]]
    assert len(told) > 20
    for _, row in told.iterrows():
        text = gaps.sentence(row, tested.places)
        for one in (text, gaps.evidence(row)):
            assert len(one.replace("\u00a0", " ").split()) <= 25, one
            assert not CLAIMS.search(one), one
        assert french.typeset(gaps.evidence(row)).count("p ajustée") == 1


def test_the_sentence_says_the_figures_of_the_test(pays):
    tested = shown.tested(pays.material)
    rows = tested.findings
    row = rows[
        (rows["territory"] == "pays-ternois") & (rows["indicator"] == "vacancy_rate_pct")
        & (rows["against"] == "departement-62")
    ].iloc[0]  # fmt: skip
    assert gaps.sentence(row, tested.places).replace("\u00a0", " ") == (
        "Taux de vacance : 9,5 %, soit 2,2 points de plus que dans le Pas-de-Calais (7,3 %)."
    )


def test_no_list_of_judgement_rests_on_invented_figures(pays):
    blocks = [pays.specificites.essential(), pays.specificites.own(), pays.specificites.parts(),
              pays.specificites.parts_elsewhere()]  # fmt: skip
    for block in blocks:
        assert len(block.values)
        assert not block.synthetic
        assert not block.values["indicator"].str.startswith("craft_").any()
    assert pays.specificites.register().synthetic


def test_neutral_indicators_are_called_higher_or_lower_only(pays):
    neutral = [e.short for e in catalog.indicators().values() if e.direction == "neutral"]
    read = pays.specificites.own().table
    words = read.loc[read["Indicateur"].isin(neutral), "Lecture"]
    assert len(words)
    assert words.str.contains("plus élevé|plus bas").all()


def test_the_parts_stand_in_alphabetical_order_and_form_no_ranking(pays):
    block = pays.specificites.parts()
    names = list(dict.fromkeys(block.table["Territoire"]))
    assert names == ["Auxilois", "Pays d’Heuchin", "Pernois", "Région de Frévent", "Saint-Polois"]
    assert "pas un classement" in block.note


def test_every_number_of_a_table_of_gaps_is_among_its_values(pays):
    block = pays.specificites.own()
    kinds = block.values["indicator"].value_counts()
    assert kinds["specificity_gap"] == len(block.table)
    assert not block.values.duplicated(["territory", "indicator", "category", "period"]).any()


def test_the_smallest_commune_says_why_nothing_is_told():
    block = page("commune-62396", "2026Q3", "public").specificites.essential()
    assert "n.s." in block.html


def test_every_term_of_art_of_the_page_has_its_definition_on_it(pays):
    own = pays.specificites
    blocks = [
        own.essential(), own.own(), own.parts(), own.register(), own.untested(), own.classes(),
        own.portraits(), own.weights(), own.neighbours(), own.local(),
    ]  # fmt: skip
    texts = [f"{b.title} {b.subtitle} {b.note} {b.html} {b.to_json()['table']}" for b in blocks]
    assert set(terms_in(texts)) <= set(shown.TERMS) <= set(glossary())


def test_notes_are_made_of_short_sentences(pays):
    own = pays.specificites
    for block in (own.own(), own.register(), own.classes(), own.portraits(), own.neighbours(),
                  own.local()):  # fmt: skip
        for sentence in [block.title, *re.split(r"(?<=[.?!]) |\u202f; ", block.note)]:
            assert len(sentence.split()) <= 25, sentence
