import signal
import subprocess
import sys
import types
from dataclasses import dataclass
from pathlib import Path

import pytest
from mini import house

from ternois_analysis import cli
from ternois_analysis.errors import SchemaError

FIGURE = 'page.figure("a_pct")'


@pytest.fixture
def ternois(tmp_path, monkeypatch, capsys):
    """Calls the command line in a house of two pages; gives exit code, output and errors."""
    monkeypatch.setenv("TERNOIS_HOUSE", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sources.yml").write_text("sources: {}\n")
    house.write(tmp_path / "notebooks", "01_un", "# Un", house.START, FIGURE)
    house.write(tmp_path / "notebooks", "02_deux", "# Deux", "print(repr(territory))")
    monkeypatch.setattr("ternois_analysis.observatory.observe", house.FakeObservatory)
    monkeypatch.setattr(
        "ternois_analysis.display.material.warm", lambda door, places, **_: door.warm(places)
    )
    monkeypatch.setattr("ternois_analysis.observatory.quality.faults", lambda door: ())
    monkeypatch.setattr("ternois_analysis.batch.sheets.after", lambda *_: ())
    monkeypatch.setattr("ternois_analysis.publish.formats.FORMATS", {})
    before = signal.getsignal(signal.SIGTERM)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["ternois", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            sys.exit(cli.main())
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    yield call
    signal.signal(signal.SIGTERM, before)


def test_a_run_writes_the_reports_and_says_where_the_portal_is(ternois, tmp_path):
    code, out, err = ternois("run", "--quarter", "2026Q2", "--audience", "public", "--jobs", 2)
    assert code == 0
    portal = tmp_path / "reports" / "2026Q2" / "public" / "index.html"
    assert f"Portal: {portal}\n" in out
    assert portal.is_file()
    assert "4 of 4 pages made." in err
    assert sorted(line.split(" ", 1)[0] for line in err.splitlines()[1:5]) == [
        "[1/4]", "[2/4]", "[3/4]", "[4/4]",
    ]  # fmt: skip


@pytest.mark.parametrize("lab", [True, False])
def test_a_whole_run_makes_its_quarter_ready_to_explore_where_that_is_done(
    ternois, monkeypatch, lab
):
    started = []
    monkeypatch.setattr("ternois_analysis.display.explore_ahead.start",
                        lambda *told: started.append(told))  # fmt: skip
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if lab else None)
    words = ["run", "--quarter", "2026Q2", "--audience", "public"]
    assert ternois(*words)[0] == 0
    assert started == ([("2026Q2", "public")] if lab else [])


def test_a_code_typed_with_a_leading_zero_reaches_the_page_as_it_was_typed(ternois, tmp_path):
    out = tmp_path / "elsewhere"
    code, _, _ = ternois("run", "--quarter", "2026Q2", "--audience", "public", "--notebook", "deux",
                         "--territory", "01001", "--out", out)  # fmt: skip
    assert code == 0
    html = (out / "2026Q2" / "public" / "01001" / "02_deux.html").read_text()
    assert "&#x27;01001&#x27;" in html
    assert not (tmp_path / "reports").exists()


def test_options_that_repeat_are_all_taken(ternois, tmp_path):
    twice = ["--audience", "public", "--audience", "internal", "--territory", "pays",
             "--territory", "01001", "--notebook", "01", "--notebook", "02"]  # fmt: skip
    ternois("run", "--quarter", "2026Q2", *twice)
    made = {path.relative_to(tmp_path / "reports").as_posix()
            for path in (tmp_path / "reports").glob("*/*/*/*.html")}  # fmt: skip
    assert len(made) == 8


def test_a_page_that_fails_makes_the_exit_code_one_and_is_told_with_its_reason(ternois, tmp_path):
    house.write(tmp_path / "notebooks", "03_trois", "# Trois", "raise ValueError('broken [here]')")
    code, out, err = ternois("run", "--quarter", "2026Q2", "--audience", "public",
                             "--territory", "pays")  # fmt: skip
    assert code == 1
    assert "ValueError: broken [here]" in err
    assert err.count("----> 1 raise ValueError('broken [here]')") == 1
    assert "2 of 3 pages made." in err
    assert "Portal:" in out


def test_a_page_past_the_time_limit_is_told(ternois, tmp_path):
    house.write(tmp_path / "notebooks", "03_dort", "# Dort", "import time; time.sleep(60)")
    code, _, err = ternois("run", "--quarter", "2026Q2", "--audience", "public", "--territory",
                           "pays", "--notebook", "03", "--timeout", "0.5")  # fmt: skip
    assert code == 1
    assert "timeout: Stopped after 0.5 s." in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--quarter", "2026Q7"], "Unknown quarter"),
        (["--territory", "payz"], "Unknown territory payz"),
        (["--notebook", "troi"], "Unknown page 'troi'"),
        (["--audience", "publique"], "Did you mean 'public'?"),
        (["--engine", "quick"], "Unknown engine"),
        (["--jobs", "0"], "a worker or more"),
    ],
)
def test_bad_input_is_one_message_and_no_work(ternois, tmp_path, words, said):
    code, out, err = ternois("run", *words)
    assert code == 2
    assert said in err
    assert "Traceback" not in err
    assert out == ""
    assert not list(tmp_path.glob("reports/*/*/*"))


