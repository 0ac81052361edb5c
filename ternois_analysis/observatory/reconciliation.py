"""Checks of sums: published totals, parts and wholes, sources that must agree."""

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from ternois_analysis import catalog, french, sources, territory
from ternois_analysis.catalog import SourceFile
from ternois_analysis.catalog.published import Same, Sum, published
from ternois_analysis.observatory.checks import GEOGRAPHY, Check, compared, counted
from ternois_analysis.observatory.columns import Columns, key, vintage
from ternois_analysis.territory import Gazetteer, Territory
from ternois_analysis.territory.passage import links


def label(column: str) -> str:
    """French name of a column."""
    name = column.partition("#")[0].partition("@")[0]
    if name == "communes":
        return "Communes"
    return catalog.source(catalog.source_of_column(name)).columns[name].label


def checks(columns: Columns, gazetteer: Gazetteer, day: str) -> Iterator[Check]:
    """All checks of sums, on the communes of the quarter's geography."""
    frame = columns.table.set_index("commune")
    yield from _passage(columns, frame)
    yield from _ranges(columns, frame)
    for fact in published().sums:
        yield from _sum(fact, columns, frame)
    for pair in published().same:
        yield from _same(pair, columns, frame)
    if gazetteer.facts.territories:
        yield from _members(gazetteer)
        yield from _totals(columns, gazetteer, day)


def _tables(columns: Columns) -> Iterator[tuple[str, SourceFile, pd.DataFrame]]:
    """Each commune table as received: its additive columns, named as in `Columns.table`."""
    for name, source in catalog.sources().items():
        if name in GEOGRAPHY or source.folder != "data":
            continue
        for file in columns.files(name):
            if (file.level or source.level) != "commune":
                continue
            table = sources.read(name, file.millesime, part=file.part)
            table = table if file.delivery else table.set_index("commune")
            facts = {str(c): source.columns[str(c).partition("#")[0]].kind for c in table}
            added = [column for column, kind in facts.items() if kind == "additive"]
            names = {column: _named(column, file.millesime) for column in added}
            yield name, file, table[added].rename(columns=names)


def _named(column: str, year: str) -> str:
    name, _, category = column.partition("#")
    return key(name, year, category)


def _passage(columns: Columns, frame: pd.DataFrame) -> Iterator[Check]:
    """Whether a file adds up to the same over today's communes: the column that moves most."""
    tables = list(_tables(columns))
    givers = Counter(str(column) for _, _, table in tables for column in table)
    for name, file, table in tables:
        # A column that several files give is taken from one of them only.
        own = [str(c) for c in table if givers[str(c)] == 1 and c in frame]
        if not own:
            continue
        before, after = table[own].sum(), frame[own].sum()
        worst = str(((after - before).abs() / before.abs().clip(lower=1.0)).idxmax())
        lost = _lost(table[worst], file.cog, columns, frame[worst])
        said = f"hors {french.number(lost)} dans des communes fusionnées depuis" if lost else ""
        yield compared(
            float(before[worst]) - lost, float(after[worst]), name, "passage",
            f"{label(worst)}, toutes communes du fichier", worst, file.millesime, said=said,
        )  # fmt: skip


def _lost(given: pd.Series, cog: str, columns: Columns, now: pd.Series) -> float:
    """What a file counts in communes that merged since with one that it does not tell of.

    The merged commune has no figure then: a sum that leaves a part out would be too small.
    """
    if cog == columns.cog or math.isclose(float(given.sum()), float(now.sum())):
        return 0.0
    codes = pd.Series(list(given.index), dtype="str")
    pairs = links(codes, columns.passage, columns.communes, cog)
    parts = given.to_numpy(dtype=float, na_value=np.nan)[pairs["row"]] * pairs["weight"].to_numpy()
    unknown = now.reindex(pairs["commune"]).isna().to_numpy()
    return float(np.nansum(parts[unknown]))


def _ranges(columns: Columns, frame: pd.DataFrame) -> Iterator[Check]:
    for fact in published().ranges:
        for year in columns.millesimes(fact.column):
            name = key(fact.column, year)
            if name in frame:
                wrong = frame.index[(frame[name] < fact.low) | (frame[name] > fact.high)]
                yield counted(
                    wrong, columns.owner(fact.column), "range",
                    f"{label(fact.column)}, de {fact.low:g} à {fact.high:g}", name, year,
                )  # fmt: skip


def _within(
    gap: pd.Series, size: pd.Series, tolerance: float, tolerance_pct: float
) -> "pd.Series[bool]":
    allowed = np.maximum(tolerance, tolerance_pct / 100 * size.abs()) + 1e-6
    return gap.abs() <= allowed


