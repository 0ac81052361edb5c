"""The programme files of the store: imported whole or not at all, the newest of each in force."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ternois_analysis import paths, trail
from ternois_analysis.catalog.programmes import programmes
from ternois_analysis.sources.intake import rejects_csv
from ternois_analysis.sources.intake.keeping import (
    ENTRY,
    came,
    clear,
    damaged,
    entry,
    forget_received,
    keep,
    now,
    parquet,
    remove,
    sweep,
)
from ternois_analysis.sources.intake.private import make_folder
from ternois_analysis.sources.programmes.accept import Intake, accept
from ternois_analysis.sources.programmes.report import import_report
from ternois_analysis.sources.register.pseudonyms import key


@dataclass(frozen=True)
class ProgrammeEntry:
    """One file of the store; `imported` orders those received on one day."""

    folder: Path
    programme: str
    received: dt.date
    imported: str
    sha256: str
    rows_in: int
    rows_accepted: int
    rows_set_aside: int


@dataclass(frozen=True)
class Imported:
    """Outcome of an import; `intake` is None when the same file was already there (`new` False)."""

    entry: ProgrammeEntry
    intake: Intake | None
    new: bool


def entries() -> list[ProgrammeEntry]:
    """All files of the store, the first received first."""
    trail.note("store", "programmes")
    root = paths.store() / "programmes"
    found = [_entry(path.parent) for path in root.glob(f"[a-z]*/{ENTRY}")]
    return sorted(found, key=lambda entry: (entry.received, entry.imported, entry.sha256))


def in_force() -> dict[str, ProgrammeEntry]:
    """The newest file of each programme, in the order of the catalogue: it replaces the others.

    A file of which nothing was accepted replaces nothing.
    """
    newest = {entry.programme: entry for entry in entries() if entry.rows_accepted}
    return {name: newest[name] for name in programmes().programmes if name in newest}


def read(entry: ProgrammeEntry) -> dict[str, pd.DataFrame]:
    """The accepted tables of a file, by name."""
    return {path.stem: pd.read_parquet(path) for path in sorted(entry.folder.glob("*.parquet"))}


def bring_in(
    path: Path,
    communes: pd.DataFrame,
    *,
    received: dt.date | None = None,
    programme: str = "",
) -> Imported:
    """Import the file of a programme; the same file a second time changes nothing.

    Parameters are those of `accept`; without `received`, today. An import that is stopped at any
    point leaves the store as it was.

    Raises
    ------
    SourceError, SchemaError
        As `accept`.
    """
    brought = came(path)
    same = [each for each in entries() if each.sha256 == brought.sha256]
    if same:
        return Imported(same[0], None, new=False)
    root = make_folder(paths.store() / "programmes")
    sweep(root)
    day = received or dt.date.today()
    intake = accept(path, communes, key=key(), received=day, programme=programme)
    name = f"{intake.programme}-{day.isoformat()}-{brought.sha256[:12]}"
    facts = intake.facts | {"imported": now()}
    files = {f"{table}.parquet": parquet(rows) for table, rows in intake.tables.items()} | {
        brought.name: brought.content,
        "rejects.csv": rejects_csv(intake.rejects),
        "report.html": import_report(intake).encode(),
        ENTRY: entry(facts, brought.sha256, intake.findings),
    }
    return Imported(_entry(keep(root, name, files)), intake, new=True)


def purge(today: dt.date | None = None, *, everything: bool = False) -> list[str]:
    """Remove what the retention of `programmes.yml` no longer allows.

    Parameters
    ----------
    today : date
        Default: the machine's date.
    everything : bool
        Remove all files, whatever their age; the key of the register stays.

    Returns
    -------
    list of str
        Names of the folders that lost their received file, or that were removed.
    """
    limits, on = programmes().retention, pd.Timestamp(today or dt.date.today())
    touched: list[str] = []
    for each in entries():
        day = pd.Timestamp(each.received)
        if everything or day + pd.DateOffset(years=limits.accepted_years) <= on:
            remove(each.folder)
            touched.append(each.folder.name)
        elif day + pd.DateOffset(months=limits.received_months) <= on:
            touched += [each.folder.name] if forget_received(each.folder) else []
    clear(paths.store() / "programmes")
    return touched


def _entry(folder: Path) -> ProgrammeEntry:
    try:
        said = json.loads((folder / ENTRY).read_text(encoding="utf-8"))
        return ProgrammeEntry(
            folder, said["programme"], dt.date.fromisoformat(said["received"]), said["imported"],
            said["sha256"], said["rows_in"], said["rows_accepted"], said["rows_set_aside"],
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(folder, error) from error
