"""The Dares' counts of job-seekers by commune: one row a quarter, commune and crossing."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats import codes, text
from ternois_analysis.sources.formats.delivered import (
    SECRET,
    UNAVAILABLE,
    Delivered,
    Ground,
    Piece,
)
from ternois_analysis.sources.formats.wide import numbers

#: Headers with labels, and technical ones, of what is read.
_HEADERS = {
    "code": ("Code commune", "code_commune"), "date": ("Date", "date"),
    "category": ("Catégorie", "categorie"), "sex": ("Sexe", "sexe"),
    "age": ("Tranche d'âge", "Tranche d’âge", "tranche_d_age"),
    "value": ("Nombre de demandeurs d'emploi", "Nombre de demandeurs d’emploi",
              "nombre_de_demandeurs_d_emploi"),
}  # fmt: skip
#: What a total may be called.
_TOTALS = ("total", "ensemble", "tous", "toutes", "t", "_t")
_CATEGORY = "ABC"


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """The fourth quarter of each year of a file; see `formats.read`.

    Raises
    ------
    SchemaError
        If a column is missing, no row is the total of its sexes and ages, or one comes twice.
    """
    name, content = text.open_text(paths[0])
    said = text.decode(content)
    key = next((h for h in _HEADERS["code"] if h in said.partition("\n")[0]), delivery.key)
    rows = _named(text.table(said, key, name), name)
    kept = rows["category"].str.strip().str.upper().str.endswith(_CATEGORY)
    for part in ("sex", "age"):
        kept &= rows[part].str.strip().str.lower().isin(_TOTALS)
    if not kept.any():
        found = {part: rows[part].unique()[:5].tolist() for part in ("category", "sex", "age")}
        raise SchemaError(
            explain(f"{name}: totals of category {_CATEGORY}", expected=f"{_TOTALS[:3]}",
                    found=found, do="Export the data set with its totals.")
        )  # fmt: skip
    rows = rows[kept].assign(year=rows["date"].str.strip().str[:4])
    last = rows.groupby("year")["date"].transform("max")
    rows = rows[rows["date"] == last]
    (source,) = delivery.gives
    (column,) = delivery.gives[source]
    pieces = [_piece(source, column, str(y), g, ground, name) for y, g in rows.groupby("year")]
    return Delivered(max(piece.millesime for piece in pieces), tuple(pieces))


def _named(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    chosen = {
        part: next((h for h in forms if h in rows.columns), "") for part, forms in _HEADERS.items()
    }
    missing = [_HEADERS[part][0] for part, header in chosen.items() if not header]
    if missing:
        raise SchemaError(
            explain(f"{name}: columns missing or renamed", expected=missing,
                    found=list(rows.columns), do="Export the data set by commune as CSV.")
        )  # fmt: skip
    return rows[list(chosen.values())].set_axis(list(chosen), axis=1)


def _piece(
    source: str, column: str, year: str, group: pd.DataFrame, ground: Ground, name: str
) -> Piece:
    where = codes.tidy_communes(group["code"])
    codes.level_of(where, name)
    codes.check_communes(where, ground, name)
    values, signs = numbers(group["value"], f"{name}, value")
    table = pd.DataFrame({"code": where, column: values, "row": group["code"].str.strip()})
    if table.duplicated(["code", "row"]).any():
        raise SchemaError(
            explain(f"{name}: communes in {year}", expected="each once",
                    found=table.loc[table.duplicated(["code", "row"]), "row"].head(3).tolist(),
                    do="Export raw data only, without other crossings.")
        )  # fmt: skip
    hidden = pd.DataFrame({"code": where, "column": column, "sign": signs})
    hidden = hidden[hidden["sign"].isin([SECRET, UNAVAILABLE])].reset_index(drop=True)
    added = table.groupby("code")[[column]].sum(min_count=1)
    return Piece(source, year, "commune", added, hidden)
