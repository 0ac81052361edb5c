"""Sums that nobody prints and everybody can work out by subtracting published cells.

Pays − four communities is the fifth; a total − the trades shown is the trades hidden; an EPCI − its
part in the department is the commune beyond the border. The rules apply to these sums too.
"""

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp

from ternois_analysis import french
from ternois_analysis.secrecy import pieces, rules
from ternois_analysis.secrecy.needs import Requirements, Secret
from ternois_analysis.secrecy.pieces import Sum
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Bools, Cells, Floats, Table


def sums(system: System, shown: Bools) -> list[Sum]:
    """All sums found by one subtraction: in territory, in category, in both, between tables."""
    figures = pieces.figures(system)
    within = [
        found
        for table in system.tables
        if table.rule.kind != "free"
        for way in (_differences, _remainders)
        for found in way(system, table, shown, figures)
    ]
    return [*within, *_balances(system, shown)]


def secrets(system: System, shown: Bools) -> list[Sum]:
    """Sums found by one subtraction that the rules forbid, and that are no cell of their own."""
    cells = {system.atoms(int(cell)) for cell in np.flatnonzero(system.primary)}
    return [
        one
        for one in sums(system, shown)
        if one.code and tuple(one.atoms[~system.zero[one.atoms]]) not in cells
    ]


def requirements(system: System, found: list[Sum]) -> Requirements:
    """What protecting some sums asks for."""
    targets = np.zeros((len(found), system.matrix.shape[1]))
    for row, one in enumerate(found):
        targets[row, one.atoms] = 1.0
    whole = np.array([system.whole_numbers[one.atoms].all() for one in found], dtype=bool)
    code = np.array([one.code for one in found], dtype=object)
    nobody = np.full(len(found), np.nan)
    least = np.array([system.least[one.atoms[0]] for one in found])
    low, high = rules.required(targets @ system.truth, code, whole, nobody, least)
    none = np.full(len(found), -1)
    secrets = tuple(_secret(system, one) for one in found)
    return Requirements(sp.csr_array(targets), low, high, none, none, secrets)


def _secret(system: System, one: Sum) -> Secret:
    plus, minus = ([system.names[cell] for cell in cells] for cells in (one.plus, one.minus))
    what = f" {french.MINUS} ".join([" + ".join(plus), *minus])
    reason = rules.sentence(one.code, system.rule(int(one.atoms[0])))
    return Secret(
        what or "ce que des territoires qui se recouvrent ont en commun", one.code, reason
    )


def _subtracted(figures: Floats, plus: Cells, minus: Cells) -> Floats:
    total: Floats = figures[plus].sum(axis=-2) - figures[minus].sum(axis=-2)
    return total


def _differences(system: System, table: Table, shown: Bools, figures: Floats) -> list[Sum]:
    """(A − B) × (c − d) for nested territories A, B and nested categories c, d, all published."""
    big, small, places = _pairs(table.places.inside)
    wide, narrow, kinds = _pairs(table.kinds.inside)
    printed = np.where(np.append(shown, False)[table.grid], table.grid, -1)
    grid = np.pad(printed, ((0, 1), (0, 1)), constant_values=-1)
    # A×c and B×d add, B×c and A×d take away; a missing B or d asks for no cell.
    corners = np.stack(
        [
            grid[np.ix_(a, c)]
            for a, c in ((big, wide), (small, narrow), (small, wide), (big, narrow))
        ]
    )
    no_place, no_kind = (small < 0)[:, None], (narrow < 0)[None, :]
    optional = np.broadcast_arrays(no_place & no_kind, no_place | no_kind, no_place, no_kind)
    known = (corners[0] >= 0) & ~optional[0]
    for corner, free in zip(corners[1:], optional[1:], strict=True):
        known &= (corner >= 0) | free
    row, column = np.nonzero(known)
    plus, minus = corners[:2, row, column].T, corners[2:, row, column].T
    top = pieces.largest(system, table, places, kinds)[row, column]
    codes = pieces.codes(table, _subtracted(figures, plus, minus), top)
    found = []
    for i in np.flatnonzero(codes != ""):
        atoms = pieces.atoms(table, places[row[i]], kinds[column[i]])
        cells = plus[i][plus[i] >= 0], minus[i][minus[i] >= 0]
        found.append(pieces.checked(system, atoms, *cells, str(codes[i])))
    return found


def _pairs(inside: Bools) -> tuple[Cells, Cells, Bools]:
    """Rows of a set and of a smaller one within it (-1: none), and what is left of the first."""
    big, small = np.nonzero(pieces.contains(inside))
    alone = np.arange(len(inside))
    first, second = np.r_[alone, big], np.r_[np.full(len(alone), -1), small]
    blank = np.vstack([inside, np.zeros(inside.shape[1], dtype=bool)])
    return first, second, inside[first] & ~blank[second]


def _remainders(system: System, table: Table, shown: Bools, figures: Floats) -> list[Sum]:
    """A published cell less the largest published cells within it, for each way of cutting it."""
    printed = np.append(shown, False)[table.grid]
    found = []
    for i, j, rows, left in _uncovered(table.places.inside, printed):
        found.append((left, table.kinds.inside[j], table.grid[i, j], table.grid[rows, j]))
    for j, i, columns, left in _uncovered(table.kinds.inside, printed.T):
        found.append((table.places.inside[i], left, table.grid[i, j], table.grid[i, columns]))
    result = []
    for places, kinds, parent, minus in found:
        plus = np.array([parent])
        top = pieces.largest(system, table, places[None], kinds[None])[0]
        codes = pieces.codes(table, _subtracted(figures, plus[None], minus[None]), top)
        atoms = pieces.atoms(table, places, kinds)
        result.append(pieces.checked(system, atoms, plus, minus, str(codes[0])))
    return result


def _uncovered(inside: Bools, printed: Bools) -> Iterator[tuple[int, int, Cells, Bools]]:
    """Set, other axis, largest disjoint printed sets within it, and classes that none covers."""
    contains = pieces.contains(inside)
    order = np.argsort(-inside.sum(axis=1), kind="stable")
    for i in np.flatnonzero(contains.any(axis=1)):
        below = order[contains[i, order]]
        shown = printed[below]
        largest = shown & ~(contains[np.ix_(below, below)].T.astype(int) @ shown > 0)
        cover = inside[below].T.astype(int) @ largest
        for j in np.flatnonzero(printed[i] & largest.any(axis=0)):
            rows = below[largest[:, j]]
            if (cover[:, j] > 1).any():
                rows = _disjoint(inside, rows)
            left = inside[i] & ~inside[rows].any(axis=0)
            if left.any():
                yield int(i), int(j), rows, left


def _disjoint(inside: Bools, rows: Cells) -> Cells:
    taken = np.zeros(inside.shape[1], dtype=bool)
    kept = []
    for row in rows:
        if not (inside[row] & taken).any():
            taken |= inside[row]
            kept.append(row)
    return np.array(kept, dtype=int)


def _balances(system: System, shown: Bools) -> Iterator[Sum]:
    """Cells left alone in a relation between tables, of which everything else is published."""
    code = system.cells["code"].to_numpy(dtype=object)
    for signs, cells in system.balances:
        seen = shown[cells]
        for row in np.flatnonzero((~seen).sum(axis=1) == 1):
            alone = int(np.flatnonzero(~seen[row])[0])
            cell = int(cells[row, alone])
            side = -signs * signs[alone]
            plus, minus = (cells[row, seen[row] & half] for half in (side > 0, side < 0))
            yield Sum(np.array(system.atoms(cell), dtype=int), plus, minus, str(code[cell]))
