"""Readers of a Sirene stock, ours and others, each taking the same columns and communes."""

from collections.abc import Callable
from pathlib import Path

from stock.invented import STOCK_DAY

KEY = "codeCommuneEtablissement"
#: A reader, by name: the libraries it needs, and a function of the file and of the communes.
READERS: dict[str, tuple[tuple[str, ...], Callable[[Path, list[str]], object]]] = {}


def communes() -> list[str]:
    from ternois_analysis.catalog import territories

    facts = territories()
    parts = facts.territories[facts.pays].parts
    return sorted({code for part in parts for code in facts.territories[part].communes})


def columns() -> list[str]:
    from ternois_analysis.sources.sirene.columns import anonymous

    return list(anonymous().values())


def reader(name: str, *needs: str):
    def kept(function):
        READERS[name] = (needs, function)
        return function

    return kept


@reader("ours", "polars", "pandas", "pyarrow.parquet")
def ours(path: Path, codes: list[str]) -> object:
    from ternois_analysis.sources import sirene

    return sirene.extract(path, codes, as_of=STOCK_DAY)


@reader("ours, second use", "pandas", "pyarrow.parquet")
def second_use(path: Path, codes: list[str]) -> object:
    import pandas as pd

    return pd.read_parquet(path.with_name("counts.parquet"))


@reader("polars scan", "polars")
def polars_scan(path: Path, codes: list[str]) -> object:
    import polars as pl

    if path.suffix == ".parquet":
        lazy = pl.scan_parquet(path)
    else:
        lazy = pl.scan_csv(path, infer_schema=False)
    return lazy.select(columns()).filter(pl.col(KEY).is_in(codes)).collect()


@reader("duckdb", "duckdb")
def duckdb_query(path: Path, codes: list[str]) -> object:
    import duckdb

    source = f"read_csv('{path}', all_varchar=true)" if path.suffix != ".parquet" else f"'{path}'"
    places = ", ".join(f"'{code}'" for code in codes)
    what = f"select {', '.join(columns())} from {source}"
    return duckdb.sql(f"{what} where {KEY} in ({places})").fetchall()


@reader("pyarrow", "pyarrow.dataset", "pyarrow.csv")
def pyarrow_read(path: Path, codes: list[str]) -> object:
    import pyarrow as pa
    from pyarrow import compute, csv, dataset

    wanted = pa.array(codes)
    if path.suffix == ".parquet":
        chosen = dataset.field(KEY).isin(wanted)
        return dataset.dataset(path).to_table(columns=columns(), filter=chosen)
    text = dict.fromkeys(columns(), pa.string())
    options = csv.ConvertOptions(include_columns=columns(), column_types=text)
    table = csv.read_csv(path, convert_options=options)
    return table.filter(compute.is_in(table[KEY], wanted))


@reader("pandas, filters", "pandas", "pyarrow.parquet")
def pandas_filters(path: Path, codes: list[str]) -> object:
    import pandas as pd

    chosen = [(KEY, "in", codes)]
    return pd.read_parquet(path, columns=columns(), filters=chosen)


@reader("pandas, whole", "pandas", "pyarrow.parquet")
def pandas_whole(path: Path, codes: list[str]) -> object:
    import pandas as pd

    if path.suffix == ".parquet":
        table = pd.read_parquet(path, columns=columns())
    else:
        table = pd.read_csv(path, usecols=columns(), dtype="str")
    return table[table[KEY].isin(codes)]


@reader("pandas, chunks", "pandas", "pyarrow")
def pandas_chunks(path: Path, codes: list[str]) -> object:
    import pandas as pd

    pieces = pd.read_csv(path, usecols=columns(), dtype="str", chunksize=200_000)
    return pd.concat(piece[piece[KEY].isin(codes)] for piece in pieces)
