"""The notebook's handle: one territory, quarter and audience; each method shows one block."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ternois_analysis import catalog, trail
from ternois_analysis.display import (
    cartography,
    charts,
    comments,
    identity,
    perimeter,
    tables,
    words,
)
from ternois_analysis.display.absent import or_absent
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.material import Material, material
from ternois_analysis.display.topics import TOPICS, topic
from ternois_analysis.observatory import Observatory, observe
from ternois_analysis.territory import Territory

#: Territories whose structure is shown in one figure.
_COMPARED = 10
QUARTILES = "Pour les EPCI similaires, les crochets donnent les quartiles de leurs valeurs."


@dataclass(frozen=True, eq=False)
class Page:
    """What a notebook shows of one territory. Made by `page(territory, quarter, audience)`.

    Methods take identifiers of indicators and return a `Block`: a figure or a table with its
    message, reading, champ, source and data. A value that may not be shown is a sign; a figure
    none of whose values is known says so in words.
    """

    material: Material

    @property
    def observatory(self) -> Observatory:
        """The door through which the values come."""
        return self.material.observatory

    @property
    def place(self) -> Territory:
        """The territory of the page."""
        return self.material.place

    def __getattr__(self, name: str) -> Any:
        """One topic of the page (`page.emploi`, `page.craft`…): see `topics.TOPICS`."""
        if name in TOPICS:
            return topic(name, self.material)
        raise AttributeError(f"A page has no '{name}'; it has {', '.join(TOPICS)}")

    def __dir__(self) -> list[str]:
        """Methods and topics, for completion."""
        return sorted({*object.__dir__(self), *TOPICS})

    def caption(
        self,
        title: str,
        indicators: Sequence[str],
        values: pd.DataFrame,
        place: Territory | None = None,
    ) -> Caption:
        """Words that follow from the values; see `words.caption`."""
        return words.caption(title, indicators, values, place or self.place)

    def header(self) -> Block:
        """Whose page this is, for which quarter, and what must be known before reading it."""
        return identity.header(self.material)

    @or_absent
    def summary(self, *indicators: str) -> Block:
        """The territory in a few computed sentences, each with its references.

        Without indicators, the population and how it moved; with some, one sentence each.
        """
        names = indicators or ("population", "population_change", "population_growth_pct_per_year")
        used = self.material.of(names, (self.place, *self.material.references))
        texts = (
            [words.against(used, name, self.place, self.material.references) for name in indicators]
            if indicators
            else words.population(used, self.place, self.material.references)
        )
        own = used["territory"] == self.place.id
        used = used[own | (used["status"] != "n.d.")]
        compared = any(" contre " in text for text in texts) if indicators else False
        title = "Par rapport aux références" if compared else "Ce que disent les chiffres"
        return perimeter.paragraphs(title, texts, used)

    def perimeter(self) -> Block:
        """Map of the territory and of the territories that make it up."""
        return identity.perimeter(self.material)

    def history(self) -> Block:
        """What happened to the territory and its communes, as far as the facts go."""
        return identity.history(self.material)

    def _known(self, indicators: Sequence[str]) -> pd.DataFrame:
        """Values of the territory and of those beside it or referred to that have any."""
        places = {t.id: t for t in (self.place, *self.material.references, *self.material.beside)}
        values = self.material.of(indicators, list(places.values()))
        some = set(values.loc[values["status"] != "n.d.", "territory"]) | {self.place.id}
        kept = [name for name in places if name in some][:_COMPARED]
        return values[values["territory"].isin(kept)]

    @or_absent
    def comparison(self, *indicators: str) -> Block:
        """Table of indicators for the territory, its references and the similar EPCIs."""
        values = self.material.of(indicators, (self.place, *self.material.references))
        some = set(values.loc[values["status"] != "n.d.", "territory"]) or set(values["territory"])
        values = values[values["territory"].isin(some | {self.place.id})]
        peers = self.observatory.typical(self.place, indicators)
        note = words.missing(values)
        if (peers["status"] == "ok").any():
            values = pd.concat([values, peers], ignore_index=True)
            note = f"{QUARTILES} {note}".strip()
        entries = {name: catalog.indicator(name) for name in indicators}
        values = self._of_order(values, indicators)
        title = words.subjects(indicators)
        caption = self.caption(title, indicators, values)
        return tables.table(values, entries, replace(caption, note=note))

    @staticmethod
    def _of_order(values: pd.DataFrame, indicators: Sequence[str]) -> pd.DataFrame:
        order = {name: rank for rank, name in enumerate(indicators)}
        return values.sort_values("indicator", key=lambda names: names.map(order), kind="stable")

    @or_absent
    def side_by_side(self, *indicators: str) -> Block:
        """Table of indicators for the territories beside one another, alphabetically."""
        values = self.material.of(indicators, self.material.beside)
        entries = {name: catalog.indicator(name) for name in indicators}
        title = words.subjects(indicators)
        caption = self.caption(title, indicators, values, self.material.beside[0])
        return tables.table(values, entries, caption)

    @or_absent
    def profile(self, *indicators: str) -> Block:
        """Spine chart: the territory against its nearest reference, among the similar EPCIs."""
        peers = self.observatory.peers(self.place, indicators)
        if not self.material.references or peers.empty:
            return self.comparison(*indicators)
        reference = self.material.references[0]
        own = self.material.of(indicators, (self.place, reference))
        values = pd.concat([own, peers], ignore_index=True)
        entries = {name: catalog.indicator(name) for name in indicators}
        title = f"{self.place.label} : les écarts à la référence ({reference.label})"
        caption = replace(self.caption(title, indicators, values), reading="")
        return charts.spine(
            values, entries, caption, territory=self.place.id, reference=reference.id
        )

    @or_absent
    def map(self, indicator: str) -> Block:
        """Map of an indicator by commune: classes for a rate, circles for a count."""
        return cartography.by_commune(self.material, indicator)

    @or_absent
    def multiples(self, indicator: str) -> Block:
        """Small maps of the territories beside one another, with the same classes."""
        return cartography.multiples(self.material, indicator)

    @or_absent
    def series(self, indicator: str) -> Block:
        """Line of an indicator in time, with its references where they are comparable."""
        entry = catalog.indicator(indicator)
        places = (
            [self.place] if entry.nature == "count" else [self.place, *self.material.references]
        )
        values = self.observatory.values(places, [indicator], series=True)
        title = words.trend(values, entry, self.place)
        return charts.series(values, entry, self.caption(title, [indicator], values))

    @or_absent
    def structure(self, name: str) -> Block:
        """Parts that add up to 100 %, for the territory and those it is compared with."""
        entry = catalog.indicator(name)
        values = self._known([name])
        title = f"{words.subject(entry)} {words.within(self.place)}"
        if not (values["status"] == "ok").any():
            return perimeter.paragraphs(title, ["Aucune part n’est publiable : n.d."], values)
        return charts.ages(values, entry, replace(self.caption(title, [name], values), reading=""))

    @or_absent
    def atlas(self, *indicators: str) -> Block:
        """Interactive map of some indicators, whole in the page."""
        return cartography.atlas(self.material, indicators)

    def similar(self) -> Block:
        """The EPCIs that resemble the territory, and why."""
        return identity.similar(self.material)

    def comment(self, section: str) -> Block | None:
        """The authors' comment at a section; nothing where nobody wrote one."""
        return comments.block(self.material, section)

    def check(self, *indicators: str) -> str:
        """Values of some indicators as lines of text, for the cells that tests compare."""
        values = self.material.of(indicators, (self.place,))
        return "\n".join(
            f"{row['indicator']} {row['category'] or row['period']}: "
            f"{row['status']} {row['value']:.6g}"
            for _, row in values.iterrows()
        )

    def definitions(self, *names: str) -> Block:
        """Definition and formula of some indicators, or of those of some themes; else of all."""
        wanted = set(names)
        known = catalog.indicators()
        chosen = {n: e for n, e in known.items() if not wanted or wanted & {n, e.theme}}
        return perimeter.definitions(chosen, Caption("Définitions"))

    def sources(self) -> Block:
        """The files behind what the page has shown so far, those of the geography included."""
        names = {key.partition("@")[0] for key in trail.noted("files")}
        with trail.aside():  # each is noted already
            files = self.observatory.sources_used()
        used = [file for file in files if file["source"] in names]
        return perimeter.sources(used, Caption("Sources"))


def page(territory: str, quarter: str = "", audience: str = "partners") -> Page:
    """The page of a territory, for a quarter and an audience.

    Parameters
    ----------
    territory : str
        Identifier, SIREN, code of a commune, or name: what `Observatory.territory` understands.
    quarter : str
        Such as `2026Q3`; the latest complete one by default.
    audience : {"internal", "partners", "public"}

    Returns
    -------
    Page
        Each of its methods shows one block.

    Raises
    ------
    TerritoryError, ReportError
        For an unknown territory, quarter or audience, with what was probably meant.
    """
    trail.begin()
    observatory = observe(quarter, audience)
    return Page(material(observatory, observatory.territory(territory)))
