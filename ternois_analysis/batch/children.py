"""Work done each in a process of its own, side by side, within a time limit."""

import contextlib
import faulthandler
import multiprocessing
import os
import signal
import sys
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Generic, Literal, TypeVar

from ternois_analysis.batch.mortal import die_with

Task = TypeVar("Task")
Done = TypeVar("Done")

#: Seconds between two looks at processes that may have ended without closing their pipe.
_PULSE = 0.5
#: What a child and the libraries in it wrote, and how much of either end is told after a crash.
_LOG, _MOST = "log", 2000


@dataclass(frozen=True)
class Failure:
    """Why a task failed: an exception, the end of its process, or the time limit."""

    kind: Literal["error", "crash", "timeout"]
    error: str
    trace: str = ""


@dataclass(frozen=True)
class End(Generic[Task, Done]):
    """A task that is over, what it gave or why it failed, and the seconds it took."""

    task: Task
    outcome: Done | Failure
    seconds: float


@dataclass(frozen=True)
class _Child(Generic[Task]):
    task: Task
    process: BaseProcess
    pipe: Connection
    folder: Path
    since: float


def each(
    tasks: Sequence[Task] | deque[Task],
    work: Callable[[Task], Done | Failure],
    *,
    workers: int,
    limit: float,
    method: Literal["fork", "spawn"],
    closing: Sequence[int] = (),
) -> Generator[End[Task, Done], None, None]:
    """Do the tasks, each in a new process, and give them back as they end.

    Whatever happens to a child, the others go on. When the iterator is closed, or its process
    ends in any way, no child is left.

    Parameters
    ----------
    tasks : sequence
        A deque may be added to while its ends are taken: what is added is done too.
    work : callable
        What a child does with its task; its result must be picklable.
    workers : int
        Children at the same time.
    limit : float
        Seconds of wall-clock that a child is given.
    method : {"fork", "spawn"}
    closing : sequence of int
        File descriptors of this process that its children must not keep.
    """
    context = multiprocessing.get_context(method)
    waiting = tasks if isinstance(tasks, deque) else deque(tasks)
    running = list[_Child[Task]]()
    started = 0
    with tempfile.TemporaryDirectory(prefix="ternois-", ignore_cleanup_errors=True) as folders:
        try:
            while waiting or running:
                while waiting and len(running) < workers:
                    folder, started = Path(folders) / str(started), started + 1
                    running.append(_start(context, work, waiting.popleft(), folder, closing))
                next_limit = min(child.since for child in running) + limit - time.monotonic()
                wait([child.pipe for child in running], max(0.0, min(_PULSE, next_limit)))
                for child in list(running):
                    outcome: Done | Failure | None = _outcome(child, limit)
                    if outcome is not None:
                        running.remove(child)
                        _stop(child)
                        yield End(child.task, outcome, time.monotonic() - child.since)
        finally:
            for child in running:
                _stop(child)


def _start(
    context: multiprocessing.context.BaseContext, work: Callable[[Task], object], task: Task,
    folder: Path, closing: Sequence[int],
) -> _Child[Task]:  # fmt: skip
    reader, writer = context.Pipe(duplex=False)
    inherited = tuple(closing) if context.get_start_method() == "fork" else ()
    process = context.Process(  # type: ignore[attr-defined]
        target=_live, args=(work, task, writer, os.getpid(), folder, inherited), daemon=False
    )
    process.start()
    writer.close()
    return _Child(task, process, reader, folder, time.monotonic())


def _live(
    work: Callable[[Task], object], task: Task, pipe: Connection, parent: int, folder: Path,
    closing: Sequence[int],
) -> None:  # fmt: skip
    """All that a child does; it ends without the farewells of its parent's libraries."""
    die_with(parent)
    # A session of its own: what the page starts can be ended with it, and Ctrl-C reaches only us.
    with contextlib.suppress(AttributeError, PermissionError):
        os.setsid()
    for descriptor in closing:
        os.close(descriptor)
    # What it leaves behind, killed or not, goes with the folder of its parent.
    folder.mkdir()
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    _redirect(folder / _LOG)
    try:
        message = work(task)
    except BaseException as error:  # noqa: BLE001 - the parent reports it; nothing is lost
        message = failure(error)
    pipe.send(message)
    pipe.close()
    os._exit(0)


def failure(error: BaseException) -> Failure:
    """An exception as text: exceptions of pages can rarely be pickled."""
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return Failure("error", said, "".join(traceback.format_exception(error)))


def _redirect(log: Path) -> None:
    """Standard output and error go to a file, also those of C libraries and of crashes."""
    with log.open("wb") as file, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1, closefd=False)
    faulthandler.enable(sys.stderr)


def _outcome(child: _Child[Task], limit: float) -> Done | Failure | None:
    """What a child sent, why it will send nothing, or None while it works."""
    alive = child.process.is_alive()
    try:
        if child.pipe.poll():
            return child.pipe.recv()  # type: ignore[no-any-return]
    except EOFError:
        child.process.join(_PULSE)
        alive = False
    if not alive:
        log = child.folder / _LOG
        said = log.read_text("utf-8", "replace") if log.is_file() else ""
        return Failure("crash", _end_of(child.process), _ends(said))
    if time.monotonic() - child.since > limit:
        return Failure("timeout", f"Stopped after {limit:g} s.")
    return None


def _end_of(process: BaseProcess) -> str:
    code = process.exitcode
    if code is not None and code < 0:
        return f"The process was ended by {signal.Signals(-code).name}."
    return f"The process ended with code {code}."


def _ends(text: str) -> str:
    return text if len(text) <= 2 * _MOST else f"{text[:_MOST]}\n…\n{text[-_MOST:]}"


def _stop(child: _Child[Task]) -> None:
    """End a child and all that it started in its session."""
    with contextlib.suppress(ProcessLookupError, AttributeError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)  # type: ignore[arg-type]
    child.process.kill()
    child.process.join()
    child.pipe.close()
