"""Making the one-page sheets of an audience, and putting them among its reports."""

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ternois_analysis import trail
from ternois_analysis.batch import (
    children,
    dependencies,
    editions,
    engine,
    folder,
    surroundings,
)
from ternois_analysis.batch.plan import Plan
from ternois_analysis.display import fiche
from ternois_analysis.errors import ReportError, TernoisError, explain
from ternois_analysis.observatory import Observatory, sheets
from ternois_analysis.observatory.sheets import Sheet
from ternois_analysis.publish import fiches, portal, publication, shelf
from ternois_analysis.territory import Territory

#: Seconds that the sheets are given.
_LIMIT = 3600.0


def make(
    plan: Plan,
    observatory: Observatory,
    territories: Sequence[str],
    reports: Path,
    workers: int | None = None,
) -> list[Path]:
    """Write the sheets of some territories in `reports/<quarter>/<audience>/fiches/`.

    Parameters
    ----------
    plan : Plan
        Of the quarter: the portal lists its pages.
    observatory : Observatory
        Of the quarter and the audience.
    territories : sequence of str
        As people type them; none means the parts of the Pays and its communes.
    workers : int, optional
        Processes that write; the number of processors by default.

    Returns
    -------
    list of Path
        The files of the sheets, then the two portals.

    Raises
    ------
    ReportError
        If the quarter is published for the audience, another run is writing in `reports`, or a
        sheet cannot be made.
    TerritoryError
        For an unknown or ambiguous territory.
    """
    places = [observatory.territory(text) for text in territories or everywhere(observatory)]
    editions.check_open(reports, plan.quarter, [observatory.audience], "")
    with folder.locked(reports) as lock:
        place = reports / plan.quarter / observatory.audience
        made = write(observatory, places, place, workers=workers, closing=[lock])
        return [*made, portal.write(place, plan.pages, plan.absent), portal.write_list(reports)]


def write(
    observatory: Observatory,
    places: Sequence[Territory],
    place: Path,
    *,
    provisional: bool = True,
    workers: int | None = None,
    closing: Sequence[int] = (),
) -> list[Path]:
    """Write the sheets of some territories in the folder of an audience, without its portal.

    The values are computed here, together; the files are made in processes forked from this one,
    so that Typst never starts in it.

    Raises
    ------
    ReportError
        If a sheet cannot be made.
    """
    edition = fiches.Edition(
        quarter=str(observatory.quarter), audience=observatory.audience,
        made=surroundings.now(), provisional=provisional,
    )  # fmt: skip
    to = place / shelf.FOLDER
    to.mkdir(parents=True, exist_ok=True)
    with trail.followed() as shared:
        made = sheets.sheets(observatory, list({each.id: each for each in places}.values()))
    rests = dependencies.of_sheets() | shared.all()

    def work(some: list[Sheet]) -> tuple[list[fiches.Written], dict[str, str]]:
        with trail.followed() as read:
            done = [fiches.write(fiche.fiche(observatory, each), edition, to) for each in some]
        return done, read.all()

    count = max(1, min(workers or os.cpu_count() or 1, len(made)))
    tasks = [made[start::count] for start in range(count)]
    # A process that starts afresh would compute all values again.
    if not engine.can_fork():
        done, read = work(made)
        dependencies.write({shelf.FOLDER: rests | read}, to)
        return fiches.finish(done, edition, to)
    written: list[fiches.Written] = []
    ends = children.each(tasks, work, workers=count, limit=_LIMIT, method="fork", closing=closing)
    with contextlib.closing(ends):
        for end in ends:
            if isinstance(end.outcome, children.Failure):
                raise ReportError(
                    explain("The sheets cannot be made", expected="one page a territory",
                            found=end.outcome.error, do="Mend what is named, and run again.")
                )  # fmt: skip
            done, read = end.outcome
            written, rests = [*written, *done], rests | read
    dependencies.write({shelf.FOLDER: rests}, to)
    return fiches.finish(written, edition, to)


def again(
    observatory: Observatory, place: Path, *, provisional: bool, closing: Sequence[int] = ()
) -> list[Path]:
    """Write the sheets that the folder of an audience has once more; nothing where it has none.

    Under revision, those of the edition to be replaced are written too.

    Raises
    ------
    ReportError
        If a sheet cannot be made.
    """
    known = _expected(place)
    if not known:
        return []
    places = [observatory.territory(name) for name in known]
    return write(observatory, places, place, provisional=provisional, closing=closing)


def reopened(open_observatory: Callable[[str, str], Any], place: Path) -> tuple[str, ...]:
    """Write the sheets of an edition once more as its revision opens, marked provisional.

    Sheets have no notebook from which the mark could be set without their values: they are made of
    the data of the day. Where that fails the folder goes: without the mark it would be believed.

    Returns
    -------
    tuple of str
        What went wrong: the sheets stay in the edition set aside, and publishing asks for them.
    """
    if not shelf.listed(place / shelf.FOLDER):
        return editions.unmarked(place)
    try:
        again(open_observatory(place.parent.name, place.name), place, provisional=True)
    except TernoisError as error:
        return editions.unmarked(place, str(error))
    return ()


def after(
    observatory: Observatory, territories: Sequence[str], place: Path, closing: Sequence[int] = ()
) -> tuple[str, ...]:
    """Write the sheets that go with a run in the folder of an audience.

    Those of the territories asked for, and all those of the Pays where none was; sheets that were
    there are written again, so that they tell what the pages tell. Nothing is done where they are
    there and what they rest on has not changed.

    Returns
    -------
    tuple of str
        What went wrong: the pages of the run stay in place without their sheets.
    """
    known = _expected(place)
    wanted = [observatory.territory(name).id for name in territories or everywhere(observatory)]
    moved = dependencies.read_kept(place / shelf.FOLDER).moved(shelf.FOLDER, {})
    if not moved and set(wanted) <= set(known):
        return ()
    names = dict.fromkeys([*wanted, *known])
    try:
        write(observatory, [observatory.territory(n) for n in names], place, closing=closing)
    except TernoisError as error:
        return (f"{place / shelf.FOLDER}: {error}",)
    return ()


def _expected(place: Path) -> dict[str, str]:
    """The sheets that an audience's folder has, or had in the edition that is being revised."""
    coming = publication.revision(place)
    before = coming.edition - 1 if coming else 0
    aside = place.parent / publication.EDITIONS / str(before) / place.name
    return {**shelf.listed(aside / shelf.FOLDER), **shelf.listed(place / shelf.FOLDER)}


def everywhere(observatory: Observatory) -> list[str]:
    """The parts of the Pays, then its communes, by identifier."""
    pays = observatory.territory(observatory.gazetteer.facts.pays)
    return [*pays.parts, *(f"commune-{code}" for code in pays.communes)]
