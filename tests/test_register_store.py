"""The store: whole or not at all, owner-only, chosen by dates, purged and objected to."""

import datetime as dt
import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from test_register_rows import COMMUNES, PASSAGE, SOUND, csv_text, numbered, write

from ternois_analysis.errors import SourceError
from ternois_analysis.sources import register
from ternois_analysis.sources.register.store import Imported

RECEIVED = dt.date(2026, 7, 12)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "store"
    monkeypatch.setenv("TERNOIS_STORE", str(folder))
    return folder


def bring(
    folder: Path, rows: list[dict[str, str]], day: str = "10/07/2026", received: dt.date = RECEIVED
) -> Imported:
    text = csv_text(rows).replace("10/07/2026", day)
    iso = "-".join(reversed(day.split("/")))
    path = write(folder, text, f"registre_{iso}.csv")
    return register.bring_in(path, COMMUNES, PASSAGE, received=received)


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_an_import_keeps_the_file_its_hash_and_an_account(store: Path, tmp_path: Path) -> None:
    done = bring(tmp_path, [SOUND, SOUND | {"SIREN": "1", "SIRET": ""}])
    received = (tmp_path / "registre_2026-07-10.csv").read_bytes()
    assert done.new
    assert done.entry.folder.name == f"2026-07-10-{hashlib.sha256(received).hexdigest()[:12]}"
    assert {p.name for p in done.entry.folder.iterdir()} == {
        "received.csv",
        "accepted.parquet",
        "rejects.csv",
        "report.html",
        "entry.json",
    }
    assert (done.entry.folder / "received.csv").read_bytes() == received
    entry = json.loads((done.entry.folder / "entry.json").read_text(encoding="utf-8"))
    assert (entry["rows_in"], entry["rows_accepted"], entry["rows_set_aside"]) == (2, 1, 1)
    assert (entry["findings"]["DQ04"], entry["received"]) == (1, "2026-07-12")


def test_the_same_file_a_second_time_changes_nothing(store: Path, tmp_path: Path) -> None:
    first = bring(tmp_path, [SOUND])
    before = tree(store)
    again = bring(tmp_path, [SOUND], received=dt.date(2026, 7, 13))
    assert (again.new, again.entry) == (False, first.entry)
    assert tree(store) == before


