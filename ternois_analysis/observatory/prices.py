"""Median prices of houses: from single sales, never from medians of smaller territories."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ternois_analysis import sources
from ternois_analysis.observatory import made
from ternois_analysis.observatory.columns import key
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

#: Sales under which no median is shown, and those from which two medians may be compared.
LEAST, COMPARABLE = 11, 20
#: A commune has too few sales for its median, and a list could be cut to single out a sale.
_TOO_SMALL = ("commune", "list")


def median_interval(prices: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Order statistics that hold the median of a distribution with a confidence of `level`.

    The ranks are those of the binomial distribution of the number of values under the median
    (Conover 1999, Practical Nonparametric Statistics, 3.2); missing where there are too few.
    """
    from scipy.stats import binom

    ordered, count = np.sort(prices), len(prices)
    rank = int(binom.ppf((1 - level) / 2, count, 0.5)) if count else 0
    if rank < 1 or 2 * binom.cdf(rank - 1, count, 0.5) > 1 - level:
        return np.nan, np.nan
    return float(ordered[rank - 1]), float(ordered[count - rank])


def sales(observatory: Observatory) -> tuple[pd.DataFrame, str]:
    """Single sales of the newest file, indexed by today's commune, and its millésime."""
    files = [f for f in observatory.columns.files("dvf") if f.level == "pairs"]
    if not files:
        return pd.DataFrame(columns=["sale_quarter", "sale_price_eur_per_m2"]), ""
    file = files[-1]
    return sources.read("dvf", file.millesime, part=file.part), file.millesime


def median_prices(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Median price per square metre of the houses sold in some territories.

    Returns
    -------
    DataFrame
        Values; « s » under `LEAST` sales, « n.d. » for a commune or a list, outside the files
        installed, and without any; a caution under `COMPARABLE` sales. `n` is the number of sales.
    """
    known, millesime = sales(observatory)
    rows = []
    totals = observatory.totals(places)
    counted = key("house_sales", millesime)
    for place in places:
        prices = known.loc[known.index.isin(place.communes), "sale_price_eur_per_m2"].to_numpy()
        covered = counted in totals.columns and bool(totals[counted].notna()[place.id])
        rows.append(_median(place, prices, covered=covered))
    return made.table(observatory, rows, {"dvf": millesime})


def _median(place: Territory, prices: np.ndarray, *, covered: bool) -> dict[str, object]:
    name = "house_price_eur_per_m2"
    if place.kind in _TOO_SMALL:
        return made.row(place, name, note="non publié à cette échelle")
    if not covered:
        return made.row(place, name)
    if len(prices) < LEAST:
        return made.row(place, name, status="s", note=f"moins de {LEAST} ventes")
    low, high = median_interval(prices)
    note = "" if len(prices) >= COMPARABLE else "à interpréter avec prudence"
    value = float(np.median(prices))
    return made.row(place, name, value, low=low, high=high, n=float(len(prices)), note=note)
