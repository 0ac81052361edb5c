"""What somebody who has all published cells can find: linear programmes over the unknown atoms.

A cell is proven safe by exhibiting other tables with the same published cells in which it is low
enough and high enough: such a *witness* is checked by multiplication, without trust in the solver.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse.csgraph import connected_components

from ternois_analysis.errors import SecrecyError
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Bools, Cells, Floats

#: Accuracy of the solver's answers, in units of the cells.
EPSILON = 1e-6
#: Seconds given to one programme in whole numbers; without answer, the cell counts as unsafe.
_PATIENCE = 5.0


@dataclass(frozen=True, eq=False)
class View:
    """The attacker's problem once everything that follows at once has been worked out.

    `unknown` are the atoms left, `truth` their values; a movement away from it that nobody can see
    has `rows @ movement = 0`.
    """

    shown: Bools
    unknown: Bools
    rows: sp.csr_array
    truth: Floats


def view(system: System, hidden: Bools) -> View:
    """What is left to find when all cells but the hidden ones are published."""
    shown = system.shown(hidden)
    rows = sp.csr_array(sp.vstack([system.matrix[shown], system.equations], "csr"))
    rhs = rows @ system.truth
    size = abs(rows)
    positive = np.ones(rows.shape[0], dtype=bool)
    positive[shown.sum() :] = False
    unknown = ~system.zero
    while True:
        left = size @ unknown.astype(float)
        remainder = rhs - rows @ np.where(unknown, 0.0, system.truth)
        solved = (left == 1) | (positive & (left > 0) & (remainder <= EPSILON))
        found = (size[solved].T @ np.ones(solved.sum()) > 0) & unknown
        if not found.any():
            break
        unknown = unknown & ~found
    kept = left > 0
    return View(shown, unknown, sp.csr_array(rows[kept][:, unknown]), system.truth[unknown])


def knowing(system: System, seen: View, given: int) -> View:
    """What is left to find for somebody who knows one more cell."""
    shown = seen.shown.copy()
    shown[given] = True
    more = system.matrix[[given]][:, seen.unknown]
    return View(shown, seen.unknown, sp.csr_array(sp.vstack([seen.rows, more], "csr")), seen.truth)


def move(
    seen: View,
    objective: Floats,
    limits: tuple[sp.csr_array, Floats] | None = None,
    extra: int = 0,
    step: float | Floats = np.inf,
) -> Floats | None:
    """The movement away from the truth that makes `objective` smallest; None when unbounded.

    Movements are split into rises and falls: the truth, no movement at all, is then a corner from
    which the simplex method starts, and what it finds moves few atoms.

    Parameters
    ----------
    seen : View
    objective : ndarray
        Over the movements of the unknown atoms, then `extra` variables that are at most 1.
    limits : tuple, optional
        Matrix and right side of `matrix @ variables <= side`.
    step : float or ndarray
        Largest movement of each unknown atom.

    Raises
    ------
    SecrecyError
        If the solver fails: nothing is then known to be safe.
    """
    size = seen.rows.shape[1]
    if not size:
        return np.zeros(0)
    atoms, others = slice(None, size), slice(size, None)
    equal = [seen.rows, -seen.rows, sp.csr_array((seen.rows.shape[0], extra))]
    above = [limits[0][:, atoms], -limits[0][:, atoms], limits[0][:, others]] if limits else None
    low = np.r_[np.zeros(2 * size), np.full(extra, -np.inf)]
    furthest = np.broadcast_to(step, size)
    high = np.r_[furthest, np.minimum(seen.truth, furthest), np.ones(extra)]
    answer = linprog(
        np.r_[objective[atoms], -objective[atoms], objective[others]],
        A_ub=sp.hstack(above, "csr") if above else None,
        b_ub=limits[1] if limits else None,
        A_eq=sp.hstack(equal, "csr"),
        b_eq=np.zeros(seen.rows.shape[0]),
        bounds=np.c_[low, high],
        options={"presolve": False},
    )
    if answer.status == 3:
        return None
    if answer.status != 0:
        raise SecrecyError(f"The audit's linear programme failed: {answer.message} Report it.")
    return np.asarray(answer.x[:size] - answer.x[size : 2 * size])


def whole_move(
    seen: View, objective: Floats, limits: tuple[sp.csr_array, Floats], whole: Bools
) -> Floats | None:
    """As `move`, for an attacker who knows that the atoms of `whole` are whole numbers."""
    known = LinearConstraint(seen.rows, 0.0, 0.0)
    answer = milp(
        objective,
        integrality=whole,
        bounds=Bounds(-seen.truth, np.inf),
        constraints=[known, LinearConstraint(limits[0], -np.inf, limits[1])],
        options={"time_limit": _PATIENCE},
    )
    return None if answer.x is None else np.where(whole, np.round(answer.x), answer.x)


def moved(system: System, seen: View, movement: Floats) -> Floats:
    """All atoms after a movement of the unknown ones."""
    atoms = system.truth.copy()
    atoms[seen.unknown] = np.maximum(atoms[seen.unknown] + movement, 0.0)
    return atoms


def components(seen: View) -> Cells:
    """Number of the independent part of the problem to which each atom belongs, -1 when known."""
    size = seen.rows.shape[1]
    both = sp.block_array([[None, abs(seen.rows)], [abs(seen.rows).T, None]], format="csr")
    label = np.full(len(seen.unknown), -1)
    if size:
        label[seen.unknown] = connected_components(both, directed=False)[1][-size:]
    return label


def near(seen: View, label: Cells, target: sp.csr_array) -> View:
    """The part of the problem that a target depends on; the other atoms stay what they are."""
    own = np.unique(label[target.indices])
    inside = np.isin(label, own[own >= 0])
    rows = seen.rows[:, inside[seen.unknown]]
    kept = np.diff(rows.indptr) > 0
    return View(seen.shown, inside, sp.csr_array(rows[kept]), seen.truth[inside[seen.unknown]])


def valid(system: System, shown: Bools, witnesses: Sequence[Floats]) -> list[Floats]:
    """Witnesses that agree with every published cell and equation."""
    if not witnesses:
        return []
    known = sp.vstack([system.matrix[shown], system.equations], "csr")
    truth = known @ system.truth
    allowed = EPSILON * np.maximum(1.0, np.abs(truth) * 1e-3)
    stacked = np.stack(witnesses, axis=1)
    good = (np.abs(known @ stacked - truth[:, None]) <= allowed[:, None]).all(axis=0)
    good &= stacked.min(axis=0) >= 0
    return [w for w, keep in zip(witnesses, good, strict=True) if keep]


def agreeing(system: System, given: int, witnesses: Sequence[Floats]) -> list[Floats]:
    """Witnesses that agree with one more cell; all of them when `given` is -1."""
    if given < 0 or not witnesses:
        return list(witnesses)
    row = system.matrix[[given]]
    gap = np.abs(row @ (np.stack(witnesses, axis=1) - system.truth[:, None]))[0]
    return [w for w, distance in zip(witnesses, gap, strict=True) if distance <= EPSILON]
