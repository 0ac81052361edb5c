"""The rows of each table of a programme file: clean columns, and what is wrong with them."""

from collections.abc import Mapping

import pandas as pd

from ternois_analysis.catalog.programmes import ProgrammeFacts
from ternois_analysis.sources.intake import findings, identifiers
from ternois_analysis.sources.programmes import cells
from ternois_analysis.sources.register.dates import parse

#: Clean columns and findings of a table.
Read = tuple[pd.DataFrame, list[pd.DataFrame]]
_LATE = "date postérieure à la réception du fichier"


def participants(
    frame: pd.DataFrame, facts: ProgrammeFacts, programme: str, day: pd.Timestamp
) -> Read:
    """Participations: siren, entered, ended, status, amounts, satisfaction, objective."""
    found = _Finder(frame, facts, "participants")
    siren = found.sirens()
    entered = found.dates("entered", "PR05", day, needed=True)
    ended = found.dates("ended", "PR06", day)
    found.add(ended < entered, "PR06", "ended", "date de fin antérieure à l’entrée")
    status = cells.chosen(frame["status"], cells.meanings(facts.statuses, facts.spellings))
    found.add(status == "", "PR07", "status", "statut absent ou inconnu")
    going = status == "engaged"
    odd = (status != "") & (frame["ended"] != "").eq(going)
    found.add(odd, "PR07b", "status", "le statut et la date de fin ne vont pas ensemble")
    amounts = {name: found.amounts(name) for name in ("cost_eur", "pays_eur", "others_eur")}
    paid = amounts["pays_eur"].fillna(0) + amounts["others_eur"].fillna(0)
    # A cent of rounding is no fault.
    over = paid > amounts["cost_eur"] + 0.01
    found.add(over, "PR08", "cost_eur", "les financements dépassent le coût total")
    note, bad = cells.numbers(frame["satisfaction"])
    bad |= note.notna() & ~note.isin([1, 2, 3, 4, 5])
    found.add(bad, "PR09", "satisfaction", "note hors de 1 à 5")
    clean = pd.DataFrame({"siren": siren, "entered": entered, "ended": ended, "status": status})
    clean = clean.assign(**amounts, satisfaction=note.mask(bad))
    listed = {"objective": facts.programmes[programme].objectives, "funder": facts.funders}
    for name, options in listed.items():
        clean[name] = cells.chosen(frame[name], cells.meanings(options, {}))
        unknown = (clean[name] == "") & (frame[name] != "")
        found.add(unknown, "PR10", name, "hors de la liste")
    twice = clean.duplicated(["siren", "entered"]) & (siren != "") & entered.notna()
    found.add(twice, "PR11", "", "même SIREN et même date d’entrée qu’une ligne précédente")
    return clean, found.all


def sessions(
    frame: pd.DataFrame,
    facts: ProgrammeFacts,
    programme: str,
    day: pd.Timestamp,
    communes: pd.DataFrame,
) -> Read:
    """Sessions: session, held, module, commune, seats."""
    found = _Finder(frame, facts, "sessions")
    number = frame["session"]
    found.add(number == "", "PR12", "session", "numéro de séance absent")
    twice = number.duplicated() & (number != "")
    found.add(twice, "PR12", "session", "numéro de séance déjà donné")
    held = found.dates("held", "PR05", day, needed=True)
    options = facts.programmes[programme].modules
    module = cells.chosen(frame["module"], cells.meanings(options, {}))
    found.add(module == "", "PR13", "module", "module absent ou hors de la liste")
    commune = cells.places(frame["commune"], communes)
    found.add((commune == ""), "PR14", "commune", "commune absente ou introuvable")
    seats, bad = cells.numbers(frame["seats"])
    bad |= seats.isna() | (seats < 0) | (seats % 1 != 0)
    found.add(bad, "PR15", "seats", "nombre de places absent ou illisible")
    return pd.DataFrame({"session": number, "held": held, "module": module, "commune": commune,
                         "seats": seats}), found.all  # fmt: skip


def attendances(
    frame: pd.DataFrame, facts: ProgrammeFacts, known: pd.Series, enrolled: pd.Series
) -> Read:
    """Attendances: session, siren, present.

    Parameters
    ----------
    known : Series of str
        Numbers of the sessions that were accepted.
    enrolled : Series of str
        SIREN of the participants that were accepted.
    """
    found = _Finder(frame, facts, "attendances")
    siren, number = found.sirens(), frame["session"]
    found.add(~number.isin(known), "PR12", "session", "aucune séance acceptée n’a ce numéro")
    said = cells.chosen(frame["present"], cells.meanings(facts.presence, facts.spellings))
    found.add(said == "", "PR16", "present", "présence absente ou illisible")
    twice = pd.DataFrame({"session": number, "siren": siren}).duplicated() & (siren != "")
    found.add(twice, "PR11", "", "même SIREN et même séance qu’une ligne précédente")
    stranger = (siren != "") & ~siren.isin(enrolled)
    found.add(stranger, "PR17", "siren", "absente de la feuille Participants")
    clean = pd.DataFrame({"session": number, "siren": siren, "present": said == "present"})
    return clean, found.all


class _Finder:
    """Findings being gathered on the rows of one table."""

    def __init__(self, frame: pd.DataFrame, facts: ProgrammeFacts, table: str) -> None:
        self._frame = frame
        self._kinds: Mapping[str, str] = {
            name: field.kind for name, field in facts.tables[table].fields.items()
        }
        self.all: list[pd.DataFrame] = []
        self.add(frame["odd"].astype(bool), "PR01b", "", "ligne lue dans un autre encodage")

    def add(
        self,
        where: pd.Series,
        check: str,
        field: str,
        reason: str | pd.Series,
        proposal: str | pd.Series = "",
    ) -> None:
        self.all.append(
            findings.found(
                self._frame, where.fillna(False).astype(bool), check, field, reason, proposal,
                kinds=self._kinds,
            )
        )  # fmt: skip

    def sirens(self) -> pd.Series:
        """The SIREN of each row, "" when refused."""
        siren = self._frame["siren"].str.replace(r"[\s.\-]", "", regex=True)
        wrong = ~identifiers.is_siren(siren)
        said = identifiers.damage(siren[wrong], 9).str.split("\t", n=1, expand=True)
        said = said.reindex(columns=[0, 1])
        self.add(wrong, "PR04", "siren", said[0], said[1].fillna(""))
        return siren.mask(wrong, "")

    def dates(
        self, field: str, check: str, day: pd.Timestamp, *, needed: bool = False
    ) -> pd.Series:
        """The dates of a field, missing when empty or refused."""
        read, reason, proposal = parse(self._frame[field])
        self.add(reason != "", check, field, reason, proposal)
        self.add(read > day, check, field, _LATE)
        if needed:
            self.add(self._frame[field] == "", check, field, "date absente")
        return read

    def amounts(self, field: str) -> pd.Series:
        """Amounts of a field, missing when empty or refused."""
        read, bad = cells.numbers(self._frame[field])
        self.add(bad | (read < 0), "PR08", field, "montant illisible ou négatif")
        return read
