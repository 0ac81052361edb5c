"""Businesses that are alone in their trade in their commune, and how many have an older head.

How many businesses of each trade a commune has is public: so is where there is only one. The age of
the head of such a business is not, as one business is one person: it is counted by communauté de
communes at the least, for all of them or for the Pays alone.
"""

from collections.abc import Sequence

import pandas as pd

from ternois_analysis.catalog.register import register as register_facts
from ternois_analysis.observatory import transmission, values
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

_COUNT, _OLDER = "last_of_trade", "last_of_trade_55_plus"


def alone(observatory: Observatory) -> pd.DataFrame:
    """Businesses alone in their trade in their commune: as `transmission.heads`, not published."""
    table = transmission.heads(observatory)
    table = table[table["trade"] != ""]
    size = table.groupby(["commune", "trade"])["known"].transform("size")
    return table[size == 1]


def by_territory(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """How many businesses are alone in their trade in their commune: one value a territory.

    « n.d. » for a territory that the register does not cover whole.
    """
    table, rows = alone(observatory), []
    for place in places:
        covered = set(place.communes) <= set(observatory.columns.covered)
        status = "ok" if covered and observatory.columns.register is not None else "n.d."
        count = float(table["commune"].isin(place.communes).sum())
        rows.append(transmission.row(observatory, place, _COUNT, status, value=count))
    return pd.DataFrame(rows, columns=list(values.COLUMNS))


def by_trade(observatory: Observatory, place: Territory) -> pd.DataFrame:
    """In how many communes of a territory each trade has one business only; without any age.

    The category is the trade; those of which no business is alone are left out.
    """
    table = alone(observatory)
    table = table[table["commune"].isin(place.communes)]
    counts = table["trade"].value_counts()
    rows = [
        transmission.row(observatory, place, _COUNT, category=trade, value=float(counts[trade]))
        for trade in register_facts().nar20
        if trade in counts
    ]
    return pd.DataFrame(rows, columns=list(values.COLUMNS))


def older(observatory: Observatory) -> pd.DataFrame:
    """Those whose head is 55 or over: for each communauté de communes and the Pays, or the Pays.

    All parts are shown or none: were one alone hidden, the others and the Pays would give it. A
    part is shown when, among its businesses of this kind, both the older heads and the younger
    are as many as the rule asks, and the older heads of its other businesses too, their total
    being published.
    """
    whole = transmission.pays(observatory)
    parts = [observatory.territory(name) for name in whole.parts]
    table = alone(observatory)
    totals = observatory.values([whole, *parts], ["owners_55_plus"]).set_index("territory")
    rows, safe = [], []
    for place in (whole, *parts):
        own = table[table["commune"].isin(place.communes)]
        count, known = int(own["older"].sum()), int(own["known"].sum())
        total = totals.loc[place.id]
        others = float(str(total["value"])) - count
        enough = min(count, known - count, others) >= transmission.least()
        safe.append(total["status"] == "ok" and enough)
        status = "ok" if safe[-1] else ("s" if total["status"] == "ok" else str(total["status"]))
        rows.append(transmission.row(observatory, place, _OLDER, status, value=float(count),
                                     n=float(known)))  # fmt: skip
    shown = rows if all(safe) else rows[:1]
    return pd.DataFrame(shown, columns=list(values.COLUMNS))
