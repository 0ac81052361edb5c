"""What is hidden, and the proof that it cannot be found."""

from typing import Annotated

import typer

from ternois_analysis.cli.root import app, option, table


@app.command()
def audit(
    quarter: Annotated[str, option("Quarter; by default the last that is over.")] = "",
    audience: Annotated[str, typer.Option(help="partners or public.")] = "public",
    record: Annotated[bool, option("Remember it as published, for later audits.")] = False,
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
        table(
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
    table(
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
