"""Programmes: who took part among those who could, what small numbers allow, and bad input."""

import html
import re

import numpy as np
import pandas as pd
import pytest

from ternois_analysis.catalog.glossary import glossary, terms_in
from ternois_analysis.catalog.programmes import programmes as facts
from ternois_analysis.display import programme_coverage, programme_words
from ternois_analysis.display.material import material
from ternois_analysis.display.programmes import TERMS
from ternois_analysis.display.programmes import Programmes as Shown
from ternois_analysis.methods.risk import risk_ratio
from ternois_analysis.observatory import (
    observe,
    programme_evaluation,
    programme_results,
    programmes,
)
from ternois_analysis.observatory import programme_tables as tables
from ternois_analysis.observatory import programme_values as told
from ternois_analysis.observatory.craft import Register
from ternois_analysis.observatory.programmes import Programmes
from ternois_analysis.sources.register import COLUMNS

GROUPS = ("individual", "workshops")


@pytest.fixture(scope="module")
def door():
    return observe("2026Q3", "partners")


@pytest.fixture(scope="module")
def demo(door):
    return programmes.programmes_of(door.columns)


@pytest.fixture(scope="module")
def towns(door):
    pays = tables.pays(door)
    return {part: door.territory(part).communes[0] for part in pays.parts}


def spells(rows: list[dict[str, object]], commune: str = "62767") -> pd.DataFrame:
    """A register of businesses b0, b1…: « Bâtiment », a natural person, since 2008, unless told."""
    made = [
        {"business": f"b{rank}", "commune": commune, "nar4": "Bâtiment", "legal_form": "EI",
         "registered": "2008-01-01", "removed": None, "employees": 2, "owner_birth_year": 1970,
         "listed": True} | row
        for rank, row in enumerate(rows)
    ]  # fmt: skip
    table = pd.DataFrame(made, columns=list(COLUMNS))
    for name in ("registered", "removed"):
        table[name] = pd.to_datetime(table[name]).astype("datetime64[s]")
    for name in ("employees", "owner_birth_year"):
        table[name] = table[name].astype("Int64")
    return table


def took_part(
    names: list[str], register: pd.DataFrame | None, *, genuine: bool = True, **columns: list
) -> Programmes:
    """The files of RH+ with one entry a business, on 1 July 2012 unless told."""
    table = pd.DataFrame({
        "business": names, "programme": "rh_plus", "entered": "2012-07-01", "ended": None,
        "status": "completed", "cost_eur": 2000.0, "pays_eur": 400.0, "others_eur": 800.0,
        "satisfaction": np.nan, "objective": "", "funder": "",
    })  # fmt: skip
    table = table.assign(**columns)
    table["entered"] = pd.to_datetime(table["entered"]).astype("datetime64[s]")
    own = None if register is None else Register("registre", "2026-07-10", register)
    source = programmes.GENUINE if genuine else programmes.DEMONSTRATION
    return Programmes(source, {"participants": table}, own)


def row(
    values: pd.DataFrame, indicator: str, territory: str = "pays-ternois", category: str = ""
) -> pd.Series:
    found = values[(values["indicator"] == indicator) & (values["territory"] == territory)
                   & (values["category"].map(tables.part) == category)]  # fmt: skip
    assert len(found) == 1
    return found.iloc[0]


# --- the demonstration ---------------------------------------------------------------------------


@pytest.mark.parametrize(("group", "count"), [("individual", 17), ("workshops", 165)])
def test_the_demonstration_has_the_published_totals_and_says_what_it_is(door, demo, group, count):
    assert facts().groups[group].published == count
    own = programmes.beneficiaries(demo, group)
    assert len(own) == count
    assert own["known"].all()
    values = told.entries(door, demo, group)
    assert row(values, "programme_beneficiaries")["value"] == count
    assert values["synthetic"].all()
    first, last = (pd.Timestamp(getattr(facts().groups[group], end)) for end in ("start", "end"))
    assert own["entered"].between(first, last).all()


