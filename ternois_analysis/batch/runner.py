"""Running a plan: pages side by side, reports put in place whole, portals written."""

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ternois_analysis.batch import (
    children,
    editions,
    engine,
    folder,
    outcome,
    surroundings,
    work,
)
from ternois_analysis.batch.outcome import Outcome, Result
from ternois_analysis.batch.plan import Job, OpenObservatory, Plan
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.observatory import fingerprints
from ternois_analysis.observatory.checks import Check
from ternois_analysis.publish import layout, page, portal
from ternois_analysis.publish.record import RunRecord

#: Seconds of wall-clock that a page is given.
LIMIT = 600.0

_Place = tuple[str, str]
Warm = Callable[[Any, Sequence[str]], None]
Inspect = Callable[[Any], tuple[Check, ...]]


@dataclass(frozen=True)
class _Run:
    """What all pages of a run share."""

    quarter: str
    engine: str
    commit: str
    started: str
    methods: Mapping[str, str]
    sources: Mapping[str, tuple[Mapping[str, Any], ...]]
    faults: tuple[Check, ...]

    def facts(self, job: Job) -> page.PageFacts:
        return page.PageFacts(
            page=job.page, territory=job.territory, label=job.label, quarter=self.quarter,
            audience=job.audience, sources=self.sources[job.audience], commit=self.commit,
            made=self.started, provisional=True, faults=self.faults,
        )  # fmt: skip

    def record(self, outcomes: list[Outcome]) -> RunRecord:
        job = outcomes[0].job
        return RunRecord(
            quarter=self.quarter, audience=job.audience, territory=job.territory, label=job.label,
            provisional=True, started=self.started, ended=surroundings.now(),
            commit=self.commit, python=surroundings.python(), platform=surroundings.system(),
            packages=surroundings.packages(), sources=self.sources[job.audience],
            pages=tuple(map(outcome.written, outcomes)), methods=self.methods,
        )  # fmt: skip


def run(
    plan: Plan,
    reports: Path,
    open_observatory: OpenObservatory,
    *,
    engine_name: str = "auto",
    workers: int | None = None,
    limit: float = LIMIT,
    revision: str = "",
    tell: Callable[[Outcome], None] = lambda told: None,
    warm: Warm = lambda door, places: door.warm(places),
    inspect: Inspect = lambda door: (),
) -> Result:
    """Run all jobs of a plan and write their reports under `reports`.

    A page that fails, crashes or takes too long leaves all others whole. A report is put in place
    when its last page is over, so that a run that is killed leaves only whole reports.

    Parameters
    ----------
    plan : Plan
    reports : Path
        Holds `<quarter>/<audience>/<territory>/` and the portals; made if missing.
    open_observatory : callable
        Gives the observatory of a quarter and an audience; its values are computed here once,
        before the pages' processes are forked.
    engine_name : {"auto", "fast", "kernel"}
    workers : int, optional
        Pages at the same time; the number of processors by default.
    limit : float
        Seconds of wall-clock a page is given.
    revision : str
        Why a published quarter is made again: its edition is set aside first. Every run is marked
        provisional, until the quarter is published.
    tell : callable
        Told each outcome as soon as it is known.
    warm : callable
        Given an observatory and its territories, computes what their pages share.
    inspect : callable
        Given an observatory, the faults of its sources with which the run goes on, told on the
        pages that they touch; it raises to stop the run.

    Raises
    ------
    SourceError
        If the sources have faults that stop the run.
    ReportError
        If another run is writing in `reports`, the quarter is published and no revision announced,
        or an option is impossible.
    """
    count = (os.cpu_count() or 1) if workers is None else workers
    if count < 1 or limit <= 0:
        raise ReportError(
            explain("Options of the run", expected="a worker or more, a limit above zero",
                    found=[count, limit], do="Mend --jobs or --timeout.")
        )  # fmt: skip
    engine.choose(engine_name)
    audiences = tuple(dict.fromkeys(job.audience for job in plan.jobs))
    editions.check_open(reports, plan.quarter, audiences, revision)
    # A bad file is refused here, before anything is written.
    shared = _prepared(plan, open_observatory, engine_name, warm, inspect)
    with folder.locked(reports) as lock:
        folder.recover(reports)
        editions.check_open(reports, plan.quarter, audiences, revision)
        if revision:
            _reopen(editions.Reopening(reports, plan.quarter, audiences, revision), limit, lock)
        outcomes, withheld = list[Outcome](), list[str]()
        with _drafts(plan, reports) as drafts:
            tasks: deque[work.Task | work.Finish] = deque(
                work.Task(job, shared.engine, drafts[_place(job)], shared.facts(job))
                for job in plan.jobs
            )
            ends = children.each(
                tasks, work.do, workers=count, limit=limit, method=engine.way(), closing=[lock]
            )
            with closing(ends):
                for end in ends:
                    if isinstance(end.task, work.Finish):
                        withheld += _withheld(end.task, end.outcome)
                        continue
                    assert isinstance(end.outcome, work.Made | children.Failure)
                    page_end = children.End(end.task, end.outcome, end.seconds)
                    outcomes.append(outcome.of_end(page_end, shared.commit))
                    tell(outcomes[-1])
                    tasks.extendleft(_finish(plan, outcomes, end.task.draft, reports, shared))
        portals = [
            portal.write(reports / plan.quarter / name, plan.pages, plan.absent)
            for name in audiences
        ]
        return Result(tuple(outcomes), tuple(withheld), (*portals, portal.write_list(reports)))


