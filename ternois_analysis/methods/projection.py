"""Populations by age projected from past censuses: Hamilton-Perry, and raking.

A projection is the consequence of its assumptions, not a forecast; it is shown with its fan and
its error on past censuses (`trends`). References: Hamilton and Perry 1962; Swanson, Schlottmann
and Schmidt 2010 for caps; Deming and Stephan 1940 for raking.
"""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.methods.arrays import Array, Numbers, floats, refuse


def cohort_change_ratios(before: Numbers, after: Numbers) -> Array:
    """Each age group over the one it was at the census before, the interval being one group wide.

    Parameters
    ----------
    before, after : Series or array
        Persons by age group at two censuses, the last group open.

    Returns
    -------
    array
        One less than groups: the first is of group 2 over group 1, the last of the open group over
        the sum of the last two. Missing where a count is missing or the denominator is zero.

    Raises
    ------
    SchemaError
        If there are fewer than three groups.
    """
    early, late = _groups(before, after)
    starts = _starts(early)
    return np.divide(late[1:], starts, out=np.full_like(starts, np.nan), where=starts > 0)


def child_woman_ratio(population: Numbers, women: Numbers) -> float:
    """Persons of the first age group for each woman of fertile age at the same census.

    Parameters
    ----------
    population : Series or array
        Persons by age group.
    women : Series or array
        Women of each fertile group, or their sum.

    Returns
    -------
    float
        Missing where a count is missing or there is no woman.
    """
    ((first, *_),) = floats(population)
    mothers = float(np.sum(floats(women)[0]))
    return float(first / mothers) if mothers > 0 else np.nan


def capped_ratios(
    before: Numbers,
    after: Numbers,
    small: float = 50,
    bounds: tuple[float, float] = (0.8, 1.25),
) -> Array:
    """Cohort change ratios, those that start from few persons drawn in to bounds.

    The open group keeps its own: its ratio is mostly survival, far below any such bound.

    Parameters
    ----------
    before, after
        As in `cohort_change_ratios`.
    small : float
        A group with fewer persons is small.
    bounds : tuple of float
        Lowest and highest ratio of a small group.
    """
    ratios = cohort_change_ratios(before, after)
    few = _starts(floats(before)[0]) < small
    few[-1] = False
    return np.where(few, np.clip(ratios, *bounds), ratios)


def hamilton_perry(
    censuses: pd.DataFrame,
    fertile: Sequence[Hashable],
    women_share: float = 0.5,
    steps: int = 1,
    intervals: int = 2,
    small: float = 50,
    bounds: tuple[float, float] = (0.8, 1.25),
) -> pd.DataFrame:
    """Population by age, one interval of censuses after the other.

    Parameters
    ----------
    censuses : DataFrame
        One row an age group, all as wide as the interval between censuses but the last, which is
        open; one column a census, in order; two at least.
    fertile : sequence
        Labels of the groups of fertile age.
    women_share : float
        Share of women among them, per 1.
    steps : int
        How many intervals ahead.
    intervals : int
        How many past intervals give the ratios, each counting the same; fewer where there are
        fewer.
    small, bounds
        As in `capped_ratios`.

    Returns
    -------
    DataFrame
        Same rows, columns 1 to `steps`. Missing where a ratio or the group it starts from is.

    Raises
    ------
    SchemaError
        If there are fewer than two censuses or three groups, a count is negative, or a group
        of fertile age is no row.
    """
    tables = censuses.to_numpy(dtype="float64", na_value=np.nan)
    refuse(tables.shape[1] < 2, "Censuses of a projection", "two or more", tables.shape[1])
    refuse(tables < 0, "Persons by age", "zero or more", tables)
    if unknown := [label for label in fertile if label not in censuses.index]:
        raise SchemaError(
            explain(
                "Groups of fertile age",
                expected="rows of the censuses",
                found=unknown,
                do="Name them as the censuses do.",
            )
        )
    mothers = censuses.index.isin(list(fertile))
    used = tables[:, -(intervals + 1) :]
    pairs = [(used[:, i], used[:, i + 1]) for i in range(used.shape[1] - 1)]
    ratios = np.mean([capped_ratios(a, b, small, bounds) for a, b in pairs], axis=0)
    children = np.mean([child_woman_ratio(b, women_share * b[mothers]) for _, b in pairs])
    ahead = [tables[:, -1]]
    for _ in range(steps):
        older = np.append(np.nan, _starts(ahead[-1]) * ratios)
        older[0] = children * women_share * older[mothers].sum()
        ahead.append(older)
    columns = pd.RangeIndex(1, steps + 1, name="step")
    return pd.DataFrame(np.array(ahead[1:]).T, index=censuses.index, columns=columns)


def rake(parts: pd.DataFrame, total: pd.Series) -> pd.DataFrame:
    """Parts scaled so that they add up to a total, in each column.

    Parameters
    ----------
    parts : DataFrame
        One row a part (a communauté de communes), one column a group (an age).
    total : Series
        Indexed by the columns: what the parts must add up to.

    Returns
    -------
    DataFrame
        Missing in a column where a part or the total is missing, or where all parts are zero.
    """
    sums = parts.sum(skipna=False)
    return parts * (total.reindex(parts.columns) / sums.where(sums > 0))


def _groups(before: Numbers, after: Numbers) -> tuple[Array, Array]:
    early, late = floats(before, after)
    refuse(early.size < 3, "Age groups", "three or more", float(early.size))
    return early, late


def _starts(population: Array) -> Array:
    """Who reaches each group but the first, the last two groups being those of the open one."""
    return np.append(population[:-2], population[-2] + population[-1])
