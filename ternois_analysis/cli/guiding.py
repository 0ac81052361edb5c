"""The artisans' guide, and the consents that its directory rests on."""

from pathlib import Path
from typing import Annotated

import typer

from ternois_analysis.cli.root import app, imports, option, purges


@app.command("guide")
def guide_(
    quarter: Annotated[str, option("Quarter of the counts; by default the last complete.")] = "",
    out: Annotated[Path | None, option("Folder to write in; by default reports/guide.")] = None,
    demonstration: Annotated[
        bool, typer.Option("--demonstration", help="Show invented artisans, marked as such.")
    ] = False,
    km: Annotated[
        float | None, option("Distance from which a trade is said to be missing.")
    ] = None,
) -> None:
    """Write the guide « Construire et rénover »: an offline page, a booklet, artisans' sheets."""
    import datetime as dt

    from ternois_analysis import paths
    from ternois_analysis.observatory import observe
    from ternois_analysis.publish import guide

    content = guide.gather(
        observe(quarter, "public"), dt.date.today(), demonstration=demonstration, limit_km=km
    )
    for warning in guide.warnings(content):
        typer.echo(f"À vérifier : {warning}", err=True)
    for path in guide.write(content, out or paths.reports() / "guide"):
        typer.echo(f"Written: {path}")


@imports.command("consents")
def import_consents(
    file: Annotated[Path, typer.Argument(help="The file of consents: .csv, .xlsx or .json.")],
    received: Annotated[str, option("Day of the transfer (ISO); by default today.")] = "",
) -> None:
    """Check the artisans who agree to be named in the guide; every row is accounted for."""
    from ternois_analysis.observatory import observe
    from ternois_analysis.sources import consents
    from ternois_analysis.sources.intake import arrival

    day = arrival.day(received, "--received")
    door = observe()
    communes = door.columns.communes
    found = consents.bring_in(
        file,
        communes[communes["commune"].isin(door.gazetteer.pays_codes)],
        received=day,
    )
    entry = found.entry
    if not found.new:
        typer.echo(f"Already imported, nothing changed: consents of {entry.received}.")
        return
    typer.echo(
        f"{entry.rows_in} rows in = {entry.rows_accepted} accepted + {entry.rows_set_aside} set "
        f"aside.\nRows to correct: {entry.folder / 'rejects.csv'}"
    )


@purges.command("consents")
def purge_consents(
    everything: Annotated[bool, option("Remove all of them, that in force too.")] = False,
) -> None:
    """Remove the consents that were replaced or are older than their retention."""
    from ternois_analysis.sources import consents

    typer.echo(f"{len(consents.purge(everything=everything))} files of consents removed.")
