"""The craft blocks of a page: density raw and smoothed, funnel, families, survival."""

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import charts, maps, perimeter, tables, words
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import shown
from ternois_analysis.observatory import craft_values

_SMOOTHED = (
    "Lissage bayésien empirique (Marshall) : chaque commune est rapprochée du niveau d’ensemble, "
    "d’autant plus que sa population est petite. À lire à côté de la carte brute, jamais seule."
)
_SURVIVAL = (
    "Kaplan-Meier, intervalle à 95 % ; une entreprise immatriculée avant les premiers mouvements "
    "connus n’est suivie qu’à partir d’eux (troncature à gauche). Une radiation n’est pas un "
    "échec : retraite, cession et transfert y sont comptés. La courbe s’arrête quand moins de "
    f"{craft_values.FOLLOWED} entreprises sont suivies."
)


@dataclass(frozen=True, eq=False)
class Craft:
    """What a page shows of the craft register; reached as `page.craft`."""

    material: Material

    def _absent(self, title: str) -> Block | None:
        """A block that says so when the quarter sees no register, or none of this territory."""
        columns = self.material.observatory.columns
        if columns.register is None:
            source = catalog.source("registre")
            text = f"Source non installée : {source.title}. Pour l’ajouter : « {source.install} »."
            return perimeter.paragraphs(title, [text])
        if not set(self.material.place.communes) <= set(columns.covered):
            return perimeter.paragraphs(
                title, ["Le registre ne couvre pas toutes les communes de ce territoire : n.d."]
            )
        return None

    def smoothed(self) -> Block:
        """Map of the smoothed density of craft businesses by commune."""
        entry = catalog.indicator("craft_density_smoothed_per_10000")
        if (absent := self._absent(entry.label)) is not None:
            return absent
        values = craft_values.smoothed_density(self.material.observatory, self.material.place)
        extent = words.spread(values, entry, "les communes")
        caption = Caption(
            f"{words.subject(entry)} : {extent}" if extent else entry.label,
            source=words.credit(values), champ=entry.champ, note=_SMOOTHED,
        )  # fmt: skip
        return maps.choropleth(
            values.assign(note=""), self.material.shapes, entry, caption,
            neighbours=self.material.around, places=self.material.towns,
        )  # fmt: skip

    def funnel(self) -> Block:
        """Densities of the communes against their population, with the limits of chance."""
        name = "craft_density_per_10000"
        entry = catalog.indicator(name)
        if (absent := self._absent(entry.label)) is not None:
            return absent
        values = self.material.by_commune([name])
        pays = self.material.observatory.gazetteer.facts.pays
        whole = self.material.observatory.values([pays], [name]).iloc[0]
        if whole["status"] != "ok" or shown(values).empty:
            return perimeter.paragraphs(entry.label, ["Effectifs insuffisants : n.s."])
        target = float(whole["value"])
        limits = craft_values.funnel_limits(shown(values), target)
        title = "Densité artisanale et taille des communes : ce que le hasard suffit à expliquer"
        note = (
            f"Le trait central est le niveau {french.of(self._name(pays))}. Une commune entre les "
            "limites ne se distingue pas de ce niveau : le hasard suffit à l’expliquer."
        )
        caption = Caption(title, source=words.credit(values), champ=entry.champ, note=note)
        return charts.funnel(values, limits, entry, caption, target=target, base="habitants")

    def _name(self, identifier: str) -> str:
        return self.material.observatory.territory(identifier).name

    def categories(self, indicator: str) -> Block:
        """Table of an indicator by category, for the territory and those beside it."""
        entry = catalog.indicator(indicator)
        if (absent := self._absent(entry.label)) is not None:
            return absent
        places = [self.material.place, *self.material.beside]
        values = self.material.of([indicator], list({p.id: p for p in places}.values())[:7])
        caption = Caption(
            entry.label, reading="", champ=entry.champ, source=words.credit(values),
            note=words.capital(entry.definition),
        )  # fmt: skip
        return tables.table(values, {indicator: entry}, caption)

    def survival(self, by: Literal["family", "cohort"]) -> Block:
        """Survival curves of the businesses of the territory, by family or by cohort."""
        entry = catalog.indicator("craft_survival_pct")
        what = {"family": "par famille", "cohort": "par période d’immatriculation"}[by]
        title = f"Survie des entreprises artisanales {what}"
        if (absent := self._absent(title)) is not None:
            return absent
        values = craft_values.survival(self.material.observatory, self.material.place, by)
        if shown(values).empty:
            text = f"Moins de {craft_values.FOLLOWED} entreprises suivies dans chaque groupe : n.s."
            return perimeter.paragraphs(title, [text])
        kept = values["territory"].isin(shown(values)["territory"])
        values = values[kept].reset_index(drop=True)
        caption = Caption(
            title, source=words.credit(values), champ=entry.champ, note=_SURVIVAL,
            reading=self._read(values),
        )  # fmt: skip
        return charts.survival(values, entry, caption)

    @staticmethod
    def _read(values: pd.DataFrame) -> str:
        rows = shown(values)
        rows = rows[rows["category"] == "36"]
        if rows.empty:
            return ""
        row = rows.iloc[0]
        part = french.quantity(row["value"], "%")
        label = str(row["territory_label"])
        return (
            f"trois ans après l’immatriculation, {part} des entreprises du groupe « {label} » "
            "sont encore inscrites."
        )

    def season(self) -> Block:
        """Whether registrations may be corrected for their season, and what is done if not."""
        title = "Faut-il corriger des variations saisonnières ?"
        if (absent := self._absent(title)) is not None:
            return absent
        found = craft_values.season(self.material.observatory, self.material.place)
        if found.few:
            text = (
                f"{words.capital(french.number(found.mean, 1))} immatriculations par trimestre en "
                f"moyenne : moins de {craft_values.EVENTS}, la série n’est pas corrigée des "
                "variations saisonnières ; on lit les sommes de quatre trimestres."
            )
        elif found.p >= 0.05:
            text = (
                "Aucune saisonnalité significative (test de Friedman, p = "
                f"{french.number(found.p, 3)}) : la série n’est pas corrigée."
            )
        else:
            factors = french.listing([french.number(factor, 2) for factor in found.factors])
            text = (
                f"Saisonnalité significative (test de Friedman, p = {french.number(found.p, 3)}). "
                f"Coefficients saisonniers du premier au quatrième trimestre : {factors}."
            )
        return perimeter.paragraphs(title, [text])

    def difference(self) -> Block:
        """Whether the families survive alike, by a log-rank test."""
        title = "Les familles survivent-elles différemment ?"
        if (absent := self._absent(title)) is not None:
            return absent
        p = craft_values.families_differ(self.material.observatory, self.material.place)
        if math.isnan(p):
            text = "Effectifs insuffisants pour un test : n.s."
        elif p < 0.05:
            text = (
                f"Une famille au moins se distingue des autres (test du log-rank, p = "
                f"{french.number(p, 3)} après correction de Bonferroni)."
            )
        else:
            text = (
                f"Aucune famille ne se distingue des autres (test du log-rank, p = "
                f"{french.number(p, 3)} après correction de Bonferroni) : écarts n.s."
            )
        return perimeter.paragraphs(title, [text])
