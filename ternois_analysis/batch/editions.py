"""The door of a published quarter: closed, unless a revision is announced with its reason."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ternois_analysis.batch import folder, surroundings
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.publish import again, layout, portal, publication, shelf
from ternois_analysis.publish.publication import Revision


def check_open(reports: Path, quarter: str, audiences: Sequence[str], reason: str) -> None:
    """Refuse to write over a published quarter, and a revision of one that is not.

    Parameters
    ----------
    reports : Path
    quarter : str
    audiences : sequence of str
        Those to be written.
    reason : str
        Of the revision announced; empty for an ordinary run.

    Raises
    ------
    ReportError
        Saying what to do.
    """
    place = reports / quarter
    published = {n: now for n in audiences if (now := publication.read(place / n))}
    if published and not reason:
        raise ReportError(
            explain(
                f"{quarter} is published for {', '.join(published)}",
                expected="a quarter that is still provisional",
                found=[f"edition {now.edition} of {now.published}" for now in published.values()],
                do="Write elsewhere with --out, or announce a revision: "
                f'ternois run --quarter {quarter} --revise "why", then '
                f"ternois publish {quarter}",
            )
        )
    revised = [name for name in audiences if publication.revision(place / name)]
    if reason and not published and not revised:
        raise ReportError(
            explain(
                f"{quarter} has nothing to revise for {', '.join(audiences)}",
                expected="a published quarter",
                found="a provisional one",
                do="Run it without --revise.",
            )
        )


@dataclass(frozen=True)
class Reopening:
    """A revision to be opened: of which quarter and audiences, and why.

    `pages` and `absent` are those of the plan: the portal lists them. `sheets`, given the folder of
    an audience, makes its one-page sheets again with their mark and gives what went wrong.
    """

    reports: Path
    quarter: str
    audiences: Sequence[str]
    reason: str
    pages: Mapping[str, str] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)
    sheets: Callable[[Path], tuple[str, ...]] = field(default_factory=lambda: unmarked)


def reopen(task: Reopening) -> tuple[str, ...]:
    """Set published editions aside and make their quarter provisional again, all at once.

    Audiences that are not published, or under revision already, are left as they are.

    Returns
    -------
    tuple of str
        What could not be made again for the revision; it stays in the edition set aside.

    Raises
    ------
    ReportError
        If a published file was altered since: the edition set aside would not be what was read.
    """
    place = task.reports / task.quarter
    published = [name for name in task.audiences if publication.read(place / name)]
    if not published:
        return ()
    told: list[str] = []
    with folder.revised(place) as draft:
        for name in published:
            set_aside(draft, name, task.reason)
        # Forks, which Typst forbids once it has started in this process: before the pages.
        for name in published:
            told += task.sheets(draft / name)
        for name in published:
            for run in portal.records(draft / name):
                again.render(draft / name / run.territory, provisional=True)
            portal.write(draft / name, task.pages, task.absent)
    return tuple(told)


def unmarked(place: Path, why: str = "") -> tuple[str, ...]:
    """Take away the sheets of an edition that is revised: without their mark they are believed.

    Returns
    -------
    tuple of str
        That they are gone, why, and where they stay; nothing for an audience without sheets.
    """
    if not (place / shelf.FOLDER).is_dir():
        return ()
    shutil.rmtree(place / shelf.FOLDER)
    coming = publication.revision(place)
    aside = f"{publication.EDITIONS}/{coming.edition - 1 if coming else 1}"
    said = (
        f"{place.parent.name}/{place.name}/{shelf.FOLDER}: the sheets were not made again for the "
        f"revision; they stay in {aside}, and publishing makes them again. {why}"
    )
    return (said.strip(),)


def set_aside(draft: Path, audience: str, reason: str) -> Revision:
    """Keep the edition of an audience under `.editions`, and announce the one that replaces it.

    Parameters
    ----------
    draft : Path
        A copy of the quarter's folder that nobody reads yet.
    audience : str
        With a publication.
    reason : str

    Raises
    ------
    ReportError
        If a published file was altered since.
    """
    now = publication.read(draft / audience)
    assert now is not None
    check_whole(draft / audience)
    aside = draft / publication.EDITIONS / str(now.edition) / audience
    folder.copy(draft / audience, aside)
    _signposts(draft, aside)
    (draft / audience / publication.NAME).unlink()
    revision = Revision(now.edition + 1, reason, surroundings.now())
    publication.write(revision, draft / audience)
    return revision


def _signposts(draft: Path, aside: Path) -> None:
    """Make the links of an edition set aside lead on: it is kept to the byte, two folders deeper.

    Its own lead to the list of reports and to editions before it; a page stands where they point.
    """
    leads = {draft / publication.EDITIONS / portal.NAME: f"../../{portal.NAME}"}
    for old in publication.earlier(draft / aside.name):
        if str(old.edition) == aside.parent.name:
            continue
        place = aside.parent / publication.EDITIONS / str(old.edition) / aside.name / portal.NAME
        leads[place] = f"../../../../{old.edition}/{aside.name}/{portal.NAME}"
    for path, href in leads.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        text = layout.template("moved.html.j2").render(href=href)
        path.write_text(text, encoding="utf-8")


def check_whole(place: Path) -> None:
    """Stop if a file of a published audience was changed, added or removed.

    Raises
    ------
    ReportError
        Naming the files.
    """
    now = publication.read(place)
    other = publication.altered(now, place) if now else []
    if other:
        raise ReportError(
            explain(
                f"{place}: published files were altered",
                expected="the hashes of publication.json",
                found=other[:5],
                do="Restore these files from a copy of the reports.",
            )
        )
