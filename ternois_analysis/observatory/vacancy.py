"""Long vacancy where the producer hides small communes: what is certain all the same."""

from collections.abc import Sequence

import pandas as pd

from ternois_analysis.observatory import made
from ternois_analysis.observatory.columns import key
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

_COLUMN = "long_vacant_dwellings"
#: The most that a hidden commune can have: the producer hides fewer than eleven dwellings.
_MOST = 10


def long_vacancy(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Dwellings vacant for more than two years: at least so many, at most so many.

    Returns
    -------
    DataFrame
        Values: the sum of the communes that are published; `low` the same, `high` with ten
        dwellings in each hidden commune; `n` the number of hidden communes. « n.d. » where a
        commune is missing without being hidden.
    """
    millesime = made.newest(observatory, _COLUMN)
    name = key(_COLUMN, millesime)
    columns = observatory.columns
    counts = columns.table.set_index("commune")[name]
    signs = columns.signs
    secret = set(signs.loc[(signs["column"] == name) & (signs["sign"] == "s"), "commune"])
    rows = []
    for place in places:
        own = counts.reindex(list(place.communes))
        hidden = own.index.isin(list(secret))
        if pd.isna(own[~hidden]).any():
            rows.append(made.row(place, "long_vacant_known_dwellings"))
            continue
        known, many = float(own.sum()), float(hidden.sum())
        rows.append(
            made.row(place, "long_vacant_known_dwellings", known, low=known,
                     high=known + _MOST * many, n=many)
        )  # fmt: skip
    return made.table(observatory, rows, {"lovac": millesime})
