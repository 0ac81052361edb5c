"""Ratios and counts of communes before any rule of reliability, for methods that pool communes.

A class, an index or a test made of all the communes of a territory may rest on figures too small to
be printed one by one. They never leave: what methods make of them does. Only what no rule of
secrecy protects can be asked for.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from ternois_analysis import catalog, indicators
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.observatory import values
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.trail import lru_cache

_FREE = "SD0"


class Origin(NamedTuple):
    """What a figure is dated by and read from, as values carry it."""

    period: str
    source: str
    millesime: str


def ratios(observatory: Observatory, codes: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """Values of some indicators in some communes, small ones included.

    Parameters
    ----------
    observatory : Observatory
    codes : sequence of str
        Communes of the quarter's geography.
    names : sequence of str

    Returns
    -------
    DataFrame
        One row a commune, one column an indicator in the order given; missing where an input is,
        and the column is left out where none of its sources is installed.

    Raises
    ------
    ReportError
        For an indicator that a rule of secrecy covers, that is invented or that has categories.
    """
    found = {}
    for name in names:
        columns = _columns(observatory, codes, name)
        if columns is not None:
            found[name] = indicators.compute(name, columns)
    return pd.DataFrame(found, index=_index(codes))


def counts(observatory: Observatory, codes: Sequence[str], name: str) -> pd.DataFrame | None:
    """What an indicator's interval is made of: columns `count` and `of`; None where it has none.

    Parameters and raises as in `ratios`.
    """
    rule = catalog.indicator(name).interval
    columns = _columns(observatory, codes, name)
    if rule is None or rule.base or columns is None:
        return None
    return pd.DataFrame({"count": columns[rule.count], "of": columns[rule.of]}, dtype="float64")


def installed(observatory: Observatory, names: Sequence[str]) -> list[str]:
    """Those of some indicators that the quarter can compute."""
    return [name for name in names if _newest(observatory, name) is not None]


def origin(observatory: Observatory, name: str) -> Origin:
    """Where the newest figures of an indicator come from; empty where nothing is installed."""
    instance = _newest(observatory, name)
    if instance is None:
        return Origin("", "", "")
    return Origin(instance.period, "+".join(instance.sources), instance.vintages)


def _newest(observatory: Observatory, name: str) -> values.Instance | None:
    found = values.newest(values.instances(name, observatory.columns), observatory.columns)
    whole = [instance for instance in found if instance.complete]
    return whole[-1] if whole else None


def _columns(observatory: Observatory, codes: Sequence[str], name: str) -> pd.DataFrame | None:
    entry = catalog.indicator(name)
    instance = _newest(observatory, name)
    known = catalog.sources()
    invented = instance is not None and any(
        known[source].synthetic for source in instance.sources if source in known
    )
    if entry.secrecy != _FREE or entry.categories or entry.computed or invented:
        raise ReportError(
            explain(
                f"Indicator {name}",
                expected="a genuine figure that no rule of secrecy covers, in one category",
                found=f"secrecy {entry.secrecy}",
                do="Ask the observatory for its published values.",
            )
        )
    if instance is None:
        return None
    table = observatory.columns.table
    rows = _communes(observatory).get_indexer(_index(codes))
    columns = pd.DataFrame(index=_index(codes))
    for argument, read in instance.arguments.items():
        if isinstance(read, str):
            figures = np.r_[table[read].to_numpy(dtype="float64", na_value=np.nan), np.nan]
            columns[argument] = figures[rows]
        else:
            columns[argument] = read
    return columns


@lru_cache(maxsize=8)
def _communes(observatory: Observatory) -> pd.Index:
    found: pd.Index = pd.Index(observatory.columns.table["commune"])
    return found


def _index(codes: Sequence[str]) -> pd.Index:
    return pd.Index(list(codes), dtype="str")
