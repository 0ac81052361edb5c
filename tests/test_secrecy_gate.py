"""The gate on small tables: the published example, audiences, margins, what is hidden in values."""

import time

import numpy as np
import pandas as pd
import pytest
from secrecy_cases import KEY, cells_of, found, keys, persons_of, units, without

from ternois_analysis import secrecy
from ternois_analysis.errors import SchemaError, SecrecyError
from ternois_analysis.secrecy import Relations, Use

ROWS, COLUMNS = ["A", "B", "C"], ["Alim", "Bat", "Serv"]
PLACES = {"A": ["a"], "B": ["b"], "C": ["c"], "T": ["a", "b", "c"]}
GROUPS = {"Alim": ["Alim"], "Bat": ["Bat"], "Serv": ["Serv"], "": COLUMNS}


def example(**changes):
    """The worked example: units, values and largest unit of three places and three trades."""
    n = pd.DataFrame([[2, 12, 9], [5, 20, 15], [4, 8, 1]], ROWS, COLUMNS)
    x = pd.DataFrame([[7, 40, 25], [18, 75, 50], [12, 30, 3]], ROWS, COLUMNS, dtype=float)
    top = pd.DataFrame([[5, 9, 6], [16, 12, 9], [5, 8, 3]], ROWS, COLUMNS, dtype=float)
    rows = []
    for place, inside in {"A": ["A"], "B": ["B"], "C": ["C"], "T": ROWS}.items():
        for category, trades in GROUPS.items():
            part = (inside, trades)
            rows.append((place, category, x.loc[part].sum().sum(), n.loc[part].sum().sum(),
                         top.loc[part].max().max()))  # fmt: skip
    table = pd.DataFrame(rows, columns=["territory", "category", "value", "n", "top1"])
    return table.assign(column="jobs", period="", secrecy="SD3D", **changes)


@pytest.fixture
def relations():
    return Relations(communes={k: tuple(v) for k, v in PLACES.items()})


@pytest.fixture
def protection(relations):
    return secrecy.protect(example(), relations, "public")


def cell(place, category):
    return ("jobs", "", place, category)


PRIMARY = {cell("A", "Alim"), cell("B", "Alim"), cell("C", "Serv")}
BEST = {cell("A", "Serv"), cell("B", "Serv"), cell("C", "Alim")}


def test_the_worked_example_comes_out_with_its_only_best_pattern(protection):
    assert keys(protection.hidden) == PRIMARY | BEST
    assert protection.cost == pytest.approx(87.0)
    assert protection.gap == 0.0


def test_the_worked_example_says_why_each_cell_is_hidden(protection):
    reasons = protection.hidden.set_index(["territory", "category"])["code"].to_dict()
    assert reasons["A", "Alim"] == "few"
    assert reasons["B", "Alim"] == "dominance"
    assert reasons["C", "Serv"] == "few"
    assert {reasons[k[2], k[3]] for k in BEST} == {"complementary"}


def test_the_attacker_finds_no_more_than_the_intervals_of_the_worked_example(relations, protection):
    record = secrecy.audit(example(), relations, "public", protection.hidden, exact=True)
    bounds = {(r.territory, r.category): (r.low, r.high) for r in record.itertuples()}
    assert bounds["A", "Alim"] == pytest.approx((0.0, 32.0))
    assert bounds["B", "Alim"] == pytest.approx((0.0, 37.0))
    assert bounds["C", "Serv"] == pytest.approx((0.0, 15.0))
    for place, category in bounds:
        own = found(example(), keys(protection.hidden), PLACES, GROUPS, (place, category))
        assert bounds[place, category] == pytest.approx(own)


def test_without_complementary_secrecy_the_attacker_finds_every_cell_of_the_example(relations):
    hidden = pd.DataFrame(sorted(PRIMARY), columns=KEY)
    record = secrecy.audit(example(), relations, "public", hidden)
    alone = record[record["kind"] == "primary"]
    assert not alone["safe"].any()
    assert (alone["low"] == alone["high"]).all()


@pytest.mark.parametrize("uncovered", sorted(BEST))
def test_uncovering_a_complementary_cell_by_hand_stops_the_publication(
    relations, protection, uncovered
):
    hidden = without(protection.hidden, uncovered[2], uncovered[3])
    record = secrecy.audit(example(), relations, "public", hidden)
    with pytest.raises(SecrecyError, match="can be found"):
        secrecy.check(record)
    through = " ".join(record.loc[~record["safe"], "through"])
    assert f"jobs, {uncovered[2]}, {uncovered[3]}" in through


