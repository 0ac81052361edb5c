"""The evaluation of a programme: what could be seen, who is compared, what is seen, what is not."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import judgement, perimeter, programme_words, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.judgement import Level, Statement
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell, interval
from ternois_analysis.observatory import programme_evaluation, programme_results
from ternois_analysis.observatory.programme_tables import part
from ternois_analysis.observatory.programmes import Programmes
from ternois_analysis.trail import cached_property

_INVENTED = "La méthode est montrée sur des entreprises inventées : aucune conclusion n’en découle."
_NOBODY = "Aucune entreprise entrée n’est suivie au registre : n.d."


@dataclass(frozen=True, eq=False)
class Comparing:
    """What a page shows of the evaluation of a group of programmes, in the order of its methods."""

    material: Material
    group: str
    look: Callable[[str], Programmes | Block]

    @property
    def _label(self) -> str:
        return programme_words.label(self.group)

    @cached_property
    def _results(self) -> programme_results.Results | None:
        found = self.look("")
        if isinstance(found, Block):
            return None
        return programme_results.results(self.material.observatory, found, self.group)

    def _ready(self, title: str) -> programme_results.Results | Block:
        found = self.look(title)
        if isinstance(found, Block):
            return found
        if self._results is None:
            return perimeter.paragraphs(title, [_NOBODY])
        return self._results

    def _level(self, results: programme_results.Results) -> Level:
        """Level of what is said of the comparison: a description where businesses are invented."""
        if results.synthetic:
            return "D"
        return judgement.level(
            matched=results.comparison.matched / len(results.comparison.treated),
            balanced=results.balanced, power=results.reach.power,
            least=programme_evaluation.ENOUGH,
        )  # fmt: skip

    def _warned(self, results: programme_results.Results) -> list[Statement]:
        return [Statement(_INVENTED, "D")] if results.synthetic else []

    def power(self) -> Block:
        """What the numbers could show, before anything is looked at."""
        title = f"{self._label} : ce que l’effectif permet de voir"
        results = self._ready(title)
        if isinstance(results, Block):
            return results
        reach, entry = results.reach, catalog.indicator("programme_power_pct")
        said = self._warned(results)
        months = programme_evaluation.MONTHS
        said.append(
            Statement(
                f"{french.number(reach.treated)} entreprises entrées sont comparées à "
                f"{french.number(reach.controls)} témoins, pris parmi "
                f"{french.number(results.comparison.pool)} possibles.",
                "D",
            )
        )
        if math.isnan(reach.power):
            said.append(Statement(f"Suivi de moins de {months} mois : puissance n.d.", "D"))
            return judgement.block(title, said, results.power)
        points = french.number(100 * abs(reach.gap))
        way = "en plus" if reach.gap > 0 else "en moins"
        said += [
            Statement(
                f"{french.quantity(100 * reach.baseline, '%', 1)} des témoins sont encore au "
                f"registre {months} mois après.", "D",
            ),
            Statement(
                f"Un écart de {points} points {way} serait repéré avec une puissance de "
                f"{french.quantity(100 * reach.power, entry.unit, entry.decimals)}.", "D",
            ),
            Statement(programme_words.detectable(reach), "D"),
        ]  # fmt: skip
        if reach.power < programme_evaluation.ENOUGH:
            said.append(Statement(
                "La puissance est sous 80 % : ne rien voir ne prouverait pas qu’il n’y a rien.", "D"
            ))  # fmt: skip
        return judgement.block(title, said, results.power)

    def matching(self) -> Block:
        """How the controls were chosen and who has none."""
        title = f"{self._label} : à qui les entreprises sont comparées"
        results = self._ready(title)
        if isinstance(results, Block):
            return results
        said = [*self._warned(results)]
        said += [Statement(text, "D") for text in programme_words.matching(results.comparison)]
        return judgement.block(title, said, results.balance)

    def balance(self) -> Block:
        """Whether the groups are alike once matched."""
        title = f"{self._label} : les deux groupes se ressemblent-ils ?"
        results = self._ready(title)
        if isinstance(results, Block):
            return results
        entry = catalog.indicator("programme_balance")
        rows = []
        values = results.balance
        kinds = values["category"].map(part)
        for label in programme_evaluation.VARIABLES.values():
            pair = [values[kinds == f"{label}, {when}"] for when in ("avant", "après")]
            if all(len(own) for own in pair):
                rows.append({"Variable": label, "Avant appariement": cell(pair[0].iloc[0], entry),
                             "Après appariement": cell(pair[1].iloc[0], entry)})  # fmt: skip
        note = (
            "Écart standardisé ; sous 0,1 en valeur absolue, les groupes se ressemblent. Ce que le "
            "registre ne dit pas (motivation, chiffre d’affaires) peut différer."
        )
        caption = Caption(title, champ=entry.champ, source=words.credit(values), note=note)
        return compose("table", caption, values, alt="", table=pd.DataFrame(rows))

    def survival(self) -> Block:
        """Survival at three years beside the controls."""
        title = f"{self._label} : encore au registre trois ans après"
        results = self._ready(title)
        if isinstance(results, Block):
            return results
        values, said = results.survival, self._warned(results)
        gap = values[values["indicator"] == "programme_survival_gap_points"].iloc[0]
        both = values[values["indicator"] == "programme_survival_36_months_pct"]
        entry = catalog.indicator("programme_survival_36_months_pct")
        if gap["status"] != "ok":
            why = {"s": "moins de cinq entreprises d’un côté", "n.s.": "trop peu d’entreprises",
                   "n.d.": "suivi trop court ou aucun témoin"}[gap["status"]]  # fmt: skip
            text = f"Écart de survie : {french.SIGNS[gap['status']]}, {why}."
            return judgement.block(title, [*said, Statement(text, "D")], values)
        level = self._level(results)
        numbers = [
            f"{cell(row, entry, unit=True)} {interval(row, entry)} des {part(row['category'])}"
            for _, row in both.iterrows()
        ]
        said.append(Statement(f"Sont encore au registre : {french.listing(numbers)}.", level))
        entry = catalog.indicator("programme_survival_gap_points")
        bounds = interval(gap, entry)
        said.append(Statement(
            f"Écart : {cell(gap, entry, unit=True)}" + (f" {bounds}." if bounds else "."), level
        ))  # fmt: skip
        if not bounds or gap["low"] <= 0 <= gap["high"]:
            said.append(Statement("L’écart est n.s. : le hasard suffit à l’expliquer.", level))
        said.append(Statement("Une radiation n’est pas un échec : départ en retraite et cession y "
                              "sont comptés.", "D"))  # fmt: skip
        return judgement.block(title, said, values)

    def sensitivity(self) -> Block:
        """The same at equal trade, and how strong a hidden cause would have to be."""
        title = f"{self._label} : la comparaison est-elle solide ?"
        results = self._ready(title)
        if isinstance(results, Block):
            return results
        values, said, level = results.sensitivity, self._warned(results), self._level(results)
        for text, shown in programme_words.sensitivity(values):
            said.append(Statement(text, level if shown else "D"))
        said.append(Statement("Les chefs d’entreprise qui s’inscrivent ne sont pas tirés au sort : "
                              "leur motivation n’est pas observée.", "D"))  # fmt: skip
        return judgement.block(title, said, values)

    def employment(self) -> Block:
        """How employees moved beside the controls, where two registers tell it."""
        title = f"{self._label} : l’évolution des salariés"
        results = self._ready(title)
        if isinstance(results, Block):
            return results
        values = results.employment
        row, entry = values.iloc[0], catalog.indicator("programme_employment_gap")
        if row["status"] != "ok":
            text = f"Différence de différences : {french.SIGNS[row['status']]}, {row['note']}."
            return judgement.block(title, [Statement(text, "D")], values)
        bounds = interval(row, entry)
        text = f"Différence de différences : {cell(row, entry)} salarié par entreprise {bounds}."
        said = [*self._warned(results), Statement(text, self._level(results))]
        if np.isnan(row["low"]) or row["low"] <= 0 <= row["high"]:
            said.append(Statement("L’écart est n.s. : le hasard suffit à l’expliquer.", "D"))
        return judgement.block(title, said, values)

    def conclusions(self) -> Block:
        """What may be said and what may not."""
        title = f"{self._label} : que peut-on dire, que ne peut-on pas dire ?"
        results = self._ready(title)
        if isinstance(results, Block):
            return results
        said = [Statement(programme_words.known(self.group), "D")]
        if results.synthetic:
            said += [Statement(text, "D") for text in programme_words.NOTHING_ELSE]
            return judgement.block(title, said, results.power)
        said.append(Statement(programme_words.SEEN, self._level(results)))
        enough = results.reach.power >= programme_evaluation.ENOUGH
        said += [Statement(text, "D") for text in programme_words.not_known(enough=enough)]
        return judgement.block(title, said, results.power)
