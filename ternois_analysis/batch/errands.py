"""What a worker of a cluster does: a page in a fresh process, its files brought back as bytes."""

import pickle
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ternois_analysis import paths
from ternois_analysis.batch import installation, nursery
from ternois_analysis.batch.children import Failure


@dataclass(frozen=True)
class Run:
    """What all errands of a run share: what starts its nurseries, the facts of who sends them."""

    id: str
    ways: bytes
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Brought:
    """What an errand gives: the outcome of its task, the seconds it took, its files by name."""

    outcome: Any
    seconds: float
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Refusal:
    """The address of a worker that cannot take part in a run, and why."""

    worker: str
    why: tuple[str, ...]


def pack(task: Any) -> bytes:
    """A pickled task, its notebook told from the house: another machine has its own elsewhere."""
    path = task.job.path
    if path.is_relative_to(paths.house()):
        task = replace(task, job=replace(task.job, path=path.relative_to(paths.house())))
    return pickle.dumps(task)


def unpack(work: Callable[[Any], Any], packed: bytes) -> tuple[Any, dict[str, bytes]]:
    """Do a task that was packed; gives its outcome and what it wrote in its draft."""
    task = pickle.loads(packed)  # noqa: S301 - from the run that this process was started for
    path = paths.house() / task.job.path
    with tempfile.TemporaryDirectory() as name:
        draft = Path(name)
        outcome = work(replace(task, draft=draft, job=replace(task.job, path=path)))
        files = {
            file.relative_to(draft).as_posix(): file.read_bytes()
            for file in draft.rglob("*")
            if file.is_file()
        }
    return outcome, files


def carry(run: Run, packed: bytes, limit: float) -> Brought | Refusal:
    """Do a task in a process forked from the warm one that this worker keeps for the run.

    Parameters
    ----------
    run : Run
        Its nurseries are to do `unpack`.
    packed : bytes
        As `pack` gives it.
    limit : float
        Seconds of wall-clock that the task is given.

    Raises
    ------
    NurseryError
        If the warm process ended: the scheduler sends the task again.
    """
    if not nursery.has(run.id):
        # A worker may have come, or its files changed, since the run compared them all.
        found = installation.differences(run.facts, installation.facts())
        if found:
            return Refusal(here(), tuple(found))
    end = nursery.kept(run.id, run.ways).ask(packed, limit)
    if isinstance(end, Failure):
        return Refusal(here(), (f"preparing the pages failed: {end.error}",))
    if isinstance(end.outcome, Failure):
        return Brought(end.outcome, end.seconds, {})
    outcome, files = end.outcome
    return Brought(outcome, end.seconds, files)


def here() -> str:
    """Address of the worker that runs this."""
    from distributed import get_worker

    return str(get_worker().address)
