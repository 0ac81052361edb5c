"""Which published cells give a hidden one away: a smallest set of them, none of which is useless.

The same set serves twice. In an audit it says through which tables a cell leaks; in the search for
a pattern it is a cut: enough of these cells must be hidden to make up for what is missing.
"""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from ternois_analysis.secrecy.goals import slack
from ternois_analysis.secrecy.needs import Requirements
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Bools, Cells, Floats

#: Multipliers smaller than this are rounding of the solver.
_NOTHING = 1e-7


@dataclass(frozen=True, eq=False)
class Core:
    """Cells that break a requirement, and the share of what is missing that hiding each can give.

    A cell that must fall to help cannot fall by more than its value: hiding a small one does little
    for a large one. The requirement holds only if the shares of the hidden ones add up to one.
    """

    cells: Cells
    shares: Floats
    equations: Cells

    def open(self, system: System) -> "Core":
        """The part of it that may be hidden."""
        kept = system.open[self.cells]
        return Core(self.cells[kept], self.shares[kept], self.equations)


def core(
    system: System, shown: Bools, needs: Requirements, row: int, tries: int | None = None
) -> Core | None:
    """Published cells that together break a requirement; leaving any one out, they do not.

    Parameters
    ----------
    system : System
    shown : ndarray of bool
        Published cells.
    needs : Requirements
    row : int
    tries : int, optional
        How many cells to try to leave out; all of them by default. Few can be: what the solver
        gives is nearly a smallest set.

    Returns
    -------
    Core or None
        None if the requirement holds for an attacker who does not reason with whole numbers.
    """
    everything = Core(np.flatnonzero(shown), np.empty(0), np.arange(system.equations.shape[0]))
    for side in (0, 1):
        found = _breaking(system, everything, needs, row, side)
        if found is None:
            continue
        # Cheap cells are tried first: a set of dear cells says more about what protection costs.
        for cell in found.cells[np.argsort(system.cost[found.cells], kind="stable")][:tries]:
            if cell in found.cells:
                others = Core(found.cells[found.cells != cell], np.empty(0), found.equations)
                found = _breaking(system, others, needs, row, side) or found
        return found
    return None


def _breaking(system: System, known: Core, needs: Requirements, row: int, side: int) -> Core | None:
    """Those of some cells and equations that break one side of a requirement; None if none do."""
    target = sp.csr_array(needs.targets[[row]])
    given = needs.given[row]
    cells = np.r_[known.cells, [given]] if given >= 0 else known.cells
    rows = sp.csr_array(sp.vstack([system.matrix[cells], system.equations[known.equations]], "csr"))
    live = np.asarray(abs(rows).sum(axis=0)).ravel() > 0
    wanted = np.zeros(len(live), dtype=bool)
    wanted[target.indices] = True
    if side and (wanted & ~live & ~system.zero).any():
        return None
    live = (live | wanted) & ~system.zero
    sign = -1.0 if side else 1.0
    size = int(live.sum())
    goal = sign * target[:, live].toarray().ravel()
    answer = linprog(
        np.r_[goal, -goal],
        A_eq=sp.hstack([rows[:, live], -rows[:, live]], "csr"),
        b_eq=np.zeros(rows.shape[0]),
        bounds=np.c_[np.zeros(2 * size), np.r_[np.full(size, np.inf), system.truth[live]]],
        options={"presolve": False},
    )
    if answer.status != 0:
        return None
    value = float((target @ system.truth)[0])
    needed = abs((needs.high if side else needs.low)[row] - value)
    missing = needed + answer.fun
    if missing <= slack(needs)[row]:
        return None
    price = answer.eqlin.marginals
    count = len(known.cells)
    used, equations = np.abs(price[:count]) > _NOTHING, np.abs(price[len(cells) :]) > _NOTHING
    # Where the price is negative the cell must rise, and nothing limits that.
    fall = price[:count][used] * system.cells["value"].to_numpy(dtype=float)[known.cells[used]]
    shares = np.where(price[:count][used] < 0, 1.0, np.minimum(1.0, fall / missing))
    return Core(known.cells[used], shares, known.equations[equations])
