"""When the data of a portal came, and when the next are expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.sources import Rhythm


@dataclass(frozen=True)
class Due:
    """When the newest file of a source came and when the next is expected, as printed."""

    published: str
    expected: str


def datebook(files: Iterable[Mapping[str, Any]], today: str) -> list[Due]:
    """The dates of each source, in the order in which sources come.

    Parameters
    ----------
    files : iterable of mappings
        As `Observatory.sources_used` gives them.
    today : str
        ISO day: an earlier date was expected already.
    """
    newest: dict[str, Mapping[str, Any]] = {}
    for file in files:
        known = newest.get(file["source"])
        if known is None or _day(file) >= _day(known):
            newest[file["source"]] = file
    return [
        Due(
            french.date(str(file["available"])[:10]) if file.get("available") else "",
            _expected(file, name, today),
        )
        for name, file in newest.items()
    ]


def _day(file: Mapping[str, Any]) -> str:
    return str(file.get("reference_date", ""))


def _expected(file: Mapping[str, Any], name: str, today: str) -> str:
    source = catalog.sources().get(name)
    rhythm = source.rhythm if source is not None else None
    if rhythm is None or not _day(file):
        return "sans calendrier fixe"
    if rhythm.ended:
        return f"série terminée en {rhythm.ended}"
    month = next_month(_day(file), rhythm)
    return f"attendu depuis {french.date(month)}" if month < today[:7] else french.date(month)


def next_month(reference_date: str, rhythm: Rhythm) -> str:
    """ISO month in which the millésime that follows a reference date should be published."""
    months = rhythm.every_months + rhythm.delay_months
    return (pd.Timestamp(reference_date) + pd.DateOffset(months=months)).strftime("%Y-%m")
