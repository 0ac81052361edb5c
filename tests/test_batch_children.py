import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ternois_analysis.batch import children, memory
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
    if word == "grow":
        held = bytearray(int(rest) << 20)
        time.sleep(60)
        return len(held)
    if word == "once":  # fails the first time in the way that is said, then ends well
        path, _, first = rest.partition(" ")
        if not Path(path).exists():
            Path(path).touch()
            return act(first)
    if word == "count":
        with Path(rest).open("a") as file:
            file.write("x")
        raise ValueError("no")
    if word == "print":
        print(rest)
        os.write(1, b"raw")
    return word.upper()


def ended(tasks, *, workers=2, limit=20.0, method="fork", **options):
    ends = children.each(tasks, act, workers=workers, limit=limit, method=method, **options)
    return {end.task: end for end in ends}


def done(tasks, **options):
    return {task: end.outcome for task, end in ended(tasks, **options).items()}


def beyond(mebibytes):
    """A limit above what a child holds in common with this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20) + mebibytes


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


@linux
def test_a_task_past_its_memory_is_stopped_and_the_others_end():
    limit = beyond(300)
    outcomes = done(["grow 1200", "b"], memory=limit)
    assert outcomes["b"] == "B"
    assert outcomes["grow 1200"] == Failure("memory", f"Stopped beyond {limit} MiB of memory.")


@linux
def test_the_memory_of_what_a_task_starts_counts():
    start = f"{sys.executable} -c 'import time; held = bytearray(300 << 20); time.sleep(60)'"
    with subprocess.Popen(["sh", "-c", f"{start}; true"], start_new_session=True) as process:
        end = time.monotonic() + 20
        while memory.held(process.pid) < 300 and time.monotonic() < end:
            time.sleep(0.05)
        by_proc = memory.held(process.pid)
        by_ps = memory.told_by_ps(process.pid) if shutil.which("ps") else by_proc
        os.killpg(process.pid, signal.SIGKILL)
    assert 300 < by_proc < 360
    assert by_ps == pytest.approx(by_proc, rel=0.05)


def test_a_process_that_is_over_holds_no_memory():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert memory.held(process.pid) == 0


@linux
@pytest.mark.parametrize(
    ("way", "kind"), [("exit 3", "crash"), ("sleep 60", "timeout"), ("grow 1200", "memory")]
)
def test_a_task_that_crashes_or_passes_a_limit_is_tried_again(tmp_path, way, kind):
    task = f"once {tmp_path / 'seen'} {way}"
    end = ended([task, "b"], limit=2.5, memory=beyond(300), retries=1)[task]
    assert end.outcome == "ONCE"
    assert [failure.kind for failure in end.earlier] == [kind]


@linux
def test_a_task_that_fails_twice_says_so():
    end = ended(["exit 4"], retries=1)["exit 4"]
    assert end.outcome.error == "The process ended with code 4. Tried twice."
    assert len(end.earlier) == 1


@linux
def test_another_failure_at_the_first_try_is_told_too(tmp_path):
    task = f"once {tmp_path / 'seen'} exit 5"
    ends = children.each(
        [task], lambda word: act(word) if not (tmp_path / "seen").exists() else act("exit 6"),
        workers=1, limit=20, method="fork", retries=1,
    )  # fmt: skip
    assert next(ends).outcome.error == (
        "The process ended with code 6. Tried twice. Before: The process ended with code 5."
    )


@linux
def test_an_exception_is_not_tried_again_since_it_would_come_again(tmp_path):
    end = ended([f"count {tmp_path / 'tries'}"], retries=3)[f"count {tmp_path / 'tries'}"]
    assert end.outcome.error == "ValueError: no"
    assert (tmp_path / "tries").read_text() == "x"


@linux
def test_a_task_that_may_not_be_done_twice_is_not(tmp_path):
    task = f"once {tmp_path / 'seen'} exit 3"
    end = ended([task], retries=1, again=lambda task: False)[task]
    assert end.outcome.error == "The process ended with code 3."


@linux
def test_a_disk_that_is_full_is_named():
    failure = children.failure(OSError(28, "No space left on device", "/x/01.html"))
    assert failure.error.startswith("The disk is full: ")
    assert "/x/01.html" in failure.error


@linux
def test_a_signal_that_comes_while_children_are_born_leaves_none(tmp_path):
    script = f"""
import os, sys, time
from pathlib import Path
from ternois_analysis.batch import children, memory
def act(task):
    Path({str(tmp_path)!r}, str(os.getpid())).touch()
    time.sleep(60)
Path({str(tmp_path / "ready")!r}).touch()
try:
    for _ in children.each(range(40), act, workers=40, limit=60, method="fork"):
        pass
except KeyboardInterrupt:
    sys.exit(130)
"""
    root = str(Path(__file__).parent.parent)
    for delay in (0.0, 0.02, 0.3):
        process = subprocess.Popen(
            [sys.executable, "-c", script], stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": root}, start_new_session=True,
        )  # fmt: skip
        end = time.monotonic() + 60
        while not (tmp_path / "ready").exists() and time.monotonic() < end:
            time.sleep(0.01)
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        assert (process.returncode, said) == (130, b"")
        (tmp_path / "ready").unlink()
        assert all(gone(int(path.name)) for path in tmp_path.iterdir())
