"""The blocks of a page on its sectors: structure, specialisation, diversity and change."""

from dataclasses import dataclass, replace

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import charts, effects, perimeter, tables, words
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell, interval, shown
from ternois_analysis.observatory import employment, sectors, zoning
from ternois_analysis.observatory.sectors import Basis
from ternois_analysis.territory import Territory

#: Territories whose structure is shown in one figure or table.
_COMPARED = 7
_EVEN = "egalite"
_NO_OFFICIAL_RATE = "Pourquoi aucun taux de chômage officiel n’existe ici"


@dataclass(frozen=True, eq=False)
class Employment:
    """What a page shows of jobs and establishments; reached as `page.emploi`.

    Methods take what is counted: « establishments », « posts » or « jobs ».
    """

    material: Material

    def _absent(self, basis: Basis, title: str) -> Block | None:
        """A block that names the file to install when none brings this count by sector."""
        if sectors.dates(self.material.observatory, basis):
            return None
        delivery = catalog.deliveries()[basis.delivery]
        text = (
            f"Source non installée : {delivery.title} ({delivery.producer}). Pour l’ajouter : "
            f"« ternois sources install {basis.delivery} »."
        )
        return perimeter.paragraphs(title, [text])

    def sectors(self, counted: str) -> Block:
        """Shares of the sectors, for the territory and those it is compared with."""
        basis, material = sectors.BASES[counted], self.material
        entry = catalog.indicator(basis.share)
        if (absent := self._absent(basis, entry.label)) is not None:
            return absent
        places = {t.id: t for t in (material.place, *material.references, *material.beside)}
        values = material.of([basis.share], list(places.values()))
        known = set(shown(values)["territory"]) | {material.place.id}
        kept = [name for name in places if name in known][:_COMPARED]
        values = values[values["territory"].isin(kept)]
        title = f"{words.subject(entry)} {words.within(material.place)}"
        caption = words.caption(title, [basis.share], values, material.place)
        return charts.ages(values, entry, replace(caption, reading=""))

    def quotients(self, counted: str) -> Block:
        """Bars of the location quotients with their intervals; adjusted residuals beside."""
        basis, material = sectors.BASES[counted], self.material
        entry = catalog.indicator("location_quotient")
        title = f"Spécialisation par secteur ({basis.noun})"
        if (absent := self._absent(basis, title)) is not None:
            return absent
        division, values = employment.quotients(
            material.observatory, material.place, material.references, basis
        )
        if division is None:
            return _unreferenced(title, values)
        told = values.assign(category=values["category"].str.removesuffix(f" ({basis.noun})"))
        drawn = told[told["indicator"] == "location_quotient"]
        if shown(drawn).empty:
            text = f"Aucun secteur ne se distingue {french.of(division.name)} : n.s."
            return perimeter.paragraphs(title, [text], values)
        year = drawn["period"].iloc[0]
        caption = Caption(
            _salient(drawn, division),
            subtitle=f"{entry.label}, {basis.noun} par secteur, {year}",
            reading=_read(drawn, basis, material.place, division),
            champ=basis.noun, source=words.credit(values),
            note=(
                f"Référence : {division.name}, sans le territoire lui-même. n.s. : moins de "
                f"{employment.FEWEST} {basis.noun} dans le secteur, ou intervalle qui contient 1. "
                "Entre crochets, intervalle à 95 % (log-normal). Résidu ajusté : écart à la "
                "structure de la référence, en écarts-types."
            ) + _rough(told),
        )  # fmt: skip
        bars = drawn.assign(territory=drawn["category"], territory_label=drawn["category"])
        even = bars.iloc[[0]].assign(
            territory=_EVEN, territory_label="même part que la référence", value=1.0,
            low=float("nan"), high=float("nan"), status="ok", note="",
        )  # fmt: skip
        block = charts.bars(
            pd.concat([bars, even]).assign(category="", n=float("nan")), entry, caption,
            order="given", reference=_EVEN,
        )  # fmt: skip
        return replace(block, table=_detail(told), values=values.reset_index(drop=True))

    def diversity(self, counted: str) -> Block:
        """Table of the indices of specialisation and concentration, side by side."""
        basis, material = sectors.BASES[counted], self.material
        title = f"Spécialisation et diversité des secteurs ({basis.noun})"
        if (absent := self._absent(basis, title)) is not None:
            return absent
        places = list({t.id: t for t in (material.place, *material.beside)}.values())[:_COMPARED]
        values = employment.structure(
            material.observatory, places, (material.place, *material.references), basis
        )
        names = ("krugman_index", "sector_hhi", "sectors_effective_number")
        values = values.sort_values(
            "indicator", key=lambda found: found.map(names.index), kind="stable"
        )
        caption = Caption(
            title, champ=basis.noun, source=words.credit(values),
            note=(
                "Entre crochets, intervalle à 95 % de l’indice de Krugman (rééchantillonnage). "
                "L’indice d’un petit territoire n’est jamais nul : la ligne « par le seul hasard » "
                "donne celui qu’il aurait en moyenne avec exactement la structure de la "
                "référence. Référence : le département, sans le territoire. Cinq secteurs : ces "
                "indices ne se comparent qu’entre eux."
            ),
        )  # fmt: skip
        return tables.table(values, {n: catalog.indicator(n) for n in names}, caption)

    def decomposition(self, counted: str) -> Block:
        """The change between two dates, split by Dunn's and Esteban-Marquillas' parts."""
        basis, material = sectors.BASES[counted], self.material
        title = f"Analyse structurelle-résiduelle ({basis.noun})"
        if (absent := self._absent(basis, title)) is not None:
            return absent
        pair, why = employment.comparable(material.observatory, basis)
        if pair is None:
            return perimeter.paragraphs(title, [why])
        found = employment.decomposition(
            material.observatory, material.place, material.references, basis, pair
        )
        if found is None:
            text = "Une des deux dates manque pour le territoire ou pour sa référence : n.d."
            return perimeter.paragraphs(title, [text])
        return effects.block(material, basis, pair, *found)

    def employment_zones(self) -> Block:
        """Why no official unemployment rate exists for the territory, by its employment zones."""
        place = self.material.place
        values = zoning.zones(self.material.observatory, place, "employment_zone")
        texts = [
            "Le taux de chômage localisé, le seul officiel, est publié pour les zones d’emploi, "
            "les départements et les régions, jamais pour une commune ni une intercommunalité.",
        ]
        if values.empty:
            return perimeter.paragraphs(
                _NO_OFFICIAL_RATE, [*texts, *words.not_installed([zoning.SOURCE])]
            )
        texts.append(_zones(values, place))
        texts.append(
            "Le taux de chômage au sens du recensement est une autre mesure, déclarative et plus "
            "élevée : il ne se compare qu’à lui-même, entre territoires."
        )
        return perimeter.paragraphs(_NO_OFFICIAL_RATE, texts, values)


