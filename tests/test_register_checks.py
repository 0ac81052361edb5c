"""Every check of the catalogue, each with a row made to fail it."""

import datetime as dt
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
    row,
    write,
)

from ternois_analysis import french
from ternois_analysis.catalog.register import register as catalogue
from ternois_analysis.errors import SourceError
from ternois_analysis.sources import register
from ternois_analysis.sources.register import Outside

#: Check, cells changed in a sound row.
ONE_ROW = [
    ("DQ01", {"ADRESSE1": "3 RUE DE L'Ã©COLE é"}),
    ("DQ04", {"SIREN": "000010008", "SIRET": ""}),
    ("DQ04", {"SIREN": "", "SIRET": ""}),
    ("DQ05", {"SIRET": "7,32829E+13"}),
    ("DQ05", {"SIRET": "00000000000000"}),
    ("DQ05", {"SIRET": "1000900017"}),
    ("DQ06", {"SIRET": "73282932000074"}),
    ("DQ10", {"DATE IMMAT": "01/01/1900", "DATE DEBUT": ""}),
    ("DQ10", {"DATE RADIATION": "31/12/9999"}),
    ("DQ10", {"DATE RADIATION": "14/03/2019"}),
    ("DQ10", {"DATE IMMAT": "11/07/2026", "DATE DEBUT": ""}),
    ("DQ10", {"DATE IMMAT": "31/02/2014", "DATE DEBUT": ""}),
    ("DQ10", {"DATE IMMAT": "15/03/19", "DATE DEBUT": ""}),
    ("DQ10", {"DATE IMMAT": "43539", "DATE DEBUT": ""}),
    ("DQ10", {"DATE IMMAT": ""}),
    ("DQ10b", {"DATE DEBUT": "14/03/2018"}),
    ("DQ13", {"INSEE": "", "CP": "", "COMMUNE": "FLEURY"}),
    ("DQ13b", {"INSEE": "62210", "CP": "62270", "COMMUNE": "CANTELEUX"}),
    ("DQ14", {"INSEE": "62130"}),
    ("DQ15", {"COMMUNE": "RAMECOURT"}),
    ("DQ16", {"CP": "62166", "COMMUNE": "ST POL SUR TERNOISE CEDEX"}),
    ("DQ16", {"ADRESSE1": "DOMICILIATION ATELIER"}),
    ("DQ16b", {"INSEE": "", "CP": "7700", "COMMUNE": "MOUSCRON"}),
    ("DQ17", {"CODE NAFA": "43.21A"}),
    ("DQ17", {"CODE NAFA": "6201ZZ", "APE": "6201Z"}),
    ("DQ17", {"APE": "9602A"}),
    ("DQ18", {"CODE NAFA": "4321GA"}),
    ("DQ18", {"APE": "4321Y"}),
    ("DQ19", {"NAR4": "SERVICES"}),
    ("DQ20", {"NB SAL": "NC"}),
    ("DQ20", {"NB SAL": "11"}),
    ("DQ21", {"NB APPR": "beaucoup"}),
    ("DQ21", {"NB APPR": "9"}),
    ("DQ22", {"DATE NAISSANCE": "12/03/1899"}),
    ("DQ22", {"DATE NAISSANCE": "12/03/2015"}),
    ("DQ23", {"FORME JUR": "XYZ"}),
    ("DQ24", {"FORME JUR": "EIRL"}),
    ("DQ25", {"DIFFUSION": "P"}),
    ("DQ31", {"MOTIF": "DECES DE M. VIORNEAU", "DATE RADIATION": "01/02/2020"}),
    ("DQ31", {"LIBELLE NAFA": "rappeler au 03 53 01 00 01"}),
    ("DQ31", {"RAISON SOCIALE": "=HYPERLINK(A1)"}),
    ("DQ31", {"LIBELLE NAFA": "<script>alert(1)</script>"}),
    ("DQ34", {"QUALITE": "COMPAGNON"}),
]
#: Checks that one changed cell cannot fail; each has a test of its own here or in another file.
ELSEWHERE = {
    "DQ01b",
    "DQ02",
    "DQ03",
    "DQ07",
    "DQ08",
    "DQ08b",
    "DQ09",
    "DQ11",
    "DQ12",
    "DQ22b",
    "DQ26",
    "DQ27",
    "DQ28",
    "DQ29",
    "DQ30",
    "DQ30b",
    "DQ32",
    "DQ33",
}


