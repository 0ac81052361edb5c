"""An outcome, yes or no, in two groups: one table, or several strata taken together.

References: Mantel and Haenszel 1959; Robins, Breslow and Greenland 1986 (interval of the odds
ratio); Greenland and Robins 1985 (interval of the risk difference); Fisher 1935.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ternois_analysis.methods.arrays import Array, refuse
from ternois_analysis.methods.intervals import normal_quantile

Table = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Stratified:
    """Odds ratio and risk difference common to several strata, each with its interval."""

    odds_ratio: float
    odds_low: float
    odds_high: float
    risk_difference: float
    risk_low: float
    risk_high: float


def mantel_haenszel(strata: Sequence[Table], level: float = 0.95) -> Stratified:
    """Treated and others compared within strata (trade, size), then together.

    Parameters
    ----------
    strata : sequence of [[a, b], [c, d]]
        Treated with and without the outcome, then others with and without.
    level : float
        Confidence of both intervals.

    Returns
    -------
    Stratified
        A stratum where one of the groups is empty says nothing and does not count. The odds ratio
        is missing where its denominator is zero, its interval also where it is zero; the risk
        difference where no stratum holds both groups, its interval also where its variance is zero.

    Raises
    ------
    SchemaError
        If a count is missing or negative, or a stratum is not two by two.
    """
    cells = np.array([_table(stratum) for stratum in strata]).reshape(-1, 4)
    a, b, c, d = cells[(cells[:, 0] + cells[:, 1] > 0) & (cells[:, 2] + cells[:, 3] > 0)].T
    n1, n0, n = a + b, c + d, a + b + c + d
    z = normal_quantile(level)
    r, s = a * d / n, b * c / n
    ratio = low = high = np.nan
    if s.sum() > 0:
        ratio = float(r.sum() / s.sum())
    if r.sum() > 0 and s.sum() > 0:
        p, q = (a + d) / n, (b + c) / n
        variance = (
            (p @ r) / (2 * r.sum() ** 2)
            + (p @ s + q @ r) / (2 * r.sum() * s.sum())
            + (q @ s) / (2 * s.sum() ** 2)
        )
        low, high = (float(ratio * np.exp(k * z * np.sqrt(variance))) for k in (-1, 1))
    difference = least = most = np.nan
    if (weight := float((n1 * n0 / n).sum())) > 0:
        difference = float((a * n0 - c * n1) @ (1 / n)) / weight
        spread = float(((a * b * n0**3 + c * d * n1**3) / (n1 * n0 * n**2)).sum()) / weight**2
        if spread > 0:
            least, most = (float(difference + k * z * np.sqrt(spread)) for k in (-1, 1))
    return Stratified(ratio, low, high, difference, least, most)


@dataclass(frozen=True)
class Fourfold:
    """Sample odds ratio of one two by two table, risk difference, Fisher's two-sided p-value."""

    odds_ratio: float
    risk_difference: float
    p: float


def fisher(table: Table) -> Fourfold:
    """Fisher's exact test: the tables no likelier than this one, with the same margins.

    Parameters
    ----------
    table : [[a, b], [c, d]]
        As a stratum of `mantel_haenszel`.

    Returns
    -------
    Fourfold
        The odds ratio is missing where b × c is zero; all is missing where a group is empty.

    Raises
    ------
    SchemaError
        As `mantel_haenszel`.
    """
    from scipy.stats import fisher_exact

    cells = _table(table)
    a, b, c, d = cells.ravel().tolist()
    if a + b == 0 or c + d == 0:
        return Fourfold(np.nan, np.nan, np.nan)
    p = float(fisher_exact(cells.astype(int)).pvalue)
    ratio = a * d / (b * c) if b * c > 0 else np.nan
    return Fourfold(ratio, a / (a + b) - c / (c + d), p)


def _table(table: ArrayLike) -> Array:
    cells = np.asarray(table, dtype="float64")
    refuse(cells.shape != (2, 2), "Cells of a two by two table", "four", float(cells.size))
    refuse(~((cells >= 0) & (cells % 1 == 0)), "Counts of a table", "whole, zero or more", cells)
    return cells
