"""The housing blocks of a page: two censuses side by side, long vacancy, prices, adaptation."""

import itertools
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import absent, charts, perimeter, tables, words
from ternois_analysis.display.block import Block, Caption, compose, with_note
from ternois_analysis.display.energy import Energy, side_by_side
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import heading, interval_note, shown
from ternois_analysis.display.renovation import Renovation
from ternois_analysis.observatory import prices, vacancy
from ternois_analysis.territory import Territory

_NEED = (
    "Il manque le croisement : personne ne publie combien de logements sont à la fois anciens, "
    "occupés par leur propriétaire et habités par une personne de 75 ans ou plus ; le besoin est "
    "donc encadré par trois nombres, et non compté. Le registre dit le métier, pas la "
    "qualification pour l’adaptation."
)


@dataclass(frozen=True, eq=False)
class Habitat:
    """What a page shows of dwellings; reached as `page.habitat`."""

    material: Material

    @property
    def energy(self) -> Energy:
        """Diagnoses and the businesses recognised for energy works."""
        return Energy(self.material)

    @property
    def renovation(self) -> Renovation:
        """Dossiers of home improvement and contacts of the advice centre."""
        return Renovation(self.material)

    @property
    def _places(self) -> list[Territory]:
        """The territory, those beside it and the Pays, each once, few enough for a table."""
        return side_by_side(self.material)

    def censuses(self, *indicators: str) -> Block:
        """All known censuses of some indicators, side by side; evolutions only when comparable."""
        observatory, place = self.material.observatory, self.material.place
        missing = absent.block(observatory, indicators)
        if missing is not None:
            return missing
        values = observatory.values([place], indicators, series=True)
        periods = sorted(set(values["period"]) - {""})
        records = []
        for name in indicators:
            entry = catalog.indicator(name)
            rows = values[values["indicator"] == name].set_index("period")
            cells = {p: tables.both(rows.loc[p], entry) if p in rows.index else "" for p in periods}
            records.append({"Indicateur": heading(entry)} | cells)
        entries = [catalog.indicator(name) for name in indicators]
        title = f"Les logements {words.within(place)} : {french.listing(periods)}"
        caption = Caption(
            title if len(periods) > 1 else f"{title}, un seul recensement connu",
            champ=" ; ".join(dict.fromkeys(entry.champ for entry in entries)),
            source=words.credit(values), note=_comparability(periods),
        )  # fmt: skip
        caption = with_note(caption, interval_note(values, *entries))
        return compose("table", caption, values, alt="", table=pd.DataFrame(records))

    def long_vacancy(self) -> Block:
        """Dwellings vacant for more than two years, with what secrecy leaves certain."""
        title = "La vacance de longue durée"
        observatory, place = self.material.observatory, self.material.place
        if (missing := absent.sources(observatory, ["lovac"], title)) is not None:
            return missing
        values = vacancy.long_vacancy(observatory, [place])
        row = values.iloc[0]
        if row["status"] != "ok":
            text = f"Lovac ne couvre pas toutes les communes {words.within(place)} : n.d."
            return perimeter.paragraphs(title, [text], values)
        known, most = (french.number(row[name]) for name in ("low", "high"))
        where = words.within(place)
        texts = [f"{known} logements au moins sont vacants depuis plus de deux ans {where}."]
        if row["n"]:
            texts += [
                f"{french.number(row['n'])} {french.plural(row['n'], 'commune')} sous secret "
                f"(moins de 11 logements) : le total est compris entre {known} et {most}."
            ]
        texts.append(f"Source : {words.credit(values)}.")
        return perimeter.paragraphs(f"{title} (Lovac {row['period']})", texts, values)

    def prices(self) -> Block:
        """Median price of the houses sold, for the territory and those beside it."""
        entry = catalog.indicator("house_price_eur_per_m2")
        observatory, place = self.material.observatory, self.material.place
        if (missing := absent.sources(observatory, ["dvf"], entry.label)) is not None:
            return missing
        values = prices.median_prices(observatory, self._places)
        caption = Caption(
            entry.label, champ=entry.champ, source=words.credit(values),
            reading=words.reading(values, entry, place),
            note=f"Moins de {prices.LEAST} ventes : sous secret ; moins de {prices.COMPARABLE} : à "
            "interpréter avec prudence. Deux médianes dont les intervalles se recouvrent ne se "
            "distinguent pas.",
        )  # fmt: skip
        if len(shown(values)) < 2:
            return tables.table(values, {"house_price_eur_per_m2": entry}, caption)
        return charts.bars(values, entry, caption, highlight=place.id)

    def adaptation(self) -> Block:
        """What there is to adapt to loss of autonomy, and who could do it, side by side."""
        names = (
            "residents_75_plus", "share_owner_occupied_pct", "share_old_main_residences_pct",
            "building_craft_businesses", "residents_75_plus_per_building_business",
            "pre_1946_residences_per_building_business",
        )  # fmt: skip
        title = "Adapter les logements à la perte d’autonomie : le besoin et les artisans"
        values = self.material.of(names, self._places)
        entries = {name: catalog.indicator(name) for name in names}
        caption = Caption(
            title, source=words.credit(shown(values)),
            champ=" ; ".join(dict.fromkeys(entry.champ for entry in entries.values())),
            note=f"{_NEED} {words.missing(values)}".strip(),
        )  # fmt: skip
        if shown(values).empty:
            return perimeter.paragraphs(title, [words.missing(values), _NEED])
        return tables.table(values, entries, caption)


def _comparability(periods: list[str]) -> str:
    """Why no evolution is worked out between the censuses shown, if it is not."""
    reasons = [
        catalog.not_comparable("recensement", first, last)
        for first, last in itertools.pairwise(periods)
    ]
    told = [reason for reason in dict.fromkeys(reasons) if reason]
    if not told:
        return ""
    return f"Aucune évolution n’est calculée : {french.listing(told)}."
