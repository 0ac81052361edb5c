"""Insee's tables of passage: what each former code of a commune became."""

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats import text
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece
from ternois_analysis.sources.intake.workbook import sheets

_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
#: Headers of a former code and of today's, in files of two columns.
_PAIR = ("DEPCOM_HIST", "DEPCOM")
_YEARLY = re.compile(r"CODGEO_(\d{4})")


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """The code that each former code goes to; see `formats.read`.

    Either a text of two columns, or the workbook that has one column of codes a year. The year of
    the newest codes is read in its columns, else in the name of the file. A code that was split
    goes to several: it is left aside.
    """
    path = paths[0]
    pairs, year = _workbook(path) if zipfile.is_zipfile(path) else _text(path)
    several = pairs.groupby("code")["commune"].nunique()
    split = set(several.index[several > 1])
    kept = pairs[~pairs["code"].isin(split)].drop_duplicates("code")
    (source,) = delivery.sources
    (column,) = delivery.gives[source]
    table = kept.set_index("code").rename(columns={"commune": column}).sort_index()
    aside = (f"{len(split)} codes partagés entre plusieurs communes",) if split else ()
    return Delivered(year, (Piece(source, year, "nomenclature", table),), aside)


def _text(path: Path) -> tuple[pd.DataFrame, str]:
    name, content = text.open_text(path)
    rows = text.table(text.decode(content), _PAIR[0], name)
    if _PAIR[1] not in rows:
        raise _refused(name, list(_PAIR), list(rows.columns))
    years = _YEAR.findall(path.name)
    if not years:
        raise SchemaError(
            explain(f"{path.name}: year of the newest codes", expected="in the name of the file",
                    found=path.name, do="Add it: table_passage_2025.csv.")
        )  # fmt: skip
    return rows[list(_PAIR)].set_axis(["code", "commune"], axis=1), years[-1]


def _workbook(path: Path) -> tuple[pd.DataFrame, str]:
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        inside = [name for name in archive.namelist() if name.lower().endswith(".xlsx")]
        content = archive.read(inside[0]) if inside else content
    for _, lines in sheets(content):
        rows = [*lines]
        start = next((i for i, row in enumerate(rows) if any(map(_YEARLY.fullmatch, row))), None)
        if start is not None:
            heads = rows[start]
            columns = {i: m[1] for i, head in enumerate(heads) if (m := _YEARLY.fullmatch(head))}
            last = max(columns, key=lambda i: columns[i])
            pairs = [(row[i], row[last]) for row in rows[start + 1 :] for i in columns if row[i]]
            return pd.DataFrame(pairs, columns=["code", "commune"], dtype="str"), columns[last]
    raise _refused(path.name, ["CODGEO_2026"], ["no such column"])


def _refused(name: str, expected: list[str], found: list[str]) -> SchemaError:
    return SchemaError(
        explain(f"{name}: columns", expected=expected, found=found, do="Is it a table of passage?")
    )
