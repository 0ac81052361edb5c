"""The registers of the store: imported whole or not at all, chosen by their dates."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ternois_analysis import paths, trail
from ternois_analysis.sources.intake import rejects_csv
from ternois_analysis.sources.intake.keeping import (
    ENTRY,
    came,
    damaged,
    entry,
    keep,
    parquet,
    sweep,
)
from ternois_analysis.sources.intake.private import make_folder
from ternois_analysis.sources.register.accept import Intake, accept, compared
from ternois_analysis.sources.register.objections import honoured
from ternois_analysis.sources.register.outside import Outside
from ternois_analysis.sources.register.pseudonyms import key
from ternois_analysis.sources.register.report import quality_report

#: The chamber extracts up to ten days after a quarter's last day (stock at the last day).
EXTRACTION_DAYS = 10


@dataclass(frozen=True)
class RegisterEntry:
    """One register of the store."""

    folder: Path
    extracted: dt.date
    received: dt.date
    sha256: str
    rows_in: int
    rows_accepted: int
    rows_set_aside: int

    @property
    def millesime(self) -> str:
        """Day of extraction, as figures cite it."""
        return self.extracted.isoformat()


@dataclass(frozen=True)
class Imported:
    """Outcome of an import; `intake` is None when the same file was already there (`new` False)."""

    entry: RegisterEntry
    intake: Intake | None
    new: bool


def entries() -> list[RegisterEntry]:
    """All registers of the store, oldest extraction first."""
    trail.note("store", "register")
    folder = paths.store() / "register"
    found = (
        [_entry(path.parent) for path in folder.glob(f"[0-9]*/{ENTRY}")] if folder.is_dir() else []
    )
    return sorted(found, key=lambda entry: (entry.extracted, entry.received, entry.sha256))


def _entry(folder: Path) -> RegisterEntry:
    try:
        said = json.loads((folder / ENTRY).read_text(encoding="utf-8"))
        return RegisterEntry(
            folder,
            dt.date.fromisoformat(said["extracted"]),
            dt.date.fromisoformat(said["received"]),
            said["sha256"],
            said["rows_in"],
            said["rows_accepted"],
            said["rows_set_aside"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(folder, error) from error


def in_force(last_day: dt.date, freeze: dt.date) -> RegisterEntry | None:
    """The register that a quarter sees, or None.

    Parameters
    ----------
    last_day, freeze : date
        Last day of the quarter and day after which nothing enters it. The newest register extracted
        at most ten days after the last day and received by the freeze is in force.
    """
    latest = last_day + dt.timedelta(days=EXTRACTION_DAYS)
    seen = [e for e in entries() if e.extracted <= latest and e.received <= freeze]
    return seen[-1] if seen else None


def read(entry: RegisterEntry) -> pd.DataFrame:
    """The accepted spells of a register; those who objected since are no longer listed."""
    return honoured(pd.read_parquet(entry.folder / "accepted.parquet"))


def bring_in(
    path: Path,
    communes: pd.DataFrame,
    passage: pd.DataFrame,
    *,
    received: dt.date | None = None,
    extracted: dt.date | None = None,
    beside: Outside | None = None,
) -> Imported:
    """Import a register into the store; the same file a second time changes nothing.

    Parameters are those of `accept`; without `received`, today. An import that is stopped at any
    point leaves the store as it was: the folder gets its name last.

    Raises
    ------
    SourceError, SchemaError
        As `accept`.
    """
    brought = came(path)
    same = [each for each in entries() if each.sha256 == brought.sha256]
    if same:
        return Imported(same[0], None, new=False)
    root = make_folder(paths.store() / "register")
    sweep(root)
    intake = accept(
        path,
        communes,
        passage,
        key=key(),
        received=received or dt.date.today(),
        extracted=extracted,
        beside=beside,
    )
    before = [
        e for e in entries() if e.extracted < dt.date.fromisoformat(intake.facts["extracted"])
    ]
    if before and intake.drift is None:
        intake = compared(intake, read(before[-1]))
    name = f"{intake.facts['extracted']}-{brought.sha256[:12]}"
    facts = intake.facts | {
        "about_the_file": sorted({finding.check for finding in intake.file_findings}),
        "unverifiable": list(intake.unverifiable),
    }
    files = {
        brought.name: brought.content,
        "accepted.parquet": parquet(intake.accepted),
        "rejects.csv": rejects_csv(intake.rejects),
        "report.html": quality_report(intake).encode(),
        ENTRY: entry(facts, brought.sha256, intake.findings),
    }
    return Imported(_entry(keep(root, name, files)), intake, new=True)
