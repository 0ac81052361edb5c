"""What people send: told by content, read line by line, every row accounted for."""

import csv
import io
import struct
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_register_rows import workbook, zipped

from ternois_analysis.errors import SchemaError, SourceError
from ternois_analysis.sources.intake import Layout, Received, delimited, receive, rejects_csv, shown
from ternois_analysis.sources.intake.encoding import decode

LAYOUT = Layout(
    {
        "nom": "name",
        "siren": "siren",
        "ville": "place",
        "commune": "place",
        "adresse1": "road",
        "adresse2": "road",
    },
    ("name", "siren", "place", "road"),
    (("siren",),),
    frozenset({"road"}),
)
HEADER = "NOM;SIREN;VILLE;ADRESSE1"


def got(folder: Path, content: bytes, name: str = "envoi.csv") -> Received:
    path = folder / name
    path.write_bytes(content)
    return receive(path, LAYOUT)


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("cp1252", "Windows-1252"),
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 avec BOM"),
        ("utf-16", "UTF-16"),
    ],
)
def test_the_encoding_is_recognised(tmp_path: Path, codec: str, said: str) -> None:
    came = got(tmp_path, f"{HEADER}\r\nÉLOI;1;FRÉVENT;\r\n".encode(codec))
    assert came.frame.loc[0, ["name", "place"]].tolist() == ["ÉLOI", "FRÉVENT"]
    assert came.parts[0]["encoding"] == said


def test_each_line_of_a_mixed_file_is_read_in_its_own_encoding(tmp_path: Path) -> None:
    lines = [
        HEADER.encode(),
        "ÉLOI;1;A;".encode("cp1252"),
        "ZOÉ;2;B;".encode(),
        "NOÉ;3;C;".encode("cp1252"),
    ]
    came = got(tmp_path, b"\n".join(lines))
    assert came.frame["name"].tolist() == ["ÉLOI", "ZOÉ", "NOÉ"]
    assert came.frame["odd"].tolist() == [False, True, False]


def test_a_line_that_no_encoding_reads_is_set_aside_alone(tmp_path: Path) -> None:
    came = got(tmp_path, b"NOM;SIREN;VILLE\nA\x81\xe9;1;X\nB;2;Y\n")
    assert came.malformed[["line", "check"]].to_numpy().tolist() == [[2, "DQ01"]]
    assert came.frame["name"].tolist() == ["B"]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_recognised(tmp_path: Path, separator: str) -> None:
    came = got(tmp_path, f"{HEADER}\nA;1;X;R\n".replace(";", separator).encode())
    assert came.frame[["name", "siren", "place", "road"]].to_numpy().tolist() == [
        ["A", "1", "X", "R"]
    ]


def test_a_title_above_the_header_is_not_data(tmp_path: Path) -> None:
    came = got(tmp_path, f"Extraction du 10/07/2026\n\n{HEADER}\nA;1;X;\n".encode())
    assert came.rows == 1
    assert came.frame["line"].tolist() == [4]


def test_a_second_header_is_set_aside_and_its_columns_are_followed(tmp_path: Path) -> None:
    came = got(tmp_path, f"{HEADER}\nA;1;X;\n{HEADER}\nSIREN;COMMUNE;NOM\n2;Y;B\n".encode())
    assert came.malformed[["line", "check"]].to_numpy().tolist() == [[3, "DQ03"], [4, "DQ03"]]
    assert came.frame[["name", "siren", "place"]].to_numpy().tolist() == [
        ["A", "1", "X"],
        ["B", "2", "Y"],
    ]


def test_columns_of_the_same_field_are_joined_or_the_first_filled_one_is_kept(
    tmp_path: Path,
) -> None:
    came = got(tmp_path, b"SIREN;VILLE;COMMUNE;ADRESSE1;ADRESSE2\n1;;X;3 RUE;BAT 2\n")
    assert came.frame[["place", "road"]].to_numpy().tolist() == [["X", "3 RUE BAT 2"]]


def test_a_quoted_line_break_belongs_to_its_record(tmp_path: Path) -> None:
    came = got(tmp_path, f'{HEADER}\nA;1;X;"3 RUE\nBAT 2"\nB;2;Y;\n'.encode())
    assert came.frame["road"].tolist() == ["3 RUE BAT 2", ""]
    assert came.frame["line"].tolist() == [2, 4]


def test_a_quote_that_is_never_closed_does_not_swallow_the_file(tmp_path: Path) -> None:
    came = got(tmp_path, f'{HEADER}\nA;1;X;"3 RUE;trop\nB;2;Y;\nC;3;Z;TUBE 3"\n'.encode())
    assert came.malformed[["line", "check"]].to_numpy().tolist() == [[2, "DQ02"]]
    assert came.frame["name"].tolist() == ["B", "C"]


