"""The bureau's page: five messages, the lights, what stands beside, what is to be decided."""

from dataclasses import dataclass, replace

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.bureau import bureau
from ternois_analysis.display import (
    cartography,
    comments,
    decisions,
    gaps,
    glossary,
    lights,
    messages,
    perimeter,
    specificities,
    tables,
    verdicts,
    words,
)
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.lights import Lights
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import interval_note, shown
from ternois_analysis.display.specificities import Tested
from ternois_analysis.observatory import bureau as ranking
from ternois_analysis.trail import lru_cache

#: What is mapped when no message is about a figure known by commune.
_MAPPED = "population_growth_pct_per_year"
_FEW = (
    "Les chiffres ne permettent pas davantage de messages : un écart non significatif, faible ou "
    "de démonstration n’en fait pas un."
)
_PLAIN = {
    f"{found.glyph} {found.word}": f"{verdicts.SMALL.glyph} neutre, {found.word}"
    for found in (verdicts.HIGHER, verdicts.LOWER)
}
#: A light, then its name with a number before it.
_COUNTED = (
    ("favorable", "feu favorable", "feux favorables"),
    ("vigilance", "feu de vigilance", "feux de vigilance"),
    ("défavorable", "feu défavorable", "feux défavorables"),
)
#: Terms of art that the blocks use.
TERMS = (
    "adjusted_p", "false_discovery_rate", "material_gap", "confidence_interval", "evidence_level",
    "projection_fan", "past_trial",
)  # fmt: skip


@lru_cache(maxsize=24)
def _lit(material: Material) -> Lights:
    return lights.lights(material, specificities.tested(material))


