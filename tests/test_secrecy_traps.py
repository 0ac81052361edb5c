"""Differencing: one test a trap, with the table that falls into it and the gate that does not."""

import pandas as pd
import pytest
from secrecy_cases import KEY, cells_of, keys, persons_of, units

from ternois_analysis import secrecy
from ternois_analysis.errors import SecrecyError
from ternois_analysis.secrecy import Flow, Parts, Relations

ONE = {"": ["x"]}


def relations_of(places, **others):
    return Relations(communes={k: tuple(v) for k, v in places.items()}, **others)


def leaks(cells, relations, hidden, earlier=None):
    """Whether the audit stops the publication of all cells but `hidden`."""
    record = secrecy.audit(cells, relations, "public", hidden, earlier)
    return bool((~record["safe"].astype(bool)).any())


def only(*cells):
    return pd.DataFrame(list(cells), columns=KEY)


def many(value, count=4):
    return [float(value)] * count


def protected(cells, relations, earlier=None):
    protection = secrecy.protect(cells, relations, "public", earlier)
    secrecy.check(secrecy.audit(cells, relations, "public", protection.hidden, earlier))
    return protection


def test_the_pays_less_four_communities_is_the_fifth():
    communities = ["auxilois", "heuchin", "pernois", "frevent", "saint-polois"]
    places = {name: [name] for name in communities} | {"pays": communities}
    table = units({(name, "x"): many(10 + i) for i, name in enumerate(communities[1:])})
    table = pd.concat([table, units({("auxilois", "x"): [30.0, 12.0]})])
    cells, relations = cells_of(table, places, ONE), relations_of(places)
    fifth = ("jobs", "", "auxilois", "")
    assert leaks(cells, relations, only(fifth))
    hidden = keys(protected(cells, relations).hidden)
    assert fifth in hidden
    assert len(hidden) == 2
    assert leaks(cells, relations, only(*(hidden - {fifth})))


def test_vertes_collines_less_the_saint_polois_is_heuchin():
    places = {"cc-saint-polois": ["sp1", "sp2"], "cc-vertes-collines": ["sp1", "sp2", "h1", "h2"]}
    table = units(
        {("sp1", "x"): many(7), ("sp2", "x"): many(9), ("h1", "x"): [3.0], ("h2", "x"): [4.0]}
    )
    cells, relations = cells_of(table, places, ONE), relations_of(places)
    # Heuchin is printed nowhere, and has two businesses.
    assert leaks(cells, relations, only())
    protection = protected(cells, relations)
    assert keys(protection.hidden) == {("jobs", "", "cc-saint-polois", "")}


def test_the_epci_less_its_part_in_the_department_is_the_commune_of_the_somme():
    inside = [f"62{i:03d}" for i in range(1, 6)]
    places = {"epci-200069672": [*inside, "80810"], "departement-62-part": inside}
    table = units({(c, "x"): many(5) for c in inside} | {("80810", "x"): [8.0, 2.0]})
    cells, relations = cells_of(table, places, ONE), relations_of(places)
    record = secrecy.audit(cells, relations, "public", only())
    leak = record[~record["safe"]].iloc[0]
    assert (leak["low"], leak["high"]) == (10.0, 10.0)
    assert "epci-200069672" in leak["through"]
    assert "departement-62-part" in leak["through"]
    assert len(protected(cells, relations).hidden) == 1


def edition(places, cells, quarter="2018Q4", hidden=(), audience="public"):
    """Cells of an earlier edition, as the release register gives them."""
    lists = {k: " ".join(sorted(v)) for k, v in places.items()}
    gone = (
        pd.MultiIndex.from_frame(cells[KEY]).isin(list(hidden)) if hidden else [False] * len(cells)
    )
    return cells.assign(
        quarter=quarter, audience=audience, communes=cells["territory"].map(lists),
        additive=True, status=["s" if g else "ok" for g in gone],
    )  # fmt: skip


