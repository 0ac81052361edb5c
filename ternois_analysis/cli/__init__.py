"""`ternois`: the command line, a thin wrapper of the library.

What a command needs is imported inside it: `ternois --help` answers at once.
"""

import sys

import typer

from ternois_analysis.cli import (  # noqa: F401 - commands
    audit,
    contributing,
    exploring,
    fiches,
    guiding,
    history,
    looking,
    making,
    publishing,
    reception,
    running,
    sourcing,
)
from ternois_analysis.cli.root import BAD_INPUT, app
from ternois_analysis.errors import TernoisError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command; an error that a user can mend is one message, not a traceback."""
    try:
        app()
    except TernoisError as error:
        typer.echo(f"{type(error).__name__}: {error}", err=True)
        sys.exit(BAD_INPUT)