@dataclass(frozen=True, eq=False)
class Bureau:
    """What the bureau's page shows; reached as `page.bureau`.

    Nothing of it rests on figures of demonstration.
    """

    material: Material

    @property
    def _tested(self) -> Tested:
        return specificities.tested(self.material)

    @property
    def _ranked(self) -> pd.DataFrame:
        """The gaps and changes behind the messages, in their order."""
        found, place = self._tested.findings, self.material.place
        own = found[found["territory"] == place.id]
        every = pd.concat([own, _lit(self.material).tests], ignore_index=True)
        return ranking.ranked(messages.tellable(every, place))

    @property
    def _since(self) -> dict[str, str]:
        then = _lit(self.material).then
        return dict(zip(then["indicator"], then["period"].astype(str), strict=True))

    def messages(self) -> Block:
        """Five messages at most, each with a number, a comparison and what follows."""
        title = f"{self.material.place.label} : l’essentiel"
        ranked = self._ranked
        texts = [
            messages.sentence(row, self._tested.places, self._since) for _, row in ranked.iterrows()
        ]
        texts = (texts + decisions.counts(self.material, self._tested))[: ranking.MESSAGES]
        used = self._values(ranked) if len(ranked) else None
        block = perimeter.paragraphs(title, texts or [self._silent()], used)
        few = _FEW if 0 < len(texts) < ranking.MESSAGES else ""
        note = " ".join([few, *decisions.invented(self.material), block.note]).strip()
        credit = words.credit(block.values) if len(block.values) else ""
        html = block.html.replace("<ul>", "<ol>").replace("</ul>", "</ol>") if texts else block.html
        return replace(
            block, html=html, note=french.typeset(note), source=french.typeset(credit)
        )  # fmt: skip

    def _silent(self) -> str:
        """Why there is no message."""
        genuine = self._tested.genuine
        if not (genuine["territory"] == self.material.place.id).any():
            return "n.s. : effectifs trop faibles, ou aucune référence, pour tester un écart."
        return "Aucun écart significatif et notable : rien ne distingue ce territoire."

    def _values(self, ranked: pd.DataFrame) -> pd.DataFrame:
        """Published values behind some gaps and changes."""
        place, then = self.material.place, _lit(self.material).then
        ago = ranking.before(place)
        tested = self._tested.values
        known = pd.concat([tested, then.assign(territory=ago.id)], ignore_index=True)
        used = gaps.values(ranked, known)
        used["territory"] = used["territory"].replace(ago.id, place.id)
        return used.drop_duplicates(["territory", "indicator", "category", "period"])

    def evidence(self) -> Block | None:
        """Table of the tests behind the messages, in their order; nothing where there is none."""
        title, ranked = "Les preuves des messages", self._ranked
        if ranked.empty:
            return None
        ago = ranking.before(self.material.place).id
        for rank, row in ranked.iterrows():
            if row["against"] == ago:
                ranked.loc[rank, "against_label"] = f"En {words.period(self._since[row.indicator])}"
        used = self._values(ranked)
        entries = [catalog.indicator(name) for name in ranked["indicator"]]
        note = (
            f"{gaps.rule(len(self._tested.genuine))} Les neutres viennent après. "
            "Constats de niveau D. "
            + interval_note(used[used["indicator"].isin(ranked["indicator"])], *entries)
        )
        champ = " ; ".join(dict.fromkeys(entry.champ for entry in entries))
        caption = Caption(title, source=words.credit(used), champ=champ, note=note)
        table = gaps.rows(ranked, by="indicator", places=self._tested.places)
        # On this page the triangle is the shape of « vigilance » and of nothing else.
        table["Lecture"] = table["Lecture"].replace(_PLAIN)
        numbers = pd.Series([f"{rank + 1}. " for rank in range(len(table))])
        table.isetitem(0, (numbers + table.iloc[:, 0]).tolist())
        return compose("table", caption, used, alt="", table=table)

    def lights(self) -> Block:
        """Table of the lights: value, before, reference, reliability, shape and word."""
        found, place = _lit(self.material), self.material.place
        if found.now.empty:
            return perimeter.paragraphs("Feux", ["Aucun indicateur disponible : n.d."])
        table = lights.table(self.material, found)
        said = table["Feu"].str.partition("\n")[0].str[2:]
        counts = [
            f"{n} {french.plural(n, one, several)}"
            for word, one, several in _COUNTED
            if (n := int((said == word).sum()))
        ]  # fmt: skip
        title = f"{place.label} : {french.listing(counts) or 'aucun feu allumé'}"
        known = shown(found.now)
        entries = [catalog.indicator(name) for name in known["indicator"]]
        notes = [
            lights.NOTE,
            *decisions.invented(self.material)[:1],
            interval_note(known, *entries),
        ]
        ids = [place.id] + ([found.reference.id] if found.reference else [])
        others = self.material.values
        others = others[
            others["territory"].isin(ids) & others["indicator"].isin(found.now["indicator"])
        ]
        tests = pd.DataFrame([*found.gaps.values()], columns=self._tested.findings.columns)
        tables_used = [found.now, found.then, others]
        if len(tests):
            tables_used.append(self._values(tests))
        used = pd.concat(tables_used, ignore_index=True).drop_duplicates(
            ["territory", "indicator", "category", "period"]
        )
        told = used[used["status"] != "n.d."]
        caption = Caption(
            title, source=words.credit(told) if len(told) else "",
            champ="voir chaque indicateur", note=" ".join(filter(None, notes)),
        )  # fmt: skip
        return compose("table", caption, used, alt="", table=table)

    def map(self) -> Block:
        """Map of the first message's figure that most communes have, or of how population moves."""
        communes = self.material.communes
        if len(self.material.place.communes) == 1:
            alone = "Sans objet : le territoire est une seule commune."
            return perimeter.paragraphs("Carte", [alone])
        known = shown(communes).groupby("indicator").size()
        half = len(self.material.place.communes) / 2
        for name, least in [*((name, half) for name in self._ranked["indicator"]), (_MAPPED, 1)]:
            if known.get(name, 0) > least and catalog.indicator(name).breaks:
                return cartography.by_commune(self.material, name)
        return perimeter.paragraphs("Carte", ["Aucun chiffre par commune à montrer : n.s."])

    def beside(self) -> Block:
        """Table of the territories beside one another, alphabetically: not a ranking."""
        names = bureau().beside
        values = self.material.of(names, self.material.beside)
        entries = {name: catalog.indicator(name) for name in names}
        title = "Les territoires côte à côte, par ordre alphabétique"
        caption = words.caption(title, names, values, self.material.beside[0])
        return tables.table(values, entries, replace(caption, note="Ce n’est pas un classement."))

    def demonstration(self) -> Block:
        """Whether the craft register and the files of the programmes are genuine."""
        texts = decisions.invented(self.material)
        return perimeter.paragraphs("Ce que valent ces chiffres", texts or [
            "Le registre et les fichiers installés sont réels, ou aucun ne l’est : rien ici n’est "
            "inventé."])  # fmt: skip

    def decisions(self) -> Block:
        """Points to decide, as questions."""
        return decisions.points(self.material, self._tested)

    def lacking(self) -> Block:
        """Table of what the data do not say."""
        return decisions.lacking(self.material, self._tested)

    def unplaced_comments(self) -> Block | None:
        """Files of comments that no section shows; nothing when there is none."""
        return comments.left_over(self.material)

    def words(self) -> Block:
        """The terms of art of the page, each with its definition."""
        return glossary.block(TERMS)

    def check(self) -> str:
        """The messages and the lights as lines of text, for the cell that tests compare."""
        found = _lit(self.material)
        told = [f"{row['indicator']} {row['gap']:.4g}" for _, row in self._ranked.iterrows()]
        lit = [
            f"{name} {ranking.light(ranking.side(found.gaps.get(name)), '') or '-'}"
            for name in found.now["indicator"]
        ]
        return "\n".join([*told, *lit])
