"""The formats in which registers come: local extracts, RNM, RNE, workbooks, zips."""

import json
from pathlib import Path

import pandas as pd
import pytest
from test_register_rows import (
    COMMUNES,
    KEY,
    PASSAGE,
    SOUND,
    accepted,
    checks,
    csv_text,
    numbered,
    workbook,
    write,
    zipped,
)

from ternois_analysis.sources import register

#: Header of the Répertoire national des métiers, with an invented business.
RNM = {
    "ent_id_siren": "000010009",
    "ent_adr_numero_voie": "3",
    "ent_adr_type_voie": "RUE",
    "ent_adr_adresse": "DES CISEAUX",
    "ent_adr_code_postal": "62130",
    "ent_adr_commune": "SAINT-POL-SUR-TERNOISE",
    "ent_adr_commune_cog": "62767",
    "ent_act_code_nafa_principal": "9602AA",
    "ent_act_code_apen": "9602A",
    "ent_act_date_immat_rm": "1994-06-03T12:00:00Z",
    "ent_act_date_radiation": "",
    "ent_act_date_debut_activite": "1994-03-02T12:00:00Z",
    "ent_act_denomination_sociale": "SALON FICTIF",
    "ent_act_forme_juridique": "5499",
    "ent_eff_salarie": "2",
    "ent_eff_apprenti": "0",
    "dir_qa_qualification": "ARTISANT",
    "dir_id_nom_naissance": "ROSELINGUE",
    "dir_id_prenom_1": "OPALINE",
    "dir_id_date_naissance": "1970-01-02T12:00:00Z",
    "gest_nar_4": "SERVICES",
    "gest_nar_20": "BLANCHISSERIE, TEINTURERIE, SOINS A LA PERSONNE",
    "gest_categorie": "PM",
    "gest_label_forme_juridique": "Société à responsabilité limitée (sans autre indication)",
}


def take(folder: Path, content: str | bytes, name: str) -> register.Intake:
    return register.accept(write(folder, content, name), COMMUNES, PASSAGE, key=KEY)


def test_the_national_register_is_read_by_its_official_names(tmp_path: Path) -> None:
    quoted = {k: f'"{v}"' if "," in v else v for k, v in RNM.items()}
    intake = take(
        tmp_path, ",".join(RNM) + "\n" + ",".join(quoted.values()) + "\n", "rnm_20260710.csv"
    )
    got = intake.accepted.iloc[0]
    assert intake.facts["format"] == "RNM (CSV)"
    assert checks(intake) == set()
    assert got[
        ["nar4", "nar20", "legal_form", "qualification", "owner_birth_year", "employees"]
    ].tolist() == [
        "Services",
        "Blanchisserie, teinturerie, soins à la personne",
        "SARL",
        "artisan",
        1970,
        2,
    ]
    assert got["registered"] == pd.Timestamp("1994-06-03")


def formality(**changed: object) -> dict[str, object]:
    """An item of the RNE, invented, with the keys of the genuine one."""
    place = {
        "pays": "FRANCE",
        "codePays": "FRA",
        "codePostal": "62130",
        "commune": "SAINT-POL-SUR-TERNOISE",
        "codeInseeCommune": "62767",
        "typeVoie": "RUE",
        "voie": "DES CISEAUX",
        "numVoie": "3",
    }
    trade = {
        "indicateurPrincipal": True,
        "formeExercice": "ARTISANALE_REGLEMENTEE",
        "codeAprm": "4321AB",
        "codeApe": "4321A",
        "descriptionDetaillee": "Électricité",
        "origine": {"typeOrigine": "1"},
    }
    person = {
        "nom": "VIORNEAU",
        "prenoms": ["LEANDRIN", "QUENTINOT"],
        "genre": "1",
        "dateDeNaissance": "1975-03",
        "qualiteArtisan": "MAITRE_ARTISAN",
    }
    item = {
        "formality": {
            "siren": "000010009",
            "content": {
                "formeExerciceActivitePrincipale": "ARTISANALE_REGLEMENTEE",
                "natureCreation": {
                    "dateCreation": "2020-03-03",
                    "formeJuridique": "1000",
                    "microEntreprise": True,
                },
                "personnePhysique": {
                    "adresseEntreprise": {"adresse": place},
                    "etablissementPrincipal": {
                        "descriptionEtablissement": {"siret": "00001000900017"},
                        "adresse": place,
                        "activites": [{"indicateurPrincipal": False, "codeApe": "6820A"}, trade],
                    },
                    "identite": {
                        "entreprise": {
                            "siren": "000010009",
                            "formeJuridique": "1000",
                            "dateImmat": "2020-03-04",
                        },
                        "entrepreneur": {"descriptionPersonne": person},
                    },
                },
            },
        },
        "diffusionINSEE": "O",
        "typePersonne": "P",
    }
    return item | changed


