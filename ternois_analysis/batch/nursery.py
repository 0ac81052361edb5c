"""A process kept warm: it prepares once, then has a new child of its own do each task.

For processes that must not fork themselves, because they have threads: those of a cluster.
"""

import contextlib
import os
import pickle
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from ternois_analysis.batch import children, threads
from ternois_analysis.batch.children import End, Failure
from ternois_analysis.batch.mortal import die_with

#: Seconds without a task after which a nursery ends: whoever started it may have been killed.
IDLE = 60.0
_PULSE = 1.0
# Those of this process, by name: a worker of Dask keeps nothing else between two tasks.
_KEPT: dict[str, "Nursery"] = {}
_TURN = threading.Lock()


class NurseryError(Exception):
    """A nursery that ended before it answered."""


@dataclass(frozen=True)
class Nursery:
    """A warm process, and the socket through which it is given tasks.

    It ends with the process that started it, or when nothing was asked for `IDLE` seconds.
    """

    process: subprocess.Popen[bytes]
    control: socket.socket

    def ask(self, task: object, limit: float) -> End[Any, Any] | Failure:
        """Have a task done and wait for it; may be called from several threads at once.

        Parameters
        ----------
        task : object
            Picklable.
        limit : float
            Seconds of wall-clock that it is given.

        Returns
        -------
        End or Failure
            A failure says that the nursery could not prepare: it will do no task.

        Raises
        ------
        NurseryError
            If the nursery ended.
        """
        ours, theirs = socket.socketpair()
        with Connection(ours.detach()) as pipe:
            try:
                with theirs:
                    socket.send_fds(self.control, [b"t"], [theirs.fileno()])
                pipe.send((task, limit))
                return pipe.recv()  # type: ignore[no-any-return]
            except (EOFError, OSError) as error:
                raise NurseryError("The process kept warm for the pages ended.") from error

    def end(self) -> None:
        """End it with all its children; what was asked is lost."""
        self.process.kill()
        self.process.wait()
        self.control.close()


def ways(work: Callable[[Any], Any], prepare: Callable[[], object] | None = None) -> bytes:
    """What a nursery is started with.

    Parameters
    ----------
    work : callable
        What a child does with its task; picklable, as is what it gives.
    prepare : callable, optional
        Called once, before any child is made: what it keeps, all of them have.
    """
    return pickle.dumps((work, prepare))


def start(ways: bytes) -> Nursery:
    """Start a nursery; it prepares while this process goes on."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(theirs.fileno())], pass_fds=[theirs.fileno()],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            # Ctrl-C is for the process that started it.
            start_new_session=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )  # fmt: skip
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
        pipe.write(ways)
    return Nursery(process, ours)


def has(name: str) -> bool:
    """Whether this process keeps a nursery of that name."""
    return name in _KEPT


def kept(name: str, ways: bytes) -> Nursery:
    """The nursery that this process keeps under a name; started if there is none, or it ended."""
    with _TURN:
        if name not in _KEPT or _KEPT[name].process.poll() is not None:
            _KEPT[name] = start(ways)
        return _KEPT[name]


def dismiss(name: str) -> None:
    """End the nursery that is kept under a name, if any, with the tasks that it has at work."""
    with _TURN:
        found = _KEPT.pop(name, None)
    if found is not None:
        found.end()


def main() -> None:
    """Prepare, then serve: `python -m …nursery DESCRIPTOR`, what to do on standard input."""
    threads.limit_libraries()
    trouble: Failure | None = None
    work: Callable[[Any], Any] = str
    try:
        work, prepare = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the one who started us
        if prepare is not None:
            prepare()
    except Exception as error:  # noqa: BLE001 - told to whoever asks for a task
        trouble = children.failure(error)
    with socket.socket(fileno=int(sys.argv[1])) as control:
        _serve(control, work, trouble)


def _serve(control: socket.socket, work: Callable[[Any], Any], trouble: Failure | None) -> None:
    """Take tasks until whoever gives them is gone, or gives none for long."""
    at_work = set[int]()
    last = time.monotonic()
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        while at_work or time.monotonic() - last < IDLE:
            if selector.select(_PULSE):
                said, descriptors, *_ = socket.recv_fds(control, 1, 1)
                if not said:
                    return
                at_work.add(_tend(descriptors[0], control, work, trouble))
                os.close(descriptors[0])
            while at_work and (ended := os.waitpid(-1, os.WNOHANG)[0]):
                at_work.discard(ended)
                last = time.monotonic()


def _tend(
    descriptor: int, control: socket.socket, work: Callable[[Any], Any], trouble: Failure | None
) -> int:
    """Fork a process that has one task done and answers; gives its id."""
    from ternois_analysis.batch import engine

    parent = os.getpid()
    if child := os.fork():
        return child
    try:
        die_with(parent)
        control.close()
        with Connection(descriptor) as pipe:
            task, limit = pipe.recv()
            answer: End[Any, Any] | Failure | None = trouble
            if answer is None:
                ends = children.each(
                    [task], work, workers=1, limit=limit, method=engine.way(), closing=[descriptor]
                )
                with contextlib.closing(ends):
                    answer = next(ends)
            pipe.send(answer)
    finally:
        # Without the farewells of the warm process: they are for it alone to say.
        os._exit(0)


if __name__ == "__main__":
    main()
