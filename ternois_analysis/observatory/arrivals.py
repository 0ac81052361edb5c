"""What partners sent, as a quarter and an audience see it: from whom, how fresh, what for."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ternois_analysis import catalog, indicators
from ternois_analysis.catalog.contributions import (
    PREFIX,
    ContributionKind,
    contributed_source,
    contributions,
)
from ternois_analysis.catalog.sources import SourceFile
from ternois_analysis.observatory import values
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.sources import contributions as store
from ternois_analysis.sources.contributions import Contribution
from ternois_analysis.territory import Territory

_DAYS = 365.25 / 12


@dataclass(frozen=True)
class Arrival:
    """A contribution in force: its file among those of the quarter, and its entry in the store."""

    kind: str
    file: SourceFile
    entry: Contribution

    @property
    def facts(self) -> ContributionKind:
        """What the catalogue says of its kind."""
        return contributions().kinds[self.kind]


def arrivals(observatory: Observatory) -> list[Arrival]:
    """The contributions in force, by kind, newest period first, then by sender."""
    found = []
    for kind in contributions().kinds:
        files = [f for f in observatory.columns.files(contributed_source(kind))
                 if f.sender and f.delivery == PREFIX + kind]  # fmt: skip
        if files:
            known = {entry.folder: entry for entry in store.entries()}
            ordered = sorted(files, key=lambda file: file.sender)
            ordered.sort(key=lambda file: file.reference_date, reverse=True)
            found += [Arrival(kind, f, known[Path(f.path).parent]) for f in ordered]
    return found


def expected(observatory: Observatory, kind: str) -> str:
    """The newest period that a kind could tell of: the quarter, or the year that was over."""
    quarter = observatory.quarter
    if contributions().kinds[kind].period == "quarter":
        return str(quarter)
    return str(quarter.last_day.year - (0 if quarter.rank == 4 else 1))


def age_months(observatory: Observatory, arrival: Arrival) -> float:
    """Months from the last day that a contribution tells of to the last day of the quarter."""
    last = pd.Timestamp(observatory.quarter.last_day)
    return (last - pd.Timestamp(arrival.file.reference_date)).days / _DAYS


def covered(observatory: Observatory, kind: str, millesime: str, place: Territory) -> int:
    """Number of communes of a territory of which a period has a contributed figure."""
    table, facts = observatory.columns.table.set_index("commune"), contributions().kinds[kind]
    cut = [facts.split(column) for column in facts.added]
    named = {f"{column}@{millesime}" for column in (*facts.added, *filter(None, cut))}
    own = [name for name in table if str(name).partition("#")[0] in named]
    return int(table.reindex(list(place.communes))[own].notna().any(axis=1).sum())


def fed(observatory: Observatory, kind: str) -> list[str]:
    """The indicators made of what a kind brings, in the order of the catalogue."""
    source, found = contributed_source(kind), list(contributions().kinds[kind].feeds)
    for name, entry in catalog.indicators().items():
        if not entry.computed and name in indicators.registry():
            instances = values.instances(name, observatory.columns)
            if any(source in instance.sources for instance in instances):
                found.append(name)
    return found


def listed(arrival: Arrival, place: Territory) -> pd.DataFrame:
    """The rows of a contribution whose rows are things, in the communes of a territory."""
    rows = pd.read_parquet(arrival.entry.folder / "accepted.parquet")
    return rows[rows["commune"].isin(place.communes)].reset_index(drop=True)
