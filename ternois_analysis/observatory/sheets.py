"""What the one-page sheets of many territories say, computed together: one call of values for all.

A commune is set against its part of the Pays, or its EPCI, and against the Pays or the département;
its peers are the EPCIs similar to the one in which it lies.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from ternois_analysis.catalog.facilities import facilities
from ternois_analysis.observatory import likeness, raw, reach, services, specificities
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory
from ternois_analysis.trail import lru_cache

#: The indicators of a sheet in the order of their use: the first that can be computed are shown.
INDICATORS = (
    "population", "population_growth_pct_per_year", "population_density_per_km2",
    "share_65_plus_pct", "share_main_residences_pct", "vacancy_rate_pct",
    "median_standard_of_living_eur", "poverty_rate_60_pct", "jobs",
    "jobs_to_employed_15_64_per_100", "census_unemployment_rate_pct", "craft_businesses",
    "craft_density_per_10000", "proximity_facilities_per_1000", "dpe_fg_share_pct",
    "share_under_20_pct", "share_secondary_residences_pct", "old_age_dependency_per_100",
    "residents_per_main_residence", "share_houses_pct", "dwellings",
)  # fmt: skip
SHOWN = 14
#: What the population is and how it moved, for the sentences at the head.
MOVED = ("population", "population_change", "population_growth_pct_per_year")
FAMILIES = "craft_family_businesses"


@dataclass(frozen=True, eq=False)
class Sheet:
    """The published values of one sheet.

    Parameters
    ----------
    compared : tuple of Territory
        The two nearest references: a sheet has room for no more.
    judge : Territory or None
        The one of them that gaps are judged against.
    context : Territory
        What the small map shows around the territory.
    values : DataFrame
        Of the territory, those compared and `similaires`, for the indicators shown.
    findings : DataFrame
        All tests of the territory, as `specificities.findings` gives them.
    tested : DataFrame
        Published values behind the tests.
    families : DataFrame
        Craft businesses by family, of the territory and the nearest one compared.
    needs : DataFrame or None
        Facilities of each daily need: how many, and how far or how many communes without; None
        when no file of facilities is installed.
    """

    place: Territory
    compared: tuple[Territory, ...]
    judge: Territory | None
    references: tuple[Territory, ...]
    context: Territory
    values: pd.DataFrame
    findings: pd.DataFrame
    tested: pd.DataFrame
    families: pd.DataFrame
    needs: pd.DataFrame | None


def sheets(observatory: Observatory, places: Sequence[Territory]) -> list[Sheet]:
    """The sheets of some territories, in their order.

    Parameters
    ----------
    observatory : Observatory
    places : sequence of Territory
        Of any kind; each once.
    """
    frames = _references(observatory, places)
    kin = {place.id: _kin(place, frames[place.id]) for place in places}
    near = {
        each.id: list(observatory.similar(each).index)
        for each in {t.id: t for t in kin.values() if t is not None}.values()
    }
    known = raw.installed(observatory, list(INDICATORS))
    judged = raw.installed(observatory, specificities.candidates())
    every = {t.id: t for place in places for t in (place, *frames[place.id])}
    others = sorted({name for listed in near.values() for name in listed} - set(every))
    wanted = list(dict.fromkeys((*known, *MOVED, FAMILIES, *judged)))
    table = observatory.values([*every.values(), *others], wanted)
    by_place = {str(name): rows for name, rows in table.groupby("territory", sort=False)}
    peers_of = {name: _of(by_place, listed) for name, listed in near.items()}
    typical_of = {
        name: likeness.median(rows[rows["indicator"].isin(INDICATORS)])
        for name, rows in peers_of.items()
    }
    made = []
    for place in places:
        references, alike = frames[place.id], kin[place.id]
        compared = references[:2]
        peers = peers_of[alike.id] if alike else _of(by_place, [])
        own = _of(by_place, [place.id, *(t.id for t in references)])
        told = specificities.findings(
            own[own["indicator"].isin(judged)], [(place, each) for each in references],
            {place.id: peers} if alike is place else {},
        )  # fmt: skip
        few = [place.id, *(t.id for t in compared)]
        values = _shown(own[own["territory"].isin(few) & own["indicator"].isin(INDICATORS)])
        typical = typical_of[alike.id] if alike else peers
        typical = typical[typical["indicator"].isin(values["indicator"])]
        families = own[(own["indicator"] == FAMILIES) & own["territory"].isin(few[:2])]
        made.append(
            Sheet(
                place, compared, _judge(place, compared), references, _context(place, compared),
                pd.concat([values, typical], ignore_index=True) if len(typical) else values,
                told, own, families.reset_index(drop=True),
                _needs(observatory, place, compared),
            )
        )  # fmt: skip
    return made


def _shown(values: pd.DataFrame) -> pd.DataFrame:
    """The first indicators that have a value, or a reason to hide one, somewhere."""
    known = set(values.loc[values["status"] != "n.d.", "indicator"])
    kept = [name for name in INDICATORS if name in known][:SHOWN]
    order = {name: rank for rank, name in enumerate(kept)}
    found = values[values["indicator"].isin(kept)]
    return found.sort_values("indicator", key=lambda names: names.map(order), kind="stable")


def _of(by_place: dict[str, pd.DataFrame], ids: Sequence[str]) -> pd.DataFrame:
    found = [by_place[name] for name in ids if name in by_place]
    empty = next(iter(by_place.values())).iloc[:0]
    return pd.concat(found, ignore_index=True) if found else empty


def _references(
    observatory: Observatory, places: Sequence[Territory]
) -> dict[str, tuple[Territory, ...]]:
    """What each territory is compared with, but for its siblings; communes of one EPCI share it."""
    departement = observatory.columns.communes.set_index("commune")["departement"]
    pays = set(observatory.gazetteer.pays_codes)
    parts = [observatory.territory(t) for t in observatory.gazetteer.facts.territories
             [observatory.gazetteer.facts.pays].parts]  # fmt: skip
    home = {code: t.id for t in observatory.epcis for code in t.communes}
    home |= {code: t.id for t in parts for code in t.communes if code in pays}
    kept: dict[tuple[str, str], tuple[Territory, ...]] = {}
    found = {}
    for place in places:
        siblings = {t.id for t in parts} if place.kind != "commune" else set()
        code = place.communes[0]
        alone = place.kind == "commune"
        key = (home.get(code, ""), str(departement[code])) if alone else (place.id, "")
        if key not in kept:
            listed = observatory.gazetteer.references(place)
            kept[key] = tuple(t for t in listed if t.id not in siblings)
        found[place.id] = kept[key]
    return found


def _kin(place: Territory, references: Sequence[Territory]) -> Territory | None:
    """The territory whose similar EPCIs are shown: itself, or the one in which a commune lies."""
    if place.kind in likeness.SCALES:
        return place
    if place.kind == "commune":
        return next((t for t in references if t.kind in likeness.SCALES), None)
    return None


def _judge(place: Territory, compared: Sequence[Territory]) -> Territory | None:
    """The Pays where the territory lies in it, else the nearest reference above an EPCI."""
    if place.kind == "commune":
        return next(iter(compared[::-1]), None)
    return next(iter(compared), None)


def _context(place: Territory, compared: Sequence[Territory]) -> Territory:
    """The smallest territory of several communes that shows where another one is."""
    around = [
        t for t in compared if t.kind in likeness.SCALES and set(place.communes) < set(t.communes)
    ]
    return around[-1] if around else place


@lru_cache(maxsize=4)
def _counts(found: services.Stock) -> pd.DataFrame:
    """Facilities of each daily need, communes × labels; missing where the file counts none."""
    counted = {e.label: found.of(e) for e in facilities().needs.values()}
    table = {label: float("nan") if counts is None else counts for label, counts in counted.items()}
    return pd.DataFrame(table, index=found.counts.index)


@lru_cache(maxsize=64)
def _minutes(observatory: Observatory, place: Territory) -> tuple[pd.DataFrame, bool] | None:
    """Minutes from each commune of a territory to each need, and whether all offer is known."""
    near = reach.around(observatory, place)
    if near is None:
        return None
    counts = _counts(near.stock)
    columns = {
        label: reach.nearest(near, list(counts.index[counts[label] > 0])) for label in counts
    }
    return pd.DataFrame(columns, index=list(near.own)), not near.unknown


def _needs(
    observatory: Observatory, place: Territory, compared: Sequence[Territory]
) -> pd.DataFrame | None:
    found = services.stock(observatory.columns)
    if found is None:
        return None
    counts = _counts(found).reindex(list(place.communes))
    sums = {str(label): float(n) for label, n in counts.sum(skipna=False).items()}
    tables = [services.rows(observatory, place, "facilities_by_type", sums)]
    if place.kind != "commune":
        lacking = services.without(observatory, [place])
        kept = lacking["category"].isin(list(sums)) & (lacking["indicator"] == "communes_without")
        return pd.concat([*tables, lacking[kept]], ignore_index=True)
    tried = (_minutes(observatory, t) for t in (*compared[:1], place))
    near = next(filter(None, tried), None)
    minutes, note = dict.fromkeys(sums, float("nan")), ""
    if near is not None and place.communes[0] in near[0].index:
        times = near[0].T[place.communes[0]].to_list()
        minutes = dict(zip(sums, times, strict=True))
        note = "" if near[1] else f"majorant : {reach.UNKNOWN}"
    far = services.rows(observatory, place, "need_minutes", minutes, people=True, note=note)
    return pd.concat([*tables, far], ignore_index=True)