def _sum(fact: Sum, columns: Columns, frame: pd.DataFrame) -> Iterator[Check]:
    """Parts against their whole, commune by commune, for each year that has both."""
    for year in columns.millesimes(fact.whole):
        whole = frame.get(key(fact.whole, year))
        parts = [key(part, year) for part in fact.parts if key(part, year) in frame]
        if whole is None or not parts or (fact.exact and len(parts) < len(fact.parts)):
            continue
        owner = columns.owner(fact.parts[0])
        if fact.exact:
            gap = frame[parts].sum(axis=1, skipna=False) - whole
            wrong = gap.notna() & ~_within(gap, whole, fact.tolerance, fact.tolerance_pct)
            said = f"{label(fact.whole)} : somme de {len(parts)} parties"
            name = f"{' + '.join(fact.parts)} = {fact.whole}"
            yield counted(frame.index[wrong], owner, "sum", said, name, year)
            continue
        for part in parts:
            gap = (frame[part] - whole).clip(lower=0)
            wrong = gap.notna() & ~_within(gap, whole, fact.tolerance, fact.tolerance_pct)
            said = f"{label(part)} dans {label(fact.whole).lower()}"
            yield counted(
                frame.index[wrong], columns.owner(part.partition("@")[0]), "parts", said,
                f"{part.partition('@')[0]} <= {fact.whole}", year,
            )  # fmt: skip


def _same(pair: Same, columns: Columns, frame: pd.DataFrame) -> Iterator[Check]:
    for year in columns.millesimes(pair.column):
        one, other = frame.get(key(pair.column, year)), frame.get(key(pair.other, year))
        if one is None or other is None:
            continue
        gap = one - other
        wrong = gap.notna() & ~_within(gap, other, pair.tolerance, pair.tolerance_pct)
        said = f"{label(pair.column)} et {label(pair.other).lower()}, commune par commune"
        yield counted(
            frame.index[wrong], columns.owner(pair.column), "same", said,
            f"{pair.column} = {pair.other}", year,
        )  # fmt: skip


def _members(gazetteer: Gazetteer) -> Iterator[Check]:
    facts = gazetteer.facts.territories

    def composed(name: str) -> int:
        entry = facts[name]
        return len(entry.communes) or sum(map(composed, (*entry.parts, *entry.merged_from)))

    for fact in published().members:
        if fact.territory in facts:
            yield compared(
                fact.value, float(composed(fact.territory)), "communes", "members",
                f"{facts[fact.territory].label}, composition d’origine", fact.territory, "",
                said=fact.published,
            )  # fmt: skip


def _totals(columns: Columns, gazetteer: Gazetteer, day: str) -> Iterator[Check]:
    """Published totals, and the parts of the Pays against the Pays itself."""
    facts = gazetteer.facts
    parts = facts.territories[facts.pays].parts
    # A territory that is not born yet on the quarter's last day cannot be asked for.
    born = [t for t in published().totals if facts.territories[t.territory].since <= day]
    names = dict.fromkeys([facts.pays, *parts, *(total.territory for total in born)])
    places = {name: gazetteer.resolve(name, day) for name in names}
    sums = territory.total(columns.table, list(places.values()), columns.kinds)
    for fact in born:
        name = key(fact.column, fact.millesime)
        if name in sums:
            place = places[fact.territory]
            found = float(sums[name].to_dict()[place.id])
            yield compared(
                fact.value, found, columns.owner(fact.column), "published",
                f"{label(fact.column)}, {place.label}", f"{name}, {place.id}",
                fact.millesime, tolerance=fact.tolerance, said=fact.published,
            )  # fmt: skip
    if parts:
        yield from _whole(columns, sums, places[facts.pays], [places[part].id for part in parts])


def _whole(
    columns: Columns, sums: pd.DataFrame, pays: Territory, parts: list[str]
) -> Iterator[Check]:
    """The sum of the parts against the Pays: of each file, the column that agrees least."""
    added = [str(c) for c in sums if columns.kinds[str(c)] == "additive"]
    table = sums[added].astype(float)
    whole: pd.Series = table.T[pays.id]
    found: pd.Series = table.T[parts].sum(axis=1, skipna=False)
    gap = (found - whole).abs() / whole.abs().clip(lower=1.0)
    owners = {c: (columns.owner(c.partition("@")[0]), vintage(c)) for c in added}
    for owner, year in dict.fromkeys(owners.values()):
        mine = gap[[c for c, named in owners.items() if named == (owner, year)]].dropna()
        if len(mine) and not owner.startswith("registre"):
            worst = str(mine.idxmax())
            yield compared(
                float(whole[worst]), float(found[worst]), owner, "whole",
                f"{label(worst)}, {len(parts)} parties et {pays.label}", worst, year,
            )  # fmt: skip
