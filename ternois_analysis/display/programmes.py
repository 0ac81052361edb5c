"""The blocks of a page on the programmes: who took part, what was done, what it cost."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.programmes import programmes as facts_of
from ternois_analysis.display import (
    glossary,
    perimeter,
    programme_coverage,
    programme_words,
    words,
)
from ternois_analysis.display.block import Block, compose
from ternois_analysis.display.judgement import Statement
from ternois_analysis.display.judgement import block as judged
from ternois_analysis.display.material import Material
from ternois_analysis.display.programme_comparison import Comparing
from ternois_analysis.display.published import cell, heading, interval
from ternois_analysis.observatory import programme_values, programmes
from ternois_analysis.observatory.programme_tables import By, part

DEMONSTRATION = (
    "Participations et entreprises inventées : aucun chiffre de cette page ne décrit un programme. "
    "Seuls les totaux publiés sont vrais."
)
#: Terms of art of the page, in the order in which it uses them.
TERMS = (
    "confidence_interval", "funnel", "censoring", "leverage", "evidence_level", "power",
    "minimum_detectable_effect", "matching", "balance", "kaplan_meier", "mantel_haenszel",
    "e_value", "difference_in_differences",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Programmes:
    """What a page shows of the programmes; reached as `page.programmes`.

    Figures are those of the Pays, whose programmes they are, whatever the territory of the page;
    the parts of the Pays stand side by side.
    """

    material: Material

    def _found(self, title: str) -> programmes.Programmes | Block:
        """The files, or a block that says why there is nothing to show."""
        observatory, place = self.material.observatory, self.material.place
        if not facts_of().groups:
            return perimeter.paragraphs(title, [programme_words.NONE])
        if not set(place.communes) <= set(observatory.gazetteer.pays_codes):
            text = (
                f"Ces programmes ne concernent que les communes du Pays : n.d. pour {place.name}."
            )
            return perimeter.paragraphs(title, [text])
        found = programmes.programmes_of(observatory.columns)
        if found is None:
            return perimeter.paragraphs(title, words.not_installed([programmes.GENUINE]))
        return found

    def about(self) -> Block:
        """What each programme is, when it ran, and what was published of it."""
        title = "Les programmes"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        facts = facts_of()
        said = [DEMONSTRATION] if found.synthetic else []
        for group in facts.groups.values():
            said += [f"{facts.programmes[p].label} : {facts.programmes[p].purpose}"
                     for p in group.programmes]  # fmt: skip
            said.append(
                f"{group.label} : du {french.date(group.start)} au {french.date(group.end)}. "
                f"{group.dates}"
            )
            modules = [m for p in group.programmes for m in facts.programmes[p].modules]
            said.append(f"Modules : {' ; '.join(modules)}." if modules else "")
        rows = [programme_values.entries(self.material.observatory, found, g) for g in facts.groups]
        return perimeter.paragraphs(title, said, pd.concat(rows, ignore_index=True))

    def published(self) -> Block:
        """The published totals beside those of the files: a check only where files are genuine."""
        title = "Ce qui a été publié, et ce que comptent les fichiers"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        rows, said = [], []
        for name, group in facts_of().groups.items():
            values = programme_values.entries(self.material.observatory, found, name)
            rows.append(values)
            told = f"{group.label} : {group.published_text} ({group.source})."
            said.append(Statement(told, "D"))
            first = values.iloc[0]
            counted = cell(first, catalog.indicator(first["indicator"]))
            said.append(Statement(
                f"Le fichier de démonstration est calé sur ce total ({counted}) : il ne le "
                "vérifie pas." if found.synthetic
                else f"Le fichier importé compte {counted} {group.unit}, numéros Siren distincts.",
                "D",
            ))  # fmt: skip
        return judged(title, said, pd.concat(rows, ignore_index=True))

    def entries(self, group: str) -> Block:
        """Businesses and entries of a group, and of each of its programmes."""
        label = programme_words.label(group)
        title = f"{label} : les entreprises entrées"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        values = programme_values.entries(self.material.observatory, found, group)
        note = (
            "Une entreprise, une entrée et un chef d’entreprise sont trois choses : une entreprise "
            "entrée deux fois compte une fois."
        )
        return self._listed(values, title, note)

    def _listed(self, values: pd.DataFrame, title: str, note: str = "") -> Block:
        """A table of values one under the other, with their intervals and their reasons."""
        rows = []
        for _, row in values.iterrows():
            entry = catalog.indicator(row["indicator"])
            name = ", ".join(filter(None, (heading(entry), part(row["category"]))))
            rows.append({"Indicateur": french.typeset(name), "Valeur": cell(row, entry),
                         "Intervalle à 95\u00a0%": interval(row, entry),
                         "Remarque": french.typeset(str(row["note"]))})  # fmt: skip
        table = pd.DataFrame(rows)
        empty = [c for c in ("Intervalle à 95\u00a0%", "Remarque") if not table[c].any()]
        said = programme_coverage.caption(self.material, title, values, note)
        return compose("table", said, values, alt="",
                       table=table.drop(columns=empty))  # fmt: skip

    def coverage(self, group: str, by: By) -> Block:
        """Who took part among those who could, by part of the Pays, family or size."""
        title = f"{programme_words.label(group)} : la couverture {programme_coverage.BY[by]}"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        return programme_coverage.coverage(self.material, found, group, by, title)

    def funnel(self, group: str) -> Block:
        """Coverage of the parts of the Pays against their size, with the limits of chance."""
        title = f"{programme_words.label(group)} : ce que le hasard suffit à expliquer"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        return programme_coverage.funnel(self.material, found, group, title)

    def workshops(self, group: str) -> Block:
        """Sessions, seats, attendances and fill rate, in all and by module."""
        title = f"{programme_words.label(group)} : les séances et leur remplissage"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        values = programme_values.workshops(self.material.observatory, found, group)
        if values.empty:
            text = "Aucune séance dans les fichiers : n.d."
            return perimeter.paragraphs(title, [text])
        wide: dict[str, dict[str, str]] = {}
        for _, row in values.iterrows():
            entry = catalog.indicator(row["indicator"])
            line = wide.setdefault(part(row["category"]) or "Ensemble", {})
            bounds = interval(row, entry)
            line[heading(entry)] = "\n".join(filter(None, (cell(row, entry), bounds)))
        table = pd.DataFrame([{"Module": french.typeset(n)} | line for n, line in wide.items()])
        note = "Une présence n’est pas une entreprise : on peut venir à plusieurs séances."
        return compose(
            "table",
            programme_coverage.caption(self.material, title, values, note),
            values,
            alt="",
            table=table,
        )

    def outcomes(self, group: str) -> Block:
        """Entries by status and the completion rate, with what right-censoring leaves open."""
        title = f"{programme_words.label(group)} : les parcours menés à leur terme"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        values = programme_values.outcomes(self.material.observatory, found, group)
        note = (
            "Les parcours en cours, censurés à droite, sont laissés hors du taux. « Au moins » "
            "les compte comme abandonnés, « au plus » comme terminés."
        )
        return self._listed(values, title, note)

    def satisfaction(self, group: str) -> Block:
        """What the participants said of it."""
        title = f"{programme_words.label(group)} : la satisfaction"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        values = programme_values.satisfaction(self.material.observatory, found, group)
        note = "Ceux qui répondent ne sont pas toujours les mêmes que les autres."
        return self._listed(values, title, note)

    def money(self, group: str) -> Block:
        """What it cost, who paid, and what the Pays alone paid for."""
        title = f"{programme_words.label(group)} : le coût et le cofinancement"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        values = programme_values.money(self.material.observatory, found, group)
        note = (
            "Levier : euros apportés par d’autres, entreprise comprise, pour un euro du Pays. "
            "« Financé par le Pays seul » : entrées sans autre financeur public."
        )
        return self._listed(values, title, note)

    def evaluation(self, group: str) -> Comparing:
        """The comparison with businesses alike."""
        return Comparing(self.material, group, self._found)

    def glossary(self, *names: str) -> Block:
        """Definitions of the terms of art of the page, all of them by default."""
        return glossary.block(names or TERMS)

    def check(self) -> str:
        """Businesses that entered each group, as lines of text that tests compare."""
        found = self._found("")
        if isinstance(found, Block):
            return found.to_text()
        lines = []
        for group in facts_of().groups:
            row = programme_values.entries(self.material.observatory, found, group).iloc[0]
            lines.append(f"{group} {row['period']}: {row['status']} {row['value']:.6g}")
        return "\n".join(lines)
