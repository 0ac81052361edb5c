"""The sources: what is known, what is installed, what is whole."""

from pathlib import Path
from typing import Annotated

import typer

from ternois_analysis.cli.root import INCOMPLETE, option, sources, table


@sources.command("list")
def sources_list() -> None:
    """The sources, their millésimes and licences."""
    from ternois_analysis import catalog
    from ternois_analysis import sources as known

    table(
        ("Source", "Title", "Producer", "Millésimes", "Licence", "To install it"),
        [
            (name, source.title, source.producer,
             ", ".join(dict.fromkeys(file.millesime for file in known.files(name))), source.licence,
             "" if source.files else catalog.command(name))
            for name, source in catalog.sources().items()
        ],
    )  # fmt: skip


@sources.command("install")
def sources_install(
    name: Annotated[str, typer.Argument(help="A source, a delivery, or 'open' for all open ones.")],
    file: Annotated[
        list[Path] | None, typer.Option("--from", help="A file at hand; repeatable.")
    ] = None,
    millesime: Annotated[str, option("The one wanted; by default the newest declared.")] = "",
    partial: Annotated[bool, option("Accept a file cut to a part of its extent.")] = False,
    received: Annotated[str, option("Day it came (ISO); by default today.")] = "",
) -> None:
    """Install a producer's file, at hand or downloaded, once it is checked."""
    from ternois_analysis.observatory import installing
    from ternois_analysis.sources.intake import arrival

    day = arrival.day(received, "--received")
    failed = False
    for outcome in installing.each(
        name, file or (), millesime=millesime, partial=partial, received=day,
        tell=lambda said: typer.echo(said, err=True),
    ):  # fmt: skip
        typer.echo(outcome.text, err=outcome.failed)
        failed = failed or outcome.failed
    if failed:
        raise typer.Exit(INCOMPLETE)


@sources.command("remove")
def sources_remove(
    name: Annotated[str, typer.Argument(help="A source or a delivery.")],
    millesime: Annotated[str, option("One millésime; by default all.")] = "",
) -> None:
    """Remove what was installed of a source."""
    from ternois_analysis import catalog
    from ternois_analysis.sources import installed

    for receipt in installed.remove(catalog.delivery(name), millesime):
        typer.echo(f"Removed: {receipt.delivery} {receipt.millesime} ({receipt.name})")


@sources.command("check")
def sources_check() -> None:
    """Verify every declared file, and that no other file lies among them."""
    from ternois_analysis.sources.check import check_all

    outcomes = check_all()
    problems = [outcome for outcome in outcomes if outcome.problem]
    if problems:
        table(("Source", "Millésime", "File", "Problem"),
               [(o.source, o.millesime, o.path, o.problem) for o in problems])  # fmt: skip
    typer.echo(f"{len(outcomes) - len(problems)} of {len(outcomes)} files are whole.")
    if problems:
        raise typer.Exit(INCOMPLETE)
