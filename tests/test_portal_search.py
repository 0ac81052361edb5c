import csv
import json
import re

import pytest
from test_publish_portal import page, report

from ternois_analysis import catalog, french
from ternois_analysis.catalog.sources import Rhythm
from ternois_analysis.display.published import COLUMNS
from ternois_analysis.publish import datebook, lookup, portal


def values(folder, *rows):
    with (folder / "values.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for territory, indicator, period, value, status in rows:
            writer.writerow(
                ["2026Q2", "public", territory, territory, indicator, "", period, value, "", "",
                 "", status, "", "recensement", "2021", "false"]
            )  # fmt: skip


@pytest.fixture
def place(tmp_path):
    one = report(tmp_path, "cc-a", page("01"), label="CC de l’Œuf")
    two = report(tmp_path, "cc-b", page("01"), label="</script><b>")
    values(
        one, ("cc-a", "vacancy_rate_pct", "2020", "8.0", "ok"),
        ("cc-a", "vacancy_rate_pct", "2021", "9.26", "ok"),
        ("departement-62", "vacancy_rate_pct", "2021", "7.3", "ok"),
        ("commune-1", "vacancy_rate_pct", "2021", "1.0", "ok"),
        ("cc-a", "dwellings", "2021", "1234.0", "ok"),
    )  # fmt: skip
    values(two, ("cc-b", "vacancy_rate_pct", "2021", "", "s"))
    (one / "rapport.pdf").write_text("")
    return tmp_path / "2026Q2" / "public"


def test_what_two_territories_leave_of_one_departement_is_told_apart(place):
    for own in ("cc-a", "cc-b"):
        values(
            place / own, (own, "vacancy_rate_pct", "2021", "9.26", "ok"),
            ("departement-62", "vacancy_rate_pct", "2021", "7.3", "ok"),
            (f"departement-62-hors-{own}", "vacancy_rate_pct", "2021", "7.2", "ok"),
        )  # fmt: skip
        path = place / own / "values.csv"
        path.write_text(re.sub(f"departement-62-hors-{own},departement-62-hors-{own}",
                               f"departement-62-hors-{own},Reste du Pas-de-Calais",
                               path.read_text()))  # fmt: skip
    labels = lookup.comparison(place, portal.records(place)).territories
    assert labels["departement-62-hors-cc-a"] == "Reste du Pas-de-Calais, hors CC de l’Œuf"
    assert labels["departement-62"] == "departement-62"
    assert len(set(labels.values())) == len(labels) == 5


def test_the_newest_value_of_each_territory_is_compared_as_the_pages_print_it(place):
    found = lookup.comparison(place, portal.records(place))
    assert list(found.territories) == ["cc-a", "cc-b", "departement-62"]
    rank = [line.indicator for line in found.lines].index("vacancy_rate_pct")
    assert found.cells["cc-a"][rank] == ("9,3", "", "2021")
    assert found.cells["cc-b"][rank] == ("s", "", "2021")
    assert found.cells["departement-62"][rank] == ("7,3", "", "2021")


def test_what_has_no_room_is_told_and_never_cut_in_silence(place, monkeypatch):
    monkeypatch.setattr(lookup, "_ROOM", 1)
    assert lookup.comparison(place, portal.records(place)).left == ["</script><b>"]


def test_no_name_can_end_the_data_of_the_portal(place):
    html = portal.write(place, {}).read_text()
    data = re.search(r'<script type="application/json" id="entries">(.*?)</script>', html)[1]
    assert ["Territoire", "</script><b>", "#cc-b"] in json.loads(data)


def test_every_theme_of_the_catalogue_has_a_name():
    assert {entry.theme for entry in catalog.indicators().values()} <= set(lookup.THEMES)


def test_formats_that_are_there_are_listed_and_no_others(place):
    html = portal.write(place, {}).read_text()
    assert '<a href="cc-a/rapport.pdf">rapport PDF</a>' in html
    assert "cc-b/rapport.pdf" not in html


def test_definitions_tell_their_source(place):
    html = portal.write(place, {}).read_text()
    assert 'id="def-vacancy_rate_pct"' in html
    assert french.typeset(catalog.source("recensement").title) in html


def test_the_next_millesime_is_expected_a_period_and_a_delay_after_the_last():
    assert datebook.next_month("2023-01-01", Rhythm(12, 36)) == "2027-01"
    file = {"source": "populations", "reference_date": "2023-01-01", "available": "2025-12-31"}
    [due] = datebook.datebook([file, file | {"reference_date": "2022-01-01"}], "2026-11-23")
    assert (due.published, due.expected) == ("31\u00a0décembre 2025", "janvier 2027")
    assert datebook.datebook([file], "2027-02-01")[0].expected == "attendu depuis janvier 2027"
    ended = {"source": "taxe_habitation", "reference_date": "2020-01-01"}
    assert datebook.datebook([ended], "2026-11-23")[0].expected == "série terminée en 2020"


@pytest.mark.browser
def test_the_portal_finds_without_accents_and_compares_with_signs(place, browser):
    sheet = browser.new_page()
    sheet.goto(portal.write(place, {}).as_uri())
    sheet.get_by_label("Un territoire, une page ou un indicateur").fill("oeuf")
    found = sheet.locator("#found a")
    assert found.all_inner_texts() == ["CC de l’Œuf", "Page 01 – CC de l’Œuf"]
    sheet.locator("#query").fill("taux vacance")
    assert sheet.locator("#count").inner_text() == "1 résultat."
    sheet.keyboard.press("Enter")
    assert sheet.locator("#def-vacancy_rate_pct").is_visible()
    sheet.get_by_label("Premier territoire").select_option("cc-a")
    sheet.get_by_label("Second territoire").select_option("cc-b")
    row = sheet.locator("#compared tr", has_text="Taux de vacance")
    assert [cell.split("\n")[0] for cell in row.locator("td").all_inner_texts()] == ["9,3", "s"]
    sheet.close()
