"""Businesses that entered a programme beside others alike: who they are, and what can be seen.

A control starts on the day its match entered, and must have been active on that day: otherwise the
treated would be those who had lived long enough to be treated. What the register knows of size is
of its own date, after the programme: it is neither matched on nor balanced.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.methods.comparisons import newcombe
from ternois_analysis.methods.effects import EValue, MeanGap, difference_in_differences, e_value
from ternois_analysis.methods.matching import Matches, balance, match
from ternois_analysis.methods.power import detectable_shares, power_of_shares
from ternois_analysis.methods.risk import risk_ratio
from ternois_analysis.methods.strata import Stratified, mantel_haenszel
from ternois_analysis.methods.survival import kaplan_meier, survival_at
from ternois_analysis.observatory import programmes
from ternois_analysis.observatory.programmes import Programmes

#: Controls for each business, months of follow-up, and the gap of survival looked for, per 1.
CONTROLS, MONTHS, GAP = 3, 36, 0.15
#: Largest standardised difference that counts as balance, and least power that counts as enough.
BALANCED, ENOUGH = 0.1, 0.8
EXACT = ("family", "company")
NEAR = ("registered_year", "owner_birth_year")
#: What businesses are matched and balanced on, as printed.
VARIABLES = {
    "registered_year": "Ancienneté au registre le jour de l’entrée",
    "owner_birth_year": "Âge du chef d’entreprise le jour de l’entrée",
    "company": "Société plutôt qu’entreprise individuelle",
}
_DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, eq=False)
class Comparison:
    """Treated, controls and who serves whom.

    `left_out` names the variables of `NEAR` that nobody has known; `pool` counts the businesses
    that could have served; `lives` has one row a treated and a pair: `treated` (0 or 1), `months`
    from the entry of the treated, `closed`, `family`.
    """

    treated: pd.DataFrame
    controls: pd.DataFrame
    matches: Matches
    near: tuple[str, ...]
    left_out: tuple[str, ...]
    pool: int
    lives: pd.DataFrame

    @property
    def matched(self) -> int:
        """Treated businesses that have a control at least."""
        return int(self.matches.pairs["treated"].nunique())

    @property
    def balance(self) -> pd.DataFrame:
        """Standardised differences before and after matching, by variable."""
        variables = [*self.near, "company"]
        return balance(self.treated, self.controls, self.matches.pairs, variables)


def comparison(found: Programmes, group: str, end: pd.Timestamp) -> Comparison | None:
    """The businesses of a group and the controls of each; None without any to follow.

    Parameters
    ----------
    end : Timestamp
        Last day of follow-up.
    """
    if found.register is None:
        return None
    table = programmes.eligible(found, group)
    table = table.assign(registered_year=_years(table["registered"]))
    treated = table[table["entered"].notna() & (table["entered"] < end)]
    controls = table[table["entered"].isna()]
    if treated.empty or controls.empty:
        return None
    near = tuple(v for v in NEAR if treated[v].notna().any() and controls[v].notna().any())
    eligible = pd.DataFrame(
        _active(controls, treated["entered"]), index=treated.index, columns=controls.index
    )
    matches = match(treated, controls, near, EXACT, CONTROLS, eligible)
    left_out = tuple(v for v in NEAR if v not in near)
    pool = int(eligible.any(axis=0).sum())
    lives = _lives(treated, controls, matches.pairs, end)
    return Comparison(treated, controls, matches, near, left_out, pool, lives)


def _years(days: pd.Series) -> pd.Series:
    years: pd.Series = days.dt.year + days.dt.day_of_year / 366
    return years


def _active(controls: pd.DataFrame, entered: pd.Series) -> np.ndarray:
    """Entries × controls: whether each control was active on the day of each entry."""
    days = entered.to_numpy()[:, None]
    first, last = controls["registered"].to_numpy(), controls["removed"]
    gone = last.fillna(pd.Timestamp("2262-01-01")).to_numpy()
    active: np.ndarray = (first[None, :] <= days) & (gone[None, :] > days)
    return active


def _lives(
    treated: pd.DataFrame, controls: pd.DataFrame, pairs: pd.DataFrame, end: pd.Timestamp
) -> pd.DataFrame:
    own = treated.loc[pairs["treated"].unique()]
    served = controls.loc[pairs["control"]].assign(
        entered=treated.loc[pairs["treated"], "entered"].to_numpy()
    )
    rows = pd.concat([own.assign(treated=1), served.assign(treated=0)])
    over = rows["removed"].where(rows["removed"] <= end)
    months = (over.fillna(end) - rows["entered"]).dt.days / _DAYS_A_MONTH
    return pd.DataFrame(
        {
            "treated": rows["treated"],
            "months": months.clip(lower=1 / 30),
            "closed": over.notna().astype(int),
            "family": rows["family"],
        }
    ).reset_index(drop=True)


@dataclass(frozen=True)
class Reach:
    """What the numbers could have shown, before any outcome of the treated is looked at.

    `controls` counts those that serve, once each; `baseline` is their survival at `MONTHS`; `gap`
    the gap looked for, upwards unless nothing is left above; `power` that of seeing it; `below` and
    `above` the nearest survivals that would be seen eight times in ten. All per 1.
    """

    treated: int
    controls: int
    gap: float
    baseline: float
    power: float
    below: float
    above: float


def reach(found: Comparison) -> Reach:
    """Power and detectable gaps; missing where too few are followed for `MONTHS`."""
    others = found.lives[found.lives["treated"] == 0]
    baseline = _survival(others)[0] if len(others) else np.nan
    n, m = found.matched, int(found.matches.pairs["control"].nunique())
    gap = GAP if not baseline + GAP > 1 else -GAP
    power = power_of_shares(baseline + gap, n, baseline, m) if not np.isnan(baseline) else np.nan
    below, above = detectable_shares(n, baseline, m) if not np.isnan(baseline) else (np.nan,) * 2
    return Reach(n, m, gap, baseline, power, below, above)


def _survival(lives: pd.DataFrame) -> tuple[float, float, float]:
    point = survival_at(kaplan_meier(lives["months"], lives["closed"]), MONTHS)
    return float(point["survival"]), float(point["low"]), float(point["high"])


@dataclass(frozen=True)
class Survival:
    """Survival at `MONTHS` of the treated and of their controls, and the gap; per 1.

    `alive` and `followed` are of the treated; `complete` says that all were followed so long. The
    ratio, the E-value and the strata need it and are missing otherwise.
    """

    treated: tuple[float, float, float]
    controls: tuple[float, float, float]
    gap: float
    low: float
    high: float
    alive: int
    followed: int
    complete: bool
    strength: EValue
    strata: Stratified | None


def survival(found: Comparison) -> Survival | None:
    """The gap of survival; None where nobody is matched."""
    lives = found.lives
    own, others = lives[lives["treated"] == 1], lives[lives["treated"] == 0]
    if own.empty or others.empty:
        return None
    s1, s0 = _survival(own), _survival(others)
    done = (lives["closed"] == 1) | (lives["months"] >= MONTHS)
    alive = lives["months"] >= MONTHS
    k, n = int((alive & (lives["treated"] == 1)).sum()), len(own)
    complete = bool(done.all())
    low = high = np.nan
    strength, strata = EValue(np.nan, np.nan), None
    if complete:
        c, m = int((alive & (lives["treated"] == 0)).sum()), len(others)
        bounds = newcombe([k], [n], [c], [m])
        low, high = float(bounds.low[0]), float(bounds.high[0])
        ratio = risk_ratio(k, n, c, m)
        strength = e_value(ratio.ratio, ratio.low, ratio.high)
        tables = [
            [[int((g["treated"].eq(t) & a).sum()), int((g["treated"].eq(t) & ~a).sum())]
             for t in (1, 0)]
            for _, g in lives.groupby("family") for a in [alive[g.index]]
        ]  # fmt: skip
        strata = mantel_haenszel(tables)
    return Survival(s1, s0, s1[0] - s0[0], low, high, k, n, complete, strength, strata)


def employment(found: Comparison, before: pd.DataFrame, after: pd.DataFrame) -> MeanGap:
    """Difference in differences of employees between two registers.

    Parameters
    ----------
    before, after : DataFrame
        Spells of a register extracted before the entries, and of a later one.

    Returns
    -------
    MeanGap
        In employees a business; missing as in `effects.welch`. A business without a known number
        at both dates is left out.
    """
    pairs = found.matches.pairs
    sizes = [
        table.sort_values("registered").drop_duplicates("business", keep="last")
        .set_index("business")["employees"].astype("Float64").astype("float64")
        for table in (before, after)
    ]  # fmt: skip
    own, served = pd.Index(pairs["treated"].unique()), pd.Index(pairs["control"])
    before_1, after_1 = (size.reindex(own).to_numpy() for size in sizes)
    before_0, after_0 = (size.reindex(served).to_numpy() for size in sizes)
    return difference_in_differences(before_1, after_1, before_0, after_0)
