"""The ledger of contributions: who sent what, when, under which agreement, and its end."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ternois_analysis import paths
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources.intake.keeping import now
from ternois_analysis.sources.intake.private import make_folder


def path() -> Path:
    """Where the ledger lies: one JSON object a line, only ever added to, owner-only."""
    return paths.store() / "contributions" / "ledger.jsonl"


def note(event: str, facts: Mapping[str, Any]) -> None:
    """Add a line: `imported`, `forgotten` or `purged`, and the facts of the contribution."""
    line = json.dumps({"at": now(), "event": event} | dict(facts), ensure_ascii=False)
    make_folder(path().parent)
    # One write of one line at the end: two imports at a time do not mix theirs.
    handle = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, (line + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def lines() -> list[dict[str, Any]]:
    """All lines of the ledger, the first written first.

    Raises
    ------
    SourceError
        If a line cannot be read.
    """
    if not path().is_file():
        return []
    try:
        text = path().read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]
    except ValueError as error:
        raise SourceError(
            explain(f"{path()} is damaged", expected="one JSON object a line", found=error,
                    do="Restore the ledger from a backup.")
        ) from error  # fmt: skip
