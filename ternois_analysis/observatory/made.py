"""Rows of values that are made from more than columns, in the shape of all the others."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ternois_analysis.observatory import values
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

_NUMBERS = ("value", "low", "high", "n")


def row(
    place: Territory, indicator: str, value: float = np.nan, **more: object
) -> dict[str, object]:
    """One value of a territory: « ok » when it is known, else « n.d. ».

    A row given a status other than « ok » loses its figures.
    """
    known = not np.isnan(value)
    made: dict[str, object] = {
        "territory": place.id, "territory_label": place.label, "indicator": indicator,
        "category": "", "value": value, "low": np.nan, "high": np.nan, "n": np.nan,
        "status": "ok" if known else "n.d.", "note": "",
    } | more  # fmt: skip
    return made if made["status"] == "ok" else made | dict.fromkeys(_NUMBERS, np.nan)


def table(
    observatory: Observatory,
    rows: Sequence[Mapping[str, object]],
    vintages: Mapping[str, str],
    *,
    synthetic: bool = False,
) -> pd.DataFrame:
    """Values of an observatory from rows made by `row`.

    Parameters
    ----------
    vintages : mapping of str to str
        Millésime by source; the first one dates the values.
    synthetic : bool
        Whether any figure behind them is invented, for demonstration.
    """
    dated = next(iter(vintages.values()))
    found = pd.DataFrame(rows).assign(
        quarter=str(observatory.quarter), audience=observatory.audience, period=dated,
        source="+".join(vintages), millesime="+".join(vintages.values()), synthetic=synthetic,
    )  # fmt: skip
    return found[list(values.COLUMNS)].astype(dict.fromkeys(_NUMBERS, "float64"))


def total(totals: pd.DataFrame, place: Territory, column: str) -> float:
    """One column of the totals of a territory; missing where the column is."""
    if column not in totals.columns:
        return float("nan")
    return float(totals[column].astype("float64")[place.id])


def newest(observatory: Observatory, column: str) -> str:
    """Newest millésime of a column; "" when its source is not installed."""
    known = observatory.columns.millesimes(column)
    return known[-1] if known else ""
