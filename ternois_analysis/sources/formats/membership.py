"""Insee's table of the zonings to which communes belong: codes and names, as text."""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, SourceError, explain
from ternois_analysis.sources.formats import codes, text
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece
from ternois_analysis.sources.intake.container import Refused
from ternois_analysis.sources.intake.workbook import sheets

#: What the column of codes is called: by Insee, and in files made from its table.
_KEYS = ("CODGEO", "DEPCOM")
#: Sheets of Insee's workbook: the communes, and the names of the zones.
_COMMUNES, _ZONES = "COM", "Zones_supra_communales"
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """The zones of each commune, from a CSV or from Insee's workbook; see `formats.read`.

    The year of the codes stands in no column: it is read in the name of the file.

    Raises
    ------
    SchemaError
        If the name carries no year, or the file has not the columns declared.
    """
    path = paths[0]
    years = _YEAR.findall(path.name)
    if not years:
        raise SchemaError(
            explain(f"{path.name}: year of the commune codes", expected="in the name of the file",
                    found=path.name, do="Keep the producer's file name.")
        )  # fmt: skip
    rows, names = _rows(path)
    where = codes.tidy_communes(rows.iloc[:, 0])
    codes.level_of(where, path.name)
    codes.check_communes(where, ground, path.name)
    (source,) = delivery.sources
    table = pd.DataFrame(_columns(rows, names, delivery, source, path.name))
    table = table.set_axis(pd.Index(where, name="code")).sort_index()
    # Arrondissements of a city lie in the zones of their city.
    table = table[~table.index.duplicated()]
    return Delivered(years[-1], (Piece(source, years[-1], "nomenclature", table),))


def _columns(
    rows: pd.DataFrame, names: dict[str, dict[str, str]], delivery: Delivery, source: str, name: str
) -> dict[str, pd.Series]:
    facts = catalog.source(source).columns
    found: dict[str, pd.Series] = {}
    for column in (*delivery.gives[source], *delivery.may_give.get(source, ())):
        header = next((h for h in facts[column].headers if h in rows.columns), "")
        zone = facts[column].headers[0].removeprefix("LIB_")
        if header:
            found[column] = rows[header].str.strip()
        elif zone in rows.columns and zone in names:
            found[column] = rows[zone].str.strip().map(names[zone]).fillna("")
        elif column in delivery.gives[source]:
            raise SchemaError(
                explain(f"{name}: columns missing", expected=facts[column].headers,
                        found=list(rows.columns)[:20], do="Is it the table of communes?")
            )  # fmt: skip
    return found


def _rows(path: Path) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    """The table of communes, its codes first, and the names of zones by zoning."""
    workbook = _workbook(path)
    if workbook is not None:
        return _sheets(workbook, path.name)
    name, content = text.open_text(path)
    said = text.decode(content)
    head = said.partition("\n")[0]
    key = next((k for k in _KEYS if k in head), _KEYS[0])
    rows = text.table(said, key, name)
    return rows[[key, *(c for c in rows.columns if c != key)]], {}


def _workbook(path: Path) -> bytes | None:
    """Bytes of the workbook that the file is, or holds; None for text."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        inside = archive.namelist()
        if "xl/workbook.xml" in inside:
            return path.read_bytes()
        books = [name for name in inside if name.lower().endswith(".xlsx")]
        return archive.read(books[0]) if books else None


def _sheets(content: bytes, name: str) -> tuple[pd.DataFrame, dict[str, dict[str, str]]]:
    try:
        read = {sheet: [*rows] for sheet, rows in sheets(io.BytesIO(content).getvalue())}
    except Refused as error:
        raise SourceError(
            explain(f"{name} cannot be read", expected="a workbook", found=error,
                    do="Download it again.")
        ) from error  # fmt: skip
    rows = _headed(read.get(_COMMUNES, []), "CODGEO", f"{name}, {_COMMUNES}")
    names: dict[str, dict[str, str]] = {}
    if _ZONES in read:
        zones = _headed(read[_ZONES], "NIVGEO", f"{name}, {_ZONES}")
        for level, group in zones.groupby("NIVGEO"):
            names[str(level)] = dict(zip(group["CODGEO"], group["LIBGEO"], strict=True))
    return rows, names


def _headed(rows: list[list[str]], key: str, place: str) -> pd.DataFrame:
    """Rows of a sheet under the line that has `key`: Insee puts titles above."""
    start = next((rank for rank, row in enumerate(rows) if key in row), None)
    if start is None:
        raise SchemaError(
            explain(f"{place}: header", expected=key, found="no line that has it",
                    do="Is it the table of communes?")
        )  # fmt: skip
    body = [row for row in rows[start + 1 :] if any(row)]
    table = pd.DataFrame(body, dtype="str").iloc[:, : len(rows[start])]
    table.columns = pd.Index(rows[start])
    return table[[key, *(c for c in table.columns if c not in (key, ""))]]
