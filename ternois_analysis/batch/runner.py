"""Running a plan: pages side by side, reports put in place whole, portals written."""

import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ternois_analysis.batch import (
    children,
    dependencies,
    due,
    editions,
    engine,
    folder,
    journal,
    sheets,
    surroundings,
    work,
)
from ternois_analysis.batch.outcome import Outcome, Result
from ternois_analysis.batch.plan import OpenObservatory, Plan
from ternois_analysis.batch.reporting import Reporting, Shared
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.observatory import fingerprints
from ternois_analysis.publish import layout, page, portal
from ternois_analysis.publish.record import RunRecord

#: Seconds of wall-clock that a page is given.
LIMIT = 600.0
#: MiB that a page and what it started may hold.
MEMORY = 4096.0
#: Reports prepared together: their values are in memory at the same time.
WAVE = 24

_Place = tuple[str, str]
Warm = Callable[[Any, Sequence[str]], None]
Besides = Callable[[Any, Path, int], Sequence[str]]


@dataclass(frozen=True)
class Cluster:
    """A Dask cluster: the address of its scheduler, and what its workers do before pages.

    `prepare` is given the quarter and the territories of each audience; it must be picklable.
    """

    address: str
    prepare: Callable[[str, Mapping[str, Sequence[str]]], None]


def run(
    plan: Plan,
    reports: Path,
    open_observatory: OpenObservatory,
    *,
    found: due.Due | None = None,
    engine_name: str = "auto",
    workers: int | None = None,
    limit: float = LIMIT,
    memory: float = MEMORY,
    revision: str = "",
    fresh: bool = False,
    tell: Callable[[Outcome], None] = lambda told: None,
    warm: Warm = lambda door, places: door.warm(places),
    inspect: due.Inspect = lambda door: (),
    besides: Besides = lambda door, place, lock: (),
    cluster: Cluster | None = None,
) -> Result:
    """Make those pages of a plan that are not valid and write their reports under `reports`.

    A page is valid as long as nothing that it rests on has changed since it was made. One that
    fails, crashes or takes too much time or memory leaves all others whole. A report is put in
    place when its last page is over, so that a run that is killed leaves only whole reports.

    Parameters
    ----------
    plan : Plan
    reports : Path
        Holds `<quarter>/<audience>/<territory>/` and the portals; made if missing.
    open_observatory : callable
        Gives the observatory of a quarter and an audience; its values are computed here once,
        before the pages' processes are forked.
    found : Due, optional
        Which pages are to be made; looked up here by default.
    engine_name : {"auto", "fast", "kernel"}
    workers : int, optional
        Pages at the same time; the number of processors by default.
    limit : float
        Seconds of wall-clock a page is given.
    memory : float
        MiB that a page and what it started may hold.
    revision : str
        Why a published quarter is made again: its edition is set aside first, and every page made.
        Every run is marked provisional, until the quarter is published.
    fresh : bool
        Make every page, valid or not, unless `found` says which.
    tell : callable
        Told each outcome as soon as it is known.
    warm : callable
        Given an observatory and its territories, computes what their pages share.
    inspect : callable
        Given an observatory, the faults of its sources with which the run goes on, told on the
        pages that they touch; it raises to stop the run. Not called when `found` is given.
    besides : callable
        Given an observatory, the folder of its audience and the lock, makes what goes with the
        reports of all territories, once they are in place; gives what went wrong.
    cluster : Cluster, optional
        Where pages are made, instead of here.

    Raises
    ------
    SourceError
        If the sources have faults that stop the run.
    ReportError
        If another run is writing in `reports`, the disk refuses, the quarter is published and no
        revision announced, or an option is impossible.
    """
    count = (os.cpu_count() or 1) if workers is None else workers
    if count < 1 or limit <= 0 or memory <= 0:
        raise ReportError(
            explain("Options of the run", expected="a worker or more, limits above zero",
                    found=[count, limit, memory], do="Mend --jobs, --timeout or --memory.")
        )  # fmt: skip
    engine.choose(engine_name)
    editions.check_open(reports, plan.quarter, plan.audiences, revision)
    folder.check_writable(reports)
    # A bad file is refused here, before anything is written.
    if found is None:
        found = due.due(plan, reports, open_observatory, inspect, fresh=fresh or bool(revision))
    waves = due.waves(found, len(plan.jobs) if cluster else WAVE)
    clock = time.monotonic()
    shared = _prepared(plan, waves[0], open_observatory, engine_name, warm)
    began = journal.Began(
        started=shared.started, quarter=plan.quarter, audiences=plan.audiences,
        territories=tuple(dict.fromkeys(job.territory for job in plan.jobs)),
        pages=tuple(dict.fromkeys(job.page for job in plan.jobs)),
        engine=shared.engine, workers=count, version=surroundings.version(),
        python=surroundings.python(), commit=shared.commit, prepared=time.monotonic() - clock,
    )  # fmt: skip
    with folder.locked(reports) as lock, journal.kept(reports, began) as log:
        folder.recover(reports)
        editions.check_open(reports, plan.quarter, plan.audiences, revision)
        outcomes, withheld = list[Outcome](), list[str]()
        if revision:
            reopening = editions.Reopening(
                reports, plan.quarter, plan.audiences, revision, plan.pages, plan.absent,
                partial(sheets.reopened, open_observatory),
            )  # fmt: skip
            withheld += _reopen(reopening, limit, lock)
        for job in found.valid:
            log.step(journal.Step(job.audience, job.territory, job.page, "reused"))
        for rank, wave in enumerate(waves):
            if rank:
                shared = _prepared(plan, wave, open_observatory, engine_name, warm)
            with _drafts(wave, reports) as drafts:
                reporting = Reporting(plan, wave, drafts, reports, shared)
                tasks = reporting.tasks()
                ends = _far(tasks, cluster, wave, limit) if cluster else children.each(
                    tasks, work.do, workers=count, limit=limit, method=engine.way(),
                    closing=[lock], memory=memory, retries=1,
                    again=lambda task: isinstance(task, work.Task),
                )  # fmt: skip
                with closing(ends):
                    for end in ends:
                        if isinstance(end.task, work.Finish):
                            problems = _withheld(end.task, end.outcome)
                            withheld += problems
                            log.step(_step(end.task.run, problems, end.seconds))
                            continue
                        made = reporting.over(end)
                        tell(made)
                        log.step(_told(made, 1 + len(end.earlier)))
                        tasks.extendleft(reporting.finished(made))
            outcomes += reporting.outcomes
            if len(waves) > 1:
                for name in plan.audiences:
                    open_observatory(plan.quarter, name).forget()
        for name in plan.audiences:
            place = reports / plan.quarter / name
            withheld += besides(open_observatory(plan.quarter, name), place, lock)
        portals = [
            portal.write(reports / plan.quarter / name, plan.pages, plan.absent)
            for name in plan.audiences
        ]
        return Result(
            tuple(outcomes), found.valid, tuple(withheld),
            (*portals, portal.write_list(reports)),
        )  # fmt: skip


