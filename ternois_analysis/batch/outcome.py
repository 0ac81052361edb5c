"""What became of the jobs of a run."""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ternois_analysis.batch import children, surroundings, work
from ternois_analysis.batch.plan import Job
from ternois_analysis.publish.record import PageRecord


@dataclass(frozen=True)
class Outcome:
    """A job and how it went."""

    job: Job
    record: PageRecord

    @property
    def done(self) -> bool:
        """Whether there is a page."""
        return self.record.status == "done"


def written(told: Outcome) -> PageRecord:
    """The record of a job as `run.json` keeps it, beside the pages that its audience reads.

    What went wrong can hold figures that no gate has seen: in the words of the error itself they
    are written for internal use only. Whoever runs the pages sees all of it.
    """
    record = told.record
    if told.job.audience == "internal":
        return record
    said = record.error.partition(":")[0] if record.kind == "error" else record.error
    return dataclasses.replace(record, error=said, trace="")


@dataclass(frozen=True)
class Result:
    """A finished run.

    Parameters
    ----------
    outcomes : tuple of Outcome
        In the order in which the jobs ended.
    valid : tuple of Job
        Pages that nothing they rest on had made to be made again.
    withheld : tuple of str
        Reports that could not be put together, each with the reason; the earlier ones stay.
    portals : tuple of Path
        The pages to open, that of all quarters last.
    """

    outcomes: tuple[Outcome, ...]
    valid: tuple[Job, ...]
    withheld: tuple[str, ...]
    portals: tuple[Path, ...]

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The jobs that gave no page."""
        return tuple(outcome for outcome in self.outcomes if not outcome.done)

    @property
    def whole(self) -> bool:
        """Whether every page was made and every report put in place."""
        return not self.failed and not self.withheld


def of_end(end: children.End[work.Task, work.Made], commit: str) -> Outcome:
    """The outcome of a task that just ended, in a run of the code of `commit`."""
    task, made, ended = end.task, end.outcome, surroundings.now()
    began = dt.datetime.fromisoformat(ended) - dt.timedelta(seconds=round(end.seconds))
    common: dict[str, Any] = {
        "page": task.job.page, "title": task.job.title, "engine": task.engine, "commit": commit,
        "started": began.isoformat(), "ended": ended, "seconds": round(end.seconds, 3),
    }  # fmt: skip
    if isinstance(made, children.Failure):
        why: dict[str, Any] = {"kind": made.kind, "error": made.error, "trace": made.trace}
        return Outcome(task.job, PageRecord(**common, **why, status="failed"))
    what: dict[str, Any] = {
        "size": made.size,
        "synthetic": made.synthetic,
        "warnings": made.warnings
        + tuple(f"Made at the second try. {failure.error}" for failure in end.earlier),
        "faults": made.faults,
    }
    return Outcome(task.job, PageRecord(**common, **what, status="done"))
