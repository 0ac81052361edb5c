"""Who the row is about: SIREN and SIRET."""

import pandas as pd

from ternois_analysis.sources.intake import identifiers
from ternois_analysis.sources.register.findings import found


def identity(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The SIREN and SIRET of each row and what is wrong with them.

    A row without SIREN takes that of its valid SIRET; nothing else is completed.

    Returns
    -------
    DataFrame
        `siren`, `siret`: text, "" when absent or refused.
    list of DataFrame
        Findings DQ04, DQ05, DQ06.
    """
    siren = frame["siren"].str.replace(r"[\s.\-]", "", regex=True)
    siret = frame["siret"].str.replace(r"[\s\-]", "", regex=True)
    good_siret = identifiers.is_siret(siret)
    siren = siren.mask((siren == "") & good_siret, siret.str.slice(0, 9))
    good_siren = identifiers.is_siren(siren)
    bad_siret = ~good_siret & (siret != "")
    apart = good_siren & good_siret & (siret.str.slice(0, 9) != siren)
    findings = [
        _wrong(frame, ~good_siren, "DQ04", "siren", siren, 9),
        _wrong(frame, bad_siret, "DQ05", "siret", siret, 14),
        found(
            frame,
            apart,
            "DQ06",
            "siret",
            "le SIRET n'est pas celui du SIREN",
            "vérifier les deux numéros dans Sirene",
        ),
    ]
    return pd.DataFrame(
        {"siren": siren.where(good_siren, ""), "siret": siret.where(good_siret, "")}
    ), findings


def _wrong(
    frame: pd.DataFrame, where: pd.Series, check: str, field: str, values: pd.Series, length: int
) -> pd.DataFrame:
    said = (
        identifiers.damage(values[where], length)
        .str.split("\t", n=1, expand=True)
        .reindex(columns=[0, 1])
    )
    return found(frame, where, check, field, said[0], said[1].fillna(""))
