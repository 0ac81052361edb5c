"""Typology of units: Ward's tree, k-means consolidation, how many classes, how steady they are.

Points are scores on the axes kept from `components`. A class is only as good as its steadiness:
print `stability` beside any map of classes. References: Ward 1963; Lebart, Morineau and Piron
1995; Husson, Josse and Pagès 2010 for the number of classes; Hubert and Arabie 1985.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ternois_analysis.methods.arrays import Array, refuse

Labels = NDArray[np.int64]


def ward_heights(points: pd.DataFrame) -> Array:
    """Heights of the merges of Ward's tree, in increasing order (scipy's scale: √(2 × inertia)).

    Parameters
    ----------
    points : DataFrame
        One row a unit, one column an axis; a unit with a missing score is left out.

    Returns
    -------
    array
        One height less than there are units; empty for one unit or none.
    """
    from scipy.cluster.hierarchy import linkage

    known = _known(points)
    return np.asarray(linkage(known, method="ward")[:, 2]) if len(known) > 1 else np.empty(0)


def inertia_gains(points: pd.DataFrame) -> pd.Series:
    """Inertia within classes that each further class takes away, in squared units of the points.

    Indexed by the number of classes, from 2. The gains add up to the total inertia (sum of squared
    gaps to the centre). Empty for one unit or none.
    """
    gains = ward_heights(points)[::-1] ** 2 / 2
    index = pd.RangeIndex(2, gains.size + 2, name="classes")
    return pd.Series(gains, index=index, name="gain")


def number_of_classes(points: pd.DataFrame, fewest: int = 3, most: int = 8) -> int:
    """Number of classes whose last division takes away the largest share of what remained.

    Parameters
    ----------
    points : DataFrame
        As in `ward_heights`.
    fewest, most : int
        Bounds of the answer. Two classes nearly always win by opposing large and small, hence 3.

    Returns
    -------
    int
        Between `fewest` and `most`, but never more than there are distinct units; 0 without units.
    """
    distinct = len(np.unique(_known(points), axis=0))
    if distinct <= fewest:
        return distinct
    gains = inertia_gains(points)
    left = gains.sum() - gains.cumsum()
    ratios = left / (left + gains)
    tried = ratios.loc[fewest : min(most, distinct - 1)]
    return int(tried.index[int(tried.argmin())])


def classify(points: pd.DataFrame, classes: int) -> pd.Series:
    """Class of each unit: Ward's tree, cut, then k-means from the centres of its classes.

    Parameters
    ----------
    points : DataFrame
        As in `ward_heights`.
    classes : int
        How many, 1 or more.

    Returns
    -------
    Series of Int64
        1 for the largest class and so on, at equal size in the order of the units; missing for a
        unit with a missing score. Fewer classes where there are fewer distinct units.

    Raises
    ------
    SchemaError
        If fewer than one class is asked for.
    """
    refuse(classes < 1, "Number of classes", "one or more", classes)
    found = pd.Series(pd.NA, index=points.index, dtype="Int64", name="class")
    known = points.notna().all(axis=1).to_numpy()
    if known.any():
        found[known] = _ordered(_partition(_known(points), classes)[0])
    return found


@dataclass(frozen=True)
class Stability:
    """Adjusted Rand index of a typology with those of resampled units: mean, and 5 % and 95 %."""

    mean: float
    low: float
    high: float


def stability(points: pd.DataFrame, classes: int, seed: int, draws: int = 200) -> Stability:
    """How far the classes stay the same when the units are drawn again with replacement.

    Each draw is classified anew and every unit goes to the nearest of the new centres. The axes
    are kept, so this is an upper bound of steadiness.

    Parameters
    ----------
    points, classes
        As in `classify`.
    seed : int
        Of the random draws.
    draws : int
        How many.

    Returns
    -------
    Stability
        1: always the same classes; 0: no more alike than by chance. Missing with fewer than two
        classes.
    """
    known = _known(points)
    if classes < 2 or len(np.unique(known, axis=0)) < 2:
        return Stability(np.nan, np.nan, np.nan)
    labels, _ = _partition(known, classes)
    rng = np.random.default_rng(seed)
    indices = []
    for _ in range(draws):
        _, centres = _partition(known[rng.integers(len(known), size=len(known))], classes)
        indices.append(adjusted_rand(labels, _nearest(known, centres)))
    known_indices = np.array(indices)[~np.isnan(indices)]
    if not known_indices.size:
        return Stability(np.nan, np.nan, np.nan)
    low, high = np.quantile(known_indices, [0.05, 0.95])
    return Stability(float(known_indices.mean()), float(low), float(high))


def adjusted_rand(labels: Labels | pd.Series, others: Labels | pd.Series) -> float:
    """Agreement of two partitions of the same units, corrected for chance.

    Returns
    -------
    float
        1 for the same partition, 0 on average for unrelated ones, at times below. Missing where
        chance leaves no choice: both with one class, or both with every unit alone.
    """
    codes, own = (np.unique(side, return_inverse=True)[1] for side in (labels, others))
    table = np.zeros((codes.max(initial=-1) + 1, own.max(initial=-1) + 1))
    np.add.at(table, (codes, own), 1)
    total = float(_pairs(table.sum()))
    both = float(_pairs(table).sum())
    rows, columns = (float(_pairs(table.sum(axis=side)).sum()) for side in (1, 0))
    if total == 0 or rows == columns == total or rows == columns == 0:
        return np.nan
    chance = rows * columns / total
    return (both - chance) / ((rows + columns) / 2 - chance)


def _pairs(counts: Array) -> Array:
    return counts * (counts - 1) / 2


def _known(points: pd.DataFrame) -> Array:
    return points.dropna().to_numpy(dtype="float64")


def _partition(points: Array, classes: int) -> tuple[Labels, Array]:
    """Labels from 0, and centres: Ward, then Lloyd's steps until nothing moves."""
    from scipy.cluster.hierarchy import fcluster, linkage

    wanted = min(classes, len(np.unique(points, axis=0)))
    labels = np.zeros(len(points), dtype=np.int64)
    if wanted > 1:
        tree = linkage(points, method="ward")
        labels = np.unique(fcluster(tree, wanted, criterion="maxclust"), return_inverse=True)[1]
    while True:
        centres = np.array([points[labels == label].mean(axis=0) for label in np.unique(labels)])
        moved = _nearest(points, centres)
        # Inertia falls at each step, so this ends; a class that empties is gone from then on.
        if np.array_equal(moved, labels):
            return labels, centres
        labels = np.unique(moved, return_inverse=True)[1]


def _nearest(points: Array, centres: Array) -> Labels:
    return np.asarray(((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1))


def _ordered(labels: Labels) -> Labels:
    names, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    rank = np.empty(names.size, dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(1, names.size + 1)
    return rank[labels]
