"""Programme files: every row accounted for, nobody recognisable, whole in the store or not."""

import datetime as dt
import json
import os
import signal
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from ternois_analysis.catalog.programmes import programme_named, programmes
from ternois_analysis.errors import SchemaError, SourceError
from ternois_analysis.sources import programmes as files
from ternois_analysis.sources import register
from ternois_analysis.sources.programmes import cells
from ternois_analysis.sources.programmes.template import workbook
from ternois_analysis.sources.synthetic.numbers import luhn_digit

RECEIVED = dt.date(2026, 9, 1)
COMMUNES = pd.DataFrame(
    {"commune": ["62036", "62767"], "commune_name": ["Anvin", "Saint-Pol-sur-Ternoise"]}
)
LABELS = ["Anvin (62036)", "Saint-Pol-sur-Ternoise (62767)"]
KEY = b"0" * 32


def siren(rank: int) -> str:
    base = f"{rank:08d}"
    return base + luhn_digit(base)


def person(rank: int, **changes: object) -> dict[str, object]:
    row = {"siren": siren(rank), "entered": dt.date(2012, 3, rank), "ended": dt.date(2012, 9, 1),
           "status": "terminé", "cost_eur": 2000, "pays_eur": 400, "others_eur": 800,
           "funder": "Région", "satisfaction": 4, "objective": "Recruter"}  # fmt: skip
    return row | changes


def written(
    folder: Path, programme: str = "rh_plus", name: str = "envoi.xlsx", **rows: list
) -> Path:
    path = folder / name
    path.write_bytes(workbook(programme, LABELS, rows))
    return path


def taken(path: Path, **options: str) -> files.Intake:
    return files.accept(path, COMMUNES, key=KEY, received=RECEIVED, **options)


def checks(intake: files.Intake) -> set[str]:
    return {reason.split()[0] for reason in intake.rejects["reason"]}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


def test_a_programme_is_named_by_its_label_or_its_identifier():
    assert [programme_named(t) for t in ("RH+", "dévcom+", "Devcom +", "boutic", "rh_plus")] == [
        "rh_plus", "devcom_plus", "devcom_plus", "boutic", "rh_plus",
    ]  # fmt: skip
    with pytest.raises(SchemaError, match="RH"):
        programme_named("Leader")


def test_the_empty_file_has_lists_formats_a_notice_and_help_above_each_column(tmp_path):
    path = written(tmp_path, "boutic")
    with zipfile.ZipFile(path) as archive:
        text = {
            name: archive.read(name).decode()
            for name in archive.namelist()
            if name.endswith(".xml")
        }
    book = text["xl/workbook.xml"]
    for sheet in ("Participants", "Séances", "Présences", "Notice", "Listes"):
        assert f'name="{sheet}"' in book
    assert 'state="hidden"' in book
    first = text["xl/worksheets/sheet1.xml"]
    assert first.count("<dataValidation ") == len(programmes().tables["participants"].fields) - 1
    assert "Listes!$A$1:$A$3" in first
    shared = text["xl/sharedStrings.xml"]
    for said in ("Programme\u00a0: Boutic", "Anvin (62036)", "jj/mm/aaaa", "N’écrivez aucun nom"):
        assert said in shared


def test_the_same_content_gives_the_same_bytes():
    assert workbook("rh_plus", LABELS) == workbook("rh_plus", LABELS)


def test_an_individual_programme_has_one_table_and_workshops_three():
    assert programmes().tables_of("rh_plus") == ("participants",)
    assert programmes().tables_of("boutic") == ("participants", "sessions", "attendances")


def test_a_sound_row_is_read_as_it_was_written(tmp_path):
    intake = taken(written(tmp_path, participants=[person(1)]))
    assert intake.programme == "rh_plus"
    row = intake.tables["participants"].iloc[0]
    assert row["business"] == register.pseudonyms(pd.Series([siren(1)]), KEY).item()
    assert row["entered"] == pd.Timestamp("2012-03-01")
    assert (row["status"], row["cost_eur"], row["pays_eur"]) == ("completed", 2000.0, 400.0)
    assert (row["satisfaction"], row["objective"], row["funder"]) == (4.0, "Recruter", "Région")
    assert intake.facts["notices"] == []


BAD = [
    (person(2, siren="123456789"), "PR04"),
    (person(2, siren=""), "PR04"),
    (person(2, entered=None), "PR05"),
    (person(2, entered=dt.date(2027, 1, 1), ended=None, status="engagé"), "PR05"),
    (person(2, ended=dt.date(2011, 1, 1)), "PR06"),
    (person(2, status="peut-être"), "PR07"),
    (person(2, cost_eur=-5), "PR08"),
    (person(2, cost_eur="mille"), "PR08"),
    (person(2, pays_eur=1500), "PR08"),
]


