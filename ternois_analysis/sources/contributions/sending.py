"""What a contribution says of itself: its template, version, period and the territory it covers."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ternois_analysis import french, quarters
from ternois_analysis.catalog.contributions import contributions
from ternois_analysis.errors import ReportError, SchemaError, explain
from ternois_analysis.sources.contributions.template import (
    COVERED,
    KIND,
    LISTED,
    PERIOD,
    SENDING,
    VERSION,
)
from ternois_analysis.sources.intake import workbook
from ternois_analysis.sources.intake.container import Refused, open_parts


@dataclass(frozen=True)
class Sending:
    """One contribution: its kind, its millésime (`2026Q3`, `2025`) and last day, what it covers.

    `covers` are the communes of which it says everything, none when it speaks of its rows only.
    """

    kind: str
    version: str
    millesime: str
    last_day: dt.date
    territory: str
    covers: frozenset[str]


def read(path: Path, territories: Mapping[str, frozenset[str]], received: dt.date) -> Sending:
    """What the sheet of the sending says.

    Parameters
    ----------
    territories : mapping of str to frozenset of str
        Communes by label of the territories that a sender may cover.
    received : date
        No period may end later.

    Raises
    ------
    SourceError
        If the file cannot be read.
    SchemaError
        If it is no template, an older one, or says no period.
    """
    said = _cells(path)
    known, name = contributions().kinds, said.get(KIND, "")
    if name not in known or said.get(VERSION) != known[name].version:
        raise SchemaError(
            explain(
                f"{path.name} is no template of today",
                expected=[f"{kind} version {entry.version}" for kind, entry in known.items()],
                found=f"{name or 'no template'} {said.get(VERSION, '')}".strip(),
                do=f"Write one with `ternois new contribution {name if name in known else 'KIND'}`"
                " and copy the rows into it.",
            )
        )
    millesime, last = _period(path, said.get(PERIOD, ""), known[name].period)
    if last > received:
        raise SchemaError(
            explain(f"{path.name}: period", expected=f"over by {received.isoformat()}",
                    found=said[PERIOD], do="Choose the period on the sheet « Envoi ».")
        )  # fmt: skip
    told = said.get(COVERED, LISTED) or LISTED
    covered = {french.plain(label): (label, codes) for label, codes in territories.items()}
    label, codes = covered.get(french.plain(told), ("", frozenset()))
    if not label and french.plain(told) != french.plain(LISTED):
        raise SchemaError(
            explain(f"{path.name}: territory covered", expected=[LISTED, *territories],
                    found=told, do="Choose it on the sheet « Envoi ».")
        )  # fmt: skip
    return Sending(name, known[name].version, millesime, last, label, codes)


def _cells(path: Path) -> dict[str, str]:
    parts, _ = open_parts(path)
    if len(parts) != 1 or parts[0].kind != "xlsx":
        raise SchemaError(
            explain(f"{path.name} is no template", expected="one Excel workbook",
                    found=", ".join(part.kind for part in parts),
                    do="Fill in the workbook of `ternois new contribution KIND`.")
        )  # fmt: skip
    try:
        # All sheets are walked: a generator left half-way would keep the workbook open.
        sheets = {name: list(rows) for name, rows in workbook.sheets(parts[0].content)
                  if name == SENDING}  # fmt: skip
    except Refused as reason:
        raise SchemaError(
            explain(f"{path.name} cannot be read", expected="an Excel workbook", found=reason,
                    do="Save it again without a password.")
        ) from reason  # fmt: skip
    rows = sheets.get(SENDING, [])
    return {row[0].strip(): row[1].strip() for row in rows if len(row) > 1}


def _period(path: Path, text: str, rhythm: str) -> tuple[str, dt.date]:
    """Millésime and last day of a period as chosen."""
    try:
        if rhythm == "quarter":
            quarter = quarters.parse(text)
            return str(quarter), quarter.last_day
        if len(text) == 4 and text.isdigit():
            return text, dt.date(int(text), 12, 31)
    except (ReportError, ValueError):
        pass
    raise SchemaError(
        explain(f"{path.name}: period", expected="2026T3" if rhythm == "quarter" else "2025",
                found=text or "none", do="Choose the period on the sheet « Envoi ».")
    )  # fmt: skip
