"""Do neighbouring communes look alike? Global and local indices, with a ring of outside neighbours.

Queen contiguity: two communes that share a border or a corner are neighbours. The communes around a
territory count as neighbours and among the values, so that its edge is no edge. Rates whose counts
are known are first brought to one scale of error (Assunção and Reis 1999).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from ternois_analysis.methods.autocorrelation import moran, standardised_rates
from ternois_analysis.methods.local_autocorrelation import local_moran
from ternois_analysis.methods.specificity import adjusted_p
from ternois_analysis.observatory import ground, raw
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.typology import FEWEST, SCALES
from ternois_analysis.territory import Territory
from ternois_analysis.territory import shapes as geometry
from ternois_analysis.trail import lru_cache

PERMUTATIONS, SEED = 9999, 20120101
#: Adjusted p-value under which a resemblance is called significant.
LEVEL = 0.05
#: Marks of a commune whose neighbours are not significantly like or unlike it.
NEUTRAL = "n.s."


@dataclass(frozen=True, eq=False)
class Area:
    """Communes of a territory and of the ring around it, and who is next to whom."""

    inside: tuple[str, ...]
    ring: tuple[str, ...]
    neighbours: dict[str, tuple[str, ...]]


def why_not(place: Territory) -> str:
    """Why a territory has no index, in French; empty where it has one."""
    if place.kind not in SCALES:
        return "Sans objet à cette échelle : l’indice porte sur les communes d’un EPCI."
    if len(place.communes) < FEWEST:
        return f"n.s. : {len(place.communes)} communes, moins des {FEWEST} qu’il faut."
    return ""


@lru_cache(maxsize=24)
def area(observatory: Observatory, place: Territory) -> Area:
    """Contiguity of the communes of a territory and of those that touch it."""
    shapes = ground.contours(observatory, place)
    ring = geometry.touching(shapes, place)
    known = shapes[~shapes.geometry.is_empty & shapes["commune"].isin([*place.communes, *ring])]
    polygons = known.to_crs(geometry.projection(place.communes))
    codes = polygons["commune"].tolist()
    tree = shapely.STRtree(polygons.geometry.to_numpy())
    pairs = tree.query(
        polygons.geometry.to_numpy(), predicate="dwithin", distance=geometry.TOUCH
    ).T  # a thread between two simplified régions must not part neighbours
    found: dict[str, list[str]] = {code: [] for code in codes}
    for one, other in pairs:
        if one != other:
            found[codes[one]].append(codes[other])
    return Area(place.communes, ring, {code: tuple(sorted(n)) for code, n in found.items()})


@lru_cache(maxsize=24)
def _values(observatory: Observatory, place: Territory, name: str) -> tuple[pd.Series, bool]:
    """What the index is taken of, by commune of the area, and whether as standardised rates."""
    around = area(observatory, place)
    codes = list(around.neighbours)
    counts = raw.counts(observatory, codes, name)
    if counts is not None:
        found = standardised_rates(counts["count"], counts["of"])
    else:
        found = raw.ratios(observatory, codes, [name])[name].astype("float64")
    return _linked(found.dropna(), around), counts is not None


def _linked(values: pd.Series, around: Area) -> pd.Series:
    """The values of communes that have a neighbour with one."""
    known = set(values.index)
    return values[[any(n in known for n in around.neighbours[code]) for code in values.index]]


@lru_cache(maxsize=24)
def global_indices(
    observatory: Observatory, place: Territory, names: tuple[str, ...]
) -> pd.DataFrame:
    """Moran's I of some indicators.

    Returns
    -------
    DataFrame
        One row an indicator: indicator, value, expected, p (two-sided, permutations), p_adjusted
        (Benjamini-Hochberg), units, inside, rates (whether standardised), permutations, seed.
        Indicators with fewer than `FEWEST` communes known are left out.
    """
    rows = []
    around = area(observatory, place)
    for name in raw.installed(observatory, names):
        values, rates = _values(observatory, place, name)
        inside = values.index.isin(around.inside)
        if inside.sum() < FEWEST:
            continue
        index = moran(values, around.neighbours, PERMUTATIONS, SEED)
        rows.append({
            "indicator": name, "value": index.value, "expected": index.expected,
            "p": index.p_two_sided, "units": len(values), "inside": int(inside.sum()),
            "rates": rates, "permutations": index.permutations, "seed": SEED,
        })  # fmt: skip
    columns = ["indicator", "value", "expected", "p", "units", "inside", "rates",
               "permutations", "seed"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(p_adjusted=adjusted_p(table["p"].astype("float64")))


@lru_cache(maxsize=24)
def local_indices(observatory: Observatory, place: Territory, name: str) -> pd.DataFrame:
    """Local Moran's I of the communes of a territory.

    Returns
    -------
    DataFrame
        Indexed by commune code of the territory: `local`, `p`, `p_adjusted` (for all communes of
        the area) and `mark`: HH, LL, HL or LH where significant, `NEUTRAL` where not, missing where
        the commune has no value.
    """
    around = area(observatory, place)
    values, _ = _values(observatory, place, name)
    found = local_moran(values, around.neighbours, PERMUTATIONS, SEED)
    mark = found["quadrant"].where(found["p_adjusted"] < LEVEL, NEUTRAL)
    table = found.assign(mark=mark.where(found["p"].notna(), None))
    return table.reindex(list(around.inside))[["local", "p", "p_adjusted", "mark"]]


def usable(observatory: Observatory, place: Territory, names: Sequence[str]) -> list[str]:
    """Indicators whose values are known in enough communes of the territory."""
    kept = []
    for name in raw.installed(observatory, names):
        values, _ = _values(observatory, place, name)
        if np.count_nonzero(values.index.isin(place.communes)) >= FEWEST:
            kept.append(name)
    return kept
