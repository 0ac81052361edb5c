"""The files of consents of the store: imported whole or not at all, the newest in force."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ternois_analysis import paths, trail
from ternois_analysis.catalog.consents import consents
from ternois_analysis.sources.consents.accept import COLUMNS, Intake, accept
from ternois_analysis.sources.intake import rejects_csv
from ternois_analysis.sources.intake.keeping import (
    ENTRY,
    came,
    clear,
    damaged,
    entry,
    keep,
    parquet,
    remove,
    sweep,
)
from ternois_analysis.sources.intake.private import make_folder
from ternois_analysis.sources.register import objections
from ternois_analysis.sources.register.pseudonyms import key


@dataclass(frozen=True)
class ConsentEntry:
    """One file of the store; `imported` orders those received on one day."""

    folder: Path
    received: dt.date
    imported: str
    sha256: str
    rows_in: int
    rows_accepted: int
    rows_set_aside: int


@dataclass(frozen=True)
class Imported:
    """Outcome of an import; `intake` is None when the same file was already there (`new` False)."""

    entry: ConsentEntry
    intake: Intake | None
    new: bool


def entries() -> list[ConsentEntry]:
    """All files of the store, the first received first."""
    trail.note("store", "consents")
    root = paths.store() / "consents"
    found = [_entry(path.parent) for path in root.glob(f"[0-9]*/{ENTRY}")]
    return sorted(found, key=lambda entry: (entry.received, entry.imported, entry.sha256))


def in_force(on: dt.date) -> ConsentEntry | None:
    """The newest file received by a day: it replaces the others, even when all have withdrawn."""
    seen = [entry for entry in entries() if entry.received <= on]
    return seen[-1] if seen else None


def read(entry: ConsentEntry, on: dt.date) -> pd.DataFrame:
    """The artisans who agree to be named on a day, without those who objected since.

    A consent lapses after the time that `consents.yml` allows.
    """
    table = pd.read_parquet(entry.folder / "accepted.parquet")
    years = consents().retention.accepted_years
    lapsed = table["consented"] + pd.DateOffset(years=years) <= pd.Timestamp(on)
    return table[~lapsed & ~table["business"].isin(objections())].reset_index(drop=True)


def bring_in(path: Path, communes: pd.DataFrame, *, received: dt.date | None = None) -> Imported:
    """Import a file of consents; the same file a second time changes nothing.

    Parameters are those of `accept`; without `received`, today. An import that is stopped at any
    point leaves the store as it was.

    Raises
    ------
    SourceError, SchemaError
        As `accept`.
    """
    brought = came(path)
    known = entries()
    # An older file brought again comes into force again: only the newest is not read twice.
    if known and known[-1].sha256 == brought.sha256:
        return Imported(known[-1], None, new=False)
    root = make_folder(paths.store() / "consents")
    sweep(root)
    day = received or dt.date.today()
    intake = accept(path, communes, key=key(), received=day, objecting=objections())
    moment = dt.datetime.now(dt.UTC)
    name = f"{day.isoformat()}-{moment:%Y%m%dT%H%M%S}-{brought.sha256[:12]}"
    facts = intake.facts | {"imported": moment.isoformat()}
    files = {
        brought.name: brought.content,
        "accepted.parquet": parquet(intake.accepted[list(COLUMNS)]),
        "rejects.csv": rejects_csv(intake.rejects),
        ENTRY: entry(facts, brought.sha256, intake.findings),
    }
    return Imported(_entry(keep(root, name, files)), intake, new=True)


def purge(today: dt.date | None = None, *, everything: bool = False) -> list[str]:
    """Remove the files that were replaced or are older than `consents.yml` allows.

    Parameters
    ----------
    today : date
        Default: the machine's date.
    everything : bool
        Remove all of them, that in force too.

    Returns
    -------
    list of str
        Names of the folders removed.
    """
    limits, now, touched = consents().retention, pd.Timestamp(today or dt.date.today()), []
    known = entries()
    for each in known:
        day = pd.Timestamp(each.received)
        replaced = each is not known[-1]
        old = day + pd.DateOffset(years=limits.accepted_years) <= now
        late = replaced and day + pd.DateOffset(months=limits.received_months) <= now
        if everything or old or late:
            remove(each.folder)
            touched.append(each.folder.name)
    clear(paths.store() / "consents")
    return touched


def _entry(folder: Path) -> ConsentEntry:
    try:
        said = json.loads((folder / ENTRY).read_text(encoding="utf-8"))
        return ConsentEntry(
            folder, dt.date.fromisoformat(said["received"]), said["imported"], said["sha256"],
            said["rows_in"], said["rows_accepted"], said["rows_set_aside"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(folder, error) from error