def test_every_participant_was_eligible_and_active_on_the_day_of_entry(demo):
    for group in GROUPS:
        pool = programmes.eligible(demo, group)
        own = programmes.beneficiaries(demo, group)
        assert pool.index.is_unique
        assert set(own.index) <= set(pool.index)
        assert (own["registered"] <= own["entered"]).all()
        assert not (own["removed"] < own["entered"]).any()


@pytest.mark.parametrize("by", ["territory", "family", "size"])
@pytest.mark.parametrize("group", GROUPS)
def test_no_count_of_one_to_four_participants_is_shown_or_left_alone(door, demo, group, by):
    values = tables.coverage(door, demo, group, by)
    counts = values[values["indicator"] == tables.TAKEN]
    assert not counts["value"].between(1, 4).any()
    assert (counts["status"] == "s").sum() != 1
    hidden = set(
        counts.loc[counts["status"] == "s", ["territory", "category"]].apply(tuple, axis=1)
    )
    rates = values[values["indicator"] == "programme_coverage_pct"].set_index(
        ["territory", "category"]
    )
    assert all(rates.loc[key, "status"] == "s" for key in hidden)
    assert rates.loc[list(hidden), ["value", "low", "high", "n"]].isna().all(axis=None)


def test_an_internal_output_shows_the_counts_and_marks_them(demo):
    values = tables.coverage(observe("2026Q3", "internal"), demo, "individual", "territory")
    counts = values[values["indicator"] == tables.TAKEN]
    assert counts.iloc[1:]["value"].sum() == 17
    assert counts["note"].str.contains("usage interne").any()


# --- take-up worked by hand -----------------------------------------------------------------------


def test_coverage_is_the_entered_among_the_eligible_with_wilson(door):
    # 450 eligible, 17 entered: 3,78 % [2,37 ; 5,97].
    found = took_part([f"b{i}" for i in range(17)], spells([{}] * 450))
    share = row(tables.coverage(door, found, "individual", "family"), "programme_coverage_pct")
    assert share["value"] == pytest.approx(3.7778, abs=1e-4)
    assert (share["low"], share["high"]) == pytest.approx((2.3718, 5.9662), abs=1e-4)
    assert share["period"] == "2012"


def test_eligible_are_those_active_on_a_day_of_the_period(door):
    rows = [{}, {"removed": "2011-12-31"}, {"removed": "2012-01-01"}, {"registered": "2012-12-31"},
            {"registered": "2013-01-01"}]  # fmt: skip
    found = took_part(["b0"], spells(rows))
    assert set(programmes.eligible(found, "individual").index) == {"b0", "b2", "b3"}


def test_a_business_that_enters_twice_counts_once(door):
    found = took_part(["b0"] * 3 + [f"b{i}" for i in range(1, 6)], spells([{}] * 30))
    values = told.entries(door, found, "individual")
    assert row(values, "programme_beneficiaries")["value"] == 6
    assert row(values, "programme_participations")["value"] == 8


def test_programmes_are_shown_apart_only_where_nobody_is_found_by_subtraction():
    alone = [{"a", "b", "c", "d", "e"}, {"f", "g", "h", "i", "j"}]
    assert told._apart(alone)
    # Three in both: RH+ and Dévcom+ less their union would give them away.
    assert not told._apart([alone[0] | {"x", "y", "z"}, alone[1] | {"x", "y", "z"}])


def test_completion_leaves_the_engaged_out_and_bounds_them(door):
    # 12 completed, 6 left, 5 engaged: 12/18; at least 12/23, at most 17/23.
    status = ["completed"] * 12 + ["left"] * 6 + ["engaged"] * 5
    found = took_part([f"b{i}" for i in range(23)], None, status=status)
    values = told.outcomes(door, found, "individual")
    name = "programme_completion_pct"
    assert row(values, name)["value"] == pytest.approx(200 / 3)
    assert row(values, name, category="au moins")["value"] == pytest.approx(1200 / 23)
    assert row(values, name, category="au plus")["value"] == pytest.approx(1700 / 23)


