"""Codes of places in a producer's file: which level they are of, and whether they can be right."""

import pandas as pd

from ternois_analysis.catalog import Level
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats.delivered import Ground, whole_cities

#: Parts of file names by which Insee tells the level of its codes.
_NAMED: tuple[tuple[str, Level], ...] = (
    ("_com", "commune"), ("commune", "commune"), ("_epci", "epci"), ("_dep", "departement"),
    ("_reg", "region"), ("metropole", "france"), ("_fra", "france"),
)  # fmt: skip
_COMMUNE = r"(?:\d{2}|2[AB])\d{3}"
#: What the whole of metropolitan France is called.
FRANCE = "metropole"


def level_of(codes: pd.Series, name: str) -> Level:
    """Level of the codes of a file, told by their form, then by the file's name.

    Raises
    ------
    SchemaError
        If they are numbers that lost their zeros, or of no known form.
    """
    first = codes.iloc[0] if len(codes) else ""
    if codes.str.fullmatch(_COMMUNE).all() and len(codes):
        return "commune"
    if codes.str.fullmatch(r"\d{9}").all() and len(codes):
        return "epci"
    short = codes.str.fullmatch(r"\d{4}")
    if short.any() and codes[~short].str.fullmatch(_COMMUNE).all():
        raise SchemaError(
            explain(
                f"{name}: commune codes were read as numbers",
                expected="five figures, such as 01001",
                found=codes[short].head(3).tolist(),
                do="Use the producer's own file: a spreadsheet takes the first zero away.",
            )
        )
    told = [level for part, level in _NAMED if part in name.lower()]
    if told and told[0] in ("departement", "region", "france") and codes.str.len().max() <= 3:
        return told[0]
    raise SchemaError(
        explain(
            f"{name}: codes of places",
            expected="communes (62767), EPCIs (SIREN), or a name that says _DEP, _REG, METROPOLE",
            found=[first, *codes[~codes.str.fullmatch(_COMMUNE)].head(3).tolist()],
            do="Keep the producer's file name, or check that it is the right file.",
        )
    )


def check_communes(codes: pd.Series, ground: Ground, place: str) -> None:
    """Stop if codes of communes were never codes of communes.

    Raises
    ------
    SchemaError
        Listing them.
    """
    unknown = sorted(set(codes) - ground.known)
    if unknown:
        raise SchemaError(
            explain(
                f"{place}: unknown communes",
                expected="codes of the code officiel géographique, of any year",
                found=f"{unknown[:10]} ({len(unknown)} in all)",
                do="Is it a postal code, or a geography newer than the bundle's?",
            )
        )


def tidy_communes(codes: pd.Series) -> pd.Series:
    """Commune codes, stripped, with Paris, Lyon and Marseille as one commune each."""
    return whole_cities(codes.str.strip())
