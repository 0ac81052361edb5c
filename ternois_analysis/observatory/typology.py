"""Typology of the communes of a territory: axes, classes, what sets each class apart.

Principal components of the correlations, the communes of fewer than `SMALLEST` inhabitants being
placed without weighing; Ward's tree on the axes kept, k-means consolidation, test values; the
classes are as good as their steadiness under resampling (Lebart, Morineau and Piron 1995).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.methods.components import Components, axes_to_keep, principal_components
from ternois_analysis.methods.profiles import mean_test_values
from ternois_analysis.methods.typology import Stability, classify, number_of_classes, stability
from ternois_analysis.observatory import raw
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

#: Inhabitants under which a commune makes no axis; active communes needed for a typology.
SMALLEST, FEWEST = 100, 15
#: Classes at most, as many as a map can tell apart; draws and seed of the steadiness.
MOST, DRAWS, SEED = 5, 100, 20120101

#: What the typology looks at, where a source has it; densities are taken on a log scale.
VARIABLES = (
    "population_density_per_km2", "population_growth_pct_per_year", "share_under_20_pct",
    "share_65_plus_pct", "vacancy_rate_pct", "share_secondary_residences_pct",
    "share_main_residences_in_flats_pct", "residents_per_main_residence",
    "jobs_to_employed_15_64_per_100", "activity_rate_pct", "census_unemployment_rate_pct",
)  # fmt: skip
_LOGS = ("population_density_per_km2",)
#: Rounds in which communes that are alone in their class are taken out of the axes.
_ALONE, _FEW = 4, 3
#: Scales at which communes are grouped: not those that have hundreds of them.
SCALES = ("pays", "cc", "epci", "list")


@dataclass(frozen=True, eq=False)
class Typology:
    """Classes of communes, from 1 (the largest), and what they rest on.

    `classes` by commune code, `active` those that made the axes, `table` the variables,
    `means` and `test_values` one row a class, one column a variable; `reason` in French where there
    is no typology (everything else is then empty).
    """

    classes: pd.Series
    active: pd.Series
    components: Components | None
    kept: int
    means: pd.DataFrame
    test_values: pd.DataFrame
    steadiness: Stability
    population: pd.Series
    reason: str = ""


def typology(observatory: Observatory, place: Territory) -> Typology:
    """The typology of the communes of a territory; without classes, with a reason, if too few."""
    if place.kind not in SCALES:
        return _none(
            "Typologie sans objet à cette échelle : elle porte sur les communes d’un EPCI."
        )
    if len(place.communes) < FEWEST:
        return _none(_few(len(place.communes), "communes"))
    names = raw.installed(observatory, [n for n in VARIABLES if n in catalog.indicators()])
    wide = raw.ratios(observatory, place.communes, ["population", *names])
    population = wide.pop("population")
    # A source installed in part would drop every commune: its variable is left out instead.
    wide = wide.loc[:, wide[population >= SMALLEST].notna().mean() >= 0.9]
    for name in wide.columns.intersection(list(_LOGS)):
        wide[name] = np.log(wide[name].where(wide[name] > 0))
    active = (population >= SMALLEST) & wide.notna().all(axis=1)
    if active.sum() < FEWEST or wide.shape[1] < 3:
        return _none(_few(int(active.sum()), f"communes d’au moins {SMALLEST} habitants"))
    return _grouped(wide, active, population)


def _grouped(wide: pd.DataFrame, active: pd.Series, population: pd.Series) -> Typology:
    for _ in range(_ALONE):
        made = _classed(wide, active, population)
        sizes = made.classes[active].value_counts()
        alone = made.classes[active].isin(sizes.index[sizes == 1])
        if not alone.any():
            return made
        # A commune alone in its class bends the axes for all others: it is placed afterwards.
        active = active & ~alone.reindex(active.index, fill_value=False).astype(bool)
        if active.sum() < FEWEST:
            break
    left = int(active.sum())
    return _none(_few(left, "communes sans profil unique"))


def _classed(wide: pd.DataFrame, active: pd.Series, population: pd.Series) -> Typology:
    found = principal_components(wide, active)
    kept = axes_to_keep(found.eigenvalues)
    points = found.scores.iloc[:, :kept]
    own = points[active]
    count = number_of_classes(own, most=min(MOST, max(_FEW, len(own) // 5)))
    classes = classify(own, count).reindex(wide.index)
    centres = own.groupby(classes[active].astype(int)).mean()
    for code in points.index[~active & points.notna().all(axis=1)]:
        gaps = ((centres - points.loc[code]) ** 2).sum(axis=1)
        classes[code] = int(gaps.idxmin())
    groups = classes[active].astype(int)
    shown = wide[active].copy()
    tests = pd.DataFrame({name: mean_test_values(shown[name], groups) for name in shown})
    for name in shown.columns.intersection(list(_LOGS)):
        shown[name] = np.exp(shown[name])
    return Typology(
        classes=classes,
        active=active,
        components=found,
        kept=kept,
        means=shown.groupby(groups).mean(),
        test_values=tests,
        steadiness=stability(own, count, SEED, DRAWS),
        population=population,
    )


def held(typology: Typology, groups: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Communes and inhabitants that each class holds in some groups of communes.

    Parameters
    ----------
    groups : mapping
        Codes by name; the whole may be one of them.

    Returns
    -------
    DataFrame
        One row a group and class: group, class, communes, population, share_pct of the population
        of the group's communes that have a class.
    """
    rows = []
    for name, codes in groups.items():
        inside = typology.classes.reindex(list(codes)).dropna()
        people = typology.population.reindex(inside.index)
        for number in sorted(typology.classes.dropna().unique()):
            own = inside == number
            rows.append({
                "group": name, "class": int(number), "communes": int(own.sum()),
                "population": float(people[own].sum()),
                "share_pct": 100 * float(people[own].sum()) / float(people.sum())
                if people.sum() > 0 else np.nan,
            })  # fmt: skip
    return pd.DataFrame(rows, columns=["group", "class", "communes", "population", "share_pct"])


def _few(count: int, what: str) -> str:
    return (
        f"Typologie n.s. : {count} {what}, moins des {FEWEST} qu’il faut pour que des classes "
        "aient un sens."
    )


def _none(reason: str) -> Typology:
    empty = pd.Series(dtype="float64")
    nothing = Stability(np.nan, np.nan, np.nan)
    return Typology(empty, empty, None, 0, pd.DataFrame(), pd.DataFrame(), nothing, empty, reason)