def planted_rows() -> list[dict[str, str]]:
    return [SOUND | numbered(rank) | cells for rank, (_, cells) in enumerate(ONE_ROW)]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> register.Intake:
    return accepted(tmp_path_factory.mktemp("planted"), planted_rows())


@pytest.mark.parametrize("rank", range(len(ONE_ROW)), ids=lambda rank: f"{rank}-{ONE_ROW[rank][0]}")
def test_a_planted_row_is_found_and_goes_where_its_check_says(
    planted: register.Intake, rank: int
) -> None:
    check, line = ONE_ROW[rank][0], str(rank + 3)
    found = planted.findings
    assert check in set(found.loc[found["line"] == line, "check"])
    said = planted.rejects.loc[planted.rejects["line"] == line, "reason"]
    aside = catalogue().checks[check].action == "set_aside"
    assert any(reason.startswith(f"{check} ") for reason in said) == aside
    number = pd.Series([planted_rows()[rank]["SIREN"]], dtype="str")
    kept = planted.accepted[planted.accepted["business"] == register.pseudonyms(number, KEY).item()]
    assert len(kept) == (0 if aside else 1)
    flagged = catalogue().checks[check].action == "flag"
    assert (check in " ".join(kept["flags"]).split()) == flagged


def test_every_check_of_the_catalogue_has_a_row_or_a_test_of_its_own() -> None:
    assert {check for check, _ in ONE_ROW} | ELSEWHERE == set(catalogue().checks)
    assert not {check for check, _ in ONE_ROW} & ELSEWHERE


def test_every_check_says_in_french_what_to_do() -> None:
    for name, check in catalogue().checks.items():
        assert check.title, name
        assert check.remedy.endswith("."), name


def test_aliases_are_written_plainly_and_name_one_field_each() -> None:
    aliases = [alias for field in catalogue().fields.values() for alias in field.aliases]
    assert len(aliases) == len(set(aliases))
    assert [alias for alias in aliases if french.plain(alias) != alias] == []


def test_subclasses_belong_to_one_group_and_groups_to_the_four_families() -> None:
    groups = catalogue().nar20
    codes = [code for group in groups.values() for code in group.naf.split()]
    assert len(groups) == 20
    assert len(codes) == len(set(codes))
    assert {group.family for group in groups.values()} == set(catalogue().families)


def test_rows_in_are_rows_accepted_plus_rows_set_aside(tmp_path: Path) -> None:
    rows = [
        SOUND | numbered(i) | cells for i, (_, cells) in enumerate(ONE_ROW) if "SIREN" not in cells
    ]
    text = csv_text(rows) + "COUPEE;EN\r\nDEUX\r\n" + ";".join(SOUND) + "\r\n"
    intake = register.accept(write(tmp_path, text), COMMUNES, PASSAGE, key=KEY)
    facts = intake.facts
    assert facts["rows_in"] == len(rows) + 3
    assert facts["rows_accepted"] == len(intake.accepted)
    assert facts["rows_set_aside"] == intake.rejects["line"].nunique()
    assert facts["rows_in"] == facts["rows_accepted"] + facts["rows_set_aside"]


@pytest.mark.parametrize("rows", [[], [SOUND | {"SIREN": "", "SIRET": ""}]])
def test_a_file_of_which_nothing_is_accepted_is_still_accounted_for(
    tmp_path: Path, rows: list[dict[str, str]]
) -> None:
    intake = accepted(tmp_path, rows)
    assert (len(intake.accepted), intake.facts["rows_in"]) == (0, len(rows))
    assert tuple(intake.accepted.columns) == register.COLUMNS


