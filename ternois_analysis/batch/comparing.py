"""Two quarters as their reports print them, compared value by value."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.batch.publishing import printed
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.observatory import evolutions
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.evolutions import KEY, Side
from ternois_analysis.publish import publication, record


def compare(
    reports: Path, before: Observatory, after: Observatory, territories: Sequence[str] = ()
) -> pd.DataFrame:
    """What moved between the reports of two quarters, and values revised besides.

    Parameters
    ----------
    reports : Path
    before, after : Observatory
        Of the two quarters, for one audience; they tell the perimeters.
    territories : sequence of str
        As people type them; by default those that have a report in both quarters.

    Returns
    -------
    DataFrame
        The columns of `evolutions.COLUMNS`; « revised » is one more kind of `change`.

    Raises
    ------
    ReportError
        If a quarter has no report of a territory, or the two are not in order.
    """
    if before.quarter >= after.quarter:
        raise ReportError(
            explain("Quarters to compare", expected="the earlier one first",
                    found=f"{before.quarter}, {after.quarter}", do="Name two different quarters.")
        )  # fmt: skip
    folders = [reports / str(door.quarter) / door.audience for door in (before, after)]
    names = [after.territory(text).id for text in territories] or _common(*folders)
    if not names:
        raise _missing(folders[0], "a territory with a report in both quarters")
    tables = []
    for name in names:
        sides = [
            side(place, name, door, after)
            for place, door in zip(folders, (before, after), strict=True)
        ]
        moved, revised = evolutions.compare(*sides), evolutions.revised(*sides)
        newest = moved.set_index(KEY)["period_after"]
        # A newest value that was revised is among those that moved already.
        place = pd.MultiIndex.from_frame(revised[KEY])
        known = newest.reindex(place).to_numpy() == revised["period_after"].to_numpy()
        tables += [moved, revised[~known].assign(change="revised")]
    found: pd.DataFrame = pd.concat(tables, ignore_index=True)
    return found


def side(folder: Path, territory: str, door: Observatory, later: Observatory) -> Side:
    """A territory's report as one side of a comparison.

    Parameters
    ----------
    folder : Path
        Of the quarter and audience.
    territory : str
    door : Observatory
        Of the quarter.
    later : Observatory
        Of the later quarter.
    """
    run = record.read(folder / territory)
    if run is None:
        raise _missing(folder, f"a report of {territory}")
    values = printed(folder, [run])
    values = values[values["indicator"].isin(list(catalog.indicators()))]
    published = publication.read(folder)
    listed = published.inputs if published else run.sources
    return Side(
        quarter=run.quarter, audience=run.audience, known=values, newest=_newest(values),
        files=evolutions.files(listed), communes=evolutions.communes(door, [territory], later),
        methods=run.methods, correction=published.reason if published else "",
    )  # fmt: skip


def _newest(values: pd.DataFrame) -> pd.DataFrame:
    last = values["period"].str.split("-").str[-1].sort_values(kind="stable")
    return values.loc[last.index].drop_duplicates(KEY, keep="last")


def _common(before: Path, after: Path) -> list[str]:
    found = [
        {path.parent.name for path in folder.glob(f"*/{record.NAME}")} for folder in (before, after)
    ]
    return sorted(name for name in found[0] & found[1] if not name.startswith("."))


def _missing(folder: Path, what: str) -> ReportError:
    return ReportError(
        explain(
            f"{folder.parent.name} cannot be compared for {folder.name}",
            expected=what,
            found="none",
            do=f"Run it: ternois run --quarter {folder.parent.name} --audience {folder.name}",
        )
    )
