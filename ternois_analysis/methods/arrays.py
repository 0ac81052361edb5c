"""What goes in and out of the methods: numbers of any container, as plain arrays of floats."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ternois_analysis.errors import SchemaError, explain

Array = NDArray[np.float64]
Numbers = float | Sequence[float] | NDArray[Any] | pd.Series
Result = pd.Series | Array


def floats(*values: Numbers) -> tuple[Array, ...]:
    """Float copies of `values`, broadcast to one shape; what is missing or infinite is NaN.

    Raises
    ------
    SchemaError
        If two Series do not have the same index: positions would pair other territories.
    """
    series = [value for value in values if isinstance(value, pd.Series)]
    for other in series[1:]:
        if not other.index.equals(series[0].index):
            raise SchemaError(
                explain(
                    "Two columns of one calculation",
                    expected="the same index, in order",
                    found=f"{list(series[0].index[:3])}… and {list(other.index[:3])}…",
                    do="Take both from one table, or reindex one to the other.",
                )
            )
    arrays = [
        value.to_numpy(dtype="float64", na_value=np.nan)
        if isinstance(value, pd.Series)
        else np.asarray(value, dtype="float64")
        for value in values
    ]
    shared = np.broadcast_arrays(*arrays)
    return tuple(np.where(np.isfinite(array), array, np.nan) for array in shared)


def like(models: Sequence[Numbers], result: Array) -> Result:
    """`result` as a Series with the index of the first Series in `models`, or as it is."""
    for model in models:
        if isinstance(model, pd.Series):
            return pd.Series(result, index=model.index)
    return result


def refuse(wrong: bool | NDArray[np.bool_], what: str, expected: str, found: Numbers) -> None:
    """Raise when a figure, or any element of an array, is impossible.

    Raises
    ------
    SchemaError
        With the first offending figure.
    """
    places = np.flatnonzero(wrong)
    if places.size:
        first = np.ravel(found)[places[0]]
        said = f"{first:g} at position {places[0]}" if np.ndim(wrong) else f"{first:g}"
        raise SchemaError(explain(what, expected=expected, found=said, do="Check the columns."))
