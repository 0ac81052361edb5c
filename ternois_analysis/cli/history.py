"""What was run, when, how long it took and how it ended."""

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ternois_analysis.cli.root import app, option, table

if TYPE_CHECKING:
    from ternois_analysis.batch.journal import Run


@app.command()
def history(
    out: Annotated[Path | None, option("Folder of reports; by default reports/ of the house.")] = (
        None
    ),
    last: Annotated[int, typer.Option(min=1, help="How many runs, the newest.")] = 20,
    as_json: Annotated[
        bool, typer.Option("--json", help="Everything that is known, for programs.")
    ] = False,
) -> None:
    """The runs that wrote in a folder of reports."""
    from ternois_analysis import paths
    from ternois_analysis.batch import journal

    runs, damaged = journal.history(out or paths.reports())
    for text in damaged:
        typer.echo(f"warning: {text}", err=True)
    shown = runs[-last:]
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(run) for run in shown], ensure_ascii=False,
                              indent=1))  # fmt: skip
    elif not shown:
        typer.echo("No run yet.")
    else:
        table(
            ("Began", "Lasted", "Outcome", "Quarter", "Audiences", "Territories", "Pages",
             "Engine", "Code"),
            list(map(_row, shown)),
        )  # fmt: skip


def _row(run: "Run") -> tuple[str, ...]:
    from ternois_analysis.batch import estimate

    began = run.began
    lasted = "" if run.seconds is None else estimate.said(run.seconds)
    if run.set_back:
        lasted += f" (clock set back by {estimate.said(run.set_back)})"
    return (
        began.started.replace("T", " "), lasted, run.outcome, began.quarter,
        ", ".join(began.audiences), _listed(began.territories), _counted(run),
        f"{began.engine} × {began.workers}", began.commit or began.version,
    )  # fmt: skip


def _listed(territories: tuple[str, ...]) -> str:
    more = f" and {len(territories) - 3} more" if len(territories) > 3 else ""
    return f"{', '.join(territories[:3])}{more}"


def _counted(run: "Run") -> str:
    """How many pages were made, reused, failed; a whole report that failed counts with these."""
    counts = {
        word: sum(
            step.outcome == word and bool(step.page or word == "failed") for step in run.steps
        )
        for word in ("done", "reused", "failed")
    }
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "none"
