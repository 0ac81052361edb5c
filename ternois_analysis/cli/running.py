"""Running notebooks for territories."""

import importlib.util
import os
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ternois_analysis.cli.root import INCOMPLETE, app, option

#: Exit code after Ctrl-C, as shells have it.
_INTERRUPTED = 130


@app.command()
def run(
    quarter: Annotated[str, option("Such as 2026Q3; by default the last that is over.")] = "",
    territory: Annotated[
        list[str] | None,
        option(
            "Name, identifier or code, or all-epci; repeatable. By default the Pays and its parts."
        ),
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
    memory: Annotated[float, typer.Option(help="MiB of memory that a page is given.")] = 4096.0,
    force: Annotated[
        bool, option("Go on in spite of failed checks of the data; pages touched say so.")
    ] = False,
    cluster: Annotated[
        str, option("Scheduler of a Dask cluster that makes the pages, such as tcp://host:8786.")
    ] = "",
    revise: Annotated[str, option("Why a published quarter is made again.")] = "",
    fresh: Annotated[bool, option("Make every page, also those that nothing has changed.")] = False,
    explain: Annotated[
        bool, option("Say of each page whether it is valid or what has moved; write nothing.")
    ] = False,
    dry_run: Annotated[
        bool, option("Say what would be made and how long it would take; write nothing.")
    ] = False,
) -> None:
    """Make the pages of territories that are not valid any more; write their reports, the portal.

    A page is valid as long as nothing that it was made from has changed: its notebook, the modules
    and packages, the catalogue, the files that it read.
    """
    from ternois_analysis import paths, quarters
    from ternois_analysis.batch import threads, unchanged

    threads.limit_libraries()
    asked = quarters.parse(quarter) if quarter else quarters.latest_complete()
    quarters.check_begun(asked)
    place = out or paths.reports()
    request = [str(asked), territory, notebook, audience, force]
    state = unchanged.state()
    looked = bool(fresh or revise or explain or dry_run)
    if not looked and (portals := unchanged.answered(place, request, state)):
        typer.echo("Nothing has changed: all pages are valid.", err=True)
        for known_portal in portals:
            typer.echo(f"Portal: {known_portal}")
        return
    # The last is for the pages alone: loaded here, before they are forked, it is loaded once.
    from ternois_analysis.batch import (
        due,
        estimate,
        folder,
        journal,
        plan,
        progress,
        runner,
        sheets,
    )
    from ternois_analysis.batch import engine as engines
    from ternois_analysis.display import material, page  # noqa: F401
    from ternois_analysis.observatory import Observatory, observe, quality
    from ternois_analysis.publish import formats, shelf, slide_template

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
    folder.check_writable(place)
    formats.load()
    console = Console(stderr=True)
    found = due.due(planned, place, observe, lambda door: quality.allowed(door, force=force),
                    fresh=fresh or bool(revise))  # fmt: skip
    if explain:
        progress.explain(Console(), planned, found)
        return
    if due.makes_slides(found, place):
        slide_template.check()
    todo, count = [job for job, _ in found.jobs], jobs or os.cpu_count() or 1
    runs, damaged = journal.history(place)
    for text in damaged:
        console.print(f"warning: {text}", markup=False, highlight=False)
    known = estimate.learnt(runs, engines.choose(engine))
    if found.valid:
        several = len(found.valid) > 1
        words = "pages are valid as they stand" if several else "page is valid as it stands"
        console.print(f"{len(found.valid)} {words}.", highlight=False)
    console.print(progress.foreseen(todo, known, count), markup=False, highlight=False)
    if dry_run:
        progress.list_jobs(Console(), todo)
        return

    def beside(door: Observatory, folder: Path, lock: int) -> tuple[str, ...]:
        """Sheets go with the whole reports of territories, not with a page made alone."""
        asked = [job.territory for job in planned.jobs] if territory else ()
        return () if notebook else sheets.after(door, asked, folder, [lock])

    weigh = known.of if known else lambda _: 1.0
    whole = sum(weigh(job.page) for job in todo)
    try:
        with progress.shown(console, len(todo), weigh=weigh, whole=whole) as tell:
            result = runner.run(
                planned,
                place,
                observe,
                found=found,
                engine_name=engine,
                workers=jobs,
                limit=timeout,
                memory=memory,
                tell=tell,
                warm=(lambda *_: None)
                if cluster
                else partial(
                    material.warm, whole=not notebook, alone=len({job.page for job in todo}) == 1
                ),
                revision=revise,
                besides=beside,
                cluster=runner.Cluster(cluster, material.prepare) if cluster else None,
            )
    except KeyboardInterrupt:
        typer.echo("Interrupted: what was complete is kept. Run again to go on.", err=True)
        raise typer.Exit(_INTERRUPTED) from None
    progress.conclude(console, result, journal.last(place))
    forced = [outcome for outcome in result.outcomes if outcome.record.faults]
    if forced:
        typer.echo(f"Forced: {len(forced)} page(s) warn of failed checks of the data.", err=True)
    for portal in result.portals:
        typer.echo(f"Portal: {portal}")
    if not result.whole:
        raise typer.Exit(INCOMPLETE)
    folders = {folder.of_job(place, job) for job in planned.jobs}
    folders |= {place / str(asked) / name / shelf.FOLDER for name in planned.audiences}
    unchanged.remember(place, request, state, folders, result.portals)
    if importlib.util.find_spec("anywidget") is not None:  # where quarters are explored, too
        from ternois_analysis.display import explore_ahead

        explore_ahead.start(str(asked), planned.audiences[0])