def test_the_rne_is_read_at_the_main_establishment(tmp_path: Path) -> None:
    intake = take(tmp_path, json.dumps([formality()]).encode(), "rne-2026-07-10.json")
    got = intake.accepted.iloc[0]
    assert intake.facts["format"] == "RNE (JSON)"
    assert checks(intake) == set()
    assert got[
        ["nafa", "legal_form", "qualification", "owner_sex", "owner_birth_year", "listed"]
    ].tolist() == ["4321AB", "micro", "maître artisan", "M", 1975, True]
    assert got["registered"] == pd.Timestamp("2020-03-04")


def test_a_business_of_the_rne_that_is_no_craft_is_set_aside_with_the_reason(
    tmp_path: Path,
) -> None:
    trader = formality()
    body = trader["formality"]["content"]["personnePhysique"]  # type: ignore[index]
    body["etablissementPrincipal"]["activites"] = [
        {"formeExercice": "COMMERCIALE", "codeApe": "4711B"}
    ]
    intake = take(tmp_path, json.dumps([formality(), trader]).encode(), "rne-2026-07-10.json")
    assert intake.rejects["reason"].str.startswith("DQ33").tolist() == [True]
    assert intake.rejects["line"].tolist() == ["2"]


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"formality": 3},
        {"formality": {"content": []}},
        {
            "formality": {
                "content": {"personneMorale": {"etablissementPrincipal": {"activites": [1]}}}
            }
        },
    ],
)
def test_a_strange_item_of_the_rne_is_set_aside_not_fatal(
    tmp_path: Path, item: dict[str, object]
) -> None:
    intake = take(tmp_path, json.dumps([formality(), item]).encode(), "rne-2026-07-10.json")
    assert (len(intake.accepted), intake.facts["rows_set_aside"]) == (1, 1)


def test_a_workbook_of_the_chamber_gives_what_its_csv_gives(tmp_path: Path) -> None:
    rows = [SOUND, SOUND | numbered(1)]
    numbers = [
        [int(r[n]) if n in ("SIREN", "NB SAL", "INSEE", "CP") else r[n] for n in SOUND]
        for r in rows
    ]
    sheet = take(
        tmp_path,
        workbook([["EXTRACTION DU 10/07/2026"], list(SOUND), *numbers]),
        "registre_2026-07-10.xlsx",
    )
    # A number keeps no leading zero: the spreadsheet ate those of these SIREN, and that is said.
    assert sheet.rejects["reason"].str.contains("DQ04 .* zéros de tête").tolist() == [True, True]
    texts = [[r[n] for n in SOUND] for r in rows]
    kept = take(
        tmp_path,
        workbook([["EXTRACTION DU 10/07/2026"], list(SOUND), *texts]),
        "registre_2026-07-10.xlsx",
    )
    assert len(kept.accepted) == 2
    pd.testing.assert_frame_equal(kept.accepted, accepted(tmp_path, rows).accepted)


def test_excel_days_are_dates(tmp_path: Path) -> None:
    texts = [SOUND[n] if n != "DATE IMMAT" else "2019-03-15" for n in SOUND]
    intake = take(tmp_path, workbook([list(SOUND), texts]), "registre_2026-07-10.xlsx")
    assert intake.accepted["registered"].tolist() == [pd.Timestamp("2019-03-15")]


def test_one_file_a_departement_in_a_zip_makes_one_register(tmp_path: Path) -> None:
    other = csv_text([SOUND | numbered(1), SOUND | numbered(2) | {"SIRET": "1"}])
    content = zipped(
        {"dept62.csv": csv_text([SOUND]).encode("cp1252"), "dept80.csv": other.encode()}
    )
    intake = take(tmp_path, content, "registre_2026-07-10.zip")
    assert len(intake.accepted) == 2
    assert intake.rejects["line"].tolist() == ["dept80.csv, ligne 4"]
