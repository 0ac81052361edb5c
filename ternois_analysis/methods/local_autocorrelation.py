"""Where the resemblance between neighbours lies: one index a unit, after Anselin 1995.

The variance that divides is the sum of squares over n, as in the article (some software has
n − 1): the mean of the local indices is then Moran's I.
"""

from typing import Any

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, floats
from ternois_analysis.methods.autocorrelation import TIE
from ternois_analysis.methods.specificity import adjusted_p
from ternois_analysis.methods.weights import row_standardised


def local_moran(
    values: pd.Series, neighbours: Any, permutations: int = 9999, seed: int = 0
) -> pd.DataFrame:
    """Local Moran's I with conditional permutations.

    For each unit its own value stays and those of the other units are drawn, without replacement,
    for its neighbours. Arguments as in `moran`.

    Returns
    -------
    DataFrame
        Same index. `local`: the index, above zero when the unit looks like its neighbours.
        `lag`: mean of the neighbours, in the unit of `values`. `quadrant`: H or L for the unit,
        then for its neighbours, as they lie strictly above the mean of all or not (HH, LL: alike;
        HL, LH: apart). `p`: two-sided, at least 2 / (permutations + 1). `p_adjusted`: for the
        number of units (Benjamini-Hochberg). All missing where a value is, or all are equal.

    Raises
    ------
    SchemaError
        As in `row_standardised`: no unit may be without neighbours.
    """
    matrix = row_standardised(neighbours, values.index.tolist())
    (x,) = floats(values)
    n = x.size
    if np.isnan(x).any() or not n or np.ptp(x) == 0:
        empty = pd.DataFrame(np.nan, index=values.index, columns=["local", "lag"])
        return empty.assign(quadrant=None, p=np.nan, p_adjusted=np.nan)
    z = (x - x.mean()) / x.std()
    lag = np.asarray(matrix @ z)
    p = _conditional_p(matrix, z, lag, permutations, seed)
    own, around = np.where(z > TIE, "H", "L"), np.where(lag > TIE, "H", "L")
    return pd.DataFrame(
        {
            "local": z * lag,
            "lag": matrix @ x,
            "quadrant": np.char.add(own, around),
            "p": p,
            "p_adjusted": adjusted_p(p),
        },
        index=values.index,
    )


def _conditional_p(matrix: Any, z: Array, lag: Array, count: int, seed: int) -> Array:
    """Two-sided p-value of each unit's lag among those of random neighbours.

    A local index is its unit's value times its lag: both say the same two-sided p-value, and that
    of the lag is known where the unit lies at the mean.
    """
    n = z.size
    generator = np.random.default_rng(seed)
    most = int(np.diff(matrix.indptr).max())
    # The same draws serve every unit: positions among the n − 1 others, without replacement.
    others = np.tile(np.arange(n - 1), (count, 1))
    drawn = generator.permuted(others, axis=1)[:, :most]
    p = np.empty(n)
    for unit in range(n):
        weights = matrix.data[matrix.indptr[unit] : matrix.indptr[unit + 1]]
        lags = np.delete(z, unit)[drawn[:, : weights.size]] @ weights
        above = np.count_nonzero(lags >= lag[unit] - TIE)
        below = np.count_nonzero(lags <= lag[unit] + TIE)
        p[unit] = min(1.0, 2 * (min(above, below) + 1) / (count + 1))
    return p
