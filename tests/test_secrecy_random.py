"""Random hierarchical tables: whatever they hold, the attacker of the tests finds no secret."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp
from secrecy_cases import KEY, cells_of, found, keys, persons_of, units

from ternois_analysis import secrecy
from ternois_analysis.secrecy import Relations

COMMUNES = [f"{i:02d}" for i in range(7)]
PLACES = {c: [c] for c in COMMUNES} | {
    "cc-1": COMMUNES[:3], "cc-2": COMMUNES[3:], "pays": COMMUNES,
}  # fmt: skip
TRADES = ["b1", "b2", "b3", "s1", "s2"]
GROUPS = {t: [t] for t in TRADES} | {"B": TRADES[:3], "S": TRADES[3:], "": TRADES}
RELATIONS = Relations(
    communes={k: tuple(v) for k, v in PLACES.items()},
    categories={"B": ("b1", "b2", "b3"), "S": ("s1", "s2")},
)


def drawn(seed, mean=2.0):
    """Units of seven communes and five trades, some of them large, some of them zero."""
    draw = np.random.default_rng(seed)
    table = {}
    for place in itertools.product(COMMUNES, TRADES):
        size = draw.poisson(mean)
        table[place] = np.ceil(draw.pareto(1.2, size) * 3) * (draw.random(size) < 0.85)
    return units({k: v for k, v in table.items() if len(v)})


def secrets(cells):
    """Cells that the rule of three and of 85 % hides, written again."""
    few = (cells["n"] > 0) & (cells["n"] < 3)
    big = (cells["value"] > 0) & (cells["top1"] >= 0.85 * cells["value"])
    return cells[few | big]


def assert_uncertain(cells, hidden):
    for row in secrets(cells).itertuples():
        low, high = found(cells, hidden, PLACES, GROUPS, (row.territory, row.category))
        assert low <= 0.9 * row.value + 1e-5
        assert high >= 1.1 * row.value - 1e-5
        assert high > 0.5


@pytest.mark.parametrize("seed", range(6))
def test_no_secret_of_a_table_with_margins_is_found(seed):
    cells = cells_of(drawn(seed), PLACES, GROUPS)
    protection = secrecy.protect(cells, RELATIONS, "public")
    assert protection.gap == 0.0
    assert_uncertain(cells, keys(protection.hidden))


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(100, 10**6), st.sampled_from([0.4, 1.0, 4.0]))
def test_no_secret_of_any_table_is_found(seed, mean):
    table = drawn(seed, mean)
    if table.empty:
        return
    cells = cells_of(table, PLACES, GROUPS)
    hidden = keys(secrecy.protect(cells, RELATIONS, "public", time_limit=1.0).hidden)
    assert_uncertain(cells, hidden)


@pytest.mark.parametrize("seed", range(3))
def test_a_search_without_time_is_safe_and_says_how_good_it_is(seed):
    cells = cells_of(drawn(seed), PLACES, GROUPS)
    best = secrecy.protect(cells, RELATIONS, "public")
    quick = secrecy.protect(cells, RELATIONS, "public", time_limit=0.0)
    assert_uncertain(cells, keys(quick.hidden))
    assert quick.bound <= best.cost <= quick.cost
    assert quick.gap == pytest.approx((quick.cost - quick.bound) / quick.cost)


@pytest.mark.parametrize("seed", range(3))
def test_no_cell_of_the_best_pattern_is_hidden_for_nothing(seed):
    cells = cells_of(drawn(seed), PLACES, GROUPS)
    protection = secrecy.protect(cells, RELATIONS, "public")
    extra = protection.hidden[protection.hidden["kind"] == "complementary"]
    for cell in extra[KEY].drop_duplicates(["territory"]).itertuples(index=False):
        rest = keys(protection.hidden) - {tuple(cell)}
        record = secrecy.audit(cells, RELATIONS, "public", pd.DataFrame(sorted(rest), columns=KEY))
        twin = record[KEY].apply(tuple, axis=1) == tuple(cell)
        # Another name of the same sum may stay hidden; then showing this one shows that one too.
        assert not record["safe"].all() or twin.any()


def whole_numbers_found(cells, hidden, target):
    """As `found`, for an attacker who knows that persons are whole."""
    place = {(c, t): i for i, (c, t) in enumerate((c, t) for c in COMMUNES for t in TRADES)}

    def line(territory, category):
        row = np.zeros(len(place))
        row[[place[c, t] for c in PLACES[territory] for t in GROUPS[category]]] = 1
        return row

    known = [r for r in cells.itertuples() if ("owners", "", r.territory, r.category) not in hidden]
    matrix = np.array([line(r.territory, r.category) for r in known])
    right = np.array([r.value for r in known])
    goal = line(*target)
    ends = []
    for sign in (1, -1):
        answer = milp(
            sign * goal,
            integrality=np.ones(len(goal)),
            constraints=LinearConstraint(matrix, right, right),
        )
        ends.append(np.inf if answer.x is None else sign * answer.fun)
    return ends[0], ends[1] if np.isfinite(ends[1]) else np.inf


@pytest.mark.parametrize("seed", range(3))
def test_no_count_of_one_to_four_persons_is_found_even_by_who_counts_in_whole_persons(seed):
    cells = persons_of(drawn(seed), PLACES, GROUPS, column="owners")
    hidden = keys(secrecy.protect(cells, RELATIONS, "public", time_limit=5.0).hidden)
    for row in cells[(cells["n"] > 0) & (cells["n"] < 5)].itertuples():
        low, high = whole_numbers_found(cells, hidden, (row.territory, row.category))
        assert low <= row.value - 1
        assert high >= row.value + 1


@pytest.mark.parametrize("seed", range(4))
def test_no_cheaper_pattern_is_safe(seed):
    draw = np.random.default_rng(seed)
    places = {"A": ["a"], "B": ["b"], "T": ["a", "b"]}
    groups = {"x": ["x"], "y": ["y"], "z": ["z"], "": ["x", "y", "z"]}
    table = {(c, t): draw.integers(3, 30, 4).astype(float) for c in "ab" for t in "xyz"}
    # One business dominates one cell of each row; nobody is alone in a cell.
    table["a", "x"] = np.array([60.0, 1, 1])
    table["b", "y"] = np.array([70.0, 2, 1])
    cells = cells_of(units(table), places, groups)
    relations = Relations(communes={k: tuple(v) for k, v in places.items()})
    protection = secrecy.protect(cells, relations, "public")
    assert protection.gap == 0.0
    secret = secrets(cells)
    must = {("jobs", "", r.territory, r.category) for r in secret.itertuples()}
    others = [r for r in cells.itertuples() if ("jobs", "", r.territory, r.category) not in must]
    tried = 0
    for size in range(1, 5):
        for chosen in itertools.combinations(others, size):
            if sum(r.value for r in chosen) >= protection.cost - 1e-9:
                continue
            tried += 1
            hidden = must | {("jobs", "", r.territory, r.category) for r in chosen}
            bounds = [
                (found(cells, hidden, places, groups, (r.territory, r.category)), r.value)
                for r in secret.itertuples()
            ]
            assert any(low > 0.9 * v + 1e-6 or high < 1.1 * v - 1e-6 for (low, high), v in bounds)
    assert tried > 0
