"""Older heads of businesses by trade, for the whole Pays, without any group that tells a person."""

import pandas as pd

from ternois_analysis.observatory import transmission
from ternois_analysis.observatory.door import Observatory

#: Trades with too few persons, put together.
OTHERS = "Autres groupes de métiers"


def trades(observatory: Observatory) -> pd.DataFrame:
    """Older owners of the Pays by trade, and how many of them would find nobody.

    Trades in which the older or the younger are too few are put together, with the smallest of the
    others if needed: nothing is left to be found by subtraction.

    Returns
    -------
    DataFrame
        Values of `owners_55_plus_by_trade_pct` (n: owners of known age) and of
        `transmission_at_risk_by_trade`, the category being the trade; empty where nothing may be
        shown.
    """
    if transmission.published(observatory) != "ok":
        return transmission.table([])
    table = transmission.heads(observatory)
    # Those of unknown trade are counted too: left out, they would be what the sum lacks.
    known = table[table["known"].astype(bool)]
    counts = known.groupby("trade")["older"].agg(["sum", "size"]).astype("int64")
    shares, place, rows = transmission.lost(observatory), transmission.pays(observatory), []
    for trade, (older, size) in merged(counts, transmission.least()).iterrows():
        low, high = transmission.share_bounds(older, size)
        rows.append(transmission.row(observatory, place, "owners_55_plus_by_trade_pct",
                        category=str(trade),
                        value=100 * older / size, low=low, high=high, n=float(size)))  # fmt: skip
        if shares is not None:
            facts = dict(zip(("value", "low", "high"), (older * each for each in shares),
                             strict=True))  # fmt: skip
            rows.append(transmission.row(observatory, place, "transmission_at_risk_by_trade",
                            category=str(trade), n=float(older), **facts))  # fmt: skip
    return transmission.table(rows)


def merged(counts: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Groups each of which has as many persons as asked on both sides, by joining the others.

    Parameters
    ----------
    counts : DataFrame
        One row a group: `sum` persons out of `size`.
    minimum : int
        Least number on each side.

    Returns
    -------
    DataFrame
        As `counts`, those joined last under one name; empty where even all together are too few.
    """
    small = (counts["sum"] < minimum) | (counts["size"] - counts["sum"] < minimum)
    kept, joined = counts[~small], counts[small]
    while len(joined):
        total = joined.sum()
        if min(total["sum"], total["size"] - total["sum"]) >= minimum:
            return pd.concat([kept, total.to_frame(OTHERS).T])
        if kept.empty:
            return kept
        # The smallest group gives its cover to those that are smaller still.
        smallest = kept["size"].idxmin()
        joined, kept = pd.concat([joined, kept.loc[[smallest]]]), kept.drop(index=smallest)
    return kept
