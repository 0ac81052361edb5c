"""Classes for maps: the natural breaks of a distribution, and what rounding them costs.

Reference: Fisher 1958, Jenks 1977. Exact, by dynamic programming; written out because the library
that has it imports scikit-learn, which takes over a second.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.methods.arrays import Array, Numbers, floats


@dataclass(frozen=True)
class NaturalBreaks:
    """The classes with the least variance inside them.

    `upper` holds the largest value of each class, ascending; `within` the sum of squares left
    inside classes; `goodness_of_fit` (GVF) the share of the variance that lies between them.
    """

    upper: tuple[float, ...]
    within: float
    goodness_of_fit: float


def jenks(values: Numbers, classes: int) -> NaturalBreaks:
    """Natural breaks of a distribution.

    Parameters
    ----------
    values : Series or array
        Missing ones are left out. Time grows with the square of the number of distinct values:
        some thousands at most.
    classes : int
        Number of classes, at most the number of distinct values.

    Raises
    ------
    SchemaError
        If there are fewer distinct values than classes.

    Examples
    --------
    >>> jenks([2, 4, 5, 9, 10, 11, 20, 22, 25], 3).upper
    (5.0, 11.0, 25.0)
    """
    distinct, weights = np.unique(_known(values), return_counts=True)
    if not 1 <= classes <= distinct.size:
        raise SchemaError(
            explain(
                "Classes of a distribution",
                expected=f"1 to {distinct.size} classes",
                found=classes,
                do="Ask for fewer classes.",
            )
        )
    # Centred first: sums of squares of large close values would lose their digits.
    x = distinct - distinct.mean()
    sums = [np.append(0.0, np.cumsum(w)) for w in (weights, weights * x, weights * x**2)]

    def inside(starts: NDArray[np.intp], end: int) -> Array:
        """Sum of squares of the classes from each start to `end`, not included."""
        n, total, square = (s[end] - s[starts] for s in sums)
        return np.asarray(square - total**2 / n)

    count = distinct.size
    best = np.array([inside(np.zeros(1, dtype=np.intp), end)[0] for end in range(1, count + 1)])
    whole = best[-1]
    first = np.zeros((classes, count), dtype=np.intp)
    for rank in range(1, classes):
        previous, best = best, np.full(count, np.inf)
        for last in range(rank, count):
            starts = np.arange(rank, last + 1)
            costs = previous[starts - 1] + inside(starts, last + 1)
            chosen = int(np.argmin(costs))
            best[last], first[rank, last] = costs[chosen], starts[chosen]
    upper, last = [], count - 1
    for rank in range(classes - 1, -1, -1):
        upper.append(float(distinct[last]))
        last = int(first[rank, last]) - 1
    fit = 1 - best[-1] / whole if whole > 0 else np.nan
    return NaturalBreaks(tuple(reversed(upper)), float(best[-1]), float(fit))


def goodness_of_fit(values: Numbers, breaks: Sequence[float]) -> float:
    """Share of the variance of `values` that lies between given classes (GVF), 0 to 1.

    Parameters
    ----------
    values : Series or array
        Missing ones are left out.
    breaks : sequence of float
        Inner bounds, ascending; a class holds its lower bound and not its upper one, as on maps.

    Returns
    -------
    float
        Missing where there is no variance.
    """
    known = _known(values)
    if known.size == 0 or np.ptp(known) == 0:
        return float("nan")
    ranks = np.searchsorted(np.asarray(breaks), known, side="right")
    within = sum(
        float(((group - group.mean()) ** 2).sum())
        for group in (known[ranks == rank] for rank in np.unique(ranks))
    )
    return 1 - within / float(((known - known.mean()) ** 2).sum())


def _known(values: Numbers) -> Array:
    array = np.atleast_1d(floats(values)[0]).ravel()
    return array[~np.isnan(array)]
