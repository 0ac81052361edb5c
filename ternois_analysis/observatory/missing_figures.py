"""Official figures that do not exist for a territory, and why, as far as the facts tell."""

from dataclasses import dataclass

from ternois_analysis import french
from ternois_analysis.catalog.absences import Absence, absences
from ternois_analysis.observatory import zoning
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

_ZONE = "employment_zone"
#: Word of an event's text that tells of the zones, where no table of zones is installed.
_TOLD = "zones d'emploi"


@dataclass(frozen=True)
class Missing:
    """A figure that is not published for a territory, why, and who says so."""

    figure: str
    why: str
    source: str


def figures(observatory: Observatory, place: Territory) -> list[Missing]:
    """The official figures that a territory has not, in the order of the catalogue."""
    found = []
    for absence in absences().values():
        why = _why(observatory, place, absence)
        if why is not None:
            text, source = why
            found.append(Missing(absence.figure, text, source or absence.source))
    return found


def zones_known(observatory: Observatory, place: Territory) -> bool:
    """Whether the zones of the communes of a territory can be told."""
    return observatory.sees(zoning.SOURCE) or bool(_event(observatory, place))


def _why(observatory: Observatory, place: Territory, absence: Absence) -> tuple[str, str] | None:
    """The reason with its figures filled in and its own source, or None where it does not hold."""
    if absence.when == "always":
        return absence.why, ""
    if absence.when == "perimeter":
        today = {epci.siren for epci in observatory.epcis}
        ghost = place.kind in ("pays", "cc", "list") and place.siren not in today
        return (absence.why, "") if ghost else None
    if absence.when == "below":
        row = observatory.values([place], ["population"]).iloc[-1]
        if row["status"] != "ok" or row["value"] >= absence.least:
            return None
        people, least = french.number(row["value"]), french.number(absence.least)
        return absence.why.format(people=people, least=least), ""
    return _zones(observatory, place, absence)


def _zones(observatory: Observatory, place: Territory, absence: Absence) -> tuple[str, str] | None:
    rows = zoning.zones(observatory, place, _ZONE)
    rows = rows[rows["category"] != ""]
    if len(rows) > 1:
        listed = [f"{r['category']} ({french.number(r['value'])})" for _, r in rows.iterrows()]
        return absence.why.format(zones=f"{len(rows)} ({french.listing(listed)})"), ""
    told = _event(observatory, place)
    if not rows.empty or not told:
        return None
    return told


def _event(observatory: Observatory, place: Territory) -> tuple[str, str] | None:
    """What the facts say of the zones of the Pays, for the territory that they speak of."""
    facts = observatory.gazetteer.facts
    if set(place.communes) != set(observatory.gazetteer.pays_codes):
        return None
    for event in facts.events:
        if _TOLD in event.text:
            return event.text, event.source
    return None
