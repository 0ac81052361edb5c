"""Matched controls and their balance."""

import numpy as np
import pandas as pd
import pytest
from oracles.evaluation import evaluation_example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.matching import balance, mahalanobis, match

NEAR = ["age", "staff"]


@pytest.fixture
def treated():
    rows = evaluation_example("matching")["treated"]
    return pd.DataFrame(rows, columns=NEAR, index=["t0", "t1", "t2"]).assign(trade="A")


@pytest.fixture
def controls():
    rows = evaluation_example("matching")["controls"]
    return pd.DataFrame(rows, columns=NEAR, index=range(5)).assign(trade="A")


def test_distances_match_the_worked_example():
    e = evaluation_example("matching")
    found = mahalanobis(np.array(e["treated"]), np.array(e["controls"]))
    np.testing.assert_allclose(found, e["mahalanobis"], rtol=0, atol=1e-6)


def test_a_variable_that_is_the_same_or_follows_adds_no_distance():
    e = evaluation_example("matching")
    units, others = np.array(e["treated"]), np.array(e["controls"])
    for extra in (lambda x: np.full(len(x), 0.1), lambda x: x[:, 0] - 3 * x[:, 1]):
        found = mahalanobis(
            np.column_stack([units, extra(units)]), np.column_stack([others, extra(others)])
        )
        np.testing.assert_allclose(found, e["mahalanobis"], rtol=0, atol=1e-6)


def test_nearest_controls_and_balance_match_the_worked_example(treated, controls):
    e = evaluation_example("matching")
    found = match(treated, controls, NEAR)
    assert found.pairs["control"].tolist() == e["nearest"]
    assert found.unmatched.empty
    table = balance(treated, controls, found.pairs, NEAR)
    np.testing.assert_allclose(table["before"], e["SMD_before"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(table["after"], e["SMD_after"], rtol=0, atol=1e-6)


def test_the_three_nearest_come_in_order(treated, controls):
    found = match(treated, controls, NEAR, k=3).pairs
    # Rows of the distances of the worked example, sorted.
    assert found["control"].tolist() == [0, 4, 1, 2, 1, 4, 4, 0, 2]
    assert found["order"].tolist() == [1, 2, 3] * 3


def test_controls_of_one_treated_unit_weigh_together_as_much_as_it(treated, controls):
    pairs = pd.DataFrame({"treated": ["t0", "t0", "t1"], "control": [0, 1, 2]})
    found = balance(treated, controls, pairs, ["age"])
    # Treated 45 and 52; controls (44 + 60) / 2 = 52 and 50. Variances 49 and 127.8 before.
    spread = np.sqrt((49 + 127.8) / 2)
    assert found.loc["age", "after"] == pytest.approx((48.5 - 51) / spread)


def test_a_treated_unit_without_its_like_is_reported(treated, controls):
    treated.loc["t1", "trade"] = "B"
    found = match(treated, controls, NEAR, exact=["trade"])
    assert found.pairs["treated"].tolist() == ["t0", "t2"]
    assert found.unmatched.to_dict() == {"t1": "nobody"}


def test_a_unit_with_a_missing_variable_is_reported_and_never_a_control(treated, controls):
    treated.loc["t0", "age"] = np.nan
    controls.loc[4, "trade"] = None
    found = match(treated, controls, NEAR, exact=["trade"], k=5)
    assert found.unmatched.to_dict() == {"t0": "missing"}
    assert 4 not in found.pairs["control"].tolist()


def test_a_control_that_is_not_eligible_does_not_serve(treated, controls):
    eligible = pd.DataFrame(True, index=treated.index, columns=controls.index)
    eligible.loc["t0", 0] = False
    eligible.loc["t2"] = False
    found = match(treated, controls, NEAR, eligible=eligible)
    assert found.pairs["control"].tolist() == [4, 2]
    assert found.unmatched.to_dict() == {"t2": "nobody"}


def test_without_controls_everybody_is_unmatched(treated, controls):
    found = match(treated, controls.iloc[:0], NEAR)
    assert found.pairs.empty
    assert found.unmatched.tolist() == ["nobody"] * 3
    table = balance(treated, controls.iloc[:0], found.pairs, NEAR)
    assert table.isna().all(axis=None)


def test_without_treated_there_is_nothing_to_match(treated, controls):
    found = match(treated.iloc[:0], controls, NEAR)
    assert found.pairs.empty
    assert found.unmatched.empty


def test_all_missing_matches_nobody(treated, controls):
    found = match(treated.assign(age=np.nan), controls, NEAR)
    assert found.pairs.empty
    assert found.unmatched.tolist() == ["missing"] * 3


def test_one_treated_and_one_control_are_matched(treated, controls):
    found = match(treated.iloc[:1], controls.iloc[:1], NEAR, k=3)
    assert found.pairs[["treated", "control", "order"]].to_numpy().tolist() == [["t0", 0, 1]]


@pytest.mark.parametrize("twice", ["treated", "controls"])
def test_a_label_that_comes_twice_is_refused(treated, controls, twice):
    tables = {"treated": treated, "controls": controls}
    tables[twice] = pd.concat([tables[twice], tables[twice].iloc[:1]])
    with pytest.raises(SchemaError, match="each once"):
        match(tables["treated"], tables["controls"], NEAR)


def test_a_table_of_eligible_pairs_without_a_unit_is_refused(treated, controls):
    eligible = pd.DataFrame(True, index=["t0", "t1"], columns=controls.index)
    with pytest.raises(SchemaError, match="eligible"):
        match(treated, controls, NEAR, eligible=eligible)


def test_no_control_a_unit_is_refused(treated, controls):
    with pytest.raises(SchemaError, match="one or more"):
        match(treated, controls, NEAR, k=0)
