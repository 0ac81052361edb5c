"""Whether places look like their neighbours more than chance would have it (Moran's I).

References: Moran 1950; Cliff and Ord 1981 (variances); Assunção and Reis 1999 (rates). Written out
because the library that has them keeps a negative variance between areas, divides local indices by
n − 1 and brings scikit-learn along.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations as orderings
from math import factorial
from typing import Any

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, floats
from ternois_analysis.methods.smoothing import common_rate
from ternois_analysis.methods.weights import row_standardised

#: Permutations are worked this many values at a time, to bound memory.
BATCH = 1_000_000
#: Two indices this close, relative to the largest possible one, are a tie.
TIE = 1e-10


@dataclass(frozen=True)
class MoranIndex:
    """Moran's I: above `expected` when neighbours look alike, below when they differ.

    The variances and scores suppose a normal variable (`_normal`) or the observed values in random
    order (`_random`). `p_greater` and `p_two_sided` come from permutations, by their number and
    `seed`, or from all the orders there are when that is fewer (`exact`).
    """

    value: float
    expected: float
    variance_normal: float
    z_normal: float
    variance_random: float
    z_random: float
    p_greater: float
    p_two_sided: float
    permutations: int
    exact: bool
    seed: int


def moran(
    values: pd.Series, neighbours: Any, permutations: int = 9999, seed: int = 0
) -> MoranIndex:
    """Moran's I with row-standardised weights.

    Parameters
    ----------
    values : Series
        One value a unit.
    neighbours : mapping or scipy sparse array
        As in `row_standardised`; a mapping is read by the index of `values`.
    permutations, seed : int
        Number of random orders, and the seed that makes them the same each time.

    Returns
    -------
    MoranIndex
        All but `expected` missing where a value is missing or all are equal; leave units without
        a value out of `values` beforehand, and their links go with them. `variance_random` is
        missing with fewer than four units.

    Raises
    ------
    SchemaError
        As in `row_standardised`: no unit may be without neighbours.
    """
    matrix = row_standardised(neighbours, values.index.tolist())
    (x,) = floats(values)
    n = x.size
    expected = -1 / (n - 1) if n > 1 else np.nan
    if np.isnan(x).any() or not n or np.ptp(x) == 0:
        unknown = (np.nan,) * 4
        return MoranIndex(np.nan, expected, *unknown, np.nan, np.nan, 0, False, seed)
    z = x - x.mean()
    value = float(z @ (matrix @ z) / (z @ z))
    normal, random = _variances(matrix, z)
    exact = n <= 12 and factorial(n) <= permutations
    drawn = _in_other_orders(matrix, z, permutations, exact, seed)
    above = int(np.count_nonzero(drawn >= value - TIE))
    below = int(np.count_nonzero(drawn <= value + TIE))
    # The observed order is one of all the orders; it joins those that were drawn.
    count, own = drawn.size + (not exact), int(not exact)
    greater, lower = (above + own) / count, (below + own) / count
    return MoranIndex(
        value=value,
        expected=expected,
        variance_normal=normal,
        z_normal=_score(value - expected, normal),
        variance_random=random,
        z_random=_score(value - expected, random),
        p_greater=greater,
        p_two_sided=min(1.0, 2 * min(greater, lower)),
        permutations=drawn.size,
        exact=exact,
        seed=seed,
    )


def standardised_rates(events: pd.Series, exposure: pd.Series) -> pd.Series:
    """Rates of small areas on one scale of error, for `moran` and `local_moran`.

    Each rate's distance to the common rate is divided by its standard deviation, so that small
    areas, whose rates jump by chance, neither make nor hide a resemblance. The variance between
    areas is truncated at zero.

    Parameters
    ----------
    events, exposure : Series
        Events and exposure of each area, zero or more.

    Returns
    -------
    Series
        In standard deviations; missing where the area has no exposure or a missing figure, which
        does not count in the common rate, and everywhere when there is no event.

    Raises
    ------
    SchemaError
        If a figure is negative or the indexes differ.
    """
    k, n = floats(events, exposure)
    known, common, between = common_rate(k, n)
    result = np.full_like(k, np.nan)
    if common > 0:
        size, rate = n[known], k[known] / n[known]
        result[known] = (rate - common) / np.sqrt(between + common / size)
    return pd.Series(result, index=events.index)


def moran_of_rates(
    events: pd.Series,
    exposure: pd.Series,
    neighbours: Any,
    permutations: int = 9999,
    seed: int = 0,
) -> MoranIndex:
    """Moran's I of `standardised_rates` (EB-Moran); arguments and result as in these and `moran`.

    The standardised rates are centred on their mean, as any variable of `moran`.
    """
    return moran(standardised_rates(events, exposure), neighbours, permutations, seed)


def _variances(matrix: Any, z: Array) -> tuple[float, float]:
    """Under normality and under random order; weights add up to n."""
    n = z.size
    both = matrix + matrix.T
    s1 = float((both.data**2).sum()) / 2
    s2 = float(((1 + np.asarray(matrix.sum(axis=0)).ravel()) ** 2).sum())
    square = 1 / (n - 1) ** 2
    normal = (n**2 * s1 - n * s2 + 3 * n**2) / ((n**2 - 1) * n**2) - square
    if n < 4:
        return normal, np.nan
    kurtosis = n * float((z**4).sum()) / float((z**2).sum()) ** 2
    first = n * ((n**2 - 3 * n + 3) * s1 - n * s2 + 3 * n**2)
    second = kurtosis * ((n**2 - n) * s1 - 2 * n * s2 + 6 * n**2)
    return normal, (first - second) / ((n - 1) * (n - 2) * (n - 3) * n**2) - square


def _score(distance: float, variance: float) -> float:
    # Every unit next to every other leaves an index that never moves, but for rounding.
    return distance / float(np.sqrt(variance)) if variance > 1e-15 else np.nan


def _in_other_orders(matrix: Any, z: Array, count: int, exact: bool, seed: int) -> Array:
    """Indices of the values in random orders, or in all orders."""

    def indices(rows: Array) -> Array:
        return np.asarray((rows * (matrix @ rows.T).T).sum(axis=1) / (z @ z))

    if exact:
        every: Sequence[tuple[float, ...]] = list(orderings(z.tolist()))
        return indices(np.array(every))
    generator, step = np.random.default_rng(seed), max(1, BATCH // z.size)
    sizes = [min(step, count - start) for start in range(0, count, step)]
    return np.concatenate(
        [indices(generator.permuted(np.tile(z, (size, 1)), axis=1)) for size in sizes]
    )