@pytest.mark.skipif(os.name != "posix", reason="POSIX modes")
def test_everything_in_the_store_is_for_its_owner_only(store: Path, tmp_path: Path) -> None:
    old = os.umask(0o000)
    try:
        bring(tmp_path, [SOUND])
        register.object_to("000010009")
    finally:
        os.umask(old)
    for path in (store, *store.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_the_key_is_made_once_and_a_loose_or_cut_key_is_refused(store: Path) -> None:
    key = register.key()
    assert (len(key), register.key()) == (32, key)
    if os.name == "posix":
        (store / "key").chmod(0o644)
        with pytest.raises(SourceError, match="600"):
            register.key()
        (store / "key").chmod(0o600)
    (store / "key").write_bytes(key[:10])
    with pytest.raises(SourceError, match="sound key"):
        register.key()


def test_a_pseudonym_depends_on_the_key_and_on_nothing_else() -> None:
    import hmac

    sirens = pd.Series(["732829320", "", "732829320"], dtype="str")
    first = register.pseudonyms(sirens, b"k" * 32).tolist()
    assert first == [
        hmac.new(b"k" * 32, b"732829320", hashlib.sha256).hexdigest()[:16],
        "",
        first[0],
    ]
    assert register.pseudonyms(sirens, b"l" * 32).tolist()[0] != first[0]


def test_a_quarter_sees_the_newest_register_extracted_and_received_in_time(
    store: Path, tmp_path: Path
) -> None:
    bring(tmp_path, [SOUND], "10/04/2026", dt.date(2026, 4, 12))
    bring(tmp_path, [SOUND], "10/07/2026", dt.date(2026, 7, 12))
    bring(tmp_path, [SOUND], "11/10/2026", dt.date(2026, 10, 12))

    def seen(last: str, freeze: str) -> str:
        entry = register.in_force(dt.date.fromisoformat(last), dt.date.fromisoformat(freeze))
        return entry.millesime if entry else ""

    assert seen("2026-03-31", "2026-04-20") == "2026-04-10"
    assert seen("2026-06-30", "2026-07-20") == "2026-07-10"
    assert seen("2026-06-30", "2026-07-11") == "2026-04-10"
    assert seen("2026-09-30", "2026-10-20") == "2026-07-10"  # extracted eleven days after: too late
    assert seen("2025-12-31", "2026-01-20") == ""


def test_a_second_transfer_is_compared_with_the_first(store: Path, tmp_path: Path) -> None:
    kept, gone, lost = (SOUND | numbered(i) for i in range(3))
    bring(tmp_path, [kept, gone, lost])
    late = SOUND | numbered(3) | {"DATE IMMAT": "01/06/2026", "DATE DEBUT": ""}
    new = SOUND | numbered(4) | {"DATE IMMAT": "01/09/2026", "DATE DEBUT": ""}
    done = bring(
        tmp_path,
        [kept, gone | {"DATE RADIATION": "15/08/2026"}, late, new],
        "09/10/2026",
        dt.date(2026, 10, 12),
    )
    assert done.intake is not None
    assert done.intake.drift is not None
    assert [count for _, count in done.intake.drift.lines] == [3, 1, 1, 0, 1, 0, 1, 3]
    assert {"DQ27", "DQ28"} <= {finding.check for finding in done.intake.file_findings}
    assert "Depuis le transfert précédent" in (done.entry.folder / "report.html").read_text(
        encoding="utf-8"
    )


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from ternois_analysis.sources import register
from test_register_rows import COMMUNES, PASSAGE

count, limit, real = 0, {limit}, os.fsync
def counted(handle):
    global count
    count += 1
    if count > limit:
        os.kill(os.getpid(), signal.SIGKILL)
    real(handle)
os.fsync = counted
rename = Path.rename
def renamed(self, target):
    if {limit} == 99:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(self, target)
Path.rename = renamed
register.bring_in(Path({path!r}), COMMUNES, PASSAGE)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
@pytest.mark.parametrize("limit", [0, 3, 99])
def test_an_import_that_is_killed_leaves_the_previous_register_in_force(
    store: Path, tmp_path: Path, limit: int
) -> None:
    first = bring(tmp_path, [SOUND]).entry
    path = write(
        tmp_path,
        csv_text([SOUND, SOUND | numbered(1)]).replace("10/07/2026", "09/10/2026"),
        "r_2026-10-09.csv",
    )
    script = KILLED.format(tests=str(Path(__file__).parent), limit=limit, path=str(path))
    died = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert list((store / "register").glob(".draft-*"))
    assert register.entries() == [first]
    assert register.in_force(dt.date(2026, 9, 30), dt.date(2026, 12, 1)) == first
    assert len(register.read(first)) == 1
    again = register.bring_in(path, COMMUNES, PASSAGE, received=dt.date(2026, 10, 12))
    assert (again.new, again.entry.rows_accepted) == (True, 2)
    assert list((store / "register").glob(".draft-*")) == []


def test_a_refused_file_leaves_nothing_behind(store: Path, tmp_path: Path) -> None:
    bring(tmp_path, [SOUND])
    before = tree(store)
    path = write(tmp_path, b"%PDF-1.7", "registre_2026-10-09.csv")
    with pytest.raises(SourceError):
        register.bring_in(path, COMMUNES, PASSAGE)
    assert tree(store) == before


def test_who_objects_is_counted_and_listed_no_more_now_and_later(
    store: Path, tmp_path: Path
) -> None:
    before = bring(tmp_path, [SOUND, SOUND | numbered(1)]).entry
    assert register.read(before)["listed"].tolist() == [True, True]
    assert register.object_to("000 010 009") is True
    assert register.object_to("000010009") is False
    pseudonym = register.pseudonyms(pd.Series(["000010009"], dtype="str"), register.key()).item()
    after = bring(tmp_path, [SOUND, SOUND | numbered(2)], "09/10/2026", dt.date(2026, 10, 12)).entry
    for entry in (before, after):
        table = register.read(entry)
        assert len(table) == 2
        assert table.loc[~table["listed"], "business"].tolist() == [pseudonym]
    assert "000010009" not in (store / "register" / "objections.txt").read_text(encoding="ascii")


def test_an_objection_needs_a_siren_and_does_not_repeat_it(store: Path) -> None:
    with pytest.raises(SourceError) as refused:
        register.object_to("123456789")
    assert "123456789" not in str(refused.value)


def test_a_purge_removes_the_file_after_two_years_and_the_table_after_ten(
    store: Path, tmp_path: Path
) -> None:
    entry = bring(tmp_path, [SOUND]).entry
    assert register.purge(dt.date(2028, 7, 9)) == register.Purged((), ())
    assert register.purge(dt.date(2028, 7, 10)) == register.Purged((entry.folder.name,), ())
    assert not list(entry.folder.glob("received.*"))
    assert len(register.read(entry)) == 1
    assert bring(tmp_path, [SOUND]).new is False
    assert register.purge(dt.date(2036, 7, 10)).folders == (entry.folder.name,)
    assert register.entries() == []


def test_purging_everything_keeps_the_objections(store: Path, tmp_path: Path) -> None:
    bring(tmp_path, [SOUND])
    register.object_to("000010009")
    register.purge(everything=True)
    assert {path.name for path in store.rglob("*") if path.is_file()} == {"key", "objections.txt"}
    assert register.read(bring(tmp_path, [SOUND]).entry)["listed"].tolist() == [False]