def test_two_who_left_are_not_given_away_by_the_others(door):
    status = ["completed"] * 15 + ["left"] * 2
    found = took_part([f"b{i}" for i in range(17)], None, status=status)
    values = told.outcomes(door, found, "individual")
    assert row(values, "programme_participations", category="parcours abandonné")["status"] == "s"
    assert row(values, "programme_participations", category="parcours terminé")["status"] == "s"
    assert row(values, "programme_completion_pct")["status"] == "s"


def test_money_is_that_of_the_worked_example(door):
    # 34 000 € for 17 businesses, 6 800 € of which the Pays: 2 000 €, 20 %, leverage 4.
    found = took_part([f"b{i}" for i in range(17)], None)
    values = told.money(door, found, "individual").set_index("indicator")["value"]
    assert values["programme_cost_eur"] == 34_000
    assert values["programme_cost_per_beneficiary_eur"] == 2_000
    assert values["programme_pays_share_pct"] == 20
    assert values["programme_leverage"] == 4
    assert values["programme_pays_alone_pct"] == 0


def test_a_cost_that_one_business_makes_up_is_hidden(door):
    costs = [100_000.0] + [100.0] * 9
    found = took_part([f"b{i}" for i in range(10)], None, cost_eur=costs, pays_eur=[10.0] * 10)
    assert set(told.money(door, found, "individual")["status"]) == {"s"}


def test_sessions_fill_as_counted_by_hand(door):
    found = took_part([f"b{i}" for i in range(9)], None)
    held = pd.DataFrame({"session": ["1", "2"], "programme": "boutic", "module": ["A", "B"],
                         "seats": [10.0, 10.0], "commune": "62036"})  # fmt: skip
    came = pd.DataFrame({"session": ["1"] * 8 + ["2"] * 6, "programme": "boutic",
                         "present": [True] * 7 + [False] + [True] * 6,
                         "business": "x"})  # fmt: skip
    found = Programmes(found.source, found.tables | {"sessions": held, "attendances": came}, None)
    values = told.workshops(door, found, "workshops")
    assert row(values, "programme_attendances")["value"] == 13
    assert row(values, "programme_fill_rate_pct")["value"] == pytest.approx(65)
    assert row(values, "programme_fill_rate_pct", category="A")["value"] == pytest.approx(70)


# --- the evaluation ------------------------------------------------------------------------------


def test_a_control_starts_on_the_day_its_match_entered_and_was_active_on_it():
    # b0 enters on 1 July 2012; b1 is gone by then, b2 comes later, b3 closes 12 months after.
    rows = [{}, {"removed": "2012-06-30"}, {"registered": "2012-09-01"}, {"removed": "2013-07-01"}]
    found = took_part(["b0"], spells(rows))
    made = programme_evaluation.comparison(found, "individual", pd.Timestamp("2026-09-30"))
    assert list(made.matches.pairs["control"]) == ["b3"]
    assert made.pool == 1
    control = made.lives[made.lives["treated"] == 0].iloc[0]
    assert control["months"] == pytest.approx(365 / (365.25 / 12))
    assert control["closed"] == 1


def test_survival_and_its_gap_are_those_counted_by_hand(door):
    # 10 entered, 5 of them closed in the first year; their controls are 10 of which none closed.
    rows = [{"removed": "2013-01-01"}] * 5 + [{}] * 15
    found = took_part([f"b{i}" for i in range(10)], spells(rows))
    made = programme_evaluation.comparison(found, "individual", pd.Timestamp("2026-09-30"))
    seen = programme_evaluation.survival(made)
    assert seen.treated[0] == pytest.approx(0.5)
    assert seen.controls[0] == 1
    assert (seen.alive, seen.followed, seen.complete) == (5, 10, True)
    # Newcombe, from Wilson: 5/10 in [0,2366 ; 0,7634], 30/30 in [0,8865 ; 1].
    assert seen.gap == -0.5
    assert (seen.low, seen.high) == pytest.approx((-0.7634, -0.2132), abs=1e-4)


