"""What a page is made of: one territory among its references, its neighbours and its communes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import geopandas as gpd
import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display.published import shown
from ternois_analysis.observatory import Observatory, evolutions, ground, programmes
from ternois_analysis.territory import Territory

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

    @cached_property
    def values(self) -> pd.DataFrame:
        """Newest published values of the territory, its references and those beside it."""
        chosen = {t.id: t for t in (self.place, *self.references, *self.beside)}
        return self.observatory.values(list(chosen.values()))

    @cached_property
    def communes(self) -> pd.DataFrame:
        """Newest published values of the communes of the territory."""
        return self.observatory.communes(self.place)

    @property
    def groups(self) -> tuple[Territory, ...]:
        """The territories beside it that lie inside it, whose outlines maps show."""
        inside = set(self.place.communes)
        return tuple(t for t in self.beside if inside.issuperset(t.communes))

    def of(self, indicators: Sequence[str], places: Sequence[Territory]) -> pd.DataFrame:
        """Values of some indicators and territories, both in the order given."""
        for name in indicators:
            catalog.indicator(name)
        rows = self.values[self.values["indicator"].isin(indicators)]
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
        sizes = shown(self.communes[self.communes["indicator"] == "population"])
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


def warm(observatory: Observatory, territories: Sequence[str]) -> None:
    """Compute what the pages of some territories share, before processes are forked for them."""
    observatory.warm(territories[:_KEPT])
    for name in territories[:_KEPT]:
        made = material(observatory, observatory.territory(name))
        for part in ("values", "communes", "shapes", "around"):
            getattr(made, part)
    evolutions.warm(observatory)
    programmes.programmes_of(observatory.columns)
