"""A small register in the format of chambers, made row by row, for the other register tests."""

import datetime as dt
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd

from ternois_analysis.sources import register

KEY = b"key of the tests"
DAY = dt.date(2026, 7, 10)
COMMUNES = pd.DataFrame(
    [
        ("62767", "Saint-Pol-sur-Ternoise", "62130"),
        ("62686", "Ramecourt", "62130"),
        ("62633", "Œuf-en-Ternois", "62130"),
        ("62813", "La Thieuloye", "62130"),
        ("62361", "Frévent", "62270"),
        ("62154", "Bonnières", "62270"),
        ("62631", "Nuncq-Hautecôte", "62270"),
        ("62339", "Fleury", "62134"),
        ("02316", "Fleury", "02600"),
        ("62130", "Bienvillers-au-Bois", "62111"),
        ("62270", "Divion", "62460"),
        ("01004", "Ambérieu-en-Bugey", "01500"),
        ("59001", "Première-Moitié", "59100"),
        ("59002", "Seconde-Moitié", "59100"),
        ("59003", "Villers-au-Bois", "59200"),
        ("59004", "Villers-au-Bosc", "59200"),
    ],
    columns=["commune", "commune_name", "postal_codes"],
)
PASSAGE = pd.DataFrame(
    [
        ("62210", "62154", "Canteleux"),
        ("62417", "62631", "Hautecôte"),
        ("59999", "59001", "Entière"),
        ("59999", "59002", "Entière"),
    ],
    columns=["commune_before", "commune", "name_before"],
)
#: SIREN and SIRET below the lowest that was attributed. Keys by hand: 9 + 2*0 + ... + 1 = 10 for
#: 000010009, and 7 + 2*1 + 9*1 + 2 = 20 for 00001000900017.
SOUND = {
    "N° GESTION": "X1",
    "SIREN": "000010009",
    "SIRET": "00001000900017",
    "RAISON SOCIALE": "VIORNEAU LEANDRIN",
    "ENSEIGNE": "",
    "CIVILITE": "M",
    "NOM": "VIORNEAU",
    "PRENOM": "LEANDRIN",
    "DATE NAISSANCE": "12/03/1975",
    "QUALITE": "ARTISAN",
    "FORME JUR": "EI",
    "CODE NAFA": "4321AB",
    "LIBELLE NAFA": "ELECTRICITE",
    "NAR4": "BATIMENT",
    "APE": "4321A",
    "DATE IMMAT": "15/03/2019",
    "DATE DEBUT": "15/03/2019",
    "ORIGINE": "CREATION",
    "NB SAL": "2",
    "NB APPR": "1",
    "ADRESSE1": "3 RUE DES CISEAUX",
    "CP": "62130",
    "COMMUNE": "SAINT POL SUR TERNOISE",
    "INSEE": "62767",
    "TEL": "03 53 01 00 01",
    "MAIL": "l.viorneau@example.org",
    "DATE RADIATION": "",
    "MOTIF": "",
    "DIFFUSION": "O",
}


def luhn_digit(digits: str) -> str:
    """Written apart from the library: the digit that makes Luhn's sum a multiple of 10."""
    total = 0
    for place, digit in enumerate(reversed(digits), start=1):
        value = int(digit) * (2 if place % 2 else 1)
        total += value // 10 + value % 10
    return str((10 - total % 10) % 10)


def numbered(rank: int) -> dict[str, str]:
    """A SIREN and SIRET of their own for each rank."""
    siren = f"{1000 + rank:08d}"
    siren += luhn_digit(siren)
    nic = siren + "0001"
    return {"SIREN": siren, "SIRET": nic + luhn_digit(nic)}


def row(**cells: str) -> dict[str, str]:
    """A sound row with some cells changed; names with spaces are given with underscores."""
    return SOUND | {name.replace("_", " "): text for name, text in cells.items()}


def csv_text(rows: list[dict[str, str]], *, title: bool = True) -> str:
    lines = ["REGISTRE - EXTRACTION DU 10/07/2026"] if title else []
    lines.append(";".join(SOUND))
    lines += [";".join(r.get(name, "") for name in SOUND) for r in rows]
    return "\r\n".join(lines) + "\r\n"


def write(folder: Path, content: str | bytes, name: str = "registre_2026-07-10.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode("cp1252") if isinstance(content, str) else content)
    return path


def accepted(folder: Path, rows: list[dict[str, str]], **options: object) -> register.Intake:
    path = write(folder, csv_text(rows))
    return register.accept(path, COMMUNES, PASSAGE, key=KEY, **options)  # type: ignore[arg-type]


def checks(intake: register.Intake) -> set[str]:
    return set(intake.findings["check"])


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def workbook(rows: list[list[object]], sheet: str = "Registre") -> bytes:
    """The smallest workbook that holds these rows: texts in line, numbers as numbers."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    cells = "".join(
        "<row>"
        + "".join(
            f"<c><v>{c}</v></c>"
            if isinstance(c, (int, float))
            else f'<c t="inlineStr"><is><t xml:space="preserve">{escape(str(c))}</t></is></c>'
            for c in line
        )
        + "</row>"
        for line in rows
    )
    types = f"{package}/content-types"
    kind = "application/vnd.openxmlformats-"
    sheet_kind = f"{kind}officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{types}">'
        f'<Default Extension="rels" ContentType="{kind}package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{sheet_kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{sheet_kind}.worksheet+xml"/>'
        "</Types>",
        "_rels/.rels": _relation(package, f"{office}/officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": _relation(
            package, f"{office}/worksheet", "worksheets/sheet1.xml"
        ),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        f'<sheet name="{sheet}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData>'
        "</worksheet>",
    }
    return zipped({name: text.encode() for name, text in parts.items()})


def _relation(package: str, kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{kind}" Target="{target}"/></Relationships>'
    )


def test_the_row_from_which_all_tests_start_is_accepted_without_a_remark(tmp_path: Path) -> None:
    intake = accepted(tmp_path, [SOUND])
    assert checks(intake) == set()
    assert len(intake.accepted) == 1
