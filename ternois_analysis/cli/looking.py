"""What can be asked for: territories and indicators."""

from typing import Annotated

import typer

from ternois_analysis.cli.root import app, option, table


@app.command()
def territories(
    text: Annotated[
        str, typer.Argument(help="What to look for; by default what a run makes.")
    ] = "",
    quarter: Annotated[str, option("Quarter; by default the last that is over.")] = "",
) -> None:
    """The territory that a text names, or those of an ordinary run."""
    from ternois_analysis.observatory import observe

    door = observe(quarter, "public")
    found = [door.territory(name) for name in ([text] if text else door.default_territories())]
    table(
        ("Identifier", "Name", "Kind", "Communes", "SIREN", "At"),
        [(t.id, t.label, t.kind, str(len(t.communes)), t.siren or "", t.at) for t in found],
    )


@app.command()
def indicators() -> None:
    """The indicators of the catalogue."""
    from ternois_analysis import catalog

    table(
        ("Indicator", "Label", "Unit", "Theme"),
        [(name, i.label, i.unit, i.theme) for name, i in catalog.indicators().items()],
    )
