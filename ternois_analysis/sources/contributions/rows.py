"""The rows of a contribution: clean columns, and what is wrong with them."""

import re
from collections.abc import Mapping

import pandas as pd

from ternois_analysis.catalog.contributions import ContributionKind, Field
from ternois_analysis.sources.contributions.sending import Sending
from ternois_analysis.sources.contributions.template import EXAMPLE
from ternois_analysis.sources.intake import findings
from ternois_analysis.sources.intake.table import UNRESOLVED
from ternois_analysis.sources.programmes import cells

#: What a sender writes in place of a number that its own rule hides.
HIDDEN = "s"
#: An e-mail or web address, a telephone number, the number of a business or of a person.
_PERSONAL = re.compile(r"@|https?:|www\.|(?:\d[\s.\-/]*){9,}", re.IGNORECASE)
_FORMULA = "formule sans résultat : collez les valeurs"
_EXAMPLE = re.compile(rf"^\W*{EXAMPLE}\b", re.IGNORECASE)


def tidy(
    frame: pd.DataFrame, kind: ContributionKind, sending: Sending, communes: pd.DataFrame
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Clean columns of all rows, and what was found in them.

    Parameters
    ----------
    frame : DataFrame
        The received rows, texts.
    communes : DataFrame
        Columns commune and commune_name: those that may be named.

    Returns
    -------
    tuple
        Columns of the kind: `commune` as code, the category by its key, numbers (missing when empty
        or hidden), texts; and `<number>_hidden`. Then the findings, one table a check.
    """
    found = _Finder(frame, kind)
    example = frame["commune"].str.contains(_EXAMPLE)
    found.add(example, "CO04", "", "ligne d’exemple")
    code = cells.places(frame["commune"], communes)
    found.add((code == "") & ~example, "CO05", "commune", "commune absente ou introuvable")
    if sending.covers:
        outside = (code != "") & ~code.isin(sending.covers) & ~example
        found.add(outside, "CO06", "commune", f"hors du territoire couvert ({sending.territory})")
    clean = pd.DataFrame({"commune": code})
    for name, field in kind.columns.items():
        if field.kind == "category":
            known = cells.meanings(field.choices, {})
            clean[name] = cells.chosen(frame[name], known)
            found.add((clean[name] == "") & ~example, "CO07", name, "hors de la liste")
        elif field.kind == "number":
            clean[name], clean[f"{name}_hidden"] = _number(frame[name], name, field, found, example)
        elif field.kind == "text":
            clean[name] = frame[name]
            told = frame[name].str.contains(_PERSONAL)
            found.add(told, "CO12", name, "ce texte ressemble à un contact ou à un numéro")
    for name, field in kind.columns.items():
        if field.at_most:
            over = clean[name] > clean[field.at_most]
            whole = kind.columns[field.at_most].label
            found.add(over & ~example, "CO10", name, f"plus que « {whole} »")
    if kind.items is None:
        keys = ["commune", *([kind.category] if kind.category else [])]
        several = clean[~example].duplicated(keys, keep=False).reindex(clean.index).eq(True)
        said = (clean[keys] != "").all(axis=1)
        found.add(several & said, "CO11", "commune", "plusieurs lignes pour la même chose")
    return clean, found.all


def _number(
    texts: pd.Series, name: str, field: Field, found: "_Finder", example: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Numbers of a column, missing when empty, hidden or refused; and which its sender hid."""
    hidden = texts.str.strip().str.lower().eq(HIDDEN) & field.hides
    found.add(hidden & ~example, "CO13", name, "nombre masqué par l’envoyeur")
    value, bad = cells.numbers(texts.mask(hidden, ""))
    if field.required:
        bad |= (texts.str.strip() == "") & ~hidden
    found.add(bad & ~example, "CO08", name, "nombre absent ou illisible")
    out = value.notna() & ~value.between(field.minimum, field.maximum)
    if field.whole:
        out |= value.notna() & (value % 1 != 0)
    found.add(out & ~example, "CO09", name, "nombre hors des bornes")
    return value, hidden


class _Finder:
    """Findings being gathered on the rows of a contribution."""

    def __init__(self, frame: pd.DataFrame, kind: ContributionKind) -> None:
        self._frame = frame
        # A text is never shown again: only its line is.
        shown = {"commune": "text", "category": "text", "number": "number", "text": "personal"}
        self._kinds: Mapping[str, str] = {n: shown[f.kind] for n, f in kind.columns.items()}
        self.all: list[pd.DataFrame] = []
        self.add(frame["odd"].astype(bool), "CO01b", "", "ligne lue dans un autre encodage")

    def add(self, where: pd.Series, check: str, field: str, reason: str) -> None:
        marked = where.fillna(False).astype(bool)
        reasons = pd.Series(reason, index=self._frame.index, dtype="str")
        if field:
            # Whatever the column wanted, this is what its sender has to mend.
            reasons = reasons.mask(self._frame[field] == UNRESOLVED, _FORMULA)
        self.all.append(
            findings.found(self._frame, marked, check, field, reasons, kinds=self._kinds)
        )