@pytest.mark.parametrize(("row", "check"), BAD, ids=[f"{c}-{i}" for i, (_, c) in enumerate(BAD)])
def test_a_bad_row_is_set_aside_with_its_reason_and_the_others_stay(tmp_path, row, check):
    intake = taken(written(tmp_path, participants=[person(1), row, person(3)]))
    assert checks(intake) == {check}
    assert list(intake.rejects["line"].unique()) == ["Participants, ligne 5"]
    facts = intake.facts
    assert (facts["rows_in"], facts["rows_accepted"], facts["rows_set_aside"]) == (3, 2, 1)
    assert len(intake.tables["participants"]) == 2


def test_a_copy_is_set_aside_and_a_second_entry_is_not(tmp_path):
    again = person(1, entered=dt.date(2012, 10, 1), ended=dt.date(2012, 12, 1))
    intake = taken(written(tmp_path, participants=[person(1), person(1), again]))
    assert checks(intake) == {"PR11"}
    assert len(intake.tables["participants"]) == 2


def test_what_can_be_kept_is_kept_and_said(tmp_path):
    odd = person(1, satisfaction=9, objective="Recruter Jean DUPONT", ended=None)
    intake = taken(written(tmp_path, participants=[odd]))
    row = intake.tables["participants"].iloc[0]
    assert pd.isna(row["satisfaction"])
    assert row["objective"] == ""
    assert set(intake.findings["check"]) == {"PR09", "PR10", "PR07b"}
    assert intake.rejects.empty


def test_sessions_and_attendances_are_checked_against_one_another(tmp_path):
    modules = programmes().programmes["boutic"].modules
    session = {"session": "1", "held": dt.date(2013, 5, 2), "module": modules[0],
               "commune": "Anvin (62036)", "seats": 1}  # fmt: skip
    rows = {
        "participants": [person(1), person(2)],
        "sessions": [session, session, session | {"session": "2", "module": "Poterie"},
                     session | {"session": "3", "commune": "Paris"},
                     session | {"session": "4", "seats": None}],
        "attendances": [
            {"session": "1", "siren": siren(1), "present": "présent"},
            {"session": "1", "siren": siren(2), "present": "oui"},
            {"session": "1", "siren": siren(2), "present": "absent"},
            {"session": "3", "siren": siren(1), "present": "présent"},
            {"session": "1", "siren": siren(9), "present": "absent"},
            {"session": "1", "siren": siren(8), "present": "bof"},
        ],
    }  # fmt: skip
    intake = taken(written(tmp_path, "boutic", **rows))
    assert intake.facts["tables"] == {
        "participants": {"in": 2, "accepted": 2, "set_aside": 0},
        "sessions": {"in": 5, "accepted": 1, "set_aside": 4},
        "attendances": {"in": 6, "accepted": 3, "set_aside": 3},
    }
    assert checks(intake) == {"PR11", "PR12", "PR13", "PR14", "PR15", "PR16"}
    # Two present for one seat, and a business that is not among the participants.
    assert {"PR17", "PR18"} <= set(intake.findings["check"])
    came = intake.tables["attendances"]
    assert came["present"].sum() == 2
    assert list(intake.tables["sessions"]["commune"]) == ["62036"]


def test_amounts_are_read_as_agents_write_them():
    read, bad = cells.numbers(pd.Series(["1 200,50 €", "", "1\u202f000", "12 k€", "-3"]))
    assert read.tolist()[:1] == [1200.5]
    assert read.isna().tolist() == [False, True, False, True, False]
    assert bad.tolist() == [False, False, False, True, False]


def test_a_csv_needs_to_say_its_programme(tmp_path):
    path = tmp_path / "envoi.csv"
    path.write_text(
        f"SIREN;Date d'entrée;Statut\n{siren(1)};02/03/2012;en cours\n", encoding="utf-8"
    )
    with pytest.raises(SourceError, match="--programme"):
        taken(path)
    intake = taken(path, programme="Dévcom+")
    assert intake.programme == "devcom_plus"
    assert intake.tables["participants"]["status"].tolist() == ["engaged"]
    assert intake.tables["participants"]["cost_eur"].isna().all()


def test_a_file_without_a_row_is_refused(tmp_path):
    with pytest.raises(SourceError, match="no participation"):
        taken(written(tmp_path))


def test_another_table_is_refused(tmp_path):
    path = tmp_path / "autre.csv"
    path.write_text("nom;prénom\nA;B\n", encoding="utf-8")
    with pytest.raises(SchemaError):
        taken(path, programme="RH+")


