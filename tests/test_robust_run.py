"""Runs that are killed, interrupted or many: what is there is whole, and nothing is lost."""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mini import house
from test_batch_children import beyond, gone
from test_folder import mounted

from ternois_analysis.batch import children, engine, folder, journal, notebook, plan, runner
from ternois_analysis.errors import ReportError
from ternois_analysis.publish import formats, record

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fast engine forks")

PAGES = {"01_un": "a_pct", "02_deux": "b_pct"}
TERRITORIES = ("01001", "pays")
NOTE = "".join(f"line {number}\n" for number in range(50))


@pytest.fixture(autouse=True)
def slow_format(monkeypatch):
    """A format that takes its time: many kills fall into it."""

    def note(report, place):
        path = place / "note.txt"
        with path.open("w") as file:
            for line in NOTE.splitlines(keepends=True):
                file.write(line)
                file.flush()
                time.sleep(0.002)
        return [path]

    monkeypatch.setattr(formats, "FORMATS", {"note": note})


def write_pages(here, number):
    """The same pages with another number: what a run must make anew."""
    for name, indicator in PAGES.items():
        figure = f'page.figure("{indicator}", {number})'
        house.write(here / "notebooks", name, f"# {name}", house.START, figure)


def go(here):
    made = plan.plan("2026Q2", house.FakeObservatory, here / "notebooks", audiences=["public"])
    return runner.run(made, here / "reports", house.FakeObservatory, engine_name="fast", workers=2)


def reports_of(here):
    """The reports that can be seen, after a look at every file that a report promises."""
    place = here / "reports" / "2026Q2" / "public"
    seen = {}
    for territory in sorted(place.glob("[!.]*/") if place.is_dir() else ()):
        run = record.read(territory)
        assert [page.page for page in run.pages if page.status == "done"] == list(PAGES)
        for page in PAGES:
            assert (territory / f"{page}.html").read_text().rstrip().endswith("</html>")
            json.loads((territory / f"{page}.ipynb").read_text())
        assert (territory / "note.txt").read_text() == NOTE
        seen[territory.name] = (territory / "values.csv").read_bytes()
    return seen


def killed_after(here, seconds):
    """Begin a run in a process of its own and kill it after some time; whether it had ended."""
    process = multiprocessing.get_context("fork").Process(target=go, args=(here,))
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode == 0


@pytest.mark.parametrize("times", [3, pytest.param(100, marks=pytest.mark.long)])
def test_a_run_killed_at_any_moment_loses_no_report_and_the_next_ends_it(tmp_path, times):
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    chance = random.Random(seed)
    expected, lasted = [], 0.0
    for number in (1.5, 2.5):
        here = tmp_path / f"alone_{number}"
        write_pages(here, number)
        began = time.monotonic()
        assert go(here).whole
        lasted = time.monotonic() - began
        expected.append(reports_of(here))
    assert expected[0] != expected[1]
    before, turn, killed = {}, 0, 0
    while killed < times:
        turn += 1
        write_pages(tmp_path, (1.5, 2.5)[turn % 2])
        if killed_after(tmp_path, chance.uniform(0, lasted)):
            lasted *= 0.9  # the first run, slower, was the measure
        else:
            killed += 1
        after = reports_of(tmp_path)
        assert set(after) >= set(before)
        for territory, values in after.items():
            assert values in {before.get(territory), expected[turn % 2][territory]}
        runs, damaged = journal.history(tmp_path / "reports")
        assert damaged == ()
        assert {run.outcome for run in runs} <= {"done", "killed"}
        result = go(tmp_path)
        assert result.whole
        assert reports_of(tmp_path) == expected[turn % 2]
        place = tmp_path / "reports" / "2026Q2" / "public"
        assert sorted(path.name for path in place.iterdir()) == [*TERRITORIES[:1], "index.html",
                                                                 *TERRITORIES[1:]]  # fmt: skip
        before = expected[turn % 2]
    print(f"{turn} runs, of which {killed} were killed")


BOOK = house.notebook("# Une page", "1 + 1", "print(territory)")
VALUES = {"territory": "01001", "quarter": "2026Q2", "audience": "public"}


def trivial(number):
    """Run a notebook of two cells with the fast engine; what its last cell printed."""
    made = engine.execute(BOOK, "t.ipynb", VALUES, engine="fast", folder=Path("/"))
    return made.cells[-1].outputs[0].text


@pytest.mark.parametrize(
    ("pages", "workers"), [(50, 8), pytest.param(1000, 16, marks=pytest.mark.long)]
)
def test_no_page_dies_among_many_at_once(pages, workers):
    assert notebook.checked(VALUES) == VALUES
    ends = children.each(range(pages), trivial, workers=workers, limit=120, method="fork")
    outcomes = [end.outcome for end in ends]
    assert [outcome for outcome in outcomes if outcome != "01001\n"] == []
    assert len(outcomes) == pages


