"""Cells of programme files read as what they are: numbers, choices, places."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from ternois_analysis import french

_CODE = r"(?<![0-9A-Za-z])((?:[0-9]{2}|2[AB])[0-9]{3})(?![0-9A-Za-z])"


def numbers(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Numbers as an agent writes them (`1 200,50 €`), and where a text is no number.

    Returns
    -------
    tuple of Series
        Floats, missing when empty or refused; whether each was refused.
    """
    plain = texts.str.replace(r"[\s\u00a0\u202f€]", "", regex=True).str.replace(",", ".")
    known = plain.str.fullmatch(r"-?[0-9]{1,9}(?:\.[0-9]+)?").fillna(False).astype(bool)
    read = pd.to_numeric(plain.where(known), errors="coerce").astype("float64")
    return read, (plain != "") & ~known


def chosen(texts: pd.Series, meanings: Mapping[str, str]) -> pd.Series:
    """The meaning of each text by its plain writing; "" for an unknown or empty one."""
    return texts.map(lambda text: meanings.get(french.plain(text), "")).astype("str")


def meanings(
    listed: Mapping[str, str] | Sequence[str], spellings: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """Meaning by plain writing, from a list of choices and the other writings of its keys."""
    pairs = listed if isinstance(listed, Mapping) else {text: text for text in listed}
    known = {french.plain(label): name for name, label in pairs.items()}
    return known | {word: name for name in pairs for word in spellings.get(name, ())}


def places(texts: pd.Series, communes: pd.DataFrame) -> pd.Series:
    """Code of the commune that each text names; "" for an unknown one.

    Parameters
    ----------
    texts : Series of str
        `Anvin (62036)`, `62036` or `Anvin`.
    communes : DataFrame
        Columns commune and commune_name: those in which a session may be held.
    """
    code = texts.str.extract(_CODE, expand=False).fillna("")
    names = communes["commune_name"].map(french.plain)
    single = ~names.duplicated(keep=False)
    by_name = dict(zip(names[single], communes.loc[single, "commune"], strict=True))
    named = texts.map(lambda text: by_name.get(french.plain(text), ""))
    return named.where(code == "", code.where(code.isin(communes["commune"]), "")).astype("str")


def listed(communes: pd.DataFrame, codes: Collection[str]) -> list[str]:
    """The communes of a drop-down, `Anvin (62036)`, alphabetically."""
    here = communes[communes["commune"].isin(list(codes))]
    order = here["commune_name"].map(french.plain).sort_values(kind="stable").index
    here = here.loc[order]
    return [f"{n} ({c})" for n, c in zip(here["commune_name"], here["commune"], strict=True)]
