"""Installed nomenclatures are compared with those of the bundle, and a difference is told."""

import os
from pathlib import Path

import pytest

from ternois_analysis.observatory import concordance, installing
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import parse


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))


def checked():
    return list(concordance.checks(Observatory(parse("2026Q3"), "public").columns))


def installed(name, path):
    (done,) = installing.each(name, [path])
    assert not done.failed, done.text


def table(folder, *rows):
    path = folder / "table_passage_2025.csv"
    path.write_text("\n".join(["DEPCOM_HIST,DEPCOM", *rows]), encoding="utf-8")
    return path


def test_a_table_of_passage_that_agrees_is_said_to(tmp_path):
    # Canteleux is in Bonnières since 2019; Beauvoir-Rivière went to Beauvoir-Wavans in 1974.
    installed("passage_insee", table(tmp_path, "62767,62767", "62210,62154", "80072,62881"))
    (check,) = checked()
    assert (check.expected, check.found, check.state) == (3, 3, "ok")


def test_a_code_that_goes_elsewhere_is_named(tmp_path):
    installed("passage_insee", table(tmp_path, "62767,62767", "62210,62767"))
    (check,) = checked()
    assert (check.expected, check.found, check.state) == (2, 1, "watch")
    assert "62210" in check.said


def test_a_table_without_its_two_columns_is_refused(tmp_path):
    path = tmp_path / "table_passage_2025.csv"
    path.write_text("DEPCOM_HIST,AUTRE\n62210,62154\n", encoding="utf-8")
    (done,) = installing.each("passage_insee", [path])
    assert done.failed
    assert "DEPCOM" in done.text


def test_nothing_is_checked_without_an_installed_nomenclature():
    assert checked() == []


def test_a_file_that_is_no_workbook_is_no_nomenclature(tmp_path):
    path = tmp_path / "naf.xls"
    path.write_text("Code;Intitulés", encoding="utf-8")
    (done,) = installing.each("naf_intitules", [path])
    assert done.failed


@pytest.mark.real
def test_the_labels_of_insee_are_those_of_the_bundle():
    real = os.environ.get("TERNOIS_REAL_DATA")
    if not real:
        pytest.skip("TERNOIS_REAL_DATA is not set")
    installed("naf_intitules", Path(real) / "naf" / "int_courts_naf_rev_2.xls")
    (check,) = checked()
    assert check.expected == 1707
    assert check.found >= 1700
