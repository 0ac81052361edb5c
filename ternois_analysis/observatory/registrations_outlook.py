"""Registrations of the next four quarters, by a model that must beat last year's figures."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.methods.forecast import MINIMUM_ORIGINS
from ternois_analysis.methods.outlook import Outlook, outlook
from ternois_analysis.methods.series import QUARTERS
from ternois_analysis.observatory import transmission, values
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import parse
from ternois_analysis.territory import Territory
from ternois_analysis.trail import lru_cache

OBSERVED = "observé"
#: How the interval of each level is called.
BANDS = {80: "attendu, intervalle à 80 %", 95: "attendu, intervalle à 95 %"}
LABELS = {
    "seasonal_naive": "même trimestre de l’année précédente",
    "season_means": "moyenne du même trimestre de trois années",
    "exponential_smoothing": "lissage exponentiel saisonnier",
}
#: Quarters under which nothing can be tried: three years, then four origins.
LEAST = 3 * QUARTERS + MINIMUM_ORIGINS
_SERIES, _AHEAD, _ERROR = (
    "craft_registrations_quarter", "registrations_outlook", "outlook_error_pct",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Ahead:
    """Registrations observed and expected, and how the models did in the past.

    `rows` and `errors` are values; `found` the outlook, None with `quarters` fewer than `LEAST`.
    """

    rows: pd.DataFrame
    errors: pd.DataFrame
    quarters: int
    found: Outlook | None
    synthetic: bool


@lru_cache(maxsize=24)
def ahead(observatory: Observatory, place: Territory) -> Ahead:
    """The next four quarters of registrations in a territory.

    Nothing is expected from fewer than `LEAST` quarters, nor where one is not known.
    """
    series = observatory.values([place], [_SERIES], series=True).sort_values("period")
    series = series[series["period"].isin(followed(observatory, series["period"]))]
    known = series["status"] == "ok"
    count = int(known.sum()) if known.all() else 0
    synthetic = bool(series["synthetic"].eq(True).any())
    seen = series.assign(indicator=_AHEAD, category=OBSERVED)
    nothing = pd.DataFrame(columns=list(values.COLUMNS))
    if count < LEAST:
        return Ahead(seen.reset_index(drop=True), nothing, count, None, synthetic)
    found = outlook(series["value"].to_numpy(dtype=float))
    last = parse(str(series["period"].iloc[-1]))
    frame = series.iloc[-1].to_dict() | {"indicator": _AHEAD, "n": np.nan}
    rows = [
        frame | {"category": label, "period": str(last.shifted(step)), "value": row["mean"],
                 "low": row[f"low_{level}"], "high": row[f"high_{level}"]}
        for level, label in BANDS.items()
        for step, (_, row) in enumerate(found.forecasts.iterrows(), 1)
    ]  # fmt: skip
    forecasts = pd.DataFrame(rows, columns=list(values.COLUMNS))
    forecasts = _without(forecasts)
    errors = [
        frame | {"indicator": _ERROR, "category": LABELS[str(name)],
                 "value": 100 * row["mase"] / row["naive_mase"],
                 "low": np.nan, "high": np.nan, "n": float(row["origins"])}
        for name, row in found.trials.iterrows()
    ]  # fmt: skip
    made = _without(pd.DataFrame(errors, columns=list(values.COLUMNS)))
    whole = pd.concat([seen, forecasts], ignore_index=True)
    return Ahead(whole, made, count, found, synthetic)


def followed(observatory: Observatory, periods: Iterable[str]) -> list[str]:
    """Quarters in which the register misses nobody, oldest first.

    Before the oldest removal that it knows, what was registered and has been removed since is not
    in the file; without any removal only its own quarter is whole.
    """
    register, own = observatory.columns.register, observatory.quarter
    if register is None:
        return []
    oldest = register.spells["removed"].min()
    start = pd.Timestamp(own.first_day) if pd.isna(oldest) else oldest
    named = {period for period in periods if period}
    return sorted(p for p in named if pd.Timestamp(parse(p).last_day) >= start)


def _without(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows whose figure is missing say so: nothing can be expected after a run of zeros."""
    found = rows.copy()
    bare = found["value"].isna()
    found.loc[bare, ["low", "high", "n"]] = np.nan
    found.loc[bare, ["status", "note"]] = ["n.s.", "trop peu d’événements"]
    return found


def of_pays(observatory: Observatory) -> Ahead:
    """The outlook of the Pays: its parts have too few events."""
    return ahead(observatory, transmission.pays(observatory))
