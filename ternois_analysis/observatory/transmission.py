"""Heads of businesses near retirement, and those whose business may find nobody to follow.

What crosses the age of owners with anything else is counted for the whole Pays only. The gate knows
ages by territory; a crossing of one communauté de communes would tell it more than it protects.
Such a count passes here when both sides of it have as many persons as the rule asks, and when the
number of older owners of the Pays, of which it is a part, is itself published.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ternois_analysis.catalog.scenarios import Handover, Scenarios, scenarios
from ternois_analysis.catalog.secrecy import secrecy
from ternois_analysis.methods.exits import transmission
from ternois_analysis.methods.intervals import wilson
from ternois_analysis.observatory import values
from ternois_analysis.observatory.craft import OLDER
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

#: Least number of owners of known age of which a share is worth printing.
_BASE = 30
_HIDDEN = {"value": np.nan, "low": np.nan, "high": np.nan, "n": np.nan}


def heads(observatory: Observatory) -> pd.DataFrame:
    """Active businesses of the Pays with what is needed of their head: never published as it is.

    Returns
    -------
    DataFrame
        `commune`, `trade` (NAR 20, may be empty), `known` and `older` (of the age), `employer` and
        `alone` (of the workforce): booleans. Empty without a register.
    """
    register, quarter = observatory.columns.register, str(observatory.quarter)
    if register is None:
        return pd.DataFrame(columns=["commune", "trade", "known", "older", "employer", "alone"])
    added = observatory.columns.contributions
    table = pd.DataFrame(
        {
            "commune": register.spells["commune"],
            "trade": register.spells["nar20"],
            "known": added["craft_owners_age_known", "", quarter],
            "older": added["craft_owners", OLDER, quarter],
            "employer": added["craft_employers", "", quarter],
            "alone": added["craft_no_employee", "", quarter],
        }
    )
    inside = table["commune"].isin(observatory.columns.covered)
    active = added["craft_businesses", "", quarter].astype(bool)
    return table[active & inside].reset_index(drop=True)


def pays(observatory: Observatory) -> Territory:
    """The Pays."""
    return observatory.territory(observatory.gazetteer.facts.pays)


def least() -> int:
    """The smallest number of persons that may be shown."""
    return secrecy().rules["persons_5"].minimum


def published(observatory: Observatory) -> str:
    """Status of the number of older owners of the Pays: crossings are shown only if it is."""
    rows = observatory.values([pays(observatory)], ["owners_55_plus"])
    return str(rows["status"].iloc[0])


def row(
    observatory: Observatory, place: Territory, indicator: str, status: str = "ok", **facts: object
) -> dict[str, object]:
    """One value made from the register of the quarter."""
    register = observatory.columns.register
    quarter = str(observatory.quarter)
    made: dict[str, object] = {
        "quarter": quarter, "audience": observatory.audience, "territory": place.id,
        "territory_label": place.label, "indicator": indicator, "category": "",
        "period": quarter, **_HIDDEN, "status": status, "note": "",
        "source": register.source if register else "registre", "millesime": quarter,
        "synthetic": bool(register and register.synthetic),
    }  # fmt: skip
    return made | facts | ({} if status == "ok" else _HIDDEN)


def employers(observatory: Observatory) -> pd.DataFrame:
    """Share of employers among the older owners of the Pays, of known workforce: one value."""
    known, name, place = heads(observatory), "owners_55_plus_employers_pct", pays(observatory)
    older = known[known["older"].astype(bool)]
    count, alone = int(older["employer"].sum()), int(older["alone"].sum())
    status = published(observatory)
    if status == "ok" and count + alone < _BASE:
        status = "n.s."
    if status == "ok" and min(count, alone) < least():
        status = "s"
    if status != "ok":
        return table([row(observatory, place, name, status)])
    total = count + alone
    low, high = share_bounds(count, total)
    return table([row(observatory, place, name, value=100 * count / total, low=low, high=high,
                       n=float(total))])  # fmt: skip


def at_risk(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Businesses of older owners that would find nobody, under the parameters of a national survey.

    The share of employers is that of the Pays, for all its parts. `low` and `high` are the results
    of the bounds of the four parameters together: a sensitivity, not an interval.
    """
    rows = observatory.values(places, ["owners_55_plus"]).assign(indicator="transmission_at_risk")
    shares = lost(observatory)
    if shares is None:
        status = str(employers(observatory)["status"].iloc[0])
        shown = rows["status"] == "ok"
        rows.loc[shown, list(_HIDDEN)] = np.nan
        rows.loc[shown, "status"] = status
        return rows.reset_index(drop=True)
    owners = rows["value"].to_numpy(dtype=float)
    for name, share in zip(("value", "low", "high"), shares, strict=True):
        rows[name] = owners * share
    return rows.assign(n=owners).reset_index(drop=True)


def lost(observatory: Observatory) -> tuple[float, float, float] | None:
    """Share of older owners' businesses that find nobody: central, lowest, highest; per 1.

    None where the share of employers may not be shown.
    """
    found = employers(observatory).iloc[0]
    if found["status"] != "ok":
        return None
    share, facts = float(found["value"]) / 100, scenarios()
    central, best, worst = (_lost(share, facts, side) for side in ("value", "high", "low"))
    return central, best, worst


def _lost(employing: float, facts: Scenarios, side: str) -> float:
    kinds: tuple[Handover, ...] = (facts.transmission.none, facts.transmission.employees)
    sought = [getattr(kind.sought, side) / 100 for kind in kinds]
    succeeded = [getattr(kind.succeeded, side) / 100 for kind in kinds]
    parts = np.array([1 - employing, employing])
    return float(transmission(parts, np.array(sought), np.array(succeeded))["at_risk"].sum())


def share_bounds(count: float, total: float) -> tuple[float, float]:
    """Wilson's interval at 95 % of a share, in percent; missing where there is nothing."""
    bounds = wilson(np.array(float(count)), np.array(float(total)))
    low, high = (100 * float(np.asarray(bound)) for bound in bounds)
    return low, high


def table(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Values made one by one."""
    return pd.DataFrame(rows, columns=list(values.COLUMNS))
