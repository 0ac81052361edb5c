"""Incomes are read where they are published; what is not published is not made up."""

import csv
import os
from pathlib import Path

import pytest

from ternois_analysis.display.income import Income
from ternois_analysis.display.material import Material
from ternois_analysis.observatory import installing, values
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import parse
from ternois_analysis.sources.install import install

MEDIAN, POVERTY = "median_standard_of_living_eur", "poverty_rate_60_pct"
#: In the format of the files of communes: a figure, an empty cell, a secret; 80810 has no row.
COMMUNES = """CODGEO;LIBGEO;NBMENFISC16;MED16;TP6016
62767;Saint-Pol-sur-Ternoise;1900;17082;25
62652;Pernes;700;17580;
62396;Guinecourt;8;;s
"""
EPCI = """CODGEO;LIBGEO;NBMENFISC16;MED16;TP6016;PACT16;PPEN16;PPAT16;PPSOC16;PIMPOT16
200069672;CC du Ternois;15206;18124,4;20,4;66,0;30,3;9,4;7,7;-13,4
"""
DIVISIONS = {"DEP": "62", "REG": "32", "METROPOLE": "1"}
THE_2012 = ("cc-auxilois", "cc-pays-heuchin", "cc-pernois", "cc-frevent", "cc-saint-polois")


def write(folder, level, text, year="2016"):
    path = folder / f"cc_filosofi_{year}_{level}.csv"
    path.write_text(text.replace("16;", f"{year[2:]};").replace("16\n", f"{year[2:]}\n"), "utf-8")
    return path


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    """An observatory with 2016 at all levels and 2018 at one only."""
    folder = tmp_path_factory.mktemp("filosofi")
    files = [write(folder, "COM", COMMUNES), write(folder, "EPCI", EPCI)]
    for level, code in DIVISIONS.items():
        files.append(write(folder, level, f"CODGEO;MED16\n{code};19249\n"))
    files.append(write(folder, "DEP", "CODGEO;MED16\n62;19200\n", "2018"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERNOIS_STORE", str(folder / "store"))
        for path in files:
            install("filosofi", [path], installing.ground(), partial=True)
        yield Observatory(parse("2026Q3"), "public")


def value(door, place, indicator=MEDIAN):
    return door.values([place], [indicator]).iloc[0]


def test_the_figure_of_an_epci_is_the_one_published_not_a_mean_of_its_communes(door):
    assert value(door, "cc-ternois")["value"] == pytest.approx(18124.4)
    assert value(door, "cc-ternois", POVERTY)["value"] == pytest.approx(20.4)


@pytest.mark.parametrize("place", [*THE_2012, "pays-ternois"])
def test_a_perimeter_that_nobody_publishes_has_no_median_and_says_why(door, place):
    row = value(door, place)
    assert row["status"] == "n.d."
    assert row["note"].startswith("non publié à cette échelle : une médiane ne s’additionne pas")


def test_an_empty_cell_a_secret_and_an_absent_commune_are_three_things(door):
    assert value(door, "commune-62767")["value"] == 17082
    assert value(door, "commune-62652", POVERTY)["note"] == values.EMPTY
    secret = value(door, "commune-62396", POVERTY)
    assert (secret["status"], secret["note"]) == ("s", values.HIDDEN)
    # The only commune of its département: nothing says that the file covers it.
    assert value(door, "commune-80810")["note"] == values.OUTSIDE


def test_an_epci_that_the_installed_files_leave_out_is_not_said_to_be_unpublished(door):
    row = value(door, "epci-200068534")
    assert (row["status"], row["note"]) == ("n.d.", values.OTHER_FILE)


def test_the_year_published_at_most_levels_is_preferred_to_a_newer_one(door):
    rows = door.values(["cc-ternois", "departement-62", "region-32"], [MEDIAN])
    assert rows["period"].tolist() == ["2016"] * 3
    assert rows["status"].tolist() == ["ok"] * 3


def test_incomes_before_taxes_are_parts_of_a_whole(door):
    rows = door.values(["cc-ternois"], ["income_before_tax_share_pct"])
    assert rows["value"].sum() == pytest.approx(100)
    # 30.3 of 113.4.
    assert rows.set_index("category")["value"]["Retraites"] == pytest.approx(26.719577)


def test_a_perimeter_without_figures_is_shown_beside_the_epci_of_today(door):
    shown = Income(Material(door, door.territory("cc-pernois")))
    block = shown.table(MEDIAN, POVERTY)
    table = block.table
    assert list(table.columns[1:3]) == ["CC du Pernois", "CC du Ternois"]
    assert "CC du Pernois : périmètre 2012." in block.note.replace("\u00a0", " ")
    assert table.iloc[0, 1] == "n.d."
    assert table.iloc[0, 2] == "18\u202f124"


def test_the_page_says_which_year_it_shows_how_old_it_is_and_why_there_is_no_mean(door):
    text = Income(Material(door, door.territory("cc-pernois"))).why().html
    assert "ceux de 2016" in text
    assert "10 ans" in text
    assert "2018" in text
    assert "moyenne de communes" in text


def test_without_the_source_the_page_names_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    empty = Observatory(parse("2026Q3"), "public")
    shown = Income(Material(empty, empty.territory("cc-pernois")))
    for block in (shown.why(), shown.hidden(), shown.structure(), shown.bars(MEDIAN),
                  shown.table(MEDIAN)):  # fmt: skip
        assert "ternois sources install filosofi" in block.html


@pytest.mark.real
def test_the_genuine_files_give_what_insee_published_for_the_cc_du_ternois(tmp_path, monkeypatch):
    real = os.environ.get("TERNOIS_REAL_DATA")
    if not real:
        pytest.skip("TERNOIS_REAL_DATA names no folder")
    folder = Path(real) / "filosofi"
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    ground = installing.ground()
    for path in sorted(folder.glob("*.csv")):
        install("filosofi", [path], ground, partial=True)
    found = Observatory(parse("2026Q3"), "public")
    text = (folder / "cc_filosofi_2016_EPCI_ternois.csv").read_text("utf-8-sig")
    (published,) = csv.DictReader(text.splitlines())
    assert value(found, "cc-ternois")["value"] == pytest.approx(float(published["MED16"]))
    assert round(value(found, "cc-ternois")["value"]) == 18124
    assert value(found, "cc-ternois", POVERTY)["value"] == 20.4
    assert value(found, "cc-ternois")["period"] == "2016"
    for place in THE_2012:
        assert value(found, place)["status"] == "n.d."
