"""Figures read at the level at which their producer publishes them, and why some are missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ternois_analysis import catalog, sources, trail
from ternois_analysis.observatory.columns import Columns, key
from ternois_analysis.sources import installed
from ternois_analysis.territory import Gazetteer, Territory
from ternois_analysis.trail import lru_cache

_DIVISIONS = ("departement", "region")
#: The territory that a file's level « france » is.
_FRANCE = "france-metropolitaine"


def published(
    totals: pd.DataFrame, places: Sequence[Territory], columns: Columns, gazetteer: Gazetteer
) -> pd.DataFrame:
    """Totals in which the columns of sources read at their level are the published ones.

    Parameters
    ----------
    totals : DataFrame
        One row a territory, columns as in `Columns.table`.
    places : sequence of Territory
        The territories of `totals`.

    Returns
    -------
    DataFrame
        As `totals`. A published figure of such a source (a median) is missing for a territory for
        which its producer gives none, unless the territory is one commune; a territory that was
        published has the published figures, sums included.
    """
    own = [str(name) for name in totals.columns if str(name) in at_level(columns)]
    own += [name for name in columns.levels.columns if name not in totals.columns]
    if not own:
        return totals
    result = totals.reindex(columns=[*totals.columns, *(n for n in own if n not in totals.columns)])
    several = pd.Series([len(place.communes) > 1 for place in places], index=totals.index)
    shared = _shared(own, columns)
    result[shared] = result[shared].where(~several)
    for place in places:
        where = _row(place, columns)
        if where is None or _moved(place, own, columns, gazetteer):
            continue
        row = columns.levels.loc[where, [n for n in own if n in columns.levels]].dropna()
        result.loc[place.id, row.index] = row
    return result


def signs(places: Sequence[Territory], columns: Columns, gazetteer: Gazetteer) -> pd.DataFrame:
    """Why totals may be missing: one row a territory, the columns that have a reason.

    « s » hidden by the producer, « nd » not available, « p » published for another perimeter, « o »
    outside the part of a file that was installed, « c » outside what partners contributed, « e » an
    empty cell and « a » no row in the file of a source read at its level, « l » never published for
    such a territory, « f » published for it in a file that is not installed, "" otherwise.
    """
    found = {place.id: _unlisted(place, columns) for place in places}
    for (place_id, column), sign in _worst(places, columns).items():
        found[place_id][column] = sign
    own = _not_added(columns)
    for place in places if own else ():
        # What its communes hide says nothing of a figure that is not made of theirs.
        if len(place.communes) > 1:
            found[place.id] |= dict.fromkeys(own, _why(place, own, columns, gazetteer))
    table = pd.DataFrame.from_dict(found, orient="index").fillna("").astype("str")
    return table.reindex([place.id for place in places])


def _unlisted(place: Territory, columns: Columns) -> dict[str, str]:
    """What the extent of the installed files says of a territory: see `signs`."""
    found = {}
    for name, extent in _extents(columns).items():
        if extent.partial and not extent.covered.issuperset(place.communes):
            found[name] = "c" if extent.contributed else "o"
        elif extent.at_level and len(place.communes) == 1:
            found[name] = "e" if extent.listed.issuperset(place.communes) else "a"
    return found


@dataclass(frozen=True)
class _Extent:
    """Communes that the files of a column cover, and those that have a row in one of them."""

    partial: bool
    at_level: bool
    contributed: bool
    covered: frozenset[str]
    listed: frozenset[str]


@lru_cache(maxsize=8)
def _extents(columns: Columns) -> Mapping[str, _Extent]:
    """The extent of each installed column that has anything to say of its missing values."""
    members = columns.communes.groupby("departement")["commune"].agg(frozenset)
    found: dict[str, _Extent] = {}
    trail.note("store", "sources")
    for receipt in installed.receipts():
        covered = frozenset(receipt.beside).union(*(members.get(d, ()) for d in receipt.whole))
        for source, files in receipt.files.items():
            at_level = catalog.source(source).at_level
            for file in files:
                if file.level != "commune" or not (receipt.partial or at_level):
                    continue
                if file.sender and file not in columns.files(source):
                    continue
                table = sources.read(source, file.millesime, part=file.part)
                listed = frozenset(table.index)
                for name in (_named(str(column), file.millesime) for column in table):
                    new = _Extent(True, at_level, True, frozenset(), frozenset())
                    known = found.get(name, new)
                    found[name] = _Extent(
                        known.partial and receipt.partial, at_level,
                        known.contributed and bool(file.sender), known.covered | covered,
                        known.listed | listed,
                    )  # fmt: skip
    return found


def _named(column: str, millesime: str) -> str:
    name, _, category = column.partition("#")
    return key(name, millesime, category)


def _not_added(columns: Columns) -> list[str]:
    """Columns of sources read at their level that are no sums: medians, rates."""
    names = [*columns.without_register.columns, *columns.levels.columns]
    return _shared([n for n in dict.fromkeys(map(str, names)) if _at_level(n, columns)], columns)


def _shared(names: Sequence[str], columns: Columns) -> list[str]:
    """Those of some columns, none of the register, whose communes are not added up."""
    kinds = columns.kinds_of(n for n in names if n in columns.without_register)
    return [n for n in names if kinds.get(n, "published") == "published"]


def _why(
    place: Territory, names: Sequence[str], columns: Columns, gazetteer: Gazetteer
) -> Literal["", "p", "l", "f"]:
    """Why a territory of several communes may have no figure of what is not a sum."""
    if _row(place, columns) is not None:
        return "p" if _moved(place, names, columns, gazetteer) else ""
    newest = max(gazetteer.memberships, default="")
    today = bool(newest) and place.siren in gazetteer.membership(newest).members
    return "f" if today or place.kind in _DIVISIONS or place.id == _FRANCE else "l"


def _worst(places: Sequence[Territory], columns: Columns) -> dict[tuple[str, str], str]:
    """The gravest sign among the communes of each territory, by territory and column."""
    if columns.signs.empty:
        return {}
    pairs = pd.DataFrame(
        [(place.id, code) for place in places for code in place.communes],
        columns=["place", "commune"],
    )
    met = pairs.merge(columns.signs, on="commune")
    # « s » sorts after « nd »: what is hidden is hidden, whatever else is missing.
    worst = met.groupby(["place", "column"], as_index=False)["sign"].max()
    return {(place, column): sign for place, column, sign in worst.to_numpy()}


@lru_cache(maxsize=8)
def at_level(columns: Columns) -> frozenset[str]:
    """Columns of `Columns.table` that are read at the level at which they are published."""
    names = map(str, columns.without_register.columns)
    return frozenset(n for n in names if _at_level(n, columns))


def _at_level(name: str, columns: Columns) -> bool:
    column = name.partition("@")[0]
    if column in ("commune", "communes") or column.startswith("craft_"):
        return False
    return catalog.source(columns.owner(column)).at_level


def _row(place: Territory, columns: Columns) -> tuple[str, str] | None:
    """Level and code under which a territory is published, if it is."""
    if place.kind in ("epci", "cc") and place.siren:
        where = ("epci", place.siren)
    elif place.kind in _DIVISIONS:
        where = (place.kind, place.id.partition("-")[2])
    elif place.id == _FRANCE:
        codes = [code for level, code in columns.levels.index if level == "france"]
        where = ("france", codes[0] if codes else "")
    else:
        return None
    return where if where in columns.levels.index else None


def _moved(place: Territory, names: Sequence[str], columns: Columns, gazetteer: Gazetteer) -> bool:
    """Whether an EPCI has other communes today than when its figures were published.

    Told by the oldest table of EPCIs that is not older than the figures; communes that merged
    since are the same ones.
    """
    if place.kind not in ("epci", "cc") or not place.siren or not gazetteer.memberships:
        return False
    years = sorted(gazetteer.memberships)
    oldest = min(name.partition("@")[2][:4] for name in names)
    table = next((year for year in years if year >= oldest), years[-1])
    then = gazetteer.membership(table).members.get(place.siren)
    return then is not None and tuple(sorted(then)) != place.communes
