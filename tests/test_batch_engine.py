import json
import sys
import tempfile
from pathlib import Path

import pytest
from mini import house
from papermill.exceptions import PapermillExecutionError

from ternois_analysis.batch import children, engine
from ternois_analysis.errors import ReportError

GIVEN = {"territory": "01001", "quarter": "2026Q2", "audience": "public"}
FOLDER = Path(__file__).parent


def executed(task):
    """Run a notebook in this process, which is a child of the tests."""
    name, made = task
    try:
        done = engine.execute(made, "01_page.ipynb", GIVEN, engine=name, folder=FOLDER)
    except PapermillExecutionError as error:
        return error.ename, error.evalue, error.traceback
    except ReportError as error:
        return str(error)
    return json.loads(json.dumps(done))


def run(made, *names, method="fork" if sys.platform == "linux" else "spawn"):
    """The executed notebook by each engine, or its error; both at the same time."""
    tasks = [(name, made) for name in names or engine.ENGINES]
    ends = children.each(tasks, executed, workers=2, limit=30, method=method)
    by_name = {end.task[0]: end.outcome for end in ends}
    failures = [o for o in by_name.values() if isinstance(o, children.Failure)]
    assert not failures, failures
    return [by_name[name] for name, _ in tasks]


def outputs(notebook):
    return [(c.get("execution_count"), c.get("outputs")) for c in notebook["cells"]]


def said(notebook):
    return "".join(
        o["text"] for c in notebook["cells"] for o in c.get("outputs", []) if "text" in o
    )


EVERYTHING = house.notebook(
    "# Une page",
    house.START,
    'page.figure("vacancy_rate_pct")',
    "from IPython.display import HTML, clear_output, display\ndisplay(HTML('<b>é</b>'), 1)\n2;",
    "import sys\nprint('un')\nprint('deux', file=sys.stderr)\ndisplay(3)\nprint('trois', end='')",
    "print('gone')\nclear_output()\nprint('kept')",
    "print('gone')\nclear_output(wait=True)\nprint('kept')",
    "handle = display('first', display_id='x')\nhandle.update('second')",
    "for i in range(3):\n    print(f'\\r{i} of 3', end='')",
    "",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]);",
    "import pandas as pd\npd.DataFrame({'a': [1]})",
    "_ + _ if False else (In[-2][:6], len(Out))",
    "await __import__('asyncio').sleep(0, 'awaited')",
    "display({'application/json': {'a': None}}, raw=True, metadata={'m': 1})",
)


def test_both_engines_give_the_same_cells():
    fast, kernel = run(EVERYTHING)
    assert outputs(fast) == outputs(kernel)
    kinds = [o["output_type"] for _, found in outputs(fast) for o in found or ()]
    assert kinds.count("stream") == 5
    assert kinds.count("execute_result") == 4
    assert any("image/png" in o.get("data", {}) for _, found in outputs(fast) for o in found or ())


def test_both_engines_tell_the_same_error():
    made = house.notebook("def inner():\n    raise ValueError('é')", "inner()", "print('after')")
    fast, kernel = run(made)
    assert fast[:2] == ("ValueError", "é")
    assert fast == kernel


def test_a_page_that_leaves_before_its_end_is_not_whole():
    made = house.notebook("import sys\nsys.exit(0)", "page.sources()")
    for error in run(made):
        assert "stopped before its end" in error


def test_both_engines_time_each_cell_and_hide_where_the_notebook_was():
    for notebook in run(house.notebook("import time; time.sleep(0.2)")):
        assert 0.2 <= notebook["cells"][-1]["metadata"]["papermill"]["duration"] < 2
        assert notebook["metadata"]["papermill"]["input_path"] == "01_page.ipynb"
        assert notebook["metadata"]["papermill"]["parameters"] == GIVEN


def test_both_engines_inject_a_code_with_its_leading_zero():
    for notebook in run(house.notebook("print(repr(territory), repr(quarter), repr(audience))")):
        assert said(notebook) == "'01001' '2026Q2' 'public'\n"


def test_both_engines_keep_to_one_thread_and_away_from_the_user(monkeypatch, tmp_path):
    startup = tmp_path / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "mine.py").write_text("print('startup')")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    for notebook in run(house.notebook("import os\nprint(os.environ['OMP_NUM_THREADS'])")):
        assert said(notebook) == "1\n"


def test_no_page_sees_what_another_did():
    made = house.notebook(
        "import builtins, decimal\nprint(hasattr(builtins, 'left'), decimal.getcontext().prec)",
        "builtins.left = True\ndecimal.getcontext().prec = 3",
    )
    for name in ("fast", "fast"):
        (notebook,) = run(made, name)
        assert said(notebook) == "False 28\n"


def test_kernels_use_no_port_and_leave_no_file(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    source = "from ipykernel import get_connection_info\nprint(get_connection_info())"
    (notebook,) = run(house.notebook(source), "kernel")
    info = json.loads(said(notebook))
    assert info["transport"] == "ipc"
    assert list(tmp_path.iterdir()) == []


def test_a_kernel_is_started_from_a_spawned_process_where_there_is_no_fork():
    (notebook,) = run(house.notebook("territory"), "kernel", method="spawn")
    assert notebook["cells"][-1]["outputs"][0]["data"] == {"text/plain": "'01001'"}


def test_a_notebook_without_its_tag_is_not_run_with_its_own_defaults():
    made = house.notebook("print(territory)")
    made.cells[0].metadata.tags = []
    with pytest.raises(ReportError, match="tagged 'parameters'"):
        engine.execute(made, "01_page.ipynb", GIVEN, engine="fast", folder=FOLDER)


def test_a_misspelt_parameter_is_not_run():
    with pytest.raises(ReportError, match="Did you mean 'territory'"):
        engine.execute(
            house.notebook(), "01.ipynb", {"teritory": "x"}, engine="fast", folder=FOLDER
        )


def test_an_unknown_engine_is_refused_with_the_nearest():
    with pytest.raises(ReportError, match="Did you mean 'kernel'"):
        engine.choose("kernels")


def test_without_fork_the_kernel_is_used(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert engine.choose("auto") == "kernel"
    with pytest.raises(ReportError, match="--engine kernel"):
        engine.choose("fast")


def test_on_macos_the_fast_engine_runs_in_a_process_started_afresh(monkeypatch):
    (spawned,) = run(EVERYTHING, "fast", method="spawn")
    (forked,) = run(EVERYTHING, "fast")
    assert outputs(spawned) == outputs(forked)
    monkeypatch.setattr(sys, "platform", "darwin")
    assert (engine.choose("auto"), engine.choose("fast"), engine.way()) == ("fast", "fast", "spawn")