def _reopen(task: editions.Reopening, limit: float, lock: int) -> None:
    """Set published editions aside, in a process of its own: some formats start threads."""
    ends = children.each(
        [task], editions.reopen, workers=1, limit=limit, method=engine.way(), closing=[lock]
    )
    for end in ends:
        if isinstance(end.outcome, children.Failure):
            raise ReportError(
                explain(f"The edition of {task.quarter} was not set aside; nothing was changed",
                        expected="a copy under .editions", found=end.outcome.error,
                        do="Mend this, then announce the revision again.")
            )  # fmt: skip


def _prepared(
    plan: Plan, open_observatory: OpenObservatory, engine_name: str, warm: Warm, inspect: Inspect,
) -> _Run:  # fmt: skip
    """Do once, before processes are forked, what all pages need."""
    started, sources = surroundings.now(), {}
    faults: tuple[Check, ...] | None = None
    for audience in dict.fromkeys(job.audience for job in plan.jobs):
        observatory = open_observatory(plan.quarter, audience)
        # Audiences see the same files: one look is enough.
        faults = inspect(observatory) if faults is None else faults
        places = dict.fromkeys(job.territory for job in plan.jobs if job.audience == audience)
        warm(observatory, tuple(places))
        sources[audience] = tuple(observatory.sources_used())
    layout.template(page.TEMPLATE)
    return _Run(
        quarter=plan.quarter,
        # Chosen again: computing the values may have started threads that forbid a fork.
        engine=engine.choose(engine_name),
        commit=surroundings.commit(),
        started=started,
        methods=fingerprints.fingerprints(),
        sources=sources,
        faults=faults or (),
    )


@contextmanager
def _drafts(plan: Plan, reports: Path) -> Iterator[Mapping[_Place, Path]]:
    """A draft folder for each report; those not put in place are removed at the end."""
    drafts: dict[_Place, Path] = {}
    try:
        for job in plan.jobs:
            if _place(job) not in drafts:
                drafts[_place(job)] = folder.draft(_final(reports, job))
        yield drafts
    finally:
        for draft in drafts.values():
            folder.discard(draft)


def _finish(
    plan: Plan, outcomes: list[Outcome], draft: Path, reports: Path, shared: _Run
) -> list[work.Finish]:
    """After an outcome, what finishes its report if it was the last of its pages."""
    last = outcomes[-1]
    if not last.done:
        folder.remove_page(draft, last.job.page)
    place = _place(last.job)
    mine = [told for told in outcomes if _place(told.job) == place]
    if len(mine) < Counter(map(_place, plan.jobs))[place]:
        return []
    return [work.Finish(draft, _final(reports, last.job), shared.record(mine), plan.pages)]


def _withheld(task: work.Finish, said: object) -> list[str]:
    """What of a report could not be put in place, and why."""
    if isinstance(said, work.Finished):
        return [f"{task.final}: {problem}" for problem in said.problems]
    assert isinstance(said, children.Failure)
    return [f"{task.final}: {said.error}"]


def _place(job: Job) -> _Place:
    return job.audience, job.territory


def _final(reports: Path, job: Job) -> Path:
    return reports / job.quarter / job.audience / job.territory
