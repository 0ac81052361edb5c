"""Communes: matched by code, then by name under a postal code; never guessed."""

from pathlib import Path

import pandas as pd
import pytest
from test_register_rows import COMMUNES, PASSAGE, accepted, row

from ternois_analysis.sources.register.names import gazetteer, normal
from ternois_analysis.sources.register.places import locate

KNOWN = gazetteer(COMMUNES, PASSAGE)


@pytest.mark.parametrize(
    ("written", "official"),
    [
        ("ST POL S/ TERNOISE", "Saint-Pol-sur-Ternoise"),
        ("SAINT POL SUR TERNOISE CEDEX 2", "Saint-Pol-sur-Ternoise"),
        ("St-Pol s/Ternoise", "Saint-Pol-sur-Ternoise"),
        ("OEUF EN TERNOIS", "Œuf-en-Ternois"),
        ("THIEULOYE (LA)", "La Thieuloye"),
        ("62130 RAMECOURT", "Ramecourt"),
        ("NUNCQ HAUTECOTE", "Nuncq-Hautecôte"),
        ("BIENVILLERS-S/S-BOIS", "Bienvillers-sous-Bois"),
        ("NOEUX LEZ AUXI", "Nœux-lès-Auxi"),
        ("Fontaine l'Etalon", "Fontaine-l'Étalon"),
    ],
)
def test_usual_spellings_are_the_official_name(written: str, official: str) -> None:
    assert normal(written) == normal(official)


@pytest.mark.parametrize(
    ("code", "postal", "name", "commune", "check"),
    [
        ("62767", "62130", "SAINT POL SUR TERNOISE", "62767", ""),
        ("62767", "", "", "62767", ""),
        ("62210", "62270", "CANTELEUX", "62154", "DQ13b"),
        ("62417", "", "", "62631", "DQ13b"),
        ("", "62270", "HAUTECOTE", "62631", "DQ13b"),
        ("", "62130", "ST POL S/ TERNOISE", "62767", "DQ13b"),
        ("", "", "OEUF EN TERNOIS", "62633", "DQ13b"),
        ("", "62130", "ST POL SUR TERNOISES", "62767", "DQ13b"),
        ("", "62134", "FLEURY", "62339", "DQ13b"),
        ("", "62166", "SAINT POL SUR TERNOISE CEDEX", "62767", "DQ16"),
        ("62767", "62166", "ST POL SUR TERNOISE CEDEX", "62767", "DQ16"),
        ("", "", "FLEURY", "", "DQ13"),
        ("", "62130", "FREVENT", "", "DQ13"),
        ("", "62130", "", "", "DQ13"),
        ("", "62130", "NULLE PART", "", "DQ13"),
        ("99999", "62130", "RAMECOURT", "62686", "DQ13b"),
        ("1004", "01500", "AMBERIEU EN BUGEY", "", "DQ13"),
        ("59999", "59100", "ENTIERE", "", "DQ13"),
        ("62767", "62130", "RAMECOURT", "62767", "DQ15"),
        ("62767", "62270", "FREVENT", "", "DQ13"),
        ("", "7700", "MOUSCRON", "", "DQ16b"),
        ("", "59200", "VILLERS AU BOSS", "", "DQ13"),
    ],
)
def test_a_place_is_found_or_set_aside(
    code: str, postal: str, name: str, commune: str, check: str
) -> None:
    place = locate(code, postal, name, KNOWN)
    assert (place.commune, place.check) == (commune, check)


@pytest.mark.parametrize(
    ("code", "postal", "name", "proposal"),
    [
        ("62130", "62130", "SAINT POL SUR TERNOISE", "62767"),
        ("62130", "62130", "RAMECOURT", "62686"),
        ("62270", "62361", "FREVENT", "62361"),
        ("62130", "62767", "", "62767"),
        ("62270", "", "FREVENT", "62361"),
    ],
)
def test_a_postal_code_in_the_place_of_the_commune_is_caught(
    code: str, postal: str, name: str, proposal: str
) -> None:
    # 62130 and 62270 are postal codes of the Ternois and INSEE codes of other communes.
    place = locate(code, postal, name, KNOWN)
    assert (place.commune, place.check) == ("", "DQ14")
    assert place.proposal.startswith(proposal)


def test_the_commune_whose_code_is_also_a_postal_code_is_itself() -> None:
    assert locate("62130", "62111", "BIENVILLERS AU BOIS", KNOWN).commune == "62130"
    assert locate("62130", "62111", "BIENVILLERS AU BOIS", KNOWN).check == ""


def test_candidates_are_named_and_none_is_chosen() -> None:
    place = locate("", "", "FLEURY", KNOWN)
    assert place.proposal == "02316 Fleury ou 62339 Fleury"


def test_a_text_that_is_no_place_is_not_shown(tmp_path: Path) -> None:
    intake = accepted(tmp_path, [row(INSEE="", COMMUNE="DUPUIS MARCELLINE")])
    assert intake.rejects["value"].tolist() == ["AAAAAA AAAAAAAAAA"]
    near = accepted(tmp_path, [row(INSEE="", CP="", COMMUNE="FLEURY")])
    assert near.rejects["value"].tolist() == ["FLEURY"]


def test_foreign_addresses_are_set_aside(tmp_path: Path) -> None:
    assert accepted(tmp_path, [row(INSEE="", CP="B-7700", COMMUNE="MOUSCRON")]).accepted.empty


@pytest.mark.parametrize("code", ["62136", "62210", "62417", "62420", "80072"])
def test_the_old_codes_of_the_ternois_lead_to_todays_communes(code: str) -> None:
    passage = pd.DataFrame(
        [
            ("62136", "62137"),
            ("62210", "62154"),
            ("62417", "62631"),
            ("62420", "62683"),
            ("80072", "62881"),
        ],
        columns=["commune_before", "commune"],
    ).assign(name_before="")
    communes = passage.assign(commune_name=passage["commune"], postal_codes="62000")
    known = gazetteer(communes[["commune", "commune_name", "postal_codes"]], passage)
    place = locate(code, "", "", known)
    assert (
        place.commune == dict(zip(passage["commune_before"], passage["commune"], strict=True))[code]
    )
    assert place.check == "DQ13b"
