"""Making new things: a project folder for another Pays."""

from pathlib import Path
from typing import Annotated

import typer

from ternois_analysis.cli.root import new, option


@new.command("pays")
def new_pays(
    name: Annotated[str, typer.Argument(help="Such as 'Pays de Caux', or with its article.")],
    epci: Annotated[list[str], option("SIREN of an EPCI of today; repeatable.")],
    out: Annotated[Path | None, option("Folder; by default one of its name, here.")] = None,
    chamber: Annotated[str, option("Name of the chamber of crafts.")] = "",
) -> None:
    """Make the project folder of another Pays, ready to run."""
    from ternois_analysis.batch import project
    from ternois_analysis.observatory import observe

    door = observe()
    found = project.founded(door, name, epci)
    folder = project.write(
        found, out or Path(found.name.id), door.quarter.last_day.isoformat(),
        chamber=chamber or project.CHAMBER,
    )  # fmt: skip
    count = sum(len(each.communes) for each in found.epcis)
    typer.echo(f"{found.name.label}: {len(found.epcis)} EPCI(s), {count} communes.")
    for remark in found.remarks:
        typer.echo(remark)
    if far := project.apart(door, found):
        typer.echo(f"Warning: {', '.join(far)} do not touch the others.", err=True)
    typer.echo(f"Written: {folder}. To run its quarter: cd {folder} && ternois run")
