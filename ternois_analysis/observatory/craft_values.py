"""Values of the register that need more than columns: smoothed densities, funnels, survival."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis import french
from ternois_analysis.methods.funnel import poisson_limits
from ternois_analysis.methods.series import decomposition, seasonality_p
from ternois_analysis.methods.smoothing import marshall
from ternois_analysis.methods.survival import at_risk, kaplan_meier, log_rank, survival_at
from ternois_analysis.observatory import values
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

#: Densities are counted for this many inhabitants.
PER = 10_000
#: Months shown on survival curves, and businesses that must still be followed there.
MONTHS = tuple(range(0, 61, 6))
FOLLOWED = 30
#: Events a quarter under which a series is not corrected for its season.
EVENTS = 20
#: Years of registration put together in a cohort.
COHORT = 5
_DAYS_A_MONTH = 365.25 / 12


def smoothed_density(observatory: Observatory, place: Territory) -> pd.DataFrame:
    """Empirical Bayes densities of the communes of a territory, drawn towards the whole.

    The communes of the Pays give the common level and its spread (Marshall 1991); a commune outside
    the register is « n.d. ». The note gives the weight of the commune's own figure.
    """
    codes = [f"commune-{code}" for code in observatory.gazetteer.pays_codes]
    known = observatory.values(codes, ["craft_businesses", "population"])
    wide = known.pivot(index="territory", columns="indicator", values="value")
    fit = marshall(wide["craft_businesses"], wide["population"])
    rows = observatory.communes(place, ["craft_density_per_10000"])
    found = fit.reindex(rows["territory"])
    rows = rows.assign(
        indicator="craft_density_smoothed_per_10000",
        value=(PER * found["smoothed"]).to_numpy(), low=np.nan, high=np.nan, n=np.nan,
    )  # fmt: skip
    rows["status"] = np.where(rows["value"].notna(), "ok", "n.d.")
    weights = [
        f"poids du chiffre propre : {french.quantity(100 * weight, '%')}" if known else ""
        for weight, known in zip(found["weight"], rows["value"].notna(), strict=True)
    ]
    return rows.assign(note=weights)[list(values.COLUMNS)]


def funnel_limits(rows: pd.DataFrame, target: float) -> pd.DataFrame:
    """Limits of densities around a level, for populations up to the largest of `rows`.

    Returns
    -------
    DataFrame
        `n` (inhabitants), `low_95`, `high_95`, `low_998`, `high_998`, per 10 000 inhabitants.
    """
    sizes = pd.Series(np.geomspace(30, max(float(rows["n"].max()), 60), 60))
    expected = sizes * target / PER
    table = {"n": sizes}
    for name, level in (("95", 0.95), ("998", 0.998)):
        limits = poisson_limits(expected, level)
        table[f"low_{name}"] = pd.Series(target * limits.low)
        table[f"high_{name}"] = pd.Series(target * limits.high)
    return pd.DataFrame(table)


def lives(observatory: Observatory, place: Territory) -> pd.DataFrame:
    """How long the businesses of a territory lived, as far as the register follows them.

    Returns
    -------
    DataFrame
        One row a spell: `months` at the end of the follow-up, `entry` months at its start (later
        than 0 for a business registered before the oldest removal known: those removed earlier are
        not in the file), `closed`, `family`, `cohort`. No identifier.
    """
    register = observatory.columns.register
    columns = ["months", "entry", "closed", "family", "cohort"]
    if register is None:
        return pd.DataFrame(columns=columns)
    spells = register.spells[register.spells["commune"].isin(place.communes)]
    end = pd.Timestamp(observatory.quarter.last_day)
    spells = spells[spells["registered"] <= end]
    start = register.spells["removed"].min()
    stop = spells["removed"].where(spells["removed"] <= end).fillna(end)
    first = spells["registered"].dt.year // COHORT * COHORT
    cohort = first.astype(str) + "-" + (first + COHORT - 1).astype(str)
    found = pd.DataFrame(
        {
            "months": (stop - spells["registered"]).dt.days / _DAYS_A_MONTH,
            "entry": ((start - spells["registered"]).dt.days / _DAYS_A_MONTH).clip(lower=0),
            "closed": (spells["removed"] <= end).astype(int),
            "family": spells["nar4"],
            "cohort": cohort,
        }
    )
    return found[found["months"] > found["entry"]].reset_index(drop=True)


def survival(observatory: Observatory, place: Territory, by: str) -> pd.DataFrame:
    """Kaplan-Meier survival of the businesses of a territory, by family or by cohort.

    Parameters
    ----------
    observatory : Observatory
    place : Territory
    by : {"family", "cohort"}
        The three most recent cohorts that can be followed, or the four families.

    Returns
    -------
    DataFrame
        Values whose category is a number of months; the territory's label is the group's. « n.s. »
        from the month on where fewer than `FOLLOWED` businesses are followed; empty without a
        register.
    """
    register = observatory.columns.register
    known = lives(observatory, place)
    if register is None or known.empty:
        return pd.DataFrame(columns=list(values.COLUMNS))
    groups = sorted(set(known[by]) - {""})
    groups = groups[-4:-1] if by == "cohort" else groups
    rows = []
    for group in groups:
        rows += _curve(known[known[by] == group], f"{place.id}/{group}", group)
    return pd.DataFrame(rows).assign(
        quarter=str(observatory.quarter), audience=observatory.audience,
        indicator="craft_survival_pct", period=str(observatory.quarter), source=register.source,
        millesime=str(observatory.quarter), synthetic=register.synthetic,
    )[list(values.COLUMNS)]  # fmt: skip


def _curve(known: pd.DataFrame, identifier: str, label: str) -> list[Mapping[str, object]]:
    curve = kaplan_meier(known["months"], known["closed"], known["entry"])
    rows: list[Mapping[str, object]] = []
    shown = True
    for month in MONTHS:
        # At the start everybody who entered at zero is followed; a late entry joins afterwards.
        followed = at_risk(known["months"], max(month, 0.01), known["entry"])
        shown = shown and followed >= FOLLOWED
        point = survival_at(curve, month)
        numbers = [100 * float(point[name]) for name in ("survival", "low", "high")]
        value, low, high = numbers if shown else (np.nan,) * 3
        rows.append({
            "territory": identifier, "territory_label": label, "category": str(month),
            "value": value, "low": low, "high": high, "n": float(followed) if shown else np.nan,
            "status": "ok" if shown else "n.s.", "note": "" if shown else "effectif insuffisant",
        })  # fmt: skip
    return rows


def families_differ(observatory: Observatory, place: Territory) -> float:
    """Smallest p-value of log-rank tests of each family against the others, times their number.

    Only businesses followed from their registration count: the test knows no late entry. Missing
    where a family or the others have fewer than `FOLLOWED` businesses.
    """
    known = lives(observatory, place)
    known = known[known["entry"] == 0]
    found = []
    for family in sorted(set(known["family"]) - {""}):
        inside, outside = known[known["family"] == family], known[known["family"] != family]
        if min(len(inside), len(outside)) < FOLLOWED:
            continue
        test = log_rank(inside["months"], inside["closed"], outside["months"], outside["closed"])
        found.append(test.p)
    return min(1.0, min(found) * len(found)) if found else float("nan")


@dataclass(frozen=True)
class Season:
    """Whether quarterly registrations have a season: mean events, Friedman's p, factors by quarter.

    `few` where there are too few events for any correction; the rest is then not computed.
    """

    mean: float
    few: bool
    p: float
    factors: tuple[float, ...]


def season(observatory: Observatory, place: Territory) -> Season:
    """The season of registrations in a territory, tested before anything is corrected.

    Classical decomposition, for diagnosis only: the series shown is never adjusted.
    """
    rows = observatory.values([place], ["craft_registrations_quarter"], series=True)
    events = rows.sort_values("period").set_index("period")["value"]
    mean = float(events.mean())
    if events.isna().any() or len(events) < 20 or mean < EVENTS:
        return Season(mean, True, float("nan"), ())
    whole = events.to_numpy()
    series = pd.Series(whole)
    found = decomposition(series, "multiplicative") if (whole > 0).all() else None
    # The first period decides which quarter the first factor belongs to.
    first = int(str(events.index[0])[-1])
    order = [(quarter - first) % 4 for quarter in range(1, 5)]
    factors = () if found is None else tuple(found["seasonal"].iloc[order])
    return Season(mean, False, seasonality_p(series), factors)
