import dataclasses
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

import pytest
from rich.console import Console

from ternois_analysis import cli
from ternois_analysis.batch import estimate, journal, progress
from ternois_analysis.batch.journal import Began, Step

BEGAN = Began(
    started="2026-10-21T09:00:00+02:00", quarter="2026Q3", audiences=("public",),
    territories=("pays", "01001"), pages=("01_un", "02_deux"), engine="fast", workers=2,
    version="0.1.0", python="3.11.7", commit="abc", prepared=10.0,
)  # fmt: skip
STEPS = (
    Step("public", "pays", "01_un", "done", 2.0, size=1000),
    Step("public", "pays", "02_deux", "reused"),
    Step("public", "pays", "", "done", 5.0),
)


def keep(reports, steps=STEPS, **changes):
    with journal.kept(reports, dataclasses.replace(BEGAN, **changes)) as log:
        for step in steps:
            log.step(step)


def only(reports):
    (run,), damaged = journal.history(reports)
    assert damaged == ()
    return run


def test_a_run_is_told_as_it_was(tmp_path):
    keep(tmp_path)
    run = only(tmp_path)
    assert (run.began, run.steps, run.outcome, run.set_back) == (BEGAN, STEPS, "done", 0.0)
    assert 10.0 <= run.seconds < 11
    assert journal.last(tmp_path) == run


def test_a_folder_without_runs_has_no_history(tmp_path):
    assert journal.history(tmp_path / "none") == ((), ())
    assert journal.last(tmp_path / "none") is None


def test_a_page_that_fails_makes_the_run_failed(tmp_path):
    keep(tmp_path, [STEPS[0], Step("public", "pays", "02_deux", "failed", 1.0, "memory", 2)])
    assert only(tmp_path).outcome == "failed"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(KeyboardInterrupt, "interrupted"), (SystemExit, "interrupted"), (ValueError, "failed")],
)
def test_what_stops_a_run_is_told_and_goes_on_its_way(tmp_path, error, outcome):
    def stopped():
        with journal.kept(tmp_path, BEGAN) as log:
            log.step(STEPS[0])
            raise error

    with pytest.raises(error):
        stopped()
    run = only(tmp_path)
    assert (run.outcome, run.steps) == (outcome, STEPS[:1])