def _far(
    tasks: deque[Any], cluster: Cluster, found: due.Due, limit: float
) -> Generator[children.End[Any, Any], None, None]:
    """Pages made on a cluster, whose workers compute the values that these pages share."""
    from ternois_analysis.batch import cluster as far  # needs an extra

    places: dict[str, list[str]] = {}
    for job, _ in found.jobs:
        known = places.setdefault(job.audience, [])
        if job.territory not in known:
            known.append(job.territory)
    quarter = found.jobs[0][0].quarter if found.jobs else ""
    prepare = partial(cluster.prepare, quarter, places)
    return far.each(tasks, work.do, address=cluster.address, limit=limit, prepare=prepare)


def _reopen(task: editions.Reopening, limit: float, lock: int) -> tuple[str, ...]:
    """Set published editions aside, in a process of its own: some formats start threads."""
    ends = children.each(
        [task], editions.reopen, workers=1, limit=limit, method=engine.way(), closing=[lock]
    )
    told: tuple[str, ...] = ()
    for end in ends:
        if isinstance(end.outcome, children.Failure):
            raise ReportError(
                explain(f"The edition of {task.quarter} was not set aside; nothing was changed",
                        expected="a copy under .editions", found=end.outcome.error,
                        do="Mend this, then announce the revision again.")
            )  # fmt: skip
        told = end.outcome
    return told


def _prepared(
    plan: Plan, found: due.Due, open_observatory: OpenObservatory, engine_name: str, warm: Warm,
) -> Shared:  # fmt: skip
    """Do once, before processes are forked, what all pages to be made need."""
    started, sources = surroundings.now(), {}
    for audience in dict.fromkeys(job.audience for job in plan.jobs):
        observatory = open_observatory(plan.quarter, audience)
        places = dict.fromkeys(job.territory for job, _ in found.jobs if job.audience == audience)
        warm(observatory, tuple(places))
        sources[audience] = tuple(observatory.sources_used())
    layout.template(page.TEMPLATE)
    books = {job.page: job.path for job, _ in found.jobs}
    return Shared(
        quarter=plan.quarter,
        # Chosen again: computing the values may have started threads that forbid a fork.
        engine=engine.choose(engine_name),
        commit=surroundings.commit(),
        started=started,
        methods=fingerprints.fingerprints(),
        sources=sources,
        faults=found.faults,
        rests={name: dependencies.of_page(path) for name, path in books.items()},
        formats=dependencies.of_formats(),
    )


@contextmanager
def _drafts(found: due.Due, reports: Path) -> Iterator[Mapping[_Place, Path]]:
    """A draft folder for each report; those not put in place are removed at the end."""
    drafts: dict[_Place, Path] = {}
    try:
        for job in (*(job for job, _ in found.jobs), *found.formats):
            if job.place not in drafts:
                drafts[job.place] = folder.draft(folder.of_job(reports, job))
        yield drafts
    finally:
        for draft in drafts.values():
            folder.discard(draft)


def _withheld(task: work.Finish, said: object) -> list[str]:
    """What of a report could not be put in place, and why."""
    if isinstance(said, work.Finished):
        return [f"{task.final}: {problem}" for problem in said.problems]
    assert isinstance(said, children.Failure)
    return [f"{task.final}: {said.error}"]


def _told(made: Outcome, tries: int) -> journal.Step:
    """A page as the journal tells it."""
    job, said = made.job, made.record
    word = "done" if made.done else "failed"
    return journal.Step(
        job.audience, job.territory, job.page, word, said.seconds, said.kind, tries, said.size
    )


def _step(run: RunRecord, problems: list[str], seconds: float) -> journal.Step:
    """A report as the journal tells it."""
    word = "failed" if problems else "done"
    return journal.Step(run.audience, run.territory, "", word, seconds)