def test_uncovering_a_primary_cell_by_hand_stops_the_publication(relations, protection):
    hidden = without(protection.hidden, "C", "Serv")
    record = secrecy.audit(example(), relations, "public", hidden)
    leak = record[(record["territory"] == "C") & (record["category"] == "Serv")].iloc[0]
    assert not leak["safe"]
    assert leak["through"] == "jobs, C, Serv"


def test_the_same_cells_give_the_same_pattern(relations, protection):
    shuffled = example().sample(frac=1, random_state=7)
    again = secrecy.protect(shuffled, relations, "public")
    assert keys(again.hidden) == keys(protection.hidden)


def test_the_cells_given_are_not_modified(relations):
    cells = example()
    before = cells.copy(deep=True)
    secrecy.protect(cells, relations, "public")
    pd.testing.assert_frame_equal(cells, before)


def test_counting_cells_rather_than_values_hides_the_fewest(relations):
    least = secrecy.protect(example(), relations, "public", cost="one")
    assert least.cost == 3.0
    assert len(least.hidden) == 6


def test_nothing_is_hidden_from_the_internal_audience_and_everything_secret_is_marked(relations):
    internal = secrecy.protect(example(), relations, "internal")
    assert not internal.hides
    assert keys(internal.hidden) == PRIMARY
    assert "interne" in internal.mark


def test_a_single_commune_hides_its_only_secret_with_another_cell():
    places = {"A": ["a"]}
    table = units({("a", "x"): [5.0], ("a", "y"): [4, 4, 4], ("a", "z"): [9, 9, 9, 9]})
    groups = {"x": ["x"], "y": ["y"], "z": ["z"], "": ["x", "y", "z"]}
    cells = cells_of(table, places, groups)
    protection = secrecy.protect(cells, Relations(communes={"A": ("a",)}), "public")
    # The total costs 53, the trade y 12: y goes.
    assert keys(protection.hidden) == {cell("A", "x"), cell("A", "y")}


def test_a_table_of_which_everything_is_secret_is_hidden_with_its_margins():
    places = {"A": ["a"], "B": ["b"], "T": ["a", "b"]}
    table = units({("a", "x"): [5.0], ("b", "x"): [4.0]})
    cells = cells_of(table, places, {"x": ["x"], "": ["x"]})
    relations = Relations(communes={k: tuple(v) for k, v in places.items()})
    protection = secrecy.protect(cells, relations, "public")
    assert keys(protection.hidden) == {cell(t, c) for t in places for c in ("x", "")}
    assert protection.cost == 0.0


def test_a_margin_is_hidden_where_nothing_else_protects():
    places = {"A": ["a"], "B": ["b"], "T": ["a", "b"]}
    table = units({("a", "x"): [5.0], ("b", "x"): [4.0, 5, 6, 7]})
    cells = cells_of(table, places, {"": ["x"]})
    relations = Relations(communes={k: tuple(v) for k, v in places.items()})
    protection = secrecy.protect(cells, relations, "public")
    # B = 22 is cheaper than the total of 27.
    assert keys(protection.hidden) == {cell("A", ""), cell("B", "")}
    shown = cells[cells["territory"] != "B"]
    assert keys(secrecy.protect(shown, relations, "public").hidden) == {cell("A", "")}


def test_a_known_zero_protects_nothing():
    places = {"A": ["a"], "B": ["b"], "C": ["c"], "T": ["a", "b", "c"]}
    table = units({("a", "x"): [5.0], ("c", "x"): [8.0, 8, 8]})
    cells = cells_of(table, places, {"": ["x"]})
    relations = Relations(communes={k: tuple(v) for k, v in places.items()})
    hidden = keys(secrecy.protect(cells, relations, "public").hidden)
    assert cell("B", "") not in hidden
    assert hidden == {cell("A", ""), cell("C", "")}


