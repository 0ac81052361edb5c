"""What moved between two quarters: why, by more than chance or not, and without disclosure."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ternois_analysis import catalog
from ternois_analysis.catalog import secrecy
from ternois_analysis.display import movements
from ternois_analysis.methods.comparisons import count_ratio
from ternois_analysis.observatory import (
    COLUMNS,
    comparable,
    evolutions,
    fingerprints,
    gate,
    observe,
    values,
)
from ternois_analysis.observatory.evolutions import Side

SHARE, COUNT, OWNERS = "vacancy_rate_pct", "craft_businesses", "owners_55_plus"


def value(indicator, number, **changes):
    row = {
        "quarter": "2026Q2", "audience": "public", "territory": "cc-pernois",
        "territory_label": "CC du Pernois", "indicator": indicator, "category": "",
        "period": "2021", "value": number, "low": np.nan, "high": np.nan, "n": np.nan,
        "status": "ok" if number is not None else "s", "note": "", "source": "recensement",
        "millesime": "2021", "synthetic": False,
    }  # fmt: skip
    return row | changes


def side(*rows, **changes):
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"value": float})
    facts = {
        "quarter": "2026Q2", "audience": "public", "known": table,
        "newest": table.drop_duplicates(evolutions.KEY, keep="last"),
        "files": {("recensement", "2021", ""): "aa"},
        "communes": {"cc-pernois": frozenset({"62001", "62002"})}, "methods": {},
    }  # fmt: skip
    return Side(**(facts | changes))


def one(before, after):
    (_, row), *others = evolutions.compare(before, after).iterrows()
    assert not others
    return row


def later(**changes):
    return {"quarter": "2026Q3"} | changes


@pytest.mark.parametrize(
    ("row", "facts", "why"),
    [
        ({}, {"files": {("recensement", "2021", ""): "bb"}}, "data"),
        ({"period": "2027", "millesime": "2027"}, {}, "millesime"),
        ({}, {"communes": {"cc-pernois": frozenset({"62001"})}}, "perimeter"),
        ({}, {"methods": {SHARE: "2"}}, "method"),
        ({}, {}, "correction"),
        ({"period": "2027", "millesime": "2027"}, {"communes": {}, "methods": {SHARE: "2"}},
         "perimeter+method+millesime"),
    ],
)  # fmt: skip
def test_a_value_that_moved_says_why(row, facts, why):
    before = side(value(SHARE, 9.0), methods={SHARE: "1"})
    after = side(value(SHARE, 9.5, **later(**row)), quarter="2026Q3", **facts)
    found = one(before, after)
    assert (found["change"], found["why"]) == ("moved", why)
    assert found["difference"] == pytest.approx(0.5)


def test_a_new_extraction_of_the_register_is_new_data():
    facts = {"source": "registre_demo", "millesime": "2026Q2", "period": "2026Q2"}
    now = facts | {"millesime": "2026Q3", "period": "2026Q3"}
    before = side(value(COUNT, 740.0, **facts), files={("registre_demo", "2026-07-10", ""): "a"})
    after = side(value(COUNT, 745.0, **now), files={("registre_demo", "2026-10-09", ""): "b"})
    assert one(before, after)["why"] == "data"


def test_what_did_not_move_has_no_reason():
    row = one(side(value(SHARE, 9.0)), side(value(SHARE, 9.0)))
    assert (row["change"], row["why"]) == ("same", "")


@pytest.mark.parametrize(
    ("before", "after", "change"), [("ok", "n.d.", "disappeared"), ("n.s.", "ok", "appeared"),
                                    ("n.d.", "n.d.", "absent")],
)  # fmt: skip
def test_what_appeared_and_what_disappeared(before, after, change):
    sides = [
        side(value(SHARE, 9.0 if status == "ok" else np.nan, status=status))
        for status in (before, after)
    ]
    row = one(*sides)
    assert row["change"] == change
    assert np.isnan(row["difference"])


def test_an_indicator_of_one_quarter_only_is_told():
    row = one(side(), side(value(SHARE, 9.0)))
    assert (row["change"], row["after"]) == ("appeared", 9.0)


@pytest.mark.parametrize("hidden", [0, 1])
def test_a_value_hidden_in_one_quarter_is_hidden_in_both(hidden):
    sides = [side(value(COUNT, None if n == hidden else 12.0)) for n in (0, 1)]
    row = one(*sides)
    assert row["change"] == "hidden"
    assert (row["status_before"], row["status_after"]) == ("s", "s")
    assert row[["before", "after", "difference"]].isna().all()


@pytest.mark.parametrize("audience", ["public", "partners"])
def test_the_difference_of_two_counts_of_persons_is_not_given(audience):
    sides = [side(value(OWNERS, n), audience=audience) for n in (12.0, 13.0)]
    row = one(*sides)
    assert row["change"] == "withheld"
    assert row[["before", "after", "difference", "p_adjusted"]].isna().all()
    assert evolutions.revised(*sides).empty


def test_inside_the_house_it_is():
    sides = [side(value(OWNERS, n), audience="internal") for n in (12.0, 13.0)]
    assert one(*sides)["difference"] == 1.0


def test_every_indicator_that_uses_a_secret_column_is_kept_from_differences():
    door = observe("2026Q3", "public")
    used = [
        name
        for name, entry in catalog.indicators().items()
        if not entry.computed
        and any(
            gate.secret(cell.column)
            for cells in gate.uses(values.instances(name, door.columns)).values()
            for cell in cells
        )
    ]
    assert OWNERS in used
    assert len(used) > 10
    assert [name for name in used if not comparable.is_secret(name, "public")] == []


def test_every_class_of_persons_is_kept_from_differences():
    kept = {
        entry.secrecy: comparable.is_secret(name, "public")
        for name, entry in catalog.indicators().items()
    }
    assert {level for level, secret in kept.items() if not secret} == {"SD0", "SD0*", "SF11"}
    assert set(kept) <= set(secrecy.secrecy().classes)


def test_two_shares_are_tested_from_their_counts():
    # 90 of 1 000 and 130 of 1 000: z = 0.04 / √(0.11 × 0.89 × 2/1000) = 2.8587, p = 0.00425.
    sides = [
        side(value("craft_family_share_pct", share, category="Bâtiment", n=1000.0))
        for share in (9.0, 13.0)
    ]
    row = one(*sides)
    assert row["p_adjusted"] == pytest.approx(0.00425, abs=1e-5)
    assert row["outcome"] == "significant"


def test_two_rates_are_tested_as_counts_of_events():
    sides = [side(value("craft_density_per_10000", rate, n=7200.0)) for rate in (150.0, 200.0)]
    assert catalog.indicator("craft_density_per_10000").interval.method == "byar"
    expected = count_ratio(144, 108, 7200, 7200).p
    assert one(*sides)["p_adjusted"] == pytest.approx(expected)


@pytest.mark.parametrize(("low", "outcome"), [(9.4, "not significant"), (10.2, "significant")])
def test_intervals_decide_where_there_are_no_counts(low, outcome):
    before = side(value("craft_net_balance_pct", 9.0, low=8.0, high=10.0))
    after = side(value("craft_net_balance_pct", 11.0, low=low, high=12.0))
    assert one(before, after)["outcome"] == outcome


def test_a_count_is_not_tested():
    assert one(side(value(COUNT, 740.0)), side(value(COUNT, 745.0)))["outcome"] == "not tested"


def test_p_values_are_adjusted_for_the_number_of_values_that_moved():
    names = ("Alimentation", "Bâtiment", "Fabrication")
    rows = [
        [value("craft_family_share_pct", share, category=c, n=1000.0) for c, share in each]
        for each in (
            zip(names, (9.0, 30.0, 20.0), strict=True),
            zip(names, (13.0, 30.5, 20.5), strict=True),
        )
    ]
    found = evolutions.compare(side(*rows[0]), side(*rows[1])).set_index("category")
    assert found.loc["Alimentation", "p_adjusted"] == pytest.approx(3 * 0.00425, abs=3e-5)


def test_censuses_too_near_to_compare_give_no_difference():
    before = side(
        value("population", 7205.0, source="populations", millesime="2022", period="2022")
    )
    now = later(source="populations", millesime="2023", period="2023")
    row = one(before, side(value("population", 7150.0, **now)))
    assert np.isnan(row["difference"])
    assert "collectes en commun" in row["note"]
    assert (row["before"], row["after"]) == (7205.0, 7150.0)


def test_a_quarter_of_a_seasonal_flow_is_not_set_against_the_one_before():
    facts = [{"period": q, "millesime": q, "source": "registre_demo"} for q in ("2026Q2", "2026Q3")]
    rows = [
        value("craft_registrations_quarter", n, **f)
        for n, f in zip((18.0, 13.0), facts, strict=True)
    ]
    row = one(side(rows[0]), side(rows[1]))
    assert np.isnan(row["difference"])
    assert row["note"] == comparable.SEASONAL
    # The same quarter seen again later is a revision of it.
    again = value("craft_registrations_quarter", 20.0, **facts[0])
    revised = evolutions.revised(side(rows[0]), side(again, rows[1]))
    assert revised["difference"].tolist() == [2.0]


def test_a_value_of_a_past_period_that_changed_is_a_revision():
    before = side(value(SHARE, 8.0, period="2016"), value(SHARE, 9.0))
    after = side(value(SHARE, 8.5, period="2016"), value(SHARE, 9.0), correction="Un total faux.")
    found = evolutions.revised(before, after)
    assert found[["period_after", "difference", "why"]].values.tolist() == [
        ["2016", 0.5, "correction"]
    ]
    assert evolutions.revised(before, before).empty


@pytest.fixture(scope="module")
def door():
    return observe("2026Q3", "public")


def test_both_quarters_come_from_the_observatory(door):
    place = door.territory("cc-pernois")
    before = evolutions.side(evolutions.previous(door), place, door)
    after = evolutions.side(door, place, door)
    assert (before.quarter, after.quarter) == ("2026Q2", "2026Q3")
    assert before.communes == after.communes
    found = evolutions.compare(before, after).set_index(["indicator", "category"])
    # The demonstration registers of July and October: counted by hand in the files.
    direct = [
        d.values(["cc-pernois"], [COUNT])["value"].iloc[0]
        for d in (evolutions.previous(door), door)
    ]
    row = found.loc[(COUNT, "")]
    assert [row["before"], row["after"]] == direct
    assert set(found.loc[found["change"] == "moved", "why"]) == {"data"}
    withheld = found[found["change"] == "withheld"]
    assert withheld[["before", "after", "difference"]].isna().all(axis=None)


def test_a_fingerprint_follows_the_definition_and_the_code(monkeypatch):
    before = fingerprints.fingerprints()
    assert set(before) == set(catalog.indicators())
    fingerprints.fingerprints.cache_clear()
    known = dict(catalog.indicators())
    known[SHARE] = replace(known[SHARE], decimals=3)
    monkeypatch.setattr(fingerprints.catalog, "indicators", lambda: known)
    after = fingerprints.fingerprints()
    fingerprints.fingerprints.cache_clear()
    assert {name for name in before if before[name] != after[name]} == {SHARE}


def test_a_fingerprint_follows_the_functions_that_are_called():
    function = fingerprints.indicators.registry()[SHARE]
    sources = list(fingerprints._sources(function, set()))
    assert any(text.startswith("def ratio(") for text in sources)
    assert len(sources) == len(set(sources)) > 1


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ({"indicator": SHARE, "difference": -0.55}, "−0,6\u00a0point"),
        ({"indicator": SHARE, "difference": 2.0}, "+\u202f2,0\u00a0points"),
        ({"indicator": COUNT, "difference": 5.0}, "+\u202f5"),
        ({"indicator": COUNT, "difference": np.nan}, "–"),
    ],
)
def test_a_difference_has_its_sign_and_unit(row, text):
    entry = catalog.indicator(row["indicator"])
    assert movements.difference(pd.Series(row), entry) == text


@pytest.fixture(scope="module")
def story(door):
    from ternois_analysis.display.evolutions import Evolutions
    from ternois_analysis.display.material import material

    return Evolutions(material(door, door.territory("cc-pernois")))


def test_the_page_prints_nothing_that_is_hidden_or_withheld(story):
    found = evolutions.compare(*story._sides)
    kept = found[found["change"].isin(("hidden", "withheld"))]
    secret = set(zip(kept["indicator"], kept["category"], strict=True))
    assert secret
    for block in (story.summary(), story.moved(), story.changed(), story.revisions()):
        rows = block.values
        assert not secret & set(zip(rows["indicator"], rows["category"], strict=True))
        differences = rows[rows["indicator"] == "evolution"]["category"]
        assert not {" / ".join(filter(None, key)) for key in secret} & set(differences)


def test_every_number_of_the_page_is_among_its_values(story):
    block = story.moved()
    shown = block.values[block.values["status"] == "ok"]
    quarters = {"2026Q2", "2026Q3"}
    assert set(shown["quarter"]) == quarters
    first = block.table.iloc[0]
    moved = evolutions.compare(*story._sides)
    moved = moved[moved["change"] == "moved"]
    names = [movements.name(row) for _, row in moved.iterrows()]
    row = moved.iloc[names.index(first["Indicateur"])]
    label = " / ".join(filter(None, (row["indicator"], row["category"])))
    (difference,) = shown.loc[
        (shown["indicator"] == "evolution") & (shown["category"] == label), "value"
    ]
    assert difference == pytest.approx(row["after"] - row["before"])
    assert block.synthetic


def test_the_summary_counts_what_the_comparison_finds(story):
    counts = evolutions.compare(*story._sides)["change"].value_counts()
    text = story.summary().html
    assert f">{counts['moved'] + counts['same']}\u00a0valeurs sont connues" in text
    assert f"{counts['moved']}\u00a0ont bougé" in text
    assert "T2\u00a02026" in text


def told(story, *rows):
    """What the page says appeared or disappeared, were these values all it compares."""
    sides = side(*(r for r, _ in rows)), side(*(r for _, r in rows))
    found = evolutions.compare(*sides)
    made = type(story)(story.material)
    vars(made)["_found"] = found
    return made.changed()


def test_the_page_says_that_nothing_appeared_only_when_its_table_would_be_empty(story):
    assert (
        "Aucun indicateur n’est apparu ni n’a disparu."
        in told(story, (value(SHARE, 9.0), value(SHARE, 9.5))).html
    )
    block = told(story, (value(SHARE, np.nan, status="n.d."), value(SHARE, 9.5)))
    assert "Aucun" not in block.html
    assert len(block.table) == 1


@pytest.mark.parametrize(
    "pair",
    [
        (value(COUNT, 12.0), value(COUNT, None)),  # newly hidden
        (value(OWNERS, np.nan, status="n.d."), value(OWNERS, 13.0)),  # kept from differences
    ],
)
def test_what_is_not_compared_is_not_said_to_be_unchanged(story, pair):
    block = told(story, pair)
    assert "n’a disparu parmi ceux qui sont comparés." in block.html
    assert block.values.empty
