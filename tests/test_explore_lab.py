"""The exploration in a real JupyterLab: run the notebook, choose, and see all figures follow."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import time

import pytest

from ternois_analysis import paths

pytestmark = pytest.mark.browser

_PATIENCE = 60


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Address of a JupyterLab of our own, on a copy of the exploration notebook."""
    try:
        import jupyterlab  # noqa: F401
    except ImportError:
        if os.environ.get("TERNOIS_REQUIRE_BROWSER") == "1":
            pytest.fail("TERNOIS_REQUIRE_BROWSER=1, but there is no jupyterlab")
        pytest.skip("no jupyterlab: install the lab extra to test the exploration in it")
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(paths.notebooks() / "00_exploration.ipynb", folder)
    token = secrets.token_hex(16)
    places = {name: str(folder / name.lower()) for name in
              ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
               "IPYTHONDIR", "JUPYTERLAB_WORKSPACES_DIR", "JUPYTERLAB_SETTINGS_DIR")}  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", "--port=0",
         "--allow-root", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}",
         "--LabApp.expose_app_in_browser=True", "--LabApp.news_url=None"],
        env={**os.environ, **places, "TERNOIS_HOUSE": str(paths.house())},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = _address(folder / "jupyter_runtime_dir", server)
        yield f"{address}lab/tree/00_exploration.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait(20)


def _address(runtime, server):
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and server.poll() is None:
        for file in runtime.glob("jpserver-*.json"):
            try:
                return json.loads(file.read_text())["url"]
            except ValueError:
                continue  # half written
        time.sleep(0.2)
    raise AssertionError("JupyterLab did not start")


@pytest.fixture(scope="module")
def sheet(browser, lab):
    """The notebook, all its cells run and the exploration drawn."""
    page = browser.new_page(viewport={"width": 1500, "height": 1400})
    page.set_default_timeout(_PATIENCE * 1000)
    page.goto(lab)
    page.wait_for_selector(".jp-Notebook .jp-CodeCell")
    page.locator(".jp-Notebook .jp-Cell").first.click()
    page.wait_for_function(
        "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status"
        " === 'idle'"
    )
    # Not waited for: its promise may outlive the notebook's cells.
    page.evaluate("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(".ternois-explore .map svg .unit", state="attached")
    yield page
    page.close()


def redrawn(sheet, act):
    """Do something and wait until the figures have been drawn again."""
    root = sheet.locator(".ternois-explore")
    before = root.get_attribute("data-drawn")
    act()
    sheet.wait_for_function(
        "before => document.querySelector('.ternois-explore').dataset.drawn !== before", arg=before
    )


def choose(sheet, label, text):
    """Type in the search box of a name."""
    box = sheet.get_by_label(label, exact=True)
    box.fill(text)
    box.press("Enter")


def lit(sheet):
    """Panels in which something is highlighted, with what."""
    return sheet.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('.ternois-explore section')].map("
        "s => [s.className, [...new Set([...s.querySelectorAll('.on')].map(e => e.dataset.t))]]))"
    )


def test_the_notebook_shows_five_linked_panels(sheet):
    for name in ("map", "ranking", "crossed", "time", "table"):
        assert sheet.locator(f".ternois-explore section.{name} [data-t]").count() > 0, name


def test_choosing_an_indicator_in_the_search_box_redraws_the_figures(sheet):
    redrawn(sheet, lambda: choose(sheet, "Indicateur", "Taux de vacance des logements"))
    assert "Taux de vacance" in sheet.locator(".ternois-explore .map h3").inner_text()
    assert sheet.locator(".ternois-explore .ranking .row line").count() > 0


def test_a_commune_clicked_on_the_map_is_shown_in_every_panel(sheet):
    unit = sheet.locator('.ternois-explore .crossed [data-t="commune-62767"]')
    redrawn(sheet, lambda: unit.dispatch_event("click"))
    assert lit(sheet) == {
        name: ["commune-62767"] for name in ("map", "ranking", "crossed", "time", "table")
    } | {"words": []}
    assert sheet.locator(".ternois-explore .said").inner_text().startswith("Saint-Pol-sur-Ternoise")


def test_the_table_is_searched_without_accents(sheet):
    sheet.get_by_label("Rechercher dans le tableau").fill("frevent")
    rows = sheet.locator(".ternois-explore tbody tr:visible th")
    assert rows.all_inner_texts() == ["Frévent", "Moncheaux-lès-Frévent"]
    sheet.get_by_label("Rechercher dans le tableau").fill("")


def test_the_downloaded_values_are_those_on_show(sheet):
    with sheet.expect_download() as waiting:
        sheet.get_by_role("button", name="Télécharger (CSV)").click()
    assert waiting.value.suggested_filename == "exploration-2026Q3-partners.csv"
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert text.startswith("quarter,audience,territory,territory_label,indicator,")
    assert ",commune-62767,Saint-Pol-sur-Ternoise,vacancy_rate_pct," in text
