"""The blocks of a page on home-to-work flows: balance, matrix, outside poles, map."""

from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display import absent, flow_map, perimeter, tables, words
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import cell, shown
from ternois_analysis.observatory import commuting
from ternois_analysis.observatory.commuting import Flows
from ternois_analysis.territory import Territory

#: Outside poles listed, and territories set side by side.
_POLES, _BESIDE = 8, 7
_REST, _OTHERS = "Hors de ces territoires, en France", "Autres lieux en France"
_ROUGH = (
    "≈ : ordre de grandeur, moins de 200 actifs ; ces effectifs viennent d’un ménage sur quatre."
)


@dataclass(frozen=True, eq=False)
class Commuting:
    """What a page shows of home-to-work flows; reached as `page.navettes`."""

    material: Material

    def _found(self, title: str) -> Flows | Block:
        """The flows, or a block that says why there are none for this territory."""
        observatory, place = self.material.observatory, self.material.place
        missing = absent.sources(observatory, [commuting.SOURCE], title)
        if missing is not None:
            return missing
        found = commuting.flows(observatory)
        if found is None or not found.know(place):
            outside = "Le fichier installé ne couvre pas toutes les communes du territoire : n.d."
            return perimeter.paragraphs(title, [outside])
        return found

    def summary(self) -> Block:
        """Internal share, commuters in and out and their balance, side by side."""
        title = "Travailler sur son territoire, en sortir, y entrer"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        observatory, place = self.material.observatory, self.material.place
        places = list({t.id: t for t in (place, *self.material.beside)}.values())[:_BESIDE]
        values = pd.concat(
            [commuting.summary(observatory, found, t) for t in places], ignore_index=True
        )
        names = list(dict.fromkeys(values["indicator"]))
        values = values.sort_values(
            "indicator", key=lambda column: column.map(names.index), kind="stable"
        )
        own = values[values["indicator"] == names[0]]
        caption = words.caption(title, [names[0]], own, place)
        note = "Entrants : depuis la France seulement ; qui vient de l’étranger n’est pas compté."
        caption = Caption(
            title, reading=caption.reading, champ=caption.champ, source=words.credit(values),
            note=note,
        )  # fmt: skip
        return tables.table(values, {name: catalog.indicator(name) for name in names}, caption)

    def matrix(self) -> Block:
        """From each territory beside one another to each: rows where people work."""
        title = "D’un territoire à l’autre"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        places = list(self.material.beside)[:_BESIDE]
        values = pd.concat(
            [
                commuting.destinations(self.material.observatory, found, origin, places, _REST)
                for origin in places
            ],
            ignore_index=True,
        )
        cells = {(r["category"], r["territory"]): _cell(r) for _, r in values.iterrows()}
        table = pd.DataFrame([
            {"Lieu de travail": french.typeset(str(where))}
            | {french.typeset(p.short): cells[where, p.id] for p in places}
            for where in dict.fromkeys(values["category"])
        ])  # fmt: skip
        entry = catalog.indicator("commuters")
        caption = Caption(
            f"{title} : où travaillent les actifs occupés de chaque territoire",
            subtitle=f"{entry.label}, {found.millesime} ; en colonne, le lieu de résidence",
            champ=entry.champ, source=words.credit(values), note=_ROUGH,
        )  # fmt: skip
        return compose("table", caption, values, alt="", table=table)

    def poles(self) -> Block:
        """The outside territories where most residents work, with their first commune."""
        title = "Les pôles d’emploi extérieurs"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        observatory, place = self.material.observatory, self.material.place
        known = self._outside(found, place)
        values = commuting.destinations(observatory, found, place, [place, *known], _OTHERS)
        names = observatory.gazetteer.names
        firsts = {p.short: commuting.towns(found, place, p) for p in known}
        listed = values[values["category"] != place.short]
        records = []
        for _, row in listed.iterrows():
            first = firsts.get(row["category"])
            told = f"{names[first[0]]} ({french.number(first[1])})" if first else "–"
            records.append({
                "Lieu de travail": french.typeset(str(row["category"])),
                "Actifs occupés": _cell(row), "Première commune": french.typeset(told),
            })  # fmt: skip
        extra = [
            {"indicator": "commuters", "category": f"{pole} : {names[first[0]]}", "value": first[1]}
            for pole, first in firsts.items()
            if first
        ]
        if extra:
            more = commuting.rows(observatory, found, place, extra)
            values = pd.concat([values, more], ignore_index=True)
        entry = catalog.indicator("commuters")
        caption = Caption(
            self._message(listed, title), subtitle=f"{entry.label}, {found.millesime}",
            champ=entry.champ, source=words.credit(values),
            note=f"{_ROUGH} Une commune de travail n’est nommée qu’à partir de 200 actifs.",
        )  # fmt: skip
        return compose("table", caption, values, alt="", table=pd.DataFrame(records))

    def map(self) -> Block:
        """Flow map: lines from the parts of the territory to one another and to the poles."""
        title = "Les déplacements domicile-travail"
        found = self._found(title)
        if isinstance(found, Block):
            return found
        observatory, place = self.material.observatory, self.material.place
        origins = list(self.material.groups) if place.parts else [place]
        ends = [*origins, *self._outside(found, place)]
        values = pd.concat(
            [
                commuting.destinations(observatory, found, origin, ends, _OTHERS)
                for origin in origins
            ],
            ignore_index=True,
        )
        entry = catalog.indicator("commuters")
        caption = Caption(
            title, subtitle=f"{entry.label}, {found.millesime}", champ=entry.champ,
            source=words.credit(values), note=_ROUGH,
        )  # fmt: skip
        return flow_map.draw(self.material, values, origins, ends, caption)

    def _outside(self, found: Flows, place: Territory) -> list[Territory]:
        near = [t for t in self.material.beside if t.kind == "cc"]
        return commuting.poles(self.material.observatory, found, place, near, _POLES)

    @staticmethod
    def _message(values: pd.DataFrame, title: str) -> str:
        named = shown(values[~values["category"].isin([_OTHERS, commuting.ABROAD])])
        firsts = named.sort_values("value", ascending=False)["category"].head(3)
        return f"{title} : d’abord {french.listing([*firsts])}" if len(firsts) else title


def _cell(row: pd.Series) -> str:
    text = cell(row, catalog.indicator("commuters"))
    rough = row["status"] == "ok" and row["note"] == commuting.ROUGH and row["value"] > 0
    return f"≈{french.NBSP}{text}" if rough else text
