"""Which pages of a plan must be made, and why; the others are valid as they stand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ternois_analysis.batch import dependencies, folder
from ternois_analysis.batch.plan import Job, OpenObservatory, Plan
from ternois_analysis.errors import ReportError
from ternois_analysis.observatory.checks import Check
from ternois_analysis.publish import formats, record, topics

Place = tuple[str, str]
Inspect = Callable[[Any], tuple[Check, ...]]


@dataclass(frozen=True)
class Due:
    """The jobs of a plan, sorted.

    Parameters
    ----------
    jobs : tuple of (Job, tuple of str)
        To be made, each with the names of what moved since it was last made.
    valid : tuple of Job
    formats : tuple of Job
        One job of each territory whose pages are all valid, but not its other formats, or that has
        a page more, whose notebook is gone.
    faults : tuple of Check
        Of the sources, with which the run goes on.
    """

    jobs: tuple[tuple[Job, tuple[str, ...]], ...]
    valid: tuple[Job, ...]
    formats: tuple[Job, ...]
    faults: tuple[Check, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether all reports are valid."""
        return not self.jobs and not self.formats


def waves(found: Due, size: int) -> list[Due]:
    """A run cut into parts of at most `size` reports, one at least; each report is whole in one."""
    every = [*(job for job, _ in found.jobs), *found.formats]
    places = list(dict.fromkeys(job.place for job in every))
    groups = [set(places[start : start + size]) for start in range(0, len(places), size)]
    return [
        Due(
            tuple(each for each in found.jobs if each[0].place in group),
            tuple(job for job in found.valid if job.place in group),
            tuple(job for job in found.formats if job.place in group),
            found.faults,
        )
        for group in groups or [set[Place]()]
    ]


def due(
    plan: Plan,
    reports: Path,
    open_observatory: OpenObservatory,
    inspect: Inspect = lambda door: (),
    *,
    fresh: bool = False,
) -> Due:
    """Sort the jobs of a plan; nothing is written.

    Parameters
    ----------
    plan : Plan
    reports : Path
        Where the reports of earlier runs are.
    open_observatory : callable
        Gives the observatory of a quarter and an audience.
    inspect : callable
        Given an observatory, the faults of its sources with which the run goes on; raises to stop.
    fresh : bool
        Make every page, valid or not.
    """
    # Audiences see the same files: one look is enough.
    faults = inspect(open_observatory(plan.quarter, plan.audiences[0]))
    known: dict[str, str] = {}
    made: dict[Place, set[str]] = {}
    kept: dict[Place, dependencies.Kept] = {}
    jobs, valid = [], []
    for job in plan.jobs:
        place, final = job.place, folder.of_job(reports, job)
        if place not in made:
            made[place] = _made(final)
            kept[place] = dependencies.read_kept(final)
        moved = [dependencies.NEVER]
        if job.page in made[place]:
            moved = kept[place].moved(job.page, known, faults, job.label)
        if fresh or moved:
            jobs.append((job, tuple(moved)))
        else:
            valid.append(job)
    busy = {job.place for job, _ in jobs}
    first = {job.place: job for job in reversed(valid)}
    other = [
        job
        for place, job in reversed(first.items())
        if place not in busy
        and (made[place] - plan.pages.keys() or kept[place].moved(dependencies.FORMATS, known))
    ]
    return Due(tuple(jobs), tuple(valid), tuple(other), faults)


def makes_slides(found: Due, reports: Path) -> bool:
    """Whether slides are to be made: of a territory whose folder has, or will have, their page."""
    jobs = [*(job for job, _ in found.jobs), *found.formats]
    return "slides" in formats.FORMATS and any(
        job.page == topics.PAGE or (folder.of_job(reports, job) / f"{topics.PAGE}.ipynb").is_file()
        for job in jobs
    )


def _made(final: Path) -> set[str]:
    """Pages that a territory's folder has whole."""
    try:
        run = record.read(final)
    except ReportError:  # a record that cannot be read vouches for nothing
        return set()
    done = {page.page for page in run.pages if page.status == "done"} if run else set()
    return {
        page
        for page in done
        if all((final / f"{page}{suffix}").is_file() for suffix in folder.SUFFIXES)
    }


def explained(moved: Sequence[str], most: int = 4) -> str:
    """What moved, in words: the kind and name of some, and how many more."""
    told = [_words(name) for name in moved[:most]]
    more = len(moved) - len(told)
    return ", ".join(told) + (f" and {more} more" if more > 0 else "")


_KINDS = {
    "notebook": "notebook", "module": "module", "package": "package", "method": "method of",
    "indicator": "entry of", "files": "files of", "file": "file", "source": "source", "yaml": "",
    "store": "what people sent:", "label": "name of the territory", "faults": "checks of the data",
    "bundled": "bundled files of", "known": "existence of", "indicators": "list of indicators",
    "sources": "list of sources", "deliveries": "list of deliveries", "column": "owner of",
    "everything": "something that a page may read",
}  # fmt: skip


def _words(name: str) -> str:
    kind, _, key = name.partition(":")
    return f"{_KINDS.get(kind, kind)} {key}".strip()
