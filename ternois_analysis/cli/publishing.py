"""Publishing a quarter, and telling what moved between two of them."""

from pathlib import Path
from typing import Annotated

import typer

from ternois_analysis.cli.root import app, option, table

_INVENTED = " (demonstration register: invented cells do not enter the release register)."


@app.command()
def publish(
    quarter: Annotated[str, typer.Argument(help="Such as 2026Q3.")],
    audience: Annotated[
        list[str] | None,
        option("internal, partners, public or all; repeatable. By default those that were run."),
    ] = None,
    revise: Annotated[str, option("Why it replaces the edition that is published.")] = "",
    out: Annotated[Path | None, option("Folder; by default reports/ of the house.")] = None,
) -> None:
    """Publish a quarter once its audit passes: freeze its files, take « provisoire » away."""
    from ternois_analysis.batch import threads

    # Sheets are written in forked processes.
    threads.limit_libraries()
    from ternois_analysis import paths, quarters
    from ternois_analysis.batch import publishing
    from ternois_analysis.observatory import observe

    done = publishing.publish(
        str(quarters.parse(quarter)),
        out or paths.reports(),
        observe,
        paths.notebooks(),
        audiences=audience or (),
        reason=revise,
    )
    for each in done:
        told = each.publication
        what = "Published" if each.new else "Already published, nothing changed"
        typer.echo(
            f"{what}: {told.quarter} for {told.audience}, edition {told.edition} of "
            f"{told.published[:10]}, {len(told.outputs)} files; "
            f"{told.audit['safe']} of {told.audit['hidden']} hidden cells proved safe"
            f"{_INVENTED if told.audit.get('invented') else '.'}\n"
            f"Portal: {each.folder / 'index.html'}"
        )


@app.command()
def compare(
    before: Annotated[str, typer.Argument(help="The earlier quarter, such as 2026Q2.")],
    after: Annotated[str, typer.Argument(help="The later one.")],
    territory: Annotated[
        list[str] | None, option("Name, identifier or code; repeatable. By default all in both.")
    ] = None,
    audience: Annotated[str, typer.Option(help="internal, partners or public.")] = "partners",
    out: Annotated[Path | None, option("Folder; by default reports/ of the house.")] = None,
    to: Annotated[Path | None, option("CSV file; by default evolutions/ in that folder.")] = None,
) -> None:
    """What moved between the reports of two quarters, and why."""
    from ternois_analysis import catalog, paths, quarters
    from ternois_analysis.batch import comparing
    from ternois_analysis.display import movements
    from ternois_analysis.observatory import observe

    first, last = quarters.parse(before), quarters.parse(after)
    reports = out or paths.reports()
    doors = [observe(str(quarter), audience) for quarter in (first, last)]
    found = comparing.compare(reports, doors[0], doors[1], territory or ())
    listed = found[found["change"].isin(movements.TOLD)]
    entries = catalog.indicators()
    table(
        ("Territory", "Indicator", "What", str(first), str(last), "Difference", "Why", "Test"),
        [
            (str(row["territory"]), movements.name(row), str(row["change"]),
             *movements.numbers(row, entries[str(row["indicator"])]),
             movements.reasons(row), str(row["outcome"]))
            for _, row in listed.iterrows()
        ],
    )  # fmt: skip
    file = to or reports / "evolutions" / f"{first}-{last}-{audience}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    found.to_csv(file, index=False, lineterminator="\n")
    counts = found["change"].value_counts()
    typer.echo(", ".join(f"{count} {kind}" for kind, count in counts.items()) or "No value.")
    for each in comparing.one_sided(reports, doors[0], doors[1], territory or ()):
        what = f"pages {', '.join(each.pages)}" if each.pages else "the whole report"
        typer.echo(f"Only in {each.quarter}, so not compared: {each.territory}, {what}")
    typer.echo(f"Written: {file}")
