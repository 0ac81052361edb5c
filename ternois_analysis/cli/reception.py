"""What people send: registers and programmes, their templates, their removal."""

from pathlib import Path
from typing import Annotated

import typer

from ternois_analysis.cli.root import app, imports, option, purges, templates


@imports.command("register")
def import_register(
    file: Annotated[Path, typer.Argument(help="As received: .csv, .xlsx or .json, zipped or not.")],
    received: Annotated[str, option("Day of the transfer (ISO); by default today.")] = "",
    extracted: Annotated[str, option("Day of the extraction, if the file does not say.")] = "",
) -> None:
    """Check the chamber's register and put it in force; every row is accounted for."""
    from ternois_analysis.observatory import observe
    from ternois_analysis.sources import register
    from ternois_analysis.sources.intake import arrival

    day, drawn = arrival.day(received, "--received"), arrival.day(extracted, "--extracted")
    door = observe()
    before = register.entries()
    found = register.bring_in(
        file,
        door.columns.communes,
        door.columns.passage,
        received=day,
        extracted=drawn,
        beside=register.Outside(
            perimeter=door.gazetteer.pays_codes,
            previous=register.read(before[-1]) if before else None,
        ),
    )
    entry = found.entry
    if not found.new:
        typer.echo(f"Already imported, nothing changed: extraction of {entry.extracted}.")
        return
    typer.echo(
        f"{entry.rows_in} rows in = {entry.rows_accepted} accepted + {entry.rows_set_aside} set "
        f"aside.\nReport for the chamber: {entry.folder / 'report.html'}\n"
        f"Rows to correct: {entry.folder / 'rejects.csv'}"
    )


@imports.command("programmes")
def import_programmes(
    file: Annotated[Path, typer.Argument(help="The workbook of a programme, as filled in.")],
    programme: Annotated[str, option("RH+, Dévcom+ or Boutic, if the file does not say.")] = "",
    received: Annotated[str, option("Day of the transfer (ISO); by default today.")] = "",
) -> None:
    """Check the file of a programme and put it in force; every row is accounted for."""
    from ternois_analysis.observatory import observe
    from ternois_analysis.sources import programmes
    from ternois_analysis.sources.intake import arrival

    day, door = arrival.day(received, "--received"), observe()
    communes = door.columns.communes
    found = programmes.bring_in(
        file,
        communes[communes["commune"].isin(door.gazetteer.pays_codes)],
        received=day,
        programme=programme,
    )
    entry = found.entry
    if not found.new:
        typer.echo(f"Already imported, nothing changed: {entry.programme}, {entry.received}.")
        return
    typer.echo(
        f"{entry.rows_in} rows in = {entry.rows_accepted} accepted + {entry.rows_set_aside} set "
        f"aside.\nReport for the agent: {entry.folder / 'report.html'}\n"
        f"Rows to correct: {entry.folder / 'rejects.csv'}"
    )


@templates.command("programmes")
def template_programmes(
    programme: Annotated[str, typer.Argument(help="RH+, Dévcom+ or Boutic.")],
    to: Annotated[Path, option("File to write; by default NAME.xlsx here.")] = Path(),
) -> None:
    """Write the empty workbook of a programme, for an agent to fill in."""
    from ternois_analysis.catalog.programmes import programme_named
    from ternois_analysis.observatory import observe
    from ternois_analysis.sources import programmes
    from ternois_analysis.sources.intake import handing

    name = programme_named(programme)
    path, door = handing.target(to, name), observe()
    communes = programmes.listed(door.columns.communes, door.gazetteer.pays_codes)
    handing.write(path, programmes.workbook(name, communes))
    typer.echo(f"Written: {path}. To import it once filled in: ternois import programmes {path}")


@purges.command("programmes")
def purge_programmes(
    everything: Annotated[bool, option("Remove all files, whatever their age.")] = False,
) -> None:
    """Remove the programme files that are older than their retention."""
    from ternois_analysis.sources import programmes

    done = programmes.purge(everything=everything)
    typer.echo(f"{len(done)} programme files removed, or their received file.")


@purges.command("register")
def purge_register(
    everything: Annotated[bool, option("Remove all registers, whatever their age.")] = False,
) -> None:
    """Remove the registers that are older than their retention."""
    from ternois_analysis.sources import register

    done = register.purge(everything=everything)
    typer.echo(
        f"{len(done.folders)} registers removed; the file as received removed from "
        f"{len(done.received)} others."
    )


@app.command("object")
def object_(siren: Annotated[str, typer.Argument(help="SIREN of the business.")]) -> None:
    """Note that the head of a business objects to being listed, in every later output."""
    from ternois_analysis.sources import register

    new = register.object_to(siren)
    typer.echo("Objection noted." if new else "This objection was already noted.")
