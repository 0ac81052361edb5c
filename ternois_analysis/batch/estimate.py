"""How long a run will take, judged by those of the journal."""

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ternois_analysis.batch.journal import Run

#: Runs looked at: older ones tell of other code and other data.
_RUNS = 20


@dataclass(frozen=True)
class Estimate:
    """Median seconds of what earlier runs did.

    Parameters
    ----------
    pages : mapping of str to float
        By page.
    other : float
        Of a page never made before: the median of all.
    report : float
        What completes a report.
    prepared : float
        What comes before the first page.
    """

    pages: Mapping[str, float]
    other: float
    report: float
    prepared: float

    def of(self, page: str) -> float:
        """Seconds of a page."""
        return self.pages.get(page, self.other)

    def whole(self, pages: Sequence[str], reports: int, workers: int) -> float:
        """Seconds of a run.

        Parameters
        ----------
        pages : sequence of str
            A name for each page to be made: as often as there are territories and audiences.
        reports : int
            Folders that these pages are in.
        workers : int
            Pages at once.
        """
        each = [*map(self.of, pages), *[self.report] * reports]
        if not each:
            return self.prepared
        return self.prepared + max(sum(each) / workers, *each)


def learnt(runs: Sequence[Run], engine: str) -> Estimate | None:
    """What the last runs teach, those with the same engine if there are any.

    Returns
    -------
    Estimate or None
        None if no page was ever made.
    """
    taught = [run for run in runs if any(step.outcome == "done" for step in run.steps)]
    same = [run for run in taught if run.began.engine == engine]
    chosen = (same or taught)[-_RUNS:]
    seconds: dict[str, list[float]] = {}
    for step in (step for run in chosen for step in run.steps if step.outcome == "done"):
        seconds.setdefault(step.page, []).append(step.seconds)
    reports = seconds.pop("", [])
    if not seconds:
        return None
    return Estimate(
        pages={page: statistics.median(times) for page, times in seconds.items()},
        other=_median(time for times in seconds.values() for time in times),
        report=_median(reports),
        prepared=_median(run.began.prepared for run in chosen),
    )


def _median(values: Iterable[float]) -> float:
    known = list(values)
    return statistics.median(known) if known else 0.0


def said(seconds: float) -> str:
    """A length of time, roughly: `40 s`, `3 min`, `1 h 20 min`."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest:02d} min" if hours else f"{minutes} min"
