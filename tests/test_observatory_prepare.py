"""Values computed together are those computed one territory at a time."""

import pandas as pd
import pytest

from ternois_analysis.observatory import observe

NAMES = ("cc-pernois", "pays-ternois", "commune-62396", "departement-62")


@pytest.mark.parametrize("audience", ["partners", "internal"])
def test_values_prepared_together_are_those_of_each_list_by_itself(audience):
    door = observe("2026Q3", audience)
    groups = [NAMES[:2], NAMES[1::-1], NAMES[2:]]
    alone = [door.values(list(group)) for group in groups]
    door.prepare(groups)
    for group, expected in zip(groups, alone, strict=True):
        pd.testing.assert_frame_equal(door.values(list(group)), expected, check_exact=True)
    door._ready.clear()


def test_what_was_prepared_is_given_without_being_computed_again(monkeypatch):
    door = observe("2026Q3", "partners")
    door.prepare([["cc-frevent"]])
    monkeypatch.setattr(type(door), "totals", lambda *_: pytest.fail("computed again"))
    first, second = door.values(["cc-frevent"]), door.values(["cc-frevent"])
    first["value"] = 0.0
    assert second["value"].max() > 0
    door._ready.clear()


def test_a_weighted_sum_is_the_same_for_one_territory_and_among_many():
    door = observe("2026Q3", "partners")
    alone = door.values(["pays-ternois"], ["owners_exits_5y"])
    among = door.values(list(NAMES), ["owners_exits_5y"])
    among = among[among["territory"] == "pays-ternois"].reset_index(drop=True)
    pd.testing.assert_frame_equal(among, alone, check_exact=True)
