"""The comparison of a programme as published values, hidden where few businesses are behind."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.observatory import programme_evaluation
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.programme_evaluation import Comparison, Reach, Survival
from ternois_analysis.observatory.programme_tables import FEWEST, frame, value
from ternois_analysis.observatory.programmes import Programmes
from ternois_analysis.sources import register
from ternois_analysis.trail import lru_cache

ENTERED, CONTROLS = "entreprises entrées", "témoins"
BOUND = "à la borne de l’intervalle"
NO_BEFORE = "aucun registre antérieur à l’entrée des entreprises"
NO_PAIR = "effectif inconnu à l’une des deux dates"
#: Years turned into ages: the earlier the year, the older the business or its head.
_SENSE = {"registered_year": -1.0, "owner_birth_year": -1.0, "company": 1.0}
Make = Callable[..., dict[str, object]]


@dataclass(frozen=True, eq=False)
class Results:
    """A comparison and the tables of values that blocks print of it."""

    comparison: Comparison
    reach: Reach
    synthetic: bool
    power: pd.DataFrame
    balance: pd.DataFrame
    survival: pd.DataFrame
    sensitivity: pd.DataFrame
    employment: pd.DataFrame

    @property
    def balanced(self) -> bool:
        """Whether every variable known of both groups is balanced after matching."""
        gaps = self.comparison.balance["after"].dropna().abs()
        return bool(len(gaps) and (gaps < programme_evaluation.BALANCED).all())


@lru_cache(maxsize=8)
def results(observatory: Observatory, found: Programmes, group: str) -> Results | None:
    """The evaluation of a group; None where nobody can be followed.

    Fewer than five treated businesses are « s » throughout.
    """
    end = pd.Timestamp(observatory.quarter.last_day)
    comparison = programme_evaluation.comparison(found, group, end)
    if comparison is None:
        return None
    reach = programme_evaluation.reach(comparison)
    seen = programme_evaluation.survival(comparison)
    few = observatory.audience != "internal" and len(comparison.treated) < FEWEST

    def one(indicator: str, number: float, **options: object) -> dict[str, object]:
        if few:
            options["status"] = "s"
        return value(observatory, found, group, indicator, number, **options)  # type: ignore[arg-type]

    power = [one("programme_power_pct", 100 * reach.power, n=reach.treated)]
    table = comparison.balance
    balance = [
        one(
            "programme_balance",
            _SENSE[name] * float(table.loc[name, column]),
            category=f"{programme_evaluation.VARIABLES[name]}, {when}",
        )
        for name in table.index
        for column, when in (("before", "avant"), ("after", "après"))
    ]
    survived, sensible = _survival(observatory, seen, one)
    moved = [_employment(observatory, found, comparison, one)]
    return Results(comparison, reach, found.synthetic, frame(power), frame(balance),
                   frame(survived), frame(sensible), frame(moved))  # fmt: skip


def _survival(
    observatory: Observatory, seen: Survival | None, make: Make
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Survival of both groups, gap, gap at equal trade and E-value."""
    name, gap = "programme_survival_36_months_pct", "programme_survival_gap_points"
    strata, strength = "programme_strata_gap_points", "programme_e_value"
    if seen is None or np.isnan(seen.gap):
        nothing = {"status": "n.d.", "note": "suivi trop court ou aucun témoin"}
        return ([make(gap, np.nan, **nothing)],
                [make(strata, np.nan, **nothing), make(strength, np.nan, **nothing)])  # fmt: skip
    gone = seen.followed - seen.alive
    small = any(0 < part < FEWEST for part in (seen.alive, gone))
    status = "s" if small and observatory.audience != "internal" else "ok"
    own, others = ([100 * number for number in three] for three in (seen.treated, seen.controls))
    rows = [
        make(
            name, own[0], low=own[1], high=own[2], n=seen.followed, category=ENTERED, status=status
        ),
        make(name, others[0], low=others[1], high=others[2], category=CONTROLS),
        make(gap, 100 * seen.gap, low=100 * seen.low, high=100 * seen.high, status=status),
    ]
    told = {"status": status} if seen.complete else {"status": "n.d.", "note": "suivi incomplet"}
    table = seen.strata
    figures = (np.nan,) * 3 if table is None else (
        100 * table.risk_difference, 100 * table.risk_low, 100 * table.risk_high
    )  # fmt: skip
    more = [
        make(strata, figures[0], low=figures[1], high=figures[2], **told),
        make(strength, seen.strength.estimate, **told),
        make(strength, seen.strength.limit, category=BOUND, **told),
    ]
    return rows, more


def _employment(
    observatory: Observatory, found: Programmes, comparison: Comparison, make: Make
) -> dict[str, object]:
    name = "programme_employment_gap"
    before = before_entry(found, comparison.treated["entered"].min())
    if before is None or found.register is None:
        return make(name, np.nan, status="n.d.", note=NO_BEFORE)
    seen = programme_evaluation.employment(comparison, before, found.register.spells)
    if np.isnan(seen.gap):
        return make(name, np.nan, status="n.d.", note=NO_PAIR)
    return make(name, seen.gap, low=seen.low, high=seen.high)


def before_entry(found: Programmes, day: pd.Timestamp) -> pd.DataFrame | None:
    """Spells of the newest register extracted before a day; None without any.

    The demonstration registers are of today, after every programme.
    """
    if found.synthetic:
        return None
    known = [e for e in register.entries() if pd.Timestamp(e.extracted) <= day]
    return register.read(known[-1]) if known else None
