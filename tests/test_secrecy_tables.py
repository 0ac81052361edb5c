"""Linked tables as one system: atoms, equations, what is known, what is implied."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from secrecy_cases import cells_of, persons_of, units

from ternois_analysis.errors import SchemaError
from ternois_analysis.secrecy import Flow, Parts, Relations, cores, implied, needs
from ternois_analysis.secrecy.cells import prepare, tidy, with_rests
from ternois_analysis.secrecy.partition import groups, partition, within
from ternois_analysis.secrecy.system import systems

PLACES = {"A": ["a"], "B": ["b"], "T": ["a", "b"]}
RELATIONS = Relations(communes={k: tuple(v) for k, v in PLACES.items()})
ONE = {"": ["x"]}


def sets(*words):
    return [frozenset(word) for word in words]


def systems_of(cells, relations, **options):
    return systems(prepare(cells, relations, "public"), relations, "public", **options)


def test_territories_are_cut_where_their_borders_cross():
    cut = partition(sets("abc", "cde", "abcde"))
    assert set(cut.classes) == {frozenset("ab"), frozenset("c"), frozenset("de")}
    for one, row in zip(cut.sets, cut.inside, strict=True):
        joined = frozenset().union(*(c for c, i in zip(cut.classes, row, strict=True) if i))
        assert joined == one


def test_communes_that_no_territory_tells_apart_stay_together():
    assert len(partition(sets("abcdef")).classes) == 1


def test_fine_classes_find_their_coarse_one():
    coarse, fine = partition(sets("ab", "cd")), partition(sets("a", "b", "cd"))
    found = within(coarse, fine)
    for row, one in enumerate(coarse.classes):
        inside = [c for c, i in zip(fine.classes, found[row], strict=True) if i]
        assert frozenset().union(*inside) == one


def test_a_category_with_more_than_its_parts_keeps_a_piece_of_its_own():
    relations = Relations(communes={}, categories={"B": ("b1", "b2")})
    used = ["", "B", "b1", "b2", "S"]
    exact = groups(used, relations, frozenset({"", "B"}))
    assert exact["B"] == frozenset({"b1", "b2"})
    assert exact[""] == frozenset({"b1", "b2", "S"})
    loose = groups(used, relations, frozenset({""}))
    assert loose["B"] == frozenset({"b1", "b2", "B…"})


def test_every_cell_is_the_sum_of_its_atoms():
    table = units({("a", "x"): [5.0, 6, 7], ("b", "x"): [1.0, 2, 3, 4], ("b", "y"): [9.0]})
    cells = cells_of(table, PLACES, {"x": ["x"], "y": ["y"], "": ["x", "y"]})
    (system,) = systems_of(cells, RELATIONS)
    np.testing.assert_allclose(system.matrix @ system.truth, system.cells["value"])
    np.testing.assert_allclose(system.matrix @ system.units, system.cells["n"])


def test_in_a_commune_with_one_business_all_its_cells_are_one():
    table = units({("a", "x"): [5.0], ("b", "x"): [1.0, 2, 3], ("b", "y"): [9.0, 8, 7]})
    cells = cells_of(table, PLACES, {"x": ["x"], "y": ["y"], "": ["x", "y"]})
    (system,) = systems_of(cells, RELATIONS)
    number = dict(
        zip(zip(cells["territory"], cells["category"], strict=True), system.rows, strict=True)
    )
    assert number["A", "x"] == number["A", ""]
    assert number["A", "x"] != number["A", "y"]


def test_public_columns_alone_make_no_system():
    cells = persons_of(units({("a", "x"): [1.0]}), {"A": ["a"]}, ONE, secrecy="SD0")
    assert systems_of(cells, RELATIONS) == []


def test_columns_without_relation_are_separate_systems():
    table = units({("a", "x"): [5.0], ("b", "x"): [4.0]})
    cells = pd.concat([cells_of(table, PLACES, ONE, column=c) for c in ("jobs", "wages")])
    assert len(systems_of(cells, RELATIONS)) == 2


def test_a_whole_is_its_parts_and_what_they_leave_over():
    owners = persons_of(units({("a", "x"): [1.0] * 9}), {"A": ["a"]}, ONE, column="owners")
    women = persons_of(units({("a", "x"): [1.0] * 3}), {"A": ["a"]}, ONE, column="women")
    relations = Relations({"A": ("a",)}, parts=(Parts("owners", ("women",)),))
    table = with_rests(tidy(pd.concat([owners, women]), relations), relations)
    rest = table[table["column"] == "owners sauf women"].iloc[0]
    assert (rest["value"], rest["n"], rest["whole"]) == (6.0, 6, 9.0)
    assert not rest["published"]
    (system,) = systems_of(pd.concat([owners, women]), relations)
    np.testing.assert_allclose(system.equations @ system.truth, 0.0)


def test_parts_larger_than_their_whole_are_refused():
    owners = persons_of(units({("a", "x"): [1.0] * 2}), {"A": ["a"]}, ONE, column="owners")
    women = persons_of(units({("a", "x"): [1.0] * 3}), {"A": ["a"]}, ONE, column="women")
    relations = Relations({"A": ("a",)}, parts=(Parts("owners", ("women",)),))
    with pytest.raises(SchemaError, match="no more than the whole"):
        systems_of(pd.concat([owners, women]), relations)


def test_a_stock_is_the_stock_before_and_its_movements():
    stock = {"2026Q2": [1.0, 2, 3, 4], "2026Q3": [1.0, 2, 3, 5, 6]}
    moves = {"entries": [5.0, 6], "exits": [4.0]}
    one = {"A": ["a"]}
    parts = [
        cells_of(units({("a", "x"): v}), one, ONE, column="stock", period=p)
        for p, v in stock.items()
    ] + [
        cells_of(units({("a", "x"): v}), one, ONE, column=c, period="2026Q3")
        for c, v in moves.items()
    ]
    flow = Flow("stock", "entries", "exits", before="2026Q2", after="2026Q3")
    relations = Relations({"A": ("a",)}, flows=(flow,))
    (system,) = systems_of(pd.concat(parts), relations)
    np.testing.assert_allclose(system.equations @ system.truth, 0.0)
    assert system.equations.shape[0] == 1


def test_a_territory_never_shown_in_parts_gets_atoms_that_add_up():
    places = {"aav": ["a", "b", "c"], "cc": ["c", "d"], "both": ["a", "b", "c", "d"]}
    table = units({(c, "x"): [v, v, v] for c, v in zip("abcd", (2.0, 3, 4, 5), strict=True)})
    relations = Relations({k: tuple(v) for k, v in places.items()})
    (system,) = systems_of(cells_of(table, places, ONE), relations)
    np.testing.assert_allclose(system.matrix @ system.truth, system.cells["value"])
    assert sorted(system.truth) == pytest.approx([12.0, 15.0, 15.0])


def test_cells_cost_what_they_tell():
    table = units({("a", "x"): [5.0, 6, 7], ("b", "x"): [1.0, 2, 4], ("b", "y"): [0.0, 0, 0]})
    cells = cells_of(table, PLACES, {"x": ["x"], "y": ["y"], "": ["x", "y"]})
    costs = {}
    for cost in ("value", "log", "one"):
        (system,) = systems_of(cells, RELATIONS, cost=cost)
        costs[cost] = dict(zip(system.names, system.cost, strict=True))
    assert costs["value"]["jobs, A, x"] == 18.0
    assert costs["value"]["jobs, B, y"] == 7.0
    assert costs["log"]["jobs, A, x"] == pytest.approx(np.log(19.0))
    assert set(costs["one"].values()) == {1.0}
    with pytest.raises(SchemaError, match="Cost"):
        systems_of(cells, RELATIONS, cost="euros")


def test_what_two_published_columns_leave_over_is_one_less_the_other():
    owners = persons_of(units({("a", "x"): [1.0] * 20}), {"A": ["a"]}, ONE, column="owners")
    women = persons_of(units({("a", "x"): [1.0] * 18}), {"A": ["a"]}, ONE, column="women")
    relations = Relations({"A": ("a",)}, parts=(Parts("owners", ("women",)),))
    (system,) = systems_of(pd.concat([owners, women]), relations)
    (found,) = implied.sums(system, system.shown(system.primary))
    assert [system.names[c] for c in found.plus] == ["owners, A, ensemble"]
    assert [system.names[c] for c in found.minus] == ["women, A, ensemble"]
    assert found.code == "few"


def test_hiding_a_small_cell_does_little_for_a_large_one():
    places = {"A": ["a"], "B": ["b"], "C": ["c"], "T": ["a", "b", "c"]}
    table = units({("a", "x"): [100.0], ("b", "x"): [1.0, 1, 1], ("c", "x"): [50.0, 50, 50]})
    relations = Relations({k: tuple(v) for k, v in places.items()})
    (system,) = systems_of(cells_of(table, places, ONE), relations)
    shown = system.shown(system.primary)
    # To make A = 100 look like 110, B = 3 can give three tenths of what is missing.
    rising = replace(needs.of_cells(system), low=np.array([100.0]))
    core = cores.core(system, shown, rising, 0, tries=0)
    shares = {system.names[c]: s for c, s in zip(core.cells, core.shares, strict=True)}
    names = [f"jobs, {place}, ensemble" for place in "TBC"]
    assert shares == pytest.approx(dict(zip(names, (1.0, 0.3, 1.0), strict=True)))
    # C and the total alone already break it: A could reach 103 at most.
    least = cores.core(system, shown, rising, 0)
    assert {system.names[c] for c in least.cells} == {names[0], names[2]}
