"""Proving that what must stay uncertain does: witnesses, many at a time and then one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from ternois_analysis.secrecy import attack
from ternois_analysis.secrecy.attack import EPSILON
from ternois_analysis.secrecy.goals import Ends, Goals, goals, open_sides, widened
from ternois_analysis.secrecy.needs import Requirements
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Bools, Cells, Floats

#: Programmes that look for many witnesses at once before the cells left are taken one by one, how
#: few they must prove not to go on, and how often in a row.
ROUNDS, FEW, PATIENCE = 30, 4, 3
#: Witnesses kept from one pattern of suppression to the next.
KEPT = 150


@dataclass(frozen=True, eq=False)
class Proof:
    """What the attacker's interval contains for certain, requirement by requirement.

    The true interval is at least as wide as [`low`, `high`]. Where `safe` is False it is no wider
    on the side that falls short, or the solver gave up there.
    """

    low: Floats
    high: Floats
    safe: Bools
    witnesses: tuple[Floats, ...]


def prove(
    system: System,
    hidden: Bools,
    needs: Requirements,
    witnesses: Sequence[Floats] = (),
    *,
    briefly: bool = False,
) -> Proof:
    """Whether each requirement holds when the hidden cells are not published.

    Parameters
    ----------
    system : System
    hidden : ndarray of bool
        One per cell of the system.
    needs : Requirements
    witnesses : sequence of ndarray
        Tables found for other patterns; they count where they agree with what is published here.
    briefly : bool
        Stop at the first requirement that fails: `safe` then says no more than that one does.
    """
    value = needs.targets @ system.truth
    low, high = value.copy(), value.copy()
    safe = np.ones(len(value), dtype=bool)
    seen = attack.view(system, hidden)
    usable = attack.valid(system, seen.shown, witnesses)
    found: list[Floats] = []
    for given in np.unique(needs.given):
        chosen = np.flatnonzero(needs.given == given)
        known = seen if given < 0 else attack.knowing(system, seen, int(given))
        aims = goals(system, known, needs.rows(chosen))
        agreeing = attack.agreeing(system, int(given), [*usable, *found])
        ends = widened(aims, agreeing, (value[chosen], value[chosen]))
        ends, many = _together(aims, ends)
        ends, few, good = _one_by_one(aims, ends, briefly)
        low[chosen], high[chosen], safe[chosen] = *ends, good
        found += [*many, *few]
        if briefly and not good.all():
            break
    return Proof(low, high, safe, (*witnesses, *found)[-KEPT:])


def _together(aims: Goals, ends: Ends) -> tuple[Ends, list[Floats]]:
    """Push as many targets as possible, each to one side at a time, drawn by lot."""
    draw = np.random.default_rng(0)
    push = _push_whole if aims.system.whole_numbers.any() else _push
    found: list[Floats] = []
    before, fruitless = np.inf, 0
    for _ in range(ROUNDS):
        down, up = open_sides(aims.needs, ends)
        left = down.sum() + up.sum()
        fruitless = 0 if before - left >= FEW else fruitless + 1
        if left < FEW or fruitless >= PATIENCE:
            break
        before = left
        rows = np.flatnonzero(down | up)
        sign = np.where(down & up, draw.choice([-1.0, 1.0], len(down)), np.where(up, 1.0, -1.0))
        movement = push(aims, rows, sign[rows])
        if movement is None:
            break
        witness = attack.moved(aims.system, aims.seen, movement)
        sound = attack.valid(aims.system, aims.seen.shown, [witness])
        ends = widened(aims, sound, ends)
        found += sound
    return ends, found


def _distance(aims: Goals, rows: Cells, sign: Floats) -> Floats:
    goal = np.where(sign > 0, aims.needs.high[rows], aims.needs.low[rows])
    distance: Floats = np.abs(goal - aims.needs.targets[rows] @ aims.system.truth)
    return distance


def _push(aims: Goals, rows: Cells, sign: Floats) -> Floats | None:
    """Move targets towards their bounds, none further than needed: it would take from others."""
    scale = sign / np.maximum(_distance(aims, rows, sign), EPSILON)
    free = sp.diags_array(scale) @ aims.needs.targets[rows][:, aims.seen.unknown]
    limits = sp.csr_array(sp.hstack([-free, sp.eye_array(len(rows))], "csr"))
    objective = np.r_[np.zeros(free.shape[1]), -np.ones(len(rows))]
    return attack.move(aims.seen, objective, (limits, np.zeros(len(rows))), extra=len(rows))


def _push_whole(aims: Goals, rows: Cells, sign: Floats) -> Floats | None:
    """Move targets by small steps, so that corners are whole numbers nearly everywhere."""
    longest = max(1.0, np.ceil(np.median(_distance(aims, rows, sign))))
    step = np.full(int(aims.seen.unknown.sum()), longest)
    whole = aims.system.whole_numbers[aims.seen.unknown]
    objective = -(sign @ aims.needs.targets[rows][:, aims.seen.unknown])
    movement = None
    for _ in range(PATIENCE):
        movement = attack.move(aims.seen, objective, step=step)
        if movement is None:
            break
        broken = whole & (np.abs(movement - np.round(movement)) > EPSILON)
        if not broken.any():
            break
        # Atoms that would move by a fraction stay where they are.
        step = np.where(broken, 0.0, step)
    return movement


def _one_by_one(aims: Goals, ends: Ends, briefly: bool) -> tuple[Ends, list[Floats], Bools]:
    found: list[Floats] = []
    good = np.ones(len(aims.needs.low), dtype=bool)
    for side in (0, 1):
        for row in np.argsort(-aims.needs.high, kind="stable"):
            if not open_sides(aims.needs, ends)[side][row]:
                continue
            witness = _reach(aims, int(row), side)
            if witness is not None:
                ends = widened(aims, [witness], ends)
                found.append(witness)
            good[row] &= not open_sides(aims.needs, ends)[side][row]
            if briefly and not good[row]:
                return ends, found, good
    return ends, found, good


def _reach(aims: Goals, row: int, side: int) -> Floats | None:
    """The table in which a target is as low (side 0) or high (side 1) as required, or nearly.

    None when the target follows from what is published.
    """
    system, needs = aims.system, aims.needs
    target = sp.csr_array(needs.targets[[row]])
    local = attack.near(aims.seen, aims.parts, target)
    free = sp.csr_array(target[:, local.unknown])
    if not free.nnz:
        return None
    sign = -1.0 if side else 1.0
    goal = (needs.high if side else needs.low)[row] - float((target @ system.truth)[0])
    limits = sp.csr_array(-sign * free), np.array([-sign * goal])
    objective = sign * free.toarray().ravel()
    movement = attack.move(local, objective, limits)
    whole = system.whole_numbers[local.unknown]
    if movement is not None and (np.abs(movement - np.round(movement))[whole] > EPSILON).any():
        movement = attack.whole_move(local, objective, limits, whole)
    if movement is None:
        return None
    witness = attack.moved(system, local, movement)
    return witness if attack.valid(system, aims.seen.shown, [witness]) else None
