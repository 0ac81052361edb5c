"""What a person sees of a run: one bar for all pages in a terminal, plain lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from ternois_analysis.batch.outcome import Outcome, Result

#: How many tracebacks are printed at the end, and how many lines of each.
_TRACES, _TRACE = 3, 30


@contextmanager
def shown(console: Console, total: int) -> Iterator[Callable[[Outcome], None]]:
    """Gives the function to be told of each outcome."""
    if not console.is_terminal:
        count = 0

        def line(outcome: Outcome) -> None:
            nonlocal count
            count += 1
            console.print(
                f"[{count}/{total}] {_said(outcome)}", markup=False, highlight=False, soft_wrap=True
            )

        yield line
        return
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
               TextColumn("{task.description}", markup=False))  # fmt: skip
    # Refreshed by hand: the refreshing thread of rich would be alive when pages are forked.
    with Progress(*columns, console=console, auto_refresh=False) as progress:
        bar = progress.add_task("", total=total)
        progress.refresh()

        def advance(outcome: Outcome) -> None:
            progress.update(bar, advance=1, description=_said(outcome), refresh=True)
            if not outcome.done:
                progress.console.print(_said(outcome), markup=False, highlight=False)

        yield advance


def _said(outcome: Outcome) -> str:
    job, page = outcome.job, outcome.record
    result = "ok" if outcome.done else f"FAILED ({page.kind})"
    return f"{result} {job.audience} {job.territory} {job.page} {page.seconds:.1f} s"


def conclude(console: Console, result: Result) -> None:
    """Print the pages' warnings, what is missing and why, and how many pages were made."""
    for text in _remarks(result):
        console.print(f"warning: {text}", markup=False, highlight=False, soft_wrap=True)
    if not result.whole:
        console.print(_missing(result))
    for trace in _traces(result):
        console.print(trace, markup=False, highlight=False, soft_wrap=True)
    made = len(result.outcomes) - len(result.failed)
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
