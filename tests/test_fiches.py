import csv
import math
import re

import pandas as pd
import pytest

from ternois_analysis.batch import dependencies
from ternois_analysis.batch import sheets as making
from ternois_analysis.display import fiche
from ternois_analysis.errors import ReportError
from ternois_analysis.observatory import likeness, observe, sheets
from ternois_analysis.observatory.values import COLUMNS
from ternois_analysis.publish import fiches, shelf

EDITION = fiches.Edition("2026Q3", "public", "2026-10-05T09:31:00+02:00", True)
ASKED = ("Guinecourt", "Vitz-sur-Authie", "Canteleux", "cc-pernois", "epci-200069482")


@pytest.fixture(scope="module")
def door():
    return observe("2026Q3", "public")


@pytest.fixture(scope="module")
def made(door):
    found = sheets.sheets(door, [door.territory(text) for text in ASKED])
    return dict(zip(ASKED, (fiche.fiche(door, each) for each in found), strict=True))


def column(block, head):
    return dict(zip(block.table.iloc[:, 0].str.partition("\n")[0], block.table[head], strict=True))


def test_a_sheet_is_one_page_in_pdf_and_whole_in_html(made):
    for each in made.values():
        assert len(re.findall(rb"/Type\s*/Page\b", fiches.as_pdf(each, EDITION))) == 1
        assert "<h2" in fiches.html(each, EDITION)


def test_a_commune_is_set_against_its_community_the_pays_and_similar_epcis(made):
    assert list(made["Vitz-sur-Authie"].profile.table.columns) == [
        "Indicateur", "Vitz-sur-Authie", "Auxilois", "Ternois", "EPCI similaires", "Fiabilité",
        "Écart",
    ]  # fmt: skip
    assert made["Vitz-sur-Authie"].under.endswith("Pays du Ternois")


def test_an_epci_never_named_is_set_against_its_departement(made):
    heads = list(made["epci-200069482"].profile.table.columns)
    assert heads[2] == "Pas-de-Calais"


def test_a_commune_asked_by_a_name_that_is_gone_says_which_it_became(made):
    each = made["Canteleux"]
    assert each.place.id == "commune-62154"
    assert "Canteleux (62210) fait partie de Bonnières" in each.header.html


def test_fourteen_inhabitants_are_too_few_and_no_number_stands_behind_the_sign(made):
    each = made["Guinecourt"]
    assert column(each.profile, "Guinecourt")["Taux de vacance\u00a0(%)"] == "n.s."
    hidden = each.values[each.values["status"] != "ok"]
    assert hidden[["value", "low", "high", "n"]].isna().all(axis=None)
    assert "Aucun écart" in each.outstanding.html


def test_a_count_has_neither_a_typical_value_nor_a_verdict(made):
    each = made["cc-pernois"].profile
    assert column(each, "EPCI similaires")["Population"] == "–"
    assert column(each, "Écart")["Population"] == "–"


def test_what_is_not_installed_is_said_in_words_without_a_command(made):
    assert "Base permanente des équipements (Insee)" in made["Guinecourt"].needs.html
    assert "ternois " not in made["Guinecourt"].needs.html


def test_families_add_up_to_the_businesses_whose_trade_is_known(door, made):
    own = made["cc-pernois"].craft.values
    own = own[own["territory"] == "cc-pernois"]
    groups = door.values(["cc-pernois"], ["craft_group_businesses"])
    assert own["value"].sum() == groups["value"].sum() > 0


def test_the_median_of_similar_epcis_wants_half_of_them():
    rows = pd.DataFrame(
        [
            ["2026Q3", "public", f"e{k}", f"E{k}", name, "", "2023", value, *[math.nan] * 3,
             "ok" if value == value else "n.d.", "", "x", "2023", False]
            for name, values in {"a": (1.0, 5.0, 2.0), "b": (1.0, math.nan, math.nan)}.items()
            for k, value in enumerate(values)
        ],
        columns=list(COLUMNS),
    )  # fmt: skip
    found = likeness.median(rows).set_index("indicator")
    assert found.loc["a", ["low", "value", "high", "status"]].tolist() == [1.5, 2.0, 3.5, "ok"]
    assert found.loc["b", "status"] == "n.d."
    assert math.isnan(found.loc["b", "value"])


def test_sheets_of_an_earlier_run_stay_with_their_values(door, made, tmp_path):
    folder = tmp_path / shelf.FOLDER
    folder.mkdir()
    for name in ("Guinecourt", "Canteleux"):
        written = fiches.write(made[name], EDITION, folder)
        fiches.finish([written], EDITION, folder)
    assert shelf.listed(folder) == {"commune-62154": "Bonnières", "commune-62396": "Guinecourt"}
    with (folder / shelf.VALUES).open(encoding="utf-8", newline="") as file:
        assert {row["sheet"] for row in csv.DictReader(file)} == set(shelf.listed(folder))
    assert (folder / shelf.LIST).read_text().count(".pdf") == 2
    first = (folder / "commune-62396.pdf").read_bytes()
    fiches.write(made["Guinecourt"], EDITION, folder)
    assert (folder / "commune-62396.pdf").read_bytes() == first


def test_by_default_every_community_and_commune_of_the_pays_has_a_sheet(door):
    asked = making.everywhere(door)
    assert len(asked) == len(set(asked)) == 5 + 103
    assert "commune-80810" in asked


def test_sheets_that_go_with_a_run_are_made_once_and_again_when_something_moved(
    door, tmp_path, monkeypatch
):
    asked = ["cc-pernois", "commune-62396"]
    assert making.after(door, asked, tmp_path) == ()
    place = tmp_path / shelf.FOLDER
    assert set(shelf.listed(place)) == set(asked)
    page = place / "cc-pernois.html"
    first = page.stat().st_mtime_ns
    assert making.after(door, ["cc-pernois"], tmp_path) == ()
    assert page.stat().st_mtime_ns == first
    versions = dict(dependencies._versions())
    monkeypatch.setattr(dependencies, "_versions", lambda: {**versions, "pandas": "99"})
    assert making.after(door, ["cc-pernois"], tmp_path) == ()
    assert page.stat().st_mtime_ns != first
    assert (place / "commune-62396.html").is_file()


def test_a_sheet_that_cannot_be_made_is_told_and_stops_nothing(door, tmp_path, monkeypatch):
    def refused(*args, **options):
        raise ReportError("Mend the font.")

    monkeypatch.setattr(making, "write", refused)
    assert making.after(door, ["cc-pernois"], tmp_path) == (
        f"{tmp_path / 'fiches'}: Mend the font.",
    )


def test_an_invented_value_has_neither_stars_nor_verdict(door):
    place = door.territory("commune-62767")
    block = fiche.fiche(door, sheets.sheets(door, [place])[0]).profile
    rows = block.values[block.values["territory"] == place.id]
    fake = set(rows.loc[rows["synthetic"].astype(bool), "indicator"])
    assert "craft_density_per_10000" in fake
    shown = dict.fromkeys(rows["indicator"])
    met = set()
    for name, line in zip(shown, block.table.to_dict("records"), strict=True):
        if name in fake:
            assert (line["Fiabilité"], line["Écart"]) == ("démonstration", "–")
            met.add(name)
        else:
            assert line["Fiabilité"] != "démonstration"
    assert met == fake
    assert "valeur inventée" in block.note
