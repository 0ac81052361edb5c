"""Commune codes that are not what they seem: old codes, postal codes, lost zeros."""

import difflib
import re
from collections.abc import Iterable

import pandas as pd

from ternois_analysis import french
from ternois_analysis.errors import SchemaError, TerritoryError, explain

#: Cities whose municipal arrondissements have codes of their own, with the first and the last.
ARRONDISSEMENTS = (
    ("13055", "13201", "13216"),
    ("69123", "69381", "69389"),
    ("75056", "75101", "75120"),
)


def named(code: str, communes: pd.DataFrame) -> str:
    """`62767 (Saint-Pol-sur-Ternoise)`, or the code alone when it is not a commune of today."""
    found = communes.loc[communes["commune"] == code, "commune_name"]
    return f"{code} ({found.iloc[0]})" if len(found) else code


def with_postal_code(code: str, communes: pd.DataFrame) -> list[str]:
    """Codes of the communes that a postal code serves, in order; none if it is not one."""
    if not re.fullmatch(r"\d{5}", code):
        return []
    served = communes["postal_codes"].fillna("").str.contains(code, regex=False)
    return list(communes.loc[served, "commune"])


def by_postal_code(communes: pd.DataFrame) -> dict[str, list[str]]:
    """Commune codes by postal code, for the communes given."""
    found: dict[str, list[str]] = {}
    for code, postal in zip(communes["commune"], communes["postal_codes"].fillna(""), strict=True):
        for one in postal.split():
            found.setdefault(one, []).append(code)
    return found


def meaning(code: object, communes: pd.DataFrame, passage: pd.DataFrame) -> str:
    """What a code that is not a commune of the canonical geography probably is, in one phrase."""
    if not isinstance(code, str) or not code.strip():
        return f"{code!r} is not a text"
    known = set(communes["commune"])
    old = passage[passage["commune_before"] == code]
    if len(old):
        latest = old[old["last_cog"] == old["last_cog"].max()]
        into = french.listing([named(c, communes) for c in latest["commune"]], "and")
        was = f" ({latest['name_before'].iloc[0]})" if latest["name_before"].iloc[0] else ""
        return f"{code}{was} was last a code in COG {latest['last_cog'].iloc[0]}, now {into}"
    if re.fullmatch(r"\d{4}", code) and f"0{code}" in known:
        return f"{code} lost its first zero: {named(f'0{code}', communes)}"
    if code.strip() in known:
        return f"{code!r} has spaces around {code.strip()}"
    for city, first, last in ARRONDISSEMENTS:
        if first <= code <= last:
            return f"{code} is a municipal arrondissement of {named(city, communes)}"
    if served := with_postal_code(code, communes):
        return f"{code} is a postal code, of {some([named(c, communes) for c in served])}"
    if re.fullmatch(r"[0-9A-Z]{5}", code):
        near = difflib.get_close_matches(code, known, 1, 0.8)
        return f"{code} is no commune" + (f", near {named(near[0], communes)}" if near else "")
    return f"{code!r} is not a commune code"


#: Unknown codes told one by one: a file of another kind has thousands.
_MOST = 100


def some(items: list[str], most: int = 5) -> str:
    """The first items and how many more there are."""
    rest = len(items) - most
    return ", ".join(items[:most]) + (f" and {rest} more" if rest > 0 else "")


def check_keys(codes: pd.Series, communes: pd.DataFrame, place: str) -> None:
    """Refuse a key column that is not text or in which a code comes twice.

    Raises
    ------
    SchemaError, TerritoryError
        With the repeated codes, and a word on postal codes if that is what they look like.
    """
    known = codes.astype(object)  # quicker than columns of text
    if wrong := [c for c in known.to_numpy() if not isinstance(c, str)]:
        raise SchemaError(
            explain(
                f"{place}, column commune",
                expected="codes as text",
                found=repr(wrong[0]),
                do="Read the column as text: a number loses the zero of 01001.",
            )
        )
    twice = known[known.duplicated()].drop_duplicates().tolist()
    if twice:
        postal = [c for c in twice if len(with_postal_code(c, communes)) > 1]
        hint = f" {some(postal)}: also postal codes of several communes." if postal else ""
        raise TerritoryError(
            explain(
                f"{place} has communes more than once",
                expected="one row a commune",
                found=some(twice, 20),
                do=f"Sum the rows, or use INSEE codes.{hint}",
            )
        )


def unknown(
    codes: Iterable[object], communes: pd.DataFrame, passage: pd.DataFrame, place: str
) -> TerritoryError:
    """The error that lists unknown codes with what each probably is, as many as can be read."""
    every = list(codes)
    listed = [meaning(code, communes, passage) for code in every[:_MOST]]
    more = [f"and {len(every) - _MOST} more"] if len(every) > _MOST else []
    return TerritoryError(
        explain(
            f"{place} has unknown communes ({len(every)})",
            expected="codes of the declared COG year",
            found="; ".join(listed + more),
            do="Declare the file's true COG year, or use INSEE commune codes.",
        )
    )
