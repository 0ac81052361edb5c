"""EPCIs that resemble a territory by their structure, and never by what is compared afterwards."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from ternois_analysis.catalog.sources import ColumnKind
from ternois_analysis.errors import TerritoryError, explain
from ternois_analysis.methods import matching
from ternois_analysis.territory.codes import some
from ternois_analysis.territory.place import Territory
from ternois_analysis.territory.totals import total

Floats = npt.NDArray[np.float64]


def mahalanobis(units: Floats, others: Floats) -> Floats:
    """Distances of `methods.matching.mahalanobis`, none of whose variables may be void.

    Raises
    ------
    TerritoryError
        If a variable is constant or follows from the others.
    """
    pooled = np.vstack([units, others])
    covariance = np.atleast_2d(np.cov(pooled, rowvar=False, ddof=1))
    scale = np.sqrt(np.diag(covariance))
    flat = not (scale > 0).all()
    if flat or np.linalg.matrix_rank(covariance / np.outer(scale, scale)) < len(scale):
        raise TerritoryError(
            explain(
                "Structural variables",
                expected="variables that vary and differ",
                found="one that is constant or follows from the others",
                do="Leave it out.",
            )
        )
    return matching.mahalanobis(units, others)


def structure(table: pd.DataFrame, territories: Sequence[Territory]) -> pd.DataFrame:
    """What a territory is made of, on scales on which territories can be compared.

    Parameters
    ----------
    table : DataFrame
        Columns commune, population, area_km2 in the canonical geography.
    territories : sequence of Territory

    Returns
    -------
    DataFrame
        Indexed by `territory`: natural logarithms of population, area and number of communes, and
        share of the population in the largest commune (%). Missing where a commune has no value
        or nobody lives.
    """
    kinds: dict[str, ColumnKind] = {
        "commune": "key",
        "population": "additive",
        "area_km2": "additive",
    }
    sums = total(table[list(kinds)], territories, kinds)
    sums = sums.where(sums > 0)
    members = pd.Series({t.id: t.communes for t in territories})
    people = table.set_index("commune")["population"]
    largest = members.explode().map(people).groupby(level=0).max()
    return pd.DataFrame(
        {
            "log_population": np.log(sums["population"]),
            "log_area_km2": np.log(sums["area_km2"]),
            "log_communes": np.log(members.str.len()),
            "largest_commune_pct": 100 * largest / sums["population"],
        },
        index=sums.index,
    )


def nearest(
    target: Territory, candidates: Sequence[Territory], table: pd.DataFrame, k: int = 10
) -> pd.DataFrame:
    """The territories most like one, and why.

    Parameters
    ----------
    target : Territory
    candidates : sequence of Territory
        Usually all EPCIs; those that share a commune with the target are left out.
    table : DataFrame
        Structural variables, indexed by territory id, for the target and all candidates.
    k : int
        How many to keep.

    Returns
    -------
    DataFrame
        Indexed by `territory`, the most alike first: `distance`, then for each variable the gap
        to the target in standard deviations of all units (positive: more than the target).

    Raises
    ------
    TerritoryError
        If a value is missing, or the variables do not allow a distance.
    """
    own = set(target.communes)
    others = [c.id for c in candidates if c.id != target.id and own.isdisjoint(c.communes)]
    units = table.reindex([target.id, *others])
    if incomplete := units.index[units.isna().any(axis=1)].tolist():
        raise TerritoryError(
            explain(
                "Structural variables",
                expected="a value for each territory",
                found=f"missing for {some(incomplete)}",
                do="Leave these candidates out.",
            )
        )
    values = units.to_numpy(dtype=float)
    found = pd.DataFrame(
        (values[1:] - values[0]) / values.std(axis=0, ddof=1),
        columns=units.columns,
        index=pd.Index(others, name="territory"),
    )
    found.insert(0, "distance", mahalanobis(values[:1], values[1:])[0])
    return found.sort_values(["distance", "territory"]).head(k)
