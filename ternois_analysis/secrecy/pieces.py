"""Pieces of a table, some areas by some finest categories, and why one may not be known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ternois_analysis.secrecy import rules
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Bools, Cells, Floats, Table


@dataclass(frozen=True, eq=False)
class Sum:
    """A sum that follows from cells: its atoms, what it is made from, and its reason.

    `plus` and `minus` are numbers of cells, empty where the sum takes more than one subtraction;
    `code` is empty when the sum may be known.
    """

    atoms: Cells
    plus: Cells
    minus: Cells
    code: str


def contains(inside: Bools) -> Bools:
    """Whether the set of each row strictly contains the set of each other row."""
    size = inside.sum(axis=1)
    common = inside.astype(int) @ inside.T.astype(int)
    result: Bools = (common == size[None, :]) & (size[:, None] > size[None, :])
    return result


def figures(system: System) -> Floats:
    """Value, n and size of the group of each cell; a last row of zeros stands for no cell."""
    columns = system.cells[["value", "n", "whole"]].to_numpy(dtype=float)
    return np.vstack([columns, np.zeros(3)])


def atoms(table: Table, places: Bools, kinds: Bools) -> Cells:
    """Numbers of the atoms of one piece."""
    width = len(table.kinds.classes)
    grid: Cells = np.flatnonzero(places)[:, None] * width + np.flatnonzero(kinds)[None, :]
    return table.first + grid.ravel()


def largest(system: System, table: Table, places: Bools, kinds: Bools) -> Floats:
    """Largest contribution in each piece: one row a set of areas, one column a set of leaves."""
    if not table.rule.dominance_pct:
        return np.zeros((len(places), len(kinds)))
    top = system.top[table.first : table.first + table.size]
    top = top.reshape(places.shape[1], kinds.shape[1])
    by_place = np.stack([top[row].max(axis=0, initial=0.0) for row in places])
    return np.stack([by_place[:, column].max(axis=1, initial=0.0) for column in kinds], axis=1)


def codes(table: Table, totals: Floats, top: Floats) -> NDArray[np.object_]:
    """Reason why each piece may not be known, from its figures and its largest contribution."""
    value, n, whole = totals[:, 0], totals[:, 1].round(6), totals[:, 2].round(6)
    return rules.reasons(table.rule, value.round(9), n, np.minimum(top, value), whole)


def checked(system: System, atoms: Cells, plus: Cells, minus: Cells, code: str) -> Sum:
    """A sum; that one unit dominates it matters only where its pieces are nobody's cells.

    Otherwise that unit dominates a cell of its own too, which has its own protection.
    """
    if code == "dominance" and not np.isnan(system.units[atoms]).any():
        code = ""
    return Sum(atoms, plus, minus, code)
