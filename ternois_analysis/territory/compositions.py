"""From an identifier and a day to a territory: labels, and communes of the canonical geography."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from ternois_analysis import french
from ternois_analysis.catalog.divisions import departements, regions
from ternois_analysis.catalog.territories import TerritoryFact
from ternois_analysis.errors import TerritoryError, explain
from ternois_analysis.territory.codes import some
from ternois_analysis.territory.membership import Membership
from ternois_analysis.territory.place import Kind, Territory
from ternois_analysis.trail import lru_cache

if TYPE_CHECKING:
    from ternois_analysis.territory.gazetteer import Gazetteer

#: Zones of the communes table that each France counts.
FRANCES = {
    "france": ("France", ("metro", "drom")),
    "france-metropolitaine": ("France métropolitaine", ("metro",)),
}

PATTERNS = ("epci-<SIREN>", "commune-<code>", "departement-<code>", "region-<code>", *FRANCES)


def territory(gazetteer: Gazetteer, identifier: str, day: str) -> Territory:
    """The territory with an identifier, as on a day.

    Raises
    ------
    TerritoryError
        If no territory has it, or it did not exist on that day.
    """
    facts = gazetteer.facts
    if identifier in facts.territories:
        return _of_fact(gazetteer, identifier, facts.territories[identifier], day)
    if identifier in facts.lists:
        listed = facts.lists[identifier]
        codes = gazetteer.check_communes(listed.communes)
        return Territory(
            identifier, listed.label, "list", None, codes, (), day, listed.name, listed.short
        )
    if identifier in FRANCES:
        return _division(gazetteer, identifier, day)
    kind, _, code = identifier.partition("-")
    if kind == "epci":
        return of_epci(gazetteer, code, day)
    if kind == "commune" and code in gazetteer.names:
        return Territory(identifier, gazetteer.names[code], "commune", None, (code,), (), day)
    divisions = {"departement": departements(), "region": regions()}.get(kind, {})
    if code in divisions:
        return _division(gazetteer, identifier, day)
    raise TerritoryError(
        explain(
            "Unknown territory",
            expected=[*facts.default, *PATTERNS],
            found=identifier,
            do="See `ternois territories`.",
        )
    )


@lru_cache(maxsize=256)
def _division(gazetteer: Gazetteer, identifier: str, day: str) -> Territory:
    """A département, a région or France, kept: what is compared with them is asked for often."""
    communes = gazetteer.communes
    if identifier in FRANCES:
        label, zones = FRANCES[identifier]
        inside = communes.loc[communes["zone"].isin(zones), "commune"]
        return Territory(
            identifier, label, "france", None, tuple(sorted(inside)), (), day, f"la {label}"
        )
    kind, _, code = identifier.partition("-")
    members = tuple(sorted(communes.loc[communes[kind] == code, "commune"]))
    known = (departements() if kind == "departement" else regions())[code]
    return Territory(identifier, known.label, cast(Kind, kind), None, members, (), day, known.name)


def division_ids(gazetteer: Gazetteer) -> list[str]:
    """Identifiers of the départements, régions and Frances that have communes in the tables."""
    communes = gazetteer.communes
    found = [f"departement-{c}" for c in departements() if (communes["departement"] == c).any()]
    found += [f"region-{c}" for c in regions() if (communes["region"] == c).any()]
    return [*found, *FRANCES]


def fact_codes(gazetteer: Gazetteer, identifier: str) -> tuple[str, ...]:
    """Canonical communes of a territory of the facts, from their own composition."""
    if identifier in gazetteer.own_codes:
        return gazetteer.own_codes[identifier]
    fact = gazetteer.facts.territories[identifier]
    parts = [fact_codes(gazetteer, part) for part in (*fact.parts, *fact.merged_from)]
    return tuple(sorted(set().union(*parts)))


def _of_fact(gazetteer: Gazetteer, identifier: str, fact: TerritoryFact, day: str) -> Territory:
    if day < fact.since:
        chain = [gazetteer.facts.territories[i].label for i in (*fact.parts, *fact.merged_from)]
        raise TerritoryError(
            explain(
                f"{fact.label} on {day}",
                expected=f"a day from {fact.since} on",
                found=day,
                do=f"Ask for {french.listing(chain, 'or')}." if chain else "Take a later day.",
            )
        )
    over = fact.until and day > fact.until
    known = gazetteer.membership_at(day)
    if fact.composition == "merged_from" and known and known[0] >= fact.since[:4]:
        codes = _listed(gazetteer, str(fact.siren), day)[1].members[str(fact.siren)]
    else:
        codes = fact_codes(gazetteer, identifier)
    return Territory(
        identifier,
        f"{fact.label} ({fact.perimeter})" if over and fact.perimeter else fact.label,
        fact.kind,
        fact.siren,
        codes,
        fact.parts,
        day,
        fact.name,
        fact.short,
        _folded(gazetteer, fact),
    )


def _folded(gazetteer: Gazetteer, fact: TerritoryFact) -> str:
    """The remark on communes of the facts that are part of another one today."""
    gone = [code for code in fact.communes if code not in gazetteer.names]
    return " ".join(
        f"{fact.communes[code]} ({code}) est comptée avec "
        + french.listing([gazetteer.names[c] for c in gazetteer.canonical([code], fact.cog, code)])
        + "."
        for code in gone
    )


def _listed(gazetteer: Gazetteer, siren: str, day: str) -> tuple[str, Membership]:
    """Year and content of the table of a day, which has an EPCI."""
    known = gazetteer.membership_at(day)
    if known and siren in known[1].members:
        return known
    raise TerritoryError(
        explain(
            f"No EPCI has the SIREN {siren} on {day}",
            expected="an EPCI of that day",
            found=fate(gazetteer, siren, day),
            do="Check the number and the day.",
        )
    )


def of_epci(gazetteer: Gazetteer, siren: str, day: str) -> Territory:
    """The EPCI of a day with a SIREN, whatever the facts call it."""
    year, known = _listed(gazetteer, siren, day)
    codes, label, note = known.members[siren], known.names[siren], ""
    if siren in known.disputed:
        shared = french.listing([gazetteer.names[c] for c in known.disputed[siren]])
        note = f"Commune réunie depuis {year} à une commune d’un autre EPCI : {shared}."
    name = _in_sentence(label)
    return Territory(f"epci-{siren}", label, "epci", siren, codes, (), day, name, note=note)


def _in_sentence(label: str) -> str:
    if label.startswith("Eurométropole"):
        return f"l'{label}"
    return f"la {label}" if label.startswith(("CC ", "CA ", "CU ", "Métropole ")) else label


def fate(gazetteer: Gazetteer, siren: str, day: str) -> str:
    """What is known of an EPCI that is not in the table of a day, in one phrase."""
    known = gazetteer.membership_at(day)
    years = [y for y, t in gazetteer.memberships.items() if (t["epci"] == siren).any()]
    if not years:
        return f"no EPCI with it in the tables {some(sorted(gazetteer.memberships), 20)}"
    last = gazetteer.membership(max(years))
    name = last.names[siren]
    if known is None or max(years) > known[0]:
        return f"{name}, in the tables from {min(years)} to {max(years)}"
    before = set(last.members.get(siren, ()))
    heirs = [s for s, members in known[1].members.items() if before.intersection(members)]
    into = some([f"{known[1].names[s]} (epci-{s})" for s in heirs]) or "no EPCI"
    return f"{name}, last in the table of {max(years)}; its communes are now in {into}"
