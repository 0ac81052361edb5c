"""Complementary suppression: the least costly set of cells to hide so that no secret can be found.

A master programme chooses cells under cuts; an attacker tries the choice; each leak found gives a
smallest set of published cells of which one must go (see `cores`), added as a cut. The master's
bound and the best safe pattern close in on each other: cutting planes after Fischetti and Salazar
(2001), cuts by hitting sets after Davies and Bacchus (2011). A safe pattern is at hand from the
first round on; what a time limit costs is optimality, never protection.
"""

import itertools
import time
from dataclasses import dataclass

import numpy as np

from ternois_analysis.secrecy import attack, cores, implied, insiders
from ternois_analysis.secrecy.master import Cuts, choice
from ternois_analysis.secrecy.mend import blamed, cheapest, mended
from ternois_analysis.secrecy.needs import Requirements, of_cells
from ternois_analysis.secrecy.overlaps import overlaps
from ternois_analysis.secrecy.proof import prove
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Bools, Cells, Floats

#: Two patterns whose costs differ by less than this share are as good as each other.
_EVEN = 1e-9
#: Share of the time kept to take cells out of a pattern that is not known to be the best.
_TRIMMING = 0.3
#: Leaks looked into at once, cells tried out of each, passes of an attack, and attacks between two
#: safe patterns.
_LEAKS, _TRIES, _PASSES, _PAUSE = 150, 3, 3, 4


@dataclass(frozen=True, eq=False)
class Pattern:
    """Cells to hide, what hiding them costs, and what it would cost at least."""

    hidden: Bools
    cost: float
    bound: float


def first_needs(system: System) -> Requirements:
    """What must be protected whatever is shown: cells that rules hide, and overlaps."""
    return of_cells(system) + implied.requirements(system, overlaps(system))


def suppress(system: System, *, time_limit: float = 30.0, hidden: Bools | None = None) -> Pattern:
    """The cells to hide.

    Parameters
    ----------
    system : System
    time_limit : float
        Seconds after which the best safe pattern is taken; the first one is always finished.
    hidden : ndarray of bool, optional
        Cells that must be hidden whatever happens, at no cost.

    Returns
    -------
    Pattern

    Raises
    ------
    SecrecyError
        If a secret can be found from what is already public.
    """
    start = time.monotonic()
    base = system.primary if hidden is None else system.primary | hidden
    base = base & ~system.known
    needs, cuts = first_needs(system), Cuts()
    witnesses: tuple[Floats, ...] = ()
    best, lowest, bound = base, np.inf, 0.0
    end = start + (1 - _TRIMMING) * time_limit
    for turn in itertools.count():
        trial, least, cuts = choice(system, base, cuts, max(end - time.monotonic(), 1.0))
        bound = max(bound, least)
        leaks, needs, witnesses = _attacked(system, trial, needs, witnesses, end)
        if not leaks:
            best, lowest = trial, _cost(system, trial, base)
            break
        cuts = cuts + Cuts(tuple(leaks))
        over = time.monotonic() > end
        if over or turn % _PAUSE == 0:
            safe, needs, proof = mended(system, trial, needs, witnesses)
            witnesses = proof.witnesses
            if _cost(system, safe, base) < lowest:
                best, lowest = safe, _cost(system, safe, base)
        if over or _best(lowest, bound):
            break
    if not _best(lowest, bound):
        best = _trimmed(system, best, base, needs, witnesses, start + time_limit)
        lowest = _cost(system, best, base)
    return Pattern(best, lowest, min(bound, lowest))


def _cost(system: System, hidden: Bools, base: Bools) -> float:
    return float(system.cost[hidden & ~base].sum())


def _best(cost: float, bound: float) -> bool:
    return cost <= bound + _EVEN * max(1.0, cost)


def _attacked(
    system: System,
    hidden: Bools,
    needs: Requirements,
    witnesses: tuple[Floats, ...],
    end: float,
) -> tuple[list[tuple[Cells, Floats]], Requirements, tuple[Floats, ...]]:
    """Leaks of a pattern, each as the open cells that must make up for it; none: it is safe."""
    shown = system.shown(hidden)
    needs = needs + implied.requirements(system, implied.secrets(system, shown))
    while True:
        proof = prove(system, hidden, needs, witnesses)
        witnesses = proof.witnesses
        if not proof.safe.all():
            break
        more = insiders.requirements(system, attack.view(system, hidden), needs)
        if more is None:
            return [], needs, witnesses
        needs = needs + more
    leaks: list[tuple[Cells, Floats]] = []
    for _ in range(_PASSES):
        for row in np.flatnonzero(~proof.safe)[:_LEAKS]:
            leak = cores.core(system, shown, needs, int(row), tries=_TRIES)
            if leak is None and leaks:
                continue  # Mended by a cell hidden for another leak.
            if leaks and time.monotonic() > end:
                return leaks, needs, witnesses
            leak = blamed(system, shown, needs, int(row), leak)
            leaks.append((leak.cells, leak.shares))
            # Leaks that share no cell say more about the cost than the same one over again.
            shown[cheapest(system, leak)] = False
        proof = prove(system, ~shown, needs, witnesses)
    return leaks, needs, witnesses


def _trimmed(
    system: System,
    hidden: Bools,
    base: Bools,
    needs: Requirements,
    witnesses: tuple[Floats, ...],
    end: float,
) -> Bools:
    """The pattern without the cells, dearest first, that protect nothing others do not protect."""
    trial = hidden.copy()
    cells = np.flatnonzero(trial & ~base)
    for cell in cells[np.argsort(-system.cost[cells], kind="stable")]:
        if time.monotonic() > end:
            break
        trial[cell] = False
        proof = prove(system, trial, needs, witnesses, briefly=True)
        witnesses = proof.witnesses
        trial[cell] = not proof.safe.all()
    # Sums that show again may have to be protected too.
    trial, _, _ = mended(system, trial, needs, witnesses)
    return trial if _cost(system, trial, base) < _cost(system, hidden, base) else hidden
