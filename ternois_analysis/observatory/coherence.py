"""How a territory holds together: quantities that can be set beside those of similar EPCIs.

None of them says that a territory deserves to be one: each says where it stands.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.methods.grouping import Between, between_share
from ternois_analysis.methods.inequality import theil
from ternois_analysis.observatory import (
    commuting,
    made,
    raw,
    reach,
    services,
    specificities,
    values,
)
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.typology import SCALES
from ternois_analysis.territory import Territory
from ternois_analysis.trail import lru_cache

#: Communes counted as the largest ones, as many as the Pays has bourgs-centres.
LARGEST = services.LARGEST
#: Ratios whose spread between communes is measured, where a source has them.
RATIOS = (
    "share_65_plus_pct", "share_under_20_pct", "vacancy_rate_pct", "census_unemployment_rate_pct",
)  # fmt: skip
DRAWS, SEED = 999, 20120101
#: Share of similar EPCIs that must have a value for a distribution to be shown.
_ENOUGH = 0.5
#: Minutes within which a pole of services is close.
_CLOSE = 15.0


def applies(place: Territory) -> bool:
    """Whether a territory is at the scale of an EPCI, and of several communes."""
    return place.kind in SCALES and len(place.communes) > 1


@lru_cache(maxsize=24)
def quantities(observatory: Observatory, place: Territory) -> pd.DataFrame:
    """The quantities of a territory and of the EPCIs that resemble it, as values."""
    near = [observatory.territory(name) for name in observatory.similar(place).index]
    places = [place, *near]
    parts = [
        largest(observatory, places),
        *(spread(observatory, places, name) for name in raw.installed(observatory, _ratios())),
        numbers(observatory, places),
        internal(observatory, places),
        near_own_pole(observatory, places),
    ]
    return pd.concat([part for part in parts if not part.empty], ignore_index=True)


def _ratios() -> list[str]:
    return [name for name in RATIOS if name in catalog.indicators()]


def largest(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Share of the people in the largest communes of each territory."""
    rows = []
    for place in places:
        people = raw.ratios(observatory, place.communes, ["population"])["population"]
        total = people.sum(skipna=False)
        most = people.nlargest(LARGEST).sum()
        # A territory of five communes or fewer is all of its largest ones: that tells nothing.
        known = total > 0 and len(people) > LARGEST
        rows.append(made.row(
            place, "largest_communes_share_pct", 100 * float(most / total) if known else np.nan,
            n=float(total),
        ))  # fmt: skip
    return made.table(observatory, rows, vintages(observatory, "population"))


def centres(observatory: Observatory, place: Territory) -> pd.DataFrame:
    """Share of the people in the bourgs-centres that the facts name; empty where they name none."""
    listed = observatory.gazetteer.facts.lists.get(services.CENTRES)
    inside = [code for code in (listed.communes if listed else ()) if code in place.communes]
    if not inside or len(place.communes) < 2:
        return pd.DataFrame(columns=list(values.COLUMNS))
    people = raw.ratios(observatory, place.communes, ["population"])["population"]
    share = 100 * float(people.loc[inside].sum() / people.sum(skipna=False))
    row = made.row(place, "centres_population_share_pct", share, n=float(people.sum()))
    return made.table(observatory, [row], vintages(observatory, "population"))


def spread(observatory: Observatory, places: Sequence[Territory], name: str) -> pd.DataFrame:
    """Theil's index between the communes of each territory, for one ratio."""
    rows = []
    for place in places:
        found = raw.counts(observatory, place.communes, name)
        index = np.nan
        if found is not None and found.notna().all(axis=None):
            alone = pd.Series("", index=found.index)
            index = theil(found["count"], found["of"], alone).total
        rows.append(made.row(place, "theil_index", index, category=catalog.indicator(name).short))
    return made.table(observatory, rows, vintages(observatory, name))


def between(observatory: Observatory, place: Territory, name: str) -> Between | None:
    """Share of a ratio's inequality that lies between the parts of a territory, and by chance."""
    groups = {code: part for part in place.parts for code in observatory.territory(part).communes}
    found = raw.counts(observatory, place.communes, name)
    if found is None or len(set(groups.values())) < 2 or not found.notna().all(axis=None):
        return None
    labels = pd.Series(groups).reindex(found.index)
    if labels.isna().any():
        return None
    return between_share(found["count"], found["of"], labels, DRAWS, SEED)


