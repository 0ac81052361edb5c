"""One row a spell: copies, leaders, establishments, returns."""

from pathlib import Path

import pandas as pd
from test_register_rows import KEY, SOUND, accepted, checks, numbered, row

from ternois_analysis.sources import register


def test_a_copy_is_set_aside_and_the_first_line_counted(tmp_path: Path) -> None:
    intake = accepted(tmp_path, [SOUND, SOUND])
    assert intake.rejects[["line", "reason"]].to_numpy().tolist() == [
        ["4", "DQ07 ligne identique à une ligne précédente"]
    ]
    assert len(intake.accepted) == 1


def test_a_second_leader_and_a_second_establishment_are_not_second_businesses(
    tmp_path: Path,
) -> None:
    rows = [
        SOUND,
        row(NOM="GALIBARDON", PRENOM="OPALINE"),
        row(SIRET="00001000900025", COMMUNE="RAMECOURT", INSEE="62686"),
    ]
    intake = accepted(tmp_path, rows)
    assert len(intake.accepted) == 1
    assert intake.accepted["commune"].tolist() == ["62767"]
    assert intake.accepted["flags"].tolist() == ["DQ08b"]
    said = dict(zip(intake.rejects["line"], intake.rejects["reason"], strict=True))
    assert "un autre dirigeant" in said["4"]
    assert "un autre établissement" in said["5"]
    assert "ligne 3" in said["5"]


def test_successive_registrations_of_one_number_are_two_spells_of_one_business(
    tmp_path: Path,
) -> None:
    rows = [
        row(DATE_IMMAT="01/02/2010", DATE_DEBUT="", DATE_RADIATION="01/06/2015", MOTIF="CESSATION"),
        row(DATE_IMMAT="01/06/2015", DATE_DEBUT=""),
    ]
    intake = accepted(tmp_path, rows)
    assert len(intake.accepted) == 2
    assert len(set(intake.accepted["business"])) == 1
    assert checks(intake) == set()


def test_a_second_period_that_overlaps_the_first_is_set_aside(tmp_path: Path) -> None:
    rows = [
        row(DATE_IMMAT="01/02/2020", DATE_DEBUT=""),
        row(DATE_IMMAT="01/02/2010", DATE_DEBUT=""),
    ]
    intake = accepted(tmp_path, rows)
    assert intake.accepted["registered"].dt.year.tolist() == [2010]
    assert intake.rejects["line"].tolist() == ["3"]


def test_the_same_person_back_under_another_number_is_chained(tmp_path: Path) -> None:
    first = row(DATE_RADIATION="30/06/2020", MOTIF="CESSATION")
    again = (
        SOUND | numbered(3) | {"DATE IMMAT": "01/02/2021", "DATE DEBUT": "", "FORME JUR": "EURL"}
    )
    intake = accepted(tmp_path, [first, again])
    before = register.pseudonyms(pd.Series(["000010009"], dtype="str"), KEY).item()
    second = intake.accepted[intake.accepted["business"] != before]
    assert second["follows"].tolist() == [before]
    assert second["flags"].tolist() == ["DQ09"]


def test_another_person_a_long_gap_or_another_commune_is_not_chained(tmp_path: Path) -> None:
    first = row(DATE_RADIATION="30/06/2020", MOTIF="CESSATION")
    again = SOUND | numbered(3) | {"DATE IMMAT": "01/02/2021", "DATE DEBUT": ""}
    for change in (
        {"NOM": "ROITELAIN"},
        {"DATE IMMAT": "01/02/2022"},
        {"COMMUNE": "RAMECOURT", "INSEE": "62686"},
        {"DATE IMMAT": "01/02/2020"},
    ):
        assert "DQ09" not in checks(accepted(tmp_path, [first, again | change])), change
