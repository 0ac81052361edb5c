"""The contributions of the store: kept whole or not at all, with a ledger of what came."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis import trail
from ternois_analysis.catalog.contributions import PREFIX, contributions
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources import installed
from ternois_analysis.sources.contributions import ledger
from ternois_analysis.sources.contributions.accept import Intake, accept
from ternois_analysis.sources.contributions.receipt import receipt
from ternois_analysis.sources.contributions.report import import_report
from ternois_analysis.sources.contributions.tables import table
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

_LONG = 120


@dataclass(frozen=True)
class Contribution:
    """One contribution of the store; `communes` is the number of those that it counts."""

    folder: Path
    kind: str
    millesime: str
    sender: str
    agreement: str
    audience: str
    received: dt.date
    imported: str
    sha256: str
    rows_in: int
    rows_accepted: int
    rows_set_aside: int
    communes: int


@dataclass(frozen=True)
class Imported:
    """Outcome of an import; `intake` is None when the same file was already there (`new` False)."""

    entry: Contribution
    intake: Intake | None
    new: bool


def entries() -> list[Contribution]:
    """All contributions of the store, the first received first."""
    trail.note("store", "sources")
    found = [
        _entry(path.parent) for path in installed.home().glob(f"{PREFIX}*/*/[0-9a-f]*/{ENTRY}")
    ]
    return sorted(found, key=lambda each: (each.received, each.imported, each.sha256))


def bring_in(
    path: Path,
    communes: pd.DataFrame,
    territories: Mapping[str, frozenset[str]],
    *,
    sender: str,
    agreement: str,
    audience: str,
    cog: str,
    received: dt.date | None = None,
) -> Imported:
    """Import a contribution; the same file under the same terms a second time changes nothing.

    A later file of the same sender for the same period takes its place from the day on which it
    was received; quarters frozen before keep the earlier one.

    Parameters
    ----------
    path, communes, territories, received
        As `accept`; without `received`, today.
    sender, agreement : str
        Who sent it (an organisation), and under which agreement.
    audience : str
        The widest audience that may see it.
    cog : str
        Year of the codes of `communes`.

    Raises
    ------
    SourceError, SchemaError
        As `accept`, or for a sender, agreement or audience that will not do; the store is then as
        it was before.
    """
    brought = came(path)
    day = received or dt.date.today()
    _check_terms(sender, agreement)
    terms = {"sender": sender, "agreement": agreement, "audience": audience}
    known = _noted(entries())
    newest = {(e.kind, e.millesime): e for e in known if e.sender == sender}
    for each in newest.values():
        # An older file brought again comes into force again: only the newest is not read twice.
        if each.sha256 == brought.sha256 and {n: getattr(each, n) for n in terms} == terms:
            return Imported(each, None, new=False)
    intake = accept(path, communes, territories, received=day)
    kind = contributions().kinds[intake.sending.kind]
    if audience not in kind.audiences:
        raise SchemaError(
            explain(f"Audience of a contribution of {intake.sending.kind}",
                    expected=kind.audiences, found=audience, do="Give one of these.")
        )  # fmt: skip
    made, signs = table(intake)
    facts = intake.facts | terms | {
        "received": day.isoformat(), "imported": now(), "communes": len(made),
    }  # fmt: skip
    files = {
        brought.name: brought.content,
        "accepted.parquet": parquet(intake.accepted),
        "rejects.csv": rejects_csv(intake.rejects),
        "report.html": import_report(intake, facts).encode(),
        ENTRY: entry(facts, brought.sha256, intake.findings),
    }
    if len(made):
        files |= receipt(intake, made, signs, facts | {"cog": cog, "sha256": brought.sha256,
                                                        "size": len(brought.content)})  # fmt: skip
    told = "\x1f".join([brought.sha256, *terms.values(), facts["imported"]])
    name = hashlib.sha256(told.encode()).hexdigest()[:12]
    root = make_folder(installed.home() / (PREFIX + intake.sending.kind) / intake.sending.millesime)
    sweep(root)
    kept = _entry(keep(root, name, files))
    ledger.note("imported", _line(kept))
    return Imported(kept, intake, new=True)


def _noted(known: list[Contribution]) -> list[Contribution]:
    """Contributions, each with its line in the ledger: a stopped import may have left one out."""
    written = {line.get("folder") for line in ledger.lines()}
    for each in known:
        if each.folder.name not in written:
            ledger.note("imported", _line(each))
    return known


def _check_terms(sender: str, agreement: str) -> None:
    for what, said in (("Sender", sender), ("Agreement", agreement)):
        if not said.strip() or len(said) > _LONG or not said.isprintable() or "@" in said:
            raise SchemaError(
                explain(f"{what} of a contribution", expected="a name on one line, of no person",
                        found=said[:_LONG] or "nothing",
                        do="Name the organisation with --from, the agreement with --agreement.")
            )  # fmt: skip


def forget(sender: str, kind: str = "", millesime: str = "") -> list[Contribution]:
    """Remove what a sender contributed: all, of one kind, of one period; the ledger says so.

    Raises
    ------
    SchemaError
        If there is nothing of the kind.
    """
    known = entries()
    chosen = [e for e in known if e.sender == sender and kind in ("", e.kind)
              and millesime in ("", e.millesime)]  # fmt: skip
    if not chosen:
        raise SchemaError(
            explain(f"Nothing to forget of {sender} {kind} {millesime}".strip(),
                    expected=sorted({e.sender for e in known}) or "a contribution", found="none",
                    do="Name the sender as it was given with --from.")
        )  # fmt: skip
    for each in chosen:
        remove(each.folder)
        ledger.note("forgotten", _line(each))
    return chosen


def purge(today: dt.date | None = None) -> list[Contribution]:
    """Remove what the retention of `contributions.yml` no longer allows; those touched.

    The file as received goes first, the whole contribution later.
    """
    on, touched = pd.Timestamp(today or dt.date.today()), []
    for each in entries():
        limits, day = contributions().kinds[each.kind].retention, pd.Timestamp(each.received)
        if day + pd.DateOffset(years=limits.accepted_years) <= on:
            remove(each.folder)
        elif day + pd.DateOffset(months=limits.received_months) > on or not forget_received(
            each.folder
        ):
            continue
        ledger.note("purged", _line(each))
        touched.append(each)
    for root in installed.home().glob(f"{PREFIX}*/*"):
        clear(root)
    return touched


def _line(each: Contribution) -> dict[str, Any]:
    facts = {field.name: getattr(each, field.name) for field in fields(each)}
    return facts | {"folder": each.folder.name, "received": each.received.isoformat()}


def _entry(folder: Path) -> Contribution:
    try:
        said = json.loads((folder / ENTRY).read_text(encoding="utf-8"))
        return Contribution(
            folder, said["kind"], said["millesime"], said["sender"], said["agreement"],
            said["audience"], dt.date.fromisoformat(said["received"]), said["imported"],
            said["sha256"], said["rows_in"], said["rows_accepted"], said["rows_set_aside"],
            said["communes"],
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(folder, error) from error
