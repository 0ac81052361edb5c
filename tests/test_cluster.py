"""Pages on a cluster: a real scheduler and two real workers, in a house of their own."""

import importlib.util
import json
import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
import pytest
from mini import house

from ternois_analysis.batch import (
    children,
    cluster,
    connection,
    errands,
    installation,
    plan,
    runner,
    work,
)
from ternois_analysis.errors import ReportError
from ternois_analysis.publish import evidence, formats, page

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a cluster is run on Linux")
distributed = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None, reason="distributed is not installed"
)

PAGES = {"01_un": 'page.figure("a_pct", 1 / 3)', "02_deux": 'page.figure("b_pct", 0.1)',
         "03_faute": "1/0"}  # fmt: skip


@dataclass(frozen=True)
class Errand:
    """What is done here between pages: the name of a file, given back in capitals."""

    name: str


def act(task):
    """Pages are made; of other tasks the process tells what it is."""
    if isinstance(task, work.Task):
        return work.do(task)
    return task.name.upper(), os.getpid(), os.getppid()


def facts(job):
    sources = tuple(house.FakeObservatory("", "").sources_used())
    return page.PageFacts(
        page=job.page, territory=job.territory, label=job.label, quarter=job.quarter,
        audience=job.audience, sources=sources, commit="abc", made="2026-11-23T10:00:00+01:00",
        provisional=True, faults=(),
    )  # fmt: skip


def tasks_of(folder, draft, **pages):
    """A task for each page given as name=cell."""
    draft.mkdir()
    jobs = [
        plan.Job("2026Q2", "public", "pays", "Pays mini", path, f"Page {name}")
        for name, cell in pages.items()
        for path in [house.write(folder / "notebooks", name, f"# {name}", house.START, cell)]
    ]
    return [work.Task(job, "fast", draft, facts(job)) for job in jobs]


def shown(draft, name):
    """What the cells of a page gave, and the page itself."""
    book = nbformat.read(draft / f"{name}.ipynb", as_version=4)
    return list(evidence.outputs(book)), (draft / f"{name}.html").read_text()


def make_house(folder):
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "sources.yml").write_text("{}\n")
    return folder


@contextmanager
def process(*words, log, **variables):
    """A process that is ended with its children."""
    with log.open("wb") as file:
        started = subprocess.Popen(
            [sys.executable, "-m", *words], stdout=file, stderr=file, start_new_session=True,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parent), **variables},
        )  # fmt: skip
    try:
        yield started
    finally:
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()


def until(found, within=60.0):
    end = time.monotonic() + within
    while not (value := found()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.05)
    return value


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scheduler")
    file = folder / "scheduler.json"
    options = ["--port", "0", "--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", file]
    words = ["distributed.cli.dask_scheduler", *map(str, options)]
    with process(*words, log=folder / "log"):
        yield until(lambda: file.is_file() and json.loads(file.read_text()))["address"]


