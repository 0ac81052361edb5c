"""The formats in which a register comes, and the day on which it was extracted."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis.catalog.register import register
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources.intake import Layout, Received
from ternois_analysis.sources.register.dates import parse
from ternois_analysis.sources.register.rne import flatten

_NAMED = (
    r"(?<!\d)(20\d\d)[-_.]?(\d\d)[-_.]?(\d\d)(?!\d)",
    r"(?<!\d)(\d\d)[-_.](\d\d)[-_.](20\d\d)(?!\d)",
)
_WRITTEN = r"(?<!\d)(\d{1,2})/(\d{1,2})/(20\d\d)(?!\d)"


def layout() -> Layout:
    """How a register is read: our names of its columns, whatever the format."""
    facts = register()
    repeat = frozenset(name for name, field in facts.fields.items() if field.repeat)
    return Layout(facts.aliases(), tuple(facts.fields), facts.required, repeat, flatten)


def format_name(parts: tuple[dict[str, Any], ...]) -> str:
    """What the file is, in French: local extract, RNM or RNE, and its container."""
    kinds = {part["kind"] for part in parts}
    if kinds == {"json"}:
        return "RNE (JSON)"
    kind = "Excel" if "xlsx" in kinds else "CSV"
    official = any(str(c).startswith("ent_") for p in parts for c in p.get("header", []))
    return f"{'RNM' if official else 'extraction locale'} ({kind})"


def extraction_day(name: str, received: Received, given: dt.date | None) -> dt.date:
    """The day on which the file was extracted: given, or written in its name or inside it.

    Raises
    ------
    SourceError
        If it is written nowhere, or if the places disagree (DQ32).
    """
    if given is not None:
        return given
    named, inside = _in_name(name), _inside(received)
    if named and inside and inside != {named}:
        raise SourceError(
            explain(
                f"DQ32, date of extraction of {name}",
                expected=f"{named} inside the file as in its name",
                found=sorted(inside),
                do="Rename the file after its date of extraction, or pass --extracted.",
            )
        )
    found = inside or ({named} if named else set())
    if len(found) != 1:
        raise SourceError(
            explain(
                f"Date of extraction of {name}",
                expected="one date, in the name or above the header",
                found=sorted(found),
                do="Name the file registre_AAAA-MM-JJ.csv, or pass --extracted.",
            )
        )
    return found.pop()


def _in_name(name: str) -> dt.date | None:
    stem = Path(name).name
    for pattern, order in zip(_NAMED, ((0, 1, 2), (2, 1, 0)), strict=True):
        for match in re.findall(pattern, stem):
            day = _day(*(match[i] for i in order))
            if day:
                return day
    return None


def _inside(received: Received) -> set[dt.date]:
    text = " ".join(line for part in received.parts for line in part["preamble"])
    days = {_day(y, m, d) for d, m, y in re.findall(_WRITTEN, text)} - {None}
    if days or received.frame.empty:
        return {day for day in days if day}
    written = received.frame["extracted"]
    dates, _, _ = parse(pd.Series(written[written != ""].unique(), dtype="str"))
    return {day.date() for day in dates.dropna()}


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
