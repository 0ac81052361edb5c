"""Transmission: what is expected of owners near retirement, and what never tells a person."""

import re

import numpy as np
import pandas as pd
import pytest

from ternois_analysis import quarters
from ternois_analysis.catalog.scenarios import scenarios
from ternois_analysis.display.material import material
from ternois_analysis.display.transmission import Transmission
from ternois_analysis.observatory import (
    craft,
    last_of_trade,
    observe,
    older_trades,
    owner_exits,
    takeovers,
    transmission,
)
from ternois_analysis.observatory.craft import Register
from ternois_analysis.observatory.door import Observatory

QUARTER = quarters.parse("2026Q3")
METHODS = ("owners", "trades", "exits", "at_risk", "sensitivity", "hypotheses", "last_of_kind",
           "last_by_trade", "takeovers", "takeover_trend", "words")  # fmt: skip
PLACES = ("pays-ternois", "cc-pernois", "commune-62396", "200071181")


@pytest.fixture(scope="module")
def door():
    """The observatory as the public sees it, on the demonstration register."""
    return observe("2026Q3", "public")


def invented(monkeypatch, change, source=craft.GENUINE):
    """An observatory whose register is the demonstration one, changed, under another name."""
    real = observe("2026Q3", "public").columns.register

    def given(*_):
        return Register(source, real.extracted, change(real.spells.copy()))

    monkeypatch.setattr("ternois_analysis.observatory.craft.register_of", given)
    monkeypatch.setattr("ternois_analysis.observatory.door.gate.protection", lambda *_: None)
    return Observatory(QUARTER, "public")


def page(door, place):
    return Transmission(material(door, door.territory(place)))


def words(block):
    """The running text of a block, without its marks."""
    return re.sub(r"<[^>]+>", "\n", block.html)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("method", METHODS)
def test_every_block_is_made_for_any_territory(door, place, method):
    block = getattr(page(door, place), method)()
    assert block.title
    hidden = block.values[block.values["status"] != "ok"]
    assert hidden[["value", "low", "high", "n"]].isna().all(axis=None)


def test_exits_are_those_of_the_hazards_and_their_interval_holds_them(door):
    rows = owner_exits.exits(door, [door.territory("pays-ternois")])
    totals = door.totals([door.territory("pays-ternois")])
    ages = [totals[f"craft_owners@2026Q3#{label}"].iloc[0] for label, _, _ in craft.AGES]
    # Five years at 0.5, 0.5, 1, 10 and 30 % a year, worked apart.
    leaving = [1 - 0.995**5, 1 - 0.995**5, 1 - 0.99**5, 0.40951, 0.83193]
    assert rows["value"].iloc[0] == pytest.approx(np.dot(ages, leaving), abs=1e-6)
    assert rows["low"].iloc[0] < rows["value"].iloc[0] < rows["high"].iloc[0]


