"""The coverage of the building trades: a map a trade, the table of all, the communes without."""

import math
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.guide import guide
from ternois_analysis.display import class_map, covered, perimeter, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.observatory import trade_cover
from ternois_analysis.observatory.values import COLUMNS
from ternois_analysis.trail import cached_property

#: Marks of the three classes, told apart without colour, and their colours.
_HERE, _NEAR, _FAR = "●", "○", "■"
_COLOURS = {_HERE: "#0072B2", _NEAR: "#CFE3F2", _FAR: "#D55E00"}
_METHOD = (
    "Distances à vol d’oiseau entre un point intérieur à chaque commune ; les entreprises situées "
    "hors du Pays ne sont pas connues : une distance est un majorant."
)


@dataclass(frozen=True, eq=False)
class TradeCover:
    """What the guide shows of the coverage of the trades; `limit_km` is where a gap begins."""

    material: Material
    limit_km: float

    def missing(self) -> Block | None:
        """A block that says so where no register describes the territory."""
        return covered.without_register(self.material, "Couverture des métiers du bâtiment")

    @cached_property
    def _counts(self) -> pd.DataFrame:
        return trade_cover.counts(self.material.observatory, self.material.place)

    @cached_property
    def _distances(self) -> pd.DataFrame:
        return trade_cover.distances(self.material.observatory, self.material.place, self._counts)

    @cached_property
    def _present(self) -> pd.DataFrame:
        return trade_cover.wide(self._counts)

    @cached_property
    def _near(self) -> pd.DataFrame:
        return trade_cover.wide(self._distances)

    @cached_property
    def _names(self) -> pd.Series:
        names = self.material.shapes["name"].map(lambda name: french.typeset(str(name)))
        listed: pd.Series = names.reindex(self._present.index)
        return listed

    @property
    def _limit(self) -> str:
        decimals = 0 if float(self.limit_km).is_integer() else 1
        return french.quantity(self.limit_km, "km", decimals)

    @property
    def total(self) -> int | None:
        """Active businesses of all the trades; None where a count is not known."""
        known = self._present.to_numpy(dtype="float64")
        return None if pd.isna(known).any() else int(known.sum())

    def maps(self) -> list[Block]:
        """One map a trade: where it is, where it is near, where it is not."""
        return [self._map(trade) for trade in guide().trades]

    def _map(self, trade: str) -> Block:
        near = self._near[trade]
        here, far = int((near == 0).sum()), int((near > self.limit_km).sum())
        kinds = near.dropna().map(
            lambda km: _HERE if km == 0 else _FAR if km > self.limit_km else _NEAR
        )
        legend = [
            class_map.Kind(_HERE, _COLOURS[_HERE], "Au moins une entreprise dans la commune"),
            class_map.Kind(_NEAR, _COLOURS[_NEAR], f"La plus proche à {self._limit} ou moins"),
            class_map.Kind(_FAR, _COLOURS[_FAR], f"La plus proche à plus de {self._limit}"),
        ]
        own = self._distances[self._distances["category"] == trade]
        counted = self._counts[self._counts["category"] == trade]
        beyond = f"{far} {french.plural(far, 'commune')}" if far else "aucune commune"
        where = french.plural(here, "commune")
        title = f"{trade} : dans {here} {where} sur {len(near)}, {beyond} à plus de {self._limit}"
        caption = Caption(
            title if near.notna().any() else f"{trade} : n.d.",
            "Commune la plus proche qui a une entreprise artisanale active du groupe de métiers",
            source=words.credit(own), champ=catalog.indicator(trade_cover.DISTANCE).champ,
            note=_METHOD,
        )  # fmt: skip
        table = pd.DataFrame({
            "Commune": self._names.to_numpy(),
            "Entreprises": [_count(value) for value in self._present[trade]],
            "Distance (km)": [french.number(value, 1) for value in near],
        })  # fmt: skip
        return class_map.drawn(
            pd.concat([counted, own], ignore_index=True), self.material.shapes,
            {str(code): kind for code, kind in kinds.items()}, legend, caption, table,
            neighbours=self.material.around, places=self.material.towns,
        )  # fmt: skip

    def matrix(self) -> Block:
        """All communes × trades: how many businesses, else how far the nearest is."""
        columns = {"Commune": list(self._names)}
        for trade in self._present.columns:
            cells = zip(self._present[trade], self._near[trade], strict=True)
            columns[str(trade)] = [_cell(count, km) for count, km in cells]
        values = pd.concat([self._counts, self._distances], ignore_index=True)
        caption = Caption(
            "Entreprises de chaque métier, commune par commune",
            "Nombre d’entreprises artisanales actives ; entre parenthèses, s’il n’y en a aucune, "
            "distance à la commune la plus proche qui en a une",
            source=words.credit(self._counts), note=_METHOD,
            champ=catalog.indicator("craft_group_businesses").champ,
        )  # fmt: skip
        table = pd.DataFrame(columns).iloc[self._alphabetical()].reset_index(drop=True)
        return compose("table", caption, values, alt="", table=table)

    def _alphabetical(self) -> list[int]:
        names = [french.plain(str(name)) for name in self._names]
        return sorted(range(len(names)), key=names.__getitem__)

    def gaps(self) -> Block:
        """The communes farther than the limit from every business of a trade, named."""
        found = trade_cover.gaps(self._near, self.limit_km)
        texts = []
        for trade, codes in found.items():
            names = sorted((str(self._names[code]) for code in codes), key=french.plain)
            if self._near[trade].isna().all():
                texts.append(f"{trade} : n.d.")
            elif names:
                count = f"{len(names)} {french.plural(len(names), 'commune')}"
                texts.append(f"{trade} : {count} ({', '.join(names)}).")
            else:
                texts.append(f"{trade} : aucune.")
        title = f"Communes à plus de {self._limit} de toute entreprise du métier"
        values = self._distances if len(self._distances) else pd.DataFrame(columns=list(COLUMNS))
        return perimeter.paragraphs(title, [french.typeset(text) for text in texts], values)


def _count(value: float) -> str:
    return "–" if value == 0 else french.number(value)


def _cell(count: float, kilometres: float) -> str:
    if math.isnan(count):
        return french.SIGNS["n.d."]
    if count > 0:
        return french.number(count)
    return f"({french.quantity(kilometres, 'km', 1)})"
