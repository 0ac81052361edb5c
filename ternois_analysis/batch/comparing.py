"""Two quarters as their reports print them, compared value by value."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.batch.publishing import printed
from ternois_analysis.display.published import COLUMNS
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.observatory import evolutions
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.evolutions import KEY, Side
from ternois_analysis.publish import evidence, publication, record
from ternois_analysis.publish.record import RunRecord
from ternois_analysis.publish.topics import CHANGES


@dataclass(frozen=True)
class OneSided:
    """What only one of two quarters has, and is therefore not compared.

    Parameters
    ----------
    quarter : str
        The one that has it.
    territory : str
    pages : tuple of str
        Empty for the whole report of the territory.
    """

    quarter: str
    territory: str
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Report:
    """A territory's report of one quarter: `rows` once for each page that prints them."""

    run: RunRecord
    pages: frozenset[str]
    rows: pd.DataFrame


def compare(
    reports: Path, before: Observatory, after: Observatory, territories: Sequence[str] = ()
) -> pd.DataFrame:
    """What moved between the reports of two quarters, and values revised besides.

    Only what a page made in both quarters prints is compared: what a report does not say, because
    its page was not made, did not disappear. `one_sided` tells those pages.

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
    folders, names = _asked(reports, before, after, territories)
    tables = []
    for name in names:
        read = [_read(place, name) for place in folders]
        sides = [
            _side(place, report, values, door, after)
            for place, report, values, door in zip(
                folders, read, _both(*read), (before, after), strict=True
            )
        ]
        moved, revised = evolutions.compare(*sides), evolutions.revised(*sides)
        newest = moved.set_index(KEY)["period_after"]
        # A newest value that was revised is among those that moved already.
        place = pd.MultiIndex.from_frame(revised[KEY])
        known = newest.reindex(place).to_numpy() == revised["period_after"].to_numpy()
        tables += [moved, revised[~known].assign(change="revised")]
    found: pd.DataFrame = pd.concat(tables, ignore_index=True)
    return found


def one_sided(
    reports: Path, before: Observatory, after: Observatory, territories: Sequence[str] = ()
) -> tuple[OneSided, ...]:
    """The territories and pages that `compare` leaves out, as only one quarter has them.

    Parameters
    ----------
    reports : Path
    before, after : Observatory
    territories : sequence of str
        As in `compare`; those that are not asked for are not told.
    """
    folders, names = _asked(reports, before, after, territories)
    quarters = [str(door.quarter) for door in (before, after)]
    found = []
    for here, there, quarter in zip(folders, reversed(folders), quarters, strict=True):
        alone = set() if territories else _reported(here) - _reported(there)
        found += [OneSided(quarter, name) for name in sorted(alone)]
        for name in names:
            pages = [_pages(place, _needed(place, name)) for place in (here, there)]
            if only := sorted(pages[0] - pages[1]):
                found.append(OneSided(quarter, name, tuple(only)))
    return tuple(found)


def _asked(
    reports: Path, before: Observatory, after: Observatory, territories: Sequence[str]
) -> tuple[list[Path], list[str]]:
    """The folders of both quarters, and the territories to compare."""
    if before.quarter >= after.quarter:
        raise ReportError(
            explain("Quarters to compare", expected="the earlier one first",
                    found=f"{before.quarter}, {after.quarter}", do="Name two different quarters.")
        )  # fmt: skip
    folders = [reports / str(door.quarter) / door.audience for door in (before, after)]
    names = [after.territory(text).id for text in territories]
    names = names or sorted(_reported(folders[0]) & _reported(folders[1]))
    if not names:
        raise _missing(folders[0], "a territory with a report in both quarters")
    return folders, names


def _read(folder: Path, territory: str) -> _Report:
    run = _needed(folder, territory)
    values = printed(folder, [run])
    values = values[values["indicator"].isin(list(catalog.indicators()))]
    on = list(evidence.IDENTITY)
    pages = sorted({*_pages(folder, run), CHANGES})
    books = [(page, folder / territory / f"{page}.ipynb") for page in pages]
    where = pd.DataFrame(
        [
            (page, *row)
            for page, path in books if path.is_file()
            for row in evidence.rows(json.loads(path.read_text(encoding="utf-8")))
        ],
        columns=["page", *COLUMNS], dtype=str,
    )[["page", *on]].drop_duplicates()  # fmt: skip
    return _Report(run, _pages(folder, run), values.merge(where, on=on))


def _both(before: _Report, after: _Report) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of two reports that may be compared.

    Those that a page of both prints. A value that the other quarter prints on another page alone
    did neither appear nor disappear, and one that is hidden anywhere stays hidden.
    """
    common = before.pages & after.pages
    every = [_keys(report.rows) for report in (before, after)]
    seen = [report.rows["page"].isin(common) for report in (before, after)]
    hidden = [report.rows["status"] == "s" for report in (before, after)]
    told = [set(keys[shown]) for keys, shown in zip(every, seen, strict=True)]
    secret = {key for keys, kept in zip(every, hidden, strict=True) for key in keys[kept]}
    apart = (told[0] - told[1]) & set(every[1]) | (told[1] - told[0]) & set(every[0])
    wanted = (told[0] | told[1]) - (apart - secret)
    first, last = (
        report.rows[keys.isin(list(wanted)) & (shown | kept)].drop(columns="page").drop_duplicates()
        for report, keys, shown, kept in zip((before, after), every, seen, hidden, strict=True)
    )
    return first, last


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[KEY])


def _side(
    folder: Path, report: _Report, values: pd.DataFrame, door: Observatory, later: Observatory
) -> Side:
    """A territory's report as one side of a comparison."""
    run, published = report.run, publication.read(folder)
    listed = published.inputs if published else run.sources
    return Side(
        quarter=run.quarter, audience=run.audience, known=values, newest=_newest(values),
        files=evolutions.files(listed),
        communes=evolutions.communes(door, [run.territory], later),
        methods=run.methods, correction=published.reason if published else "",
    )  # fmt: skip


def _pages(folder: Path, run: RunRecord) -> frozenset[str]:
    """The pages of a report, without the one that tells of other quarters what moved."""
    made = {page.page for page in run.pages} - {CHANGES}
    return frozenset(p for p in made if (folder / run.territory / f"{p}.ipynb").is_file())


def _needed(folder: Path, territory: str) -> RunRecord:
    run = record.read(folder / territory)
    if run is None:
        raise _missing(folder, f"a report of {territory}")
    return run


def _newest(values: pd.DataFrame) -> pd.DataFrame:
    last = values["period"].str.split("-").str[-1].sort_values(kind="stable")
    return values.loc[last.index].drop_duplicates(KEY, keep="last")


def _reported(folder: Path) -> set[str]:
    """The territories that have a report in the folder of a quarter and audience."""
    found = {path.parent.name for path in folder.glob(f"*/{record.NAME}")}
    return {name for name in found if not name.startswith(".")}


def _missing(folder: Path, what: str) -> ReportError:
    return ReportError(
        explain(
            f"{folder.parent.name} cannot be compared for {folder.name}",
            expected=what,
            found="none",
            do=f"Run it: ternois run --quarter {folder.parent.name} --audience {folder.name}",
        )
    )