def test_the_new_bonnieres_less_the_old_one_is_canteleux():
    table = units({("62154", "x"): many(6), ("62210", "x"): [4.0], ("62001", "x"): many(5)})
    old = {"commune-62154": ["62154"]}
    new = {"commune-62154": ["62154", "62210"], "commune-62001": ["62001"]}
    before = edition(old, cells_of(table, old, ONE, period="2018"))
    cells, relations = cells_of(table, new, ONE, period="2018"), relations_of(new)
    assert not leaks(cells, relations, only())
    record = secrecy.audit(cells, relations, "public", only(), before)
    leak = record[~record["safe"]].iloc[0]
    assert (leak["low"], leak["high"]) == (4.0, 4.0)
    assert "publié au T4\u00a02018" in leak["through"]
    hidden = keys(protected(cells, relations, before).hidden)
    assert hidden == {("jobs", "2018", "commune-62154", "")}


def test_the_small_intersection_of_two_territories_is_not_told():
    # The travel area and the community share one commune, c, with two businesses.
    places = {"aav": ["a", "b", "c"], "cc": ["c", "d", "e"], "both": ["a", "b", "c", "d", "e"]}
    table = units({(k, "x"): many(v) for k, v in {"a": 3, "b": 4, "d": 5, "e": 6}.items()})
    table = pd.concat([table, units({("c", "x"): [2.0, 3.0]})])
    cells, relations = cells_of(table, places, ONE), relations_of(places)
    # aav + cc − both = c.
    assert leaks(cells, relations, only())
    assert len(protected(cells, relations).hidden) == 1


def test_two_quarters_of_a_stock_do_not_reveal_one_closure():
    places = {"A": ["a"], "B": ["b"], "T": ["a", "b"]}
    before = units({("a", "x"): [10.0, 11.0, 12.0, 13.0], ("b", "x"): many(9)})
    after = units({("a", "x"): [10.0, 11.0, 12.0], ("b", "x"): many(9)})
    gone = units({("a", "x"): [13.0]})
    none = units({})
    first = cells_of(before, places, ONE, column="stock", period="2026Q2")
    now = pd.concat([
        cells_of(after, places, ONE, column="stock", period="2026Q3"),
        cells_of(none, places, ONE, column="entries", period="2026Q3"),
        cells_of(gone, places, ONE, column="exits", period="2026Q3").assign(published=False),
        first.assign(published=False),
    ])  # fmt: skip
    relations = relations_of(
        places, flows=(Flow("stock", "entries", "exits", before="2026Q2", after="2026Q3"),)
    )
    known = edition(places, first, "2026Q2")
    assert not leaks(now, relations, only())
    record = secrecy.audit(now, relations, "public", only(), known)
    leak = record[~record["safe"]].iloc[0]
    assert leak["column"] == "exits"
    assert (leak["low"], leak["high"]) == (13.0, 13.0)
    hidden = keys(protected(now, relations, known).hidden)
    assert ("stock", "2026Q3", "A", "") in hidden


def test_a_commune_and_the_other_communes_add_up_to_their_community():
    places = {"commune": ["a"], "autres communes": ["b", "c"], "cc": ["a", "b", "c"]}
    table = units({("a", "x"): [5.0], ("b", "x"): many(6), ("c", "x"): many(7)})
    cells, relations = cells_of(table, places, ONE), relations_of(places)
    assert leaks(cells, relations, only(("jobs", "", "commune", "")))
    assert len(protected(cells, relations).hidden) == 2


def test_the_other_communes_that_nobody_prints_count_too():
    places = {"commune": ["a"], "cc": ["a", "b"]}
    table = units({("a", "x"): many(6), ("b", "x"): [7.0, 8.0]})
    cells, relations = cells_of(table, places, ONE), relations_of(places)
    assert leaks(cells, relations, only())
    assert keys(protected(cells, relations).hidden) == {("jobs", "", "commune", "")}


def test_two_lists_of_communes_that_differ_by_one_do_not_reveal_it():
    places = {"liste-1": ["a", "b", "c"], "liste-2": ["a", "b"]}
    table = units({("a", "x"): many(6), ("b", "x"): many(7), ("c", "x"): [8.0]})
    cells, relations = cells_of(table, places, ONE), relations_of(places)
    assert leaks(cells, relations, only())
    assert keys(protected(cells, relations).hidden) == {("jobs", "", "liste-2", "")}


def test_a_list_of_communes_made_after_the_publication_is_audited_against_it():
    old = {"liste-1": ["a", "b", "c"]}
    new = {"liste-2": ["a", "b"]}
    table = units({("a", "x"): many(6), ("b", "x"): many(7), ("c", "x"): [8.0]})
    known = edition(old, cells_of(table, old, ONE))
    cells, relations = cells_of(table, new, ONE), relations_of(new)
    assert leaks(cells, relations, only(), known)
    assert keys(protected(cells, relations, known).hidden) == {("jobs", "", "liste-2", "")}


