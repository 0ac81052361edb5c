"""Running notebooks for territories."""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ternois_analysis.cli.root import INCOMPLETE, app, option


@app.command()
def run(
    quarter: Annotated[str, option("Such as 2026Q3; by default the last that is over.")] = "",
    territory: Annotated[
        list[str] | None,
        option("Name, identifier or code; repeatable. By default the Pays and its parts."),
    ] = None,
    notebook: Annotated[
        list[str] | None,
        option("Page, such as 01_population, 01 or population; repeatable. By default all."),
    ] = None,
    audience: Annotated[
        list[str] | None,
        option("internal, partners, public or all; repeatable. By default partners."),
    ] = None,
    out: Annotated[Path | None, option("Folder; by default reports/ of the house.")] = None,
    jobs: Annotated[int | None, option("Pages at once; by default one a processor.")] = None,
    engine: Annotated[str, typer.Option(help="fast, kernel or auto.")] = "auto",
    timeout: Annotated[float, typer.Option(help="Seconds that a page is given.")] = 600.0,
    force: Annotated[
        bool, option("Go on in spite of failed checks of the data; pages touched say so.")
    ] = False,
    revise: Annotated[str, option("Why a published quarter is made again.")] = "",
) -> None:
    """Run notebooks for territories; write their reports and the portal."""
    from ternois_analysis.batch import threads

    threads.limit_libraries()
    # The last is for the pages alone: loaded here, before they are forked, it is loaded once.
    from ternois_analysis import paths, quarters
    from ternois_analysis.batch import plan, progress, runner
    from ternois_analysis.display import material, page  # noqa: F401
    from ternois_analysis.observatory import observe, quality

    asked = quarters.parse(quarter) if quarter else quarters.latest_complete()
    quarters.check_begun(asked)
    # Ended from outside, the run tidies up as it does after Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    planned = plan.plan(
        str(asked),
        observe,
        paths.notebooks(),
        territories=territory or (),
        pages=notebook or (),
        audiences=audience or ("partners",),
    )
    console = Console(stderr=True)
    with progress.shown(console, len(planned.jobs)) as tell:
        result = runner.run(
            planned,
            out or paths.reports(),
            observe,
            engine_name=engine,
            workers=jobs,
            limit=timeout,
            tell=tell,
            warm=material.warm,
            inspect=lambda door: quality.allowed(door, force=force),
            revision=revise,
        )
    progress.conclude(console, result)
    forced = [outcome for outcome in result.outcomes if outcome.record.faults]
    if forced:
        typer.echo(f"Forced: {len(forced)} page(s) warn of failed checks of the data.", err=True)
    for portal in result.portals:
        typer.echo(f"Portal: {portal}")
    if not result.whole:
        raise typer.Exit(INCOMPLETE)