def test_what_a_row_says_is_what_is_accepted(tmp_path: Path) -> None:
    got = accepted(
        tmp_path, [row(DATE_RADIATION="30/06/2025", MOTIF="DEPART EN RETRAITE")]
    ).accepted.iloc[0]
    said = got.drop(["business", "registered", "removed", "extracted"]).to_dict()
    assert said == {
        "commune": "62767",
        "nafa": "4321AB",
        "ape": "4321A",
        "nar4": "Bâtiment",
        "nar20": "Installations électriques, isolation",
        "legal_form": "EI",
        "removal_reason": "retraite",
        "origin": "création",
        "employees": 2,
        "apprentices": 1,
        "owner_birth_year": 1975,
        "owner_sex": "M",
        "qualification": "artisan",
        "listed": True,
        "follows": "",
        "flags": "",
    }
    assert (got["registered"], got["removed"], got["extracted"]) == (
        pd.Timestamp("2019-03-15"),
        pd.Timestamp("2025-06-30"),
        pd.Timestamp("2026-07-10"),
    )
    assert tuple(got.index) == register.COLUMNS


def test_the_order_of_the_file_does_not_survive(tmp_path: Path) -> None:
    rows = [SOUND | numbered(i) for i in range(8)]
    there, back = accepted(tmp_path, rows).accepted, accepted(tmp_path, rows[::-1]).accepted
    pd.testing.assert_frame_equal(there, back)
    assert there["business"].is_monotonic_increasing


def test_blank_is_not_zero_and_absent_is_not_unqualified(tmp_path: Path) -> None:
    got = accepted(tmp_path, [row(NB_SAL="", NB_APPR="", QUALITE="", DATE_NAISSANCE="")]).accepted
    assert got[["employees", "apprentices", "owner_birth_year"]].isna().all(axis=None)
    assert got["qualification"].tolist() == [""]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("15/03/2019", "2019-03-15"),
        ("15-03-2019", "2019-03-15"),
        ("5.3.2019", "2019-03-05"),
        ("2019-03-15", "2019-03-15"),
        ("2019-03-15T12:00:00Z", "2019-03-15"),
        ("20190315", "2019-03-15"),
    ],
)
def test_dates_are_read_in_the_orders_that_chambers_use(
    tmp_path: Path, written: str, day: str
) -> None:
    got = accepted(tmp_path, [row(DATE_IMMAT=written, DATE_DEBUT="")]).accepted
    assert got["registered"].dt.strftime("%Y-%m-%d").tolist() == [day]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("ARTISANT", "artisan"),
        ("Maître Artisan", "maître artisan"),
        ("ARTISAN D'ART", "artisan d'art"),
        ("EN METIER D'ART", "artisan d'art"),
        ("NEANT", ""),
    ],
)
def test_spellings_of_the_qualification_are_understood(
    tmp_path: Path, words: str, meant: str
) -> None:
    intake = accepted(tmp_path, [row(QUALITE=words)])
    assert intake.accepted["qualification"].tolist() == [meant]
    assert checks(intake) == set()


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("5499", "SARL"),
        ("5498", "EURL"),
        ("5720", "SAS/SASU"),
        ("1000", "EI"),
        ("AUTO-ENTREPRENEUR", "micro"),
        ("S.A.R.L.", "autre"),
        ("SASU", "SAS/SASU"),
        ("5450", "SARL"),
        ("", ""),
    ],
)
def test_legal_forms_are_grouped_by_code_or_word(tmp_path: Path, words: str, meant: str) -> None:
    assert accepted(tmp_path, [row(FORME_JUR=words)]).accepted["legal_form"].tolist() == [meant]


def test_without_a_diffusion_status_nothing_is_listed(tmp_path: Path) -> None:
    intake = accepted(tmp_path, [row(DIFFUSION="")])
    assert intake.accepted["listed"].tolist() == [False]
    assert "DQ25" in {finding.check for finding in intake.file_findings}


def test_checks_without_their_source_are_said_to_be_unverifiable(tmp_path: Path) -> None:
    intake = accepted(tmp_path, [SOUND])
    assert set(intake.unverifiable) == {n for n, c in catalogue().checks.items() if c.needs}


def sirene(**changed: str) -> pd.DataFrame:
    unit = {
        "siren": "000010009",
        "diffusion": "O",
        "state": "A",
        "craft_code": "4321AB",
        "workforce_band": "01",
    }
    return pd.DataFrame([unit | changed])


