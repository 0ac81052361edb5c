"""Contributions on the command line: a template, its import, its removal."""

import datetime as dt
import re
import sys

import openpyxl
import pytest
from typer.testing import CliRunner

from ternois_analysis.cli import app, main
from ternois_analysis.errors import SchemaError, SourceError
from ternois_analysis.sources.intake import handing

TERMS = ["--from", "CCI d’essai", "--agreement", "Convention 1", "--audience", "partners"]


def ternois(*words):
    return CliRunner().invoke(app, list(words), catch_exceptions=False).output


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    said = ternois("new", "contribution", "cci", "--out", str(folder))
    assert "ternois import contribution" in said
    return folder / "cci.xlsx"


def test_without_a_kind_the_kinds_are_listed():
    said = ternois("new", "contribution")
    assert "demandeurs_emploi" in said
    assert "organisme_formation" in said


def test_a_template_lists_the_communes_of_the_house_and_overwrites_nothing(template):
    listed = [cell.value for cell in openpyxl.load_workbook(template)["Listes"]["A"]]
    assert len(listed) == 103
    assert "Anvin (62036)" in listed
    with pytest.raises(SourceError, match="exists"):
        ternois("new", "contribution", "cci", "--out", str(template))


def test_a_template_filled_in_is_imported_then_forgotten(template, tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    book = openpyxl.load_workbook(template)
    book["Envoi"]["B3"] = book["Listes"]["B1"].value
    book["Données"]["A5"], book["Données"]["B5"] = "Anvin (62036)", "Commerce"
    book["Données"]["C5"] = 4
    book.save(tmp_path / "filled.xlsx")
    words = ["import", "contribution", str(tmp_path / "filled.xlsx"), *TERMS]
    said = ternois(*words)
    assert "2 rows in = 1 accepted + 1 set aside; 1 communes counted." in said
    assert "nothing changed" in ternois(*words)
    assert "1 contributions removed" in ternois(
        "purge", "contributions", "--from", "CCI d’essai", "--kind", "cci"
    )
    with pytest.raises(SchemaError, match="Nothing to forget"):
        ternois("purge", "contributions", "--from", "CCI d’essai")


def test_what_to_forget_is_told_with_its_sender():
    with pytest.raises(SourceError, match="Name the sender"):
        ternois("purge", "contributions", "--kind", "cci")


# --- Ordinary mistakes: one message, exit 2, nothing written --------------------------------------


def refused(monkeypatch, capsys, *words):
    """What the command says of a mistake; it must end as bad input does, without a traceback."""
    monkeypatch.setattr(sys, "argv", ["ternois", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert re.search(r"Expected: .+\. Found: .+\. .+\.$", said.strip())
    return said


IMPORTS = [["contribution", "{file}", *TERMS], ["register", "{file}"], ["programmes", "{file}"],
           ["consents", "{file}"]]  # fmt: skip


@pytest.mark.parametrize("words", IMPORTS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("day", "expected"),
    [("12/10/2026", "year, month, day"), ("hier", "year, month, day"),
     ((dt.date.today() + dt.timedelta(days=2)).isoformat(), "at the latest")],
)  # fmt: skip
def test_a_day_of_transfer_that_is_no_day_or_still_to_come_is_refused(
    words, day, expected, template, tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    filled = [word.format(file=template) for word in words]
    said = refused(monkeypatch, capsys, "import", *filled, "--received", day)
    assert "--received" in said
    assert expected in said
    assert f"Found: {day}." in said
    assert not (tmp_path / "store").exists()


def test_a_day_of_extraction_is_checked_as_that_of_transfer(template, monkeypatch, capsys):
    said = refused(monkeypatch, capsys, "import", "register", template, "--extracted", "9/10/26")
    assert "--extracted" in said


@pytest.mark.parametrize("made", [["new", "contribution", "cci", "--out"],
                                  ["template", "programmes", "Boutic", "--to"]])  # fmt: skip
@pytest.mark.parametrize(
    ("place", "told"),
    [("nowhere/x.xlsx", "no folder"), ("x.txt", "Name it x.xlsx"), ("x", "no suffix")],
)
def test_a_template_is_not_written_where_it_cannot_be_or_under_another_suffix(
    made, place, told, tmp_path, monkeypatch, capsys
):
    assert told in refused(monkeypatch, capsys, *made, tmp_path / place)
    assert list(tmp_path.iterdir()) == []


def test_a_template_that_the_system_refuses_leaves_no_file(tmp_path):
    (tmp_path / "there.xlsx").write_bytes(b"kept")
    with pytest.raises(SourceError, match="Name another folder"):
        handing.write(tmp_path / "there.xlsx", b"new")
    assert (tmp_path / "there.xlsx").read_bytes() == b"kept"


def test_a_project_that_cannot_be_written_is_told_in_one_message(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("kept")
    said = refused(monkeypatch, capsys, "new", "pays", "Pays de Bresle", "--epci", "200070944",
                   "--out", tmp_path / "file" / "zz")  # fmt: skip
    assert "Name another with --out" in said
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
