"""Facilities: what there is, what there is not, how far it is, and what the centres weigh."""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from ternois_analysis import sources
from ternois_analysis.catalog.facilities import facilities
from ternois_analysis.display.material import Material
from ternois_analysis.display.services import Services
from ternois_analysis.observatory import installing, reach, services, values
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import parse
from ternois_analysis.sources.install import install

HEUCHIN = (
    "62036", "62109", "62171", "62299", "62301", "62303", "62333", "62339", "62342", "62451",
    "62519", "62581", "62668", "62808", "62818",
)  # fmt: skip
ANVIN = "62036"


def table_of(folder):
    """A mason in each of the fifteen communes; all the rest in Anvin, a bourg-centre."""
    rows = [(code, "A401", 1) for code in HEUCHIN]
    rows += [(ANVIN, "B203", 1), (ANVIN, "D201", 2), (ANVIN, "A203", 1), (ANVIN, "B102", 1)]
    rows += [("62767", "C301", 1)]
    path = folder / "bpe18_ensemble.csv"
    lines = [f"32;62;{code};{code};2018;{kind};{count}" for code, kind, count in rows]
    path.write_text("\n".join(["REG;DEP;DEPCOM;DCIRIS;AN;TYPEQU;NB_EQUIP", *lines, ""]), "utf-8")
    return path


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bpe")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERNOIS_STORE", str(folder / "store"))
        install("bpe", [table_of(folder)], installing.ground(), partial=True)
        yield Observatory(parse("2026Q3"), "public")


@pytest.fixture(scope="module")
def place(door):
    return door.territory("cc-pays-heuchin")


@pytest.fixture(scope="module")
def people():
    table = sources.read("populations", "2018").set_index("commune")["population"]
    return table.loc[list(HEUCHIN)]


def cells(rows, indicator, column="value"):
    rows = rows[rows["indicator"] == indicator]
    return dict(zip(rows["category"], rows[column], strict=True))


def test_facilities_of_a_territory_are_the_sum_of_its_communes(door, place):
    row = door.values([place], ["facilities"]).iloc[0]
    assert row["value"] == 15 + 1 + 2 + 1 + 1
    by_range = cells(door.values([place], ["facilities_by_range"]), "facilities_by_range")
    assert by_range == {"Gamme de proximité": 18, "Gamme intermédiaire": 2, "Gamme supérieure": 0}


def test_types_are_counted_once_and_those_that_the_file_does_not_know_are_no_gap(door, place):
    rows = services.diversity(door, [place])
    assert cells(rows, "facility_types") == {"": 5}
    # Of the range, the file knows masons, bakeries and doctors: all three are there.
    assert cells(rows, "proximity_basket_pct") == {"": 100}
    village = services.diversity(door, [door.territory("commune-62299")])
    assert cells(village, "proximity_basket_pct")[""] == pytest.approx(100 / 3)


def test_communes_without_are_counted_with_the_people_who_live_there(door, place, people):
    rows = services.without(door, [place])
    assert cells(rows, "communes_without")["Boulangerie"] == 14
    assert cells(rows, "communes_without")["Aucun équipement"] == 0
    share = 100 * (1 - people[ANVIN] / people.sum())
    assert cells(rows, "people_without_pct")["Boulangerie"] == pytest.approx(share)


def test_a_type_that_no_row_of_the_file_names_is_unknown_not_absent(door, place):
    rows = services.without(door, [place])
    assert cells(rows, "communes_without", "status")["Pharmacie"] == "n.d."
    assert cells(rows, "communes_without", "status")["Boulangerie"] == "ok"


def test_a_territory_outside_the_installed_file_is_unknown(door):
    rows = services.without(door, [door.territory("cc-pernois")])
    assert set(rows["status"]) == {"n.d."}
    assert set(rows["note"]) == {values.OUTSIDE}
    assert reach.around(door, door.territory("cc-pernois")) is None


def test_centres_are_weighed_against_their_share_of_the_people(door, place, people):
    assert services.centres(door, place) == (ANVIN,)
    found = cells(services.centres_weight(door, [place]), "centres_share_pct")
    assert found["Habitants"] == pytest.approx(100 * people[ANVIN] / people.sum())
    # Of 18 facilities of proximity Anvin has a mason, a bakery and two doctors.
    assert found["Gamme de proximité"] == pytest.approx(100 * 4 / 18)
    assert found["Gamme intermédiaire"] == 100
    assert found["Types présents"] == 100


