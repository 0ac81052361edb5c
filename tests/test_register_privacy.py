"""A register full of marked persons goes in; none of them comes out."""

import datetime as dt
import io
import json
import logging

import pandas as pd
import pyarrow.parquet as pq
import pytest
from test_register_checks import ONE_ROW
from test_register_rows import COMMUNES, PASSAGE, SOUND, csv_text, numbered, write

from ternois_analysis.sources import register

#: Each is looked for, whole, in every byte that leaves the import.
MARKS = {
    "RAISON SOCIALE": "MARQUERAISON",
    "ENSEIGNE": "MARQUENSEIGNE",
    "NOM": "MARQUENOM",
    "PRENOM": "MARQUEPRENOM",
    "ADRESSE1": "99 RUE MARQUERUE",
    "TEL": "03 53 01 77 77",
    "MAIL": "marque@example.org",
    "N° GESTION": "MARQUEGESTION",
    "DATE NAISSANCE": "23/11/1973",
}


def marked_rows() -> list[dict[str, str]]:
    rows = [SOUND | MARKS | numbered(i) | cells for i, (_, cells) in enumerate(ONE_ROW)]
    shifted = dict(zip(SOUND, [*[*SOUND.values()][1:], ""], strict=True)) | {
        "COMMUNE": "MARQUENOM",
        "INSEE": "",
    }
    talk = {
        "MOTIF": "DECES DE MME MARQUENOM",
        "QUALITE": "MARQUEPRENOM",
        "ORIGINE": "MARQUENOM",
        "NAR4": "MARQUENOM",
        "FORME JUR": "MARQUERAISON",
        "LIBELLE NAFA": "MARQUENSEIGNE",
        "NB SAL": "03 53 01 77 77",
        "CODE NAFA": "MARQUENOM",
        "APE": "MARQUENOM",
        "DATE RADIATION": "MARQUENOM",
        "CP": "MARQUENOM",
    }
    return [*rows, shifted | MARKS, SOUND | MARKS | numbered(90) | talk]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("privacy")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERNOIS_STORE", str(folder / "store"))
        text = csv_text(marked_rows()) + "MARQUENOM;MARQUEPRENOM;000010009\r\n"
        path = write(folder, text)
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        logging.getLogger().addHandler(handler)
        done = register.bring_in(path, COMMUNES, PASSAGE, received=dt.date(2026, 7, 12))
        logging.getLogger().removeHandler(handler)
        kept = {
            p.name: p.read_bytes()
            for p in done.entry.folder.iterdir()
            if not p.name.startswith("received")
        }
        table = pq.read_table(done.entry.folder / "accepted.parquet")
        kept["accepted as text"] = table.to_pandas().to_csv().encode() + str(table.schema).encode()
        return kept | {"log": stream.getvalue().encode()}


def test_no_name_number_or_birth_date_leaves_the_import(outputs: dict[str, bytes]) -> None:
    sirens = {row["SIREN"] for row in marked_rows()} | {"000010009"}
    sirets = {row["SIRET"] for row in marked_rows()}
    marks = {*MARKS.values(), "MARQUE", "1973-11-23", *sirens, *sirets} - {"", "7,32829E+13"}
    found = [
        (name, mark)
        for name, content in outputs.items()
        for mark in marks
        if len(mark) > 5 and mark.lower().encode() in content.lower()
    ]
    assert found == []


def test_the_marks_were_in_the_file_and_its_rows_in_the_outputs(outputs: dict[str, bytes]) -> None:
    entry = json.loads(outputs["entry.json"])
    assert entry["rows_accepted"] > 10
    assert entry["rows_set_aside"] > 10
    assert outputs["rejects.csv"].count(b"\r\n") > entry["rows_set_aside"]


def test_the_accepted_table_has_closed_vocabularies_only(outputs: dict[str, bytes]) -> None:
    table = pd.read_parquet(io.BytesIO(outputs["accepted.parquet"]))
    assert tuple(table.columns) == register.COLUMNS
    assert set(table["removal_reason"]) <= {
        "",
        "autre",
        "retraite",
        "décès",
        "cessation d'activité",
    }
    assert set(table["origin"]) <= {"création", ""}
    assert table["owner_birth_year"].dropna().between(1900, 2026).all()
    assert table["business"].str.fullmatch("[0-9a-f]{16}").all()
