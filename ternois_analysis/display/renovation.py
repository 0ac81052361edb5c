"""The blocks of home improvement: dossiers engaged and settled, works, contacts."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import absent, perimeter, tables, words
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.energy import side_by_side
from ternois_analysis.display.material import Material
from ternois_analysis.observatory import renovation

_PROMISE = (
    "Un dossier engagé est une promesse de subvention, un dossier soldé un chantier payé : les "
    "deux ne s’additionnent pas, et l’écart n’est pas un échec mais des chantiers en cours."
)


@dataclass(frozen=True, eq=False)
class Renovation:
    """What a page shows of home improvement; reached as `page.habitat.renovation`."""

    material: Material

    def dossiers(self) -> Block:
        """Dossiers engaged and settled, beside one another, and for 1 000 main residences."""
        title = "L’amélioration de l’habitat : dossiers engagés et dossiers soldés"
        if (missing := self._absent("opah", title)) is not None:
            return missing
        found = side_by_side(self.material)
        values = renovation.dossiers(self.material.observatory, found)
        return self._table(values[values["indicator"] != "opah_kind_dwellings"], title, _PROMISE)

    def kinds(self) -> Block:
        """Dossiers engaged by kind of works."""
        title = "Les dossiers engagés par nature de travaux"
        if (missing := self._absent("opah", title)) is not None:
            return missing
        values = renovation.dossiers(self.material.observatory, side_by_side(self.material))
        kinds = values[values["indicator"] == "opah_kind_dwellings"]
        return self._table(_by_category(kinds), title, "")

    def local_works(self) -> Block:
        """Share of the works that goes to businesses of the craft register."""
        entry = catalog.indicator("opah_local_works_pct")
        if (missing := self._absent("opah", entry.label)) is not None:
            return missing
        pays = self.material.observatory.gazetteer.facts.pays
        place = self.material.observatory.territory(pays)
        values = renovation.local_works(self.material.observatory, place)
        row = values.iloc[0]
        if row["status"] == "ok":
            text = words.reading(values, entry, place)
        else:
            why = row["note"] or entry.definition
            text = f"{entry.label} : {french.SIGNS[row['status']]} ({why.rstrip('.')})."
        return perimeter.paragraphs(entry.label, [text], values)

    def contacts(self) -> Block:
        """Contacts of the energy advice centre in a year."""
        entry = catalog.indicator("eie_contacts_received")
        if (missing := self._absent("eie", entry.label)) is not None:
            return missing
        found = side_by_side(self.material)
        values = renovation.contacts(self.material.observatory, found)
        return self._table(_by_category(values), entry.label, entry.definition)

    def _absent(self, source: str, title: str) -> Block | None:
        return absent.sources(self.material.observatory, [source], title)

    def _table(self, values: pd.DataFrame, title: str, note: str) -> Block:
        entries = {name: catalog.indicator(name) for name in dict.fromkeys(values["indicator"])}
        first = next(iter(entries))
        own = values[(values["indicator"] == first) & (values["category"] == "")]
        caption = Caption(
            title, source=words.credit(values), note=note,
            champ=" ; ".join(dict.fromkeys(entry.champ for entry in entries.values())),
            reading=words.reading(own, entries[first], self.material.place),
        )  # fmt: skip
        return tables.table(values, entries, caption)


def _by_category(values: pd.DataFrame) -> pd.DataFrame:
    """Rows of a category together, categories and territories in their order."""
    order = {name: rank for rank, name in enumerate(dict.fromkeys(values["category"]))}
    return values.sort_values("category", key=lambda names: names.map(order), kind="stable")
