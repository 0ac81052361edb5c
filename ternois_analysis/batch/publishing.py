"""Publishing a quarter: whole reports, audited, frozen with their hashes, put in place at once."""

import csv
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis.batch import editions, folder, sheets, surroundings
from ternois_analysis.batch import plan as planning
from ternois_analysis.batch.plan import Plan
from ternois_analysis.display.published import COLUMNS, NUMBERS
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.observatory import clearance
from ternois_analysis.observatory.inputs import inputs
from ternois_analysis.publish import again, evidence, portal, publication
from ternois_analysis.publish.audience import AUDIENCES
from ternois_analysis.publish.publication import Publication
from ternois_analysis.publish.record import RunRecord

#: Opens the observatory of a quarter and an audience.
Open = Callable[[str, str], Any]


@dataclass(frozen=True)
class Checks:
    """What must hold of an observatory and of what is printed, and what is written of it."""

    clear: Callable[[Any, Sequence[RunRecord], pd.DataFrame], clearance.Audited]
    release: Callable[[Any], Path | None]
    inputs: Callable[[Any], Sequence[Mapping[str, Any]]]


def clear(door: Any, runs: Sequence[RunRecord], printed: pd.DataFrame) -> clearance.Audited:
    """Everything that must hold before an audience's reports are published.

    Raises
    ------
    SourceError, ReportError, SecrecyError
        For a fault of the data, a report that is not of today, a secret that can be found.
    """
    clearance.sound(door)
    for run in runs:
        clearance.same_inputs(door, run.sources, run.territory)
    clearance.agree(door, printed)
    return clearance.audited(door)


GENUINE = Checks(clear, clearance.released, inputs)


@dataclass(frozen=True)
class Published:
    """An audience's publication; `new` is False when it was published already."""

    publication: Publication
    folder: Path
    new: bool


def publish(
    quarter: str,
    reports: Path,
    open_observatory: Open,
    notebooks: Path,
    *,
    audiences: Sequence[str] = (),
    reason: str = "",
    checks: Checks = GENUINE,
) -> tuple[Published, ...]:
    """Publish a quarter for some audiences: all of them, or none.

    Whatever stops it, the quarter is as before or published whole. A second call changes nothing.

    Parameters
    ----------
    quarter : str
        Such as `2026Q3`.
    reports : Path
    open_observatory : callable
    notebooks : Path
        Their folder: the pages that a whole report has.
    audiences : sequence of str
        By default all those of which the quarter has reports.
    reason : str
        Of a revision; by default the one announced by the run.

    Raises
    ------
    ReportError
        If a report is missing, not whole or not of today, or a published file was altered.
    SourceError, SecrecyError
        If a check of the data blocks, or a secret can be found.
    """
    place = reports / quarter
    with folder.locked(reports) as lock:
        folder.recover(reports)
        names = _present(place, audiences)
        todo = [name for name in names if not _done(place / name, reason)]
        ready = {name: _ready(name, place, open_observatory, notebooks, checks) for name in todo}
        if ready:
            with folder.revised(place) as draft:
                for name in ready:
                    if publication.read(draft / name):  # as it was read, before any sheet changes
                        editions.set_aside(draft, name, reason)
                # Forks, which Typst forbids once it has started in this process: before all pages.
                for name, cleared in ready.items():
                    sheets.again(cleared.door, draft / name, provisional=False, closing=[lock])
                for name, cleared in ready.items():
                    _freeze(draft / name, reason, cleared)
                # Before anybody can read them: the register never lacks what is known outside.
                for cleared in ready.values():
                    checks.release(cleared.door)
        portal.write_list(reports)
    return tuple(_told(place / name, name in todo) for name in names)


@dataclass(frozen=True)
class _Ready:
    """An audience that passed every check, with what its publication tells."""

    door: Any
    plan: Plan
    audited: clearance.Audited
    inputs: tuple[Mapping[str, Any], ...]


def _ready(
    name: str, place: Path, open_observatory: Open, notebooks: Path, checks: Checks
) -> _Ready:
    plan = planning.plan(place.name, open_observatory, notebooks, audiences=[name])
    runs = whole(place / name, plan)
    door = open_observatory(place.name, name)
    audited = checks.clear(door, runs, printed(place / name, runs))
    shown = clearance.same_comments({run.territory: run.comments for run in runs}, place.name, name)
    return _Ready(door, plan, audited, (*checks.inputs(door), *shown))


