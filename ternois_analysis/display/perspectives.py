"""The blocks on what comes next: population carried on, cohorts, labour force, registrations."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.scenarios import scenarios
from ternois_analysis.display import (
    assumptions,
    charts,
    futures,
    glossary,
    perimeter,
    words,
)
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.cohorts import Cohorts
from ternois_analysis.display.covered import without_sources
from ternois_analysis.display.material import Material
from ternois_analysis.display.outlook import Registrations
from ternois_analysis.display.published import cell, shown, written
from ternois_analysis.observatory import population_trends as trends
from ternois_analysis.observatory.population_trends import Carried

_TITLE = "La population prolongée par sa tendance"
_FEW_YEARS = "Population connue pendant trop peu d’années pour essayer une tendance : n.d."
#: Terms of art that the blocks use.
_TERMS = (
    "projection_fan", "past_trial", "omphale", "cohort", "hamilton_perry", "cohort_components",
    "rolling_origin", "seasonal_naive", "sensitivity", "confidence_interval", "evidence_level",
)  # fmt: skip
#: Inhabitants under which Insee's own projections cannot be made.
_OMPHALE = 50_000


@dataclass(frozen=True, eq=False)
class Perspectives:
    """What a page shows of the future; reached as `page.perspectives`."""

    material: Material

    @property
    def _carried(self) -> Carried | None:
        return trends.carried(self.material.observatory, self.material.place)

    def trend(self) -> Block:
        """Fan chart of the population carried on by its trend."""
        found, entry = self._carried, catalog.indicator("projected_population")
        if found is None:
            return perimeter.paragraphs(_TITLE, [_FEW_YEARS])
        if (found.rows["status"] != "ok").any():
            text = "Population trop petite pour être prolongée : n.s."
            return perimeter.paragraphs(_TITLE, [text], found.rows)
        place = self.material.place
        end = found.rows.iloc[-1]
        note = (
            f"Éventail à 80 % : les erreurs que la même méthode a faites sur {found.count} "
            f"{found.pool} de taille semblable, une à cinq années à l’avance. Au-delà, aucune "
            "erreur passée n’est connue : rien n’est prolongé."
        )
        went_on = f"si la {trends.LABELS[found.trend]} se poursuivait"
        reading = (
            f"{'si rien ne changeait' if found.trend == 'constant' else went_on}, {place.name} "
            f"compterait {written(end['value'], entry)} habitants en {end['period']}."
        )
        caption = Caption(_TITLE, source=words.credit(found.rows), champ=entry.champ, note=note,
                          reading=reading)  # fmt: skip
        return charts.fan(found.rows, entry, caption, trends.OBSERVED)

    def errors(self) -> Block:
        """Table of the errors of each trend on the years kept back."""
        found, entry = self._carried, catalog.indicator("projection_error_pct")
        title = "Ce que ces tendances auraient valu dans le passé"
        if found is None:
            return perimeter.paragraphs(title, [_FEW_YEARS])
        trial = found.errors[found.errors["territory"] == trends.TRIAL]
        own = found.errors[found.errors["territory"] != trends.TRIAL]
        records = []
        for label in trends.LABELS.values():
            for who, rows in ((f"{found.count} {found.pool}", trial), (self._short, own)):
                mine = rows[rows["category"].str.startswith(f"{label}, ")]
                cells = {
                    words.capital(str(row["category"]).partition(", ")[2]): cell(row, entry)
                    for _, row in mine.iterrows()
                }
                records.append({"Tendance": french.typeset(words.capital(label)),
                                "Essayée sur": french.typeset(who)} | cells)  # fmt: skip
        note = (
            f"Chaque tendance est calée sur les années jusqu’à {found.origin}, puis comparée aux "
            "années suivantes. La tendance retenue est choisie sur ces mêmes erreurs, qui sont "
            "donc un peu optimistes."
        )
        caption = Caption(title, f"{entry.definition.rstrip('.')}, en %", champ=entry.champ,
                          source=words.credit(found.errors), note=note)  # fmt: skip
        return compose("table", caption, found.errors, alt="", table=pd.DataFrame(records))

    @property
    def _short(self) -> str:
        return self.material.place.short

    def verdict(self) -> Block:
        """What the back-test allows to say, in short sentences with their test."""
        found, title = self._carried, "Ce que l’on peut en dire"
        if found is None:
            return perimeter.paragraphs(title, [_FEW_YEARS])
        chosen, plain = (self._error(found, trend) for trend in (found.trend, "constant"))
        label, years = trends.LABELS[found.trend], f"de {found.origin} à {found.last}"
        if found.beats:
            texts = [
                f"La {label} a le moins erré {years} : {chosen} (essai sur {found.count} "
                f"{found.pool}).",
                f"« Sans changement » : {plain} (même essai).",
            ]
        else:
            texts = [
                f"Aucune tendance ne fait mieux que « sans changement » {years} : {plain} "
                f"(essai sur {found.count} {found.pool})."
            ]
        values = found.errors
        rows = shown(found.rows)
        end = rows[rows["category"] == trends.PROJECTED].tail(1)
        entry = catalog.indicator("projected_population")
        for _, row in end.iterrows():
            low, high = (written(row[side], entry) for side in ("low", "high"))
            texts.append(
                f"En {row['period']}, l’éventail à 80 % va de {low} à {high} habitants."
                if pd.notna(row["low"])
                else f"En {row['period']}, trop peu d’erreurs passées pour un éventail : n.s."
            )
            values = pd.concat([values, end], ignore_index=True)
        if end.empty:
            texts.append("La population du territoire est trop petite pour être prolongée : n.s.")
        size = found.rows.loc[found.rows["category"] == trends.OBSERVED, "value"].iloc[-1]
        if size < _OMPHALE:
            texts.append(
                f"Omphale, le modèle de l’Insee, demande {french.number(_OMPHALE)} habitants : il "
                "ne s’applique pas ici."
            )
        return perimeter.paragraphs(title, texts, values)

    @staticmethod
    def _error(found: Carried, trend: str) -> str:
        """Error of a trend among the territories of the trial, at the longest horizon."""
        ahead = found.last - found.origin
        label = next(text for name, text in trends.LABELS.items() if name == trend)
        rows = found.errors[found.errors["territory"] == trends.TRIAL]
        row = rows[rows["category"] == f"{label}, {ahead} ans"].iloc[0]
        entry = catalog.indicator("projection_error_pct")
        return f"{written(row['value'], entry)} d’erreur en {ahead} ans"

    @property
    def cohorts(self) -> Cohorts:
        """The projections by age."""
        return Cohorts(self.material)

    @property
    def registrations(self) -> Registrations:
        """The registrations of the next quarters."""
        return Registrations(self.material)

    def hypotheses(self) -> Block:
        """Table of the assumptions of the scenarios."""
        return futures.hypotheses(self.material)

    def scenarios(self) -> Block:
        """What each scenario says, in a sentence."""
        return futures.told(self.material)

    def population_scenarios(self) -> Block:
        """Table of the population of each scenario, and of its sensitivity."""
        return futures.population(self.material)

    def business_scenarios(self) -> Block:
        """Table of the craft businesses of each scenario, and of its sensitivity."""
        return futures.businesses(self.material)

    def words(self) -> Block:
        """Definitions of the terms of art of the page."""
        return glossary.block(_TERMS)

    def age_hypotheses(self) -> Block:
        """Table of the assumptions of the projections by age."""
        absent = without_sources(self.material.observatory, ["ages"], "Hypothèses des âges")
        if absent is not None:
            return absent
        facts = scenarios().projection
        listed = {each.label: each for each in (facts.cohorts, facts.mortality)}
        weights = french.listing([
            f"{group[:2]}-{group[2:]} ans, {french.number(weight, 2)}"
            for group, weight in facts.fertility.items()
        ])  # fmt: skip
        note = f"Fécondité relative par âge ({facts.fertility_source}) : {weights}."
        return assumptions.table(
            self.material, "Les hypothèses des projections par âge", listed, note
        )
