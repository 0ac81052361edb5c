"""What the chamber would send on a day: the invented register in the genuine format."""

import csv
import datetime as dt
import io
import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis import french
from ternois_analysis.sources.synthetic.defects import Line, planted
from ternois_analysis.sources.synthetic.facts import facts
from ternois_analysis.sources.synthetic.numbers import phone, siret
from ternois_analysis.sources.synthetic.world import World, world

HEADER = (
    "N° GESTION",
    "SIREN",
    "SIRET",
    "RAISON SOCIALE",
    "ENSEIGNE",
    "CIVILITE",
    "NOM",
    "PRENOM",
    "DATE NAISSANCE",
    "QUALITE",
    "FORME JUR",
    "CODE NAFA",
    "LIBELLE NAFA",
    "NAR4",
    "APE",
    "DATE IMMAT",
    "DATE DEBUT",
    "ORIGINE",
    "NB SAL",
    "NB APPR",
    "ADRESSE1",
    "ADRESSE2",
    "CP",
    "COMMUNE",
    "INSEE",
    "TEL",
    "MAIL",
    "DATE RADIATION",
    "MOTIF",
    "DIFFUSION",
)
MARK = "DEMONSTRATION"
_FAMILY = {"Fabrication": "PRODUCTION"}
#: The two transfers that are shipped: ten days at most after the quarters' last days.
DEMONSTRATION = {"2026Q2": dt.date(2026, 7, 10), "2026Q3": dt.date(2026, 10, 9)}


@dataclass(frozen=True)
class Plant:
    """A defect put in on purpose: the check that must find it and its line in the file."""

    check: str
    line: int


@dataclass(frozen=True)
class Transfer:
    """One file: its name, its bytes, what was planted in it, rows of data."""

    name: str
    content: bytes
    plants: tuple[Plant, ...]
    rows: int


def demonstration(communes: pd.DataFrame, *, seed: int = 2026) -> dict[str, Transfer]:
    """The two transfers of the demonstration, by quarter; the same seed gives the same bytes."""
    invented = world(communes, seed=seed)
    return {quarter: transfer(invented, day, seed=seed) for quarter, day in DEMONSTRATION.items()}


def transfer(invented: World, day: dt.date, *, seed: int = 2026, defects: bool = True) -> Transfer:
    """The file that the chamber extracts on a day: what it has on record, defects included.

    Parameters
    ----------
    invented : World
        The businesses and their lives.
    day : date
        Day of extraction; ends recorded later are not in the file.
    defects : bool
        Put in one row at least for each check that a file alone can fail.
    """
    rows = [Line(cells) for cells in extract(invented, day)]
    if defects:
        rows = planted(rows, day, np.random.default_rng(seed))
    title = f"REGISTRE DES METIERS - {MARK} : ENTREPRISES FICTIVES - EXTRACTION DU {day:%d/%m/%Y}"
    pieces, plants, number = (
        [f"{title}\r\n".encode("cp1252"), _written(HEADER).encode("cp1252")],
        [],
        2,
    )
    for row in rows:
        text = row.raw or _written([row.cells[name] for name in HEADER])
        for check in row.checks:
            plants.append(Plant(check, number + 1))
        pieces.append(text.encode(row.encoding))
        number += text.count("\r\n")
    name = f"registre_cma_{day.isoformat()}.csv"
    return Transfer(name, b"".join(pieces), tuple(plants), number - 2)


def _written(cells: object) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(cells)  # type: ignore[arg-type]
    return out.getvalue()


def capitals(text: str) -> str:
    """A text as chambers type it: capitals, no accents, no hyphens."""
    return french.plain(text).upper()


def extract(invented: World, day: dt.date) -> list[dict[str, str]]:
    """The rows on record on a day, by column of the local extract."""
    limit = pd.Timestamp(day)
    spells = invented.spells[invented.spells["registered_on_record"] <= limit]
    trades = {
        code: trade["label"]
        for group in facts().activities.values()
        for code, trade in group.items()
    }
    rows = []
    for rank, spell in enumerate(spells.to_dict("records"), 1):
        gone = pd.notna(spell["removed"]) and spell["removed_on_record"] <= limit
        company = spell["legal_form"] in ("EURL", "SARL", "SASU", "SAS", "SNC")
        person = f"{spell['first_name']} {spell['last_name']}"
        name = (
            f"{spell['legal_form']} {spell['last_name']}"
            if company
            else f"{spell['last_name']} {spell['first_name']}"
        )
        rows.append(
            {
                "N° GESTION": f"DEMO{rank:05d}",
                "SIREN": spell["siren"],
                "SIRET": siret(spell["siren"]),
                "RAISON SOCIALE": name.upper(),
                "ENSEIGNE": MARK,
                "CIVILITE": "MME" if spell["sex"] == "F" else "M",
                "NOM": spell["last_name"],
                "PRENOM": spell["first_name"],
                "DATE NAISSANCE": _day(spell["birth"]),
                "QUALITE": spell["qualification"],
                "FORME JUR": spell["legal_form"],
                "CODE NAFA": spell["nafa"],
                "LIBELLE NAFA": capitals(trades[spell["nafa"]]),
                "NAR4": capitals(_FAMILY.get(spell["family"], spell["family"])),
                "APE": spell["nafa"][:5],
                "DATE IMMAT": _day(spell["registered"]),
                "DATE DEBUT": _day(spell["started"]),
                "ORIGINE": spell["origin"],
                "NB SAL": _count(spell["employees"]),
                "NB APPR": _count(spell["apprentices"]),
                "ADRESSE1": f"{spell['house']} {spell['street']}",
                "ADRESSE2": "",
                "CP": spell["postal_code"],
                "COMMUNE": _place(spell["commune_name"], short=spell["short"]),
                "INSEE": spell["commune"] if spell["coded"] else "",
                "TEL": phone(rank),
                "MAIL": f"{capitals(person).replace(' ', '.').lower()}@example.org",
                "DATE RADIATION": _day(spell["removed"]) if gone else "",
                "MOTIF": spell["reason"] if gone else "",
                "DIFFUSION": "P" if spell["partial"] else "O",
            }
        )
    return rows


def _place(name: str, *, short: bool) -> str:
    name = capitals(name)
    return re.sub(r"^SAINT ", "ST ", name) if short else name


def _day(value: pd.Timestamp) -> str:
    return "" if pd.isna(value) else f"{value:%d/%m/%Y}"


def _count(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]
