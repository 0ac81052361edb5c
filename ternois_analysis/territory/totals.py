"""Totals of a commune table over territories: the only place where communes are added up."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import take

from ternois_analysis.catalog.sources import ColumnKind
from ternois_analysis.errors import TerritoryError, explain
from ternois_analysis.territory import groups
from ternois_analysis.territory.codes import some
from ternois_analysis.territory.passage import columns_of
from ternois_analysis.territory.place import Territory


def total(
    table: pd.DataFrame, territories: Sequence[Territory], kinds: Mapping[str, ColumnKind]
) -> pd.DataFrame:
    """Values of territories from those of their communes.

    Parameters
    ----------
    table : DataFrame
        One row a commune of the canonical geography, key `commune` (see `to_cog`).
    territories : sequence of Territory
        They may overlap; each is summed on its own.
    kinds : Mapping
        Kind of each column of `table`, as declared in `sources.yml`.

    Returns
    -------
    DataFrame
        Indexed by `territory`, in the order given; labels are dropped. An additive column is a
        sum of floats, missing when a commune's value is missing or the commune is not in the
        table. A published column is the value that all communes share, missing otherwise.

    Raises
    ------
    SchemaError
        If a column has no declared kind.
    """
    additive, published = columns_of(table, kinds)
    sizes = [len(territory.communes) for territory in territories]
    members = [code for territory in territories for code in territory.communes]
    starts = np.r_[0, np.cumsum(sizes)[:-1]].astype(int) if sizes else np.empty(0, dtype=int)
    rows = _rows(table["commune"], members)
    index = pd.Index([territory.id for territory in territories], name="territory", dtype="str")
    # The last value, that of no commune, answers for row -1.
    result: dict[str, Any] = {}
    for column in additive:
        values = np.r_[table[column].to_numpy(dtype=float, na_value=np.nan), np.nan]
        result[column] = groups.sums(values[rows], starts)
    for column in published:
        shared = groups.common(pd.Series(take(table[column].array, rows, allow_fill=True)), starts)
        result[column] = shared.to_numpy()
    return pd.DataFrame(result, index=index, columns=[c for c in table.columns if c in result])


def _rows(communes: pd.Series, members: list[str]) -> groups.Positions:
    """Row of each member in the table, -1 when it is not there."""
    known = pd.Index(communes)
    if not known.is_unique:
        raise TerritoryError(
            explain(
                "Commune table",
                expected="one row a commune",
                found=some(known[known.duplicated()].unique().tolist(), 20),
                do="Bring it to the canonical geography with to_cog.",
            )
        )
    return np.asarray(known.get_indexer(pd.Index(members, dtype="str")))
