"""The attacker's intervals, for the record: what is certain for free, or exact at a price."""

import numpy as np
import scipy.sparse as sp

from ternois_analysis.secrecy import attack
from ternois_analysis.secrecy.attack import EPSILON, View
from ternois_analysis.secrecy.goals import Ends, goals, widened
from ternois_analysis.secrecy.needs import Requirements
from ternois_analysis.secrecy.proof import Proof
from ternois_analysis.secrecy.system import System


def attained(system: System, seen: View, targets: sp.csr_array, proof: Proof) -> Ends:
    """Interval that the attacker cannot do better than, from the tables of a proof."""
    value = targets @ system.truth
    none = np.full(len(value), -1)
    aims = goals(system, seen, Requirements(targets, value, value, none, none, ()))
    return widened(aims, attack.valid(system, seen.shown, proof.witnesses), (value, value))


def extremes(system: System, seen: View, targets: sp.csr_array) -> Ends:
    """Smallest and largest value that all published cells allow, one programme each.

    Where cells are known to be whole, bounds are rounded to the whole numbers between them. A value
    without limit is infinite.
    """
    parts = attack.components(seen)
    value = targets @ system.truth
    ends = np.stack([value, value])
    for row in range(len(value)):
        target = sp.csr_array(targets[[row]])
        local = attack.near(seen, parts, target)
        free = target[:, local.unknown].toarray().ravel()
        for side, sign in enumerate((1.0, -1.0)) if free.any() else ():
            movement = attack.move(local, sign * free)
            ends[side, row] = -sign * np.inf if movement is None else value[row] + free @ movement
    whole = targets @ (~system.whole_numbers).astype(float) == 0
    low = np.where(whole, np.ceil(ends[0] - EPSILON), ends[0])
    return low, np.where(whole, np.floor(ends[1] + EPSILON), ends[1])
