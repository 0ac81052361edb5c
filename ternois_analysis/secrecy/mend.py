"""Making an unsafe pattern safe: hide what a table that differs enough must change, and no more."""

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from ternois_analysis.errors import SecrecyError, explain
from ternois_analysis.secrecy import attack, cores, implied, insiders
from ternois_analysis.secrecy.attack import EPSILON
from ternois_analysis.secrecy.cores import Core
from ternois_analysis.secrecy.goals import open_sides
from ternois_analysis.secrecy.needs import Requirements
from ternois_analysis.secrecy.proof import Proof, prove
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Bools, Cells, Floats

#: Programmes that mend many leaks at once before the leaks left are mended one by one.
ROUNDS = 8
#: What reaching a target is worth, in units of the dearest cell.
REWARD = 50.0


def mended(
    system: System, hidden: Bools, needs: Requirements, witnesses: tuple[Floats, ...]
) -> tuple[Bools, Requirements, Proof]:
    """A safe pattern that hides no less than the one given.

    Parameters
    ----------
    system : System
    hidden : ndarray of bool
        Cells hidden so far.
    needs : Requirements
        What must be protected.
    witnesses : tuple of ndarray
        Tables that may prove requirements.

    Returns
    -------
    tuple
        The pattern, all that it protects (sums and insiders that came up included), and the proof.

    Raises
    ------
    SecrecyError
        If a secret follows from what is public already.
    """
    hidden = hidden.copy()
    draw = np.random.default_rng(0)
    turn = 0
    while True:
        needs = needs + implied.requirements(system, implied.secrets(system, system.shown(hidden)))
        proof = prove(system, hidden, needs, witnesses)
        witnesses = proof.witnesses
        unsafe = np.flatnonzero(~proof.safe)
        if not len(unsafe):
            more = insiders.requirements(system, attack.view(system, hidden), needs)
            if more is None:
                return hidden, needs, proof
            needs = needs + more
            continue
        outside = unsafe[needs.given[unsafe] < 0]
        together = len(outside) > 0 and turn < ROUNDS
        before = hidden.sum()
        for group in [outside] if together else list(unsafe[:, None]):
            sides = _sides(proof, needs, group, draw.choice([-1.0, 1.0], len(group)))
            hidden |= _changed(system, hidden, needs.rows(group), sides)
        # Every turn hides one cell more at least, or ends in an error.
        if hidden.sum() == before:
            hidden |= _any_cell(system, hidden, needs, int(unsafe[0]))
        turn += 1


def _sides(proof: Proof, needs: Requirements, rows: Cells, drawn: Floats) -> Floats:
    """The side to which each target must still move; as drawn where it is both."""
    down, up = open_sides(needs, (proof.low, proof.high))
    return np.where(down[rows] & up[rows], drawn, np.where(up[rows], 1.0, -1.0))


def _changed(system: System, hidden: Bools, needs: Requirements, sign: Floats) -> Bools:
    """Published cells that change in a table which brings targets to their bounds at least cost.

    The cost of a change stands in for the fixed cost of hiding a cell, which would make this a
    whole-number programme of its own.
    """
    fixed = system.known.copy()
    fixed[needs.given[needs.given >= 0]] = True
    cells = np.flatnonzero(system.open & ~hidden & ~fixed)
    live = ~system.zero
    still = sp.vstack([system.matrix[fixed], system.equations], "csr")[:, live]
    loose = system.matrix[cells][:, live]
    goal = np.where(sign > 0, needs.high, needs.low)
    width = np.maximum(np.abs(goal - needs.targets @ system.truth), EPSILON)
    aims = sp.diags_array(sign / width) @ needs.targets[:, live]
    # Variables: rises and falls of atoms, of cells that may be hidden, and targets reached.
    atoms, count, number = int(live.sum()), len(cells), len(width)
    none, one = sp.csr_array((still.shape[0], count)), sp.eye_array(count)
    equal = [
        [still, -still, none, none, sp.csr_array((still.shape[0], number))],
        [loose, -loose, -one, one, sp.csr_array((count, number))],
    ]
    above = [-aims, aims, sp.csr_array((number, 2 * count)), sp.eye_array(number)]
    cost = system.cost[cells] / system.cost[cells].max(initial=1.0) / width.max(initial=1.0)
    low = np.r_[np.zeros(2 * (atoms + count)), np.full(number, -np.inf)]
    high = np.r_[np.full(atoms, np.inf), system.truth[live], np.full(2 * count, np.inf)]
    answer = linprog(
        np.r_[np.zeros(2 * atoms), cost, cost, np.full(number, -REWARD)],
        A_ub=sp.hstack(above, "csr"),
        b_ub=np.zeros(number),
        A_eq=sp.block_array(equal, format="csr"),
        b_eq=np.zeros(still.shape[0] + count),
        bounds=np.c_[low, np.r_[high, np.ones(number)]],
    )
    if answer.x is None:
        raise SecrecyError(f"The search for a pattern failed: {answer.message} Report it.")
    changes = answer.x[2 * atoms : 2 * (atoms + count)].reshape(2, count).sum(axis=0)
    found = np.zeros(len(hidden), dtype=bool)
    found[cells[changes > EPSILON]] = True
    return found


def _any_cell(system: System, hidden: Bools, needs: Requirements, row: int) -> Bools:
    """The cheapest of the cells that give a target away, when no table of fractions helps."""
    shown = system.shown(hidden)
    leak = blamed(system, shown, needs, row, cores.core(system, shown, needs, row))
    found = np.zeros(len(hidden), dtype=bool)
    found[cheapest(system, leak)] = True
    return found


def cheapest(system: System, leak: Core) -> int:
    """The cheapest of the cells of which hiding one may be enough."""
    enough = leak.cells[leak.shares >= leak.shares.max()]
    return int(enough[np.argmin(system.cost[enough])])


def blamed(system: System, shown: Bools, needs: Requirements, row: int, leak: Core | None) -> Core:
    """Open cells of which some must be hidden for a requirement that fails to hold.

    Parameters
    ----------
    system : System
    shown : ndarray of bool
    needs : Requirements
    row : int
    leak : Core or None
        What `cores.core` says. None: the target is narrowed by whole numbers only, no small set is
        to blame, and any cell may help.

    Raises
    ------
    SecrecyError
        If there is none: a secret follows from what is public already.
    """
    if leak is None:
        cells = np.flatnonzero(shown)
        leak = Core(cells, np.ones(len(cells)), np.empty(0, dtype=int))
    choice = leak.open(system)
    if not len(choice.cells):
        raise SecrecyError(
            explain(
                f"{needs.secrets[row].what}: this secret follows from what is public already",
                expected=f"an interval of at least [{needs.low[row]:g} ; {needs.high[row]:g}]",
                found=[system.names[cell] for cell in leak.cells],
                do="Withdraw an earlier edition, or do not publish this table.",
            )
        )
    return choice
