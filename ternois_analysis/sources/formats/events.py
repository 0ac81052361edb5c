"""Insee's list of what happened to communes: mergers, splits, new names, new codes."""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats import text
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece

#: Our columns, and the headers of the producer's file.
_HEADERS = {
    "commune": "COM_AV", "kind": "MOD", "date": "DATE_EFF", "type_before": "TYPECOM_AV",
    "name_before": "LIBELLE_AV", "type_after": "TYPECOM_AP", "commune_after": "COM_AP",
    "name_after": "LIBELLE_AP",
}  # fmt: skip
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """The events of the code officiel géographique, one row a change; see `formats.read`.

    The year of the list stands in no column: it is read in the name of the file. Changes of
    communes associées and déléguées, which are no communes of their own, are left aside.
    """
    path = paths[0]
    years = _YEAR.findall(path.name)
    if not years:
        raise SchemaError(
            explain(f"{path.name}: year of the list", expected="in the name of the file",
                    found=path.name, do="Keep the producer's file name.")
        )  # fmt: skip
    name, content = text.open_text(path)
    rows = text.table(text.decode(content), _HEADERS["commune"], name)
    missing = [header for header in _HEADERS.values() if header not in rows.columns]
    if missing:
        raise SchemaError(
            explain(f"{name}: columns missing", expected=missing, found=list(rows.columns),
                    do="Is it the list of events (mvtcommune)?")
        )  # fmt: skip
    table = pd.DataFrame({ours: rows[header].str.strip() for ours, header in _HEADERS.items()})
    dated = table["date"].str.fullmatch(r"\d{4}-\d{2}-\d{2}")
    if not dated.all():
        raise SchemaError(
            explain(f"{name}: dates", expected="ISO dates", do="Download the file again.",
                    found=table.loc[~dated, "date"].head(3).tolist())
        )  # fmt: skip
    whole = table["type_before"].eq("COM") & table["type_after"].eq("COM")
    own = table[whole].drop(columns=["type_before", "type_after"]).drop_duplicates()
    (source,) = delivery.sources
    piece = Piece(source, years[-1], "nomenclature", own.set_index("commune").rename_axis("code"))
    left = int((~whole).sum())
    aside = (f"{left} changements de communes associées ou déléguées",) if left else ()
    return Delivered(years[-1], (piece,), aside)
