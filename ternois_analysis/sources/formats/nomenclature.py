"""Insee's workbook of the labels of the NAF rév. 2: one row a code, at every level."""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, SourceError, explain
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece

#: The year of the nomenclature, that no column tells.
_YEAR = "2008"
_CODE, _LABEL = "Code", re.compile(r"intitul", re.IGNORECASE)
_SHAPE = re.compile(r"\d{2}(\.\d{1,2}[A-Z]?)?")


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """The whole label of each division, group, class and subclass; see `formats.read`.

    Codes are written without dot. Sections, which have no code of figures, are left aside.
    """
    from python_calamine import CalamineError, load_workbook

    path = paths[0]
    try:
        book = load_workbook(str(path))
        rows = book.get_sheet_by_name(book.sheet_names[0]).to_python()
    except (CalamineError, OSError, IndexError) as error:
        raise SourceError(
            explain(f"{path.name} cannot be read", expected="Insee's workbook of the NAF",
                    found=error, do="Download it again.")
        ) from error  # fmt: skip
    heads = [[str(cell).strip() for cell in row] for row in rows[:10]]
    start = next((rank for rank, row in enumerate(heads) if _CODE in row), None)
    labels = (
        [i for i, head in enumerate(heads[start]) if _LABEL.search(head)]
        if start is not None
        else []
    )
    if start is None or not labels:
        raise SchemaError(
            explain(f"{path.name}: columns", expected=[_CODE, "Intitulés…"], do="Is it the NAF?",
                    found=heads[0] if heads else "nothing")
        )  # fmt: skip
    place = heads[start].index(_CODE)
    found = {
        str(row[place]).strip().replace(".", ""): " ".join(str(row[labels[0]]).split())
        for row in rows[start + 1 :]
        if _SHAPE.fullmatch(str(row[place]).strip())
    }
    (source,) = delivery.sources
    (column,) = delivery.gives[source]
    index = pd.Index(list(found), name="code", dtype="str")
    table = pd.DataFrame({column: list(found.values())}, index=index, dtype="str").sort_index()
    return Delivered(_YEAR, (Piece(source, _YEAR, "nomenclature", table),))
