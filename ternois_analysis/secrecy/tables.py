"""Linked tables as one sparse linear system: every cell is a sum of atoms that nobody may know.

An atom is a column at a period, in the smallest area and the finest category that published sums
tell apart. Cells of any territory, overlapping or nested, of any category and of implied rests are
then rows of one matrix, and relations between columns are equations between atoms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from ternois_analysis.catalog.secrecy import SecrecyRule
from ternois_analysis.secrecy.partition import Key, Partition, exhaustive, groups, partition, shared
from ternois_analysis.secrecy.relations import Relations

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: Numbers of cells or of atoms.
Cells = NDArray[np.int64]
#: Signs, and one row of cells each that add up to zero with them.
Balance = tuple[Floats, Cells]


@dataclass(frozen=True)
class Link:
    """Tables that a relation ties: the parts of a whole, or the four terms of a stock equation."""

    whole: Key | None
    parts: tuple[Key, ...]
    by_category: bool = True

    @property
    def tied(self) -> tuple[Key, ...]:
        """All tables of the relation."""
        return self.parts if self.whole is None else (self.whole, *self.parts)


@dataclass(frozen=True, eq=False)
class Table:
    """One column at one period: its territories and categories, and where its cells and atoms are.

    `grid` gives the number of the cell of each territory set (row) and category group (column), -1
    where there is none; `labels` names the category of each group (« ? »: of another table). Atoms
    are numbered from `first`, areas by leaves.
    """

    key: Key
    rule: SecrecyRule
    places: Partition
    kinds: Partition
    labels: tuple[str, ...]
    grid: Cells
    first: int

    @property
    def size(self) -> int:
        """Number of atoms."""
        return len(self.places.classes) * len(self.kinds.classes)


@dataclass(frozen=True, eq=False)
class Layout:
    """Tables of a family, cells by atoms, and the equations between atoms and between cells."""

    tables: tuple[Table, ...]
    matrix: sp.csr_array
    equations: sp.csr_array
    balances: tuple[Balance, ...]


def links(keys: Iterable[Key], relations: Relations) -> list[Link]:
    """Relations of which every table is there."""
    present = set(keys)
    found = []
    for relation in relations.parts:
        for period in sorted({period for _, period in present}):
            columns = relation.parts if relation.exhaustive else (*relation.parts, relation.rest)
            parts = tuple((column, period) for column in columns)
            found.append(Link((relation.whole, period), parts, relation.by_category))
    found += [Link(None, flow.terms) for flow in relations.flows]
    return [link for link in found if present.issuperset(link.tied)]


def families(keys: Sequence[Key], found: Iterable[Link]) -> list[list[Key]]:
    """Tables that relations tie together, each family in the order of `keys`."""
    owner = {key: i for i, key in enumerate(keys)}
    for link in found:
        tied = {owner[key] for key in link.tied}
        owner = {key: min(tied) if own in tied else own for key, own in owner.items()}
    return [[k for k in keys if owner[k] == i] for i in sorted(set(owner.values()))]


def laid_out(
    rows: pd.DataFrame,
    rules: Mapping[Key, SecrecyRule],
    found: Sequence[Link],
    relations: Relations,
) -> tuple[list[Table], sp.csr_array, Cells]:
    """Tables of one family and the incidence of their cells.

    Parameters
    ----------
    rows : DataFrame
        `column`, `period`, `category`, `value`, `place` (frozenset of communes) and `rank` (0: of
        this publication); rows of the same atoms are one cell.
    rules : mapping
        Rule of each table.
    found : sequence of Link
    relations : Relations

    Returns
    -------
    tuple
        Tables, cells by atoms, and the number of the cell of each row.
    """
    own = {
        (str(c), str(p)): part for (c, p), part in rows.groupby(["column", "period"], sort=False)
    }
    kinds = _kinds(own, found, relations)
    tied = [(link.whole, link.parts) for link in found]
    alike = [(link.whole, link.parts) for link in found if link.by_category]
    places = shared({key: set(own[key]["place"]) for key in rules}, tied)
    leaves = shared({key: set(kinds[key].values()) for key in rules}, alike)
    cell = np.full(len(rows), -1)
    tables: list[Table] = []
    blocks = []
    first = count = 0
    for key, rule in rules.items():
        where, what = partition(places[key]), partition(leaves[key])
        row = np.array([where.sets.index(place) for place in own[key]["place"]])
        column = np.array([what.sets.index(kinds[key][c]) for c in own[key]["category"]])
        grid = np.full((len(where.sets), len(what.sets)), -1)
        used, number = np.unique(row * grid.shape[1] + column, return_inverse=True)
        grid.flat[used] = count + np.arange(len(used))
        cell[rows.index.get_indexer(own[key].index)] = count + number
        blocks.append(sp.kron(sp.csr_array(where.inside * 1.0), what.inside * 1.0, "csr")[used])
        names = {group: category for category, group in kinds[key].items()}
        labels = tuple(names.get(group, "?") for group in what.sets)
        tables.append(Table(key, rule, where, what, labels, grid, first))
        first, count = first + tables[-1].size, count + len(used)
    return tables, sp.csr_array(sp.block_diag(blocks, "csr")), cell


def _kinds(
    own: Mapping[Key, pd.DataFrame], found: Iterable[Link], relations: Relations
) -> dict[Key, dict[str, frozenset[str]]]:
    """Finest categories of each category of each table."""
    kinds: dict[Key, dict[str, frozenset[str]]] = {}
    for family in families(list(own), [link for link in found if link.by_category]):
        used = {category for key in family for category in own[key]["category"]}
        # Values of earlier editions may have been revised since: they prove nothing.
        tables = [own[key][own[key]["rank"] == 0] for key in family]
        cut = groups(used, relations, exhaustive(tables, relations))
        kinds |= {k: {c: cut[c] for c in own[k]["category"].unique()} for k in family}
    return kinds