WRITER = """
import sys, time
from pathlib import Path
from test_journal import BEGAN, STEPS, journal
with journal.kept(Path(sys.argv[1]), BEGAN) as log:
    log.step(STEPS[0])
    print("ready", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs locks of the system")
def test_a_run_is_running_until_it_is_killed(tmp_path):
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent)])
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    assert only(tmp_path).outcome == "running"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    run = only(tmp_path)
    assert (run.outcome, run.seconds, run.steps) == ("killed", None, STEPS[:1])


def test_a_line_cut_by_the_death_of_its_run_is_left_out(tmp_path):
    keep(tmp_path)
    (file,) = (tmp_path / journal.FOLDER).iterdir()
    text = file.read_text()
    file.write_text(text[: text.index('{"ended"') - 20])
    run = only(tmp_path)
    assert (run.outcome, run.steps) == ("killed", STEPS[:2])


@pytest.mark.parametrize("content", [b"", b"{}\n", b"\xff\xfe\n", b'{"began": 1}\n', b"[]\n[]\n"])
def test_a_damaged_file_is_told_and_spares_the_others(tmp_path, content):
    keep(tmp_path)
    bad = tmp_path / journal.FOLDER / "2030.jsonl"
    bad.write_bytes(content)
    runs, damaged = journal.history(tmp_path)
    assert [run.outcome for run in runs] == ["done"]
    assert len(damaged) == 1
    assert str(bad) in damaged[0]
    assert journal.last(tmp_path) is None


def test_the_oldest_runs_are_forgotten(tmp_path):
    place = tmp_path / journal.FOLDER
    place.mkdir()
    for number in range(journal.MOST + 3):
        (place / f"2020-{number:04d}.jsonl").touch()
    keep(tmp_path)
    names = sorted(path.name for path in place.iterdir())
    assert len(names) == journal.MOST
    assert names[0] == "2020-0004.jsonl"
    assert names[-1].startswith("2026-10-21T090000")


def test_a_clock_set_back_during_a_run_is_told_and_its_length_stays_right(tmp_path, monkeypatch):
    real = time.time
    with journal.kept(tmp_path, BEGAN):
        monkeypatch.setattr(time, "time", lambda: real() - 3600)
    run = only(tmp_path)
    assert run.set_back == pytest.approx(3600, abs=0.2)
    assert 10.0 <= run.seconds < 11


def test_a_machine_that_slept_did_not_set_its_clock_back():
    assert journal._set_back(wall=9000.0, steady=60.0) == 0


def test_no_run_is_lost_when_two_begin_in_the_same_second(tmp_path):
    keep(tmp_path)
    keep(tmp_path)
    assert len(journal.history(tmp_path)[0]) == 2


def runs(*seconds, page="01_un", engine="fast", prepared=10.0, report=5.0):
    """Runs of one page each, that took these seconds."""
    began = dataclasses.replace(BEGAN, engine=engine, prepared=prepared)
    made = [(Step("public", "pays", page, "done", each), Step("public", "pays", "", "done", report))
            for each in seconds]  # fmt: skip
    return [journal.Run("x", began, steps, "done") for steps in made]


def test_a_run_is_foreseen_by_the_medians_of_the_runs_before_it():
    known = estimate.learnt([*runs(1.0, 2.0, 30.0), *runs(4.0, page="02_deux")], "fast")
    # (2 + 2 + 4 + 5) / 2 workers, after 10 s of preparation
    assert known.whole(["01_un", "01_un", "02_deux"], reports=1, workers=2) == 16.5
    # median of 1, 2, 4, 30
    assert known.of("03_neuve") == 3.0


def test_a_run_lasts_as_long_as_its_longest_page():
    known = estimate.learnt(runs(8.0), "fast")
    assert known.whole(["01_un"], reports=0, workers=4) == 18.0


def test_a_run_with_nothing_to_make_is_only_prepared():
    assert estimate.learnt(runs(8.0), "fast").whole([], reports=0, workers=4) == 10.0


def test_pages_that_failed_or_were_reused_teach_nothing():
    steps = (Step("public", "pays", "01_un", "failed", 600.0), STEPS[1])
    assert estimate.learnt([journal.Run("x", BEGAN, steps, "failed")], "fast") is None
    assert estimate.learnt([], "fast") is None


def test_runs_of_the_same_engine_are_preferred():
    both = [*runs(2.0), *runs(6.0, engine="kernel")]
    assert estimate.learnt(both, "kernel").of("01_un") == 6.0
    assert estimate.learnt(both[:1], "kernel").of("01_un") == 2.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "1 s"), (89.4, "89 s"), (90, "2 min"), (3599, "1 h 00 min"), (4800, "1 h 20 min")],
)
def test_lengths_of_time_are_said_roughly(seconds, text):
    assert estimate.said(seconds) == text


@pytest.fixture
def ternois(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "220")

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["ternois", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            sys.exit(cli.main())
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return call


def test_history_lists_the_runs_of_a_folder(ternois, tmp_path):
    keep(tmp_path)
    keep(tmp_path, [Step("public", "pays", "", "failed")], commit="def")
    (tmp_path / journal.FOLDER / "bad.jsonl").touch()
    code, out, err = ternois("history", "--out", tmp_path)
    assert code == 0
    rows = [line for line in out.splitlines() if "2026Q3" in line]
    assert ["done" in rows[0], "1 done, 1 reused" in rows[0], "pays, 01001" in rows[0]] == [
        True
    ] * 3
    assert ["failed" in rows[1], "1 failed" in rows[1], "def" in rows[1]] == [True] * 3
    assert "bad.jsonl is damaged" in err


def test_history_gives_the_last_runs_to_programs(ternois, tmp_path):
    keep(tmp_path)
    keep(tmp_path, commit="def")
    code, out, _ = ternois("history", "--out", tmp_path, "--json", "--last", 1)
    (run,) = json.loads(out)
    assert (code, run["began"]["commit"], run["steps"][0]["seconds"]) == (0, "def", 2.0)


def test_history_of_an_empty_folder_says_so(ternois, tmp_path):
    assert ternois("history", "--out", tmp_path)[1] == "No run yet.\n"


def test_time_left_follows_the_pace_of_the_pages_before(monkeypatch):
    clock = iter([104.0, 110.0, 118.0])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    weights = {"short": 1.0, "long": 4.0}
    left = progress._pace(weights.__getitem__, whole=6.0)
    # began at 100 s: 1 of 6 done in 4 s, then 2 of 6 in 10 s, then all
    assert left(told("short", 4.0)) == ", about 20 s left"
    assert left(told("short", 5.0)) == ", about 20 s left"
    assert left(told("long", 8.0)) == ""


def told(page, seconds):
    """An outcome, of which only the page and its seconds are looked at."""

    job = types.SimpleNamespace(page=page, audience="public", territory="pays")
    record = types.SimpleNamespace(seconds=seconds, kind="timeout")
    return types.SimpleNamespace(job=job, record=record, done=page != "stuck")


def test_a_run_says_what_it_will_make_and_how_long_it_takes():
    jobs = [types.SimpleNamespace(page="01_un", audience="public", territory=territory)
            for territory in ("pays", "01001")]  # fmt: skip
    assert progress.foreseen(jobs, None, 2) == (
        "2 pages of 2 reports, 2 at once; no history yet to say how long."
    )
    # 10 + (2 × 2 + 2 × 5) / 2
    assert progress.foreseen(jobs, estimate.learnt(runs(2.0), "fast"), 2) == (
        "2 pages of 2 reports, 2 at once; about 17 s."
    )


def shown(**options):
    """What is seen of a run of two pages, of which one fails."""
    out = io.StringIO()
    with progress.shown(Console(file=out, width=120, **options), 2) as tell:
        tell(told("short", 1.0))
        tell(told("stuck", 600.0))
    return out.getvalue()


def test_a_log_has_a_plain_line_a_page_with_the_time_left():
    assert shown().splitlines() == [
        "[1/2] ok public pays short 1.0 s, about 1 s left",
        "[2/2] FAILED (timeout) public pays stuck 600.0 s",
    ]


def test_a_terminal_has_one_bar_with_the_time_left_and_starts_no_thread():
    before = threading.active_count()
    text = shown(force_terminal=True)
    assert threading.active_count() == before
    assert "about 1 s left" in text
    assert "1/2" in text
    assert "FAILED (timeout) public pays stuck 600.0 s" in text


def test_a_dry_run_lists_its_reports():
    out = io.StringIO()
    progress.list_jobs(Console(file=out), [told("01_un", 1.0).job, told("02_deux", 1.0).job])
    assert out.getvalue() == "public pays: 01_un, 02_deux\n"


def test_a_clock_that_was_set_back_is_told_at_the_end():
    nothing = types.SimpleNamespace(outcomes=(), failed=(), withheld=(), valid=(), whole=True)
    run = dataclasses.replace(runs(1.0)[0], set_back=3600.0)
    out = io.StringIO()
    progress.conclude(Console(file=out, width=300), nothing, run)
    assert "warning: the clock of this machine was set back by 1 h 00 min" in out.getvalue()
