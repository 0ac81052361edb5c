"""The reports of a run while it lasts: what their pages share, and when each is complete."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ternois_analysis.batch import children, dependencies, due, folder, outcome, surroundings, work
from ternois_analysis.batch.outcome import Outcome
from ternois_analysis.batch.plan import Job, Plan
from ternois_analysis.catalog import comments
from ternois_analysis.observatory.checks import Check
from ternois_analysis.publish import page
from ternois_analysis.publish.record import RunRecord

_Place = tuple[str, str]


@dataclass(frozen=True)
class Shared:
    """What all pages of a run share: `rests` is what each page rests on whatever it reads."""

    quarter: str
    engine: str
    commit: str
    started: str
    methods: Mapping[str, str]
    sources: Mapping[str, tuple[Mapping[str, Any], ...]]
    faults: tuple[Check, ...]
    rests: Mapping[str, Mapping[str, str]]
    formats: Mapping[str, str]

    def facts(self, job: Job) -> page.PageFacts:
        """What a page prints of its run."""
        return page.PageFacts(
            page=job.page, territory=job.territory, label=job.label, quarter=self.quarter,
            audience=job.audience, sources=self.sources[job.audience], commit=self.commit,
            made=self.started, provisional=True, faults=self.faults,
        )  # fmt: skip

    def leaves(self, job: Job, made: work.Made) -> dict[str, str]:
        """What a page that was just made rests on."""
        own = dependencies.of_run(made.leaves, self.faults, job.label)
        return {**self.rests[job.page], **made.leaves, **own}

    def record(self, job: Job, outcomes: list[Outcome]) -> RunRecord:
        """The record of the report of a job, with the pages made in this run."""
        return RunRecord(
            quarter=self.quarter, audience=job.audience, territory=job.territory, label=job.label,
            provisional=True, started=self.started, ended=surroundings.now(),
            commit=self.commit, python=surroundings.python(), platform=surroundings.system(),
            packages=surroundings.packages(), sources=self.sources[job.audience],
            pages=tuple(map(outcome.written, outcomes)), methods=self.methods,
            comments=comments.hashes(job.territory),
        )  # fmt: skip


class Reporting:
    """The reports that are being made: `drafts` by audience and territory, put in place one by one.

    Parameters
    ----------
    plan : Plan
    found : Due
    drafts : mapping of (audience, territory) to Path
    reports : Path
    shared : Shared
    """

    def __init__(
        self, plan: Plan, found: due.Due, drafts: Mapping[_Place, Path], reports: Path,
        shared: Shared,
    ) -> None:  # fmt: skip
        self.plan, self.found, self.drafts = plan, found, drafts
        self.reports, self.shared = reports, shared
        self.outcomes: list[Outcome] = []
        self._leaves: dict[_Place, dict[str, Mapping[str, str]]] = {}
        self._left: dict[_Place, int] = {}
        for job, _ in found.jobs:
            self._left[job.place] = self._left.get(job.place, 0) + 1

    def tasks(self) -> deque[work.Task | work.Finish]:
        """What there is to do from the start; a report whose pages are all valid comes first."""
        tasks = deque[work.Task | work.Finish](self._finish(job, []) for job in self.found.formats)
        tasks += [
            work.Task(job, self.shared.engine, self.drafts[job.place], self.shared.facts(job))
            for job, _ in self.found.jobs
        ]
        return tasks

    def over(self, end: "children.End[Any, Any]") -> Outcome:
        """The outcome of a page that is over; what it rests on is kept for its report."""
        job = end.task.job
        if isinstance(end.outcome, work.Made):
            self._leaves.setdefault(job.place, {})[job.page] = self.shared.leaves(job, end.outcome)
        else:
            folder.remove_page(end.task.draft, job.page)
        told = outcome.of_end(end, self.shared.commit)
        self.outcomes.append(told)
        self._left[job.place] -= 1
        return told

    def finished(self, last: Outcome) -> list[work.Finish]:
        """What completes the report of a page, if that was its last."""
        if self._left[last.job.place]:
            return []
        mine = [told for told in self.outcomes if told.job.place == last.job.place]
        return [self._finish(last.job, mine)]

    def _finish(self, job: Job, mine: list[Outcome]) -> work.Finish:
        leaves = {dependencies.FORMATS: self.shared.formats, **self._leaves.get(job.place, {})}
        return work.Finish(
            self.drafts[job.place], folder.of_job(self.reports, job),
            self.shared.record(job, mine), self.plan.pages, leaves,
            tuple(each.page for each in self.found.valid if each.place == job.place),
        )  # fmt: skip