def test_the_balance_says_older_with_a_plus(door):
    # The entered are there since 1990, the others since 2008: they are the older ones.
    rows = [{"registered": f"199{i % 3}-01-01"} for i in range(8)] + [
        {"registered": f"200{i % 3 + 6}-01-01"} for i in range(20)
    ]
    found = took_part([f"b{i}" for i in range(8)], spells(rows))
    values = programme_results.results(door, found, "individual").balance
    label = programme_evaluation.VARIABLES["registered_year"]
    assert row(values, "programme_balance", category=f"{label}, avant")["value"] > 1


def test_a_survival_that_gives_few_away_is_hidden(door):
    rows = [{"removed": "2013-01-01"}] * 2 + [{}] * 25
    found = took_part([f"b{i}" for i in range(12)], spells(rows))
    made = programme_results.results(door, found, "individual")
    gap = row(made.survival, "programme_survival_gap_points")
    assert gap["status"] == "s"
    assert set(made.sensitivity["status"]) == {"s"}


def test_power_counts_the_controls_that_serve_and_needs_no_outcome_of_the_treated():
    rows = [{}] * 10 + [{"removed": "2013-01-01"}, {}, {}]
    base = took_part([f"b{i}" for i in range(10)], spells(rows))
    gone = took_part(
        [f"b{i}" for i in range(10)], spells([{"removed": "2013-01-01"}] * 10 + rows[10:])
    )
    end = pd.Timestamp("2026-09-30")
    one, two = (programme_evaluation.reach(programme_evaluation.comparison(f, "individual", end))
                for f in (base, gone))  # fmt: skip
    assert one == two
    assert (one.treated, one.controls) == (10, 3)
    assert one.baseline == pytest.approx(2 / 3)


def test_the_risk_ratio_is_that_of_statsmodels():
    from statsmodels.stats.proportion import confint_proportions_2indep

    made = risk_ratio(15, 17, 330, 450)
    low, high = confint_proportions_2indep(15, 17, 330, 450, method="log", compare="ratio")
    assert made.ratio == pytest.approx(1.203209, abs=1e-6)
    assert (made.low, made.high) == pytest.approx((low, high))
    assert np.isnan(risk_ratio(1, 2, 0, 5).ratio)
    assert np.isnan(risk_ratio(0, 0, 1, 5).ratio)
    assert np.isnan(risk_ratio(0, 4, 1, 5).low)


def test_employees_move_as_counted_by_hand():
    # Entered: 2 → 4 and 1 → 2 (mean 1,5); controls: 1 → 1 and 3 → 4 (mean 0,5): 1 in all.
    after = spells([{"employees": 4}, {"employees": 2, "nar4": "Services"}, {"employees": 1},
                    {"employees": 4, "nar4": "Services"}])  # fmt: skip
    before = after.assign(employees=pd.array([2, 1, 1, 3], dtype="Int64"))
    found = took_part(["b0", "b1"], after)
    made = programme_evaluation.comparison(found, "individual", pd.Timestamp("2026-09-30"))
    assert programme_evaluation.employment(made, before, after).gap == pytest.approx(1.0)


# --- bad input: said, never a failure ------------------------------------------------------------


def shown(door, found, monkeypatch, place="pays-ternois"):
    """The page's handle on files of our own."""
    monkeypatch.setattr(programmes, "programmes_of", lambda columns: found)
    return Shown(material(door, door.territory(place)))


