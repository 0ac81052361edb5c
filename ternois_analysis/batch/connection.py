"""The way to a cluster of Dask, and whether its machines compute as this one does."""

import contextlib
import queue
import re
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from ternois_analysis.batch import installation
from ternois_analysis.errors import ReportError, explain

#: Seconds in which a scheduler answers.
_ANSWER = 10.0
_ADDRESS = re.compile(r"(tcp|tls)://[^/]+:\d+")
#: What the scheduler must have in common with us to understand what it is sent.
_SPOKEN = ("python", "dask", "distributed")
#: Differences that are told.
_MOST = 4


@contextlib.contextmanager
def connected(address: str) -> Iterator[Any]:
    """A client of a scheduler, closed at the end.

    Raises
    ------
    ReportError
        If this machine cannot be a client, the address is none, or no scheduler answers there.
    """
    if sys.platform != "linux":
        raise _unfit("A run on a cluster", "Linux, here and on the workers", sys.platform,
                     "Start it from one of the machines of the cluster.")  # fmt: skip
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        do = "Install it here: `pip install 'ternois-analysis[cluster]'`."
        raise _unfit("A run on a cluster", "the package distributed", "none", do) from error
    if not _ADDRESS.fullmatch(address):
        do = "Give the address that `dask scheduler` says when it starts."
        raise _unfit(
            "The address of the cluster", "tcp://HOST:PORT or tls://HOST:PORT", address, do
        )
    # What listens there and is no scheduler may keep a client waiting for ever.
    made: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_connect, args=(address, made), daemon=True).start()
    try:
        client = made.get(timeout=2 * _ANSWER)
    except queue.Empty:
        client = TimeoutError("nothing that speaks as a scheduler does")
    if isinstance(client, Exception):
        do = "Start one with `dask scheduler`, check address and port, or run without --cluster."
        raise _unfit(f"The cluster {address}", "a scheduler that answers", client, do) from client
    with client:
        yield client


def _connect(address: str, made: "queue.SimpleQueue[Any]") -> None:
    import distributed

    try:
        made.put(distributed.Client(address, timeout=_ANSWER, set_as_default=False))
    except Exception as error:  # noqa: BLE001 - told by the one who waits
        made.put(error)


def compared(client: Any, address: str) -> dict[str, str]:
    """The facts of this machine, when those of all workers are the same.

    Raises
    ------
    ReportError
        If there is no worker, or the scheduler or a worker differs.
    """
    versions = client.get_versions()
    ours, theirs = (
        {name: str(versions[who]["packages"].get(name)) for name in _SPOKEN}
        for who in ("client", "scheduler")
    )
    if ours != theirs:
        raise different(f"scheduler {address}", installation.differences(ours, theirs))
    try:
        client.wait_for_workers(1, timeout=_ANSWER)
    except TimeoutError as error:
        do = f"Start some: `dask worker {address} --nworkers 2 --nthreads 1`."
        raise _unfit(f"The cluster {address}", "at least one worker", "none", do) from error
    facts = installation.facts()
    for worker, said in sorted(client.run(installation.facts, on_error="return").items()):
        if isinstance(said, BaseException):
            raise different(f"worker {worker}", [f"{type(said).__name__}: {said}"])
        if said != facts:
            raise different(f"worker {worker}", installation.differences(facts, said))
    return facts


def hands(client: Any, address: str) -> int:
    """How many pages the cluster makes at a time."""
    try:
        return sum(client.nthreads().values())
    except (OSError, RuntimeError) as error:
        raise lost(address, error) from error


def _unfit(what: str, expected: object, found: object, do: str) -> ReportError:
    return ReportError(explain(what, expected=expected, found=found, do=do))


def different(who: str, found: Sequence[str]) -> ReportError:
    """The error for a machine that computes otherwise than this one: which, and in what."""
    more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    do = ("Install the same commit with the same lock file there, copy the house and the store, "
          "and start it again.")  # fmt: skip
    return _unfit(f"The {who}", "versions, code, house and store as here",
                  [*found[:_MOST], *more], do)  # fmt: skip


def lost(address: str, found: object) -> ReportError:
    """The error for a cluster that is gone before the end of a run."""
    return _unfit(f"The cluster {address} was lost in mid-run", "a scheduler with workers", found,
                  "The reports that were whole are in place; start the run again.")  # fmt: skip