def test_what_was_published_of_a_secret_cannot_be_taken_back():
    places = {"A": ["a"], "B": ["b"], "T": ["a", "b"]}
    table = units({("a", "x"): [5.0], ("b", "x"): many(6)})
    cells, relations = cells_of(table, places, ONE), relations_of(places)
    known = edition(places, cells)
    with pytest.raises(SecrecyError, match="public already"):
        secrecy.protect(cells, relations, "public", known)


def test_the_next_edition_hides_the_same_cells_as_the_last():
    places = {"A": ["a"], "B": ["b"], "C": ["c"], "T": ["a", "b", "c"]}
    table = units({("a", "x"): [5.0], ("b", "x"): many(6), ("c", "x"): many(6)})
    cells, relations = cells_of(table, places, ONE), relations_of(places)
    first = keys(protected(cells, relations).hidden)
    other = {"B": "C", "C": "B"}
    swapped = {(c, p, other.get(t, t), k) for c, p, t, k in first}
    known = edition(places, cells, hidden=sorted(swapped))
    # On its own this table would hide B, as it did; C was hidden last time.
    assert keys(protected(cells, relations, known).hidden) == swapped


def test_men_are_not_found_from_owners_and_women():
    places = {"A": ["a"], "B": ["b"], "T": ["a", "b"]}
    table = units({("a", "x"): many(1, 20), ("b", "x"): many(1, 30)})
    women = units({("a", "x"): many(1, 18), ("b", "x"): many(1, 12)})
    owners = persons_of(table, places, ONE, column="owners")
    cells = pd.concat([owners, persons_of(women, places, ONE, column="women")])
    relations = relations_of(places, parts=(Parts("owners", ("women",)),))
    # Two men in A are printed nowhere.
    record = secrecy.audit(cells, relations, "public", only())
    leak = record[~record["safe"]].iloc[0]
    assert leak["column"] == "owners sauf women"
    assert (leak["low"], leak["high"]) == (2.0, 2.0)
    assert protected(cells, relations).cost > 0


def test_the_trades_not_shown_are_not_found_from_the_total():
    groups = {"x": ["x"], "": ["x", "y"]}
    table = units({("a", "x"): many(1, 9), ("a", "y"): many(1, 2)})
    cells = persons_of(table, {"A": ["a"]}, groups, column="owners")
    relations = relations_of({"A": ["a"]})
    assert leaks(cells, relations, only())
    assert keys(protected(cells, relations).hidden) == {("owners", "", "A", "x")}


def test_one_total_cut_by_trade_and_by_age_gives_neither_away():
    by_trade = {"x": ["x"], "y": ["y"], "": ["x", "y"]}
    table = units({("a", "x"): many(1, 9), ("a", "y"): many(1, 2)})
    owners = persons_of(table, {"A": ["a"]}, by_trade, column="owners")
    ages = pd.DataFrame({
        "column": "owners_by_age", "period": "", "territory": "A", "category": ["young", "old", ""],
        "value": [5.0, 6.0, 11.0], "n": [5, 6, 11], "top1": 1.0, "secrecy": "SP5",
    })  # fmt: skip
    link = Parts("owners", ("owners_by_age",), exhaustive=True, by_category=False)
    relations = relations_of({"A": ["a"]}, parts=(link,))
    cells = pd.concat([owners, ages])
    # y = total − x; hiding the total of one table does not help while the other gives it.
    assert leaks(cells, relations, only(("owners", "", "A", "y"), ("owners", "", "A", "")))
    assert keys(protected(cells, relations).hidden) == {
        ("owners", "", "A", "y"), ("owners", "", "A", "x"),
    }  # fmt: skip


def test_a_public_count_that_gives_a_part_away_is_taken_into_account():
    places = {"A": ["a"]}
    table = units({("a", "x"): many(1, 6)})
    firms = persons_of(table, places, ONE, column="businesses", secrecy="SD0*")
    women = persons_of(units({("a", "x"): many(1, 4)}), places, ONE, column="women")
    relations = relations_of(places, parts=(Parts("businesses", ("women",)),))
    protection = protected(pd.concat([firms, women]), relations)
    assert ("businesses", "", "A", "") not in keys(protection.hidden)
    assert ("women", "", "A", "") in keys(protection.hidden)


