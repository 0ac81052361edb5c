"""Values of facilities that no sum of columns gives: distinct types, needs not met, centres."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis import sources, territory
from ternois_analysis.catalog.facilities import RANGE_LABELS, RANGES, Entry, facilities
from ternois_analysis.catalog.sources import ColumnKind
from ternois_analysis.observatory import values
from ternois_analysis.observatory.columns import Columns, key
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory
from ternois_analysis.trail import cached_property, lru_cache

SOURCE, PEOPLE = "equipements", "populations"
_BY_TYPE = "facilities_by_type#"
#: List of the facts whose communes are a territory's centres; elsewhere, its largest communes.
CENTRES, LARGEST = "bourgs-centres", 5


#: Note of a value that no facility makes, in a territory that the files cover.
NO_SUCH = "aucun équipement de ce genre, ou non compté par ce millésime"


@dataclass(frozen=True, eq=False)
class Stock:
    """The facilities of one millésime, communes × codes of types, in the quarter's geography.

    A commune outside the installed files has no row; a type that the files do not know has no
    column. `people` are the residents of all communes of France, in `people_year`.
    """

    millesime: str
    counts: pd.DataFrame
    people: pd.Series
    people_year: str

    def of(self, entry: Entry) -> pd.Series | None:
        """Facilities of an entry by covered commune; None if its millésime does not count them."""
        known = [code for code in entry.codes if code in self.counts.columns]
        return self.counts[known].sum(axis=1) if known else None

    @cached_property
    def _covered(self) -> frozenset[str]:
        return frozenset(self.counts.index)

    def covers(self, place: Territory) -> bool:
        """Whether the installed files cover all the communes of a territory."""
        return self._covered.issuperset(place.communes)

    @cached_property
    def basket(self) -> pd.DataFrame:
        """Whether each covered commune has each entry of the proximity range."""
        entries = self.entries("proximity")
        columns = {name: self.counts[[c for c in entry.codes if c in self.counts]].sum(axis=1) > 0
                   for name, entry in entries.items()}  # fmt: skip
        return pd.DataFrame(columns, index=self.counts.index)

    def entries(self, name: str) -> dict[str, Entry]:
        """The entries of a range that the millésime counts."""
        listed = facilities().ranges(self.millesime).ranges[name]
        return {k: entry for k, entry in listed.items() if self.of(entry) is not None}


@lru_cache(maxsize=4)
def stock(columns: Columns) -> Stock | None:
    """The newest facilities that the quarter sees; None when none are installed."""
    files = [file for file in columns.files(SOURCE) if file.level == "pairs"]
    if not files:
        return None
    year = max(file.millesime for file in files)
    parts = []
    for file in files:
        if file.millesime != year:
            continue
        table = sources.read(SOURCE, file.millesime, part=file.part)
        table.columns = [str(c).removeprefix(_BY_TYPE) for c in table]
        whole = table.rename_axis("commune").reset_index()
        kinds: dict[str, ColumnKind] = {"commune": "key"}
        kinds |= dict.fromkeys(map(str, table.columns), "additive")
        if file.cog != columns.cog:
            whole = territory.to_cog(
                whole, columns.passage, columns.communes, cog_from=file.cog, kinds=kinds
            )
        parts.append(whole.set_index("commune"))
    # Files of one year share one list of types: none in a part is none there.
    counts = pd.concat(parts).fillna(0.0)
    counts = counts[~counts.index.duplicated()].sort_index(axis=1)
    known = columns.millesimes("population")
    people_year = year if year in known else known[-1]
    people = columns.table.set_index("commune")[key("population", people_year)]
    return Stock(year, counts, people.astype("float64"), people_year)


def rows(
    observatory: Observatory,
    place: Territory,
    indicator: str,
    cells: Mapping[str, float],
    *,
    people: bool = False,
    note: str = "",
) -> pd.DataFrame:
    """Published values of one territory, one a category; « n.d. » where a cell is missing."""
    found = stock(observatory.columns)
    year = found.millesime if found else ""
    origin, vintage = SOURCE, year
    if people and found:
        origin, vintage = f"{SOURCE}+{PEOPLE}", f"{year}+{found.people_year}"
    missing = values.NOT_INSTALLED
    if found:
        missing = NO_SUCH if found.covers(place) else values.OUTSIDE
    return pd.DataFrame(
        {
            "quarter": str(observatory.quarter), "audience": observatory.audience,
            "territory": place.id, "territory_label": place.label, "indicator": indicator,
            "category": list(cells), "period": year, "value": [float(v) for v in cells.values()],
            "low": np.nan, "high": np.nan, "n": np.nan,
            "status": ["n.d." if np.isnan(v) else "ok" for v in cells.values()],
            "note": [missing if np.isnan(v) else note for v in cells.values()],
            "source": origin, "millesime": vintage, "synthetic": False,
        }
    )[list(values.COLUMNS)]  # fmt: skip


def together(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Several tables of values as one."""
    return pd.concat(list(parts), ignore_index=True)


