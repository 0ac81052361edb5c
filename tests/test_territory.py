"""What people type becomes one territory, or is refused with what they probably meant."""

import datetime as dt

import pytest
from territory_world import COMMUNES, FACTS, GAZETTEER, PASSAGE, epcis

from ternois_analysis.errors import TerritoryError
from ternois_analysis.territory import Gazetteer, Territory

PAYS = ("62001", "62002", "62003", "80001")


def ask(text: str, at: str = "2026-06-30") -> Territory:
    return GAZETTEER.resolve(text, at)


def refusal(text: str, at: str = "2026-06-30") -> str:
    with pytest.raises(TerritoryError) as refused:
        ask(text, at)
    return str(refused.value)


def test_the_pays_is_the_union_of_its_parts_with_the_commune_of_another_departement():
    pays = ask("pays-essai")
    assert pays.communes == PAYS
    assert pays.parts == ("cc-nord", "cc-sud")
    assert (pays.kind, pays.siren, pays.label) == ("pays", None, "Pays d'Essai")
    assert pays.of == "du Pays d'Essai"


def test_an_old_cc_keeps_its_perimeter_today_and_says_so():
    assert ask("246200001").label == "CC du Nord (périmètre 2012)"
    assert ask("246200001", "2016-12-31").label == "CC du Nord"
    assert ask("cc-nord").id == ask("246 200 001").id == ask("epci-246200001").id == "cc-nord"


def test_a_commune_folded_into_another_is_said_in_the_note():
    cc = ask("cc-nord")
    assert cc.communes == ("62001", "62002")
    assert cc.note == "Petite (62802) est comptée avec Bêta."


def test_the_epci_of_the_day_is_read_in_the_newest_table_not_after_its_year():
    assert ask("cc-eau", "2021-12-31").communes == PAYS
    assert ask("cc-eau", "2022-01-01").communes == ("62001", "62002", "62003", "62005", "80001")


def test_before_the_first_table_a_merged_epci_is_the_union_of_what_merged():
    assert ask("200000001", "2017-06-30").communes == PAYS


def test_a_table_older_than_a_merger_does_not_hide_it():
    tables = {"2016": epcis(B="62005 62805")}
    older = Gazetteer(COMMUNES, PASSAGE, tables, FACTS)
    assert older.resolve("cc-eau", "2017-06-30").communes == PAYS


def test_an_epci_that_did_not_exist_yet_is_refused_with_its_forerunners():
    message = refusal("cc-eau", "2016-12-31")
    assert "from 2017-01-01 on" in message
    assert "CC du Nord or CC du Sud" in message


def test_an_epci_outside_the_facts_answers_by_siren_and_by_name():
    by_siren = ask("200000003")
    assert by_siren.id == "epci-200000003"
    assert by_siren.communes == ("80002",)
    assert by_siren.of == "de l'Eurométropole d'Ailleurs"
    assert ask("eurométropole d’ailleurs") == by_siren


def test_an_epci_name_may_be_shortened():
    assert ask("Grand Large", "2020-01-01").id == "epci-200000002"
    assert ask("Communauté d'agglomération Grand Large", "2020-01-01").id == "epci-200000002"


def test_a_shortened_name_never_hides_a_whole_one():
    assert ask("Delta").id == "commune-80001"
    assert ask("CC Delta").id == "epci-200000004"


def test_a_dissolved_epci_is_refused_with_where_its_communes_are():
    message = refusal("200000002")
    assert "CA Grand Large, last in the table of 2019" in message
    assert "CC de l'Eau (epci-200000001)" in message


def test_an_unknown_siren_and_a_day_before_the_tables_are_refused():
    assert "no EPCI with it in the tables 2019, 2022" in refusal("999999999")
    assert "in the tables from 2019 to 2022" in refusal("200000003", "2015-01-01")


def test_communes_of_one_epci_that_merged_in_a_commune_of_another_never_make_epcis_overlap():
    tables = {"2019": epcis(A="62001", B="62005", C="62805")}
    merged = Gazetteer(COMMUNES, PASSAGE, tables, FACTS)
    assert merged.resolve("200000002", "2019-06-30").communes == ("62005",)
    assert "Jumelle" in merged.resolve("200000002", "2019-06-30").note
    with pytest.raises(TerritoryError, match="200000003"):
        merged.resolve("200000003", "2019-06-30")


