"""Values computed together are those computed one territory at a time."""

import pandas as pd
import pytest

from ternois_analysis.display import identity, material
from ternois_analysis.errors import TerritoryError, explain
from ternois_analysis.observatory import likeness, observe

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


def test_an_epci_whose_population_nobody_publishes_resembles_none_and_its_page_says_so():
    door = observe("2026Q3", "partners")
    place = door.territory("epci-200059871")  # in Mayotte
    assert door.similar(place).empty
    assert door.peers(place).empty
    said = identity.similar(material.material(door, place))
    assert "n’est pas disponible" in said.html


def test_a_territory_whose_material_fails_leaves_that_of_the_others(monkeypatch):
    door = observe("2026Q3", "partners")
    nearest = likeness.nearest

    def failing(observatory, place):
        if place.id == "cc-frevent":
            raise TerritoryError(explain("This", expected="a", found="b", do="Wait."))
        return nearest(observatory, place)

    monkeypatch.setattr(likeness, "nearest", failing)
    door.forget()
    material.warm(door, ["cc-frevent", "cc-pernois"], whole=False)
    assert "cc-pernois" in door._peers
    assert "cc-frevent" not in door._peers
    door.forget()
