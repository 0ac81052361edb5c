"""The master programme: the cheapest cells to hide that satisfy all cuts known so far."""

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from ternois_analysis.errors import SecrecyError
from ternois_analysis.secrecy import implied, rules
from ternois_analysis.secrecy.attack import EPSILON
from ternois_analysis.secrecy.pieces import Sum
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Bools, Cells, Floats

#: Rounds of cuts that need no attacker between two attacks.
ROUNDS = 5


@dataclass(frozen=True)
class Cuts:
    """What any safe pattern satisfies: the shares of the cells hidden of each cover make up one.

    A tie is a cell and others: there is no use in hiding it unless one of the others is hidden, for
    alone in a sum it is found at once.
    """

    covers: tuple[tuple[Cells, Floats], ...] = ()
    ties: tuple[tuple[int, Cells], ...] = ()

    def __add__(self, other: "Cuts") -> "Cuts":
        return Cuts(self.covers + other.covers, self.ties + other.ties)


def choice(system: System, base: Bools, cuts: Cuts, time_limit: float) -> tuple[Bools, float, Cuts]:
    """The cheapest pattern under the cuts, a bound on the cost of any pattern, and cuts added.

    Parameters
    ----------
    system : System
    base : ndarray of bool
        Cells that are hidden whatever happens.
    cuts : Cuts
    time_limit : float
        Seconds for each programme.
    """
    for _ in range(ROUNDS):
        hidden, bound = _solved(system, base, cuts, time_limit)
        more = _at_sight(system, hidden, base)
        cuts = cuts + more
        if not more.covers and not more.ties:
            break
    return hidden, bound, cuts


def _solved(system: System, base: Bools, cuts: Cuts, time_limit: float) -> tuple[Bools, float]:
    hidden = base.copy()
    if not cuts.covers:
        return hidden, 0.0
    free = np.flatnonzero(system.open & ~base)
    place = np.full(len(base), -1)
    place[free] = np.arange(len(free))
    columns = [place[cells] for cells, _ in cuts.covers]
    columns += [place[np.r_[others, [cell]]] for cell, others in cuts.ties]
    signs = [shares for _, shares in cuts.covers]
    signs += [np.r_[np.ones(len(others)), -1.0] for _, others in cuts.ties]
    least = np.r_[np.ones(len(cuts.covers)), np.zeros(len(cuts.ties))]
    starts = np.r_[0, np.cumsum([len(c) for c in columns])]
    shape = len(columns), len(free)
    matrix = sp.csr_array((np.concatenate(signs), np.concatenate(columns), starts), shape=shape)
    answer = milp(
        system.cost[free],
        integrality=np.ones(len(free)),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, least, np.inf),
        # Presolve saves no time here, and HiGHS then prints notes of its own.
        options={"time_limit": time_limit, "mip_rel_gap": 0.0, "presolve": False},
    )
    if answer.x is not None:
        hidden[free[answer.x > 0.5]] = True
        return hidden, float(answer.mip_dual_bound)
    if answer.status != 1:
        raise SecrecyError(f"The search for a pattern failed: {answer.message} Report it.")
    hidden[free] = True
    return hidden, 0.0


def _at_sight(system: System, hidden: Bools, base: Bools) -> Cuts:
    """Cuts seen without any attacker: secrets that one subtraction gives away, and ties."""
    shown = system.shown(hidden)
    owner = {system.atoms(int(cell)): int(cell) for cell in np.flatnonzero(~shown)}
    covers, ties = [], []
    for found in implied.sums(system, shown):
        through = np.unique(np.r_[found.plus, found.minus])
        through = through[system.open[through] & ~base[through]]
        cell = owner.get(tuple(found.atoms[~system.zero[found.atoms]]), -1)
        if found.code or (cell >= 0 and system.primary[cell]):
            covers += [_cover(system, found, cell, through)] if len(through) else []
        elif cell >= 0 and hidden[cell] and not base[cell]:
            ties.append((cell, through))
    return Cuts(tuple(covers), tuple(ties))


def _cover(system: System, found: Sum, cell: int, through: Cells) -> tuple[Cells, Floats]:
    """For a sum to rise, a cell that it adds must rise, or one that it takes away must fall."""
    value = system.truth[found.atoms].sum()
    code = found.code or system.cells["code"].iat[cell]
    most = system.cells["most"].iat[cell] if cell >= 0 else np.nan
    whole = bool(system.whole_numbers[found.atoms].all())
    _, high = rules.required(
        np.array([value]),
        np.array([code], dtype=object),
        np.array([whole]),
        np.array([most]),
        system.least[found.atoms[:1]],
    )
    falling = ~np.isin(through, found.plus)
    fall = system.cells["value"].to_numpy(dtype=float)[through]
    enough = np.where(falling, fall, np.inf) >= high[0] - value - EPSILON
    needed = max(high[0] - value, EPSILON)
    return through, np.where(enough, 1.0, fall / needed)
