"""The specificities of a page: what differs significantly and materially, in computed French."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import commune_classes, gaps, glossary, neighbours, perimeter, words
from ternois_analysis.display.block import Block
from ternois_analysis.display.material import Material
from ternois_analysis.observatory import raw, specificities
from ternois_analysis.observatory.typology import SCALES
from ternois_analysis.territory import Territory
from ternois_analysis.trail import lru_cache

#: Gaps told in sentences, and rows of each territory in a table.
_SENTENCES, _ROWS, _BY_PART = 6, 18, 6
_NOTHING = (
    "Aucun écart significatif et notable : le territoire ne se distingue pas de ses références."
)


@dataclass(frozen=True, eq=False)
class Tested:
    """All tests of a page, the published values behind them, and the territories they name."""

    findings: pd.DataFrame
    values: pd.DataFrame
    places: dict[str, Territory]

    @property
    def genuine(self) -> pd.DataFrame:
        """Tests on genuine figures."""
        return self.findings[~self.findings["synthetic"]]


@lru_cache(maxsize=24)
def tested(material: Material) -> Tested:
    """The tests of the page of a territory and, where it has some, of its parts."""
    observatory, place = material.observatory, material.place
    parts = [observatory.territory(part) for part in place.parts]
    siblings = {part.id for part in parts} | {t.id for t in material.beside} - {place.id}
    pairs = [
        (subject, reference)
        for subject in (place, *parts)
        for reference in observatory.gazetteer.references(subject)
        if reference.id not in siblings
    ]
    places = {t.id: t for pair in pairs for t in pair} | {place.id: place}
    near = {
        subject.id: list(observatory.similar(subject).index)
        for subject in (place, *parts)
        if subject.kind in SCALES
    }
    names = raw.installed(observatory, specificities.candidates())
    others = {name for listed in near.values() for name in listed} - set(places)
    # One call for all: what a call costs is in its indicators, not in its territories.
    every = observatory.values([*places.values(), *sorted(others)], names)
    peers = {
        name: every[every["territory"].isin(listed)] for name, listed in near.items()
    }  # fmt: skip
    values = every[every["territory"].isin(list(places))]
    return Tested(specificities.findings(values, pairs, peers), values, places)


@dataclass(frozen=True, eq=False)
class Specificities:
    """What a page shows of specificities; reached as `page.specificites`."""

    material: Material

    @property
    def _tested(self) -> Tested:
        return tested(self.material)

    def _told(self, territory: str) -> pd.DataFrame:
        found = self._tested.genuine
        told = found[found["told"] & (found["territory"] == territory)]
        return told.sort_values("times", ascending=False, kind="stable")

    def essential(self) -> Block:
        """The largest gaps of the territory, one sentence an indicator, each with its test."""
        title = f"Ce qui distingue {self.material.place.name}"
        told = self._told(self.material.place.id).drop_duplicates("indicator").head(_SENTENCES)
        if told.empty:
            return perimeter.paragraphs(title, [self._nothing()])
        texts = [
            f"{gaps.sentence(row, self._tested.places)} {gaps.evidence(row)}"
            for _, row in told.iterrows()
        ]
        return perimeter.paragraphs(title, texts, gaps.values(told, self._tested.values))

    def _nothing(self) -> str:
        """Why there is no gap to tell: none tested, or none significant and material."""
        own = self._tested.genuine
        if not (own["territory"] == self.material.place.id).any():
            return "n.s. : effectifs trop faibles, ou aucune référence, pour tester un écart."
        return _NOTHING

    def own(self) -> Block:
        """Table of the gaps of the territory to each of its references, the largest first."""
        place, found = self.material.place, self._tested.genuine
        title = f"{place.label} : écarts significatifs et notables aux références"
        told = self._told(place.id).head(_ROWS)
        if told.empty:
            return perimeter.paragraphs(title, [self._nothing()])
        note = gaps.rule(len(found))
        return gaps.block(title, told, self._tested.values, self._tested.places, note=note)

    def parts(self) -> Block:
        """Table of what sets each part apart from the rest, part by part, alphabetically."""
        title = "Ce qui distingue chaque communauté du reste du territoire"
        return self._parts(title, rest=True)

    def parts_elsewhere(self) -> Block:
        """Table of what sets each part apart from the references outside the territory."""
        title = "Ce qui distingue chaque communauté des références extérieures"
        return self._parts(title, rest=False)

    def _parts(self, title: str, *, rest: bool) -> Block:
        place = self.material.place
        if not place.parts:
            return perimeter.paragraphs(title, [f"Sans objet : {place.name} n’a pas de parties."])
        chosen = []
        names = []
        for part in sorted(
            (self._tested.places[name] for name in place.parts),
            key=lambda territory: french.plain(territory.label),
        ):
            told = self._told(part.id)
            inner = told["against"] == specificities.remainder_id(part, place)
            told = told[inner] if rest else told[~inner].drop_duplicates("indicator")
            if told.empty:
                names.append(part.label)
            chosen.append(told.head(_BY_PART))
        found = pd.concat(chosen)
        if found.empty:
            return perimeter.paragraphs(title, ["Aucun écart significatif et notable."])
        note = gaps.rule(len(self._tested.genuine))
        note += " Ordre alphabétique : ce tableau n’est pas un classement."
        if names:
            note += f" Aucun écart à dire : {french.listing(names)}."
        return gaps.block(
            title, found, self._tested.values, self._tested.places, by="territory", note=note
        )

    def register(self) -> Block:
        """What the method gives on an invented register: shown as a method, never as judgement."""
        found = self._tested.findings
        found = found[found["synthetic"]].sort_values("times", ascending=False, kind="stable")
        # The largest gaps, then put back in the order of territories: no ranking of them.
        found = found.head(_BY_PART).sort_values("territory", kind="stable")
        title = "La méthode sur le registre de démonstration"
        if found.empty:
            return perimeter.paragraphs(title, [self._no_register()])
        note = (
            "Entreprises inventées : rien ici ne dit quoi que ce soit du territoire, et aucune de "
            "ces lignes n’entre dans les listes précédentes."
        )
        return gaps.block(
            title, found, self._tested.values, self._tested.places,
            by="territory", note=note,
        )  # fmt: skip

    def _no_register(self) -> str:
        """Why no invented indicator is tested here."""
        columns, place = self.material.observatory.columns, self.material.place
        if columns.register is not None and not columns.register.synthetic:
            return "Le registre installé est réel : ses indicateurs sont jugés avec les autres."
        if not set(place.communes) <= set(columns.covered):
            return "Le registre de démonstration ne couvre pas ce territoire : n.d."
        return "Effectifs trop faibles pour tester un indicateur du registre : n.s."

    def untested(self) -> Block:
        """The indicators that no test could judge, and why."""
        title = "Ce qui n’a pas été testé"
        reasons = specificities.untested(
            self._tested.values, self.material.place, self._tested.findings
        )
        texts = []
        for reason in dict.fromkeys(reasons.values()):
            listed = [catalog.indicator(n).short for n, why in reasons.items() if why == reason]
            texts.append(f"{_WHY.get(reason, words.capital(reason))} : {' ; '.join(listed)}.")
        names = self.material.observatory.absent(tuple(reasons)) or self._lacking(reasons)
        texts += words.not_installed([name for name in names if name in catalog.sources()])
        return perimeter.paragraphs(title, texts or ["Tout a été testé."])

    def _lacking(self, reasons: Iterable[str]) -> tuple[str, ...]:
        """Sources to install for what is not available."""
        missing = (self.material.observatory.absent([name]) for name in reasons)
        return tuple(dict.fromkeys(name for names in missing for name in names))

    def classes(self) -> Block:
        """Map of the typology of the communes."""
        return commune_classes.mapped(self.material)

    def portraits(self) -> Block:
        """What sets each class of communes apart."""
        return commune_classes.described(self.material)

    def weights(self) -> Block:
        """What each class holds of the territory and of its parts."""
        return commune_classes.held(self.material)

    def neighbours(self) -> Block:
        """Moran's index of each indicator."""
        return neighbours.indices(self.material)

    def local(self, indicator: str = "") -> Block:
        """Map of local indices, of the indicator that is most alike between neighbours."""
        return neighbours.local(self.material, indicator)

    def words(self) -> Block:
        """The terms of art of the page, each with its definition."""
        return glossary.block(TERMS)


#: Signs, as the beginning of a sentence that lists what bears them.
_WHY = {
    "n.d.": "Sans source installée ou non publié à cette échelle (n.d.)",
    "n.s.": "Effectif trop faible (n.s.)",
    "s": "Couvert par le secret statistique (s)",
}
#: Terms that the blocks of the page use, in the order in which they come.
TERMS = (
    "adjusted_p", "false_discovery_rate", "material_gap", "confidence_interval", "evidence_level",
    "principal_components", "hierarchical_clustering", "test_value", "adjusted_rand",
    "spatial_autocorrelation", "permutation",
)  # fmt: skip
