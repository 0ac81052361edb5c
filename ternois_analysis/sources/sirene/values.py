"""Cells of Sirene → dates, flags and codes, and the values that refuse a file."""

import datetime as dt
from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from ternois_analysis.errors import SchemaError, SourceError, explain

#: Sirene writes the first day of 1900 when it does not know a date.
_UNKNOWN_DAYS = ("", "1900-01-01")
_COMMUNE = r"(?:\d{2}|2A|2B)\d{3}"
#: Some creations are announced: so small a share of days to come does not make another stock.
_ANNOUNCED_SHARE, _ANNOUNCED_MINIMUM = 0.005, 2
#: So many establishments never pass half a year without a creation or a closure among them.
_MANY, _QUIET_DAYS = 1000, 183


def days(cells: pd.Series, column: str, path: Path) -> pd.Series:
    """Days from ISO texts, with or without a time; missing when blank or 1900-01-01.

    Raises
    ------
    SchemaError
        For a text that is no such day.
    """
    text = cells.str.slice(0, 10)
    blank = text.isin(_UNKNOWN_DAYS)
    found = pd.to_datetime(text.mask(blank), format="%Y-%m-%d", errors="coerce")
    wrong = found.isna() & ~blank
    if wrong.any():
        raise _unexpected(path, column, "days such as 2026-07-01", cells[wrong])
    return found.astype("datetime64[ms]")


def flags(cells: pd.Series, column: str, path: Path) -> pd.Series:
    """Nullable booleans of O and N, or of true and false; missing when blank.

    Raises
    ------
    SchemaError
        For another word.
    """
    meaning = {"O": True, "N": False, "true": True, "false": False}
    check_words(cells, ("", *meaning), column, path)
    return looked_up(cells, meaning, "boolean")


def looked_up(cells: pd.Series, meaning: Mapping[str, object], dtype: str) -> pd.Series:
    """What each cell means, looked up once a different cell; missing when it has no meaning."""
    where, different = pd.factorize(cells)
    found = pd.Series([meaning.get(cell) for cell in different], dtype=dtype)
    return found.take(where).set_axis(cells.index, axis=0)


def check_words(cells: pd.Series, words: Collection[str], column: str, path: Path) -> None:
    """Refuse a cell that is none of the words.

    Raises
    ------
    SchemaError
        Naming the column and some of the cells.
    """
    wrong = ~cells.isin(list(words))
    if wrong.any():
        raise _unexpected(path, column, sorted(words), cells[wrong])


def check_identifiers(siren: pd.Series, nic: pd.Series, path: Path) -> None:
    """Refuse identifiers of another length, and an establishment that comes twice.

    Raises
    ------
    SchemaError
        Counting them: an identifier is personal data and is not printed.
    """
    right = siren.str.len().eq(9) & nic.str.len().eq(5) & (siren + nic).str.isdigit()
    short = int((~right).sum())
    twice = int((siren + nic).duplicated().sum())
    if short or twice:
        raise SchemaError(
            explain(
                f"{path.name}: identifiers that cannot be",
                expected="SIREN of 9 digits, NIC of 5, each establishment once",
                found=f"{short} of another form, {twice} repeated",
                do="Codes were read as numbers, or rows doubled: give the file as published.",
            )
        )


def check_codes(communes: pd.Series, path: Path) -> None:
    """Refuse codes of communes that were read as numbers: `1001` for `01001`.

    Raises
    ------
    SchemaError
        With some of them.
    """
    different = pd.Series(communes.unique(), dtype="str")
    wrong = ~different.isin(["", "[ND]"]) & ~different.str.fullmatch(_COMMUNE)
    if wrong.any():
        cells = communes[communes.isin(different[wrong])]
        raise _unexpected(path, "codes of communes", "5 characters, 01001", cells)


def check_day(table: pd.DataFrame, path: Path, as_of: dt.date) -> None:
    """Refuse a stock that is visibly not of the day that is said.

    Raises
    ------
    SourceError
        If it knows too much of the days that follow, or nothing of the months before.
    """
    last = pd.concat([table["created"], table["closed"]], axis=1).max(axis=1)
    after = int((last > pd.Timestamp(as_of)).sum())
    newest = last.max()
    too_new = after > max(_ANNOUNCED_MINIMUM, _ANNOUNCED_SHARE * len(table))
    too_old = len(table) >= _MANY and newest < pd.Timestamp(as_of) - pd.Timedelta(days=_QUIET_DAYS)
    if too_new or too_old:
        raise SourceError(
            explain(
                f"{path.name} is not the stock of {as_of}",
                expected=f"creations and closures up to {as_of}",
                found=f"{after} of them later" if too_new else f"none since {newest.date()}",
                do="Give the day of the stock, as its producer's page says it.",
            )
        )


def _unexpected(path: Path, column: str, expected: object, cells: pd.Series) -> SchemaError:
    some = [repr(cell) for cell in cells.unique()[:5]]
    return SchemaError(
        explain(
            f"{path.name}, {column}: {len(cells)} cells that cannot be",
            expected=expected,
            found=some,
            do="Give the file as INSEE publishes it, not one saved by another program.",
        )
    )
