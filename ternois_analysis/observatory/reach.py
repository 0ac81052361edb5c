"""How far facilities are: minutes between communes, poles within reach, offer per head.

Distances are as the crow flies between one point inside each commune's outline (not its town hall);
minutes follow from them by the assumptions of `facilities.yml`. Suppliers outside the territory
count; where the installed files stop, the offer beyond is unknown: what is told is then a bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.catalog.facilities import facilities
from ternois_analysis.methods.accessibility import catchments, haversine_km
from ternois_analysis.observatory import ground
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.services import Stock, rows, stock, together
from ternois_analysis.territory import Territory
from ternois_analysis.trail import lru_cache

#: Territories of more communes are not told: people do not go from one end to the other.
LARGEST = 1500
#: Degrees in which neighbouring régions are looked for.
_MARGIN = 0.6
_PER = 10_000
UNKNOWN = "offre inconnue au-delà des communes installées"


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Minutes between the communes in and around a territory, own and other ones alike.

    `minutes` is square; its codes are those within twice the longest reach of the territory.
    `unknown` are those within one reach whose facilities no installed file tells.
    """

    stock: Stock
    minutes: pd.DataFrame
    own: tuple[str, ...]
    unknown: tuple[str, ...]


@lru_cache(maxsize=24)
def around(observatory: Observatory, place: Territory) -> Surroundings | None:
    """The surroundings of a territory; None without facilities, outside them, or too large."""
    found = stock(observatory.columns)
    if found is None or len(place.communes) > LARGEST or not found.covers(place):
        return None
    travel = facilities().travel
    outlines = ground.contours(observatory, place, _MARGIN)
    outlines = outlines[~outlines.geometry.is_empty & outlines["commune"].isin(found.people.index)]
    points = outlines.to_crs(4326).geometry.representative_point()
    lat, lon = points.y.to_numpy(), points.x.to_numpy()
    codes = outlines["commune"].to_numpy(dtype=object)
    mine = np.isin(codes, list(place.communes))
    reach = max(travel.weights)
    near = _minutes(lat, lon, lat[mine], lon[mine]).min(axis=1)
    kept = near <= 2 * reach
    square = _minutes(lat[kept], lon[kept], lat[kept], lon[kept])
    index = pd.Index(codes[kept], dtype="str")
    covered = set(found.counts.index)
    unknown = [c for c, m in zip(codes, near, strict=True) if m <= reach and c not in covered]
    own = tuple(str(code) for code in codes[mine])
    table = pd.DataFrame(square, index=index, columns=index)
    return Surroundings(found, table, own, tuple(unknown))


def _minutes(
    lat: np.ndarray, lon: np.ndarray, to_lat: np.ndarray, to_lon: np.ndarray
) -> np.ndarray:
    kilometres = haversine_km(lat[:, np.newaxis], lon[:, np.newaxis], to_lat, to_lon)
    return np.asarray(kilometres) * facilities().travel.minutes_a_km


def nearest(near: Surroundings, communes: Sequence[str]) -> pd.Series:
    """Minutes from each commune of the territory to the nearest of some communes; 0 in its own.

    Missing for all when there is none.
    """
    reached = [code for code in communes if code in near.minutes.columns]
    if not reached:
        return pd.Series(np.nan, index=list(near.own))
    return near.minutes.loc[list(near.own), reached].min(axis=1)


def needs(observatory: Observatory, place: Territory) -> pd.DataFrame:
    """How far each daily need is: mean minutes of the people, share of them within the limit.

    Indicators `need_minutes` and `people_near_need_pct`, one category a need.
    """
    near = around(observatory, place)
    minutes, share = {}, {}
    for entry in facilities().needs.values():
        minutes[entry.label] = share[entry.label] = float("nan")
        counts = None if near is None else near.stock.of(entry)
        if near is None or counts is None:
            continue
        times = nearest(near, list(counts.index[counts > 0]))
        people = near.stock.people.reindex(times.index)
        minutes[entry.label] = _mean(times, people)
        share[entry.label] = _within(times, people, facilities().travel.within_minutes)
    told = {"need_minutes": (minutes, "majorant"), "people_near_need_pct": (share, "minorant")}
    return together(
        rows(observatory, place, name, cells, people=True, note=_bound(near, bound))
        for name, (cells, bound) in told.items()
    )


