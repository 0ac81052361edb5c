"""The rows of a stock whose key is among those wanted, read by polars and by nothing else.

polars starts threads: these functions belong in the command that installs a source, never in a
process that forks afterwards.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ternois_analysis.sources.sirene.archive import as_gzip
from ternois_analysis.sources.sirene.stock import BROKEN, Stock, broken

if TYPE_CHECKING:
    import polars as pl

#: The last line of a plain CSV is looked for in its last bytes.
_TAIL_BYTES = 65_536


def rows(stock: Stock, columns: Sequence[str], key: str, wanted: Collection[str]) -> pd.DataFrame:
    """The rows whose `key` is one of `wanted`, in the order of the file.

    Parameters
    ----------
    stock : Stock
        A file whose header was checked.
    columns : sequence of str
        What is read. Cells of 12 bytes at most cost no memory for the rows that are not kept.
    key : str
        One of `columns`.

    Returns
    -------
    DataFrame
        Text throughout; a blank cell is ""; dates are ISO texts, yes-or-no `true` and `false`.

    Raises
    ------
    SourceError
        If the file stops before its end or cannot be parsed.
    """
    import polars as pl

    try:
        with _scanned(stock) as lazy:
            kept = lazy.select(columns).filter(pl.col(key).is_in(sorted(wanted))).collect()
    except (pl.exceptions.PolarsError, *BROKEN) as error:
        raise broken(stock.path, str(error).partition("\n")[0]) from error
    return kept.select(pl.all().cast(pl.String).fill_null("")).to_pandas().astype("str")


def head(stock: Stock, column: str, count: int) -> pd.Series:
    """The first `count` cells of a column, as text."""
    import polars as pl

    try:
        with _scanned(stock) as lazy:
            cells = lazy.select(pl.col(column).cast(pl.String).fill_null("")).head(count).collect()
    except (pl.exceptions.PolarsError, *BROKEN) as error:
        raise broken(stock.path, str(error).partition("\n")[0]) from error
    return cells.to_series().to_pandas().astype("str")


@contextmanager
def _scanned(stock: Stock) -> "Iterator[pl.LazyFrame]":
    import polars as pl

    if stock.container == "parquet":
        yield pl.scan_parquet(stock.path)
    elif stock.container == "zip":
        with as_gzip(stock.path, stock.member) as unzipped:
            yield _csv(unzipped)
    else:
        if stock.container == "csv":
            _check_end(stock)
        yield _csv(stock.path)


def _csv(path: Path) -> "pl.LazyFrame":
    import polars as pl

    return pl.scan_csv(path, infer_schema=False, encoding="utf8-lossy")


def _check_end(stock: Stock) -> None:
    """Refuse a CSV cut in the middle of a line: nothing in it says how long it should be."""
    with stock.path.open("rb") as file:
        file.seek(max(0, stock.path.stat().st_size - _TAIL_BYTES))
        tail = file.read()
    last = tail.rstrip(b"\r\n").rpartition(b"\n")[2]
    if not tail.endswith(b"\n") and last.count(b",") < len(stock.columns) - 1:
        raise broken(stock.path, f"a last line of {last.count(b',') + 1} cells")
