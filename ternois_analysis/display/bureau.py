"""The bureau's page: its messages, the lights, what stands beside, what is to be decided."""

from dataclasses import dataclass, replace

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.bureau import bureau
from ternois_analysis.display import (
    bureau_points,
    bureau_readings,
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
from ternois_analysis.observatory import specificities as specificity
from ternois_analysis.trail import lru_cache

#: What is mapped when no message is about a figure known by commune: the first that most have.
_MAPPED = ("population_growth_pct_per_year", "population_density_per_km2")
_FEW = (
    "Les chiffres ne permettent pas davantage de messages : un écart non significatif, faible, de "
    "démonstration ou à une autre référence que celle de son feu n’en fait pas un."
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
        lit = _lit(self.material)
        every = pd.concat([own, lit.tests], ignore_index=True)
        told = ranking.referred(messages.tellable(every, place), lit.gaps, self._common)
        return ranking.ranked(told)

    @property
    def _common(self) -> list[str]:
        """Identifiers of what the lights are set against, in their order."""
        place, reference = self.material.place, _lit(self.material).reference
        wide = [] if reference is None else [
            reference.id, specificity.remainder_id(place, reference)
        ]  # fmt: skip
        return [*wide, f"{specificity.PEERS}-{place.id}"]

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
        caption = Caption(
            title, source=words.credit(used), champ=champ, note=note,
            reading=bureau_readings.of_tests(self._ranked, self._tested, self._since),
        )  # fmt: skip
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
            reading=bureau_readings.of_lights(found, place, self._tested, self._since),
        )  # fmt: skip
        # Of a territory whose own figures are all hidden, that of its reference is read.
        return self.read(compose("table", caption, used, alt="", table=table))

    def map(self) -> Block:
        """Map of the first message's figure that most communes have, else of another; says which.

        What stands in for a message is known in most communes where such a figure is.
        """
        communes = self.material.communes
        many = len(self.material.place.communes)
        if many == 1:
            alone = "Sans objet : le territoire est une seule commune."
            return perimeter.paragraphs("Carte", [alone])
        genuine = shown(communes[~communes["synthetic"].astype(bool)])
        known = genuine.groupby("indicator").size()
        able = [n for n in (*self._ranked["indicator"], *_MAPPED)
                if known.get(n, 0) > 1 and catalog.indicator(n).breaks]  # fmt: skip
        spread = [name for name in able if known[name] > many / 2]
        few = sorted(set(able) & set(_MAPPED), key=lambda name: -known[name])
        if not spread and not few:
            return perimeter.paragraphs("Carte", ["Aucun chiffre par commune à montrer : n.s."])
        name = [*spread, *few][0]
        block = cartography.by_commune(self.material, name)
        told = self._mapped(name, int(known[name]), many)
        return replace(block, note=french.typeset(f"{told} {block.note}".strip()))

    def _mapped(self, name: str, known: int, many: int) -> str:
        """Why the map shows an indicator, in one sentence."""
        messages_of = list(self._ranked["indicator"])
        if name in messages_of and known > many / 2:
            rank = messages_of.index(name) + 1
            first = "" if rank == 1 else ", le premier connu dans la plupart des communes"
            return f"La carte montre le chiffre du message {rank}{first}."
        lead = "À défaut d’un message dont le chiffre est connu dans la plupart des communes"
        said = words.small(words.subject(catalog.indicator(name)))
        few = "" if known > many / 2 else f", connu dans {known} communes sur {many}"
        return f"{lead}, la carte montre un autre chiffre{few} : {said}."

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
        return bureau_points.points(self.material, self._tested)

    def read(self, block: Block) -> Block:
        """A block with a « Lecture », where it has none and shows a published value."""
        if block.reading:
            return block
        text = french.typeset(bureau_readings.of(block, self.material))
        return replace(block, reading=f"Lecture{french.NBSP}: {text}" if text else "")

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
