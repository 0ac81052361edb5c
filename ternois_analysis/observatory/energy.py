"""Energy values that need more than columns: labels reweighted, craft on the list of RGE."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ternois_analysis import sources
from ternois_analysis.indicators.energy import LEAST_COVERAGE
from ternois_analysis.methods.intervals import normal_quantile, wilson
from ternois_analysis.observatory import made
from ternois_analysis.observatory.columns import key
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

#: Diagnoses under which a stratum is put together with the next one.
_STRATUM = 10
#: Half-width of the interval, in points, above which the share is not shown.
_WIDEST = 10.0
_TYPES = ("house", "flat")
_PERIODS = ("pre_1946", "1946_1970", "1971_1990", "1991_2005", "2006_on")
#: Businesses on either side under which a share would point at them.
_FEW = 3


def reweighted(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Share of labels F and G if the dwellings diagnosed had the census's mix of age and type.

    Post-stratification (Cochran 1977, 5A.9). A stratum with too few diagnoses is put together with
    the next period of its type, then with the other type. The bias inside a stratum stays.

    Returns
    -------
    DataFrame
        Values; « n.d. » where the census or the diagnoses are missing or cover too little, « n.s. »
        where the interval is too wide.
    """
    diagnosed = made.newest(observatory, "dpe_dwellings")
    census = made.newest(observatory, "main_residences_by_stratum")
    totals = observatory.totals(places)
    rows = []
    for place in places:
        counts = _strata(totals.loc[[place.id]].iloc[0], diagnosed, census)
        rows.append(_share(place, counts))
    return made.table(observatory, rows, {"dpe": diagnosed, "logement_ancien": census})


def _strata(totals: pd.Series, diagnosed: str, census: str) -> pd.DataFrame:
    """Diagnoses, those of label F or G and main residences by stratum, houses first."""
    names = [f"{type_}_{period}" for type_ in _TYPES for period in _PERIODS]
    columns = {
        "dpe": ("dpe_by_stratum", diagnosed),
        "fg": ("dpe_fg_by_stratum", diagnosed),
        "weight": ("main_residences_by_stratum", census),
    }
    found = {
        name: [totals.get(key(column, year, stratum), np.nan) for stratum in names]
        for name, (column, year) in columns.items()
    }
    return pd.DataFrame(found, index=names, dtype="float64")


def merged(counts: pd.DataFrame, least: float = _STRATUM) -> pd.DataFrame:
    """Strata put together, each with the next, until all have `least` diagnoses.

    Parameters
    ----------
    counts : DataFrame
        One row a stratum in the order in which neighbours are alike: dpe, fg, weight.

    Returns
    -------
    DataFrame
        Rows add up to the same totals.
    """
    groups: list[pd.Series] = []
    for _, row in counts.iterrows():
        if groups and groups[-1]["dpe"] < least:
            groups[-1] = groups[-1] + row
        else:
            groups.append(row)
    if len(groups) > 1 and groups[-1]["dpe"] < least:
        last = groups.pop()
        groups[-1] = groups[-1] + last
    return pd.DataFrame(groups).reset_index(drop=True)


def poststratified(counts: pd.DataFrame) -> tuple[float, float]:
    """Share by stratum weighted by the weights, and its standard error, both per 1.

    Missing where a figure is missing or no stratum has both a weight and a diagnosis.
    """
    if counts.isna().any(axis=None) or not counts["weight"].sum() > 0 or counts["dpe"].le(0).any():
        return np.nan, np.nan
    weight = counts["weight"] / counts["weight"].sum()
    share = counts["fg"] / counts["dpe"]
    variance = (weight**2 * share * (1 - share) / counts["dpe"]).sum()
    return float((weight * share).sum()), float(np.sqrt(variance))


def _share(place: Territory, counts: pd.DataFrame) -> dict[str, object]:
    name, whole = "dpe_fg_reweighted_pct", counts["dpe"].sum(skipna=False)
    if not 100 * whole >= LEAST_COVERAGE * counts["weight"].sum(skipna=False):
        return made.row(place, name)
    by_type = [merged(counts.loc[counts.index.str.startswith(type_)]) for type_ in _TYPES]
    value, error = poststratified(merged(pd.concat(by_type)))
    half = 100 * error * normal_quantile(0.95)
    if half > _WIDEST:
        return made.row(place, name, status="n.s.", note="intervalle trop large")
    low, high = (min(max(100 * value + side * half, 0.0), 100.0) for side in (-1, 1))
    return made.row(place, name, 100 * value, low=low, high=high, n=float(whole))


def rge_share(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Share of the active building craft businesses that are on the list of RGE.

    Returns
    -------
    DataFrame
        Values; « n.d. » without a genuine register, whose businesses alone can be on the list, or
        outside its coverage; « s » where one or two businesses stand on one side.
    """
    files = [f for f in observatory.columns.files("rge") if f.level == "pairs"]
    register = observatory.columns.register
    genuine = register is not None and not register.synthetic
    rows, name = [], "rge_building_share_pct"
    if register is None or not files or not genuine:
        note = "registre de démonstration : entreprises fictives" if register else ""
        rows = [made.row(place, name, note=note) for place in places]
    else:
        listed = set(sources.read("rge", files[-1].millesime, part=files[-1].part)["rge_business"])
        active = observatory.columns.contributions["craft_businesses", "Bâtiment",
                                                   str(observatory.quarter)]  # fmt: skip
        building = register.spells[active.astype(bool)]
        covered = set(observatory.columns.covered)
        for place in places:
            own = building[building["commune"].isin(place.communes)]
            inside = covered.issuperset(place.communes)
            rows.append(_rge(place, int(own["business"].isin(listed).sum()), len(own), inside))
    source = register.source if register is not None else "registre"
    vintage = files[-1].millesime if files else ""
    return made.table(observatory, rows, {"rge": vintage, source: str(observatory.quarter)})


def _rge(place: Territory, count: int, whole: int, covered: bool) -> dict[str, object]:
    name = "rge_building_share_pct"
    if not covered or not whole:
        return made.row(place, name)
    if place.kind in ("commune", "list") or 0 < count < _FEW or 0 < whole - count < _FEW:
        return made.row(place, name, status="s")
    bounds = wilson(np.array([count]), np.array([whole]))
    low, high = (100 * float(np.asarray(bound)[0]) for bound in bounds)
    if whole < 30 or (high - low) / 2 > _WIDEST:
        return made.row(place, name, status="n.s.", note="effectif insuffisant")
    return made.row(place, name, 100 * count / whole, low=low, high=high, n=float(whole))