def texts(handle) -> list:
    blocks = [handle.about(), handle.published()]
    for group in GROUPS:
        blocks += [handle.entries(group), handle.funnel(group), handle.workshops(group)]
        blocks += [handle.outcomes(group), handle.satisfaction(group), handle.money(group)]
        blocks += [handle.coverage(group, by) for by in ("territory", "family", "size")]
        case = handle.evaluation(group)
        blocks += [case.power(), case.matching(), case.balance(), case.survival()]
        blocks += [case.sensitivity(), case.employment(), case.conclusions()]
    return blocks


def plain(block) -> str:
    table = "" if block.table is None else " ".join(map(str, block.table.to_numpy().ravel()))
    inside = html.unescape(re.sub(r"<[^>]+>", " ", block.html))
    parts = (block.title, block.subtitle, inside, block.reading, block.champ, block.note, table)
    return " ".join(parts)


def test_a_treated_business_without_a_match_is_said_and_left_out(door, monkeypatch):
    rows = [{}] * 6 + [{"nar4": "Fabrication"}] + [{}] * 20
    found = took_part([f"b{i}" for i in range(7)], spells(rows))
    made = programme_evaluation.comparison(found, "individual", pd.Timestamp("2026-09-30"))
    assert dict(made.matches.unmatched) == {"b6": "nobody"}
    said = plain(shown(door, found, monkeypatch).evaluation("individual").matching())
    assert "Entreprises appariées\u00a0: 6 sur 7." in said
    assert "aucune entreprise semblable" in said


def test_a_part_with_no_event_has_a_share_of_zero_and_its_interval(door, towns):
    first, *others = towns.items()
    rows = [{"commune": first[1]}] * 40 + [
        {"commune": code} for _, code in others for _ in range(12)
    ]
    found = took_part([f"b{i}" for i in range(12)], spells(rows))
    values = tables.coverage(door, found, "individual", "territory")
    share = row(values, "programme_coverage_pct", others[0][0])
    assert share["value"] == 0
    # Wilson, 0 of 12: up to 24,2494 %.
    assert (share["low"], share["high"]) == pytest.approx((0, 24.2494), abs=1e-4)


def test_all_ages_missing_are_left_out_of_the_matching_and_said(door, monkeypatch):
    found = took_part([f"b{i}" for i in range(6)], spells([{"owner_birth_year": None}] * 30))
    made = programme_evaluation.comparison(found, "individual", pd.Timestamp("2026-09-30"))
    assert made.left_out == ("owner_birth_year",)
    assert made.matched == 6
    said = plain(shown(door, found, monkeypatch).evaluation("individual").matching())
    assert "Âge du chef d’entreprise le jour de l’entrée\u00a0: n.d. au registre" in said


def test_a_single_quarter_of_history_gives_no_difference_in_differences(door, monkeypatch):
    found = took_part([f"b{i}" for i in range(6)], spells([{}] * 30))
    said = plain(shown(door, found, monkeypatch).evaluation("individual").employment())
    assert "n.d., aucun registre antérieur à l’entrée" in said


def test_a_part_without_any_eligible_business_is_not_available(door, towns):
    name, code = next(iter(towns.items()))
    empty = next(part for part in towns if part != name)
    found = took_part([f"b{i}" for i in range(6)], spells([{}] * 30, commune=code))
    share = row(
        tables.coverage(door, found, "individual", "territory"), "programme_coverage_pct", empty
    )
    assert (share["status"], share["note"]) == ("n.d.", tables.NOBODY)


