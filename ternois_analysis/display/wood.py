"""The blocks of the wood sector: stages of the chain, specialisation, establishments."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.wood import wood
from ternois_analysis.display import absent, charts, perimeter, tables, words
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.energy import side_by_side
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import shown
from ternois_analysis.observatory import wood as sector

_LIST = (
    "La filière bois n’est dans aucune nomenclature : la liste des activités est celle de "
    "l’observatoire (version {version}). Le noyau a le bois pour matière ou pour produit ; le sens "
    "large ajoute {extended}. La menuiserie de bois ne se distingue pas de celle du PVC."
)


@dataclass(frozen=True, eq=False)
class Wood:
    """What a page shows of the wood sector; reached as `page.bois`."""

    material: Material

    def _without_register(self, title: str) -> Block | None:
        """A block that says so when there is no register, or none of this territory."""
        columns = self.material.observatory.columns
        if columns.register is None:
            return perimeter.paragraphs(title, words.not_installed(["registre"]))
        if not set(self.material.place.communes) <= set(columns.covered):
            text = "Le registre ne couvre pas toutes les communes de ce territoire : n.d."
            return perimeter.paragraphs(title, [text])
        return None

    def stages(self) -> Block:
        """Craft businesses by stage of the chain, from the forest to energy, side by side."""
        names = ("wood_craft_businesses", "wood_craft_extended_businesses", "wood_craft_share_pct",
                 "wood_craft_stage_businesses")  # fmt: skip
        title = "La filière bois : le noyau, le sens large et les maillons"
        if (missing := self._without_register(title)) is not None:
            return missing
        values = self.material.of(names, side_by_side(self.material))
        entries = {name: catalog.indicator(name) for name in names}
        caption = Caption(
            title, source=words.credit(values), champ=entries[names[0]].champ, note=_note(),
            reading=words.reading(values[values["indicator"] == names[0]], entries[names[0]],
                                  self.material.place),
        )  # fmt: skip
        return tables.table(_of_order(values), entries, caption)

    def quotient(self) -> Block:
        """How specialised in wood each part of the Pays is, against the rest of it."""
        entry = catalog.indicator("wood_quotient")
        if (missing := self._without_register(entry.label)) is not None:
            return missing
        values = sector.quotients(self.material.observatory, self.material.beside)
        if shown(values).empty:
            text = (
                f"Aucun indice n’est significatif : moins de {sector.LEAST} entreprises, ou un "
                "écart que le hasard suffit à expliquer (n.s.)."
            )
            return perimeter.paragraphs(entry.label, [text], values)
        caption = Caption(
            entry.label, source=words.credit(values), champ=entry.champ,
            reading=words.reading(values, entry, self.material.place),
            note=f"n.s. sous {sector.LEAST} entreprises ou quand l’intervalle contient 1.",
        )  # fmt: skip
        return charts.bars(values, entry, caption, highlight=self.material.place.id)

    def establishments(self) -> Block:
        """All establishments of the wood sector by stage, craft or not."""
        entry = catalog.indicator("wood_establishments")
        values = sector.establishments(self.material.observatory, side_by_side(self.material))
        if values.empty:
            return self._no_establishment(entry.label)
        caption = Caption(
            entry.label, source=words.credit(values), champ=entry.champ, note=_note(),
            reading="",
        )  # fmt: skip
        return tables.table(values, {"wood_establishments": entry}, caption)

    def _no_establishment(self, title: str) -> Block:
        known = [n for n, s in catalog.sources().items() if "wood_establishments" in s.columns]
        missing = absent.sources(self.material.observatory, known, title)
        text = "Seuls les artisans du registre sont comptés ici : aucune source installée ne donne "
        return missing or perimeter.paragraphs(title, [f"{text}les autres établissements."])


def _note() -> str:
    facts = wood()
    wide = [stage.label.lower() for stage in facts.stages.values() if not stage.core]
    return _LIST.format(version=facts.version, extended=french.listing(wide))


def _of_order(values: pd.DataFrame) -> pd.DataFrame:
    """Rows of an indicator and category together, in the order of the chain."""
    order = {stage.label: rank for rank, stage in enumerate(wood().stages.values(), 1)}
    ranks = values["category"].map(order).fillna(0)
    first = values["indicator"].map(
        {n: r for r, n in enumerate(dict.fromkeys(values["indicator"]))}
    )
    return (
        values.assign(a=first, b=ranks)
        .sort_values(["a", "b"], kind="stable")
        .drop(columns=["a", "b"])
    )
