"""How a whole spreads over its parts: a few that hold everything, or many that weigh alike.

References: Herfindahl 1950, Hirschman 1945; Adelman 1969 (effective number); Shannon 1948;
Pielou 1966.
"""

from dataclasses import dataclass

import numpy as np

from ternois_analysis.methods.arrays import Numbers, floats, refuse


@dataclass(frozen=True)
class Diversity:
    """Concentration and diversity of one structure.

    `hhi`: sum of squared shares, 1/n to 1. `hhi_normalised`: the same brought to 0-1.
    `effective`: number of equal parts with the same `hhi`. `shannon`: entropy in nats, 0 to ln n,
    and `effective_shannon` its number of equal parts. `evenness` (Pielou): entropy over ln n, 0-1.
    """

    parts: int
    hhi: float
    hhi_normalised: float
    effective: float
    shannon: float
    effective_shannon: float
    evenness: float


def diversity(counts: Numbers) -> Diversity:
    """Concentration and diversity of counts, or shares, by part.

    Parameters
    ----------
    counts : Series or array
        One figure a part of a fixed nomenclature, zero or more. Empty parts count among the n:
        compare only structures told in one nomenclature.

    Returns
    -------
    Diversity
        All missing where a count is missing or they add up to zero; with a single part,
        `hhi_normalised` and `evenness` are 0/0, hence missing.

    Raises
    ------
    SchemaError
        If a count is negative.

    Examples
    --------
    >>> diversity([25, 25, 25, 25]).effective
    4.0
    """
    array = np.atleast_1d(floats(counts)[0]).ravel()
    refuse(array < 0, "Counts by part", "zero or more", array)
    n, total = array.size, array.sum()
    if not total > 0:
        return Diversity(n, *[np.nan] * 6)
    share = array / total
    hhi = float((share**2).sum())
    # Adding zero turns the −0.0 of a single full part into zero.
    shannon = float(-(share * np.log(np.where(share == 0, 1.0, share))).sum()) + 0.0
    return Diversity(
        parts=n,
        hhi=hhi,
        hhi_normalised=(hhi - 1 / n) / (1 - 1 / n) if n > 1 else np.nan,
        effective=1 / hhi,
        shannon=shannon,
        effective_shannon=float(np.exp(shannon)),
        evenness=float(shannon / np.log(n)) if n > 1 else np.nan,
    )
