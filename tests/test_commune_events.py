"""Insee's list of events tells what happened to the communes of any territory."""

import pytest

from ternois_analysis.display.material import Material
from ternois_analysis.display.page import Page
from ternois_analysis.errors import SchemaError
from ternois_analysis.observatory import changes, installing
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import parse

HEAD = (
    "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,"
    "TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP"
)
ROWS = (
    "32,2025-01-01,COM,62447,0,HESDIN,Hesdin,Hesdin,COM,62447,0,HESDIN LA FORET,x,Hesdin-la-Forêt",
    "32,2025-01-01,COM,62514,0,AUTRE,Autre,Autre-Commune,COM,62447,0,HESDIN,x,Hesdin-la-Forêt",
    "10,2023-01-01,COM,62588,0,MONTREUIL,Montreuil,Montreuil,COM,62588,0,M,x,Montreuil-sur-Mer",
    "35,2020-07-01,COMD,62757,0,S,S,Saint-Martin,COM,62757,0,S,S,Saint-Martin-lez",
)


@pytest.fixture
def door(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    path = tmp_path / "v_mvt_commune_2026.csv"
    path.write_text("\n".join([HEAD, *ROWS]), encoding="utf-8")
    (done,) = installing.each("cog_evenements", [path])
    assert not done.failed, done.text
    return Observatory(parse("2026Q3"), "public")


def test_a_merger_and_a_new_name_are_told_and_deleguees_left_aside(door):
    told = [event.text for event in changes.of(door, door.territory("62447"))]
    assert told == ["Autre-Commune (62514) rejoint la commune nouvelle Hesdin-la-Forêt."]
    renamed = [event.text for event in changes.of(door, door.territory("62588"))]
    assert renamed == ["Montreuil devient Montreuil-sur-Mer."]


def test_the_history_of_a_territory_outside_the_pays_is_shown(door):
    block = Page(Material(door, door.territory("62447"))).history()
    assert block.table["Événement"].tolist() == [
        "Autre-Commune (62514) rejoint la commune nouvelle Hesdin-la-Forêt."
    ]


def test_without_the_list_the_page_says_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "none"))
    bare = Observatory(parse("2026Q3"), "public")
    block = Page(Material(bare, bare.territory("62588"))).history()
    assert "ternois sources install cog_evenements" in block.html


def test_a_file_without_a_year_in_its_name_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    path = tmp_path / "events.csv"
    path.write_text("\n".join([HEAD, *ROWS]), encoding="utf-8")
    (done,) = installing.each("cog_evenements", [path])
    assert done.failed
    assert "year of the list" in done.text
    assert SchemaError.__name__ not in done.text