def by_entry(
    observatory: Observatory, places: Sequence[Territory], entries: Mapping[str, Entry]
) -> pd.DataFrame:
    """Facilities of some entries in each territory (`facilities_by_type`): counts that add up."""
    found = stock(observatory.columns)
    return together(
        rows(observatory, place, "facilities_by_type",
             {entry.label: _sum(found, place, entry) for entry in entries.values()})
        for place in places
    )  # fmt: skip


def _sum(found: Stock | None, place: Territory, entry: Entry) -> float:
    counts = None if found is None else found.of(entry)
    if counts is None:
        return float("nan")
    return float(counts.reindex(list(place.communes)).sum(skipna=False))


def diversity(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Distinct types present, and share of the proximity range present, in each territory.

    Indicators `facility_types` (codes of the millésime of which there is one at least) and
    `proximity_basket_pct` (entries of the range).
    """
    found = stock(observatory.columns)
    parts = []
    for place in places:
        types = basket = float("nan")
        if found is not None and found.covers(place):
            communes = list(place.communes)
            types = float((found.counts.loc[communes].to_numpy() > 0).any(axis=0).sum())
            present = found.basket.loc[communes].any()
            basket = _percent(present.sum(), len(present))
        parts.append(rows(observatory, place, "facility_types", {"": types}))
        parts.append(rows(observatory, place, "proximity_basket_pct", {"": basket}))
    return together(parts)


def without(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Communes without a facility of each daily need, and the share of the people who live there.

    Indicators `communes_without` and `people_without_pct`; the category « Aucun équipement » is
    that of communes with no facility at all.
    """
    found = stock(observatory.columns)
    needs = facilities().needs
    parts = []
    for place in places:
        counts = {entry.label: None if found is None else found.of(entry)
                  for entry in needs.values()}  # fmt: skip
        if found is not None:
            counts["Aucun équipement"] = found.counts.sum(axis=1)
        lacking, share = {}, {}
        for label, each in counts.items():
            lacking[label] = share[label] = float("nan")
            if each is None or found is None or not found.covers(place):
                continue
            none = each.loc[list(place.communes)] == 0
            people = found.people.reindex(none.index)
            lacking[label] = float(none.sum())
            share[label] = _percent(people[none].sum(skipna=False), people.sum(skipna=False))
        parts.append(rows(observatory, place, "communes_without", lacking))
        parts.append(rows(observatory, place, "people_without_pct", share, people=True))
    return together(parts)


def centres(observatory: Observatory, place: Territory) -> tuple[str, ...]:
    """The centres of a territory: those of the facts that lie in it, else its largest communes."""
    known = observatory.gazetteer.facts.lists.get(CENTRES)
    inside = tuple(c for c in (known.communes if known else ()) if c in place.communes)
    found = stock(observatory.columns)
    if inside or found is None:
        return inside
    sizes = found.people.reindex(list(place.communes)).dropna()
    return tuple(sizes.sort_values(ascending=False, kind="stable").index[:LARGEST])


def centres_weight(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """What the centres of each territory have of its people, its facilities and its types.

    Indicator `centres_share_pct`: « Habitants », then the facilities of each range, then
    « Types présents », the share of the territory's types that the centres offer together.
    """
    found = stock(observatory.columns)
    parts = []
    for place in places:
        labels = ["Habitants", *RANGE_LABELS.values(), "Types présents"]
        cells = dict.fromkeys(labels, float("nan"))
        if found is not None and found.covers(place) and len(place.communes) > 1:
            inside, every = list(centres(observatory, place)), list(place.communes)
            people = found.people
            cells["Habitants"] = _percent(
                people.reindex(inside).sum(skipna=False), people.reindex(every).sum(skipna=False)
            )
            for name in RANGES:
                codes = [c for e in found.entries(name).values() for c in e.codes
                         if c in found.counts]  # fmt: skip
                own = found.counts[codes].sum(axis=1)
                cells[RANGE_LABELS[name]] = _percent(own.loc[inside].sum(), own.loc[every].sum())
            kinds = (found.counts.loc[every].sum() > 0).sum()
            offered = (found.counts.loc[inside].sum() > 0).sum()
            cells["Types présents"] = _percent(offered, kinds)
        parts.append(rows(observatory, place, "centres_share_pct", cells, people=True))
    return together(parts)


def _percent(part: float, whole: float) -> float:
    return 100.0 * float(part) / float(whole) if whole > 0 else float("nan")
