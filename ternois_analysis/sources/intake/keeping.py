"""Keeping what came in: a folder of the store that appears whole or not at all."""

import os
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from ternois_analysis.sources.intake.private import make_folder, sync_folder, write_private

#: No import lasts so long, where a process cannot be asked whether it lives.
_DRAFT_SECONDS = 3600


def keep(root: Path, name: str, files: Mapping[str, bytes], proof: str) -> Path:
    """Write owner-only files under `root` in a folder that gets its name last.

    Parameters
    ----------
    root : Path
        A folder of the store.
    name : str
        Name of the new folder.
    files : mapping of str to bytes
    proof : str
        File whose presence shows that another process kept the same content meanwhile.
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
        if not (target / proof).is_file():
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
