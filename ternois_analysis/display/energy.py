"""The energy blocks of a page: labels raw and reweighted, businesses recognised for works."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.display import absent, tables, words
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import shown
from ternois_analysis.observatory import energy
from ternois_analysis.territory import Territory

_BIAS = (
    "Un diagnostic est fait pour vendre ou louer : les logements occupés de longue date par leur "
    "propriétaire manquent. Le redressement donne aux diagnostics les âges et les types des "
    "résidences principales du recensement (périodes à deux à cinq ans près) ; il ne corrige pas "
    "le biais à l’intérieur d’une même période."
)

#: Territories of a table, at most: a wider one is cut in print.
_SHOWN = 7


@dataclass(frozen=True, eq=False)
class Energy:
    """What a page shows of the energy of dwellings; reached as `page.habitat.energy`."""

    material: Material

    def labels(self) -> Block:
        """Share of labels F and G: coverage, raw share, share reweighted by age and type."""
        names = ["dpe_coverage_pct", "dpe_fg_share_pct", "dpe_fg_reweighted_pct"]
        title = "Les étiquettes F ou G : part brute et part redressée"
        observatory = self.material.observatory
        if (missing := absent.sources(observatory, ["dpe"], title)) is not None:
            return missing
        found = side_by_side(self.material)
        values = self.material.of(names[:2], found)
        note = _BIAS
        if observatory.columns.millesimes("main_residences_by_stratum"):
            values = pd.concat([values, energy.reweighted(observatory, found)], ignore_index=True)
        else:
            note += f" {' '.join(words.not_installed(['logement_ancien']))}"
        return self._table(values, title, note)

    def strata(self) -> Block:
        """Share of labels F and G by type and period of construction."""
        return self._categories("dpe_fg_by_age_pct")

    def rge(self) -> Block:
        """Businesses recognised for energy works, and how many of the building craft are."""
        title = "Les entreprises reconnues garantes de l’environnement (RGE)"
        observatory = self.material.observatory
        if (missing := absent.sources(observatory, ["rge"], title)) is not None:
            return missing
        found = side_by_side(self.material)
        values = self.material.of(["rge_businesses", "rge_businesses_per_10000"], found)
        share = energy.rge_share(observatory, found)
        note = "L’entreprise est comptée à son adresse : elle peut travailler ailleurs."
        told = set(share["note"]) - {""}
        if told:
            note += f" Part des artisans du bâtiment : {' ; '.join(sorted(told))}."
        return self._table(pd.concat([values, share], ignore_index=True), title, note)

    def _categories(self, indicator: str) -> Block:
        entry = catalog.indicator(indicator)
        if (
            missing := absent.block(self.material.observatory, [indicator], entry.label)
        ) is not None:
            return missing
        values = self.material.of([indicator], side_by_side(self.material))
        return self._table(values, entry.label, "")

    def _table(self, values: pd.DataFrame, title: str, note: str) -> Block:
        entries = {name: catalog.indicator(name) for name in dict.fromkeys(values["indicator"])}
        # A value by category has no sentence that says which one.
        rows = shown(values[values["category"] == ""])
        first = entries[str(rows["indicator"].iloc[0])] if len(rows) else None
        caption = Caption(
            title, source=words.credit(values), note=note,
            champ=" ; ".join(dict.fromkeys(entry.champ for entry in entries.values())),
            reading=words.reading(values[values["indicator"] == rows["indicator"].iloc[0]], first,
                                  self.material.place) if first else "",
        )  # fmt: skip
        return tables.table(values, entries, caption)


def side_by_side(material: Material) -> list[Territory]:
    """The territory and those beside it, few enough for one table."""
    found = {place.id: place for place in (material.place, *material.beside)}
    return list(found.values())[:_SHOWN]
