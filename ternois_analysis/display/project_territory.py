"""The « territoire de projets » file of a page: coherence, comparisons, actions, claims."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import absent, glossary, perimeter, statements, tables, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.gaps import p_value
from ternois_analysis.display.material import Material
from ternois_analysis.display.perimeter import STRUCTURE
from ternois_analysis.display.published import shown, written
from ternois_analysis.observatory import coherence, commuting, made, services

#: The question that the page does not answer, said wherever a reader could take it for answered.
MODESTY = "Ces chiffres situent le territoire ; ils ne disent pas s’il mérite d’être reconnu."
#: Mean gap, in standard deviations, above which the similar EPCIs are not quite alike.
_UNLIKE = 0.25
_LEVEL = 0.05


@dataclass(frozen=True, eq=False)
class ProjectTerritory:
    """What a page shows of a territory as one of projects; reached as `page.projet`."""

    material: Material

    def _beside_the_point(self, title: str) -> Block | None:
        """A block that says so at another scale than that of an EPCI."""
        if coherence.applies(self.material.place):
            return None
        return perimeter.paragraphs(
            title, ["Sans objet à cette échelle : la question se pose pour plusieurs communes."]
        )

    def work(self) -> Block:
        """Share of the employed residents who work inside, for the territory and its parts."""
        title = "Travailler sur place"
        observatory = self.material.observatory
        missing = self._beside_the_point(title) or absent.sources(
            observatory, [commuting.SOURCE], title
        )
        if missing is not None:
            return missing
        places = {t.id: t for t in (self.material.place, *self.material.groups)}
        values = coherence.internal(observatory, list(places.values()))
        name = "internal_employment_share_pct"
        caption = words.caption(title, [name], values, self.material.place)
        return tables.table(values, {name: catalog.indicator(name)}, caption)

    def services(self) -> Block:
        """Share of the people close to a pole of services that lies inside."""
        title = "Trouver les services sur place"
        observatory = self.material.observatory
        missing = self._beside_the_point(title) or absent.sources(
            observatory, [services.SOURCE], title
        )
        if missing is not None:
            return missing
        places = {t.id: t for t in (self.material.place, *self.material.groups)}
        values = coherence.near_own_pole(observatory, list(places.values()))
        name = "people_near_own_pole_pct"
        caption = words.caption(title, [name], values, self.material.place)
        return tables.table(values, {name: catalog.indicator(name)}, caption)

    def poles(self) -> Block:
        """What the centres weigh in the population."""
        title = "Des pôles qui structurent"
        if (missing := self._beside_the_point(title)) is not None:
            return missing
        observatory, place = self.material.observatory, self.material.place
        values = pd.concat(
            [coherence.centres(observatory, place), coherence.largest(observatory, [place])],
            ignore_index=True,
        )
        texts = [
            words.reading(own, catalog.indicator(str(name)), place)
            for name, own in values.groupby("indicator", sort=False)
        ]
        if shown(values).empty:
            texts = [f"n.s. : {coherence.LARGEST} communes ou moins."]
        return perimeter.paragraphs(title, texts, values)

    def between(self) -> Block:
        """How much of the spread of key ratios lies between the parts, and what chance gives."""
        title = "Un même problème, ou des problèmes différents ?"
        place = self.material.place
        if (missing := self._beside_the_point(title)) is not None:
            return missing
        if not place.parts:
            text = f"Sans objet : {place.name} n’a pas de parties entre lesquelles comparer."
            return perimeter.paragraphs(title, [text])
        found = coherence.decomposition(self.material.observatory, place)
        if not found:
            return perimeter.paragraphs(title, ["n.d. : une commune au moins n’a pas de valeur."])
        lines, parts = [], []
        entry = catalog.indicator("theil_between_share_pct")
        for name, share in found.items():
            short = catalog.indicator(name).short
            chance = french.quantity(100 * share.by_chance, "%", 1)
            row = made.row(
                place, "theil_between_share_pct", 100 * share.share, category=short,
                note=f"au hasard {chance}",
            )  # fmt: skip
            parts.append(made.table(
                self.material.observatory, [row],
                coherence.vintages(self.material.observatory, name),
            ))  # fmt: skip
            more = share.p < _LEVEL
            lines.append({
                "Ratio": short, "Entre les parties": written(100 * share.share, entry),
                "Au hasard": written(100 * share.by_chance, entry), "p": p_value(share.p),
                "Lecture": "plus que le hasard" if more else "pas plus que le hasard (n.s.)",
            })  # fmt: skip
        values = pd.concat(parts, ignore_index=True)
        first = next(iter(found.values()))
        note = (
            "Indice de Theil entre communes, partagé entre les communautés et à l’intérieur de "
            "chacune. Une part faible : les communautés se ressemblent, et les écarts sont entre "
            f"leurs communes. « Au hasard » : {first.draws} découpages tirés au sort en groupes de "
            f"même taille, graine {first.seed}. {MODESTY}"
        )
        caption = Caption(
            title, "Part de l’inégalité entre communes qui sépare les communautés",
            source=words.credit(values), champ="communes", note=note,
        )  # fmt: skip
        return compose("table", caption, values, alt="", table=pd.DataFrame(lines))

    def balance(self) -> Block:
        """Whether the similar EPCIs are, on the whole, like the territory."""
        title = "Les EPCI similaires le sont-ils ?"
        if (missing := self._beside_the_point(title)) is not None:
            return missing
        found = coherence.balance(self.material.observatory, self.material.place)
        lines = [
            {
                "Variable de structure": STRUCTURE[str(name)],
                "Écart moyen": french.number(row["mean"], 2, sign=True),
                "Du plus petit au plus grand": french.interval(row["low"], row["high"], "", 2),
                "Lecture": "équilibré" if abs(row["mean"]) < _UNLIKE else "déséquilibré",
            }
            for name, row in found.iterrows()
        ]
        note = (
            "Écarts au territoire, en écarts-types de toutes les intercommunalités. Au-delà de "
            f"{french.number(_UNLIKE, 2)} en moyenne, la comparaison demande de la prudence. La "
            "ressemblance ne porte jamais sur ce qui est comparé ensuite."
        )
        return compose(
            "table", Caption(title, note=note), perimeter.nothing(), alt="",
            table=pd.DataFrame(lines),
        )  # fmt: skip

    def standing(self) -> Block:
        """Where the territory stands among the similar EPCIs, quantity by quantity."""
        title = "Où se situe le territoire parmi les EPCI similaires"
        if (missing := self._beside_the_point(title)) is not None:
            return missing
        place = self.material.place
        rows = coherence.quantities(self.material.observatory, place)
        found = coherence.standing(rows, place)
        if found.empty:
            return perimeter.paragraphs(
                title, ["n.d. : trop peu d’EPCI similaires ont une valeur."]
            )
        lines = []
        for _, row in found.iterrows():
            entry = catalog.indicator(row["indicator"])
            head = f"{entry.short}\n{row['category']}" if row["category"] else entry.short
            spread = french.interval(row["q1"], row["q3"], "", entry.decimals)
            lines.append({
                "Grandeur": head, "Territoire": written(row["value"], entry),
                "Médiane des similaires": f"{written(row['median'], entry)}\n{spread}",
                "Du plus bas au plus haut":
                    f"{written(row['low'], entry, unit=False)} à {written(row['high'], entry)}",
                "Sous le territoire": f"{row['below']} sur {row['count']}",
            })  # fmt: skip
        caption = Caption(
            title, source=words.credit(rows), champ="communes, population municipale",
            note="Entre crochets, les quartiles des EPCI similaires. " + MODESTY,
        )  # fmt: skip
        return compose("table", caption, rows, alt="", table=pd.DataFrame(lines))

    def absences(self) -> Block:
        """Which official figures do not exist for the territory, and why."""
        return statements.absences(self.material)

    def actions(self) -> Block:
        """The actions that figures corroborate, or not, with the level of evidence."""
        return statements.actions(self.material)

    def claims(self) -> Block:
        """Public claims on the Pays, computed again."""
        return statements.claims(self.material)

    def words(self) -> Block:
        """The terms of art of the page, each with its definition."""
        return glossary.block(TERMS)


#: Terms that the blocks of the page use.
TERMS = (
    "theil", "permutation", "adjusted_p", "material_gap", "evidence_level", "mahalanobis",
    "false_discovery_rate", "omphale",
)  # fmt: skip
