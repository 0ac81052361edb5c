"""A territory's folder: pages just made and pages kept, their values and the run's record."""

import dataclasses
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ternois_analysis import trail
from ternois_analysis.batch import dependencies, folder, remains
from ternois_analysis.errors import TernoisError
from ternois_analysis.publish import evidence, formats, reading, record
from ternois_analysis.publish.record import PageRecord, RunRecord


def assemble(
    draft: Path,
    final: Path,
    run: RunRecord,
    known: Mapping[str, str],
    leaves: Mapping[str, Mapping[str, str]],
    *,
    valid: Collection[str] = (),
) -> tuple[str, ...]:
    """Complete a draft, make its other formats and put it in the place of the territory's folder.

    Pages of the earlier folder that were not made this time are kept, unless their notebook is
    gone or they print another figure than the pages just made: what a folder holds agrees.

    Parameters
    ----------
    draft : Path
        With `<page>.html` and `<page>.ipynb` of the pages just made.
    final : Path
        The territory's folder, which may exist.
    run : RunRecord
        With the records of this run's pages, failed ones too.
    known : mapping of page name to title
        Every page that has a notebook.
    leaves : mapping
        What the pages just made and the formats rest on, with digests.
    valid : collection of str
        Earlier pages that the run found valid: they must agree with those just made.

    Returns
    -------
    tuple of str
        What went wrong with formats: the pages are put in place without them, with the earlier
        files of a format that failed where these still agree with all pages.

    Raises
    ------
    ReportError
        If two pages, just made or valid, print different figures for the same thing.
    """
    done = [page.page for page in run.pages if page.status == "done"]
    before = record.read(final)
    earlier = {page.page: page for page in before.pages} if before else {}
    kept = folder.keep(final, draft, [p for p in earlier if p in known and p not in done])
    rows = {page: evidence.rows(_notebook(draft, page)) for page in (*done, *kept)}
    stale = evidence.stale(rows, [*done, *(page for page in kept if page in valid)])
    for page in stale:
        folder.remove_page(draft, page)
        del rows[page]
    evidence.write(rows, draft)
    mine = {page.page: page for page in run.pages}
    pages = [
        _told(mine.get(name), earlier.get(name), name in rows) for name in sorted({*mine, *kept})
    ]
    whole = dataclasses.replace(run, pages=tuple(pages))
    record.write(whole, draft)
    with trail.followed() as read:
        failed = _formats(draft)
    left = {name: remains.keep(name, final, draft, before, whole) for name in failed}
    problems = tuple(f"{name}: {said}{left[name].told}" for name, said in failed.items())
    if kept_files := {file: made for each in left.values() for file, made in each.kept.items()}:
        record.write(dataclasses.replace(whole, kept=kept_files), draft)
    rest = {**dependencies.read_kept(final).pages, **leaves}
    known_of_formats = rest.pop(dependencies.FORMATS, {})
    if not problems:  # else they are made again by the next run
        rest[dependencies.FORMATS] = {**known_of_formats, **read.all()}
    dependencies.write({n: rest[n] for n in (*rows, dependencies.FORMATS) if n in rest}, draft)
    folder.put_in_place(draft, final)
    return problems


def _formats(draft: Path) -> dict[str, str]:
    """Make every format of a report; gives those that failed and why, the others are whole."""
    failed = {}
    made = reading.read(draft)
    for name, write in formats.FORMATS.items():
        try:
            write(made, draft)
        except TernoisError as error:
            failed[name] = str(error)
    return failed


def _notebook(draft: Path, page: str) -> Any:
    return json.loads((draft / f"{page}.ipynb").read_text(encoding="utf-8"))


def _told(mine: PageRecord | None, earlier: PageRecord | None, present: bool) -> PageRecord:
    """The record of a page of which this run, an earlier one or both know something."""
    if mine is None:
        assert earlier is not None
        return earlier if present else dataclasses.replace(earlier, status="stale", kept="")
    if mine.status == "done" or not present or earlier is None:
        return mine
    return dataclasses.replace(mine, kept=earlier.kept or earlier.ended)
