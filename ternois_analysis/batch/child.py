"""What a child process does with its task, from its first moment to its last words."""

import contextlib
import errno
import faulthandler
import gc
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

from ternois_analysis.batch.mortal import die_with

#: What a child and the libraries in it wrote.
LOG = "log"
#: Signals that reach a whole terminal: held while a child is born.
STOPS = (signal.SIGINT, signal.SIGTERM)
_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Failure:
    """Why a task failed: an exception, the end of its process, or one of its two limits."""

    kind: Literal["error", "crash", "timeout", "memory"]
    error: str
    trace: str = ""


def live(
    work: Callable[[Any], object], task: Any, pipe: Connection, parent: int, folder: Path,
    closing: Sequence[int],
) -> None:  # fmt: skip
    """All that a child does; it ends without the farewells of its parent's libraries.

    Parameters
    ----------
    work : callable
        Its result, or the failure of it, is sent through `pipe`.
    parent : int
        Process with which this one ends.
    folder : Path
        To be made: what the task leaves in temporary files goes with the parent's folder.
    closing : sequence of int
        File descriptors to close.
    """
    die_with(parent)
    # What a fork inherits is not looked at by the collector: it would copy all that it touches.
    gc.freeze()
    # A session of its own: what the page starts can be ended with it, and Ctrl-C reaches only us.
    with contextlib.suppress(AttributeError, PermissionError):
        os.setsid()
    _listen()
    _offer()
    for descriptor in closing:
        os.close(descriptor)
    try:
        folder.mkdir()
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
        _redirect(folder / LOG)
        message = work(task)
    except BaseException as error:  # noqa: BLE001 - the parent reports it; nothing is lost
        message = failure(error)
    pipe.send(message)
    pipe.close()
    os._exit(0)


def failure(error: BaseException) -> Failure:
    """An exception as text: exceptions of pages can rarely be pickled."""
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, OSError) and error.errno in _FULL:
        said = f"The disk is full: {error}. Free some space, then run again."
    return Failure("error", said, "".join(traceback.format_exception(error)))


def _listen() -> None:
    """Forget the signals held since the birth of this process, and hear the next ones."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)


def _offer() -> None:
    """Short of memory, Linux ends a page before the run that looks after all of them."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")


def _redirect(log: Path) -> None:
    """Standard output and error go to a file, also those of C libraries and of crashes."""
    with log.open("wb") as file, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1, closefd=False)
    faulthandler.enable(sys.stderr)