def _zones(values: pd.DataFrame, place: Territory) -> str:
    named = values[values["category"] != ""]
    if named.empty:
        return f"La zone d’emploi des communes {place.of} est hors de la partie installée : n.d."
    parts = [f"{row['category']} ({french.number(row['value'])})" for _, row in named.iterrows()]
    year = str(values["period"].iloc[0])
    unknown = float(values.loc[values["category"] == "", "value"].sum())
    lacking = f" ; {french.number(unknown)} sans zone connue" if unknown else ""
    if len(named) == 1 and len(place.communes) == 1:
        zone = french.of(str(named["category"].iloc[0]))
        return f"{place.label} appartient à la zone d’emploi {zone}."
    if len(named) == 1:
        return (
            f"Toutes les communes {place.of} sont dans une même zone d’emploi, plus vaste que le "
            f"territoire : {parts[0]}{lacking} (table de {year})."
        )
    return (
        f"Les {len(place.communes)} communes {place.of} se partagent entre {len(named)} zones "
        f"d’emploi : {french.listing(parts)}{lacking} (table de {year}). Aucune de ces zones ne "
        "décrit le territoire, et leurs taux ne s’additionnent pas."
    )


def _salient(values: pd.DataFrame, division: Territory) -> str:
    rows = shown(values)
    groups = (
        ("plus présents", rows[rows["value"] > 1]), ("moins présents", rows[rows["value"] < 1]),
    )  # fmt: skip
    told = [
        f"{what} : {french.listing([c.lower() for c in found['category']])}"
        for what, found in groups
        if len(found)
    ]
    return f"Par rapport {_to(division)}, {' ; '.join(told)}"


def _to(division: Territory) -> str:
    """« au Pas-de-Calais », « à la Somme »: the name after « à »."""
    name = division.name
    for article, joined in (("le ", "au "), ("les ", "aux ")):
        if name.startswith(article):
            return joined + name.removeprefix(article)
    return f"à {name}"


def _read(values: pd.DataFrame, basis: Basis, place: Territory, division: Territory) -> str:
    rows = shown(values)
    row = rows.sort_values("value").iloc[-1]
    entry = catalog.indicator("location_quotient")
    return (
        f"En {row['period']}, la part du secteur « {row['category']} » dans les {basis.noun} "
        f"{place.of} est {cell(row, entry)} fois sa part {words.within(division)}."
    )


def _detail(values: pd.DataFrame) -> pd.DataFrame:
    quotient, residual = (
        values[values["indicator"] == name].set_index("category")
        for name in ("location_quotient", "sector_residual")
    )
    entry, other = (catalog.indicator(n) for n in ("location_quotient", "sector_residual"))
    beside = {str(sector): cell(row, other) for sector, row in residual.iterrows()}
    return pd.DataFrame([
        {"Secteur": french.typeset(str(sector)), entry.short: cell(row, entry),
         "Intervalle": interval(row, entry), other.short: beside[str(sector)]}
        for sector, row in quotient.iterrows()
    ])  # fmt: skip


def _rough(values: pd.DataFrame) -> str:
    names = values.loc[values["note"] == "ordre de grandeur", "category"].drop_duplicates()
    return f" Ordre de grandeur (moins de 200) : {french.listing([*names])}." if len(names) else ""


def _unreferenced(title: str, values: pd.DataFrame) -> Block:
    text = "Aucune référence plus vaste n’a de chiffres pour tous les secteurs : n.d."
    return perimeter.paragraphs(title, [text], values)
