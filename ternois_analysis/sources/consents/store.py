"""The files of consents of the store: imported whole or not at all, the newest in force."""

import datetime as dt
import hashlib
import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ternois_analysis import paths
from ternois_analysis.catalog.consents import consents
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources.consents.accept import COLUMNS, Intake, accept
from ternois_analysis.sources.intake import rejects_csv
from ternois_analysis.sources.intake.keeping import keep, sweep
from ternois_analysis.sources.intake.private import make_folder
from ternois_analysis.sources.register import objections
from ternois_analysis.sources.register.pseudonyms import key

_SUFFIXES = (".csv", ".xlsx", ".json", ".zip")


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
    root = paths.store() / "consents"
    found = [_entry(path.parent) for path in root.glob("[0-9]*/entry.json")]
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
    if not path.is_file():
        raise SourceError(
            explain(f"{path} cannot be imported", expected="a file", found="none",
                    do="Check the name.")
        )  # fmt: skip
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    known = entries()
    # An older file brought again comes into force again: only the newest is not read twice.
    if known and known[-1].sha256 == sha256:
        return Imported(known[-1], None, new=False)
    root = make_folder(paths.store() / "consents")
    sweep(root)
    day = received or dt.date.today()
    intake = accept(path, communes, key=key(), received=day, objecting=objections())
    moment = dt.datetime.now(dt.UTC)
    name = f"{day.isoformat()}-{moment:%Y%m%dT%H%M%S}-{sha256[:12]}"
    files = _files(path, content, sha256, intake, moment)
    return Imported(_entry(keep(root, name, files, "entry.json")), intake, new=True)


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
    for entry in known:
        day = pd.Timestamp(entry.received)
        replaced = entry is not known[-1]
        old = day + pd.DateOffset(years=limits.accepted_years) <= now
        late = replaced and day + pd.DateOffset(months=limits.received_months) <= now
        if everything or old or late:
            # Hidden first: a purge that is stopped half-way leaves no folder without its files.
            shutil.rmtree(
                entry.folder.rename(entry.folder.with_name(f".purged-{entry.folder.name}"))
            )
            touched.append(entry.folder.name)
    for remains in (paths.store() / "consents").glob(".purged-*"):
        shutil.rmtree(remains)
    return touched


def _entry(folder: Path) -> ConsentEntry:
    try:
        said = json.loads((folder / "entry.json").read_text(encoding="utf-8"))
        return ConsentEntry(
            folder, dt.date.fromisoformat(said["received"]), said["imported"], said["sha256"],
            said["rows_in"], said["rows_accepted"], said["rows_set_aside"],
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            explain(f"{folder}/entry.json is damaged", expected="dates, hash and counts",
                    found=error, do="Remove the folder and import the file again.")
        ) from error  # fmt: skip


def _files(
    path: Path, content: bytes, sha256: str, intake: Intake, moment: dt.datetime
) -> dict[str, bytes]:
    counts = intake.findings["check"].value_counts().sort_index()
    entry = intake.facts | {
        "sha256": sha256,
        "imported": moment.isoformat(),
        "findings": {str(check): int(count) for check, count in counts.items()},
    }
    suffix = path.suffix.lower() if path.suffix.lower() in _SUFFIXES else ".bin"
    table = io.BytesIO()
    intake.accepted[list(COLUMNS)].to_parquet(table, index=False)
    return {
        f"received{suffix}": content,
        "accepted.parquet": table.getvalue(),
        "rejects.csv": rejects_csv(intake.rejects),
        "entry.json": json.dumps(entry, ensure_ascii=False, indent=1, sort_keys=True).encode(),
    }
