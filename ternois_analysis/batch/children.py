"""Work done each in a process of its own, side by side, within limits of time and memory."""

import contextlib
import dataclasses
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Generic, Literal, TypeVar

from ternois_analysis.batch import memory as measure
from ternois_analysis.batch.child import LOG, STOPS, Failure, failure, live

__all__ = ["End", "Failure", "each", "failure"]

Task = TypeVar("Task")
Done = TypeVar("Done")

#: Seconds between two looks at processes that may have ended without closing their pipe.
_PULSE = 0.5
#: How much of either end of what a child wrote is told after a crash.
_MOST = 2000


@dataclass(frozen=True)
class End(Generic[Task, Done]):
    """A task that is over, what it gave or why it failed, and the seconds of its last try.

    `earlier` are the failures after which it was tried again.
    """

    task: Task
    outcome: Done | Failure
    seconds: float
    earlier: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class _Child(Generic[Task]):
    task: Task
    earlier: tuple[Failure, ...]
    process: BaseProcess
    pipe: Connection
    folder: Path
    since: float


@dataclass(frozen=True)
class _Limits:
    seconds: float
    memory: float | None


def each(
    tasks: Sequence[Task] | deque[Task],
    work: Callable[[Task], Done | Failure],
    *,
    workers: int,
    limit: float,
    method: Literal["fork", "spawn"],
    closing: Sequence[int] = (),
    memory: float | None = None,
    retries: int = 0,
    again: Callable[[Task], bool] = lambda task: True,
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
    memory : float, optional
        MiB that a child and what it started may hold, looked at twice a second.
    retries : int
        How often a task is done again that crashed or passed a limit. An exception is not: it
        would come again.
    again : callable
        Whether a task may be done twice.
    """
    context = multiprocessing.get_context(method)
    waiting = tasks if isinstance(tasks, deque) else deque(tasks)
    failed = deque[tuple[Task, tuple[Failure, ...]]]()
    running = list[_Child[Task]]()
    started, limits = 0, _Limits(limit, memory)
    with tempfile.TemporaryDirectory(prefix="ternois-", ignore_cleanup_errors=True) as folders:
        try:
            while waiting or failed or running:
                while (waiting or failed) and len(running) < workers:
                    task, earlier = failed.popleft() if failed else (waiting.popleft(), ())
                    folder, started = Path(folders) / str(started), started + 1
                    with _signals_held():
                        running.append(_start(context, work, task, earlier, folder, closing))
                next_limit = min(child.since for child in running) + limit - time.monotonic()
                wait([child.pipe for child in running], max(0.0, min(_PULSE, next_limit)))
                for child in list(running):
                    outcome: Done | Failure | None = _outcome(child, limits)
                    if outcome is None:
                        continue
                    running.remove(child)
                    _stop(child)
                    if isinstance(outcome, Failure) and outcome.kind != "error":
                        if len(child.earlier) < retries and again(child.task):
                            failed.append((child.task, (*child.earlier, outcome)))
                            continue
                        outcome = _told_tries(outcome, child.earlier)
                    seconds = time.monotonic() - child.since
                    yield End(child.task, outcome, seconds, child.earlier)
        finally:
            for child in running:
                _stop(child)


@contextlib.contextmanager
def _signals_held() -> Iterator[None]:
    """What stops the run waits while a child is born: it is not started, or known."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start(
    context: multiprocessing.context.BaseContext, work: Callable[[Task], object], task: Task,
    earlier: tuple[Failure, ...], folder: Path, closing: Sequence[int],
) -> _Child[Task]:  # fmt: skip
    reader, writer = context.Pipe(duplex=False)
    inherited = tuple(closing) if context.get_start_method() == "fork" else ()
    process = context.Process(  # type: ignore[attr-defined]
        target=live, args=(work, task, writer, os.getpid(), folder, inherited), daemon=False
    )
    process.start()
    writer.close()
    return _Child(task, earlier, process, reader, folder, time.monotonic())


def _outcome(child: _Child[Task], limits: _Limits) -> Done | Failure | None:
    """What a child sent, why it will send nothing, or None while it works."""
    alive = child.process.is_alive()
    try:
        if child.pipe.poll():
            return child.pipe.recv()  # type: ignore[no-any-return]
    except EOFError:
        child.process.join(_PULSE)
        alive = False
    if not alive:
        log = child.folder / LOG
        said = log.read_text("utf-8", "replace") if log.is_file() else ""
        return Failure("crash", _end_of(child.process), _ends(said))
    if time.monotonic() - child.since > limits.seconds:
        return Failure("timeout", f"Stopped after {limits.seconds:g} s.")
    if limits.memory is not None and measure.held(child.process.pid or 0) > limits.memory:
        return Failure("memory", f"Stopped beyond {limits.memory:g} MiB of memory.")
    return None


def _end_of(process: BaseProcess) -> str:
    code = process.exitcode
    if code is not None and code < 0:
        said = f"The process was ended by {signal.Signals(-code).name}."
        return f"{said} Is the machine short of memory?" if code == -signal.SIGKILL else said
    return f"The process ended with code {code}."


def _ends(text: str) -> str:
    return text if len(text) <= 2 * _MOST else f"{text[:_MOST]}\n…\n{text[-_MOST:]}"


def _told_tries(last: Failure, earlier: Sequence[Failure]) -> Failure:
    """A failure with how often the task was tried, and what happened the other times."""
    if not earlier:
        return last
    times = "twice" if len(earlier) == 1 else f"{len(earlier) + 1} times"
    others = list(dict.fromkeys(each.error for each in earlier if each.error != last.error))
    before = f" Before: {' '.join(others)}" if others else ""
    return dataclasses.replace(last, error=f"{last.error} Tried {times}.{before}")


def _stop(child: _Child[Task]) -> None:
    """End a child and all that it started in its session."""
    with contextlib.suppress(ProcessLookupError, AttributeError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)  # type: ignore[arg-type]
    child.process.kill()
    child.process.join()
    child.pipe.close()