def test_elsewhere_the_largest_communes_stand_for_the_centres(door):
    somme = door.territory("epci-200071181")
    chosen = services.centres(door, somme)
    sizes = services.stock(door.columns).people.loc[list(somme.communes)]
    assert len(chosen) == services.LARGEST
    assert sizes.loc[list(chosen)].min() >= sizes.drop(list(chosen)).max()


def test_a_commune_with_the_facility_is_at_no_minute_and_the_others_further(door, place):
    near = reach.around(door, place)
    times = reach.nearest(near, [ANVIN])
    assert times[ANVIN] == 0
    assert (times.drop(ANVIN) > 0).all()
    assert reach.nearest(near, []).isna().all()
    # Church to church Anvin is 3.7 km from Heuchin as the crow flies: 5.7 minutes, give or take
    # what lies between a church and a point inside the outline.
    assert near.minutes.loc[ANVIN, "62451"] == pytest.approx(5.7, abs=1.0)


def test_more_people_are_near_a_pole_when_the_limit_is_longer(door, place):
    found = cells(reach.near_poles(door, [place]), "people_near_pole_pct")
    assert list(found) == ["moins de 12 min", "moins de 15 min", "moins de 18 min"]
    low, middle, high = found.values()
    assert 0 < low <= middle <= high <= 100
    assert reach.poles(services.stock(door.columns)) == (ANVIN,)


def test_the_offer_per_head_counts_people_outside_and_is_a_bound_where_offers_are_unknown(
    door, place, people
):
    rows = reach.offer(door, place).set_index("territory")
    whole = rows.loc[place.id]
    # Shared with the people around, two doctors are fewer per head than among the fifteen alone.
    assert 0 < whole["value"] < 10_000 * 2 / people.sum()
    assert whole["note"].startswith("minorant")
    assert rows.drop(place.id)["value"].idxmax() == f"commune-{ANVIN}"


def test_the_minutes_of_a_partial_file_are_a_bound_the_other_way(door, place):
    rows = reach.needs(door, place)
    notes = cells(rows, "need_minutes", "note")
    assert notes["Boulangerie"].startswith("majorant")
    assert cells(rows, "need_minutes", "status")["Pharmacie"] == "n.d."


def test_the_page_states_its_assumptions_and_what_could_not_be_checked(door, place):
    text = Services(Material(door, place)).method().html
    for said in (
        "vol d’oiseau",
        "50",
        "1,3",
        "aucune évolution",
        facilities().version,
        "minorants",
    ):
        assert said in text


def test_each_block_carries_the_values_that_it_prints(door, place):
    shown = Services(Material(door, place))
    for block in (shown.diversity(), shown.types("proximity"), shown.without("communes_without"),
                  shown.centres(), shown.basket(), shown.offer()):  # fmt: skip
        assert len(block.values)
        assert "équipements" in block.source
    assert "Anvin" in shown.poles().note


def test_without_the_source_each_block_names_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    empty = Observatory(parse("2026Q3"), "public")
    shown = Services(Material(empty, empty.territory("cc-pays-heuchin")))
    for block in (shown.method(), shown.diversity(), shown.types("upper"), shown.poles(),
                  shown.without("communes_without"), shown.needs("need_minutes"),
                  shown.centres(), shown.basket(), shown.offer()):  # fmt: skip
        assert "ternois sources install bpe" in block.html


@pytest.mark.real
def test_the_genuine_file_gives_the_sums_of_its_communes_by_type(tmp_path, monkeypatch):
    real = os.environ.get("TERNOIS_REAL_DATA")
    if not real:
        pytest.skip("TERNOIS_REAL_DATA names no folder")
    path = Path(real) / "bpe_2018" / "bpe18_ensemble_d62.csv"
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    install("bpe", [path], installing.ground(), partial=True)
    found = Observatory(parse("2026Q3"), "public")
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    for name in ("cc-ternois", "cc-pernois", "cc-frevent"):
        place = found.territory(name)
        counted = Counter()
        for row in rows:
            if row["DEPCOM"] in place.communes:
                counted[row["TYPEQU"]] += int(row["NB_EQUIP"])
        own = services.stock(found.columns).counts.loc[list(place.communes)].sum()
        assert {code: int(n) for code, n in own.items() if n} == dict(counted)
        assert found.values([place], ["facilities"]).iloc[0]["value"] == counted.total()
    # In the codes of 2018 the Pays has eleven communes without a row: ten of today's, and
    # Canteleux (62210), which has merged since.
    have = {row["DEPCOM"] for row in rows}
    pays = found.territory("pays-ternois")
    assert len({*pays.communes, "62210"} - have) == 11
    none = cells(services.without(found, [pays]), "communes_without")
    assert none["Aucun équipement"] == 10
