"""Populations by age projected from past censuses: cohorts, components, labour force, back-test."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.catalog.scenarios import scenarios
from ternois_analysis.methods.projection import hamilton_perry, rake
from ternois_analysis.methods.trends import mape
from ternois_analysis.observatory import ages, values
from ternois_analysis.observatory.columns import key
from ternois_analysis.observatory.components import projected as by_components
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.sources.formats.ages import GROUPS
from ternois_analysis.territory import Territory
from ternois_analysis.trail import lru_cache

COUNTED, COHORTS = "recensé par âge", "projeté par cohortes"
COMPONENTS, NO_MIGRATION = "projeté par composantes", "projeté sans migration"
FERTILE = GROUPS[3:10]
BANDS = {
    "0 à 14 ans": GROUPS[:3], "15 à 64 ans": GROUPS[3:13], "65 ans ou plus": GROUPS[13:],
}  # fmt: skip
WORKING = "15 à 64 ans"
#: Steps of five years, and residents under which groups of ages are too small to carry forward.
STEPS, LEAST = 2, 2000
_TOTAL, _BAND, _ACTIVE, _ERROR = (
    "projected_population", "projected_age_group", "projected_active", "projection_error_pct",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Aged:
    """What the censuses by age give of the future; all four are values, which may be none.

    `years` are the censuses, the newest last; `between` those of the starting years that were
    reckoned between two censuses; `raked` whether the parts were made to add up to the Pays.
    """

    rows: pd.DataFrame
    bands: pd.DataFrame
    active: pd.DataFrame
    errors: pd.DataFrame
    years: tuple[int, ...]
    between: tuple[int, ...]
    raked: bool


@lru_cache(maxsize=24)
def aged(observatory: Observatory, place: Territory) -> Aged | None:
    """Projections of a territory by age; None with fewer than two censuses five years apart."""
    if not ages.ready(observatory):
        return None
    tables = ages.of(observatory, place)
    last = max(tables)
    ahead, raked = _raked(observatory, place, last)
    total = float(tables[last].to_numpy().sum())
    status = "ok" if total >= LEAST else ("n.d." if np.isnan(total) else "n.s.")
    maker = _Maker(observatory, place, tuple(sorted(tables)), status)
    starts = (last - 2 * ages.STEP, last - ages.STEP)
    return Aged(
        rows=maker.table(_totals(maker, tables, ahead) + _components(maker, tables, last)),
        bands=maker.table(_bands(maker, tables[last].sum(axis=1, skipna=False), ahead, last)),
        active=maker.table(_active(maker, ahead, last)),
        errors=maker.table(_errors(maker, tables, last)),
        years=tuple(sorted(tables)),
        between=tuple(y for y in starts if y not in tables and ages.at(tables, y) is not None),
        raked=raked,
    )


def cohorts(tables: Mapping[int, pd.DataFrame], last: int, steps: int) -> pd.DataFrame | None:
    """Hamilton-Perry from the censuses up to `last`, one or two intervals of five years back.

    Returns
    -------
    DataFrame or None
        Age groups × steps; None where the population five years before `last` is not known.
    """
    past = [ages.at(tables, last - ages.STEP * back) for back in (2, 1, 0)]
    known = [table for table in past if table is not None]
    if past[1] is None or past[2] is None:
        return None
    women = past[2].loc[list(FERTILE)]
    share = float(women["women"].sum() / women.to_numpy().sum())
    censuses = pd.concat([table.sum(axis=1, skipna=False) for table in known], axis=1)
    return hamilton_perry(censuses, FERTILE, share, steps)


def _raked(observatory: Observatory, place: Territory, last: int) -> tuple[pd.DataFrame, bool]:
    """The cohorts of a territory; the parts of the Pays are made to add up to it."""
    own = cohorts(ages.of(observatory, place), last, STEPS)
    if own is None:
        return pd.DataFrame(np.nan, index=list(GROUPS), columns=range(1, STEPS + 1)), False
    whole = observatory.territory(observatory.gazetteer.facts.pays)
    if place.id not in whole.parts:
        return own, False
    parts = {}
    for name in whole.parts:
        parts[name] = cohorts(ages.of(observatory, observatory.territory(name)), last, STEPS)
    total = cohorts(ages.of(observatory, whole), last, STEPS)
    if total is None or any(part is None for part in parts.values()):
        return own, False
    made = {
        step: rake(
            pd.DataFrame({n: p[step] for n, p in parts.items() if p is not None}).T, total[step]
        ).loc[place.id]
        for step in own.columns
    }
    return pd.DataFrame(made).reindex(own.index), True


@dataclass(frozen=True, eq=False)
class _Maker:
    """What all values of one territory share."""

    observatory: Observatory
    place: Territory
    years: tuple[int, ...]
    status: str

    def row(
        self, indicator: str, category: str, period: str, value: float, low: float = np.nan,
        high: float = np.nan, also: str = "", years: str = "",
    ) -> dict[str, object]:  # fmt: skip
        status = "n.d." if self.status == "ok" and np.isnan(value) else self.status
        numbers = (value, low, high) if status == "ok" else (np.nan,) * 3
        millesime = ",".join(map(str, self.years)) + (f"+{years}" if also else "")
        return {
            "quarter": str(self.observatory.quarter), "audience": self.observatory.audience,
            "territory": self.place.id, "territory_label": self.place.label,
            "indicator": indicator, "category": category, "period": period,
            "value": numbers[0], "low": numbers[1], "high": numbers[2], "n": np.nan,
            "status": status, "note": "effectif insuffisant" if status == "n.s." else "",
            "source": f"ages+{also}" if also else "ages", "millesime": millesime,
            "synthetic": False,
        }  # fmt: skip

    @staticmethod
    def table(rows: list[dict[str, object]]) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=list(values.COLUMNS))


def _totals(
    maker: _Maker, tables: Mapping[int, pd.DataFrame], ahead: pd.DataFrame
) -> list[dict[str, object]]:
    last, gap = max(tables), scenarios().projection.cohorts
    rows = [
        maker.row(_TOTAL, COUNTED, str(year), float(tables[year].to_numpy().sum()))
        for year in sorted(tables)
    ]
    for step in range(1, STEPS + 1):
        central = float(ahead[step].sum(skipna=False))
        low, high = (central * (1 + side / 100) ** step for side in (gap.low, gap.high))
        rows.append(maker.row(_TOTAL, COHORTS, str(last + ages.STEP * step), central, low, high))
    return rows


def _components(
    maker: _Maker, tables: Mapping[int, pd.DataFrame], last: int
) -> list[dict[str, object]]:
    """The same steps by components, where births and deaths are installed."""
    columns = maker.observatory.columns
    names = [f"{what}_between_censuses" for what in ("births", "deaths")]
    before = ages.at(tables, last - ages.STEP)
    if before is None or not all(columns.millesimes(name) for name in names):
        return []
    year = columns.millesimes(names[0])[-1]
    totals = maker.observatory.totals([maker.place]).iloc[0]
    births, deaths = (float(totals[key(name, year)]) for name in names)
    found = []
    for category, kept in ((COMPONENTS, 1.0), (NO_MIGRATION, 0.0)):
        sums = by_components(before, tables[last], births, deaths, STEPS, kept)
        found += [
            maker.row(_TOTAL, category, str(last + ages.STEP * step), total, also="etat_civil",
                      years=year)
            for step, total in enumerate(sums, 1)
        ]  # fmt: skip
    return found


def _bands(
    maker: _Maker, now: pd.Series, ahead: pd.DataFrame, last: int
) -> list[dict[str, object]]:
    steps = {last: now} | {last + ages.STEP * step: ahead[step] for step in range(1, STEPS + 1)}
    return [
        maker.row(_BAND, band, str(year), float(groups.loc[list(members)].sum(skipna=False)))
        for band, members in BANDS.items()
        for year, groups in steps.items()
    ]


def _active(maker: _Maker, ahead: pd.DataFrame, last: int) -> list[dict[str, object]]:
    """Active residents of 15 to 64 if the rate of the newest census held; none without it."""
    columns = maker.observatory.columns
    known = set(columns.millesimes("active_15_64")) & set(columns.millesimes("residents_15_64"))
    if not known:
        return []
    year = max(known)
    totals = maker.observatory.totals([maker.place]).iloc[0]
    persons = float(totals[key("residents_15_64", year)])
    active = float(totals[key("active_15_64", year)])
    rate = active / persons if persons > 0 else np.nan
    steps = [(last + ages.STEP * step, ahead[step]) for step in range(1, STEPS + 1)]
    ends = [
        (when, rate * float(groups.loc[list(BANDS[WORKING])].sum(skipna=False)))
        for when, groups in steps
    ]
    return [
        maker.row(_ACTIVE, "", str(when), value, also="emploi", years=year)
        for when, value in [(int(year), active), *ends]
    ]


def _errors(
    maker: _Maker, tables: Mapping[int, pd.DataFrame], last: int
) -> list[dict[str, object]]:
    """What the method would have said of the newest census from the two before it."""
    earlier = {year: table for year, table in tables.items() if year <= last - ages.STEP}
    start = last - ages.STEP
    if start not in earlier:
        return []
    said = cohorts(earlier, start, 1)
    if said is None:
        return []
    real = tables[last].sum(axis=1, skipna=False)
    whole = mape(np.array([real.sum(skipna=False)]), np.array([said[1].sum(skipna=False)]))
    period = f"{start}-{last}"
    return [
        maker.row(_ERROR, "cohortes, population totale", period, whole),
        maker.row(_ERROR, "cohortes, moyenne des groupes d’âge", period, mape(real, said[1])),
    ]
