"""What a territory is compared with."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from ternois_analysis import french
from ternois_analysis.catalog.divisions import departements, regions
from ternois_analysis.territory import groups
from ternois_analysis.territory.compositions import territory as build
from ternois_analysis.territory.place import Territory
from ternois_analysis.trail import lru_cache

if TYPE_CHECKING:
    from ternois_analysis.territory.gazetteer import Gazetteer


@lru_cache(maxsize=64)
def references(gazetteer: Gazetteer, territory: Territory) -> tuple[Territory, ...]:
    """The references of a territory, from the nearest to France; see `Gazetteer.references`."""
    facts, day = gazetteer.facts, territory.at
    inside = set(territory.communes) <= set(gazetteer.pays_codes)
    parts = facts.territories[facts.pays].parts
    found: list[Territory] = []
    if territory.id in parts:
        found += [build(gazetteer, part, day) for part in parts if part != territory.id]
    if territory.kind == "commune":
        found += _around(gazetteer, territory, parts if inside else ())
    if inside and len(territory.communes) < len(gazetteer.pays_codes):
        found.append(build(gazetteer, facts.pays, day))
    if inside:
        ids = list(facts.references)
    else:
        wider = {"departement": ["region"], "region": [], "france": []}
        divisions = wider.get(territory.kind, ["departement", "region"])
        ids = [_home(gazetteer, territory, division) for division in divisions]
        ids += [] if territory.kind == "france" else ["france-metropolitaine"]
    for identifier in filter(None, ids):
        reference = build(gazetteer, identifier, day)
        # Overseas, département and région are the same communes: one of them says it all.
        if all(reference.communes != other.communes for other in (*found, territory)):
            found.append(reference)
    return tuple(_remarked(gazetteer, territory, reference) for reference in found)


def _remarked(gazetteer: Gazetteer, territory: Territory, reference: Territory) -> Territory:
    note = _straddling(gazetteer, territory, reference)
    return replace(reference, note=note) if note else reference


def _around(gazetteer: Gazetteer, commune: Territory, parts: tuple[str, ...]) -> list[Territory]:
    """The part of the Pays in which a commune lies, otherwise its EPCI of the day, if any."""
    known = [build(gazetteer, part, commune.at) for part in parts]
    return [c for c in known or gazetteer.epcis(commune.at) if commune.communes[0] in c.communes]


def _home(gazetteer: Gazetteer, territory: Territory, division: str) -> str:
    """Identifier of the division with most communes of the territory, the first code on a tie."""
    counts = _counts(gazetteer, territory, division)
    known = departements() if division == "departement" else regions()
    code = min(counts, key=lambda c: (-counts[c], c))
    return f"{division}-{code}" if code in known else ""


def _counts(gazetteer: Gazetteer, territory: Territory, division: str) -> dict[str, int]:
    homes = _homes(gazetteer, division)
    counted = Counter(homes[code] for code in territory.communes if code in homes)
    return dict(counted.most_common())


@lru_cache(maxsize=4)
def _homes(gazetteer: Gazetteer, division: str) -> dict[str, str]:
    """The division in which each commune lies; without those that lie in none."""
    table = gazetteer.communes.dropna(subset=[division])
    return groups.paired(table, "commune", division)


def _straddling(gazetteer: Gazetteer, territory: Territory, reference: Territory) -> str:
    """The remark on the communes of the territory that its département or région leaves out."""
    if reference.kind not in ("departement", "region"):
        return ""
    counts = _counts(gazetteer, territory, reference.kind)
    own = reference.id.partition("-")[2]
    if set(counts) <= {own}:
        return ""
    known = departements() if reference.kind == "departement" else regions()
    apart = {known[c]: n for c, n in counts.items() if c != own and c in known}
    others = french.listing([f"{division.label} ({n})" for division, n in apart.items()])
    rest = f"les autres : {others}"
    if list(apart.values()) == [1] and (alone := next(iter(apart))).article:
        rest = f"l’autre est dans {alone.name}"
    return (
        f"{counts.get(own, 0)} des {len(territory.communes)} communes "
        f"{french.of(territory.name)} sont {reference.within} ; {rest}."
    )
