"""The defects of real files, put in on purpose: a row for each check that a file can fail."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ternois_analysis.sources.synthetic.numbers import luhn_digit, siret

#: Numbers of the planted businesses: above those of the world, below any that was attributed.
_FIRST_PLANTED = 31_500


@dataclass(frozen=True)
class Line:
    """A row of the file: its cells, or its raw text; the checks that must find it."""

    cells: dict[str, str]
    checks: tuple[str, ...] = ()
    raw: str = ""
    encoding: str = "cp1252"


def _siren(rank: int) -> str:
    base = f"{_FIRST_PLANTED + rank:08d}"
    return base + luhn_digit(base)


def _changed(**cells: str) -> Callable[[dict[str, str]], dict[str, str]]:
    names = {
        "siren": "SIREN",
        "siret": "SIRET",
        "name": "RAISON SOCIALE",
        "birth": "DATE NAISSANCE",
        "quality": "QUALITE",
        "form": "FORME JUR",
        "nafa": "CODE NAFA",
        "label": "LIBELLE NAFA",
        "nar4": "NAR4",
        "ape": "APE",
        "start": "DATE IMMAT",
        "began": "DATE DEBUT",
        "employees": "NB SAL",
        "apprentices": "NB APPR",
        "address": "ADRESSE1",
        "address2": "ADRESSE2",
        "cp": "CP",
        "commune": "COMMUNE",
        "insee": "INSEE",
        "end": "DATE RADIATION",
        "reason": "MOTIF",
    }
    return lambda row: row | {names[key]: value for key, value in cells.items()}


#: One planted row each: the check that must find it and what is changed in a sound row.
PLANTED: tuple[tuple[str, Callable[[dict[str, str]], dict[str, str]]], ...] = (
    ("DQ01", _changed(address="3 RUE DE L'Ã‰COLE", address2="BÂTIMENT é")),
    (
        "DQ04",
        lambda row: (
            row | {"SIREN": row["SIREN"][:8] + str((int(row["SIREN"][8]) + 1) % 10), "SIRET": ""}
        ),
    ),
    ("DQ04", _changed(siren="", siret="")),
    ("DQ05", _changed(siret="3,25051E+08")),
    ("DQ05", lambda row: row | {"SIRET": row["SIRET"].lstrip("0")}),
    ("DQ05", _changed(siret="00000000000000")),
    ("DQ06", _changed(siret=siret(_siren(900)))),
    ("DQ10", _changed(start="01/01/1900", began="")),
    ("DQ10", _changed(end="31/12/9999")),
    ("DQ10", _changed(start="15/03/2012", began="", end="02/02/2011", reason="CESSATION")),
    ("DQ10", _changed(start="31/02/2014", began="")),
    ("DQ10b", _changed(start="15/03/2019", began="15/03/2014")),
    ("DQ13", _changed(insee="", cp="", commune="FLEURY")),
    ("DQ13b", _changed(insee="62210", cp="62270", commune="CANTELEUX")),
    ("DQ13b", _changed(insee="", cp="62130", commune="ST POL S/ TERNOISE")),
    ("DQ14", _changed(insee="62130", cp="62130", commune="SAINT POL SUR TERNOISE")),
    ("DQ14", _changed(insee="62270", cp="62361", commune="FREVENT")),
    ("DQ15", _changed(insee="62767", cp="62130", commune="RAMECOURT")),
    ("DQ16", _changed(insee="", cp="62166", commune="SAINT POL SUR TERNOISE CEDEX")),
    ("DQ16b", _changed(insee="", cp="7700", commune="MOUSCRON")),
    ("DQ17", _changed(nafa="43.21A")),
    ("DQ17", _changed(nafa="6201ZZ", ape="6201Z", nar4="")),
    ("DQ18", _changed(nafa="4321GA", ape="4321G")),
    ("DQ19", _changed(nafa="4321AB", ape="4321A", nar4="SERVICES")),
    ("DQ20", _changed(employees="NC")),
    ("DQ21", _changed(employees="0", apprentices="9")),
    ("DQ22", _changed(birth="01/01/1899")),
    ("DQ23", _changed(form="XYZ")),
    ("DQ24", _changed(form="EIRL", start="12/04/2016", began="")),
    ("DQ31", _changed(end="04/05/2020", reason="DECES DE M. NENUPHARD, TEL 03 53 01 99 99")),
    ("DQ31", _changed(name='=HYPERLINK("A1")', label="<script>alert(1)</script>")),
    ("DQ34", _changed(quality="COMPAGNON DU TOUR")),
)


def planted(rows: list[Line], day: dt.date, rng: np.random.Generator) -> list[Line]:
    """The rows with the defects among them, spread over the file."""
    sole = [
        row.cells
        for row in rows
        if row.cells["FORME JUR"] == "EI" and not row.cells["DATE RADIATION"]
    ]
    sound = sole[0]
    extra = [
        Line(change(_business(sole[rank % len(sole)], rank)), (check,))
        for rank, (check, change) in enumerate(PLANTED)
    ]
    extra += _broken(sound)
    extra += _same_person(sound)
    late = day + dt.timedelta(days=30)
    extra.append(
        Line(_business(sound, 80) | {"DATE IMMAT": f"{late:%d/%m/%Y}", "DATE DEBUT": ""}, ("DQ10",))
    )
    result = list(rows)
    first = len(rows) // 4
    result[first] = replace(result[first], checks=("DQ08b",))
    leader = result[first].cells | {
        "NOM": "AUTRE-DIRIGEANT",
        "PRENOM": "OPALINE",
        "DATE NAISSANCE": "05/06/1980",
    }
    followers = [Line(leader, ("DQ08",)), Line(rows[first + 1].cells, ("DQ07",))]
    places = np.sort(rng.integers(first + 2, len(result), size=len(extra) + len(followers)))[::-1]
    for place, line in zip(places, [*extra, *followers], strict=True):
        result.insert(int(place), line)
    return result


def _business(sound: dict[str, str], rank: int) -> dict[str, str]:
    siren = _siren(rank)
    return sound | {
        "N° GESTION": f"DEMO9{rank:04d}",
        "SIREN": siren,
        "SIRET": siret(siren),
        "PRENOM": f"PLANTE {rank}",
        "RAISON SOCIALE": f"DEFAUT PLANTE {rank}",
        "DATE IMMAT": "15/03/2019",
        "DATE DEBUT": "15/03/2019",
        "DATE RADIATION": "",
        "MOTIF": "",
        "DIFFUSION": "O",
        "NB SAL": "",
        "NB APPR": "",
    }


def _broken(sound: dict[str, str]) -> list[Line]:
    """A row cut by a line break, a header in the middle, a row in another encoding."""
    cells = _business(sound, 70)
    text = ";".join(value.replace(";", ",") for value in cells.values())
    before, _, after = text.partition(cells["ADRESSE1"])
    return [
        Line(
            cells,
            ("DQ02",),
            f"{before}{cells['ADRESSE1'][:4]}\r\n{cells['ADRESSE1'][4:]}{after}\r\n",
        ),
        Line(cells, ("DQ02",), f"{text};COLONNE DE TROP\r\n"),
        Line(cells, ("DQ03",), ";".join(cells) + "\r\n"),
        Line(_business(sound, 71) | {"ADRESSE1": "8 RUE DE L'ÉTÉ"}, ("DQ01b",), "", "utf-8"),
        Line(_business(sound, 72) | {"DIFFUSION": "P"}, ("DQ25",)),
    ]


def _same_person(sound: dict[str, str]) -> list[Line]:
    """A sole trader who comes back as a company: two numbers, one person."""
    who = {"NOM": "REVENANT-FICTIF", "PRENOM": "TANCREDIN", "DATE NAISSANCE": "02/03/1975"}
    before = (
        _business(sound, 75)
        | who
        | {
            "DATE IMMAT": "10/01/2011",
            "DATE DEBUT": "10/01/2011",
            "DATE RADIATION": "30/06/2018",
            "MOTIF": "CESSATION",
        }
    )
    after = (
        _business(sound, 76)
        | who
        | {"FORME JUR": "EURL", "DATE IMMAT": "12/09/2018", "DATE DEBUT": "12/09/2018"}
    )
    return [Line(before), Line(after, ("DQ09",))]
