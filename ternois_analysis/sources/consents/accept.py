"""A file of consents as received → the artisans who agree to be named, every row accounted for."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.consents import ConsentFacts, consents
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources.consents import cells
from ternois_analysis.sources.intake import Layout, findings, identifiers, receive
from ternois_analysis.sources.intake.table import Codes
from ternois_analysis.sources.programmes.cells import places
from ternois_analysis.sources.register.dates import parse
from ternois_analysis.sources.register.pseudonyms import pseudonyms

#: Columns of the accepted table; one row a business. Dates are missing without a sound RGE.
COLUMNS = (
    "business", "name", "commune", "phone", "mail", "trades", "wood", "rge", "rge_start",
    "rge_end", "labels", "consented", "proof",
)  # fmt: skip
_CODES = Codes(unreadable="CO01", odd="CO01b", cut="CO02", header="CO03")
_LONGEST = 80


@dataclass(frozen=True)
class Intake:
    """What became of a file.

    `accepted` has the columns `COLUMNS`; `sirens`, on its index, is never written anywhere;
    `rejects` (line, field, value, reason, proposal) one row a reason for setting a row aside;
    `findings` (check, line) all that was found; `facts` what the store prints.
    """

    accepted: pd.DataFrame
    sirens: pd.Series
    rejects: pd.DataFrame
    findings: pd.DataFrame
    facts: dict[str, Any]


def accept(
    path: Path,
    communes: pd.DataFrame,
    *,
    key: bytes,
    received: dt.date,
    objecting: Collection[str] = (),
) -> Intake:
    """Check a file of consents, in memory; nothing is written.

    Parameters
    ----------
    path : Path
        CSV, Excel or JSON, zipped or not.
    communes : DataFrame
        Columns commune and commune_name: where the businesses may be.
    key : bytes
        Key of the pseudonyms: that of the register, so that both join.
    received : date
        Day of the transfer: no consent may be later.
    objecting : collection of str
        Pseudonyms of the businesses that object: they are set aside whatever the file says.

    Returns
    -------
    Intake
        Rows in = rows accepted + rows set aside, always.

    Raises
    ------
    SourceError, SchemaError
        If the file cannot be read, is no such file, or is empty.
    """
    facts = consents()
    came = receive(path, Layout(facts.aliases(), tuple(facts.fields), facts.required, codes=_CODES))
    if not came.rows:
        raise SourceError(
            explain(f"{path.name} holds no consent", expected="one row a business",
                    found="an empty table", do="Fill the file in first.")
        )  # fmt: skip
    clean, found = _Rows(came.frame, facts).read(communes, key, pd.Timestamp(received), objecting)
    acting = facts.acting()
    kept = clean[~clean.index.isin(found.index[found["check"].isin(acting)])]
    labels = {name: field.label for name, field in facts.fields.items()}
    rejects = findings.rejects(came, found, acting, labels)
    away = came.rows - len(kept)
    if rejects["line"].nunique() != away:
        raise AssertionError("each row that is set aside has a reason, and no other row has")
    summary = {
        "file": path.name,
        "received": received.isoformat(),
        "notices": list(came.notices),
        "unknown": sorted({column for part in came.parts for column in part["unknown"]}),
        "rows_in": came.rows,
        "rows_accepted": len(kept),
        "rows_set_aside": away,
    }
    # Sorted by pseudonym: the order of the file says nothing any more.
    kept = kept.sort_values("business", kind="stable").reset_index(drop=True)
    lines = findings.lines(came, found)
    return Intake(kept[list(COLUMNS)], kept["siren"], rejects, lines, summary)


class _Rows:
    """The rows of one file, with the findings being gathered on them."""

    def __init__(self, frame: pd.DataFrame, facts: ConsentFacts) -> None:
        self._frame, self._facts = frame, facts
        self._found: list[pd.DataFrame] = []
        self._add(frame["odd"].astype(bool), "CO01b", "", "ligne lue dans un autre encodage")

    def _add(
        self,
        where: pd.Series,
        check: str,
        field: str,
        reason: str | pd.Series,
        proposal: str | pd.Series = "",
    ) -> None:
        marked = where.fillna(False).astype(bool)
        kinds = self._facts.kinds()
        self._found.append(
            findings.found(self._frame, marked, check, field, reason, proposal, kinds=kinds)
        )

    def read(
        self, communes: pd.DataFrame, key: bytes, day: pd.Timestamp, objecting: Collection[str]
    ) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Clean columns, with `siren`, and the findings."""
        frame = self._frame
        siren = self._sirens()
        secret = pseudonyms(siren, key)
        consented, reason, _ = parse(frame["consented"])
        self._add(reason != "", "CO05", "consented", reason)
        self._add(frame["consented"] == "", "CO05", "consented", "date absente")
        self._add(consented > day, "CO05", "consented", "date postérieure à la réception")
        self._add(frame["proof"] == "", "CO06", "proof", "preuve absente")
        unnamed = (frame["name"] == "") | (frame["name"].str.len() > _LONGEST)
        self._add(unnamed, "CO07", "name", "nom absent ou de plus de 80 caractères")
        # A certificate is said with its dates or not at all.
        self._add(cells.says_rge(frame["name"]), "CO07", "name", "mention RGE dans le nom")
        labels, undated = cells.labels(frame["labels"])
        self._add(undated, "CO15", "labels", "mention RGE sans ses dates")
        commune = places(frame["commune"], communes)
        self._add(commune == "", "CO08", "commune", "commune absente ou introuvable")
        trades, strange = cells.trades(frame["trades"])
        self._add(trades == "", "CO09", "trades", "aucun métier reconnu")
        self._add(strange & (trades != ""), "CO09b", "trades", "un des métiers n’est pas reconnu")
        phone, bad_phone = cells.phones(frame["phone"])
        mail, bad_mail = cells.mails(frame["mail"])
        self._add(bad_phone, "CO10", "phone", "numéro illisible")
        self._add(bad_mail, "CO10", "mail", "adresse illisible")
        clean = pd.DataFrame({
            "siren": siren, "business": secret, "name": frame["name"], "commune": commune,
            "phone": phone, "mail": mail, "trades": trades, "wood": self._wood(),
            **self._rge(), "labels": labels, "consented": consented,
            "proof": frame["proof"],
        })  # fmt: skip
        # A consent taken back counts on whatever row it stands, readable date or not.
        gone = siren[(frame["withdrawn"] != "") & (siren != "")]
        self._add(siren.isin(gone), "CO13", "", "consentement retiré")
        self._add((siren == "") & (frame["withdrawn"] != ""), "CO13", "", "consentement retiré")
        self._add(secret.isin(list(objecting)), "CO14", "", "opposition de l’entreprise")
        self._twice(clean)
        return clean, findings.together(self._found)

    def _sirens(self) -> pd.Series:
        siren = self._frame["siren"].str.replace(r"[\s.\-]", "", regex=True)
        wrong = ~identifiers.is_siren(siren)
        said = identifiers.damage(siren[wrong], 9).str.split("\t", n=1, expand=True)
        said = said.reindex(columns=[0, 1])
        self._add(wrong, "CO04", "siren", said[0], said[1].fillna(""))
        return siren.mask(wrong, "")

    def _wood(self) -> pd.Series:
        affirmative = self._facts.affirmative
        return (
            self._frame["wood"].map(lambda text: french.plain(text) in affirmative).astype("bool")
        )

    def _rge(self) -> dict[str, pd.Series]:
        """The RGE and its two dates; all three empty when one is not sound."""
        frame = self._frame
        start, bad_start, _ = parse(frame["rge_start"])
        end, bad_end, _ = parse(frame["rge_end"])
        said = (frame[["rge", "rge_start", "rge_end"]] != "").any(axis=1)
        sound = (frame["rge"] != "") & start.notna() & end.notna() & (start <= end)
        reason = (bad_start + " " + bad_end).str.strip()
        reason = reason.mask(reason == "", "mention RGE sans ses deux dates, ou dates inversées")
        self._add(said & ~sound, "CO11", "rge", reason)
        return {"rge": frame["rge"].where(sound, ""), "rge_start": start.where(sound),
                "rge_end": end.where(sound)}  # fmt: skip

    def _twice(self, clean: pd.DataFrame) -> None:
        known = clean[clean["siren"] != ""].sort_values("consented", kind="stable")
        again = known.index[known.duplicated("siren", keep="last")]
        marked = pd.Series(clean.index.isin(again), index=clean.index)
        self._add(marked, "CO12", "siren", "SIREN déjà donné, le plus récent est gardé")
