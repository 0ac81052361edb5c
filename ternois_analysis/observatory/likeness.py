"""The EPCIs similar to a territory, and what is typical of them: median and quartiles."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ternois_analysis import trail
from ternois_analysis.observatory.values import COLUMNS
from ternois_analysis.territory import Territory, similar
from ternois_analysis.trail import lru_cache

if TYPE_CHECKING:
    from ternois_analysis.observatory.door import Observatory

#: What likeness is measured on.
STRUCTURE = ("population", "area_km2")
#: Kinds of territory that are of the scale of an EPCI.
SCALES = ("pays", "cc", "epci", "list")
#: Number of similar EPCIs shown.
SIMILAR = 10

#: Identifier under which a median is shown.
TYPICAL = "similaires"


def median(rows: pd.DataFrame) -> pd.DataFrame:
    """Median of some territories, as the values of one named `similaires`.

    Parameters
    ----------
    rows : DataFrame
        Published values of the similar EPCIs.

    Returns
    -------
    DataFrame
        One row an indicator, category and period. `low` and `high` are the quartiles, not an
        interval of the median; « n.d. » where fewer than half of the territories have a value.
    """
    count = rows["territory"].nunique()
    if not count:
        return rows
    groups = rows.groupby(["indicator", "category", "period"], sort=False)
    spread = groups["value"].quantile(np.array([0.25, 0.5, 0.75])).unstack()
    first = groups.first().join(groups["value"].count().rename("known"))
    enough = first["known"] * 2 >= count
    found = first.assign(
        territory=TYPICAL, territory_label=f"EPCI similaires (médiane de {count})",
        value=spread[0.5], low=spread[0.25], high=spread[0.75], n=float("nan"), note="",
    )  # fmt: skip
    found["status"] = np.where(enough, "ok", "n.d.")
    found.loc[~enough, ["value", "low", "high"]] = float("nan")
    return found.reset_index()[list(COLUMNS)]


@lru_cache(maxsize=64)
def nearest(observatory: "Observatory", place: Territory) -> pd.DataFrame:
    """The EPCIs nearest to a territory by structure alone, nearest first.

    Likeness is not measured on what it is used to judge: only population, area, number of communes
    and the weight of the largest one count.

    Returns
    -------
    DataFrame
        Indexed by territory identifier: distance (Mahalanobis), then the gap to the territory on
        each structural fact, in standard deviations of all EPCIs. No row for a territory of which
        one of these facts is not known, such as those of Mayotte.
    """
    every = _structure(observatory)
    if place.kind == "epci" and place.id in every.index:
        own = every.loc[[place.id]]
    else:
        own = similar.structure(_composition(observatory), [place])
    known = every.drop(index=place.id, errors="ignore")
    if own.isna().any(axis=None):
        return pd.DataFrame(columns=["distance", *own.columns], dtype=float)
    candidates = [epci for epci in observatory.epcis if epci.id in known.index]
    return similar.nearest(place, candidates, pd.concat([own, known]), SIMILAR)


@lru_cache(maxsize=8)
def _composition(observatory: "Observatory") -> pd.DataFrame:
    observatory.note(STRUCTURE)
    with trail.aside():
        columns = observatory.columns
        newest = {columns.newest(name): name for name in STRUCTURE}
        return columns.table[["commune", *newest]].rename(columns=newest)


@lru_cache(maxsize=8)
def _structure(observatory: "Observatory") -> pd.DataFrame:
    return similar.structure(_composition(observatory), observatory.epcis).dropna()
