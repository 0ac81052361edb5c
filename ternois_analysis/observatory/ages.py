"""Residents by sex and age of a territory at each census installed, and between two of them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ternois_analysis import territory
from ternois_analysis.observatory.columns import key
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.sources.formats.ages import GROUPS
from ternois_analysis.territory import Territory

#: Width of an age group, and of a step.
STEP = 5
_WOMEN, _MEN = "women_by_age", "men_by_age"


def years(observatory: Observatory) -> tuple[int, ...]:
    """Years of the age censuses that the quarter sees, oldest first."""
    known = [set(observatory.columns.millesimes(name)) for name in (_WOMEN, _MEN)]
    return tuple(sorted(int(year) for year in known[0] & known[1]))


def ready(observatory: Observatory) -> bool:
    """Whether two censuses at least one step apart are installed."""
    known = years(observatory)
    return len(known) > 1 and known[-1] - known[0] >= STEP


def of(observatory: Observatory, place: Territory) -> Mapping[int, pd.DataFrame]:
    """Residents of a territory at each census: by year, age groups × women and men.

    Missing where a commune is.
    """
    names = {
        (year, column, group): key(column, str(year), group)
        for year in years(observatory)
        for column in (_WOMEN, _MEN)
        for group in GROUPS
    }
    columns = observatory.columns
    table = columns.table[["commune", *names.values()]]
    kinds = {name: columns.kinds[name] for name in table.columns}
    totals = territory.total(table, [place], kinds).iloc[0]
    return {
        year: pd.DataFrame(
            {
                sex: [float(totals[names[year, column, group]]) for group in GROUPS]
                for sex, column in (("women", _WOMEN), ("men", _MEN))
            },
            index=pd.Index(GROUPS, name="group"),
        )
        for year in years(observatory)
    }


def at(tables: Mapping[int, pd.DataFrame], year: int) -> pd.DataFrame | None:
    """Residents in a year: those of the census, else between the two around it; None outside.

    Between two censuses each cell moves at a constant rate, or in a straight line if one is zero.
    """
    if year in tables:
        return tables[year]
    before = max((known for known in tables if known < year), default=None)
    after = min((known for known in tables if known > year), default=None)
    if before is None or after is None:
        return None
    share = (year - before) / (after - before)
    low, high = tables[before].to_numpy(), tables[after].to_numpy()
    straight = low + share * (high - low)
    with np.errstate(divide="ignore", invalid="ignore"):
        curved = low ** (1 - share) * high**share
    found = np.where((low > 0) & (high > 0), curved, straight)
    return pd.DataFrame(found, index=tables[after].index, columns=tables[after].columns)
