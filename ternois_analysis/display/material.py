"""What a page is made of: one territory among its references, its neighbours and its communes."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import get_args

import geopandas as gpd
import pandas as pd

from ternois_analysis import catalog, french, trail
from ternois_analysis.catalog.programmes import programmes as facts_of
from ternois_analysis.display import sketchbook
from ternois_analysis.display.published import shown
from ternois_analysis.errors import TernoisError
from ternois_analysis.observatory import (
    Observatory,
    evolutions,
    ground,
    likeness,
    observe,
    programme_results,
    programme_tables,
    programmes,
    registrations_outlook,
)
from ternois_analysis.territory import Territory
from ternois_analysis.trail import cached_property, lru_cache

#: Territories shown side by side, at most: a wider table is cut in print.
BESIDE = 7
#: Communes named on the maps of a territory whose bourgs-centres are not known.
_NAMED = 3
#: Territories whose material is kept at a time: a national run must not keep them all.
_KEPT = 24


@dataclass(frozen=True, eq=False)
class Material:
    """Published values and shapes of one territory and of those it is shown with."""

    observatory: Observatory
    place: Territory

    @cached_property
    def references(self) -> tuple[Territory, ...]:
        """What it is compared with: the Pays if it lies inside, département, région, France."""
        siblings = {territory.id for territory in self.beside}
        found = self.observatory.gazetteer.references(self.place)
        return tuple(reference for reference in found if reference.id not in siblings)

    @cached_property
    def beside(self) -> tuple[Territory, ...]:
        """Territories shown side by side, alphabetically: the parts of the Pays, or neighbours."""
        look = self.observatory.territory
        known = self.observatory.gazetteer.facts
        parts = self.place.parts or next(
            (f.parts for f in known.territories.values() if self.place.id in f.parts), ()
        )
        if parts:
            found = [look(part) for part in parts]
        else:
            near = ground.neighbours(self.observatory, self.place)
            found = [self.place, *near[: BESIDE - 1]]
        return tuple(sorted(found, key=lambda territory: french.plain(territory.label)))

    @property
    def shown(self) -> list[Territory]:
        """The territory, its references and those beside it, each once."""
        return list({t.id: t for t in (self.place, *self.references, *self.beside)}.values())

    @cached_property
    def values(self) -> pd.DataFrame:
        """Newest published values of the territory, its references and those beside it."""
        return self.observatory.values(self.shown)

    @cached_property
    def communes(self) -> pd.DataFrame:
        """Newest published values of the communes of the territory."""
        return self.observatory.communes(self.place)

    def by_commune(self, indicators: Sequence[str]) -> pd.DataFrame:
        """Rows of `communes` of some indicators."""
        self.observatory.note(indicators)
        with trail.aside():
            table = self.communes
        return table[table["indicator"].isin(list(indicators))]

    @property
    def groups(self) -> tuple[Territory, ...]:
        """The territories beside it that lie inside it, whose outlines maps show."""
        inside = set(self.place.communes)
        return tuple(t for t in self.beside if inside.issuperset(t.communes))

    def of(self, indicators: Sequence[str], places: Sequence[Territory]) -> pd.DataFrame:
        """Values of some indicators and territories, both in the order given."""
        for name in indicators:
            catalog.indicator(name)
        self.observatory.note(indicators)
        with trail.aside():  # the table holds all indicators
            table = self.values
        rows = table[table["indicator"].isin(indicators)]
        rows = rows[rows["territory"].isin([place.id for place in places])]
        order = {name: rank for rank, name in enumerate(indicators)}
        ids = {place.id: rank for rank, place in enumerate(places)}
        keys = rows.assign(a=rows["indicator"].map(order), b=rows["territory"].map(ids))
        return rows.loc[keys.sort_values(["a", "b"], kind="stable").index]

    @cached_property
    def around(self) -> gpd.GeoDataFrame | None:
        """Outlines of the EPCIs around the territory, for the context of maps."""
        return ground.surroundings(self.observatory, self.place)

    @cached_property
    def shapes(self) -> gpd.GeoDataFrame:
        """Polygons of the communes of the territory, with the group each belongs to."""
        return ground.shapes(self.observatory, self.place, self.groups)

    @cached_property
    def by_size(self) -> tuple[str, ...]:
        """Codes of the communes of the territory whose population is known, the largest first."""
        sizes = shown(self.by_commune(["population"]))
        order = sizes.sort_values(["value", "territory"], ascending=[False, True])["territory"]
        return tuple(order.str.removeprefix("commune-"))

    @property
    def towns(self) -> tuple[str, ...]:
        """Communes named on maps: the bourgs-centres of the Pays, else the largest communes."""
        known = self.observatory.gazetteer.facts.lists.get("bourgs-centres")
        inside = tuple(c for c in (known.communes if known else ()) if c in self.place.communes)
        return inside or self.by_size[:_NAMED]


@lru_cache(maxsize=_KEPT)
def material(observatory: Observatory, place: Territory) -> Material:
    """The material of a territory, made once for all the pages that show it."""
    return Material(observatory, place)


def prepare(quarter: str, territories: Mapping[str, Sequence[str]]) -> None:
    """What `warm` does, for the territories of each audience: for a machine that starts afresh."""
    for audience, names in territories.items():
        warm(observe(quarter, audience), names)


def warm(
    observatory: Observatory, territories: Sequence[str], *, whole: bool = True, alone: bool = False
) -> None:
    """Compute what the pages of some territories share, before processes are forked for them.

    For all pages, or without what few of them show: the quarter before, and figures of the Pays.
    Where each territory has one page `alone`, its shapes are left to the process of that page.
    """
    sketchbook.prepare()
    every = []
    for name in territories[:_KEPT]:
        with suppress(TernoisError):  # it fails again, alone, on the page of this territory
            made = material(observatory, observatory.territory(name))
            if made.place.kind in likeness.SCALES:
                observatory.similar(made.place)
            every.append((made, made.shown))
    observatory.warm([made.place.id for made, _ in every])
    observatory.prepare(
        [places for _, places in every]
        + [[f"commune-{code}" for code in made.place.communes] for made, _ in every]
    )
    for made, _ in every:
        for part in ("values", "communes", *(() if alone else ("shapes", "around"))):
            with suppress(TernoisError):
                getattr(made, part)
    if not whole:
        return
    evolutions.warm(observatory, [made.place for made, _ in every])
    programmes.programmes_of(observatory.columns)
    if len(every) > 1:
        _warm_pays(observatory)


def _warm_pays(observatory: Observatory) -> None:
    """What the pages of all territories show of the Pays: its outlook, its programmes.

    A page that these fail for fails alone, and says why.
    """
    with suppress(TernoisError):
        registrations_outlook.of_pays(observatory)
    found = programmes.programmes_of(observatory.columns)
    if found is None:
        return
    with suppress(TernoisError):
        for group in facts_of().groups:
            for by in get_args(programme_tables.By):
                programme_tables.coverage(observatory, found, group, by)
            programme_results.results(observatory, found, group)
