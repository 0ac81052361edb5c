"""Insee's wide tables: one row a place, one column a variable, the year in its name."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ternois_analysis.catalog import Delivery, Level
from ternois_analysis.errors import SchemaError, SourceError, explain
from ternois_analysis.sources.formats import codes, headers, text
from ternois_analysis.sources.formats.delivered import (
    SECRET,
    UNAVAILABLE,
    Delivered,
    Ground,
    Piece,
)
from ternois_analysis.sources.formats.headers import Match

#: What producers write in place of a figure.
_SIGNS = {"s": SECRET, "S": SECRET, "nd": UNAVAILABLE, "ND": UNAVAILABLE, "N/A": UNAVAILABLE,
          "n.d.": UNAVAILABLE, "nc": UNAVAILABLE, "so": UNAVAILABLE}  # fmt: skip
#: Members of Insee's archives that are dictionaries of variables.
DICTIONARIES = ("*meta*", "*dictionnaire*", "varmod*", "*/varmod*")
#: Members of archives at levels that the observatory does not read: urban units, zones, districts.
_OTHERS = (*DICTIONARIES, *(f"*_{level}*" for level in ("uu", "aav", "ze", "arr", "arm", "bv")))


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """The pieces of a wide table, one a source and year; see `formats.read`.

    An archive may hold one table a level, of which all those of the observatory's are read.
    """
    patterns = list(dict.fromkeys(e.member for e in delivery.editions if e.member)) or [""]
    tables = [n for p in patterns if p for n in text.members(paths[0], p, beside=_OTHERS)]
    if len(tables) < 2:
        return _one(paths[0], patterns, delivery, ground)
    found = [_one(paths[0], [name], delivery, ground) for name in tables]
    return Delivered(
        max(one.millesime for one in found),
        tuple(piece for one in found for piece in one.pieces),
        tuple(dict.fromkeys(said for one in found for said in one.left_aside)),
    )


def _one(path: Path, patterns: list[str], delivery: Delivery, ground: Ground) -> Delivered:
    name, content = _opened(path, patterns)
    place = f"{path.name} ({name})" if name != path.name else name
    rows = text.table(text.decode(content), delivery.key, place)
    matches, aside = headers.known(rows.columns, delivery)
    headers.require(matches, delivery, list(rows.columns), place)
    leading = max((match.millesime for match in matches), default="")
    main = _leading(matches, delivery) or leading
    where = codes.tidy_communes(rows[delivery.key])
    level = codes.level_of(where, name)
    if level == "commune":
        codes.check_communes(where, ground, place)
    pieces = [_piece(rows, where, level, group, place) for group in _groups(matches, main).items()]
    return Delivered(main, tuple(pieces), tuple(aside))


def _opened(path: Path, patterns: Iterable[str]) -> tuple[str, bytes]:
    last: SourceError | None = None
    for pattern in patterns:
        try:
            return text.open_text(path, pattern, beside=DICTIONARIES)
        except SourceError as error:
            last = error
    assert last is not None
    raise last


def _leading(matches: Iterable[Match], delivery: Delivery) -> str:
    """The newest year of the first column that the delivery promises names the file."""
    source, columns = next(iter(delivery.gives.items()))
    years = [m.millesime for m in matches if (m.source, m.column) == (source, columns[0])]
    return max(years, default="")


def _groups(matches: Iterable[Match], main: str) -> dict[tuple[str, str], list[Match]]:
    found: dict[tuple[str, str], list[Match]] = {}
    for match in matches:
        found.setdefault((match.source, match.millesime or main), []).append(match)
    return found


def _piece(
    rows: pd.DataFrame,
    where: pd.Series,
    level: Level,
    group: tuple[tuple[str, str], list[Match]],
    place: str,
) -> Piece:
    (source, millesime), matches = group
    values, signs = {}, []
    for match in matches:
        values[match.name], sign = _added(rows, match, place)
        hidden = sign != ""
        signs.append(
            pd.DataFrame(
                {"code": where[hidden], "column": match.name, "sign": sign[hidden]}, dtype="str"
            )
        )
    table = pd.DataFrame(values).set_axis(pd.Index(where, name="code"))
    marks = pd.concat(signs, ignore_index=True).drop_duplicates()
    return Piece(source, millesime, level, _one_a_place(table, place), marks)


def _added(rows: pd.DataFrame, match: Match, place: str) -> tuple[pd.Series, pd.Series]:
    """Sum of the headers of a match, missing when one is; the gravest of their signs."""
    read = [
        numbers(rows[header], f"{place}, {header}") for header in (*match.headers, *match.minus)
    ]
    added = [-v if rank >= len(match.headers) else v for rank, (v, _) in enumerate(read)]
    values = pd.concat(added, axis=1).sum(axis=1, skipna=False)
    return values, pd.concat([signs for _, signs in read], axis=1).max(axis=1)


def numbers(cells: pd.Series, place: str) -> tuple[pd.Series, pd.Series]:
    """The figures of a column of text, and the signs that stand where there is none.

    Returns
    -------
    tuple of Series
        Floats, missing without a figure; « s », « nd » or "" (a figure, or an empty cell).

    Raises
    ------
    SchemaError
        For a cell that is neither a figure nor a known sign.
    """
    texts = cells.str.strip()
    signs = texts.map(_SIGNS).fillna("").astype("str")
    plain = texts.where(signs == "", "").str.replace(",", ".", regex=False)
    plain = plain.str.replace(r"[\s\u00a0\u202f]", "", regex=True)
    values = pd.to_numeric(plain.where(plain != ""), errors="coerce")
    odd = texts[values.isna() & (signs == "") & (texts != "")]
    if len(odd):
        raise SchemaError(
            explain(f"{place}: cells that are no figures", expected="figures, s or nd",
                    found=odd.unique()[:5].tolist(), do="Check that it is the producer's file.")
        )  # fmt: skip
    return values.astype("float64").replace([np.inf, -np.inf], np.nan), signs


def _one_a_place(table: pd.DataFrame, place: str) -> pd.DataFrame:
    """One row a code; arrondissements that stand beside their city, or in its place, are added."""
    twice = table.index[table.index.duplicated()].unique()
    strange = [code for code in twice if code not in ("75056", "69123", "13055")]
    if strange:
        raise SchemaError(
            explain(f"{place}: codes of places", expected="each once", found=strange[:5],
                    do="Check that it is the producer's file.")
        )  # fmt: skip
    if not len(twice):
        return table.sort_index()
    # A city's own row comes beside its arrondissements in some files only: the largest row is it
    # when it is the sum of the others.
    single = table[~table.index.isin(twice)]
    return pd.concat([single, *(_city(table.loc[[code]]) for code in twice)]).sort_index()


def _city(rows: pd.DataFrame) -> pd.DataFrame:
    first = rows.iloc[:, 0]
    whole = first.max()
    others = first.sum() - whole
    if np.isclose(whole, others, rtol=1e-3) and len(rows) > 2:
        return rows.iloc[[int(np.argmax(first.to_numpy()))]]
    return rows.groupby(level=0).sum(min_count=1)
