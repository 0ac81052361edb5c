"""What a source is worth for a territory: its age, what it covers, what it hides, its checks."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, sources
from ternois_analysis.catalog import Source
from ternois_analysis.observatory import quality
from ternois_analysis.observatory.checks import Check, State
from ternois_analysis.observatory.columns import Columns, vintage
from ternois_analysis.observatory.craft import DEMONSTRATION, GENUINE
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory
from ternois_analysis.trail import lru_cache

_DAYS = 365.25 / 12
#: A source below this score is to be watched even if nothing else is wrong with it.
_POOR = 75.0


@dataclass(frozen=True)
class Cells:
    """Cells of a source for the communes of a territory: with a figure, hidden, not available."""

    total: int
    known: int
    hidden: int
    unavailable: int

    @property
    def explained(self) -> float:
        """Share of cells that have a figure, or for which the producer says why not, 0 to 1."""
        return (
            (self.known + self.hidden + self.unavailable) / self.total if self.total else math.nan
        )


@dataclass(frozen=True)
class Assessment:
    """A source as it stands for a territory in a quarter.

    `age_months` goes from the day that its newest millésime describes to the quarter's last day,
    `allowed_months` is the age at which the next one is due (missing without a rhythm). Shares of
    communes are in percent, missing where rows are no communes.
    """

    source: str
    millesime: str
    age_months: float
    allowed_months: float
    every_months: float
    coverage_pct: float
    france_pct: float
    cells: Cells
    checks: tuple[Check, ...]
    partial: bool
    ended: str

    @property
    def late_months(self) -> float:
        """Months since the next millésime was due; zero when it is not due."""
        late = self.age_months - self.allowed_months
        # Half a month: publications do not keep to the day.
        return late if late > 0.5 else 0.0

    @property
    def sure(self) -> int:
        """Number of checks that could be made."""
        return sum(check.state != "unknown" for check in self.checks)

    @property
    def passed(self) -> int:
        """Number of checks that are satisfied."""
        return sum(check.state == "ok" for check in self.checks)

    @property
    def parts(self) -> tuple[float, ...]:
        """Freshness, coverage, completeness and checks, 0 to 1 each; missing where it has none."""
        late = self.late_months / self.every_months if self.every_months else 0.0
        worth = {"ok": 1.0, "watch": 0.5, "block": 0.0, "unknown": 0.0}
        passed = sum(worth[c.state] for c in self.checks) / self.sure if self.sure else math.nan
        fresh = max(0.0, 1.0 - late)
        return fresh, self.coverage_pct / 100, self.cells.explained, passed

    @property
    def score(self) -> float:
        """Mean of the parts that are known, 0 to 100."""
        known = [part for part in self.parts if not math.isnan(part)]
        return 100 * sum(known) / len(known)

    @property
    def state(self) -> State:
        """« block » for a failed check; « watch » for what is late, ended, incomplete or poor."""
        states = {check.state for check in self.checks}
        if "block" in states:
            return "block"
        odd = "watch" in states or self.late_months > 0 or bool(self.ended)
        return "watch" if odd or self.coverage_pct < 100 or self.score < _POOR else "ok"


@lru_cache(maxsize=24)
def assess(observatory: Observatory, place: Territory) -> tuple[Assessment, ...]:
    """Every source that the quarter sees, in the order of the catalogue."""
    checks = quality.checks(observatory)
    columns = observatory.columns
    used = columns.register.source if columns.register is not None else ""
    found = []
    for name, source in catalog.sources().items():
        if name == used if name in (GENUINE, DEMONSTRATION) else columns.files(name):
            own = tuple(check for check in checks if check.source == name)
            found.append(_one(name, source, own, columns, place))
    return tuple(found)


def missing(observatory: Observatory) -> tuple[str, ...]:
    """Names of the sources of which the quarter sees no file."""
    return tuple(name for name in catalog.sources() if not observatory.sees(name))


def _one(
    name: str, source: Source, checks: tuple[Check, ...], columns: Columns, place: Territory
) -> Assessment:
    last = columns.quarter.last_day
    if columns.register is not None and name == columns.register.source:
        millesime, day = str(columns.quarter), columns.register.extracted
        inside, partial = _share(place.communes, columns.covered), False
        france, cells = math.nan, Cells(0, 0, 0, 0)
    else:
        file = columns.files(name)[-1]
        millesime, day, partial = file.millesime, file.reference_date, file.partial
        known, france = _coverage(name, file.millesime, columns)
        inside = math.nan if known is None else _share(place.communes, known)
        cells = _cells(name, columns, place)
    rhythm = source.rhythm
    age = max(0.0, (pd.Timestamp(last) - pd.Timestamp(day)).days / _DAYS)
    return Assessment(
        name, millesime, age,
        float(rhythm.every_months + rhythm.delay_months) if rhythm else math.nan,
        float(rhythm.every_months) if rhythm else 0.0, inside, france, cells, checks, partial,
        rhythm.ended if rhythm else "",
    )  # fmt: skip


def _share(communes: Sequence[str], known: Collection[str]) -> float:
    inside = frozenset(known)
    return 100 * sum(code in inside for code in communes) / len(communes)


@lru_cache(maxsize=256)
def _coverage(name: str, millesime: str, columns: Columns) -> tuple[frozenset[str] | None, float]:
    """Communes that have a figure in a source, and their share of France in percent.

    None where the table of all columns holds nothing of the source.
    """
    everywhere = columns.communes.loc[columns.communes["zone"] != "com", "commune"]
    if name in ("communes", "epci"):
        known = frozenset(map(str, sources.read(name, millesime)["commune"]))
        return known, _share(list(everywhere), known)
    own = list(_names(name, columns))
    if not own:
        return None, math.nan
    frame = columns.table.set_index("commune")[own]
    marked = columns.signs[columns.signs["column"].isin(own)]
    listed = (frame.index[frame.notna().any(axis=1)], marked["commune"])
    known = frozenset(str(code) for codes in listed for code in codes)
    return known, _share(list(everywhere), known)


@lru_cache(maxsize=256)
def _names(name: str, columns: Columns) -> tuple[str, ...]:
    """Columns of the newest millésime of a source in the table of all columns."""
    declared = catalog.source(name).columns
    own = [
        str(c)
        for c in columns.table.columns[1:]
        if str(c).partition("@")[0] in declared and str(c).partition("@")[0] != "communes"
    ]
    own = [c for c in own if columns.owner(c.partition("@")[0]) == name]
    last = max(map(vintage, own), default="")
    return tuple(c for c in own if vintage(c) == last)


def _cells(name: str, columns: Columns, place: Territory) -> Cells:
    own = list(_names(name, columns))
    if not own:
        return Cells(0, 0, 0, 0)
    frame = columns.table.set_index("commune").reindex(list(place.communes))[own]
    marks = columns.signs
    marks = marks[marks["commune"].isin(place.communes) & marks["column"].isin(own)]
    marks = marks.drop_duplicates(["commune", "column"])
    counts = marks["sign"].value_counts()
    return Cells(
        frame.size, int(frame.notna().to_numpy().sum()), int(counts.get("s", 0)),
        int(counts.get("nd", 0)),
    )  # fmt: skip
