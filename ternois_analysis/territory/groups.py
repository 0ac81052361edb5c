"""Sums and common values of sorted groups, where one missing member makes the group missing."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]


def among(values: pd.Series, known: pd.Series) -> pd.Series:
    """Whether each text is one of the known ones.

    `Series.isin` does the same on columns of text, 30 times slower in pandas 3.1.
    """
    texts, listed = values.astype(object), known.astype(object)
    if len(texts) < len(listed) / 2:  # all of `known` would be hashed, to be asked for a few
        listed = listed[listed.isin(texts)]
    return texts.isin(listed)


def repeated(values: pd.Series) -> pd.Series:
    """Whether each text comes more than once, quicker than on columns of text."""
    return values.astype(object).duplicated(keep=False)


def paired(table: pd.DataFrame, key: str, value: str) -> dict[str, str]:
    """Texts of a column by those of another, quicker than from columns of text."""
    keys, values = (table[name].to_numpy(dtype=object) for name in (key, value))
    return dict(zip(keys, values, strict=True))


def starts_of(groups: npt.NDArray[Any]) -> Positions:
    """Positions at which a new group starts in sorted group numbers."""
    if not len(groups):
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])


def sums(values: Floats, starts: Positions) -> Floats:
    """Sum of each group of floats; NaN as soon as one member is NaN."""
    return np.add.reduceat(values, starts) if len(starts) else np.empty(0, dtype=np.float64)


def common(values: pd.Series, starts: Positions) -> pd.Series:
    """The value that all members of a group share, missing if one differs or is missing.

    Parameters
    ----------
    values : Series
        Published values, of any type, in group order.
    starts : array of int
        First position of each group.

    Returns
    -------
    Series, one row a group, with the dtype of `values` or one that holds missing.
    """
    if not len(starts):
        return values.iloc[:0]
    codes, _ = pd.factorize(values)
    low, high = np.minimum.reduceat(codes, starts), np.maximum.reduceat(codes, starts)
    first = values.iloc[starts].reset_index(drop=True)
    return first.where(low == high)