def _present(place: Path, asked: Sequence[str]) -> list[str]:
    """The audiences asked for, or those that the quarter has, in the order of the catalogue."""
    found = [name for name in AUDIENCES if (place / name).is_dir()]
    wanted = [name for name in AUDIENCES if name in asked or "all" in asked] or found
    missing = [name for name in [*asked, *wanted] if name not in found and name != "all"]
    if missing or not wanted:
        raise ReportError(
            explain(
                f"{place.name} cannot be published",
                expected=f"reports for {', '.join(dict.fromkeys(missing)) or 'an audience'}",
                found=found or "none",
                do=f"Make them: ternois run --quarter {place.name} "
                f"--audience {missing[0] if missing else 'public'}",
            )
        )
    return wanted


def _done(place: Path, reason: str) -> bool:
    """Whether an audience is published already, and for that reason if one is given."""
    now = publication.read(place)
    if now is None:
        if reason and not publication.revision(place):
            editions.check_open(place.parent.parent, place.parent.name, [place.name], reason)
        return False
    editions.check_whole(place)
    return not reason or reason == now.reason


def whole(place: Path, plan: Plan) -> list[RunRecord]:
    """The records of an audience's reports, once each is whole.

    Raises
    ------
    ReportError
        Naming the pages that are missing, failed, old, or made in spite of failed checks.
    """
    runs = {run.territory: run for run in portal.records(place)}
    wanted: dict[str, set[str]] = {territory: set() for territory in runs}
    for job in plan.jobs:
        wanted.setdefault(job.territory, set()).add(job.page)
    wrong = []
    for territory, pages in wanted.items():
        known = {page.page: page for page in runs[territory].pages} if territory in runs else {}
        ordinary = pages or known
        for name in sorted({*ordinary, *known}):
            page, file = known.get(name), place / territory / f"{name}.html"
            if page is None or page.status != "done" or not file.is_file():
                wrong.append(f"{territory}/{name} ({page.status if page else 'not made'})")
            elif page.faults:
                wrong.append(f"{territory}/{name} (forced)")
    if wrong:
        more = f" and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise ReportError(
            explain(
                f"{plan.quarter} is not whole for {place.name}",
                expected="every page of every territory",
                found=f"{', '.join(wrong[:5])}{more}",
                do=f"Run it again: ternois run --quarter {plan.quarter} --audience {place.name}",
            )
        )
    return list(runs.values())


def printed(place: Path, runs: Sequence[RunRecord]) -> pd.DataFrame:
    """What each report prints of its own territory: rows of its `values.csv`."""
    rows = []
    for run in runs:
        with (place / run.territory / evidence.NAME).open(encoding="utf-8", newline="") as file:
            rows += [row for row in csv.DictReader(file) if row["territory"] == run.territory
                     and row["quarter"] == run.quarter]  # fmt: skip
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.assign(**{name: pd.to_numeric(table[name]) for name in NUMBERS})


def _freeze(place: Path, reason: str, ready: _Ready) -> None:
    """Take the mark « provisoire » off an audience's draft and write what it is made of."""
    announced = publication.revision(place)
    (place / publication.OPEN).unlink(missing_ok=True)
    for run in portal.records(place):
        again.render(place / run.territory, provisional=False)
    made = Publication(
        quarter=ready.plan.quarter, audience=place.name,
        edition=announced.edition if announced else 1, published=surroundings.now(),
        reason=(reason or announced.reason) if announced else "",
        commit=surroundings.commit(), python=surroundings.python(),
        platform=surroundings.system(), packages=surroundings.packages(), inputs=ready.inputs,
        audit=dataclasses.asdict(ready.audited), outputs={},
    )  # fmt: skip
    # Written twice: the portal tells the edition, and its own hash is part of the record.
    publication.write(made, place)
    portal.write(place, ready.plan.pages, ready.plan.absent)
    publication.write(dataclasses.replace(made, outputs=publication.outputs(place)), place)


def _told(place: Path, new: bool) -> Published:
    now = publication.read(place)
    assert now is not None
    return Published(now, place, new)
