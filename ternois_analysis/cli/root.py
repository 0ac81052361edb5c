"""The command and its groups, and what all commands share."""

import importlib.metadata
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

BAD_INPUT, INCOMPLETE = 2, 1

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
sources = typer.Typer(no_args_is_help=True, help="The declared data files.")
app.add_typer(sources, name="sources")
imports = typer.Typer(no_args_is_help=True, help="Take in the files that people send.")
app.add_typer(imports, name="import")
purges = typer.Typer(no_args_is_help=True, help="Remove what the retention no longer allows.")
app.add_typer(purges, name="purge")
templates = typer.Typer(no_args_is_help=True, help="Empty files for people to fill in.")
app.add_typer(templates, name="template")
new = typer.Typer(no_args_is_help=True, help="Make something new.")
app.add_typer(new, name="new")


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


def option(text: str) -> Any:
    """An option whose default value says nothing to people."""
    return typer.Option(help=text, show_default=False)


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Print a table whose long cells fold."""
    shown = Table()
    for head in heads:
        shown.add_column(head, overflow="fold")
    for row in rows:
        shown.add_row(*map(Text, row))
    Console().print(shown)