def poles(found: Stock) -> tuple[str, ...]:
    """The intermediate poles among the communes covered: half of the range or more."""
    listed = [counts for e in found.entries("intermediate").values()
              if (counts := found.of(e)) is not None]  # fmt: skip
    if not listed:
        return ()
    present = (pd.concat(listed, axis=1) > 0).sum(axis=1)
    return tuple(present.index[present >= facilities().pole_share * len(listed)])


def near_poles(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Share of the people within 12, 15 and 18 minutes of an intermediate pole.

    Indicator `people_near_pole_pct`, one category a limit.
    """
    travel = facilities().travel
    limits = sorted({travel.within_minutes, *travel.sensitivity_minutes})
    parts = []
    for place in places:
        near = around(observatory, place)
        cells = {f"moins de {limit:g} min": float("nan") for limit in limits}
        if near is not None and near.stock.entries("intermediate"):
            times = nearest(near, poles(near.stock))
            people = near.stock.people.reindex(times.index)
            # No pole among all the communes within reach is an answer; an unknown one is not.
            times = times.fillna(np.inf)
            cells = {f"moins de {limit:g} min": _within(times, people, limit) for limit in limits}
        parts.append(
            rows(observatory, place, "people_near_pole_pct", cells, people=True, note=_bound(near))
        )
    return together(parts)


def offer(observatory: Observatory, place: Territory) -> pd.DataFrame:
    """Offer per head within reach, of each commune, then of the territory (its people's mean).

    Indicator `offer_access_per_10000`: two-step floating catchment areas with decreasing weights
    (Luo and Qi, 2009), suppliers and people outside the territory counted.
    """
    name = "offer_access_per_10000"
    near = around(observatory, place)
    entry = facilities().needs[facilities().offer]
    counts = None if near is None else near.stock.of(entry)
    codes = list(place.communes)
    access = pd.Series(np.nan, index=codes)
    people = pd.Series(np.nan, index=codes)
    if near is not None and counts is not None:
        demand = near.stock.people.reindex(near.minutes.index)
        supply = counts.reindex(near.minutes.columns).fillna(0.0)
        some = supply[supply > 0]
        if len(some):
            times = near.minutes[some.index]
            found = catchments(demand, some, times, facilities().travel.weights)
            access = _PER * found.access.reindex(codes)
        else:
            access = pd.Series(0.0, index=codes)
        people = demand.reindex(codes)
    note = _bound(near)
    parts = [
        rows(observatory, observatory.territory(f"commune-{code}"), name, {"": value},
             people=True, note=note)
        for code, value in access.items()
    ]  # fmt: skip
    if len(codes) > 1:
        whole = {"": _mean(access, people)}
        parts.append(rows(observatory, place, name, whole, people=True, note=note))
    return together(parts)


def _mean(figures: pd.Series, people: pd.Series) -> float:
    total = people.sum(skipna=False)
    return float((figures * people).sum(skipna=False) / total) if total > 0 else float("nan")


def _within(times: pd.Series, people: pd.Series, limit: float) -> float:
    if times.isna().any() or people.isna().any() or not people.sum() > 0:
        return float("nan")
    return 100.0 * float(people[times <= limit].sum() / people.sum())


def _bound(near: Surroundings | None, bound: str = "minorant") -> str:
    """Which bound a figure is where some of the offer around is not known; empty where all is."""
    return f"{bound} : {UNKNOWN}" if near is not None and near.unknown else ""
