"""How much inequality lies between groups when the groups are drawn at random.

The share between groups is never zero, even for groups that mean nothing: it is read against what
the same places, dealt out at random in groups of the same sizes, would give.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.methods.arrays import Array, floats
from ternois_analysis.methods.inequality import theil


@dataclass(frozen=True)
class Between:
    """Share of Theil's T between groups, what chance gives (mean), and how often it gives more."""

    share: float
    by_chance: float
    p: float
    draws: int
    seed: int


def between_share(
    values: pd.Series, population: pd.Series, groups: pd.Series, draws: int, seed: int
) -> Between:
    """Theil's share between groups, against that of random groups of the same sizes.

    Parameters
    ----------
    values, population, groups : Series
        As in `inequality.theil`.
    draws, seed : int
        Number of random groupings, and the seed that makes them the same each time.

    Returns
    -------
    Between
        `p` is one-sided, the observed grouping being one of those drawn; all missing where the
        index is missing or zero.

    Raises
    ------
    SchemaError
        As in `inequality.theil`.
    """
    found = theil(values, population, groups)
    if np.isnan(found.share_between):
        return Between(np.nan, np.nan, np.nan, draws, seed)
    y, p = floats(values, population)
    y, p = y / y.sum(), p / p.sum()
    labels = pd.factorize(groups)[0]
    generator = np.random.default_rng(seed)
    shares = np.array(
        [_between(y, p, generator.permutation(labels)) / found.total for _ in range(draws)]
    )
    above = int(np.count_nonzero(shares >= found.share_between - 1e-12))
    chance = float(shares.mean())
    return Between(found.share_between, chance, (above + 1) / (draws + 1), draws, seed)


def _between(y: Array, p: Array, labels: Array) -> float:
    own, heads = np.bincount(labels, y), np.bincount(labels, p)
    some = own > 0
    return float((own[some] * np.log(own[some] / heads[some])).sum())