EMPTY = took_part([], spells([{}] * 3))
CASES = {
    "nobody": EMPTY,
    "one": took_part(["b0"], spells([{}] * 3)),
    "strangers": took_part([f"x{i}" for i in range(8)], spells([{}] * 3)),
    "no register": took_part([f"b{i}" for i in range(8)], None),
    "everybody": took_part([f"b{i}" for i in range(30)], spells([{}] * 30)),
    "no money": took_part([f"b{i}" for i in range(8)], spells([{}] * 30), cost_eur=[np.nan] * 8),
    "yesterday": took_part(["b0"] * 1, spells([{"registered": "2026-01-01"}] * 9),
                           entered=["2026-09-29"]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("place", ["pays-ternois", "commune-62396"])
def test_no_bad_input_stops_a_block(door, monkeypatch, case, place):
    for block in texts(shown(door, CASES[case], monkeypatch, place)):
        assert block.title
        assert block.html or block.table is not None or block.svg
        assert "nan" not in plain(block).lower().split()


def test_without_a_file_the_page_gives_the_command(door, monkeypatch):
    for block in texts(shown(door, None, monkeypatch)):
        assert "ternois import programmes FICHIER" in plain(block)


def test_a_territory_elsewhere_and_a_commune_say_why(door):
    for place, said in (("200071181", "ne concernent que les communes du Pays"),
                        ("commune-62396", "Guinecourt\u00a0: s")):  # fmt: skip
        handle = Shown(material(door, door.territory(place)))
        assert said in plain(handle.coverage("individual", "territory"))


# --- what may be said ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page_blocks(door):
    return texts(Shown(material(door, door.territory("pays-ternois"))))


def test_every_term_of_art_has_its_definition_on_the_page(door, page_blocks):
    used = terms_in(plain(block) for block in page_blocks)
    assert set(used) <= set(TERMS)
    listed = plain(Shown(material(door, door.territory("pays-ternois"))).glossary())
    for name in TERMS:
        assert glossary()[name].definition[:40] in listed.replace("\u00a0", " ").replace(
            "\u202f", " "
        )


def test_generated_sentences_are_short(page_blocks):
    for block in page_blocks:
        if block.kind != "text" or block.title == "Les programmes":
            continue
        for item in re.findall(r"<li>(.*?)</li>", block.html):
            for sentence in re.split(r"(?<=[.])\s", html.unescape(re.sub(r"\(.*?\)", "", item))):
                assert len(sentence.split()) <= 32, sentence


def test_no_verdict_rests_on_the_demonstration(page_blocks):
    judged = [b for b in page_blocks if "niveau de preuve" in plain(b)]
    assert judged
    assert not any(f"niveau de preuve\u00a0{level}" in plain(b) for b in judged for level in "ABC")
    last = [plain(b) for b in page_blocks if "que peut-on dire" in b.title]
    assert len(last) == 2
    assert all("sont inventées" in text for text in last)


def test_genuine_files_are_judged_at_level_b_at_most(door, monkeypatch):
    rng = np.random.default_rng(1)
    years = rng.integers(1955, 1990, 600)
    rows = [{"owner_birth_year": int(y), "removed": "2014-01-01" if i % 5 == 0 else None}
            for i, y in enumerate(years)]  # fmt: skip
    found = took_part([f"b{i}" for i in range(300)], spells(rows))
    case = shown(door, found, monkeypatch).evaluation("individual")
    said = plain(case.survival())
    assert "niveau de preuve\u00a0B" in said
    assert "niveau de preuve\u00a0A" not in said
    small = took_part([f"b{i}" for i in range(10, 40)], spells(rows[:100]))
    said = plain(shown(door, small, monkeypatch).evaluation("individual").survival())
    assert "niveau de preuve\u00a0C" in said


def test_the_smallest_gap_says_when_nothing_upwards_would_be_seen():
    reach = programme_evaluation.Reach(17, 50, -0.15, 0.92, 0.5, 0.7, np.nan)
    said = programme_words.detectable(reach)
    assert said.startswith("Plus petit écart détectable : 22,0 points au-dessous des témoins.")
    assert "passerait inaperçue" in said


def test_the_funnel_needs_two_territories_to_show(door):
    found = took_part([f"b{i}" for i in range(6)], spells([{}] * 30))
    place = material(door, door.territory("pays-ternois"))
    block = programme_coverage.funnel(place, found, "individual", "Essai")
    assert block.kind in ("text", "chart")
    none = took_part([], spells([{}] * 30))
    assert "n.s." in plain(programme_coverage.funnel(place, none, "individual", "Essai"))
