"""The one-page sheets for mayors."""

from pathlib import Path
from typing import Annotated

import typer

from ternois_analysis.cli.root import app, option


@app.command()
def fiches(
    quarter: Annotated[str, option("Such as 2026Q3; by default the last that is over.")] = "",
    audience: Annotated[str, typer.Option(help="internal, partners or public.")] = "public",
    territory: Annotated[
        list[str] | None,
        option("Name, identifier or code; repeatable. By default the CCs and communes of the Pays"),
    ] = None,
    out: Annotated[Path | None, option("Folder; by default reports/ of the house.")] = None,
) -> None:
    """Write a one-page sheet a territory, HTML and PDF: « Et chez moi ? »."""
    from ternois_analysis.batch import threads

    threads.limit_libraries()
    from ternois_analysis import paths, quarters
    from ternois_analysis.batch import plan, sheets
    from ternois_analysis.observatory import observe

    asked = quarters.parse(quarter) if quarter else quarters.latest_complete()
    quarters.check_begun(asked)
    planned = plan.plan(str(asked), observe, paths.notebooks(), audiences=[audience])
    door = observe(str(asked), audience)
    made = sheets.make(planned, door, territory or (), out or paths.reports())
    count = sum(path.suffix == ".pdf" for path in made)
    typer.echo(f"{count} sheet(s), HTML and PDF: {made[0].parent}\nPortal: {made[-2]}")
