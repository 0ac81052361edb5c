"""Principal components of a table of indicators, each standardised first.

The sign of an axis is arbitrary: here its largest loading is positive, so that two runs, and two
machines, print the same map. References: Hotelling 1933; Lebart, Morineau and Piron 1995 for
supplementary units, cos² and contributions; Jackson 1993 for the broken stick.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array

#: Figures below this, once standardised, are rounding errors.
NOISE = 1e-9

Rule = Literal["kaiser", "broken_stick"]


@dataclass(frozen=True)
class Components:
    """Axes of a table, and where each unit lies on them.

    `eigenvalues` has one figure an axis, `loadings` one unit vector an axis (rows are variables),
    `scores` and `cos2` (share of the unit's distance to the centre that the axis shows) one row a
    unit, `contributions_pct` one row an active unit. Axes are numbered from 1.
    """

    eigenvalues: pd.Series
    loadings: pd.DataFrame
    scores: pd.DataFrame
    cos2: pd.DataFrame
    contributions_pct: pd.DataFrame


def principal_components(table: pd.DataFrame, active: pd.Series | None = None) -> Components:
    """Principal components of the correlation matrix, with the standard deviation over n.

    Parameters
    ----------
    table : DataFrame
        One row a unit, one column a variable.
    active : Series of bool, optional
        Same index: the units that make the axes; the others (communes too small for their shares
        to mean much) are only placed on them. All by default.

    Returns
    -------
    Components
        A unit with a missing variable makes no axis and has no score. A variable that does not
        vary weighs on no axis. All missing with fewer than two complete active units.
    """
    axes = pd.RangeIndex(1, table.shape[1] + 1, name="axis")
    values = table.to_numpy(dtype="float64", na_value=np.nan)
    complete = np.isfinite(values).all(axis=1)
    chosen = complete if active is None else complete & active.to_numpy(dtype=bool)
    if np.count_nonzero(chosen) < 2:
        return _nothing(table, axes)
    standardised = _standardised(values, chosen)
    n = np.count_nonzero(chosen)
    inertia, loadings = np.linalg.eigh(standardised[chosen].T @ standardised[chosen] / n)
    inertia, loadings = inertia[::-1].clip(min=0), _signed(loadings[:, ::-1])
    scores = standardised @ loadings
    lengths = (standardised**2).sum(axis=1, keepdims=True)
    cos2 = np.divide(scores**2, lengths, out=np.full_like(scores, np.nan), where=lengths > NOISE)
    total = n * inertia
    part = np.full((n, inertia.size), np.nan)
    np.divide(100 * scores[chosen] ** 2, total, out=part, where=total > NOISE)
    return Components(
        eigenvalues=pd.Series(inertia, index=axes),
        loadings=pd.DataFrame(loadings, index=table.columns, columns=axes),
        scores=pd.DataFrame(scores, index=table.index, columns=axes),
        cos2=pd.DataFrame(cos2, index=table.index, columns=axes),
        contributions_pct=pd.DataFrame(part, index=table.index[chosen], columns=axes),
    )


def axes_to_keep(eigenvalues: pd.Series, rule: Rule = "kaiser") -> int:
    """Number of axes that say more than one variable would, at least one.

    Parameters
    ----------
    eigenvalues : Series
        In decreasing order.
    rule : "kaiser" or "broken_stick"
        Above their mean (1 when every variable varies), or above what a stick broken at random
        would give to each.

    Returns
    -------
    int
        0 where the eigenvalues are missing.
    """
    inertia = eigenvalues.to_numpy(dtype="float64")
    if np.isnan(inertia).any():
        return 0
    varying = round(float(inertia.sum()))
    sticks = np.zeros(inertia.size)
    sticks[:varying] = 1.0
    if rule == "broken_stick":
        sticks[:varying] = np.cumsum(1 / np.arange(varying, 0, -1))[::-1]
    above = inertia > sticks + NOISE
    return max(1, int(above.size if above.all() else np.argmin(above)))


def _standardised(values: Array, chosen: Array) -> Array:
    """Gaps to the mean of the chosen units in their standard deviations; 0 without variation."""
    centre, scale = values[chosen].mean(axis=0), values[chosen].std(axis=0)
    varies = scale > NOISE * np.abs(centre)
    gaps: Array = (values - centre) / np.where(varies, scale, 1.0)
    result: Array = np.where(np.isnan(gaps), np.nan, np.where(varies, gaps, 0.0))
    result[np.isnan(result).any(axis=1)] = np.nan
    return result


def _signed(loadings: Array) -> Array:
    # Rounded: two loadings equal but for the last digit must not choose the sign by that digit.
    largest = np.argmax(np.abs(loadings).round(9), axis=0)
    sign = np.sign(loadings[largest, np.arange(loadings.shape[1])])
    return np.asarray(loadings * np.where(sign == 0, 1.0, sign))


def _nothing(table: pd.DataFrame, axes: pd.Index) -> Components:
    units = pd.DataFrame(np.nan, index=table.index, columns=axes)
    return Components(
        eigenvalues=pd.Series(np.nan, index=axes),
        loadings=pd.DataFrame(np.nan, index=table.columns, columns=axes),
        scores=units,
        cos2=units.copy(),
        contributions_pct=units.iloc[:0].copy(),
    )
