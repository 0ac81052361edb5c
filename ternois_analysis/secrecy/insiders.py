"""The business that is alone in a hidden cell: it knows that cell, and must not find another's."""

from dataclasses import replace

import numpy as np
from scipy.sparse.linalg import lsqr

from ternois_analysis.secrecy.attack import View
from ternois_analysis.secrecy.needs import Requirements
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Bools, Cells, Floats

#: Random movements tried; cells that move in proportion in all of them move together in any.
_DRAWS = 6
#: What counts as no movement, and as the same direction.
_SAME = 1e-7


def requirements(system: System, seen: View, needs: Requirements) -> Requirements | None:
    """Hidden cells that a business alone in another hidden cell could work out exactly.

    Parameters
    ----------
    system : System
    seen : View
        What is published.
    needs : Requirements
        What is protected from outsiders, and from insiders found before.

    Returns
    -------
    Requirements or None
        The same protection, against somebody who knows the other cell besides; None if no business
        finds anything new.
    """
    alone = np.flatnonzero(_alone(system, seen))
    outside = np.flatnonzero((needs.given < 0) & (needs.cell >= 0))
    if not len(alone) or not len(outside):
        return None
    moves = _moves(seen)
    rows, given = _proportional(
        needs.targets[outside][:, seen.unknown] @ moves,
        system.matrix[alone][:, seen.unknown] @ moves,
    )
    rows, given = outside[rows], alone[given]
    # Who is part of a sum knows its own share of it, and that the sum is no less.
    apart = np.asarray(needs.targets[rows].multiply(system.matrix[given]).sum(axis=1)).ravel() == 0
    known = set(zip(needs.cell, needs.given, strict=True))
    new = [(cell, own) not in known for cell, own in zip(needs.cell[rows], given, strict=True)]
    chosen = apart & np.array(new, dtype=bool)
    return replace(needs.rows(rows[chosen]), given=given[chosen]) if chosen.any() else None


def _alone(system: System, seen: View) -> Bools:
    """Hidden cells with one unit, of tables of contributions: one knows one's own jobs or sales."""
    others = np.ones(system.matrix.shape[1])
    for table in system.tables:
        if table.rule.kind == "units":
            others[table.first : table.first + table.size] = 0.0
    alone: Bools = ~seen.shown & (system.matrix @ others == 0)
    return alone & (system.cells["n"] == 1).to_numpy(dtype=bool)


def _moves(seen: View) -> Floats:
    """Random movements of the unknown atoms that leave every published sum as it is."""
    draw: Floats = np.random.default_rng(0).normal(size=(seen.rows.shape[1], _DRAWS))
    for column in draw.T if seen.rows.shape[0] else ():
        column -= lsqr(seen.rows, seen.rows @ column, atol=1e-12, btol=1e-12)[0]
    return draw


def _proportional(targets: Floats, own: Floats) -> tuple[Cells, Cells]:
    """Pairs of rows, one of each table, whose movements are proportional."""
    lengths = np.linalg.norm(targets, axis=1), np.linalg.norm(own, axis=1)
    least = _SAME * max(1.0, *(length.max() for length in lengths))
    units = [
        moves / np.where(length > least, length, np.inf)[:, None]
        for moves, length in zip((targets, own), lengths, strict=True)
    ]
    rows, given = np.nonzero(np.abs(units[0] @ units[1].T) > 1 - _SAME)
    return rows, given
