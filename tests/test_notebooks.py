"""The notebooks are prose without logic, and what a run makes of them can be opened anywhere."""

import json
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from ternois_analysis import paths
from ternois_analysis.batch import plan, prose, runner
from ternois_analysis.display.page import page
from ternois_analysis.observatory import observe
from ternois_analysis.publish import evidence, outside

NOTEBOOKS = sorted(paths.notebooks().glob("*.ipynb"))
#: The Pays, one of its parts, an EPCI that the project never named, and the smallest commune.
PLACES = ("pays-ternois", "cc-frevent", "200071181", "commune-62396")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_prose_and_figures_without_logic(path):
    notebook = nbformat.read(path, as_version=4)
    assert prose.check_prose(notebook, prose.territory_names()) == []


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """The reports of four territories, made by both processors from the real bundle."""
    out = tmp_path_factory.mktemp("reports")
    planned = plan.plan(
        "2026Q3", observe, paths.notebooks(), territories=PLACES, audiences=["partners"]
    )
    result = runner.run(planned, out, observe)
    assert result.whole, [outcome.record for outcome in result.failed]
    return out / "2026Q3" / "partners"


def pages(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.html"))


#: Pages none of whose sources is in the bundle: they are made once one is installed.
TO_COMPLETE = {
    "05_emploi": "ternois sources install rp_emploi",
    "06_revenus": "ternois sources install filosofi",
    "07_equipements": "ternois sources install bpe",
}


def test_every_page_is_made_for_any_territory(reports):
    places = {path.name for path in reports.iterdir() if path.is_dir()}
    assert places == {"pays-ternois", "cc-frevent", "epci-200071181", "commune-62396"}
    numbered = [path.stem for path in NOTEBOOKS if not path.stem.startswith("00")]
    made = [name for name in numbered if name not in TO_COMPLETE]
    for place in places:
        assert [path.stem for path in pages(reports) if path.parent.name == place] == made


def test_the_portal_names_what_fills_the_pages_that_were_not_made(reports):
    portal = (reports / "index.html").read_text(encoding="utf-8")
    for command in TO_COMPLETE.values():
        assert f"<code>{command}</code>" in portal


def test_no_page_reaches_outside_and_none_is_too_heavy_to_send(reports):
    for path in [*pages(reports), reports / "index.html"]:
        text = path.read_text(encoding="utf-8")
        assert outside.addresses(text) == []
        assert len(text.encode()) < 2_000_000, path


def test_the_values_beside_a_page_are_those_of_the_observatory(reports):
    table = pd.read_csv(reports / "cc-frevent" / "values.csv", dtype={"period": str})
    own = table[(table["territory"] == "cc-frevent") & (table["indicator"] == "vacancy_rate_pct")]
    asked = observe("2026Q3", "partners").values(["cc-frevent"], ["vacancy_rate_pct"])
    assert own["value"].to_list() == asked["value"].to_list()


def test_values_that_are_not_shown_are_numbers_nowhere(reports):
    for path in reports.glob("*/values.csv"):
        table = pd.read_csv(path)
        hidden = table[table["status"] != "ok"]
        assert hidden[["value", "low", "high", "n"]].isna().all(axis=None)


def test_every_block_of_a_page_says_its_source(reports):
    for path in reports.glob("*/*.ipynb"):
        for block in evidence.blocks(json.loads(path.read_text(encoding="utf-8"))):
            if block["values"] and block["kind"] != "text":
                assert "calculs" in block["source"], (path, block["title"])


def test_both_engines_make_the_same_values(reports, tmp_path):
    planned = plan.plan(
        "2026Q3", observe, paths.notebooks(), territories=["cc-frevent"], pages=["01"],
        audiences=["partners"],
    )  # fmt: skip
    result = runner.run(planned, tmp_path, observe, engine_name="kernel")
    assert result.whole
    name = "01_portrait.ipynb"
    made = [reports / "cc-frevent" / name, tmp_path / "2026Q3/partners/cc-frevent" / name]
    first, second = [evidence.rows(json.loads(path.read_text(encoding="utf-8"))) for path in made]
    assert first == second


@pytest.mark.browser
def test_the_portal_leads_to_pages_that_ask_nothing_of_a_network(reports, browser):
    tab = browser.new_page(viewport={"width": 1200, "height": 900})
    requests, complaints = [], []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto((reports / "index.html").as_uri())
    links = tab.locator(".place a[href$='.html']")
    assert links.count() == len(pages(reports))
    tab.locator("a[href='pays-ternois/01_portrait.html']").first.click()
    assert tab.locator("figure.block").count() >= 10
    assert tab.locator("figure svg").count() >= 4
    assert "36\u202f913" in tab.locator("main").inner_text()
    frame = tab.frame_locator("iframe").first
    assert frame.locator("path.leaflet-interactive").count() == 103
    assert [url for url in requests if not url.startswith(("file:", "data:", "about:"))] == []
    assert complaints == []


def test_what_nbval_compares_is_kept_in_the_notebooks():
    for path in NOTEBOOKS:
        cells = nbformat.read(path, as_version=4).cells
        compared = [c for c in cells if "nbval-check-output" in c.metadata.get("tags", ())]
        assert compared, path
        assert all(cell.outputs for cell in compared)


def test_a_commune_without_an_outline_is_named_and_stops_no_map():
    door = observe("2026Q3", "partners")
    place = next(epci for epci in door.epcis if "15031" in epci.communes)
    shown = page(place.id, "2026Q3", "partners")
    assert "Sans contour" in shown.atlas("population", "vacancy_rate_pct").note
    assert shown.map("population").svg
