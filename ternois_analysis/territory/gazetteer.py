"""The gazetteer: from what people type, and a day, to a territory."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from ternois_analysis.catalog.territories import TerritoryFacts
from ternois_analysis.territory import compositions, groups, lists, references, search
from ternois_analysis.territory.membership import Membership, membership
from ternois_analysis.territory.names import NameIndex
from ternois_analysis.territory.passage import links
from ternois_analysis.territory.place import Territory, iso_day
from ternois_analysis.trail import cached_property, lru_cache


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """All territories that can be asked for, on any day that the tables and facts cover.

    Parameters
    ----------
    communes : DataFrame
        Communes of the canonical COG: commune, commune_name, departement, region, zone,
        postal_codes.
    passage : DataFrame
        From the codes of earlier years to the canonical ones (see `passage.to_cog`).
    memberships : Mapping
        EPCI tables by year (text), in the commune codes of that year.
    facts : TerritoryFacts
        What `data/territories.yml` says.
    """

    communes: pd.DataFrame
    passage: pd.DataFrame
    memberships: Mapping[str, pd.DataFrame]
    facts: TerritoryFacts

    def resolve(self, text: str, at: dt.date | str) -> Territory:
        """The territory that a text names on a day.

        Parameters
        ----------
        text : str
            An identifier (`pays-ternois`, `commune-62767`, `departement-62`), a SIREN, a commune
            code, or a name; case, accents, hyphens and « St » do not matter for names.
        at : date or str
            Day whose composition is wanted (ISO when text). Territories with a composition of
            their own in the facts stay askable after their end, as perimeters.

        Raises
        ------
        TerritoryError
            If the text names nothing, or more than one thing, or what it names did not exist on
            that day: with what was found and what was probably meant.
        """
        day = iso_day(at)
        identifier, note = search.identify(self, text, day)
        territory = compositions.territory(self, identifier, day)
        return replace(territory, note=f"{note} {territory.note}".strip()) if note else territory

    def epcis(self, at: dt.date | str) -> tuple[Territory, ...]:
        """All EPCIs of France on a day, sorted by SIREN; empty before the first table."""
        day = iso_day(at)
        known = self.membership_at(day)
        sirens = known[1].members if known else {}
        return tuple(compositions.territory(self, self.id_of_siren(siren), day) for siren in sirens)

    def listing(self, at: dt.date | str) -> pd.DataFrame:
        """Identifiers that can be asked for on a day, communes left out.

        Returns
        -------
        DataFrame
            id, label, kind, siren (empty if none), communes (their number); the Pays and its
            parts first.
        """
        day = iso_day(at)
        own = [i for i, f in self.facts.territories.items() if f.since <= day]
        ids = [*own, *self.facts.lists, *compositions.division_ids(self)]
        found = [compositions.territory(self, i, day) for i in ids]
        found += [epci for epci in self.epcis(day) if epci.id not in own]
        return pd.DataFrame(
            [(t.id, t.label, t.kind, t.siren or "", len(t.communes)) for t in found],
            columns=["id", "label", "kind", "siren", "communes"],
        )

    def references(self, territory: Territory) -> tuple[Territory, ...]:
        """The territories with which a territory is compared, from the nearest to France.

        The other parts of the Pays; the Pays if the territory lies inside; a département and a
        région, those of most of its communes when it straddles several (its `note` says so); and
        metropolitan France. Inside the Pays, the facts name the last ones.
        """
        return references.references(self, territory)

    def check_communes(self, entries: Mapping[str, str]) -> tuple[str, ...]:
        """Canonical codes of a list of communes, given as codes with their names (or empty).

        Raises
        ------
        TerritoryError
            If a code is unknown, does not go with its name, or is the postal code of others.
        """
        return lists.check_communes(self, entries)

    @cached_property
    def names(self) -> dict[str, str]:
        """Commune names by canonical code."""
        return groups.paired(self.communes, "commune", "commune_name")

    @cached_property
    def own_codes(self) -> dict[str, tuple[str, ...]]:
        """Canonical codes of the territories whose communes are listed in the facts."""
        return {
            identifier: self.canonical(list(fact.communes), fact.cog, f"{identifier} in the facts")
            for identifier, fact in self.facts.territories.items()
            if fact.communes
        }

    @cached_property
    def pays_codes(self) -> tuple[str, ...]:
        """Canonical codes of the communes of the Pays."""
        return compositions.fact_codes(self, self.facts.pays)

    @cached_property
    def name_index(self) -> NameIndex:
        """Names of everything that has no date."""
        return search.undated_names(self)

    def membership(self, year: str) -> Membership:
        """The EPCIs of the table of one year."""
        return _membership(self, year)

    def membership_at(self, day: str) -> tuple[str, Membership] | None:
        """Year and content of the newest EPCI table that is not after the day's year."""
        years = [year for year in self.memberships if year <= day[:4]]
        return (max(years), self.membership(max(years))) if years else None

    def id_of_siren(self, siren: str) -> str:
        """Identifier of the EPCI with a SIREN: its own in the facts, otherwise `epci-<SIREN>`."""
        facts = self.facts.territories.items()
        return next((i for i, fact in facts if fact.siren == siren), f"epci-{siren}")

    def canonical(self, codes: list[str], cog: str, place: str) -> tuple[str, ...]:
        """Canonical codes, sorted, that codes of a COG year go to."""
        pairs = links(pd.Series(codes, dtype="str"), self.passage, self.communes, cog, place)
        return tuple(pairs["commune"].unique())


@lru_cache(maxsize=32)
def _membership(gazetteer: Gazetteer, year: str) -> Membership:
    table = gazetteer.memberships[year]
    return membership(table, gazetteer.passage, gazetteer.communes, year)
