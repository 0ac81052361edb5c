"""Raw cells of the stock → the columns of the extract."""

from pathlib import Path

import pandas as pd

from ternois_analysis.catalog.sirene import sirene
from ternois_analysis.sources.register.pseudonyms import pseudonyms
from ternois_analysis.sources.sirene import values
from ternois_analysis.sources.sirene.columns import ESTABLISHMENT, UNIT


def establishments(raw: pd.DataFrame, path: Path, key: bytes | None) -> pd.DataFrame:
    """One row an establishment, on the index of `raw`, whose columns are those of ESTABLISHMENT.

    Without a key, `raw` may lack the identifiers, and the table has none.

    Raises
    ------
    SchemaError
        For a value that cannot be.
    """
    bands = sirene().size_bands
    if "siren" in raw:
        values.check_identifiers(raw["siren"], raw["nic"], path)
    for name, words in {
        "state": ("A", "F"),
        "diffusion": ("O", "P", "N"),
        "size_band": ("", *bands),
    }.items():
        values.check_words(raw[name], words, ESTABLISHMENT[name], path)
    closed = raw["state"] == "F"
    band = raw["size_band"]
    low, high = ({c: getattr(b, end) for c, b in bands.items()} for end in ("low", "high"))
    labels = {code: found.label for code, found in bands.items()} | {"": ""}
    return pd.DataFrame(
        _pseudonymised(raw, key)
        | {
            "commune": raw["commune"],
            "created": values.days(raw["created"], ESTABLISHMENT["created"], path),
            "closed": values.days(raw["since"], ESTABLISHMENT["since"], path).where(closed),
            "active": ~closed,
            "naf": _code(raw["activity"]).where(raw["nomenclature"] == "NAFRev2", ""),
            "nomenclature": raw["nomenclature"],
            "nafa": _code(raw["nafa"]),
            "size_band": band,
            "size_label": values.looked_up(band, labels, "str"),
            "employees_low": values.looked_up(band, low, "Int64"),
            "employees_high": values.looked_up(band, high, "Int64"),
            "employer": values.flags(raw["employer"], ESTABLISHMENT["employer"], path),
            "siege": values.flags(raw["siege"], ESTABLISHMENT["siege"], path),
            "listed": raw["diffusion"] == "O",
        }
    )


def _pseudonymised(raw: pd.DataFrame, key: bytes | None) -> dict[str, pd.Series]:
    if key is None:
        return {}
    business = pseudonyms(raw["siren"], key)
    return {"establishment": business + raw["nic"], "business": business}


def units(sirens: pd.Series, raw: pd.DataFrame, path: Path) -> pd.DataFrame:
    """What is known of the legal unit of each SIREN, on its index; blank or missing if unknown.

    Raises
    ------
    SchemaError
        For a value that cannot be, or a unit that comes twice.
    """
    values.check_identifiers(raw["siren"], pd.Series("00000", index=raw.index), path)
    values.check_words(raw["state"], ("A", "C"), UNIT["state"], path)
    known = pd.DataFrame(
        {
            "legal_category": raw["legal_category"],
            "unit_created": values.days(raw["created"], UNIT["created"], path),
            "unit_active": (raw["state"] == "A").astype("boolean"),
            "social_economy": values.flags(raw["social_economy"], UNIT["social_economy"], path),
            "company_category": raw["company_category"],
        }
    ).set_axis(pd.Index(raw["siren"]), axis=0)
    found = known.reindex(sirens).set_axis(sirens.index, axis=0)
    text = ["legal_category", "company_category"]
    return found.assign(**found[text].fillna("").astype("str"))


def _code(cells: pd.Series) -> pd.Series:
    return cells.str.replace(".", "", regex=False)