def facts_found(intake: register.Intake) -> set[str]:
    return {finding.check for finding in intake.file_findings}


def test_sirene_says_who_ceased_who_hides_and_who_is_missing(tmp_path: Path) -> None:
    ceased = accepted(tmp_path, [SOUND], beside=Outside(sirene=sirene(state="C")))
    assert "DQ11" in checks(ceased)
    hidden = accepted(tmp_path, [SOUND], beside=Outside(sirene=sirene(diffusion="P")))
    assert hidden.accepted["listed"].tolist() == [False]
    assert "DQ25" in checks(hidden)
    crowd = accepted(tmp_path, [row(NB_SAL="3")], beside=Outside(sirene=sirene()))
    assert "DQ20" in checks(crowd)
    absent = accepted(tmp_path, [SOUND | numbered(1)], beside=Outside(sirene=sirene()))
    assert {"DQ12", "DQ30"} <= facts_found(absent)
    sound = accepted(tmp_path, [SOUND], beside=Outside(sirene=sirene()))
    assert checks(sound) | facts_found(sound) == set()


def test_a_status_hidden_in_the_file_stays_hidden_whatever_sirene_says(tmp_path: Path) -> None:
    intake = accepted(tmp_path, [row(DIFFUSION="P")], beside=Outside(sirene=sirene()))
    assert intake.accepted["listed"].tolist() == [False]


def test_beneficiaries_who_are_not_in_the_register_are_counted(tmp_path: Path) -> None:
    known = accepted(tmp_path, [SOUND], beside=Outside(programmes=pd.Series(["000010009"])))
    lost = accepted(
        tmp_path, [SOUND], beside=Outside(programmes=pd.Series(["000010009", "732829320"]))
    )
    assert "DQ30b" not in facts_found(known)
    assert "DQ30b" in facts_found(lost)


def test_communes_without_any_business_are_named(tmp_path: Path) -> None:
    intake = accepted(tmp_path, [SOUND], beside=Outside(perimeter=("62361", "62767")))
    (finding,) = (f for f in intake.file_findings if f.check == "DQ29")
    assert finding.table == (("62361", "Frévent"),)


def test_a_month_of_mass_removals_is_a_spike(tmp_path: Path) -> None:
    usual = [
        SOUND | numbered(i) | {"DATE RADIATION": f"05/{1 + i % 12:02d}/2025"} for i in range(12)
    ]
    mass = [SOUND | numbered(50 + i) | {"DATE RADIATION": "17/11/2025"} for i in range(9)]
    assert "DQ26" not in facts_found(accepted(tmp_path, usual))
    (finding,) = (f for f in accepted(tmp_path, usual + mass).file_findings if f.check == "DQ26")
    assert finding.table == (("novembre 2025", "10"),)


def test_births_on_new_years_day_and_missing_births_are_noticed(tmp_path: Path) -> None:
    rows = [SOUND | numbered(i) for i in range(10)]
    default = accepted(tmp_path, [rows[0] | {"DATE NAISSANCE": "01/01/1970"}, *rows[1:]])
    missing = accepted(tmp_path, [r | {"DATE NAISSANCE": ""} for r in rows[:4]] + rows[4:])
    assert "DQ22b" in facts_found(default)
    assert "DQ22b" in facts_found(missing)
    assert "DQ22b" not in facts_found(accepted(tmp_path, rows))


def test_a_file_whose_name_and_head_disagree_on_the_day_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text([SOUND]), "registre_20260711.csv")
    with pytest.raises(SourceError, match="DQ32"):
        register.accept(path, COMMUNES, PASSAGE, key=KEY)
    told = register.accept(path, COMMUNES, PASSAGE, key=KEY, extracted=dt.date(2026, 7, 11))
    assert told.facts["extracted"] == "2026-07-11"


def test_a_file_that_does_not_say_its_day_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, csv_text([SOUND], title=False), "registre.csv")
    with pytest.raises(SourceError, match="--extracted"):
        register.accept(path, COMMUNES, PASSAGE, key=KEY)


def test_a_file_received_before_it_was_extracted_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="reception"):
        accepted(tmp_path, [SOUND], received=dt.date(2026, 7, 9))