@pytest.mark.parametrize(
    "text",
    ["62001", "commune-62001", "saint alpha sur eau", "St-Alpha s/ Eau", "SAINT-ALPHA-SUR-EAU",
     "Alpha-en-Artois"],
)  # fmt: skip
def test_a_commune_is_known_by_code_and_by_the_ways_its_name_is_written(text):
    assert ask(text).id == "commune-62001"
    assert ask(text).communes == ("62001",)


def test_ligatures_and_accents_do_not_matter():
    assert ask("OEUVRE LES GAMMA").id == "commune-62003"


def test_a_homonym_is_refused_with_all_its_bearers():
    message = refusal("Jumelle")
    assert "names 2 territories" in message
    assert "commune-62005 (Jumelle, Pas-de-Calais), commune-80002 (Jumelle, Somme)" in message


def test_a_misspelt_name_says_which_was_probably_meant():
    assert "Did you mean commune-62001 (Saint-Alpha-sur-Eau, Pas-de-Calais)" in refusal(
        "Saint-Alfa-sur-Eau"
    )


def test_a_name_like_nothing_known_gets_no_guess():
    assert "See `ternois territories`" in refusal("Xyzzy")


def test_an_old_code_or_name_is_folded_with_a_note():
    folded = ask("62802")
    assert folded.id == "commune-62002"
    assert "Petite (62802) fait partie de Bêta (62002)" in folded.note
    assert ask("Petite") == folded


def test_the_old_code_of_a_commune_cut_in_two_is_refused_with_both():
    assert "now 62003 (Œuvre-lès-Gamma) and 62005 (Jumelle)" in refusal("62803")


def test_a_code_that_is_also_a_postal_code_of_the_pays_is_refused_when_bare():
    message = refusal("62900")
    assert "the commune Lointaine, and the postal code of commune-62001" in message
    assert "commune-80001 (Delta)" in message
    assert ask("commune-62900").label == "Lointaine"


def test_a_code_that_is_the_postal_code_of_the_same_commune_is_understood():
    assert ask("62002").id == "commune-62002"


def test_the_letter_of_a_corsican_code_may_be_small():
    assert ask("2a004").label == "Cors'Îlot"


def test_a_code_without_its_zero_is_recognised():
    assert "lost its first zero: 01001 (Autre-Bord)" in refusal("1001")


def test_a_number_in_place_of_a_text_is_refused():
    with pytest.raises(TerritoryError, match="Quote codes"):
        GAZETTEER.resolve(62001, "2026-06-30")


def test_divisions_are_made_of_the_communes_of_the_tables():
    assert ask("Pas-de-Calais").communes == ("62001", "62002", "62003", "62005", "62900")
    assert ask("departement-62").of == "du Pas-de-Calais"
    assert ask("region-32").label == "Hauts-de-France"
    assert "97101" in ask("france").communes
    assert "97101" not in ask("France métropolitaine").communes


def test_an_unknown_identifier_is_refused_with_the_known_forms():
    assert "departement-<code>" in refusal("departement-99")


def test_a_day_that_is_no_day_is_refused():
    with pytest.raises(TerritoryError, match="2026-06-30"):
        GAZETTEER.resolve("pays-essai", "2026Q3")
    assert GAZETTEER.resolve("cc-sud", dt.date(2026, 6, 30)) == ask("cc-sud")


def test_a_list_of_communes_is_a_territory():
    bourgs = ask("bourgs")
    assert (bourgs.kind, bourgs.communes) == ("list", ("62001", "62003"))


def test_a_postal_code_in_a_list_of_communes_is_recognised_by_its_neighbours():
    with pytest.raises(TerritoryError, match=r"Lointaine, and the postal code of 62001"):
        GAZETTEER.check_communes({"62900": "", "62001": ""})
    assert GAZETTEER.check_communes({"62900": "Lointaine", "62001": ""}) == ("62001", "62900")


def test_a_code_that_does_not_go_with_its_name_is_refused_with_the_right_one():
    with pytest.raises(TerritoryError, match=r"Write 62002. 62900 is the postal code of BETA"):
        GAZETTEER.check_communes({"62900": "BETA"})