def test_the_same_seed_gives_the_same_interval(door):
    place = [door.territory("cc-pernois")]
    one, two = (owner_exits.exits(door, place)[["low", "high"]] for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert str(scenarios().seed) in page(door, "cc-pernois").exits().note


def test_what_the_gate_hides_has_no_exits_either(door):
    rows = owner_exits.exits(door, [door.territory(n) for n in door.default_territories()])
    bands = door.values(list(door.default_territories()), ["owners_age_share_pct"])
    hidden = set(bands.loc[bands["status"] == "s", "territory"])
    assert hidden
    assert hidden == set(rows.loc[rows["status"] == "s", "territory"])


def test_at_risk_follows_the_survey_and_the_mix_of_the_pays(door):
    rows = transmission.at_risk(door, [door.territory("cc-pernois")]).iloc[0]
    share = transmission.employers(door)["value"].iloc[0] / 100
    owners = door.values(["cc-pernois"], ["owners_55_plus"])["value"].iloc[0]
    # ISM-MAAF 2018: 0.32 × 0.62 without employee, 0.64 × 0.75 with one.
    lost = (1 - share) * (1 - 0.1984) + share * (1 - 0.48)
    assert rows["value"] == pytest.approx(owners * lost, abs=1e-9)
    assert rows["low"] < rows["value"] < rows["high"]


def test_the_survey_worked_example_leaves_183_businesses_of_270():
    kinds = (scenarios().transmission.none, scenarios().transmission.employees)
    taken = [n * k.sought.value * k.succeeded.value / 1e4
             for n, k in zip((150, 120), kinds, strict=True)]  # fmt: skip
    assert 270 - sum(taken) == pytest.approx(182.64, abs=1e-9)


def test_groups_too_small_on_one_side_are_joined_and_nothing_is_lost():
    counts = pd.DataFrame({"sum": [30, 2, 9, 4], "size": [80, 20, 12, 9]}, index=list("abcd"))
    merged = older_trades.merged(counts, 5)
    # b has 2 older, c 3 younger, d 4 older: together 15 of 41, that is enough.
    assert merged.index.to_list() == ["a", older_trades.OTHERS]
    assert merged.loc[older_trades.OTHERS].to_list() == [15, 41]


def test_one_small_group_takes_the_smallest_of_the_others_with_it():
    counts = pd.DataFrame({"sum": [30, 20, 2], "size": [80, 50, 9]}, index=list("abc"))
    merged = older_trades.merged(counts, 5)
    assert merged.index.to_list() == ["a", older_trades.OTHERS]
    assert merged.loc[older_trades.OTHERS].to_list() == [22, 59]


def test_groups_that_are_all_too_small_give_nothing():
    counts = pd.DataFrame({"sum": [1, 2], "size": [9, 8]}, index=list("ab"))
    assert older_trades.merged(counts, 5).empty


def test_trades_add_up_to_all_owners_so_that_none_is_left_by_subtraction(door):
    rows = older_trades.trades(door)
    shares = rows[rows["indicator"] == "owners_55_plus_by_trade_pct"]
    older = (shares["value"] * shares["n"] / 100).round()
    whole = door.values(["pays-ternois"], ["owners_55_plus"]).iloc[0]
    assert older.sum() == whole["value"]
    assert shares["n"].sum() == whole["n"]
    assert (older >= 5).all()
    assert (shares["n"] - older >= 5).all()


def test_a_crossing_with_age_is_never_given_below_the_pays_for_one_part_alone(door):
    rows = last_of_trade.older(door)
    assert rows["territory"].to_list()[0] == "pays-ternois"
    assert len(rows) in (1, 6)
    assert set(older_trades.trades(door)["territory"]) == {"pays-ternois"}


def test_a_part_with_few_older_heads_hides_all_parts(monkeypatch):
    everywhere = invented(monkeypatch, lambda spells: spells.assign(
        owner_birth_year=np.where(np.arange(len(spells)) % 2, 1960, 1990)))  # fmt: skip
    assert len(last_of_trade.older(everywhere)) == 6
    one = observe("2026Q3", "public").territory("cc-frevent").communes

    def young(spells):
        years = np.where(np.arange(len(spells)) % 2, 1960, 1990)
        return spells.assign(owner_birth_year=np.where(spells["commune"].isin(one), 1990, years))

    assert last_of_trade.older(invented(monkeypatch, young))["territory"].to_list() == [
        "pays-ternois"
    ]


def test_a_business_alone_in_its_trade_is_counted_once_and_two_are_not(door):
    table = last_of_trade.alone(door)
    assert not table.duplicated(["commune", "trade"]).any()
    places = [door.territory(name) for name in door.default_territories()]
    rows = last_of_trade.by_territory(door, places).set_index("territory")["value"]
    assert rows["pays-ternois"] == rows.drop("pays-ternois").sum() == len(table)


def test_no_commune_is_named_with_an_age(door):
    for method in METHODS:
        values = getattr(page(door, "commune-62396"), method)().values
        personal = values[values["indicator"].str.contains("owners|55_plus|at_risk")]
        assert not personal["territory"].str.startswith("commune-").any(), method


def test_all_ages_missing_say_so_and_nothing_fails(monkeypatch):
    bare = invented(monkeypatch, lambda spells: spells.assign(
        owner_birth_year=pd.array([pd.NA] * len(spells), dtype="Int64")))  # fmt: skip
    shown = page(bare, "pays-ternois")
    for method in METHODS:
        assert getattr(shown, method)().title
    rows = owner_exits.exits(bare, [bare.territory("pays-ternois")])
    assert rows["status"].to_list() == ["n.d."]
    assert "n.d." in words(shown.exits())
    assert "n.s." in words(shown.trades())
    missing = bare.values(["pays-ternois"], ["owners_age_missing_pct"])
    assert missing["value"].to_list() == [100.0]


def test_a_part_without_exits_expects_none(monkeypatch):
    one = observe("2026Q3", "public").territory("cc-frevent").communes

    def young(spells):
        far = scenarios().exits["Moins de 35 ans"]
        assert far.value > 0
        return spells.assign(owner_birth_year=np.where(
            spells["commune"].isin(one), 1975, spells["owner_birth_year"].fillna(1980)
        ))  # fmt: skip

    rows = owner_exits.exits(invented(monkeypatch, young), [
        observe("2026Q3", "public").territory("cc-frevent")])  # fmt: skip
    # Nobody is 55: only the 1 % a year of the middle ages is left.
    assert rows["status"].to_list() == ["ok"]
    assert rows["value"].iloc[0] == pytest.approx(rows["n"].iloc[0] * 0.0490099501, abs=1e-6)


def test_no_judgement_rests_on_the_demonstration(door, monkeypatch):
    assert "aucun jugement" in words(page(door, "pays-ternois").takeover_trend())
    genuine = invented(monkeypatch, lambda spells: spells)
    said = words(page(genuine, "pays-ternois").takeover_trend())
    assert "Newcombe" in said


def test_the_share_of_takeovers_ends_with_the_indicators_own_value(door):
    rows = takeovers.history(door)
    own = door.values(["pays-ternois"], ["takeover_share_pct"])
    pd.testing.assert_frame_equal(rows.tail(1).reset_index(drop=True), own, check_dtype=False)


def test_a_change_is_newcombes():
    rows = pd.DataFrame({
        "period": ["2025Q3", "2026Q3"], "status": "ok", "value": [100 * 330 / 450, 100 * 15 / 17],
        "n": [450.0, 17.0],
    })  # fmt: skip
    found = takeovers.change(rows)
    assert [found.points, found.low, found.high] == pytest.approx(
        [14.9020, -8.0, 24.3938], abs=1e-4
    )


def test_without_a_register_the_command_is_given(monkeypatch):
    monkeypatch.setattr("ternois_analysis.observatory.craft.register_of", lambda *_: None)
    bare = Observatory(QUARTER, "public")
    for method in ("owners", "exits", "at_risk", "last_of_kind", "takeovers"):
        said = words(getattr(page(bare, "pays-ternois"), method)())
        assert "Source non installée" in said
        assert "ternois import register" in said


def test_sentences_are_short(door):
    for place in PLACES:
        for method in METHODS:
            for text in words(getattr(page(door, place), method)()).split("\n"):
                for sentence in re.split(r"(?<=[.?!])\s", text):
                    assert len(re.findall(r"[\w’-]+", sentence)) <= 25, sentence
