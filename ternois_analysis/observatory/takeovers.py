"""The share of take-overs among registrations of the Pays, year by year, and whether it moves."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.catalog.indicators import indicator
from ternois_analysis.methods.comparisons import newcombe
from ternois_analysis.observatory import transmission, values
from ternois_analysis.observatory.door import Observatory

#: The indicator.
NAME = "takeover_share_pct"
#: Sums of four quarters shown, the newest included: they share no quarter.
_YEARS = 5
#: Fewest take-overs, and fewest other registrations, that may be shown.
_LEAST = 3


@dataclass(frozen=True)
class Change:
    """Newest share less the oldest, in points, with Newcombe's interval; from when to when."""

    points: float
    low: float
    high: float
    first: str
    last: str


def history(observatory: Observatory) -> pd.DataFrame:
    """Share of take-overs in the registrations of four quarters, for the Pays, oldest first.

    « n.s. » under the indicator's minimum, « s » where three businesses are not reached on each
    side, or where the gate hides the newest sum. A lower bound: shares of a company that change
    hands are no registration.
    """
    register, place = observatory.columns.register, transmission.pays(observatory)
    if register is None:
        return pd.DataFrame(columns=list(values.COLUMNS))
    newest = observatory.values([place], [NAME])
    gated = newest["status"].iloc[0] == "s"
    entry, spells, rows = indicator(NAME), register.spells, []
    minimum = entry.reliability.minimum if entry.reliability else 0.0
    # The newest sum is the indicator's own value: it is printed as it is.
    for back in range(4 * (_YEARS - 1), 0, -4):
        last = observatory.quarter.shifted(-back)
        start = pd.Timestamp(last.shifted(-4).last_day)
        moved = spells["registered"].gt(start) & spells["registered"].le(
            pd.Timestamp(last.last_day)
        )
        origins = spells.loc[moved & spells["commune"].isin(place.communes), "origin"]
        known, count = int((origins != "").sum()), int((origins == "reprise").sum())
        status = "ok"
        if known < minimum:
            status = "n.s."
        elif gated or min(count, known - count) < _LEAST:
            status = "s"
        low, high = transmission.share_bounds(count, known)
        share = 100 * count / known if known else np.nan
        rows.append(transmission.row(observatory, place, NAME, status, period=str(last),
                                     value=share, low=low, high=high, n=float(known)))  # fmt: skip
    return pd.concat([pd.DataFrame(rows, columns=list(values.COLUMNS)), newest], ignore_index=True)


def change(rows: pd.DataFrame) -> Change | None:
    """How the share moved from the oldest to the newest sum shown; None with fewer than two."""
    known = rows[rows["status"] == "ok"].sort_values("period")
    if len(known) < 2:
        return None
    old, new = known.iloc[0], known.iloc[-1]
    counts = [np.array(round(each["value"] * each["n"] / 100)) for each in (new, old)]
    sizes = [np.array(each["n"]) for each in (new, old)]
    bounds = newcombe(counts[0], sizes[0], counts[1], sizes[1])
    low, high = (100 * float(np.asarray(bound)) for bound in bounds)
    return Change(
        float(new["value"] - old["value"]), low, high,
        str(old["period"]), str(new["period"]),
    )  # fmt: skip
