"""Requirements as one attacker meets them, and which tables are witnesses for which of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ternois_analysis.secrecy import attack
from ternois_analysis.secrecy.attack import EPSILON, View
from ternois_analysis.secrecy.needs import Requirements
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Bools, Cells, Floats

#: Low and high end of each target in the tables found so far.
Ends = tuple[Floats, Floats]


@dataclass(frozen=True, eq=False)
class Goals:
    """Requirements seen from one view.

    `parts` is the independent part of the problem of each atom (-1: known), `owner` the same as a
    matrix, `touched` the parts on which each target depends.
    """

    system: System
    seen: View
    needs: Requirements
    parts: Cells
    owner: sp.csr_array
    touched: sp.csr_array


def goals(system: System, seen: View, needs: Requirements) -> Goals:
    """The requirements, with the independent parts of the problem on which each depends."""
    parts = attack.components(seen)
    left = np.flatnonzero(parts >= 0)
    shape = len(parts), int(parts.max(initial=0)) + 1
    owner = sp.csr_array((np.ones(len(left)), (left, parts[left])), shape=shape)
    return Goals(system, seen, needs, parts, owner, sp.csr_array(needs.targets @ owner))


def slack(needs: Requirements) -> Floats:
    """Inaccuracy of the solver that is allowed for each requirement."""
    allowed: Floats = EPSILON * np.maximum(1.0, needs.high * 1e-3)
    return allowed


def open_sides(needs: Requirements, ends: Ends) -> tuple[Bools, Bools]:
    """Requirements of which the low side, and those of which the high side, is still to prove."""
    allowed = slack(needs)
    return ends[0] > needs.low + allowed, ends[1] < needs.high - allowed


def widened(aims: Goals, witnesses: Sequence[Floats], ends: Ends) -> Ends:
    """Ends of all targets once some tables are taken into account.

    A table counts for a target if all atoms that hang together with it are whole numbers where
    they are known to be.
    """
    if not witnesses:
        return ends
    stacked = np.stack(witnesses, axis=1)
    value = aims.needs.targets @ stacked
    sound = np.ones(value.shape, dtype=bool)
    if aims.system.whole_numbers.any():
        wrong = np.abs(stacked - np.round(stacked)) > EPSILON
        wrong &= aims.system.whole_numbers[:, None]
        sound = aims.touched @ (aims.owner.T @ wrong.astype(float)) == 0
    low = np.where(sound, value, np.inf).min(axis=1)
    high = np.where(sound, value, -np.inf).max(axis=1)
    return np.minimum(ends[0], low), np.maximum(ends[1], high)
