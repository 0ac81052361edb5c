"""Composite indicators, and how little a rank may hold when the weights change.

Never a league table: `rank_intervals` belongs beside any composite. References: OECD and JRC 2008,
Handbook on constructing composite indicators; Mazziotta and Pareto 2016 for the penalised mean.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, refuse

Method = Literal["arithmetic", "z", "geometric", "mazziotta_pareto"]


def min_max(table: pd.DataFrame, direction: Sequence[int]) -> pd.DataFrame:
    """Each indicator between 0 for the least favourable unit and 1 for the most.

    Parameters
    ----------
    table : DataFrame
        One row a unit, one column an indicator.
    direction : sequence of 1 or -1
        One an indicator: whether more is more (1) or less (−1).

    Returns
    -------
    DataFrame
        Missing where missing, and a whole column where no two units differ.

    Raises
    ------
    SchemaError
        If a direction is neither 1 nor −1, or there is not one an indicator.
    """
    turned = _turned(table, direction)
    width = turned.max() - turned.min()
    return (turned - turned.min()) / width.where(width > 0)


def z_scores(table: pd.DataFrame, direction: Sequence[int]) -> pd.DataFrame:
    """Each indicator in standard deviations (over n) from its mean.

    Arguments, missing and raises as in `min_max`.
    """
    turned = _turned(table, direction)
    spread = turned.std(ddof=0)
    # Equal figures can leave a spread of 1e-17.
    return (turned - turned.mean()) / spread.where(turned.max() > turned.min())


def composite(
    table: pd.DataFrame,
    direction: Sequence[int],
    method: Method = "arithmetic",
    weights: Sequence[float] | None = None,
) -> pd.Series:
    """One figure a unit out of several indicators.

    Parameters
    ----------
    table, direction
        As in `min_max`.
    method : str
        "arithmetic": mean of min-max, 0 to 100. "z": mean of z-scores. "geometric": geometric mean
        of 1 + 99 × min-max, 1 to 100, low where one indicator is. "mazziotta_pareto": mean M of
        100 + 10 z, less S²/M for the unevenness S of the unit's own indicators; about 100.
    weights : sequence of float, optional
        Zero or more, one an indicator; equal by default.

    Returns
    -------
    Series
        Missing for a unit with a missing indicator, and everywhere when one indicator is the same
        for all: it would add the same to all or nothing, and which is a choice.

    Raises
    ------
    SchemaError
        As `min_max`, or if the weights are negative, all zero, or not one an indicator.
    """
    shares = _shares(weights, table.shape[1])
    return pd.Series(
        _combined(_scaled(table, direction, method), method, shares), index=table.index
    )


def rank_intervals(
    table: pd.DataFrame,
    direction: Sequence[int],
    seed: int,
    method: Method = "arithmetic",
    draws: int = 1000,
    level: float = 0.9,
) -> pd.DataFrame:
    """Ranks of the units under random weights, all weightings being as likely.

    Parameters
    ----------
    table, direction, method
        As in `composite`.
    seed : int
        Of the random weights.
    draws : int
        How many weightings.
    level : float
        Share of the weightings that `low` to `high` covers.

    Returns
    -------
    DataFrame
        One row a unit: rank with equal weights (`equal`), `low` and `high`, and `best` and `worst`
        of all weightings; 1 is the highest composite, equal ones share the mean of their ranks.
        Missing as in `composite`.
    """
    scaled = _scaled(table, direction, method)
    rng = np.random.default_rng(seed)
    schemes = rng.dirichlet(np.ones(table.shape[1]), size=draws)
    drawn = pd.DataFrame([_combined(scaled, method, shares) for shares in schemes])
    # Rounded: ties must not be broken by the last digit.
    ranks = drawn.round(9).rank(axis=1, ascending=False)
    equal = composite(table, direction, method).round(9).rank(ascending=False)
    tail = (1 - level) / 2
    found = {
        "equal": equal.to_numpy(),
        "low": ranks.quantile(tail, interpolation="lower").to_numpy(),
        "high": ranks.quantile(1 - tail, interpolation="higher").to_numpy(),
        "best": ranks.min().to_numpy(),
        "worst": ranks.max().to_numpy(),
    }
    return pd.DataFrame(found, index=table.index)


def _turned(table: pd.DataFrame, direction: Sequence[int]) -> pd.DataFrame:
    signs = np.asarray(direction, dtype="float64")
    refuse(signs.size != table.shape[1], "Directions", "one an indicator", float(signs.size))
    refuse(np.abs(signs) != 1, "Directions", "1 or -1", signs)
    return table.astype("float64") * signs


def _shares(weights: Sequence[float] | None, size: int) -> Array:
    given = np.ones(size) if weights is None else np.asarray(weights, dtype="float64")
    refuse(given.size != size, "Weights", "one an indicator", float(given.size))
    refuse(~(given >= 0), "Weights", "zero or more", given)
    refuse(given.sum() == 0, "Weights", "one at least above zero", 0.0)
    return np.asarray(given / given.sum())


def _scaled(table: pd.DataFrame, direction: Sequence[int], method: Method) -> Array:
    if method in ("arithmetic", "geometric"):
        return min_max(table, direction).to_numpy()
    return z_scores(table, direction).to_numpy()


def _combined(scaled: Array, method: Method, shares: Array) -> Array:
    if method == "arithmetic":
        return 100 * scaled @ shares
    if method == "z":
        return scaled @ shares
    if method == "geometric":
        return np.asarray(np.exp(np.log(1 + 99 * scaled) @ shares))
    points = 100 + 10 * scaled
    mean = points @ shares
    variance = (points - mean[:, None]) ** 2 @ shares
    return mean - np.divide(variance, mean, out=np.full_like(mean, np.nan), where=mean != 0)