def test_cut_and_overfull_lines_are_set_aside_and_empty_cells_at_the_end_are_not(
    tmp_path: Path,
) -> None:
    came = got(tmp_path, f"{HEADER}\nA;1\nB;2;Y;R;;;\nC;3;Z;R;trop\n".encode())
    assert came.malformed["line"].tolist() == [2, 4]
    assert "ligne coupée" in came.malformed.loc[0, "reason"]
    assert came.frame["name"].tolist() == ["B"]


@pytest.mark.parametrize("size", [40_000, 10 * 2**20])
def test_a_monstrous_cell_is_set_aside_and_the_rest_imported(tmp_path: Path, size: int) -> None:
    came = got(tmp_path, f"{HEADER}\n{'A' * size};1;X;\nB;2;Y;\n".encode())
    assert came.malformed[["line", "check"]].to_numpy().tolist() == [[2, "DQ02"]]
    assert came.frame["name"].tolist() == ["B"]


@given(st.lists(st.text(st.sampled_from('AB1;"é ') | st.just("\t"), max_size=12), max_size=15))
def test_every_line_belongs_to_one_record_and_no_other(lines: list[str]) -> None:
    records = list(delimited.records(lines, ";", 0, 3))
    covered = [n for r in records for n in range(r.line, r.line + r.span)]
    blank = {n for n, line in enumerate(lines, 1) if not line.strip('; \t"\u00a0')}
    assert len(covered) == len(set(covered))
    assert set(range(1, len(lines) + 1)) - set(covered) <= blank


def test_no_record_is_lost_that_a_plain_reader_finds(tmp_path: Path) -> None:
    out = io.StringIO()
    rows = [["A;B", "1", 'dit "X"', ""], ["C", "2", "Y\nZ", "R"], ["", "3", "", "é"]]
    csv.writer(out, delimiter=";").writerows([HEADER.split(";"), *rows])
    came = got(tmp_path, out.getvalue().encode())
    assert came.frame[["name", "siren", "place", "road"]].to_numpy().tolist() == [
        ["A;B", "1", 'dit "X"', ""],
        ["C", "2", "Y Z", "R"],
        ["", "3", "", "é"],
    ]


def test_old_mac_line_ends_are_line_ends() -> None:
    assert decode(b"a\rb\r").lines == ["a", "b"]


# Zips


def test_all_tables_of_a_zip_are_read_whatever_their_folder(tmp_path: Path) -> None:
    content = zipped(
        {
            "62/a.csv": f"{HEADER}\nA;1;X;\n".encode(),
            "80/b.csv": b"SIREN,NOM,VILLE\n2,B,Y\n",
            "__MACOSX/62/._a.csv": b"\0\0",
        }
    )
    came = got(tmp_path, content, "envoi.zip")
    assert came.frame[["part", "name"]].to_numpy().tolist() == [["a.csv", "A"], ["b.csv", "B"]]
    assert came.notices == ()
    twins = got(
        tmp_path,
        zipped({"62/a.csv": b"SIREN;NOM;VILLE\n1;A;X\n", "80/a.csv": b"SIREN;NOM;VILLE\n2;B;Y\n"}),
    )
    assert twins.frame["part"].tolist() == ["a.csv", "a.csv (2)"]
    assert twins.notices == ()


@pytest.mark.parametrize("name", ["../../etc/a.csv", "/etc/a.csv", "..\\a.csv", "C:\\a.csv"])
def test_a_member_whose_path_leaves_the_archive_is_refused_and_the_rest_imported(
    tmp_path: Path, name: str
) -> None:
    table = f"{HEADER}\nA;1;X;\n".encode()
    came = got(tmp_path, zipped({name: table, "b.csv": table.replace(b"A;1", b"B;2")}), "envoi.zip")
    assert came.frame["name"].tolist() == ["B"]
    assert "sort de l'archive" in came.notices[0]
    assert [path.name for path in tmp_path.iterdir()] == ["envoi.zip"]


def test_a_zip_bomb_is_refused_and_the_rest_imported(tmp_path: Path) -> None:
    came = got(
        tmp_path,
        zipped({"bomb.csv": b"0" * 40_000_000, "b.csv": f"{HEADER}\nB;2;Y;\n".encode()}),
        "e.zip",
    )
    assert came.frame["name"].tolist() == ["B"]
    assert "bombe zip" in came.notices[0]


def test_a_zip_in_a_zip_and_a_locked_member_are_refused(tmp_path: Path) -> None:
    table = f"{HEADER}\nA;1;X;\n".encode()
    content = bytearray(
        zipped({"inner.zip": zipped({"a.csv": table}), "locked.csv": table, "b.csv": table})
    )
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = 0
        while (place := content.find(signature, place)) >= 0:
            length = struct.unpack_from("<H", content, place + (26 if offset == 6 else 28))[0]
            name = place + (30 if offset == 6 else 46)
            if content[name : name + length] == b"locked.csv":
                content[place + offset] |= 1
            place += 4
    came = got(tmp_path, bytes(content), "envoi.zip")
    assert came.frame["part"].tolist() == ["b.csv"]
    assert any("archive dans l'archive" in notice for notice in came.notices)
    assert any("mot de passe" in notice for notice in came.notices)


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"a.csv": b"NOM;SIREN;VILLE\n" + b"A;1;X\n" * 1000}))
    struct.pack_into("<I", content, content.find(b"PK\x01\x02") + 24, 20)
    with pytest.raises(SourceError, match="abîmé"):
        got(tmp_path, bytes(content), "envoi.zip")


