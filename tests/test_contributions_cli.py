"""Contributions on the command line: a template, its import, its removal."""

import openpyxl
import pytest
from typer.testing import CliRunner

from ternois_analysis.cli import app
from ternois_analysis.errors import SchemaError, SourceError

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
