"""Where the employed residents of a territory work, by pairs of communes of today."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ternois_analysis import sources
from ternois_analysis.catalog.sources import SourceFile
from ternois_analysis.errors import TerritoryError, explain
from ternois_analysis.indicators.thresholds import MINIMUM_WHOLE, WIDEST_HALF_INTERVAL
from ternois_analysis.methods.intervals import normal_quantile, wilson
from ternois_analysis.observatory import values
from ternois_analysis.observatory.columns import Columns
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory
from ternois_analysis.territory.passage import TOLERANCE, links
from ternois_analysis.trail import cached_property, lru_cache

SOURCE = "flux"
#: A flow below this is only an order of magnitude, and is not shown between two communes.
ROUGH_BELOW = 200
ROUGH = "ordre de grandeur"
#: Variance of a count of one household in four, as a multiple of the count.
_SAMPLED = 3.0
ABROAD = "À l’étranger"


Positions = NDArray[np.intp]


def _positions(rows: Mapping[str, Positions], place: Territory) -> Positions:
    known = [rows[code] for code in place.communes if code in rows]
    return np.concatenate(known) if known else np.empty(0, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class Flows:
    """Pairs of communes of today: `commune` (home), `work_commune`, `commuters`.

    A place of work abroad keeps the code of its country. `origins` are the communes of residence
    that the file describes; a `partial` file knows nothing of who comes in from the others.
    """

    table: pd.DataFrame
    millesime: str
    origins: frozenset[str]
    partial: bool

    @cached_property
    def _rows(self) -> tuple[dict[str, Positions], dict[str, Positions]]:
        by = (self.table.groupby(side).indices for side in ("commune", "work_commune"))
        homes, works = (
            {str(code): np.asarray(rows) for code, rows in found.items()} for found in by
        )
        return homes, works

    def living(self, place: Territory) -> pd.DataFrame:
        """Pairs of the residents of a territory."""
        return self.table.iloc[_positions(self._rows[0], place)]

    def working(self, place: Territory) -> pd.DataFrame:
        """Pairs of those who work in a territory."""
        return self.table.iloc[_positions(self._rows[1], place)]

    def know(self, place: Territory) -> bool:
        """Whether the file tells where all residents of a territory work."""
        return not self.partial or self.origins.issuperset(place.communes)


@lru_cache(maxsize=4)
def flows(observatory: Observatory) -> Flows | None:
    """The newest flows that the quarter sees; None when no file is installed."""
    files = observatory.columns.files(SOURCE)
    if not files:
        return None
    file = files[-1]
    pairs = sources.read(SOURCE, file.millesime, part=file.part)
    pairs = pairs.rename_axis("commune").reset_index()
    table = today(pairs, observatory.columns, file)
    return Flows(table, file.millesime, frozenset(table["commune"]), file.partial)


def today(pairs: pd.DataFrame, columns: Columns, file: SourceFile) -> pd.DataFrame:
    """Pairs in the communes of the quarter's geography, their total conserved.

    Raises
    ------
    TerritoryError
        If a code of residence is unknown in the year of the file, or the total moved.
    """
    if file.cog == columns.cog:
        return pairs
    table = pairs
    for side in ("commune", "work_commune"):
        table = _side(table, side, columns, file.cog)
    found = table.groupby(["commune", "work_commune"])[["commuters"]].sum().reset_index()
    before, after = float(pairs["commuters"].sum()), float(found["commuters"].sum())
    if not math.isclose(before, after, rel_tol=TOLERANCE):
        raise TerritoryError(
            explain("Home-to-work flows changed their total in the passage", expected=before,
                    found=after, do="Check the passage table.")
        )  # fmt: skip
    return found


def _side(table: pd.DataFrame, side: str, columns: Columns, cog: str) -> pd.DataFrame:
    """One of the two codes brought to today's communes; what is no commune of France stays."""
    known = set(columns.communes["commune"]) | set(columns.passage["commune_before"])
    old = pd.Series(sorted(set(table[side]) & known), dtype="str")
    pairs = links(old, columns.passage, columns.communes, cog, f"flux, {side}")
    rules = pd.DataFrame({
        side: old.to_numpy()[pairs["row"]], "new": pairs["commune"].to_numpy(),
        "weight": pairs["weight"].to_numpy(),
    })  # fmt: skip
    met = table.merge(rules, on=side, how="left")
    met["commuters"] *= met["weight"].fillna(1.0)
    met[side] = met["new"].fillna(met[side])
    return met[["commune", "work_commune", "commuters"]]


