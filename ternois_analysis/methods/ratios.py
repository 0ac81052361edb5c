"""Ratios of sums: the one division of the project."""

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import floats


def ratio(numerator: pd.Series, denominator: pd.Series, per: float = 1) -> pd.Series:
    """`numerator` for `per` units of `denominator`.

    Parameters
    ----------
    numerator, denominator : Series
        Totals with one and the same index, already added up.
    per : float
        100 for a percentage, 1 000 for a rate per thousand.

    Returns
    -------
    Series
        Missing where either is missing or the denominator is zero; never infinite.

    Raises
    ------
    SchemaError
        If the two indexes differ.

    Examples
    --------
    >>> ratio(pd.Series([5.0, 1.0]), pd.Series([20.0, 0.0]), per=100).tolist()
    [25.0, nan]
    """
    top, bottom = floats(numerator, denominator)
    with np.errstate(over="ignore"):
        result = np.divide(top * per, bottom, out=np.full_like(top, np.nan), where=bottom != 0)
    return pd.Series(np.where(np.isfinite(result), result, np.nan), index=numerator.index)


def as_measured(values: pd.Series) -> pd.Series:
    """A total or a published figure as it is, in floats so that it can be missing.

    Returns
    -------
    Series
        A copy: missing where missing, and where infinite.
    """
    return pd.Series(floats(values)[0], index=values.index)
