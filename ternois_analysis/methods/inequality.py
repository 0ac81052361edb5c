"""How unevenly something is shared between places, and how much of it lies between their groups.

References: Theil 1967, Bourguignon 1979 (decomposition); Gini 1912; Deltas 2003 (correction).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.methods.arrays import Array, Numbers, floats, refuse


@dataclass(frozen=True)
class TheilIndex:
    """Theil's T in nats, and its two exact parts.

    `total` = `between` + `within`; `between` is what would be left if each group were even inside.
    `groups`, one row a group: `index` (its own T), `share` (its share of what is shared, which
    weighs its T in `within`) and `population_share`.
    """

    total: float
    between: float
    within: float
    share_between: float
    groups: pd.DataFrame


def theil(values: pd.Series, population: pd.Series, groups: pd.Series) -> TheilIndex:
    """Inequality of `values` per head between places, split between and within groups.

    Parameters
    ----------
    values : Series
        What is shared (jobs, income), a count by place, zero or more.
    population : Series
        Heads by place, zero or more.
    groups : Series
        Group of each place.

    Returns
    -------
    TheilIndex
        Zero where every place has the same per head. All missing where a figure is missing, where
        nothing is shared, or where a place without heads has a part. `share_between` is missing
        where there is no inequality; the index of a group that shares nothing is missing.

    Raises
    ------
    SchemaError
        If a figure is negative, a place has no group or the indexes differ.
    """
    y, p = floats(values, population)
    refuse(y < 0, "What places share", "zero or more", y)
    refuse(p < 0, "Heads of a place", "zero or more", p)
    if not groups.index.equals(values.index) or groups.isna().any():
        raise SchemaError(
            explain(
                "Groups of places",
                expected="one for each place, in the same order",
                found=groups.tolist()[:5],
                do="Reindex the groups to the values.",
            )
        )
    labels = groups.to_numpy()
    names = pd.unique(groups)
    of = [labels == name for name in names]
    summed_y, summed_p = (np.array([a[inside].sum() for inside in of]) for a in (y, p))
    inside = np.array([_theil(y[rows], p[rows]) for rows in of])
    total, between = _theil(y, p), _theil(summed_y, summed_p)
    share = summed_y / summed_y.sum() if summed_y.sum() > 0 else np.full(len(of), np.nan)
    # A group that shares nothing has no index and no weight.
    within = float(np.where(share == 0, 0.0, share * inside).sum())
    if np.isnan(total):
        between = within = np.nan
    heads = summed_p / summed_p.sum() if summed_p.sum() > 0 else np.full(len(of), np.nan)
    table = pd.DataFrame({"index": inside, "share": share, "population_share": heads}, index=names)
    return TheilIndex(total, between, within, between / total if total > 0 else np.nan, table)


def gini(values: Numbers, corrected: bool = False) -> float:
    """Gini index of places that all weigh the same, 0 to 1 − 1/n.

    Parameters
    ----------
    values : Series or array
        Zero or more.
    corrected : bool
        Times n / (n − 1): for a sample, and to reach 1 when one has all.

    Returns
    -------
    float
        Missing where a value is missing or they add up to zero; the corrected one of a single
        value too.

    Raises
    ------
    SchemaError
        If a value is negative.
    """
    x = np.sort(np.atleast_1d(floats(values)[0]).ravel())
    refuse(x < 0, "What places share", "zero or more", x)
    n, total = x.size, x.sum()
    if not total > 0 or (corrected and n < 2):
        return float("nan")
    index = float(((2 * np.arange(1, n + 1) - n - 1) * x).sum() / (n * total))
    return index * n / (n - 1) if corrected else index


def weighted_gini(values: pd.Series, population: pd.Series) -> float:
    """Gini index of `values` per head, each place weighing its heads; 0 to 1.

    Inequality inside a place is not seen. Missing where a figure is missing, where nothing is
    shared, or where a place without heads has a part. Arguments and raises as in `theil`.
    """
    y, p = floats(values, population)
    refuse(y < 0, "What places share", "zero or more", y)
    refuse(p < 0, "Heads of a place", "zero or more", p)
    if not (y.sum() > 0 and p.sum() > 0) or ((p == 0) & (y > 0)).any():
        return float("nan")
    y, p = y[p > 0], p[p > 0]
    order = np.argsort(y / p, kind="stable")
    heads = np.append(0.0, np.cumsum(p[order])) / p.sum()
    held = np.append(0.0, np.cumsum(y[order])) / y.sum()
    # Even shares leave the two curves equal up to rounding: never below zero.
    return max(0.0, float(1 - (np.diff(heads) * (held[1:] + held[:-1])).sum()))


def _theil(y: Array, p: Array) -> float:
    if not (y.sum() > 0 and p.sum() > 0) or ((p == 0) & (y > 0)).any():
        return float("nan")
    share = y / y.sum()
    per_head = np.divide(share, p / p.sum(), out=np.ones_like(share), where=share > 0)
    return float((share * np.log(per_head)).sum())