def decomposition(observatory: Observatory, place: Territory) -> dict[str, Between]:
    """`between` of each ratio that has one."""
    found = {
        name: between(observatory, place, name)
        for name in raw.installed(observatory, _ratios())
    }  # fmt: skip
    return {name: share for name, share in found.items() if share is not None}


def numbers(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Number of significant and material gaps to metropolitan France, each territory on its own."""
    widest = observatory.gazetteer.references(places[0])[-1]
    names = raw.installed(observatory, specificities.candidates())
    known = observatory.values([*places, widest], names)
    known = known[~known["synthetic"].astype(bool)]
    rows = []
    for place in places:
        tests = specificities.findings(known, [(place, widest)], {})
        count = float(tests["told"].sum()) if len(tests) else np.nan
        rows.append(made.row(
            place, "significant_specificities", count, category=widest.label, n=float(len(tests))
        ))  # fmt: skip
    used = {"recensement": made.newest(observatory, "residents")}
    return made.table(observatory, rows, used)


def internal(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Share of the employed residents who work in their territory; empty without flows."""
    flows = commuting.flows(observatory)
    if flows is None:
        return pd.DataFrame(columns=list(values.COLUMNS))
    found = pd.concat([commuting.summary(observatory, flows, place) for place in places])
    return found[found["indicator"] == "internal_employment_share_pct"]


def near_own_pole(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Share of the people close to a pole of services that lies in their own territory."""
    stock = services.stock(observatory.columns)
    if stock is None:
        return pd.DataFrame(columns=list(values.COLUMNS))
    rows = []
    for place in places:
        around = reach.around(observatory, place)
        share = np.nan
        if around is not None:
            inside = [code for code in reach.poles(stock) if code in place.communes]
            times = reach.nearest(around, inside).fillna(np.inf)
            people = stock.people.reindex(times.index)
            share = 100 * float(people[times <= _CLOSE].sum() / people.sum(skipna=False))
        rows.append(made.row(place, "people_near_own_pole_pct", share))
    used = {services.SOURCE: stock.millesime, services.PEOPLE: stock.people_year}
    return made.table(observatory, rows, used)


def vintages(observatory: Observatory, name: str) -> dict[str, str]:
    """Newest millésime of each source behind an indicator."""
    origin = raw.origin(observatory, name)
    years = origin.millesime.split("+")
    return {
        source: listed.split(",")[-1]
        for source, listed in zip(origin.source.split("+"), years, strict=True)
    }


def standing(rows: pd.DataFrame, place: Territory) -> pd.DataFrame:
    """Where a territory stands among the others, one row a quantity.

    Returns
    -------
    DataFrame
        indicator, category, value, then of the others: count, low, q1, median, q3, high, and
        `below`, how many lie under the territory. Quantities that the territory has not, or fewer
        than half of the others, are left out.
    """
    found = []
    for (name, category), group in rows.groupby(["indicator", "category"], sort=False):
        own = group.loc[group["territory"] == place.id, "value"]
        others = group.loc[group["territory"] != place.id, "value"]
        known = others.dropna()
        if own.isna().all() or len(known) < max(3, _ENOUGH * len(others)):
            continue
        low, q1, median, q3, high = np.quantile(known, [0, 0.25, 0.5, 0.75, 1])
        found.append({
            "indicator": name, "category": category, "value": float(own.iloc[0]),
            "count": len(known), "low": low, "q1": q1, "median": median, "q3": q3, "high": high,
            "below": int((known < own.iloc[0]).sum()),
        })  # fmt: skip
    columns = ["indicator", "category", "value", "count", "low", "q1", "median", "q3", "high",
               "below"]  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def balance(observatory: Observatory, place: Territory) -> pd.DataFrame:
    """How the similar EPCIs as a whole differ from the territory, on what they were chosen by.

    Returns
    -------
    DataFrame
        Indexed by structural variable: mean, smallest and largest gap to the territory, in standard
        deviations of all EPCIs.
    """
    gaps = observatory.similar(place).drop(columns="distance")
    return pd.DataFrame({"mean": gaps.mean(), "low": gaps.min(), "high": gaps.max()})