COMMAND = """
import sys
from mini import house
import ternois_analysis.display.material
import ternois_analysis.observatory
from ternois_analysis import cli
from ternois_analysis.batch import sheets
from ternois_analysis.observatory import quality
from ternois_analysis.publish import formats
ternois_analysis.observatory.observe = house.FakeObservatory
ternois_analysis.display.material.warm = lambda door, places, **_: door.warm(places)
quality.faults = lambda door: ()
sheets.after = lambda *_: ()
formats.FORMATS = {}
sys.argv[:1] = ["ternois", "run", "--quarter", "2026Q2", "--audience", "public", "--jobs", "2"]
cli.main()
"""
SLEEPS = """
import os, pathlib, time
pathlib.Path({folder!r}, territory).write_text(str(os.getpid()))
time.sleep(60)
"""


@pytest.fixture
def command(tmp_path):
    """Begins `ternois run` in the house `tmp_path`, in a group of its own."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sources.yml").write_text("sources: {}\n")
    tests = Path(__file__).parent
    variables = {
        "PYTHONPATH": os.pathsep.join([str(tests), str(tests.parent)]),
        "TERNOIS_HOUSE": str(tmp_path),
        "TERNOIS_STORE": str(tmp_path / "store"),
    }

    def begin(*words):
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *words], env={**os.environ, **variables},
            start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    return begin


@pytest.mark.parametrize(
    ("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_a_run_that_is_interrupted_tidies_up(command, tmp_path, stop, code):
    house.write(tmp_path / "notebooks", "01_dort", SLEEPS.format(folder=str(tmp_path)))
    process = command()
    said, end = [tmp_path / name for name in TERRITORIES], time.monotonic() + 180
    while not all(p.is_file() and p.read_text() for p in said) and time.monotonic() < end:
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.05)
    os.killpg(process.pid, stop)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == code
    assert "Traceback" not in told
    assert all(gone(int(p.read_text())) for p in said)
    place = tmp_path / "reports"
    assert list((place / "2026Q2" / "public").iterdir()) == []
    (run,), damaged = journal.history(place)
    assert (run.outcome, damaged) == ("interrupted", ())
    with folder.locked(place):
        pass


def test_a_page_that_eats_the_memory_is_ended_tried_again_and_told(tmp_path):
    eats = f'open({str(tmp_path / "tries")!r}, "a").write("x")\nheld = bytearray(1200 << 20)'
    house.write(tmp_path / "notebooks", "01_un", house.START, 'page.figure("a_pct")')
    house.write(tmp_path / "notebooks", "02_mange", f"{eats}\nimport time\ntime.sleep(60)")
    made = plan.plan("2026Q2", house.FakeObservatory, tmp_path / "notebooks",
                     territories=["pays"], audiences=["public"])  # fmt: skip
    limit = beyond(300)
    result = runner.run(made, tmp_path / "reports", house.FakeObservatory, engine_name="fast",
                        workers=2, memory=limit)  # fmt: skip
    kinds = {told.job.page: (told.record.status, told.record.kind) for told in result.outcomes}
    assert kinds == {"01_un": ("done", ""), "02_mange": ("failed", "memory")}
    said = f"Stopped beyond {limit} MiB of memory. Tried twice."
    assert result.failed[0].record.error == said
    assert (tmp_path / "tries").read_text() == "xx"
    run = journal.last(tmp_path / "reports")
    assert [(step.page, step.kind, step.tries) for step in run.steps if step.kind] == [
        ("02_mange", "memory", 2)
    ]


def test_a_folder_that_refuses_is_told_before_anything_is_computed(tmp_path):
    (tmp_path / "file").touch()
    write_pages(tmp_path, 1.5)
    made = plan.plan("2026Q2", house.FakeObservatory, tmp_path / "notebooks")

    def never(quarter, audience):
        raise AssertionError("computed")

    with pytest.raises(ReportError, match=r"The disk refuses .*file"):
        runner.run(made, tmp_path / "file" / "reports", never, engine_name="fast")


def test_a_disk_that_fills_up_during_a_run_keeps_the_reports_that_were_there(tmp_path):
    with mounted(tmp_path / "disk", "size=4m") as disk:
        (tmp_path / "reports").symlink_to(disk)
        write_pages(tmp_path, 1.5)
        assert go(tmp_path).whole
        before = reports_of(tmp_path)
        figure = 'page.figure("a_pct", 2.5, extra="x" * 5_000_000)'
        house.write(tmp_path / "notebooks", "01_un", "# Un", house.START, figure)
        result = go(tmp_path)
        assert {told.job.page for told in result.failed} == {"01_un"}
        assert "The disk is full" in result.failed[0].record.error
        for territory, values in before.items():
            place = disk / "2026Q2" / "public" / territory
            assert (place / "values.csv").read_bytes() == values
            assert record.read(place).page("01_un").kept
            for page in PAGES:
                assert (place / f"{page}.html").read_text().rstrip().endswith("</html>")
        assert journal.last(disk).outcome == "failed"


def test_a_dry_run_says_what_it_would_make_and_writes_nothing(command, tmp_path):
    write_pages(tmp_path, 1.5)
    process = command("--dry-run")
    told = process.communicate(timeout=180)
    assert process.returncode == 0
    assert told[0] == "public pays: 01_un, 02_deux\npublic 01001: 01_un, 02_deux\n"
    assert "4 pages of 2 reports, 2 at once; no history yet to say how long." in told[1]
    assert not (tmp_path / "reports").exists()
