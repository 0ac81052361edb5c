"""The blocks of facilities of a page: what there is or is not, how far, and in the centres."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.facilities import Range, facilities
from ternois_analysis.display import absent, maps, perimeter, tables, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import definition, shown
from ternois_analysis.observatory import Observatory, reach, services
from ternois_analysis.territory import Territory

_SOURCES = [services.SOURCE]
Maker = Callable[[Observatory, Sequence[Territory]], pd.DataFrame]


@dataclass(frozen=True, eq=False)
class Services:
    """What a page shows of facilities and of access to them; reached as `page.services`."""

    material: Material

    @property
    def _places(self) -> tuple[Territory, ...]:
        """The territory and those beside it, as many as a table holds."""
        places = {p.id: p for p in (self.material.place, *self.material.beside)}
        return tuple(places.values())[: tables.MAX_COLUMNS - 1]

    def _absent(self, title: str) -> Block | None:
        return absent.sources(self.material.observatory, _SOURCES, title)

    def _table(self, values: pd.DataFrame, names: Sequence[str], title: str, note: str) -> Block:
        """Table of the territories that have any value, the one of the page in any case."""
        some = {self.material.place.id, *shown(values)["territory"]}
        values = values[values["territory"].isin(some) & values["indicator"].isin(names)]
        entries = {name: catalog.indicator(name) for name in names}
        caption = words.caption(title, names, values, self.material.place)
        bounds = sorted({n for n in values["note"] if reach.UNKNOWN in n})
        told = " ".join([note, *(f"{words.capital(bound)}." for bound in bounds)]).strip()
        caption = replace(caption, reading="", note=told)
        if len(names) > 1:
            return tables.table(values, entries, caption)
        entry = entries[names[0]]
        caption = replace(caption, subtitle=definition(entry, values))
        listed = tables.crossed(values, entry, "category")
        return compose("table", caption, values, alt="", table=listed)

    def _listed(self, make: Maker, names: Sequence[str], title: str, note: str = "") -> Block:
        if (missing := self._absent(title)) is not None:
            return missing
        return self._table(make(self.material.observatory, self._places), names, title, note)

    def method(self) -> Block:
        """The assumptions: ranges, distances, speed, and how far the installed files reach."""
        title = "Comment ces chiffres sont faits"
        if (missing := self._absent(title)) is not None:
            return missing
        facts = facilities()
        found = services.stock(self.material.observatory.columns)
        assert found is not None
        travel = facts.travel
        texts = [
            f"Équipements au 1er janvier {found.millesime} ; population de {found.people_year}. "
            "La liste des types change chaque année : aucune évolution n’est donnée.",
            "Les distances vont d’un point de la commune à l’autre, à vol d’oiseau, non d’une "
            f"mairie à l’autre ; la route est supposée {french.number(travel.detour, 1)} fois plus "
            f"longue, parcourue à {french.quantity(travel.speed_km_per_hour, 'km/h')}. Ces temps "
            "sont des ordres de grandeur, non des mesures.",
        ]
        if not facts.ranges(found.millesime).checked:
            texts.append(
                "La composition des gammes est celle de l’observatoire, établie d’après les gammes "
                f"de l’Insee (version {facts.version}) ; elle n’a pas pu être vérifiée type par "
                "type sur le fichier de l’Insee."
            )
        if not found.covers(self.material.place):
            texts.append(
                "Les fichiers installés ne couvrent pas toutes les communes de ce territoire : n.d."
            )
        near = reach.around(self.material.observatory, self.material.place)
        if near is not None and near.unknown:
            count = len(near.unknown)
            texts.append(
                f"Autour du territoire, l’offre de {count} {french.plural(count, 'commune')} à "
                f"moins de {french.number(max(travel.weights))} minutes n’est pas dans les "
                "fichiers installés : elle est inconnue. Les parts et les offres montrées sont "
                "donc des minorants, les temps des majorants."
            )
        return perimeter.paragraphs(title, texts)

    def diversity(self) -> Block:
        """Distinct types and share of the proximity range, side by side."""
        names = ("facility_types", "proximity_basket_pct")
        return self._listed(services.diversity, names, "La diversité de l’offre")

    def types(self, name: Range) -> Block:
        """Facilities of each entry of a range, side by side."""
        label = {
            "proximity": "de proximité",
            "intermediate": "intermédiaire",
            "upper": "supérieure",
        }
        title = f"Les équipements de la gamme {label[name]}"
        if (missing := self._absent(title)) is not None:
            return missing
        found = services.stock(self.material.observatory.columns)
        assert found is not None
        entries = found.entries(name)
        values = services.by_entry(self.material.observatory, self._places, entries)
        return self._table(values, ["facilities_by_type"], title, "")

    def without(self, indicator: str) -> Block:
        """Communes, or people, without a facility of each daily need on the spot."""
        title = {
            "communes_without": "Les communes sans…",
            "people_without_pct": "Les habitants qui n’ont pas l’équipement dans leur commune",
        }[indicator]
        return self._listed(services.without, [indicator], title)

    def needs(self, indicator: str) -> Block:
        """How far each daily need is, in minutes or as a share of people."""
        title = {
            "need_minutes": "Le temps jusqu’au plus proche équipement",
            "people_near_need_pct": "Les habitants à moins de quinze minutes",
        }[indicator]

        def make(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
            return services.together(reach.needs(observatory, place) for place in places)

        return self._listed(make, [indicator], title)

    def poles(self) -> Block:
        """Share of the people near an intermediate pole, at three limits, and which poles."""
        title = "Les habitants proches d’un pôle intermédiaire"
        near = reach.around(self.material.observatory, self.material.place)
        note = ""
        if near is not None:
            inside = [c for c in reach.poles(near.stock) if c in near.minutes.columns]
            limit = facilities().travel.within_minutes
            times = near.minutes.loc[list(near.own), inside].min()
            names = self.material.observatory.gazetteer.names
            listed = french.listing([names[code] for code in times.index[times <= limit]])
            note = f"Pôles à portée : {listed}." if listed else "Aucun pôle à portée."
        return self._listed(reach.near_poles, ["people_near_pole_pct"], title, note)

    def centres(self) -> Block:
        """What the centres weigh in the people and the offer of the territory."""
        place = self.material.place
        title = "Le poids des centres"
        if (missing := self._absent(title)) is not None:
            return missing
        observatory = self.material.observatory
        names = observatory.gazetteer.names
        listed = french.listing([names[c] for c in services.centres(observatory, place)])
        # A territory of one commune is its own centre: there is nothing to tell.
        note = f"Centres {place.of} : {listed}." if listed and len(place.communes) > 1 else ""
        return self._listed(services.centres_weight, ["centres_share_pct"], title, note)

    def basket(self) -> Block:
        """Map of the share of the proximity range that each commune has."""
        return self._map("proximity_basket_pct", services.diversity)

    def offer(self) -> Block:
        """Map of the offer of general practitioners within reach, by commune."""

        def make(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
            values = reach.offer(observatory, self.material.place)
            return values[values["territory"].isin([place.id for place in places])]

        return self._map("offer_access_per_10000", make)

    def _map(self, indicator: str, make: Maker) -> Block:
        entry = catalog.indicator(indicator)
        if (missing := self._absent(entry.label)) is not None:
            return missing
        observatory = self.material.observatory
        communes = [observatory.territory(f"commune-{c}") for c in self.material.place.communes]
        values = make(observatory, communes)
        values = values[values["indicator"] == indicator].reset_index(drop=True)
        extent = words.spread(values, entry, "les communes")
        bounds = sorted({f"{words.capital(n)}." for n in values["note"] if reach.UNKNOWN in n})
        caption = Caption(
            f"{words.subject(entry)} : {extent}" if extent else entry.label,
            source=words.credit(values), champ=entry.champ, note=" ".join(bounds),
        )  # fmt: skip
        return maps.choropleth(
            values, self.material.shapes, entry, caption,
            neighbours=self.material.around, places=self.material.towns,
        )  # fmt: skip