def summary(observatory: Observatory, found: Flows, place: Territory) -> pd.DataFrame:
    """Internal share, commuters in and out, and their balance, as values of a territory."""
    own, living, working = set(place.communes), found.living(place), found.working(place)
    employed = float(living["commuters"].sum()) if found.know(place) else float("nan")
    internal = float(living.loc[living["work_commune"].isin(own), "commuters"].sum())
    entering = float(working.loc[~working["commune"].isin(own), "commuters"].sum())
    entering = float("nan") if found.partial else entering
    leaving = employed - internal
    bounds = wilson(internal / _SAMPLED, employed / _SAMPLED)
    low, high = (100 * float(np.asarray(bound).item()) for bound in bounds)
    vague = employed < MINIMUM_WHOLE or (high - low) / 2 > 100 * WIDEST_HALF_INTERVAL
    share = internal / employed if employed > 0 else float("nan")
    spread = normal_quantile(0.95) * math.sqrt(_SAMPLED * (entering + leaving))
    balance = entering - leaving
    records: list[dict[str, object]] = [
        {"indicator": "internal_employment_share_pct", "value": 100 * share,
         "low": low, "high": high, "n": employed,
         "status": "n.s." if vague else "ok",
         "note": "effectif insuffisant" if vague else _rough(internal)},
        {"indicator": "commuters_in", "value": entering, "note": _rough(entering)},
        {"indicator": "commuters_out", "value": leaving, "note": _rough(leaving)},
        {"indicator": "commuting_balance", "value": balance, "low": balance - spread,
         "high": balance + spread, "note": _rough(min(entering, leaving))},
    ]  # fmt: skip
    return rows(observatory, found, place, records)


def destinations(
    observatory: Observatory,
    found: Flows,
    origin: Territory,
    places: Sequence[Territory],
    elsewhere: str,
) -> pd.DataFrame:
    """Where the residents of a territory work: in each of some places, elsewhere, abroad.

    `elsewhere` names the rest of France, which depends on the places.

    A flow under `ROUGH_BELOW` is an order of magnitude; between two communes it is « n.s. ».
    """
    out = found.living(origin)
    home = {code: place.id for place in places for code in place.communes}
    french_codes = set(observatory.columns.communes["commune"])
    where = out["work_commune"].map(home)
    where = where.fillna(
        out["work_commune"].isin(french_codes).map({True: elsewhere, False: ABROAD})
    )
    sums = out.groupby(where)["commuters"].sum()
    records = []
    for name, label, communes in (
        *((p.id, p.short, len(p.communes)) for p in places), (elsewhere, elsewhere, 0),
        (ABROAD, ABROAD, 0),
    ):  # fmt: skip
        flow = float(sums.get(name, 0.0)) if found.know(origin) else float("nan")
        alone = communes == 1 and len(origin.communes) == 1 and flow < ROUGH_BELOW
        records.append({
            "indicator": "commuters", "category": label, "value": flow,
            "status": "n.s." if alone else "ok",
            "note": "flux entre deux communes, moins de 200" if alone else _rough(flow),
        })  # fmt: skip
    return rows(observatory, found, origin, records)


def poles(
    observatory: Observatory, found: Flows, place: Territory, near: Sequence[Territory], most: int
) -> list[Territory]:
    """The territories outside a territory where most of its residents work, the first one first.

    `near` are taken as they are (the other parts of a Pays); elsewhere the EPCIs of today.
    """
    own = set(place.communes)
    groups = [t for t in near if own.isdisjoint(t.communes)]
    taken = own.union(*(t.communes for t in groups))
    groups += [t for t in observatory.epcis if taken.isdisjoint(t.communes)]
    home = {code: rank for rank, t in enumerate(groups) for code in t.communes}
    out = found.living(place)
    sums = out.groupby(out["work_commune"].map(home))["commuters"].sum()
    ordered = sums[sums > 0].sort_values(ascending=False, kind="stable")
    return [groups[int(rank)] for rank in ordered.index[:most]]


def towns(found: Flows, place: Territory, pole: Territory) -> tuple[str, float] | None:
    """The commune of a pole where most residents work, when they are `ROUGH_BELOW` or more."""
    out = found.living(place)
    out = out[out["work_commune"].isin(pole.communes)]
    sums = out.groupby("work_commune")["commuters"].sum()
    if sums.empty or sums.max() < ROUGH_BELOW:
        return None
    return str(sums.idxmax()), float(sums.max())


def _rough(flow: float) -> str:
    return ROUGH if flow < ROUGH_BELOW else ""


def rows(
    observatory: Observatory, found: Flows, place: Territory,
    records: Sequence[Mapping[str, object]],
) -> pd.DataFrame:  # fmt: skip
    """Values of a territory; those that are not shown lose their numbers."""
    common: dict[str, object] = {
        "quarter": str(observatory.quarter), "audience": observatory.audience,
        "territory": place.id, "territory_label": place.label, "category": "",
        "period": found.millesime, "value": np.nan, "low": np.nan, "high": np.nan, "n": np.nan,
        "status": "ok", "note": "", "source": SOURCE, "millesime": found.millesime,
        "synthetic": False,
    }  # fmt: skip
    table = pd.DataFrame([common | dict(record) for record in records])
    unknown = table["value"].isna()
    table.loc[unknown, "status"] = "n.d."
    if found.partial:
        table.loc[unknown, "note"] = values.OUTSIDE
    table.loc[table["status"] != "ok", ["value", "low", "high", "n"]] = np.nan
    return table[list(values.COLUMNS)]
