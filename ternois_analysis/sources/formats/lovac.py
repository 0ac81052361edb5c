"""LOVAC as published by commune: vacant dwellings of the private stock, one column a year."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats import codes, headers, text
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece
from ternois_analysis.sources.formats.wide import numbers

_KEY = re.compile(r"CODGEO_\d{2}")


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """The pieces of the file, one a year; see `formats.read`.

    The stock of a year is published a year after its vacant dwellings: each year's vacancy is set
    against the stock of the year before, in all years alike.
    """
    name, content = text.open_text(paths[0])
    whole = text.decode(content)
    names = re.split(r"[;,\t|]", whole.partition("\n")[0])
    keys = [each.strip(' "\r') for each in names if _KEY.fullmatch(each.strip(' "\r'))]
    if not keys:
        raise SchemaError(
            explain(f"{name} has no column of communes", expected="CODGEO_26, or another year",
                    found=names[:8], do="Take the file by commune of the producer's page.")
        )  # fmt: skip
    rows = text.table(whole, keys[0], name)
    matches, _ = headers.known(rows.columns, delivery)
    headers.require(matches, delivery, list(rows.columns), name)
    where = codes.tidy_communes(rows[keys[0]])
    codes.level_of(where, name)
    codes.check_communes(where, ground, name)
    dated = [
        replace(m, millesime=str(int(m.millesime) + 1)) if m.column.endswith("_before") else m
        for m in matches
    ]
    last = max(m.millesime for m in matches if not m.column.endswith("_before"))
    pieces = [
        _piece(rows, where, delivery.sources[0], year, [m for m in dated if m.millesime == year])
        for year in sorted({m.millesime for m in dated if m.millesime <= last})
    ]
    return Delivered(last, tuple(pieces))


def _piece(
    rows: pd.DataFrame, where: pd.Series, source: str, year: str, matches: Sequence[headers.Match]
) -> Piece:
    values, signs = {}, []
    for match in matches:
        figures, sign = numbers(rows[match.headers[0]], match.headers[0])
        values[match.column] = figures
        hidden = sign != ""
        cells = {"code": where[hidden], "column": match.column, "sign": sign[hidden]}
        signs.append(pd.DataFrame(cells, dtype="str"))
    table = pd.DataFrame(values).set_axis(pd.Index(where, name="code"))
    # The arrondissements of three cities: their sum is the city's, missing when one is hidden.
    twice = table.index.duplicated(keep=False)
    cities = table[twice].isna().groupby(level=0).any()
    sums = table[twice].groupby(level=0).sum().mask(cities)
    table = pd.concat([table[~twice], sums]).sort_index()
    return Piece(source, year, "commune", table, pd.concat(signs).drop_duplicates())
