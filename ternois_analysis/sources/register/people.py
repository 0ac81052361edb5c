"""The head of the business: sex, year of birth, qualification; and texts that say too much."""

import re

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.register import register, words
from ternois_analysis.sources.register.dates import parse
from ternois_analysis.sources.register.findings import found

_YOUNGEST, _OLDEST = 16, 95
#: Free texts that the register keeps beside its codes; none of them survives the import.
_FREE = (
    "declared_activity",
    "nafa_label",
    "removal_reason",
    "origin",
    "qualification",
    "legal_form_label",
)
_TELLING = re.compile(
    r"\b0[1-9](?:[ .\-]?[0-9]{2}){4}\b"
    r"|[\w.\-]+@[\w\-]+\.[a-z]+"
    r"|\b(?:M\.|MR|MME|MLLE|MONSIEUR|MADAME)\s+\w{2,}",
    re.IGNORECASE,
)
_ACTIVE = re.compile(r"^[=@]|^[+\-]\s*[a-z(]|<\s*/?\s*(?:script|iframe|img|a|svg)\b", re.IGNORECASE)


def plain_words(values: pd.Series) -> pd.Series:
    """Texts written plainly, each different one once."""
    return values.map({value: french.plain(value) for value in values.unique()}).astype("str")


def meaning(
    frame: pd.DataFrame, field: str, vocabulary: dict[str, str], *, none: tuple[str, ...] = ("",)
) -> tuple[pd.Series, pd.DataFrame]:
    """What the words of a field mean; unknown ones give "" and finding DQ34."""
    said = plain_words(frame[field])
    meant = said.map(vocabulary).fillna("").astype("str")
    unknown = (meant == "") & ~said.isin(none)
    return meant, found(frame, unknown, "DQ34", field, "valeur hors du vocabulaire")


def people(frame: pd.DataFrame, extracted: pd.Timestamp) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Sex, year of birth and qualification of the head of the business.

    Returns
    -------
    DataFrame
        `owner_sex` (F, M or ""), `owner_birth_year` (missing when unknown or impossible),
        `qualification` ("" when none is recorded, which is not the same as not qualified).
    list of DataFrame
        Findings DQ22 and DQ34.
    """
    facts = register()
    sex, odd_title = meaning(frame, "title", words(facts.titles))
    quality, odd_quality = meaning(
        frame, "qualification", words(facts.qualifications), none=facts.no_qualification
    )
    year, wrong = birth_year(frame, extracted)
    table = pd.DataFrame({"owner_sex": sex, "owner_birth_year": year, "qualification": quality})
    return table, [odd_title, odd_quality, wrong]


def birth_year(frame: pd.DataFrame, extracted: pd.Timestamp) -> tuple[pd.Series, pd.DataFrame]:
    """Year of birth, missing outside the ages of 16 to 95; the day and month are let go here."""
    said = frame["birth_date"]
    partial = said.str.extract(r"^([0-9]{4})(?:-[0-9]{2})?$")[0]
    dates, _, _ = parse(said.where(partial.isna(), ""))
    year = pd.to_numeric(partial, errors="coerce").fillna(dates.dt.year).astype("Int64")
    age = extracted.year - year
    likely = age.between(_YOUNGEST, _OLDEST).fillna(False).astype(bool)
    wrong = (said != "") & ~likely
    return year.where(likely), found(frame, wrong, "DQ22", "birth_date", "date ou âge impossible")


def talkative(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Free texts that hold a person, a telephone, an address or something that runs (DQ31)."""
    findings = []
    for field in _FREE:
        telling = _matching(frame[field], _TELLING)
        findings.append(
            found(frame, telling, "DQ31", field, "nom, téléphone ou courriel : texte effacé")
        )
    for field in (*_FREE, "name", "sign", "last_name", "first_name", "address", "commune_name"):
        first = frame[field].str.slice(0, 1)
        likely = first.isin(["=", "@", "+", "-"]) | frame[field].str.contains("<", regex=False)
        active = likely & _matching(frame[field].where(likely, ""), _ACTIVE)
        findings.append(
            found(frame, active, "DQ31", field, "formule ou balise : neutralisée, jamais recopiée")
        )
    return findings


def _matching(values: pd.Series, pattern: re.Pattern[str]) -> pd.Series:
    """Whether a pattern is found in each text; each different one is searched once."""
    return values.map({text: bool(pattern.search(text)) for text in values.unique()}).astype(bool)
