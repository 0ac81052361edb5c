"""What a person sees of a run: one bar for all pages in a terminal, plain lines elsewhere."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ternois_analysis.batch import due, estimate
from ternois_analysis.batch.due import Due
from ternois_analysis.batch.estimate import Estimate
from ternois_analysis.batch.journal import Run
from ternois_analysis.batch.outcome import Outcome, Result
from ternois_analysis.batch.plan import Job, Plan

#: How many tracebacks are printed at the end, and how many lines of each.
_TRACES, _TRACE = 3, 30


def foreseen(jobs: Sequence[Job], known: Estimate | None, workers: int) -> str:
    """What a run is to make and, judged by the runs before it, how long that takes."""
    if not jobs:
        return "No page has to be made."
    pages = [job.page for job in jobs]
    reports = len({(job.audience, job.territory) for job in jobs})
    what = f"{len(pages)} pages of {reports} reports, {workers} at once"
    if known is None:
        return f"{what}; no history yet to say how long."
    return f"{what}; about {estimate.said(known.whole(pages, reports, workers))}."


def list_jobs(console: Console, jobs: Sequence[Job]) -> None:
    """Print what would run, a line a report."""
    reports: dict[tuple[str, str], list[str]] = {}
    for job in jobs:
        reports.setdefault((job.audience, job.territory), []).append(job.page)
    for (audience, territory), pages in reports.items():
        console.print(f"{audience} {territory}: {', '.join(pages)}",
                      markup=False, highlight=False, soft_wrap=True)  # fmt: skip


def explain(console: Console, plan: Plan, found: Due) -> None:
    """Print of each page, on a line, that it is valid or what moved since it was made."""
    why = {(job.place, job.page): moved for job, moved in found.jobs}
    formats = {job.place for job in found.formats}
    for job in plan.jobs:
        moved = why.get((job.place, job.page))
        said = "valid" if moved is None else due.explained(moved)
        also = "; other formats to be made" if moved is None and job.place in formats else ""
        line = f"{job.audience} {job.territory} {job.page}: {said}{also}"
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _pace(weigh: Callable[[str], float], whole: float) -> Callable[[Outcome], str]:
    """Gives what is told of the time left after each outcome, judged by the pages before."""
    done, began = 0.0, None

    def left(outcome: Outcome) -> str:
        nonlocal done, began
        now = time.monotonic()
        began = now - outcome.record.seconds if began is None else began
        done += weigh(outcome.job.page)
        if done <= 0 or done >= whole:
            return ""
        return f", about {estimate.said((now - began) * (whole - done) / done)} left"

    return left


@contextmanager
def shown(
    console: Console,
    total: int,
    *,
    weigh: Callable[[str], float] = lambda page: 1.0,
    whole: float | None = None,
) -> Iterator[Callable[[Outcome], None]]:
    """Gives the function to be told of each outcome.

    Parameters
    ----------
    console : Console
    total : int
        Pages to be told of.
    weigh : callable
        How much a page counts in the time that is left: the seconds that it took in earlier runs.
    whole : float
        What all pages weigh together; by default one each.
    """
    left = _pace(weigh, float(total) if whole is None else whole)
    if not console.is_terminal:
        count = 0

        def line(outcome: Outcome) -> None:
            nonlocal count
            count += 1
            told = f"[{count}/{total}] {_said(outcome)}{left(outcome)}"
            console.print(told, markup=False, highlight=False, soft_wrap=True)

        yield line
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.description}", markup=False))  # fmt: skip
    # Refreshed by hand: the refreshing thread of rich would be alive when pages are forked.
    with Progress(*columns, console=console, auto_refresh=False) as progress:
        bar = progress.add_task("", total=total)
        progress.refresh()

        def advance(outcome: Outcome) -> None:
            told = f"{_said(outcome)}{left(outcome)}"
            progress.update(bar, advance=1, description=told, refresh=True)
            if not outcome.done:
                progress.console.print(_said(outcome), markup=False, highlight=False)

        yield advance


def _said(outcome: Outcome) -> str:
    job, page = outcome.job, outcome.record
    result = "ok" if outcome.done else f"FAILED ({page.kind})"
    return f"{result} {job.audience} {job.territory} {job.page} {page.seconds:.1f} s"


def conclude(console: Console, result: Result, told: Run | None = None) -> None:
    """Print the pages' warnings, what is missing and why, and how many pages were made.

    `told` is what the journal keeps of the run.
    """
    remarks = _remarks(result)
    if told and told.set_back:
        remarks.append(
            f"the clock of this machine was set back by {estimate.said(told.set_back)} during the "
            "run: lengths of time are right, but the run may end before it began."
        )
    for text in remarks:
        console.print(f"warning: {text}", markup=False, highlight=False, soft_wrap=True)
    if not result.whole:
        console.print(_missing(result))
    for trace in _traces(result):
        console.print(trace, markup=False, highlight=False, soft_wrap=True)
    made = len(result.outcomes) - len(result.failed)
    if result.outcomes:
        console.print(f"{made} of {len(result.outcomes)} pages made.", highlight=False)


def _missing(result: Result) -> Table:
    table = Table(title="What is missing", title_justify="left", show_lines=True)
    for head in ("Audience", "Territory", "Page", "Why"):
        table.add_column(head, overflow="fold")
    for outcome in result.failed:
        job, page = outcome.job, outcome.record
        table.add_row(job.audience, job.territory, job.page, _short(f"{page.kind}: {page.error}"))
    for reason in result.withheld:
        table.add_row("", "", "whole report", _short(reason))
    return table


def _traces(result: Result) -> list[str]:
    """The end of the traceback of the first page with each error, of three errors at most."""
    first: dict[str, str] = {}
    for outcome in result.failed:
        if outcome.record.trace:
            lines = outcome.record.trace.strip().splitlines()[-_TRACE:]
            head = f"{outcome.job.audience} {outcome.job.territory} {outcome.job.page}:"
            first.setdefault(outcome.record.error, "\n".join([head, *lines]))
    return list(first.values())[:_TRACES]


def _short(text: str) -> Text:
    return Text(text if len(text) <= 300 else f"{text[:299]}…")


def _remarks(result: Result) -> list[str]:
    """The warnings of the pages, each once with the number of pages that gave it."""
    told: dict[str, int] = {}
    for outcome in result.outcomes:
        for warning in dict.fromkeys(outcome.record.warnings):
            told[warning] = told.get(warning, 0) + 1
    return [f"{text} ({count} pages)" if count > 1 else text for text, count in told.items()]
