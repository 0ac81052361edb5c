"""Units counted by sector, for a territory and for the division around it, and rows of values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.observatory import values
from ternois_analysis.observatory.columns import key
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

_DIVISIONS = ("departement", "region", "france")


@dataclass(frozen=True)
class Basis:
    """What is counted by sector: the column, the indicator of its shares and the words for it.

    `delivery` is the file that brings it. `sampled` says that it rests on one household in four.
    """

    column: str
    share: str
    noun: str
    delivery: str
    sampled: bool = False

    def category(self, name: str = "") -> str:
        """Category of a value: what it tells, and of what; no two bases share one."""
        return f"{name} ({self.noun})" if name else self.noun

    @property
    def sectors(self) -> Mapping[str, str]:
        """Category of the column by the name of its sector, in the order of the catalogue."""
        categories = catalog.indicator(self.share).categories
        return {
            label: next(i.category for i in given.values() if i.category)
            for label, given in categories.items()
        }


BASES = {
    "establishments": Basis(
        "establishments_by_sector", "establishments_sector_share_pct", "établissements",
        "comparateur",
    ),
    "posts": Basis("posts_by_sector", "posts_sector_share_pct", "postes salariés", "flores"),
    "jobs": Basis("jobs_by_sector", "jobs_sector_share_pct", "emplois", "rp_emploi", sampled=True),
}  # fmt: skip


def counts(observatory: Observatory, place: Territory, basis: Basis, millesime: str) -> pd.Series:
    """Units of a territory by sector; missing where the producer hid or lacks one."""
    totals = observatory.totals([place]).iloc[0]
    found = {
        label: totals.get(key(basis.column, millesime, category), float("nan"))
        for label, category in basis.sectors.items()
    }
    return pd.Series(found, dtype="float64")


def dates(observatory: Observatory, basis: Basis) -> list[str]:
    """Millésimes of a basis that have all its sectors, oldest first."""
    table = observatory.columns.table.columns
    return [
        year
        for year in observatory.columns.millesimes(basis.column)
        if all(key(basis.column, year, category) in table for category in basis.sectors.values())
    ]


def reference_of(
    observatory: Observatory,
    place: Territory,
    candidates: Iterable[Territory],
    basis: Basis,
    millesimes: Sequence[str],
) -> tuple[Territory, list[pd.Series]] | None:
    """The nearest division with known counts at each date, the territory taken out of it."""
    for division in candidates:
        apart = tuple(sorted(set(division.communes) - set(place.communes)))
        if division.kind not in _DIVISIONS or not apart:
            continue
        rest = replace(division, communes=apart)
        known = [counts(observatory, rest, basis, year) for year in millesimes]
        if all(series.notna().all() for series in known):
            return division, known
    return None


def rows(
    observatory: Observatory, place: Territory, basis: Basis, period: str,
    records: Sequence[Mapping[str, object]],
) -> pd.DataFrame:  # fmt: skip
    """Values of a territory from what differs between them; those not shown lose their numbers."""
    source = observatory.columns.owner(basis.column)
    common: dict[str, object] = {
        "quarter": str(observatory.quarter), "audience": observatory.audience,
        "territory": place.id, "territory_label": place.label,
        "category": basis.category(), "period": period, "value": np.nan, "low": np.nan,
        "high": np.nan, "n": np.nan, "status": "ok", "note": "",
        "source": source, "millesime": period.replace("-", ","), "synthetic": False,
    }  # fmt: skip
    table = pd.DataFrame([common | dict(record) for record in records])
    table.loc[table["value"].isna() & (table["status"] == "ok"), "status"] = "n.d."
    table.loc[table["status"] != "ok", ["value", "low", "high", "n"]] = np.nan
    return table[list(values.COLUMNS)]