@contextmanager
def worker(address, folder, name):
    """A worker without a nanny, so that killed it stays away; its house is `folder`."""
    options = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--name", name]
    words = ["distributed.cli.dask_worker", address, *options]
    log = folder.parent / f"{name}.log"
    with process(*words, log=log, TERNOIS_HOUSE=str(folder)) as started:
        until(lambda: "Registered to" in log.read_text("utf-8", "replace"))
        yield started


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The house of this machine, with its pages."""
    folder = make_house(tmp_path / "here")
    monkeypatch.setenv("TERNOIS_HOUSE", str(folder))
    return folder


@distributed
def test_a_plan_gives_the_same_pages_on_a_cluster_though_a_worker_is_killed(
    scheduler, here, tmp_path
):
    slow = {f"1{n}_lent": "import time; time.sleep(1)\n" + PAGES["01_un"] for n in range(4)}
    tasks = tasks_of(here, tmp_path / "one", **PAGES, **slow)
    there = tmp_path / "elsewhere" / "house"
    shutil.copytree(here, there)
    local = list(children.each(tasks, act, workers=2, limit=60, method="fork"))

    draft = tmp_path / "two"
    draft.mkdir()
    sent = deque(replace(task, draft=draft) for task in tasks)
    ends, killed = [], False
    with (
        worker(scheduler, there, "first") as first,
        worker(scheduler, there, "second"),
    ):
        for end in cluster.each(sent, act, address=scheduler, limit=60):
            ends.append(end)
            if not killed:
                os.kill(first.pid, signal.SIGKILL)
                killed = True
            if isinstance(end.task, work.Task) and end.task.job.page == "02_deux":
                sent.append(Errand("finish"))
    by_page = {e.task.job.page: e for e in ends if isinstance(e.task, work.Task)}
    assert len(ends) == len(tasks) + 1
    for end in local:
        name = end.task.job.page
        far = by_page[name].outcome
        if name == "03_faute":
            assert (far.kind, far.error) == ("error", "ZeroDivisionError: division by zero")
            assert not (draft / f"{name}.html").exists()
        else:
            assert far == end.outcome
            assert shown(draft, name) == shown(tmp_path / "one", name)
    (finished,) = [end.outcome for end in ends if isinstance(end.task, Errand)]
    assert finished[0] == "FINISH"
    # Not forked from this process, which has threads now.
    assert os.getpid() not in finished[1:]


@distributed
def test_a_run_on_a_cluster_writes_the_reports_that_one_here_writes(
    scheduler, here, tmp_path, monkeypatch
):
    monkeypatch.setattr(formats, "FORMATS", {})
    for name in ("01_un", "02_deux"):
        house.write(here / "notebooks", name, f"# {name}", house.START, PAGES[name])
    there = tmp_path / "elsewhere" / "house"
    shutil.copytree(here, there)
    made = plan.plan("2026Q2", house.FakeObservatory, here / "notebooks", audiences=["public"])
    runner.run(made, tmp_path / "one", house.FakeObservatory, limit=60)
    with worker(scheduler, there, "alone"):
        far = runner.run(
            made, tmp_path / "two", house.FakeObservatory, limit=60,
            cluster=runner.Cluster(scheduler, prepared),
        )  # fmt: skip
    # Formats are made in a process that knows nothing of what is taken away here: they fail.
    assert [told.done for told in far.outcomes] == [True] * 4
    for name in ("pays", "01001"):
        one, two = (tmp_path / n / "2026Q2" / "public" / name for n in ("one", "two"))
        assert (one / "values.csv").read_bytes() == (two / "values.csv").read_bytes()
        assert {p.name for p in one.glob("*.html")} == {p.name for p in two.glob("*.html")}


def prepared(quarter, territories):
    """What a worker does first: it is told of what the run is made."""
    assert quarter == "2026Q2"
    assert dict(territories) == {"public": ["pays", "01001"]}


def test_a_task_travels_without_the_place_of_the_house(here, tmp_path):
    (task,) = tasks_of(here, tmp_path / "draft", **{"01_un": PAGES["01_un"]})
    assert pickle.loads(errands.pack(task)).job.path == Path("notebooks/01_un.ipynb")


@distributed
def test_a_worker_with_another_house_is_refused_by_name(scheduler, here, tmp_path):
    other = make_house(tmp_path / "elsewhere" / "house")
    (other / "data" / "sources.yml").write_text("sources: {}\n")
    tasks = tasks_of(here, tmp_path / "draft", **PAGES)
    with worker(scheduler, other, "other"), pytest.raises(ReportError) as told:
        list(cluster.each(tasks, act, address=scheduler, limit=60))
    assert "The worker tcp://127.0.0.1:" in str(told.value)
    assert "data/sources.yml: " in str(told.value)
    assert "notebooks/01_un.ipynb" in str(told.value)


@distributed
def test_a_cluster_without_a_worker_or_without_a_scheduler_is_told(scheduler, here, monkeypatch):
    monkeypatch.setattr(connection, "_ANSWER", 0.5)
    with pytest.raises(ReportError, match=r"at least one worker.*dask worker tcp://127.0.0.1"):
        list(cluster.each([Errand("a")], act, address=scheduler, limit=1))
    with pytest.raises(ReportError, match=r"127\.0\.0\.1:9\. Expected: a scheduler that answers"):
        list(cluster.each([Errand("a")], act, address="tcp://127.0.0.1:9", limit=1))
    with pytest.raises(ReportError, match="Expected: tcp://HOST:PORT"):
        list(cluster.each([Errand("a")], act, address="127.0.0.1", limit=1))


def test_a_scheduler_of_another_version_is_told():
    ours = {"python": "3.11.7.final.0", "dask": "2026.8.0", "distributed": "2026.8.0"}

    class Client:
        def get_versions(self):
            theirs = ours | {"distributed": "2025.1.0", "dask": "2025.1.0"}
            return {"client": {"packages": ours}, "scheduler": {"packages": theirs}}

    with pytest.raises(ReportError, match=r"scheduler tcp://a:1.*distributed: 2026.8.0 here, 2025"):
        connection.compared(Client(), "tcp://a:1")


def test_without_the_package_the_message_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ReportError, match=r"ternois-analysis\[cluster\]"):
        list(cluster.each([Errand("a")], act, address="tcp://127.0.0.1:9", limit=1))


def test_the_facts_of_an_installation_tell_what_moved_and_no_name_from_the_store(
    here, tmp_path, monkeypatch
):
    store = tmp_path / "store"
    monkeypatch.setenv("TERNOIS_STORE", str(store))
    for name in ("consents/Jeanne Inventée.json", "sources/bpe/2024/a/receipt.json", "key"):
        (store / name).parent.mkdir(parents=True, exist_ok=True)
        (store / name).write_text("{}")
    before = installation.facts()
    assert before["Python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"code", "pandas", "data/sources.yml", "store/consents", "store/sources/bpe"} <= {
        *before
    }
    assert "Jeanne" not in str(before)
    assert "store/key" not in before

    (store / "consents" / "Jeanne Inventée.json").write_text("[]")
    (here / "data" / "theme.yml").write_text("a: 1\n")
    (store / "sources" / "bpe" / "2024" / "a" / "receipt.json").unlink()
    moved = [
        line.partition(":")[0] for line in installation.differences(before, installation.facts())
    ]
    assert moved == ["store/consents", "store/sources/bpe", "data/theme.yml"]
