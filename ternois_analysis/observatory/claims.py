"""Public claims set against what the installed data give; never against demonstration data."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ternois_analysis.catalog.claims import Claim, claims
from ternois_analysis.observatory import made, raw, services
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.values import COLUMNS
from ternois_analysis.territory import Territory

Verdict = Literal["vérifiée", "à nuancer", "non vérifiable"]

#: Density of craft businesses in the catalogue is for 10 000 residents, in the claim for 1 000.
_TEN = 10.0


@dataclass(frozen=True)
class Computed:
    """What the data give for a claim: a value, its period and the sources with their millésimes."""

    value: float
    period: str
    vintages: dict[str, str]
    synthetic: bool = False


@dataclass(frozen=True)
class Check:
    """A claim, what the data give for it (None when nothing can), and the verdict."""

    claim: Claim
    computed: Computed | None
    verdict: Verdict

    @property
    def gap_pct(self) -> float:
        """Gap of the computed figure to the claimed one, in percent of the claim."""
        if self.computed is None:
            return np.nan
        return 100 * (self.computed.value / self.claim.claimed - 1)


def check(observatory: Observatory, place: Territory) -> dict[str, Check]:
    """All the claims, checked on a territory, in the order of the catalogue."""
    return {
        name: judged(claim, _computed(observatory, place, claim))
        for name, claim in claims().items()
    }


def judged(claim: Claim, computed: Computed | None) -> Check:
    """The verdict on a claim: an invented or missing figure never verifies nor contradicts it."""
    if computed is None or computed.synthetic or not np.isfinite(computed.value):
        return Check(claim, None, "non vérifiable")
    within = abs(computed.value - claim.claimed) <= claim.tolerance_pct / 100 * claim.claimed
    return Check(claim, computed, "vérifiée" if within else "à nuancer")


def values(observatory: Observatory, place: Territory, checks: dict[str, Check]) -> pd.DataFrame:
    """The computed figures as values, one a claim that could be computed."""
    tables = [
        made.table(
            observatory,
            [made.row(place, "checked_claim", found.computed.value, category=name)],
            found.computed.vintages,
        ).assign(period=found.computed.period)
        for name, found in checks.items()
        if found.computed is not None
    ]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))


def _computed(observatory: Observatory, place: Territory, claim: Claim) -> Computed | None:
    if claim.figure == "members":
        return _members(observatory, place, claim.at)
    if claim.figure == "population":
        return _population(observatory, place, claim.period)
    if claim.figure == "area_km2":
        return _published(observatory, place, "area_km2")
    if claim.figure == "density":
        people = _population(observatory, place, claim.period)
        area = _published(observatory, place, "area_km2")
        if people is None or area is None:
            return None
        both = people.vintages | area.vintages
        return Computed(people.value / area.value, people.period, both)
    if claim.figure == "craft_per_1000":
        found = _published(observatory, place, "craft_density_per_10000")
        if found is None:
            return None
        return Computed(found.value / _TEN, found.period, found.vintages, found.synthetic)
    return _largest(observatory, place) if claim.figure == "largest" else None


def _members(observatory: Observatory, place: Territory, at: str) -> Computed:
    """Communes of the territory as the facts list them, before the mergers that came after."""
    facts = observatory.gazetteer.facts.territories
    names = place.parts or (place.id,)
    listed = [facts[name].communes for name in names if name in facts]
    count = sum(map(len, listed)) or len(place.communes)
    return Computed(float(count), at[:4], {"epci": at[:4]})


def _population(observatory: Observatory, place: Territory, year: str) -> Computed | None:
    """Residents at the census nearest to a year; the older one when two are as near."""
    totals = observatory.totals([place])
    known = [
        (
            abs(int(millesime) - int(year)),
            millesime,
            source,
            float(totals[f"{column}@{millesime}"].iloc[0]),
        )
        for column, source in (("population", "populations"), ("residents", "recensement"))
        for millesime in observatory.columns.millesimes(column)
    ]
    known = [found for found in known if np.isfinite(found[3])]
    if not known:
        return None
    _, millesime, source, value = min(known)
    return Computed(value, millesime, {source: millesime})


def _published(observatory: Observatory, place: Territory, name: str) -> Computed | None:
    row = observatory.values([place], [name]).iloc[-1]
    if row["status"] != "ok":
        return None
    used = dict(zip(row["source"].split("+"), row["millesime"].split("+"), strict=True))
    return Computed(float(row["value"]), str(row["period"]), used, bool(row["synthetic"]))


def _largest(observatory: Observatory, place: Territory) -> Computed | None:
    """How many of the bourgs-centres are among as many largest communes."""
    listed = observatory.gazetteer.facts.lists.get(services.CENTRES)
    if listed is None:
        return None
    people = raw.ratios(observatory, place.communes, ["population"])["population"]
    most = set(people.nlargest(len(listed.communes)).index)
    origin = raw.origin(observatory, "population")
    count = float(len(most & set(listed.communes)))
    return Computed(count, origin.period, {origin.source: origin.millesime})
