"""What may be shown of a refused value, and the list of rejects as a spreadsheet opens it."""

import csv
import io
import re

import pandas as pd

HIDDEN = "(donnée personnelle masquée)"
HEADER = ("ligne", "champ", "valeur", "motif", "correction proposée")
_LONG = 60


def shown(values: pd.Series, kind: str) -> pd.Series:
    """The part of refused values that identifies nobody.

    Parameters
    ----------
    values : Series of str
        As received.
    kind : str
        Kind of the field. A `personal` value is never shown; of an `identifier` and a `birth` date
        only the shape is (`9` for a digit, `A` for a letter), as of anything with eight digits or
        an at sign; a `text` is shown only if no word of it could be a name: letters are kept for
        codes, dates and numbers, which hold a digit.

    Returns
    -------
    Series of str
    """
    values = values.str.slice(0, _LONG)
    if kind == "personal":
        return pd.Series(HIDDEN, index=values.index).mask(values == "", "")
    shape = values.str.replace(r"[0-9]", "9", regex=True).str.replace(r"[^\W\d_]", "A", regex=True)
    if kind in ("identifier", "birth"):
        return shape
    long = values.str.count(r"[0-9]").ge(8) & (kind != "date") | values.str.contains(
        "@", regex=False
    )
    if kind == "text":
        return shape.mask(values.str.fullmatch(r"\w{0,4}").fillna(False), values)
    worded = values.str.contains(r"[^\W\d_]{3,}", regex=True)
    return values.mask(long | worded, shape)


def neutral(text: str) -> str:
    """A cell that no spreadsheet takes for a formula and no page for a tag."""
    text = re.sub(r"[\x00-\x1f\x7f]", " ", text)
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@") else text


def rejects_csv(rejects: pd.DataFrame) -> bytes:
    """The list of rejects as a CSV for a French spreadsheet: UTF-8 with BOM, semicolons.

    Parameters
    ----------
    rejects : DataFrame
        Columns line, field, value, reason, proposal; values already passed through `shown`.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADER)
    columns = [
        rejects[name].astype(str) for name in ("line", "field", "value", "reason", "proposal")
    ]
    writer.writerows([neutral(cell) for cell in row] for row in zip(*columns, strict=True))
    return b"\xef\xbb\xbf" + out.getvalue().encode()
