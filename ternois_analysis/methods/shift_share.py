"""The change of a territory's jobs, set against the change of the same sectors in a reference.

An accounting identity, not a cause: what is left over after the reference's growth and the mix of
sectors is a residual, never a performance. References: Dunn 1960; Esteban-Marquillas 1972.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, floats, refuse


@dataclass(frozen=True)
class ShiftShare:
    """The parts of a change, by sector and in all, in the unit of the counts.

    `effects` has one row a sector; `totals` adds each column up, missing as soon as one sector is.
    Columns: `change` = `national` + `structural` + `residual` (Dunn), and
    `residual` = `competitive` + `allocation` (Esteban-Marquillas). `competitive` is the residual
    of the `homothetic` count, that of a territory of the same size with the reference's mix;
    `allocation` is what comes from having more of some sectors than that mix.
    """

    effects: pd.DataFrame
    totals: pd.Series


def shift_share(
    start: pd.Series,
    end: pd.Series,
    reference_start: pd.Series,
    reference_end: pd.Series,
) -> ShiftShare:
    """Dunn's three parts of a change, the third split as Esteban-Marquillas does.

    Parameters
    ----------
    start, end : Series
        Counts of the territory by sector at two dates, zero or more.
    reference_start, reference_end : Series
        Counts of the reference by the same sectors at the same dates.

    Returns
    -------
    ShiftShare
        A sector absent from the reference at the start has no rate of growth there: its
        structural, residual and competitive parts are missing, and so are their totals. A sector
        absent from the territory at the start has no rate of its own: what appeared is all
        residual, not split, hence `competitive` and `allocation` are missing. A missing count of
        the reference makes everything but `change` missing: its growth is not known.

    Raises
    ------
    SchemaError
        If a count is negative or the indexes differ.
    """
    e0, e1, whole0, whole1 = floats(start, end, reference_start, reference_end)
    for counts in (e0, e1, whole0, whole1):
        refuse(counts < 0, "Counts by sector", "zero or more", counts)
    growth = _rate(np.array([whole1.sum()]), np.array([whole0.sum()]))[0]
    sector_growth = _rate(whole1, whole0)
    residual = e1 - e0 - e0 * sector_growth
    homothetic = e0.sum() * _over(whole0, np.full_like(whole0, whole0.sum()))
    competitive = homothetic * (_rate(e1, e0) - sector_growth)
    effects = pd.DataFrame(
        {
            "change": e1 - e0,
            "national": e0 * growth,
            "structural": e0 * (sector_growth - growth),
            "residual": residual,
            "homothetic": homothetic,
            "competitive": competitive,
            "allocation": residual - competitive,
        },
        index=start.index,
    )
    return ShiftShare(effects, effects.sum(skipna=False))


def _rate(end: Array, start: Array) -> Array:
    return _over(end - start, start)


def _over(top: Array, bottom: Array) -> Array:
    return np.divide(top, bottom, out=np.full_like(top, np.nan), where=bottom > 0)