def test_the_business_alone_in_a_cell_cannot_find_the_other_hidden_cell():
    places = {"A": ["a"], "B": ["b"], "C": ["c"], "T": ["a", "b", "c"]}
    table = units({("a", "x"): [5.0], ("b", "x"): [6.0, 7.0], ("c", "x"): [9.0, 9, 9]})
    cells = cells_of(table, places, {"": ["x"]})
    relations = Relations(communes={k: tuple(v) for k, v in places.items()})
    two = pd.DataFrame([cell("A", ""), cell("B", "")], columns=KEY)
    record = secrecy.audit(cells, relations, "public", two)
    leak = record[~record["safe"]].iloc[0]
    assert leak["territory"] == "B"
    assert "seul dans jobs, A" in leak["through"]
    assert keys(secrecy.protect(cells, relations, "public").hidden) >= {cell("C", "")}


def test_two_names_of_the_same_communes_are_hidden_together():
    places = {"A": ["a"], "B": ["b"], "T": ["a", "b"], "EPCI": ["a", "b"]}
    table = units({("a", "x"): [5.0], ("b", "x"): [4.0]})
    cells = cells_of(table, places, {"": ["x"]})
    relations = Relations(communes={k: tuple(v) for k, v in places.items()})
    hidden = keys(secrecy.protect(cells, relations, "public").hidden)
    assert {cell("T", ""), cell("EPCI", "")} <= hidden
    record = secrecy.audit(cells, relations, "public", pd.DataFrame(
        sorted(hidden - {cell("EPCI", "")}), columns=KEY))  # fmt: skip
    assert not record["safe"].all()


def test_a_group_that_shares_a_trait_is_hidden_with_what_would_tell():
    table = units({("a", "x"): [1.0] * 7})
    owners = persons_of(table, {"A": ["a"]}, {"": ["x"]}, column="owners")
    women = persons_of(table, {"A": ["a"]}, {"": ["x"]}, column="women")
    relations = Relations(
        communes={"A": ("a",)}, parts=(secrecy.Parts(whole="owners", parts=("women",)),)
    )
    hidden = keys(secrecy.protect(pd.concat([owners, women]), relations, "public").hidden)
    assert ("women", "", "A", "") in hidden


def test_no_woman_among_seven_owners_is_hidden_for_all_seven_are_then_men():
    table = units({("a", "x"): [1.0] * 7})
    owners = persons_of(table, {"A": ["a"]}, {"": ["x"]}, column="owners")
    women = owners.assign(column="women", value=0.0, n=0, top1=0.0)
    relations = Relations(
        communes={"A": ("a",)}, parts=(secrecy.Parts(whole="owners", parts=("women",)),)
    )
    hidden = keys(secrecy.protect(pd.concat([owners, women]), relations, "public").hidden)
    assert ("women", "", "A", "") in hidden
    assert ("owners", "", "A", "") not in hidden


def test_medians_are_hidden_by_their_own_rule_and_protect_nothing():
    cells = pd.DataFrame({
        "column": "price", "territory": ["A", "B", "T"], "value": [900.0, 1100.0, 1000.0],
        "n": [4, 20, 24], "secrecy": "SD11", "additive": False,
    })  # fmt: skip
    relations = Relations(communes={"A": ("a",), "B": ("b",), "T": ("a", "b")})
    protection = secrecy.protect(cells, relations, "public")
    assert keys(protection.hidden) == {("price", "", "A", "")}
    record = secrecy.audit(cells, relations, "public", protection.hidden.iloc[:0])
    assert record["safe"].tolist() == [False]


def test_missing_values_have_nothing_to_hide(relations):
    cells = example()
    cells.loc[cells["territory"] == "B", "value"] = np.nan
    protection = secrecy.protect(cells, relations, "public")
    assert not (protection.hidden["territory"] == "B").any()


def test_a_total_that_is_not_the_sum_of_its_parts_is_refused(relations):
    cells = example()
    cells.loc[(cells["territory"] == "T") & cells["category"].isin(["Bat", ""]), "value"] += 1
    with pytest.raises(SchemaError, match=r"jobs of T.*the sum of its parts"):
        secrecy.protect(cells, relations, "public")


def test_categories_that_add_up_to_more_than_their_total_are_refused(relations):
    cells = example()
    cells.loc[(cells["territory"] == "T") & (cells["category"] == "Bat"), "value"] += 1
    with pytest.raises(SchemaError, match="a column of its own"):
        secrecy.protect(cells, relations, "public")


