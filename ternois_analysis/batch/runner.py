"""Running a plan: pages side by side, reports put in place whole, portals written."""

import datetime as dt
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ternois_analysis import quarters
from ternois_analysis.batch import children, engine, folder, outcome, report, surroundings, work
from ternois_analysis.batch.outcome import Outcome, Result
from ternois_analysis.batch.plan import Job, OpenObservatory, Plan
from ternois_analysis.errors import ReportError, TernoisError, explain
from ternois_analysis.publish import layout, page, portal
from ternois_analysis.publish.record import RunRecord

#: Seconds of wall-clock that a page is given.
LIMIT = 600.0
_METHOD: Literal["fork", "spawn"] = "fork" if sys.platform == "linux" else "spawn"

_Place = tuple[str, str]
Warm = Callable[[Any, Sequence[str]], None]


@dataclass(frozen=True)
class _Run:
    """What all pages of a run share."""

    quarter: str
    engine: str
    commit: str
    started: str
    provisional: bool
    sources: Mapping[str, tuple[Mapping[str, Any], ...]]

    def facts(self, job: Job) -> page.PageFacts:
        return page.PageFacts(
            page=job.page, territory=job.territory, label=job.label, quarter=self.quarter,
            audience=job.audience, sources=self.sources[job.audience], commit=self.commit,
            made=self.started, provisional=self.provisional,
        )  # fmt: skip

    def record(self, outcomes: list[Outcome]) -> RunRecord:
        job = outcomes[0].job
        return RunRecord(
            quarter=self.quarter, audience=job.audience, territory=job.territory, label=job.label,
            provisional=self.provisional, started=self.started, ended=surroundings.now(),
            commit=self.commit, python=surroundings.python(), platform=surroundings.system(),
            packages=surroundings.packages(), sources=self.sources[job.audience],
            pages=tuple(map(outcome.written, outcomes)),
        )  # fmt: skip


def run(
    plan: Plan,
    reports: Path,
    open_observatory: OpenObservatory,
    *,
    engine_name: str = "auto",
    workers: int | None = None,
    limit: float = LIMIT,
    today: dt.date | None = None,
    tell: Callable[[Outcome], None] = lambda told: None,
    warm: Warm = lambda door, places: door.warm(places),
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
    today : date, optional
        The quarter is marked provisional until its freeze has passed.
    tell : callable
        Told each outcome as soon as it is known.
    warm : callable
        Given an observatory and its territories, computes what their pages share.

    Raises
    ------
    ReportError
        If another run is writing in `reports`, or an option is impossible.
    """
    count = (os.cpu_count() or 1) if workers is None else workers
    if count < 1 or limit <= 0:
        raise ReportError(
            explain("Options of the run", expected="a worker or more, a limit above zero",
                    found=[count, limit], do="Mend --jobs or --timeout.")
        )  # fmt: skip
    engine.choose(engine_name)
    # A bad file is refused here, before anything is written.
    shared = _prepared(plan, open_observatory, engine_name, today or dt.date.today(), warm)
    with folder.locked(reports) as lock:
        folder.recover(reports)
        outcomes, withheld = list[Outcome](), list[str]()
        with _drafts(plan, reports) as drafts:
            tasks = [
                work.Task(job, shared.engine, drafts[_place(job)], shared.facts(job))
                for job in plan.jobs
            ]
            ends = children.each(
                tasks, work.make, workers=count, limit=limit, method=_METHOD, closing=[lock]
            )
            with closing(ends):
                for end in ends:
                    outcomes.append(outcome.of_end(end, shared.commit))
                    tell(outcomes[-1])
                    withheld += _put_in_place(plan, outcomes, end.task.draft, reports, shared)
        names = dict.fromkeys(job.audience for job in plan.jobs)
        portals = [portal.write(reports / plan.quarter / name, plan.pages) for name in names]
        return Result(tuple(outcomes), tuple(withheld), (*portals, portal.write_list(reports)))


def _prepared(
    plan: Plan, open_observatory: OpenObservatory, engine_name: str, day: dt.date, warm: Warm
) -> _Run:
    """Do once, before processes are forked, what all pages need."""
    started, sources = surroundings.now(), {}
    for audience in dict.fromkeys(job.audience for job in plan.jobs):
        observatory = open_observatory(plan.quarter, audience)
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
        provisional=day <= quarters.parse(plan.quarter).freeze,
        sources=sources,
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


def _put_in_place(
    plan: Plan, outcomes: list[Outcome], draft: Path, reports: Path, shared: _Run
) -> list[str]:
    """After an outcome, put its report in place if it was the last; why not, if it cannot be."""
    last = outcomes[-1]
    if not last.done:
        folder.remove_page(draft, last.job.page)
    place = _place(last.job)
    mine = [told for told in outcomes if _place(told.job) == place]
    if len(mine) < Counter(map(_place, plan.jobs))[place]:
        return []
    final = _final(reports, last.job)
    try:
        report.assemble(draft, final, shared.record(mine), plan.pages)
    except (TernoisError, OSError) as error:
        return [f"{final}: {error}"]
    return []


def _place(job: Job) -> _Place:
    return job.audience, job.territory


def _final(reports: Path, job: Job) -> Path:
    return reports / job.quarter / job.audience / job.territory
