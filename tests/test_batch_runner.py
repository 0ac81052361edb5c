import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from mini import house
from test_batch_children import alive, gone

from ternois_analysis.batch import folder, plan, runner, surroundings
from ternois_analysis.errors import ReportError
from ternois_analysis.publish import formats, record

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fast engine forks")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs pages given as name=cells, in `tmp_path`; options of `plan` and `run` may be given.

    Without other formats than pages: those have tests of their own.
    """
    monkeypatch.setattr(formats, "FORMATS", {})

    def go(*, territories=("pays",), pages=(), audiences=("public",), written=None, **options):
        for name, cells in (written or {}).items():
            house.write(tmp_path / "notebooks", name, f"# Page {name}", house.START, *cells)
        made = plan.plan(
            "2026Q2",
            house.FakeObservatory,
            tmp_path / "notebooks",
            territories=territories,
            pages=pages,
            audiences=audiences,
        )
        return runner.run(
            made,
            tmp_path / "reports",
            house.FakeObservatory,
            **{"engine_name": "fast", "limit": 20, **options},
        )

    return go


def report(tmp_path, territory="pays", audience="public"):
    return tmp_path / "reports" / "2026Q2" / audience / territory


def names(place):
    return sorted(path.name for path in place.iterdir())


def values(place):
    with (place / "values.csv").open(encoding="utf-8") as file:
        return [
            (r["indicator"], r["category"], r["value"], r["status"]) for r in csv.DictReader(file)
        ]


FIGURE = 'page.figure("a_pct")'


def test_a_report_holds_pages_evidence_values_and_record(run, tmp_path):
    result = run(written={"01_un": [FIGURE], "02_deux": ['page.figure("b_pct", 0.1)', FIGURE]})
    assert result.whole
    assert names(report(tmp_path)) == [
        "01_un.html", "01_un.ipynb", "02_deux.html", "02_deux.ipynb",
        "dependencies.json", "run.json", "values.csv",
    ]  # fmt: skip
    assert values(report(tmp_path)) == [
        ("a_pct", "", "7.25", "ok"), ("a_pct", "petits", "", "s"),
        ("b_pct", "", "0.1", "ok"), ("b_pct", "petits", "", "s"),
    ]  # fmt: skip


def test_the_record_says_what_was_run_and_on_what(run, tmp_path):
    run(written={"01_un": [FIGURE, "import sys; print('mind this', file=sys.stderr)"]})
    told = record.read(report(tmp_path))
    assert (told.quarter, told.audience, told.territory, told.label) == (
        "2026Q2", "public", "pays", "Pays mini",
    )  # fmt: skip
    assert told.python == sys.version.split()[0]
    assert {"pandas", "papermill"} <= set(told.packages)
    assert [(s["source"], s["millesime"]) for s in told.sources] == [
        ("mini", "2023"),
        ("autre", "2020"),
    ]
    (page,) = told.pages
    assert (page.page, page.title, page.status, page.warnings) == (
        "01_un", "Page 01_un", "done", ("mind this",),
    )  # fmt: skip
    assert 0 < page.seconds < 20
    assert told.started <= page.ended <= told.ended


def test_a_format_that_fails_is_told_and_leaves_the_pages_whole(run, tmp_path, monkeypatch):
    def torn(report, folder):
        raise ReportError("No font. Expected: one. Found: none. Install one.")

    monkeypatch.setattr(formats, "FORMATS", {"torn": torn})
    result = run(written={"01_un": [FIGURE]})
    assert "torn: No font" in result.withheld[0]
    assert not result.whole
    assert "01_un.html" in names(report(tmp_path))


def test_the_formats_are_made_beside_the_pages(run, tmp_path, monkeypatch):
    def note(report, folder):
        path = folder / "note.txt"
        path.write_text(str(len(report.values)))
        return [path]

    monkeypatch.setattr(formats, "FORMATS", {"note": note})
    assert run(written={"01_un": [FIGURE]}).whole
    assert (report(tmp_path) / "note.txt").read_text() == "2"


BAD = {
    "01_bonne": [FIGURE],
    "02_erreur": [FIGURE, "1/0"],
    "03_sortie": ["import os\nos._exit(1)"],
    "04_dort": ["import time\ntime.sleep(60)"],
}


@pytest.mark.parametrize(
    ("engine", "limit", "territories"), [("fast", 2, ("pays", "01001")), ("kernel", 6, ("pays",))]
)
def test_pages_that_fail_leave_the_others_whole(run, tmp_path, engine, limit, territories):
    result = run(written=BAD, territories=territories, limit=limit, engine_name=engine, workers=4)
    assert not result.whole
    kinds = {
        (o.job.territory, o.job.page): (o.record.status, o.record.kind) for o in result.outcomes
    }
    for territory in territories:
        assert kinds[territory, "01_bonne"] == ("done", "")
        assert kinds[territory, "02_erreur"] == ("failed", "error")
        assert kinds[territory, "03_sortie"] == ("failed", "crash")
        assert kinds[territory, "04_dort"] == ("failed", "timeout")
        assert names(report(tmp_path, territory)) == [
            "01_bonne.html", "01_bonne.ipynb", "dependencies.json", "run.json", "values.csv",
        ]  # fmt: skip
    place = tmp_path / "reports" / "2026Q2" / "public"
    assert names(place) == sorted([*territories, "index.html"])
    told = {o.record.page: o.record.error for o in result.failed}
    assert told["02_erreur"] == "ZeroDivisionError: division by zero"


def test_a_page_half_written_is_not_kept(run, tmp_path, monkeypatch):
    house.write(tmp_path / "notebooks", "01_un", house.START, FIGURE)
    write = Path.write_text

    def torn(path, *content, **options):
        return os._exit(1) if path.suffix == ".ipynb" else write(path, *content, **options)

    monkeypatch.setattr(Path, "write_text", torn)
    assert run().failed
    assert names(report(tmp_path)) == ["dependencies.json", "run.json", "values.csv"]


def test_the_words_of_an_error_are_written_for_internal_use_only(run, tmp_path):
    run(written={"01_un": ["raise ValueError('3 people')"]}, audiences=("internal", "public"))
    inside = record.read(report(tmp_path, audience="internal")).pages[0]
    outside = report(tmp_path) / "run.json"
    assert inside.error == "ValueError: 3 people"
    assert "raise ValueError" in inside.trace
    assert record.read(report(tmp_path)).pages[0].error == "ValueError"
    assert "3 people" not in outside.read_text()
    assert "3 people" not in (tmp_path / "reports/2026Q2/public/index.html").read_text()


def test_each_territory_and_audience_has_its_own_parameters(run, tmp_path):
    run(
        written={"01_un": ["print(territory, quarter, audience)"]},
        territories=("pays", "01001"),
        audiences=("public", "internal"),
    )
    for territory in ("pays", "01001"):
        for audience in ("public", "internal"):
            text = (report(tmp_path, territory, audience) / "01_un.html").read_text()
            assert f"{territory} 2026Q2 {audience}\n" in text


def test_running_one_page_keeps_the_others(run, tmp_path):
    run(written={"01_un": [FIGURE], "02_deux": ['page.figure("b_pct")']})
    before = (report(tmp_path) / "01_un.html").read_bytes()
    first = record.read(report(tmp_path)).page("01_un")
    run(written={"02_deux": ['page.figure("b_pct", 9.0)']}, pages=["02"])
    assert (report(tmp_path) / "01_un.html").read_bytes() == before
    assert record.read(report(tmp_path)).page("01_un") == first
    assert [row[2] for row in values(report(tmp_path)) if row[1] == ""] == ["7.25", "9.0"]


def test_a_page_that_fails_again_keeps_its_earlier_version_and_says_so(run, tmp_path):
    run(written={"01_un": [FIGURE]})
    made = record.read(report(tmp_path)).pages[0].ended
    run(written={"01_un": ["1/0"]})
    run()
    told = record.read(report(tmp_path)).pages[0]
    assert (told.status, told.kept) == ("failed", made)
    assert "01_un.html" in names(report(tmp_path))
    assert len(values(report(tmp_path))) == 2


def test_a_kept_page_whose_figures_have_changed_is_set_aside(run, tmp_path):
    run(written={"01_un": [FIGURE], "02_deux": [FIGURE]})
    run(written={"02_deux": ['page.figure("a_pct", 8.0)']}, pages=["02"])
    assert record.read(report(tmp_path)).page("01_un").status == "stale"
    assert "01_un.html" not in names(report(tmp_path))
    assert values(report(tmp_path))[0] == ("a_pct", "", "8.0", "ok")
    assert "à refaire" in (tmp_path / "reports/2026Q2/public/index.html").read_text()


def test_two_pages_that_disagree_are_withheld_and_the_earlier_report_stays(run, tmp_path):
    run(written={"01_un": [FIGURE], "02_deux": [FIGURE]})
    before = (report(tmp_path) / "run.json").read_bytes()
    result = run(written={"02_deux": ['page.figure("a_pct", 8.0)']})
    assert not result.whole
    assert "is printed by 01_un and by 02_deux" in result.withheld[0]
    assert (report(tmp_path) / "run.json").read_bytes() == before
    assert names(report(tmp_path).parent) == ["index.html", "pays"]


def test_the_page_of_a_notebook_that_is_gone_goes(run, tmp_path):
    run(written={"01_un": [FIGURE], "02_deux": [FIGURE]})
    (tmp_path / "notebooks" / "01_un.ipynb").unlink()
    run()
    assert [p.page for p in record.read(report(tmp_path)).pages] == ["02_deux"]
    assert "01_un.html" not in names(report(tmp_path))


def test_values_are_computed_once_before_the_pages(tmp_path):
    opened = []

    def observe(quarter, audience):
        opened.append(house.FakeObservatory(quarter, audience))
        return opened[-1]

    house.write(tmp_path, "01_un", "territory")
    house.write(tmp_path, "02_deux", "territory")
    made = plan.plan("2026Q2", house.FakeObservatory, tmp_path, audiences=["public", "internal"])
    runner.run(made, tmp_path / "reports", observe, engine_name="fast")
    assert [(o.audience, o.warmed) for o in opened if o.warmed] == [
        ("public", [("pays", "01001")]), ("internal", [("pays", "01001")]),
    ]  # fmt: skip


def test_many_territories_are_prepared_some_at_a_time(run, tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "WAVE", 1)
    told, forgotten = [], []
    monkeypatch.setattr(house.FakeObservatory, "forget", lambda door: forgotten.append(1))
    result = run(
        written={"01_un": [FIGURE], "02_deux": [FIGURE]}, territories=["all-epci"],
        warm=lambda door, places: told.append(places),
    )  # fmt: skip
    assert result.whole
    assert told == [("pays",), ("01001",)]
    assert len(result.outcomes) == 4
    assert len(forgotten) == 2
    assert [values(report(tmp_path, name)) != [] for name in ("pays", "01001")] == [True, True]


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_the_commit_of_the_code_is_marked_when_files_were_changed(tmp_path):
    def git(*words):
        who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        return subprocess.check_output(["git", "-C", tmp_path, *who, *words], text=True).strip()

    assert surroundings.commit(tmp_path) == ""
    git("init", "-q")
    assert surroundings.commit(tmp_path) == ""
    (tmp_path / "code.py").write_text("1")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    (tmp_path / "report").write_text("not of the code")
    assert surroundings.commit(tmp_path) == git("rev-parse", "HEAD")[:12]
    (tmp_path / "code.py").write_text("2")
    assert surroundings.commit(tmp_path) == git("rev-parse", "HEAD")[:12] + "+"


def test_impossible_options_are_refused(run):
    with pytest.raises(ReportError, match="a worker or more"):
        run(written={"01_un": []}, workers=0)


def test_a_second_run_in_the_same_folder_is_refused_while_the_first_lives(run, tmp_path):
    with (
        folder.locked(tmp_path / "reports"),
        pytest.raises(ReportError, match=f"process {os.getpid()}"),
    ):
        run(written={"01_un": [FIGURE]})
    assert run().whole


def test_what_a_killed_run_left_is_put_right(tmp_path):
    place = tmp_path / "2026Q2" / "public"
    for name in (".old-pays", ".draft-pays-x", ".old-01001", "01001"):
        (place / name).mkdir(parents=True)
        (place / name / "of").write_text(name)
    folder.recover(tmp_path)
    assert {path.name: (path / "of").read_text() for path in place.iterdir()} == {
        "pays": ".old-pays", "01001": "01001",
    }  # fmt: skip


SCRIPT = """
import sys
from pathlib import Path
from mini import house
from ternois_analysis.batch import plan, runner
here = Path(sys.argv[1])
made = plan.plan("2026Q2", house.FakeObservatory, here / "notebooks", audiences=["public"])
runner.run(made, here / "reports", house.FakeObservatory, engine_name=sys.argv[2], workers=2)
"""
SAY_WHO = """
import os, pathlib, time
pathlib.Path({folder!r}, territory).write_text(str(os.getpid()))
time.sleep(60)
"""


@pytest.mark.parametrize("engine", ["fast", "kernel"])
def test_a_run_that_is_killed_leaves_no_child_and_no_half_report(run, tmp_path, engine):
    notebooks = tmp_path / "notebooks"
    house.write(notebooks, "01_dort", SAY_WHO.format(folder=str(tmp_path)))
    tests = str(Path(__file__).parent)
    path = os.pathsep.join([tests, str(Path(tests).parent)])
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(tmp_path), engine],
        env={**os.environ, "PYTHONPATH": path, "TMPDIR": str(tmp_path)},
    )
    said = [tmp_path / "pays", tmp_path / "01001"]
    end = time.monotonic() + 180
    while not all(p.is_file() and p.read_text() for p in said) and time.monotonic() < end:
        time.sleep(0.02)
    pids = [int(p.read_text()) for p in said]
    assert all(map(alive, pids))
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert all(map(gone, pids))
    place = tmp_path / "reports" / "2026Q2" / "public"
    assert [name for name in names(place) if not name.startswith(".draft-")] == []
    house.write(notebooks, "01_dort", "# Dort", house.START, FIGURE)
    assert run(territories=("pays", "01001")).whole
    assert names(place) == ["01001", "index.html", "pays"]


def test_a_run_record_that_is_not_ours_is_told(tmp_path):
    (tmp_path / "run.json").write_text(json.dumps({"pages": []}))
    with pytest.raises(ReportError, match="cannot be read"):
        record.read(tmp_path)
