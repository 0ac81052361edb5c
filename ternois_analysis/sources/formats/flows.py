"""Insee's table of home-to-work flows: one row a commune of residence and a place of work."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats import codes, headers, text
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece
from ternois_analysis.sources.formats.wide import DICTIONARIES, numbers

#: Header of the place of work: a commune, or what stands for a foreign country.
WORK = "DCLT"


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """The flows of a file as pairs; see `formats.read`.

    Municipal arrondissements are brought to their city. A place of work that is no commune of
    France (`99999`, codes of countries) is kept as it is.

    Raises
    ------
    SchemaError
        If a place of work, a figure or a code of residence is missing, or a pair comes twice.
    """
    pattern = next((e.member for e in delivery.editions if e.member), "")
    packed = paths[0].suffix.lower() == ".zip"
    name, content = text.open_text(paths[0], pattern if packed else "", beside=DICTIONARIES)
    rows = text.table(text.decode(content), delivery.key, name)
    matches, _ = headers.known(rows.columns, delivery)
    headers.require(matches, delivery, list(rows.columns), name)
    if WORK not in rows.columns:
        raise SchemaError(
            explain(f"{name}: columns missing", expected=WORK, found=list(rows.columns),
                    do="Is it the table of flows by commune of work?")
        )  # fmt: skip
    match = max(matches, key=lambda known: known.millesime)
    home, work = codes.tidy_communes(rows[delivery.key]), codes.tidy_communes(rows[WORK])
    # The zeros of codes read as numbers are lost: the form tells it before the list does.
    codes.level_of(home, name)
    codes.check_communes(home, ground, name)
    workers, _ = numbers(rows[match.headers[0]], f"{name}, {match.headers[0]}")
    table = pd.DataFrame({"code": home, "work_commune": work, match.column: workers})
    _check(table, match.column, rows[[delivery.key, WORK]], name)
    pairs = table.groupby(["code", "work_commune"], as_index=False)[match.column].sum()
    piece = Piece(match.source, match.millesime, "pairs", pairs.set_index("code"))
    return Delivered(match.millesime, (piece,))


def _check(table: pd.DataFrame, column: str, given: pd.DataFrame, name: str) -> None:
    twice = given[given.duplicated()]
    empty = table[table[column].isna() | (table["work_commune"] == "")]
    negative = table[table[column] < 0]
    for what, wrong in (
        ("pairs that come twice", twice), ("rows without a place of work or a figure", empty),
        ("negative flows", negative),
    ):  # fmt: skip
        if len(wrong):
            raise SchemaError(
                explain(f"{name}: {what}", expected="none",
                        found=wrong.head(3).to_dict("records"), do="Download the file again.")
            )  # fmt: skip
