"""The programme files of the store: imported whole or not at all, the newest of each in force."""

import datetime as dt
import hashlib
import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ternois_analysis import paths
from ternois_analysis.catalog.programmes import programmes
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources.intake import rejects_csv
from ternois_analysis.sources.intake.keeping import keep, sweep
from ternois_analysis.sources.intake.private import make_folder, sync_folder
from ternois_analysis.sources.programmes.accept import Intake, accept
from ternois_analysis.sources.programmes.report import import_report
from ternois_analysis.sources.register.pseudonyms import key

_SUFFIXES = (".csv", ".xlsx", ".json", ".zip")


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
    root = paths.store() / "programmes"
    found = [_entry(path.parent) for path in root.glob("[a-z]*/entry.json")]
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
    if not path.is_file():
        raise SourceError(
            explain(
                f"{path} cannot be imported", expected="a file", found="none", do="Check the name."
            )
        )
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    same = [entry for entry in entries() if entry.sha256 == sha256]
    if same:
        return Imported(same[0], None, new=False)
    root = make_folder(paths.store() / "programmes")
    sweep(root)
    day = received or dt.date.today()
    intake = accept(path, communes, key=key(), received=day, programme=programme)
    name = f"{intake.programme}-{day.isoformat()}-{sha256[:12]}"
    target = keep(root, name, _files(path, content, sha256, intake), "entry.json")
    return Imported(_entry(target), intake, new=True)


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
    limits, now, touched = programmes().retention, pd.Timestamp(today or dt.date.today()), []
    for entry in entries():
        day = pd.Timestamp(entry.received)
        if everything or day + pd.DateOffset(years=limits.accepted_years) <= now:
            # Hidden first: a purge that is stopped half-way leaves no folder without its files.
            doomed = entry.folder.rename(entry.folder.with_name(f".purged-{entry.folder.name}"))
            shutil.rmtree(doomed)
            touched.append(entry.folder.name)
        elif day + pd.DateOffset(months=limits.received_months) <= now:
            for file in entry.folder.glob("received.*"):
                file.unlink()
                touched.append(entry.folder.name)
            sync_folder(entry.folder)
    for remains in (paths.store() / "programmes").glob(".purged-*"):
        shutil.rmtree(remains)
    return touched


def _entry(folder: Path) -> ProgrammeEntry:
    try:
        said = json.loads((folder / "entry.json").read_text(encoding="utf-8"))
        return ProgrammeEntry(
            folder, said["programme"], dt.date.fromisoformat(said["received"]), said["imported"],
            said["sha256"], said["rows_in"], said["rows_accepted"], said["rows_set_aside"],
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(
            explain(
                f"{folder}/entry.json is damaged",
                expected="programme, dates, hash and counts",
                found=error,
                do="Remove the folder and import the file again.",
            )
        ) from error


def _files(path: Path, content: bytes, sha256: str, intake: Intake) -> dict[str, bytes]:
    counts = intake.findings["check"].value_counts().sort_index()
    entry = intake.facts | {
        "sha256": sha256,
        "imported": dt.datetime.now(dt.UTC).isoformat(),
        "findings": {str(check): int(count) for check, count in counts.items()},
    }
    suffix = path.suffix.lower() if path.suffix.lower() in _SUFFIXES else ".bin"
    files = {f"received{suffix}": content}
    for name, table in intake.tables.items():
        out = io.BytesIO()
        table.to_parquet(out, index=False)
        files[f"{name}.parquet"] = out.getvalue()
    return files | {
        "rejects.csv": rejects_csv(intake.rejects),
        "report.html": import_report(intake).encode(),
        "entry.json": json.dumps(entry, ensure_ascii=False, indent=1, sort_keys=True).encode(),
    }
