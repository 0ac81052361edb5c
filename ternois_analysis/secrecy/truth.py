"""What the observatory knows of every atom: its value, its units, its largest contribution."""

import numpy as np
import pandas as pd
import scipy.sparse as sp
from scipy.optimize import linprog

from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.secrecy.tables import Bools, Floats, Layout

#: Share by which sums of floats may differ.
_TOLERANCE = 1e-6


def values(plan: Layout, cells: pd.DataFrame, given: Bools, zero: Bools) -> Floats:
    """Value of every atom: read where a cell is one atom, else any completion that adds up.

    Values revised since an earlier edition do not add up with it: what was published then is
    allowed to be off, and counts as known at its value of today.

    Parameters
    ----------
    plan : Layout
    cells : DataFrame
        `value`, and what names a cell.
    given : ndarray of bool
        Cells of this publication.
    zero : ndarray of bool
        Atoms known to be zero.

    Raises
    ------
    SchemaError
        If the cells of this publication do not add up.
    """
    value = cells["value"].to_numpy(dtype=float)
    found = np.where(zero, 0.0, single(plan.matrix, value, given))
    blank = np.isnan(found)
    found = np.where(blank, 0.0, found)
    if blank.any():
        found[blank] = _completed(plan, value, given, found, blank)
    off = np.where(given, np.abs(plan.matrix @ found - value), 0.0)
    if (off > _TOLERANCE * np.maximum(1.0, np.abs(value))).any():
        worst = cells.loc[int(off.argmax())]
        raise SchemaError(
            explain(
                f"{worst['column']} of {worst['territory']} {worst['category']}".rstrip(),
                expected="the sum of its parts",
                found=f"off by {off.max():g}",
                do="Sum every territory and category from the same communes.",
            )
        )
    return found


def _completed(plan: Layout, value: Floats, given: Bools, found: Floats, blank: Bools) -> Floats:
    hard = plan.matrix[given]
    soft = sp.vstack([plan.matrix[~given], plan.equations], "csr")
    gap = np.r_[value[~given], np.zeros(plan.equations.shape[0])] - soft @ found
    slack = sp.eye_array(len(gap))
    size = int(blank.sum())
    equal = [[hard[:, blank], None, None], [soft[:, blank], slack, -slack]]
    answer = linprog(
        np.r_[np.zeros(size), np.ones(2 * len(gap))],
        A_eq=sp.block_array(equal, format="csr"),
        b_eq=np.r_[value[given] - hard @ found, gap],
    )
    # No completion adds up: the caller then finds which cell is off.
    return np.zeros(size) if answer.x is None else answer.x[:size]


def single(matrix: sp.csr_array, figure: Floats, given: Bools) -> Floats:
    """Figure of every atom that is a cell of this publication, NaN elsewhere."""
    atoms = np.full(matrix.shape[1], np.nan)
    alone = given & (np.diff(matrix.indptr) == 1)
    atoms[matrix.indices[matrix.indptr[:-1][alone]]] = figure[alone]
    return atoms


def largest(matrix: sp.csr_array, top1: Floats) -> Floats:
    """Largest contribution that an atom can hold: no more than in any cell around it."""
    top = np.full(matrix.shape[1], np.inf)
    bound = np.where(np.isnan(top1), np.inf, top1)
    np.minimum.at(top, matrix.indices, np.repeat(bound, np.diff(matrix.indptr)))
    return top
