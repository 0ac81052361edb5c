"""What can be asked for on a day, and what a territory is compared with."""

from territory_world import GAZETTEER

from ternois_analysis.territory import Territory


def ask(text: str) -> Territory:
    return GAZETTEER.resolve(text, "2026-06-30")


def test_every_identifier_of_the_listing_resolves_to_itself():
    listing = GAZETTEER.listing("2026-06-30")
    assert listing["id"].is_unique
    assert {i: ask(i).id for i in listing["id"]} == {i: i for i in listing["id"]}
    assert list(listing["id"][:3]) == ["pays-essai", "cc-nord", "cc-sud"]


def test_what_did_not_exist_yet_is_not_listed():
    assert "cc-eau" in set(GAZETTEER.listing("2017-01-01")["id"])
    assert "cc-eau" not in set(GAZETTEER.listing("2016-12-31")["id"])


def test_epcis_of_a_day_share_no_commune():
    codes = [code for epci in GAZETTEER.epcis("2020-01-01") for code in epci.communes]
    assert sorted(codes) == sorted(set(codes))
    assert len(GAZETTEER.epcis("2020-01-01")) == 3
    assert GAZETTEER.epcis("2010-01-01") == ()


def ids(text: str) -> list[str]:
    return [reference.id for reference in GAZETTEER.references(ask(text))]


def test_a_part_of_the_pays_is_compared_with_its_siblings_and_the_pays():
    assert ids("cc-nord") == ["cc-sud", "pays-essai", "departement-62", "region-32"]


def test_a_commune_of_the_pays_is_compared_with_the_part_in_which_it_lies():
    assert ids("80001") == ["cc-sud", "pays-essai", "departement-62", "region-32"]


def test_the_pays_is_not_compared_with_itself_under_another_name():
    assert ids("pays-essai") == ["departement-62", "region-32"]


def test_any_epci_is_compared_with_its_own_departement_and_region():
    assert ids("200000003") == ["departement-80", "region-32", "france-metropolitaine"]


def test_a_straddling_territory_gets_the_departement_of_most_communes_and_says_so():
    straddling = ask("200000001")
    departement = GAZETTEER.references(straddling)[0]
    assert departement.id == "departement-62"
    assert departement.note == (
        "4 des 5 communes de la CC de l'Eau sont dans le Pas-de-Calais ; l’autre est dans la Somme."
    )


def test_a_departement_is_compared_with_its_region_and_france():
    assert ids("departement-80") == ["region-32", "france-metropolitaine"]
    assert ids("france") == []