def test_a_template_that_cannot_serve_stops_the_run_before_anything_is_touched(
    ternois, tmp_path, monkeypatch
):
    house.write(tmp_path / "notebooks", "14_bureau", "# Bureau", house.START, FIGURE)
    assert ternois("run", "--quarter", "2026Q2", "--territory", "pays")[0] == 0
    files = [file for file in (tmp_path / "reports").rglob("*") if file.is_file()]
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}
    monkeypatch.setattr("ternois_analysis.publish.formats.FORMATS", {"slides": None})
    monkeypatch.setenv("TERNOIS_TEMPLATE", str(tmp_path / "absent.pptx"))
    code, _, said = ternois("run", "--quarter", "2026Q2", "--territory", "pays", "--fresh")
    assert code == 2
    assert "The template of slides" in said
    assert "no such file" in said
    assert {f: (f.read_bytes(), f.stat().st_mtime_ns) for f in before} == before


def test_warnings_of_pages_are_told_once(ternois, tmp_path):
    cell = "import sys; print('mind this', file=sys.stderr)"
    house.write(tmp_path / "notebooks", "01_un", "# Un", cell)
    _, _, err = ternois("run", "--quarter", "2026Q2", "--audience", "public", "--notebook", "01")
    assert err.count("mind this") == 1
    assert "warning: mind this (2 pages)" in err


@dataclass(frozen=True)
class Check:
    source: str
    millesime: str
    path: str
    rows: int
    problem: str


def checking(monkeypatch, *outcomes):
    module = types.ModuleType("ternois_analysis.sources.check")
    module.check_all = lambda: list(outcomes)
    monkeypatch.setitem(sys.modules, module.__name__, module)


def test_whole_files_are_counted(ternois, monkeypatch):
    checking(monkeypatch, Check("a", "2023", "data/a", 4, ""))
    assert ternois("sources", "check")[:2] == (0, "1 of 1 files are whole.\n")


def test_a_file_that_is_not_whole_makes_the_exit_code_one(ternois, monkeypatch):
    checking(monkeypatch, Check("a", "2023", "data/a", 4, ""), Check("b", "2", "data/b", 0, "torn"))
    code, out, _ = ternois("sources", "check")
    assert code == 1
    assert "torn" in out
    assert "1 of 2 files are whole." in out


def test_an_error_in_the_catalogue_is_a_message(ternois, tmp_path):
    (tmp_path / "data" / "sources.yml").write_text("sources: {a: {titel: x}}\n")
    code, _, err = ternois("sources", "list")
    assert code == 2
    assert err.startswith(SchemaError.__name__)


def test_lists_print_what_the_catalogue_has(ternois):
    assert ternois("sources", "list")[0] == 0
    code, out, _ = ternois("indicators")
    assert code == 0
    assert "vacancy_rate_pct" in out


def test_a_territory_is_looked_up(ternois):
    code, out, _ = ternois("territories", "01001")
    assert code == 0
    assert "Œuf-sur-Mini" in out
    assert "Pays mini" not in out
    assert "Pays mini" in ternois("territories")[1]


def test_the_version_is_that_of_the_installed_package(ternois, monkeypatch):
    monkeypatch.setattr("importlib.metadata.version", {"ternois-analysis": "1.2"}.get)
    assert ternois("--version")[:2] == (0, "ternois-analysis 1.2\n")


def test_the_command_answers_before_it_loads_what_it_needs():
    heavy = "{'numpy', 'pandas', 'matplotlib', 'IPython', 'nbconvert', 'papermill', 'jinja2'}"
    source = f"import sys, ternois_analysis.cli\nprint(sorted({heavy} & set(sys.modules)))"
    root = Path(__file__).parent.parent
    assert subprocess.check_output([sys.executable, "-c", source], cwd=root, text=True) == "[]\n"
