"""Keeping what came in: a folder of the store that appears, and goes, whole or not at all."""

import datetime as dt
import hashlib
import io
import json
import os
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources.intake.private import make_folder, sync_folder, write_private

ENTRY = "entry.json"
_SUFFIXES = (".csv", ".xlsx", ".json", ".zip")
_HIDDEN = ".purged-"
#: No import lasts so long, where a process cannot be asked whether it lives.
_DRAFT_SECONDS = 3600


@dataclass(frozen=True)
class Came:
    """A file as received, and the name under which the store keeps it."""

    content: bytes
    sha256: str
    name: str


def came(path: Path) -> Came:
    """A file that somebody brings.

    Raises
    ------
    SourceError
        If there is none.
    """
    if not path.is_file():
        raise SourceError(
            explain(f"{path} cannot be imported", expected="a file", found="none",
                    do="Check the name.")
        )  # fmt: skip
    content, suffix = path.read_bytes(), path.suffix.lower()
    name = f"received{suffix if suffix in _SUFFIXES else '.bin'}"
    return Came(content, hashlib.sha256(content).hexdigest(), name)


def parquet(table: pd.DataFrame) -> bytes:
    """A table as bytes."""
    out = io.BytesIO()
    table.to_parquet(out, index=False)
    return out.getvalue()


def entry(facts: Mapping[str, Any], sha256: str, findings: pd.DataFrame) -> bytes:
    """What `entry.json` says: facts of the intake, hash of the file, findings by check."""
    counts = findings["check"].value_counts().sort_index()
    told = dict(facts) | {
        "sha256": sha256,
        "findings": {str(check): int(count) for check, count in counts.items()},
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode()


def now() -> str:
    """Present moment, to order what came on one day."""
    return dt.datetime.now(dt.UTC).isoformat()


def damaged(folder: Path, error: Exception) -> SourceError:
    """The error for a folder whose entry cannot be read."""
    return SourceError(
        explain(f"{folder}/{ENTRY} is damaged", expected="dates, hash and counts", found=error,
                do="Remove the folder and import the file again.")
    )  # fmt: skip


def remove(folder: Path) -> None:
    """Remove a folder, hidden first: stopped half-way, none is left without its files."""
    shutil.rmtree(folder.rename(folder.with_name(f"{_HIDDEN}{folder.name}")))


def forget_received(folder: Path) -> bool:
    """Remove the file as received from a folder; whether there was one."""
    files = list(folder.glob("received.*"))
    for file in files:
        file.unlink()
    sync_folder(folder)
    return bool(files)


def clear(root: Path) -> None:
    """Remove what a purge that was stopped left hidden."""
    for remains in root.glob(f"{_HIDDEN}*"):
        shutil.rmtree(remains)


def keep(root: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """Write owner-only files under `root` in a folder that gets its name last.

    Parameters
    ----------
    root : Path
        A folder of the store.
    name : str
        Name of the new folder.
    files : mapping of str to bytes
        `entry.json` among them: its presence shows that another process kept the same meanwhile.
    """
    draft = make_folder(root / f".draft-{os.getpid()}-{secrets.token_hex(4)}")
    for file, content in files.items():
        write_private(draft / file, content)
    sync_folder(draft)
    target = root / name
    try:
        draft.rename(target)
    except OSError:  # another process imported the same file meanwhile
        shutil.rmtree(draft)
        if not (target / ENTRY).is_file():
            raise
    sync_folder(root)
    return target


def sweep(root: Path) -> None:
    """Remove the drafts of imports that were killed: they hold personal data and serve nothing."""
    for draft in root.glob(".draft-*"):
        if not _alive(int(draft.name.split("-")[1]), draft.stat().st_mtime):
            shutil.rmtree(draft)


def _alive(pid: int, started: float) -> bool:
    if os.name != "posix":  # elsewhere, signal 0 would end the process
        return time.time() - started < _DRAFT_SECONDS
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