def test_nothing_leaves_the_file_that_names_a_business(store, tmp_path):
    rows = [person(1), person(2, status="?"), person(3, siren="123456789")]
    done = files.bring_in(written(tmp_path, participants=rows), COMMUNES, received=RECEIVED)
    for path in done.entry.folder.iterdir():
        if not path.name.startswith("received"):
            content = path.read_bytes()
            for number in (siren(1), siren(2), siren(3), "123456789"):
                assert number.encode() not in content, path.name
    assert "999999999" in (done.entry.folder / "rejects.csv").read_text(encoding="utf-8-sig")


def test_an_import_is_owner_only_whole_and_accounts_for_itself(store, tmp_path):
    path = written(tmp_path, participants=[person(1), person(2, status="?")])
    done = files.bring_in(path, COMMUNES, received=RECEIVED)
    folder = done.entry.folder
    names = {"received.xlsx", "participants.parquet", "rejects.csv", "report.html", "entry.json"}
    assert {p.name for p in folder.iterdir()} == names
    assert (folder / "received.xlsx").read_bytes() == path.read_bytes()
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in folder.iterdir())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    said = json.loads((folder / "entry.json").read_text(encoding="utf-8"))
    assert (said["rows_in"], said["rows_accepted"], said["rows_set_aside"]) == (2, 1, 1)
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "PR07" in report
    assert "http" not in report


def test_the_same_file_twice_changes_nothing(store, tmp_path):
    path = written(tmp_path, participants=[person(1)])
    first = files.bring_in(path, COMMUNES, received=RECEIVED)
    before = sorted(p.relative_to(store) for p in store.rglob("*"))
    second = files.bring_in(path, COMMUNES, received=dt.date(2026, 9, 2))
    assert not second.new
    assert second.entry == first.entry
    assert sorted(p.relative_to(store) for p in store.rglob("*")) == before


def test_the_newest_file_of_a_programme_replaces_the_others_unless_nothing_was_accepted(
    store, tmp_path
):
    one = written(tmp_path, name="a.xlsx", participants=[person(1)])
    two = written(tmp_path, name="b.xlsx", participants=[person(1), person(2)])
    bad = written(tmp_path, name="c.xlsx", participants=[person(1, status="?")])
    other = written(tmp_path, "devcom_plus", "d.xlsx", participants=[person(4, objective="Autre")])
    for path, day in ((two, 5), (one, 1), (other, 2), (bad, 9)):
        files.bring_in(path, COMMUNES, received=dt.date(2026, 9, day))
    known = files.in_force()
    assert list(known) == ["rh_plus", "devcom_plus"]
    assert len(files.read(known["rh_plus"])["participants"]) == 2


KILLED = """
import os, signal, sys, datetime as dt
from pathlib import Path
from ternois_analysis.sources import programmes
from ternois_analysis.sources.intake import keeping
from test_programmes_intake import COMMUNES
count = 0
kept = keeping.write_private
def write(path, content):
    global count
    count += 1
    if count == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    kept(path, content)
keeping.write_private = write
programmes.bring_in(Path(sys.argv[1]), COMMUNES, received=dt.date(2026, 9, 9))
"""


@pytest.mark.parametrize("at", [1, 3])
def test_an_import_that_is_killed_leaves_the_previous_file_in_force(store, tmp_path, at):
    first = files.bring_in(written(tmp_path, participants=[person(1)]), COMMUNES, received=RECEIVED)
    path = written(tmp_path, name="b.xlsx", participants=[person(1), person(2)])
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(path), str(at)], cwd=Path(__file__).parent,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    assert files.in_force()["rh_plus"] == first.entry
    # The next import removes what the killed one left, and goes through.
    files.bring_in(path, COMMUNES, received=RECEIVED)
    assert not list((store / "programmes").glob(".draft-*"))
    assert len(files.read(files.in_force()["rh_plus"])["participants"]) == 2


def test_what_is_too_old_goes_the_received_file_first(store, tmp_path):
    done = files.bring_in(written(tmp_path, participants=[person(1)]), COMMUNES, received=RECEIVED)
    assert files.purge(dt.date(2026, 12, 1)) == []
    assert files.purge(dt.date(2029, 1, 1)) == [done.entry.folder.name]
    assert not list(done.entry.folder.glob("received.*"))
    assert len(files.read(done.entry)["participants"]) == 1
    assert files.purge(dt.date(2037, 1, 1)) == [done.entry.folder.name]
    assert files.entries() == []


def test_participations_join_the_register_by_the_same_key(store, tmp_path):
    done = files.bring_in(written(tmp_path, participants=[person(1)]), COMMUNES, received=RECEIVED)
    own = files.read(done.entry)["participants"]["business"].item()
    assert own == register.pseudonyms(pd.Series([siren(1)]), register.key()).item()
