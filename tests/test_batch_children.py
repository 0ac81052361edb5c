import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ternois_analysis.batch import children
from ternois_analysis.batch.children import Failure

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs fork and /proc")


def act(task):
    """What the children of these tests do: a word says what."""
    word, _, rest = task.partition(" ")
    if word == "raise":
        raise ValueError(rest)
    if word == "exit":
        os.write(2, b"last words")
        os._exit(int(rest))
    if word == "kill":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == "sleep":
        time.sleep(float(rest))
    if word == "child":
        process = subprocess.Popen(["sleep", "60"])
        Path(rest).write_text(str(process.pid))
    if word == "print":
        print(rest)
        os.write(1, b"raw")
    return word.upper()


def done(tasks, *, workers=2, limit=20.0, method="fork"):
    ends = children.each(tasks, act, workers=workers, limit=limit, method=method)
    return {end.task: end.outcome for end in ends}


def alive(pid):
    """Whether a process runs: a zombie that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(pid, within=5.0):
    end = time.monotonic() + within
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not alive(pid)


@linux
def test_each_task_gives_its_result():
    assert done(["a", "b", "c"]) == {"a": "A", "b": "B", "c": "C"}


@linux
def test_an_exception_is_told_with_its_traceback_and_spares_the_others():
    outcomes = done(["raise something", "b"])
    assert outcomes["b"] == "B"
    assert outcomes["raise something"].error == "ValueError: something"
    assert "in act" in outcomes["raise something"].trace


@linux
def test_a_process_that_leaves_is_a_crash_with_its_last_words():
    outcomes = done(["exit 1", "b"])
    assert outcomes == {
        "exit 1": Failure("crash", "The process ended with code 1.", "last words"), "b": "B",
    }  # fmt: skip


@linux
def test_leaving_with_code_zero_is_a_crash_too():
    assert done(["exit 0"])["exit 0"].kind == "crash"


@linux
def test_a_segmentation_fault_is_named():
    failure = done(["kill"])["kill"]
    assert failure.error == "The process was ended by SIGSEGV."
    assert "Segmentation fault" in failure.trace


@linux
def test_a_task_past_its_limit_is_stopped_and_the_others_end():
    began = time.monotonic()
    outcomes = done(["sleep 60", "b", "c"], limit=0.6)
    assert outcomes == {
        "sleep 60": Failure("timeout", "Stopped after 0.6 s."), "b": "B", "c": "C",
    }  # fmt: skip
    assert 0.5 < time.monotonic() - began < 5


@linux
def test_no_more_tasks_run_at_once_than_there_are_workers():
    began = time.monotonic()
    done(["sleep 0.3", "sleep 0.31", "sleep 0.32"], workers=1)
    assert time.monotonic() - began > 0.9


@linux
def test_what_a_task_started_ends_with_it(tmp_path):
    done([f"child {tmp_path / 'pid'}"])
    assert gone(int((tmp_path / "pid").read_text()))


@linux
def test_closing_the_iterator_ends_the_children():
    # Other tests of this process may have a browser open.
    before = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    ends = children.each(["a", "sleep 60"], act, workers=2, limit=60, method="fork")
    next(ends)
    after = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    mine = set(after) - set(before)
    assert mine
    ends.close()
    assert all(gone(int(pid)) for pid in mine)


@linux
def test_what_a_task_prints_stays_off_the_terminal(capfd):
    assert done(["print words"]) == {"print words": "PRINT"}
    assert capfd.readouterr() == ("", "")


def test_processes_that_cannot_be_forked_are_spawned():
    outcomes = done(["a", "raise it", "exit 3"], method="spawn", workers=3)
    kinds = {task: getattr(outcome, "kind", outcome) for task, outcome in outcomes.items()}
    assert kinds == {"a": "A", "raise it": "error", "exit 3": "crash"}