def test_a_cell_given_twice_is_refused(relations):
    with pytest.raises(SchemaError, match="twice"):
        secrecy.protect(pd.concat([example(), example()]), relations, "public")


def test_a_territory_without_communes_is_refused():
    with pytest.raises(SchemaError, match="list of communes"):
        secrecy.protect(example(), Relations(communes={"A": ("a",)}), "public")


def values(**changes):
    table = pd.DataFrame({
        "quarter": "2026Q3", "audience": "public", "territory": ["A", "B", "C", "T"],
        "indicator": "jobs_per_business", "category": "Alim", "period": "2026Q3",
        "value": [3.5, 3.6, 3.0, 3.4], "low": 1.0, "high": 9.0, "n": [2.0, 5.0, 4.0, 11.0],
        "status": ["ok", "n.s.", "n.d.", "ok"], "note": "à interpréter avec prudence",
    })  # fmt: skip
    return table.assign(**changes)


USES = {
    ("jobs_per_business", "2026Q3"): [Use("jobs")],
    ("jobs_per_business", "2026Q2"): [Use("jobs", period="2026Q2")],
}


def test_a_value_computed_from_a_hidden_cell_loses_everything_that_tells(protection):
    gated = secrecy.hide(values(), USES, protection)
    assert gated["status"].tolist() == ["s", "s", "n.d.", "ok"]
    hidden = gated[gated["status"] == "s"]
    assert hidden[["value", "low", "high", "n"]].isna().all(axis=None)
    assert (hidden["note"] == "").all()


def test_a_value_of_another_category_or_period_stays(protection):
    pd.testing.assert_frame_equal(
        secrecy.hide(values(category="Bat"), USES, protection), values(category="Bat")
    )
    pd.testing.assert_frame_equal(
        secrecy.hide(values(period="2026Q2"), USES, protection), values(period="2026Q2")
    )


def test_a_share_of_the_total_is_hidden_with_the_total(relations):
    cells = example()
    protection = secrecy.protect(cells, relations, "public")
    uses = {("jobs_per_business", "2026Q3"): [Use("jobs", category="Alim")]}
    gated = secrecy.hide(values(category="Bat", status="ok"), uses, protection)
    assert gated["status"].tolist() == ["s", "s", "s", "ok"]


def test_internal_values_are_marked_and_shown(relations):
    internal = secrecy.protect(example(), relations, "internal")
    gated = secrecy.hide(values(status="ok", audience="internal"), USES, internal)
    assert gated["value"].tolist() == values()["value"].tolist()
    assert gated["note"].str.contains("usage interne").tolist() == [True, True, False, False]


def test_values_made_for_partners_do_not_pass_as_public(protection):
    with pytest.raises(SecrecyError, match="values for public"):
        secrecy.hide(values(audience="partners"), USES, protection)


def test_a_hidden_zero_passes_for_the_smallest_figure_of_its_table():
    places = {"A": ["a"], "B": ["b"], "C": ["c"], "T": ["a", "b", "c"]}
    table = units({("a", "x"): [0.0, 0.0], ("b", "x"): [4.0] * 3, ("c", "x"): [5.0] * 3})
    cells = cells_of(table, places, {"": ["x"]})
    relations = Relations(communes={k: tuple(v) for k, v in places.items()})
    protection = secrecy.protect(cells, relations, "public")
    assert keys(protection.hidden) == {cell("A", ""), cell("B", "")}
    record = secrecy.audit(cells, relations, "public", protection.hidden, exact=True)
    zero = record[record["territory"] == "A"].iloc[0]
    assert (zero["low"], zero["high"], zero["required_high"]) == (0.0, 12.0, 12.0)


def test_public_counts_pass_without_a_search_and_without_a_copy():
    many = pd.DataFrame({
        "column": "population", "territory": [f"t{i}" for i in range(50_000)],
        "category": "", "value": 1.0, "n": 1.0, "secrecy": "SD0",
    })  # fmt: skip
    shown = pd.DataFrame({"status": ["ok"] * 50_000})
    start = time.perf_counter()
    protection = secrecy.protect(many, Relations(communes={}), "public")
    assert secrecy.hide(shown, {}, protection) is shown
    # Measured at 3 ms; the limit leaves room for a busy machine and none for a search.
    assert time.perf_counter() - start < 0.2
    assert protection.hidden.empty
