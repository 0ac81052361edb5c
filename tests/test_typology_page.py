"""The typology and the neighbourhood of communes: who weighs, who is only placed, what is said."""

import numpy as np
import pandas as pd
import pytest

from ternois_analysis.display.page import page
from ternois_analysis.errors import ReportError
from ternois_analysis.observatory import neighbourhood, observe, raw, typology
from ternois_analysis.observatory.typology import Typology


@pytest.fixture(scope="module")
def door():
    return observe("2026Q3", "public")


@pytest.fixture(scope="module")
def pays(door):
    return door.territory("pays-ternois")


@pytest.fixture(scope="module")
def found(door, pays) -> Typology:
    return typology.typology(door, pays)


def communes(rows: int, seed: int = 3) -> pd.DataFrame:
    """Two clear groups of communes on three variables."""
    rng = np.random.default_rng(seed)
    half = rows // 2
    centre = np.r_[np.zeros((half, 3)), np.full((rows - half, 3), 6.0)]
    codes = [f"{62001 + i}" for i in range(rows)]
    names = ["share_65_plus_pct", "vacancy_rate_pct", "share_under_20_pct"]
    return pd.DataFrame(centre + rng.normal(0, 0.5, (rows, 3)), index=codes, columns=names)


def test_small_communes_make_no_axis_and_are_placed_all_the_same(found, door, pays):
    people = raw.ratios(door, pays.communes, ["population"])["population"]
    assert not found.active[people < typology.SMALLEST].any()
    assert found.classes.notna().all()
    assert (
        found.components.contributions_pct.index.tolist()
        == found.active.index[found.active].tolist()
    )


def test_a_commune_alone_in_its_class_is_placed_without_weighing():
    wide = communes(40)
    wide.iloc[5] = [200.0, 200.0, 200.0]
    people = pd.Series(500.0, index=wide.index)
    made = typology._grouped(wide, pd.Series(True, index=wide.index), people)
    assert not made.active.iloc[5]
    assert made.classes[made.active].value_counts().min() > 1
    # It goes to the group of the high values.
    assert made.classes.iloc[5] in set(made.classes.iloc[20:])


def test_the_same_seed_gives_the_same_classes_and_steadiness(found, door, pays):
    again = typology.typology(door, pays)
    assert again.classes.tolist() == found.classes.tolist()
    assert again.steadiness == found.steadiness


def test_the_steadiness_of_two_clear_groups_is_near_one():
    from ternois_analysis.methods.typology import stability

    assert stability(communes(40), 2, typology.SEED, 20).mean > 0.95


def test_too_few_communes_make_no_typology_and_the_reason_is_said(door):
    for name in ("cc-frevent", "cc-auxilois"):
        made = typology.typology(door, door.territory(name))
        assert "n.s." in made.reason
        assert str(typology.FEWEST) in made.reason
        assert made.classes.empty


def test_a_commune_and_a_departement_have_no_typology(door):
    for name in ("commune-62396", "departement-62"):
        place = door.territory(name)
        assert "sans objet" in typology.typology(door, place).reason.lower()
        assert "Sans objet" in neighbourhood.why_not(place)


def test_the_classes_hold_all_communes_and_all_residents(found, door, pays):
    held = typology.held(found, {pays.id: pays.communes})
    assert held["communes"].sum() == 103
    # 36 913 residents in 2023 (Insee).
    assert held["population"].sum() == pytest.approx(36_913)
    assert held["share_pct"].sum() == pytest.approx(100)


def test_the_bourgs_centres_are_in_one_class(found):
    towns = ["62767", "62652", "62361", "62060", "62036"]
    assert len(set(found.classes[towns])) == 1


def test_figures_that_secrecy_covers_cannot_be_asked_for_raw(door):
    with pytest.raises(ReportError):
        raw.ratios(door, ["62767"], ["owners_55_plus_share_pct"])


def test_a_commune_has_its_ring_of_outside_neighbours(door, pays):
    around = neighbourhood.area(door, pays)
    assert set(around.inside) == set(pays.communes)
    assert not set(around.ring) & set(pays.communes)
    # The EPCIs around the Pays lie in two départements.
    assert {code[:2] for code in around.ring} == {"62", "80"}
    assert all(around.neighbours[code] for code in around.neighbours)
    for code, near in around.neighbours.items():
        assert all(code in around.neighbours[other] for other in near)


def test_saint_pol_touches_the_communes_that_it_touches(door, pays):
    near = set(neighbourhood.area(door, pays).neighbours["62767"])
    # Gauchin-Verloingt, Ramecourt and Saint-Michel-sur-Ternoise share its border; Frévent is far.
    assert {"62367", "62686", "62763"} <= near
    assert "62361" not in near


def test_the_global_index_is_seeded_permuted_and_adjusted(door, pays):
    names = ("share_65_plus_pct", "share_secondary_residences_pct")
    table = neighbourhood.global_indices(door, pays, names)
    assert (table["permutations"] >= 9999).all()
    assert (table["seed"] == neighbourhood.SEED).all()
    assert (table["p_adjusted"] >= table["p"]).all()
    assert table["rates"].all()
    assert table["units"].gt(103).all()


def test_local_marks_are_given_only_where_significant(door, pays):
    table = neighbourhood.local_indices(door, pays, "share_secondary_residences_pct")
    assert table.index.tolist() == list(pays.communes)
    marked = table[table["mark"] != neighbourhood.NEUTRAL]
    assert (marked["p_adjusted"] < neighbourhood.LEVEL).all()
    assert set(marked["mark"]) <= {"HH", "LL", "HL", "LH"}
    assert (table.loc[table["mark"] == neighbourhood.NEUTRAL, "p_adjusted"] >= 0.05).all()


def test_the_map_tells_its_classes_without_colour_and_its_seed():
    block = page("pays-ternois", "2026Q3", "public").specificites.classes()
    assert block.svg.count(">3</text>") >= 2
    assert str(typology.SEED) in block.note
    assert "Classe 1" in block.alt
    assert len(block.table) == 103


def test_every_mean_that_is_printed_is_a_value():
    block = page("pays-ternois", "2026Q3", "public").specificites.portraits()
    assert block.values["territory"].str.startswith("pays-ternois/classe-").all()
    assert block.values["value"].notna().all()


def test_blocks_of_a_territory_without_classes_say_so_and_do_not_fail():
    own = page("cc-frevent", "2026Q3", "public").specificites
    for block in (own.classes(), own.portraits(), own.weights(), own.neighbours(), own.local()):
        assert "n.s." in block.html
