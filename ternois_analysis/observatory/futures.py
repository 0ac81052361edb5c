"""Scenarios: what the assumptions of the catalogue make of a population and of a stock."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.catalog.scenarios import Assumption, Scenario, scenarios
from ternois_analysis.observatory import values
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.population_trends import OBSERVED, carried
from ternois_analysis.observatory.registrations_outlook import followed
from ternois_analysis.territory import Territory

#: The assumptions of each outcome.
OF_POPULATION, OF_BUSINESSES = ("pace", "arrivals"), ("balance", "registrations", "removals")
#: Fewest businesses of which a scenario says anything.
_LEAST = 30
#: Years of movements of which the observed balance is the mean.
_YEARS = 3


@dataclass(frozen=True)
class Start:
    """Where scenarios start: a figure, its year, its yearly movements, and where they come from.

    `gains` and `losses` are yearly; a population has its yearly pace, per 1, as `gains`.
    """

    value: float
    year: int
    gains: float
    losses: float
    source: str
    millesime: str
    synthetic: bool


def population_start(observatory: Observatory, place: Territory) -> Start | None:
    """The last population and the pace of all the years observed; None where it is not known."""
    found = carried(observatory, place)
    if found is None or (found.rows["status"] != "ok").any():
        return None
    seen = found.rows[found.rows["category"] == OBSERVED]
    first, last = seen.iloc[0], seen.iloc[-1]
    years = int(last["period"]) - int(first["period"])
    pace = float((last["value"] / first["value"]) ** (1 / years) - 1)
    return Start(float(last["value"]), int(last["period"]), pace, 0.0, "populations",
                 f"{first['period']},{last['period']}", synthetic=False)  # fmt: skip


def businesses_start(observatory: Observatory, place: Territory) -> Start | None:
    """The businesses of the quarter and the mean yearly movements; None where unknown or few."""
    names = ["craft_registrations_quarter", "craft_removals_quarter"]
    moved = observatory.values([place], names, series=True).sort_values("period")
    stock = observatory.values([place], ["craft_businesses"]).iloc[0]
    yearly: list[float] = []
    whole = moved["period"].isin(followed(observatory, moved["period"]))
    moved = moved[whole]
    for name in names:
        last = moved.loc[moved["indicator"] == name].tail(4 * _YEARS)
        if len(last) < 4 * _YEARS or (last["status"] != "ok").any():
            return None
        yearly.append(float(last["value"].sum()) / _YEARS)
    if stock["status"] != "ok" or stock["value"] < _LEAST:
        return None
    return Start(float(stock["value"]), observatory.quarter.year,
                 yearly[0], yearly[1], str(stock["source"]),
                 str(stock["millesime"]), bool(stock["synthetic"]))  # fmt: skip


def population_of(start: Start, scenario: Scenario, years: int) -> float:
    """Population of a scenario: start × (1 + pace kept + arrivals)^years."""
    pace = start.gains * scenario.pace.value / 100 + scenario.arrivals.value / 100
    return float(start.value * (1 + pace) ** years)


def businesses_of(start: Start, scenario: Scenario, years: int) -> float:
    """Businesses of a scenario: start + years × (balance kept + more entries + fewer exits)."""
    yearly = (
        (start.gains - start.losses) * scenario.balance.value / 100
        + start.gains * scenario.registrations.value / 100
        + start.losses * scenario.removals.value / 100
    )
    return max(0.0, start.value + years * yearly)


def outcomes(
    observatory: Observatory, place: Territory, start: Start, indicator: str,
    of: Callable[[Start, Scenario, int], float], names: tuple[str, ...],
) -> pd.DataFrame:  # fmt: skip
    """The outcome of each scenario, and of each of its assumptions at its two bounds.

    Returns
    -------
    DataFrame
        Values whose category is the scenario, or the scenario and the assumption (« Relance :
        Radiations évitées »); for the latter `low` and `high` are the outcomes at the bounds, the
        smaller first: a sensitivity, not an interval.
    """
    facts = scenarios()
    rows = []
    for scenario in facts.scenarios.values():
        central = of(start, scenario, facts.years)
        rows.append(_row(observatory, place, start, indicator, scenario.label, central))
        for name in names:
            assumed: Assumption = getattr(scenario, name)
            tried = sorted(
                of(start, scenario.at(name, bound), facts.years)
                for bound in (assumed.low, assumed.high)
            )
            label = f"{scenario.label} : {assumed.label}"
            rows.append(_row(observatory, place, start, indicator, label, central, *tried))
    return pd.DataFrame(rows, columns=list(values.COLUMNS))


def assumption_rows(
    observatory: Observatory, place: Territory, listed: dict[str, Assumption], year: int
) -> pd.DataFrame:
    """Assumptions as values, so that what is printed of them is in the file of values.

    Parameters
    ----------
    listed : dict
        By the name under which each is printed.
    year : int
        For which they are made.
    """
    start = Start(np.nan, year, np.nan, np.nan, "", "", synthetic=False)
    rows = [
        _row(observatory, place, start, "assumption_pct", label, each.value, each.low, each.high)
        | {"period": str(year), "note": each.source}
        for label, each in listed.items()
    ]
    return pd.DataFrame(rows, columns=list(values.COLUMNS))


def _row(
    observatory: Observatory, place: Territory, start: Start, indicator: str, category: str,
    value: float, low: float = np.nan, high: float = np.nan,
) -> dict[str, object]:  # fmt: skip
    return {
        "quarter": str(observatory.quarter), "audience": observatory.audience,
        "territory": place.id, "territory_label": place.label, "indicator": indicator,
        "category": category, "period": str(start.year + scenarios().years), "value": value,
        "low": low, "high": high, "n": np.nan, "status": "ok", "note": "",
        "source": start.source, "millesime": start.millesime, "synthetic": start.synthetic,
    }  # fmt: skip
