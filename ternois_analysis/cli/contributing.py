"""What partners contribute: a template for each kind, its import, its removal."""

from pathlib import Path
from typing import Annotated

import typer

from ternois_analysis.cli.root import imports, new, option, purges, table


@new.command("contribution")
def new_contribution(
    kind: Annotated[str, typer.Argument(help="Kind of partner; without it, the kinds.")] = "",
    out: Annotated[Path, option("File or folder to write; by default KIND.xlsx here.")] = Path(),
) -> None:
    """Write the workbook that a partner fills in: lists, checks, a notice in French."""
    import datetime as dt

    from ternois_analysis.catalog.contributions import contribution_kind, contributions
    from ternois_analysis.observatory.partner_ground import ground
    from ternois_analysis.sources import contributions as files
    from ternois_analysis.sources.intake import handing

    if not kind:
        known = contributions().kinds
        table(("kind", "what it tells"), [(name, entry.label) for name, entry in known.items()])
        return
    name = contribution_kind(kind)
    path, around = handing.target(out, name), ground()
    content = files.workbook(name, around.listed, list(around.territories), dt.date.today())
    handing.write(path, content)
    typer.echo(
        f"Written: {path}. To import it once filled in: ternois import contribution {path} "
        '--from "WHO" --agreement "WHICH" --audience partners'
    )


@imports.command("contribution")
def import_contribution(
    file: Annotated[Path, typer.Argument(help="The workbook of a partner, as filled in.")],
    sender: Annotated[str, typer.Option("--from", help="The organisation that sent it.")],
    agreement: Annotated[str, typer.Option(help="The agreement under which it was sent.")],
    audience: Annotated[
        str, typer.Option(help="Widest audience that may see it: internal, partners or public.")
    ],
    received: Annotated[str, option("Day of the transfer (ISO); by default today.")] = "",
) -> None:
    """Check a partner's file and put it in force; every row is accounted for."""
    from ternois_analysis.observatory.partner_ground import ground
    from ternois_analysis.sources import contributions as files
    from ternois_analysis.sources.intake import arrival

    day, around = arrival.day(received, "--received"), ground()
    found = files.bring_in(
        file, around.communes, around.territories, cog=around.cog,
        sender=sender, agreement=agreement, audience=audience, received=day,
    )  # fmt: skip
    entry = found.entry
    if not found.new:
        typer.echo(f"Already imported, nothing changed: {entry.kind} {entry.millesime}.")
        return
    typer.echo(
        f"{entry.rows_in} rows in = {entry.rows_accepted} accepted + {entry.rows_set_aside} set "
        f"aside; {entry.communes} communes counted.\n"
        f"Report for the partner: {entry.folder / 'report.html'}\n"
        f"Rows to correct: {entry.folder / 'rejects.csv'}"
    )
    if not entry.communes:
        typer.echo("Nothing of it is in force: correct the rows and import the file again.")


@purges.command("contributions")
def purge_contributions(
    sender: Annotated[str, typer.Option("--from", help="Forget all that this one sent.")] = "",
    kind: Annotated[str, option("Of that sender, this kind only.")] = "",
    period: Annotated[str, option("Of that sender, this period only (2026Q3, 2025).")] = "",
) -> None:
    """Remove what is older than its retention, or all that a partner wants forgotten."""
    from ternois_analysis.catalog.contributions import contribution_kind
    from ternois_analysis.errors import SourceError, explain
    from ternois_analysis.sources import contributions as files

    if (kind or period) and not sender:
        raise SourceError(
            explain("What to forget", expected="--from with --kind or --period", found="no sender",
                    do="Name the sender.")
        )  # fmt: skip
    if sender:
        done = files.forget(sender, contribution_kind(kind) if kind else "", period)
    else:
        done = files.purge()
    typer.echo(f"{len(done)} contributions removed, or their received file.")