# Files that are not what they say


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"%PDF-1.7 ...", "PDF"),
        ("a.csv", b"MZ\x90\0", "programme"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "avant 2007"),
        ("a.xls", b"<html><table><tr><td>SIREN", "page web"),
        ("a.csv", b"SIREN\0\0\0", "binaire"),
        ("a.zip", b"PK\x03\x04 cut", "abîmée"),
        ("a.csv", b"", "0 bytes"),
    ],
)
def test_what_is_no_table_is_refused_with_its_nature(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(SourceError, match=reason):
        got(tmp_path, content, name)


def test_a_table_without_the_required_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="siren"):
        got(tmp_path, b"NOM;VILLE;ADRESSE1\nA;X;R\n")


def test_a_csv_named_xlsx_is_read_as_what_it_is_and_said_so(tmp_path: Path) -> None:
    came = got(tmp_path, f"{HEADER}\nA;1;X;\n".encode(), "envoi.xlsx")
    assert came.frame["name"].tolist() == ["A"]
    assert "extension" in came.notices[0]


# Workbooks and JSON


def test_a_workbook_is_read_with_its_own_row_numbers(tmp_path: Path) -> None:
    came = got(
        tmp_path,
        workbook(
            [["Extraction"], ["NOM", "SIREN", "VILLE"], [], ["A", 732829320, "X"], ["B", 1.5]]
        ),
        "envoi.xlsx",
    )
    assert came.frame[["line", "name", "siren", "place"]].to_numpy().tolist() == [
        [4, "A", "732829320", "X"],
        [5, "B", "1.5", ""],
    ]


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    content = zipped({"[Content_Types].xml": b"<", "xl/workbook.xml": b"not xml"})
    with pytest.raises(SchemaError, match="classeur"):
        got(tmp_path, content, "envoi.xlsx")


@pytest.mark.parametrize(
    "content",
    [
        b'[{"Nom": "A", "SIREN": 1}, 3]',
        b'{"items": [{"Nom": "A", "SIREN": 1}, 3]}',
        b'{"Nom": "A", "SIREN": 1}\n3\n',
    ],
)
def test_json_lists_and_json_lines_are_read_and_strangers_set_aside(
    tmp_path: Path, content: bytes
) -> None:
    came = got(tmp_path, content, "envoi.json")
    assert came.frame[["name", "siren"]].to_numpy().tolist() == [["A", "1"]]
    assert came.malformed["line"].tolist() == [2]


def test_json_nested_to_death_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="JSON"):
        got(tmp_path, b"[" * 200_000, "envoi.json")


# What is shown


def test_rejects_open_in_a_french_spreadsheet_and_run_nothing() -> None:
    table = pd.DataFrame(
        {
            "line": ["2"],
            "field": ["Nom"],
            "value": ['=HYPERLINK("x")'],
            "reason": ["+1"],
            "proposal": ["\t@SUM(A1)"],
        }
    )
    content = rejects_csv(table)
    assert content.startswith(
        b"\xef\xbb\xbfligne;champ;valeur;motif;correction propos\xc3\xa9e\r\n"
    )
    cells = next(csv.reader([content.decode("utf-8-sig").split("\r\n")[1]], delimiter=";"))
    assert cells == ["2", "Nom", '\'=HYPERLINK("x")', "'+1", "' @SUM(A1)"]


@pytest.mark.parametrize(
    ("kind", "value", "seen"),
    [
        ("personal", "VIORNEAU", "(donnée personnelle masquée)"),
        ("identifier", "7,32829E+13", "9,99999A+99"),
        ("birth", "12/03/1975", "99/99/9999"),
        ("date", "31/02/2014", "31/02/2014"),
        ("code", "4321GA", "4321GA"),
        ("code", "VIORNEAU", "AAAAAAAA"),
        ("number", "03 53 01 00 01", "99 99 99 99 99"),
        ("text", "VIORNEAU Léa", "AAAAAAAA AAA"),
        ("text", "a@example.org", "A@AAAAAAA.AAA"),
        ("text", "XYZ", "XYZ"),
    ],
)
def test_a_refused_value_is_shown_only_as_far_as_it_names_nobody(
    kind: str, value: str, seen: str
) -> None:
    assert shown(pd.Series([value], dtype="str"), kind).item() == seen


def test_a_zip_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w"):
        pass
    with pytest.raises(SourceError, match=r"empty archive|abîmée"):
        got(tmp_path, out.getvalue(), "vide.zip")
