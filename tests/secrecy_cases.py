"""Small invented tables for the tests of secrecy, and an attacker written without our code."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import linprog

KEY = ["column", "period", "territory", "category"]


def cells_of(
    units: pd.DataFrame,
    territories: Mapping[str, Sequence[str]],
    groups: Mapping[str, Sequence[str]],
    *,
    column: str = "jobs",
    secrecy: str = "SD3D",
    period: str = "",
) -> pd.DataFrame:
    """Cells of every territory and category from units: `commune`, `trade`, `value`.

    `groups` gives the trades of each category; `""` is the total.
    """
    rows = []
    for territory, communes in territories.items():
        for category, trades in groups.items():
            here = units[units["commune"].isin(communes) & units["trade"].isin(trades)]
            value = here["value"]
            rows.append((column, period, territory, category, value.sum(), len(here),
                         value.max() if len(here) else 0.0, secrecy))  # fmt: skip
    return pd.DataFrame(rows, columns=[*KEY, "value", "n", "top1", "secrecy"])


def persons_of(units: pd.DataFrame, *args: object, **kwargs: object) -> pd.DataFrame:
    """As `cells_of`, for counts of units: each counts for one."""
    return cells_of(units.assign(value=1.0), *args, **{"secrecy": "SP5", **kwargs})


def units(table: Mapping[tuple[str, str], Iterable[float]]) -> pd.DataFrame:
    """Units from what each commune and trade holds."""
    return pd.DataFrame(
        [(commune, trade, value) for (commune, trade), values in table.items() for value in values],
        columns=["commune", "trade", "value"],
    )


def keys(hidden: pd.DataFrame) -> set[tuple[str, ...]]:
    """Cells as a set of tuples."""
    return set(map(tuple, hidden[KEY].to_numpy()))


def without(hidden: pd.DataFrame, territory: str, category: str = "") -> pd.DataFrame:
    """The list of hidden cells with one of them uncovered."""
    here = (hidden["territory"] == territory) & (hidden["category"] == category)
    assert here.any()
    return hidden[~here]


def found(
    cells: pd.DataFrame,
    hidden: set[tuple[str, ...]],
    territories: Mapping[str, Sequence[str]],
    groups: Mapping[str, Sequence[str]],
    target: tuple[str, str],
) -> tuple[float, float]:
    """Interval of one cell of a one-column table for who knows all cells but the hidden ones.

    One variable a commune and trade, none left out; a trade without unit in a commune is known to
    be zero.
    """
    trades = sorted({t for group in groups.values() for t in group})
    communes = sorted({c for place in territories.values() for c in place})
    place = {(c, t): i for i, (c, t) in enumerate((c, t) for c in communes for t in trades)}

    def line(territory: str, category: str) -> np.ndarray:
        row = np.zeros(len(place))
        row[[place[c, t] for c in territories[territory] for t in groups[category]]] = 1
        return row

    known = [
        (line(r.territory, r.category), r.value)
        for r in cells.itertuples()
        if (r.column, r.period, r.territory, r.category) not in hidden or r.n == 0
    ]
    matrix = np.array([row for row, _ in known])
    right = np.array([value for _, value in known])
    goal = line(*target)
    low = linprog(goal, A_eq=matrix, b_eq=right)
    high = linprog(-goal, A_eq=matrix, b_eq=right)
    return low.fun, np.inf if high.status == 3 else -high.fun
