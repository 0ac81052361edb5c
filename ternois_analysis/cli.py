"""`ternois`: the command line, a thin wrapper of the library."""

import importlib.metadata
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ternois_analysis.errors import TernoisError

# What a command needs is imported inside it: `ternois --help` answers at once.

BAD_INPUT, INCOMPLETE = 2, 1

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
sources = typer.Typer(no_args_is_help=True, help="The declared data files.")
app.add_typer(sources, name="sources")
imports = typer.Typer(no_args_is_help=True, help="Take in the files that people send.")
app.add_typer(imports, name="import")
purges = typer.Typer(no_args_is_help=True, help="Remove what the retention no longer allows.")
app.add_typer(purges, name="purge")


def main() -> None:
    """Run the command; an error that a user can mend is one message, not a traceback."""
    try:
        app()
    except TernoisError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        sys.exit(BAD_INPUT)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"ternois-analysis {importlib.metadata.version('ternois-analysis')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Economic observatory of the Pays du Ternois."""


def _option(text: str) -> Any:
    return typer.Option(help=text, show_default=False)


@app.command()
def run(
    quarter: Annotated[str, _option("Such as 2026Q3; by default the last that is over.")] = "",
    territory: Annotated[
        list[str] | None,
        _option("Name, identifier or code; repeatable. By default the Pays and its parts."),
    ] = None,
    notebook: Annotated[
        list[str] | None,
        _option("Page, such as 01_population, 01 or population; repeatable. By default all."),
    ] = None,
    audience: Annotated[
        list[str] | None,
        _option("internal, partners, public or all; repeatable. By default partners."),
    ] = None,
    out: Annotated[Path | None, _option("Folder; by default reports/ of the house.")] = None,
    jobs: Annotated[int | None, _option("Pages at once; by default one a processor.")] = None,
    engine: Annotated[str, typer.Option(help="fast, kernel or auto.")] = "auto",
    timeout: Annotated[float, typer.Option(help="Seconds that a page is given.")] = 600.0,
) -> None:
    """Run notebooks for territories; write their reports and the portal."""
    from ternois_analysis.batch import threads

    threads.limit_libraries()
    # The last is for the pages alone: loaded here, before they are forked, it is loaded once.
    from ternois_analysis import paths, quarters
    from ternois_analysis.batch import plan, progress, runner
    from ternois_analysis.display import material, page  # noqa: F401
    from ternois_analysis.observatory import observe

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
        )
    progress.conclude(console, result)
    for portal in result.portals:
        typer.echo(f"Portal: {portal}")
    if not result.whole:
        raise typer.Exit(INCOMPLETE)


@sources.command("list")
def sources_list() -> None:
    """The sources, their millésimes and licences."""
    from ternois_analysis import catalog

    _table(
        ("Source", "Title", "Producer", "Millésimes", "Licence"),
        [
            (name, source.title, source.producer,
             ", ".join(dict.fromkeys(file.millesime for file in source.files)), source.licence)
            for name, source in catalog.sources().items()
        ],
    )  # fmt: skip


@sources.command("check")
def sources_check() -> None:
    """Verify every declared file, and that no other file lies among them."""
    from ternois_analysis.sources.check import check_all

    outcomes = check_all()
    problems = [outcome for outcome in outcomes if outcome.problem]
    if problems:
        _table(("Source", "Millésime", "File", "Problem"),
               [(o.source, o.millesime, o.path, o.problem) for o in problems])  # fmt: skip
    typer.echo(f"{len(outcomes) - len(problems)} of {len(outcomes)} files are whole.")
    if problems:
        raise typer.Exit(INCOMPLETE)


@app.command()
def territories(
    text: Annotated[
        str, typer.Argument(help="What to look for; by default what a run makes.")
    ] = "",
    quarter: Annotated[str, _option("Quarter; by default the last that is over.")] = "",
) -> None:
    """The territory that a text names, or those of an ordinary run."""
    from ternois_analysis.observatory import observe

    door = observe(quarter, "public")
    found = [door.territory(name) for name in ([text] if text else door.default_territories())]
    _table(
        ("Identifier", "Name", "Kind", "Communes", "SIREN", "At"),
        [(t.id, t.label, t.kind, str(len(t.communes)), t.siren or "", t.at) for t in found],
    )


@app.command()
def indicators() -> None:
    """The indicators of the catalogue."""
    from ternois_analysis import catalog

    _table(
        ("Indicator", "Label", "Unit", "Theme"),
        [(name, i.label, i.unit, i.theme) for name, i in catalog.indicators().items()],
    )


@imports.command("register")
def import_register(
    file: Annotated[Path, typer.Argument(help="As received: .csv, .xlsx or .json, zipped or not.")],
    received: Annotated[str, _option("Day of the transfer (ISO); by default today.")] = "",
    extracted: Annotated[str, _option("Day of the extraction, if the file does not say.")] = "",
) -> None:
    """Check the chamber's register and put it in force; every row is accounted for."""
    import datetime as dt

    from ternois_analysis.observatory import observe
    from ternois_analysis.sources import register

    door = observe()
    before = register.entries()
    found = register.bring_in(
        file,
        door.columns.communes,
        door.columns.passage,
        received=dt.date.fromisoformat(received) if received else None,
        extracted=dt.date.fromisoformat(extracted) if extracted else None,
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


@purges.command("register")
def purge_register(
    everything: Annotated[bool, _option("Remove all registers, whatever their age.")] = False,
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


@app.command()
def audit(
    quarter: Annotated[str, _option("Quarter; by default the last that is over.")] = "",
    audience: Annotated[str, typer.Option(help="partners or public.")] = "public",
    record: Annotated[bool, _option("Remember it as published, for later audits.")] = False,
) -> None:
    """What is hidden from an audience, why, and the proof that it cannot be found."""
    from ternois_analysis.observatory import observe

    door = observe(quarter, audience)
    shield = door.protection
    if shield is None:
        typer.echo("No register in this quarter: nothing to hide.")
        return
    from ternois_analysis.observatory import gate

    if not shield.hides:
        _table(
            ("Column", "Territory", "Category", "Why it is marked"),
            [
                tuple(row)
                for row in shield.hidden[["column", "territory", "category", "reason"]].values
            ],
        )
        typer.echo(f"Nothing is hidden from {audience}: {len(shield.hidden)} cells are marked.")
        return
    # What is hidden was proved safe when it was chosen; here every bound is worked out.
    rows = gate.proof(door.columns, door.gazetteer, audience, shield)
    _table(
        ("Column", "Territory", "Category", "Why", "An attacker finds", "Must stay within", "Safe"),
        [
            (row["column"], row["territory"], row["category"], row["reason"],
             f"{row['low'] + 0.0:g} to {row['high']:g}",
             f"{row['required_low']:g} to {row['required_high']:g}"
             if row["kind"] == "primary" else "", "yes" if row["safe"] else "NO")
            for _, row in rows.iterrows()
        ],
    )  # fmt: skip
    typer.echo(
        f"{len(rows)} cells hidden from {audience}, {int(rows['safe'].sum())} of them proved safe; "
        f"information lost {shield.cost:g}, at most {100 * shield.gap:.1f} % of it avoidable."
    )
    if record:
        path = gate.record(door.columns, door.gazetteer, audience, shield)
        typer.echo(f"Recorded: {path}")


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table()
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


if __name__ == "__main__":
    main()
