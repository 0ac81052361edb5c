"""The tasks of a run on a cluster of Dask: pages on its workers, their files put in the drafts."""

import contextlib
import itertools
import os
import queue
import time
import uuid
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from ternois_analysis.batch import children, connection, errands, nursery
from ternois_analysis.batch.children import End, Failure
from ternois_analysis.batch.work import Task

#: Seconds in which a cluster without a worker gets one again, and between two looks at it.
_PATIENCE, _PULSE = 60.0, 1.0
#: Tasks sent ahead for each page that the cluster makes at a time: its workers never wait, and
#: the pages of all of France do not lie in the scheduler's memory.
_AHEAD = 3


@dataclass(frozen=True, eq=False)
class _Sent:
    """What is under way: at the cluster by the key of its future, and on this machine."""

    client: Any
    run: errands.Run
    home: bytes
    limit: float
    pool: ThreadPoolExecutor
    arrived: "queue.SimpleQueue[Any]" = field(default_factory=queue.SimpleQueue)
    far: dict[str, tuple[Any, Any, float]] = field(default_factory=dict)
    near: list[Any] = field(default_factory=list)


def each(
    tasks: Sequence[Any] | deque[Any],
    work: Callable[[Any], Any],
    *,
    address: str,
    limit: float,
    retries: int = 1,
    prepare: Callable[[], object] | None = None,
) -> Generator[End[Any, Any], None, None]:
    """Do the tasks on a cluster, each in a new process, and give them back as they end.

    Tasks other than pages need the drafts: they are done on this machine, in processes forked from
    one that has no threads. What a page wrote in its draft is there when its end is given. A worker
    that is lost loses nothing: its pages are made by others. When the iterator is closed, nothing
    is left at work. Nothing but tasks goes to the workers, and nothing but pages comes back.

    Parameters
    ----------
    tasks : sequence
        A deque may be added to while its ends are taken: what is added is done too.
    work : callable
        What a process does with its task; picklable, as the tasks and what it gives.
    address : str
        Of the scheduler, such as `tcp://host:8786`.
    limit : float
        Seconds of wall-clock that a task is given once it has begun.
    retries : int
        How often a page is sent again when the process that was to make it is lost.
    prepare : callable, optional
        Picklable; called once on each worker, in the process from which its pages are forked.

    Raises
    ------
    ReportError
        If the cluster cannot be reached, has no worker, or is lost; if the scheduler or a worker
        is not of the same versions, or a worker has not the same code, house and store.
    """
    waiting = tasks if isinstance(tasks, deque) else deque(tasks)
    with connection.connected(address) as client, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        run = errands.Run(
            uuid.uuid4().hex, nursery.ways(partial(errands.unpack, work), prepare),
            connection.compared(client, address),
        )  # fmt: skip
        sent = _Sent(client, run, nursery.ways(work), limit, pool)
        numbers, seen = itertools.count(), time.monotonic()
        try:
            while waiting or sent.far or sent.near:
                hands = connection.hands(client, address)
                seen = time.monotonic() if hands else seen
                if time.monotonic() - seen > _PATIENCE:
                    raise connection.lost(address, "no worker any more")
                while waiting and (not _travels(waiting[0]) or len(sent.far) < _AHEAD * hands):
                    _send(sent, waiting.popleft(), next(numbers), retries)
                with contextlib.suppress(queue.Empty):
                    yield _end(sent, sent.arrived.get(timeout=_PULSE), address)
        finally:
            _stop(sent)


def _travels(task: object) -> bool:
    return isinstance(task, Task)


def _send(sent: _Sent, task: Any, number: int, retries: int) -> None:
    if not _travels(task):
        sent.near.append(task)
        sent.pool.submit(_do_here, sent, task)
        return
    future = sent.client.submit(
        errands.carry, sent.run, errands.pack(task), sent.limit, pure=False, retries=retries,
        key=f"page-{sent.run.id}-{number}",
    )  # fmt: skip
    sent.far[future.key] = task, future, time.monotonic()
    future.add_done_callback(sent.arrived.put)


def _do_here(sent: _Sent, task: Any) -> None:
    """In a thread: do a task in a process forked from one that has no threads."""
    began = time.monotonic()
    try:
        said = nursery.kept(sent.run.id, sent.home).ask(task, sent.limit)
    except nursery.NurseryError as error:
        said = Failure("crash", str(error))
    seconds = time.monotonic() - began
    sent.arrived.put((task, End(task, said, seconds) if isinstance(said, Failure) else said))


def _end(sent: _Sent, arrived: Any, address: str) -> End[Any, Any]:
    """The end of what arrived; the files of a page are written in its draft."""
    if isinstance(arrived, tuple):
        task, end = arrived
        sent.near[:] = [other for other in sent.near if other is not task]
        return End(task, end.outcome, end.seconds)
    task, _, began = sent.far.pop(arrived.key)
    if arrived.cancelled():
        raise connection.lost(address, "a scheduler that forgot what it was asked")
    try:
        said: errands.Brought | errands.Refusal = arrived.result()
        if isinstance(said, errands.Brought):
            for name, content in said.files.items():
                (task.draft / name).parent.mkdir(parents=True, exist_ok=True)
                (task.draft / name).write_bytes(content)
    except Exception as error:  # noqa: BLE001 - its page failed; the others go on
        told = children.failure(error)
        return End(task, Failure("crash", told.error, told.trace), time.monotonic() - began)
    if isinstance(said, errands.Refusal):
        raise connection.different(f"worker {said.worker}", said.why)
    return End(task, said.outcome, said.seconds)


def _stop(sent: _Sent) -> None:
    """Leave nothing at work, here or there."""
    nursery.dismiss(sent.run.id)
    sent.pool.shutdown(cancel_futures=True)
    # A scheduler that is gone is told nothing: its workers end what they keep by themselves.
    with contextlib.suppress(OSError, RuntimeError):
        sent.client.cancel([future for _, future, _ in sent.far.values()], force=True)
        sent.client.run(nursery.dismiss, sent.run.id, on_error="ignore")
