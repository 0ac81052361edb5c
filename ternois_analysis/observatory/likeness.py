"""What is typical of similar EPCIs: the median of their published values, with its quartiles."""

import numpy as np
import pandas as pd

from ternois_analysis.observatory.values import COLUMNS

#: Identifier under which a median is shown.
TYPICAL = "similaires"


def median(rows: pd.DataFrame) -> pd.DataFrame:
    """Median of some territories, as the values of one named `similaires`.

    Parameters
    ----------
    rows : DataFrame
        Published values of the similar EPCIs.

    Returns
    -------
    DataFrame
        One row an indicator, category and period. `low` and `high` are the quartiles, not an
        interval of the median; « n.d. » where fewer than half of the territories have a value.
    """
    count = rows["territory"].nunique()
    if not count:
        return rows
    groups = rows.groupby(["indicator", "category", "period"], sort=False)
    spread = groups["value"].quantile(np.array([0.25, 0.5, 0.75])).unstack()
    first = groups.first().join(groups["value"].count().rename("known"))
    enough = first["known"] * 2 >= count
    found = first.assign(
        territory=TYPICAL, territory_label=f"EPCI similaires (médiane de {count})",
        value=spread[0.5], low=spread[0.25], high=spread[0.75], n=float("nan"), note="",
    )  # fmt: skip
    found["status"] = np.where(enough, "ok", "n.d.")
    found.loc[~enough, ["value", "low", "high"]] = float("nan")
    return found.reset_index()[list(COLUMNS)]
