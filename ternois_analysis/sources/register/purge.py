"""What must go after its time: the file as received first, the pseudonymised table later."""

import datetime as dt
import shutil
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import paths
from ternois_analysis.catalog.register import register
from ternois_analysis.sources.intake.keeping import clear, forget_received, remove
from ternois_analysis.sources.intake.private import sync_folder
from ternois_analysis.sources.register.store import entries


@dataclass(frozen=True)
class Purged:
    """Names of the registers whose received file, or whose folder, was removed."""

    received: tuple[str, ...]
    folders: tuple[str, ...]


def purge(today: dt.date | None = None, *, everything: bool = False) -> Purged:
    """Remove what the retention of `register.yml` no longer allows.

    Parameters
    ----------
    today : date
        Default: the machine's date.
    everything : bool
        Remove all registers, whatever their age. The key and the objections stay, so that an
        objection holds for the next transfer too.
    """
    limits, now = register().retention, pd.Timestamp(today or dt.date.today())
    received: list[str] = []
    folders: list[str] = []
    for entry in entries():
        day = pd.Timestamp(entry.extracted)
        if everything or day + pd.DateOffset(years=limits.accepted_years) <= now:
            remove(entry.folder)
            folders.append(entry.folder.name)
        elif day + pd.DateOffset(months=limits.received_months) <= now:
            received += [entry.folder.name] if forget_received(entry.folder) else []
    root = paths.store() / "register"
    clear(root)
    for remains in root.glob(".draft-*") if everything else ():
        shutil.rmtree(remains)
    if root.is_dir():
        sync_folder(root)
    return Purged(tuple(received), tuple(folders))