def test_the_public_sees_nothing_that_partners_do_not():
    places = {"A": ["a"], "B": ["b"], "C": ["c"], "T": ["a", "b", "c"]}
    table = units({("a", "x"): [5.0], ("b", "x"): many(6), ("c", "x"): many(7)})
    cells, relations = cells_of(table, places, ONE), relations_of(places)
    # On its own the public's table would hide B, the cheaper one, and show C.
    alone = secrecy.protect(cells, relations, "public")
    assert keys(alone.hidden) == {("jobs", "", "A", ""), ("jobs", "", "B", "")}
    hidden = only(("jobs", "", "A", ""), ("jobs", "", "C", ""))
    partners = secrecy.Protection("partners", True, "", hidden)
    public = secrecy.protect(cells, relations, "public", wider=partners)
    assert keys(public.hidden) == keys(hidden)


def test_a_count_that_only_whole_persons_give_away_is_protected():
    # b + d, c + d and b + c + e are printed: when e loses one, b and c gain a half each.
    places = {"P1": ["b", "d"], "P2": ["c", "d"], "P3": ["b", "c", "e"], "E": ["e"]}
    table = units({(c, "x"): many(1, 6) for c in "bcd"} | {("e", "x"): many(1, 1)})
    cells, relations = persons_of(table, places, ONE, column="owners"), relations_of(places)
    secret = ("owners", "", "E", "")
    record = secrecy.audit(cells, relations, "public", only(secret))
    assert record["safe"].tolist() == [False]
    hidden = keys(protected(cells, relations).hidden)
    assert secret in hidden
    assert len(hidden) == 2


def test_two_trades_of_one_person_each_are_not_two_persons_for_everybody():
    groups = {t: [t] for t in "wxyz"} | {"": list("wxyz")}
    table = units(
        {("a", "w"): many(1, 6), ("a", "x"): many(1, 5), ("a", "y"): [1.0], ("a", "z"): [1.0]}
    )
    cells = persons_of(table, {"A": ["a"]}, groups, column="owners")
    relations = relations_of({"A": ["a"]})
    small = [("owners", "", "A", "y"), ("owners", "", "A", "z")]
    record = secrecy.audit(cells, relations, "public", only(*small))
    leak = record[~record["safe"]].iloc[0]
    assert leak["kind"] == "sum"
    assert (leak["low"], leak["high"]) == (2.0, 2.0)
    assert keys(protected(cells, relations).hidden) == {*small, ("owners", "", "A", "x")}


def test_a_territory_and_a_trade_that_nobody_prints_are_found_by_subtracting_twice():
    places = {"vertes-collines": ["s", "h"], "saint-polois": ["s"]}
    groups = {"bat": ["bat"], "": ["bat", "other"]}
    counts = {("s", "bat"): 30, ("s", "other"): 20, ("h", "bat"): 9, ("h", "other"): 2}
    table = units({k: many(1, n) for k, n in counts.items()})
    cells, relations = persons_of(table, places, groups, column="owners"), relations_of(places)
    # Two owners of other trades in Heuchin: (61 − 50) − (39 − 30), and no cell of any table.
    record = secrecy.audit(cells, relations, "public", only())
    leak = record[~record["safe"]].iloc[0]
    assert (leak["low"], leak["high"]) == (2.0, 2.0)
    assert len(protected(cells, relations).hidden) == 1


def test_a_dominant_business_of_a_territory_printed_before_is_guarded_against():
    old, new = {"liste-1": ["a", "b", "c"]}, {"liste-2": ["a", "b"]}
    table = units({("a", "x"): many(6), ("b", "x"): many(7), ("c", "x"): [100.0, 1, 1, 1, 1]})
    known = edition(old, cells_of(table, old, ONE)).drop(columns="top1")
    cells, relations = cells_of(table, new, ONE), relations_of(new)
    # Of the five businesses of c nothing is known but their sum: one may have it all.
    assert leaks(cells, relations, only(), known)
    assert keys(protected(cells, relations, known).hidden) == {("jobs", "", "liste-2", "")}
