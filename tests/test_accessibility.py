"""axe-core in a headless Chromium: what is written for people breaks no rule of WCAG 2 AA."""

import os
from pathlib import Path

import pandas as pd
import pytest
from mini import pages
from nbformat import v4
from test_publish_page import FACTS, notebook
from test_publish_portal import page as told
from test_publish_portal import report

from ternois_analysis.display import fiche
from ternois_analysis.display.block import Block
from ternois_analysis.observatory import observe, sheets
from ternois_analysis.publish import fiches, page, portal

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
WIDTHS = (1200, 400)


@pytest.fixture(scope="module")
def axe():
    try:
        import axe_playwright_python
    except ImportError:
        if os.environ.get("TERNOIS_REQUIRE_BROWSER") == "1":
            pytest.fail("TERNOIS_REQUIRE_BROWSER=1, but axe-playwright-python is not installed")
        pytest.skip("no axe-core: install axe-playwright-python to test accessibility")
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def violations(browser, axe, path, width):
    """Broken rules with the elements that break them, all that is folded being open."""
    sheet = browser.new_page(viewport={"width": width, "height": 900})
    sheet.goto(path.as_uri())
    sheet.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    sheet.evaluate(axe)
    run = "tags => axe.run({runOnly: {type: 'tag', values: tags}})"
    found = [
        (rule["id"], [node["target"] for node in rule["nodes"]])
        for rule in sheet.evaluate(run, RULES)["violations"]
    ]
    wide = sheet.evaluate("document.documentElement.scrollWidth - innerWidth")
    sheet.close()
    return found + ([("page wider than the screen", wide)] if wide > 0 else [])


def shown(block):
    return v4.new_output("display_data", data=block._repr_mimebundle_())


@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_with_a_chart_and_a_wide_table_breaks_no_rule(browser, axe, tmp_path, width):
    wide = pd.DataFrame({f"Colonne numéro {k}": ["1 234,5\n[1 ; 2]"] for k in range(9)})
    content = notebook(
        "# Titre\n\nTexte.\n\n## Section",
        shown(pages.page("cc-mini", "2026Q3", "public").figure("a_pct")),
        shown(Block("table", "Un tableau large", table=wide)),
    )  # fmt: skip
    path = tmp_path / "page.html"
    path.write_text(page.render(content, FACTS), encoding="utf-8")
    assert violations(browser, axe, path, width) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_portal_and_the_list_break_no_rule(browser, axe, tmp_path, width):
    report(tmp_path, "cc-a", told("01"), label="Anvin", provisional=True)
    report(tmp_path, "cc-b", told("01", "failed", kind="error", error="x"), label="Bois")
    path = portal.write(tmp_path / "2026Q2" / "public", {"02": "Deux"}, {"02": "ternois x"})
    assert violations(browser, axe, path, width) == []
    assert violations(browser, axe, portal.write_list(tmp_path), width) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_sheet_breaks_no_rule(browser, axe, tmp_path, width):
    door = observe("2026Q3", "public")
    [sheet] = sheets.sheets(door, [door.territory("commune-62767")])
    edition = fiches.Edition("2026Q3", "public", "2026-10-05T09:31:00+02:00", True)
    path = tmp_path / "fiche.html"
    path.write_text(fiches.html(fiche.fiche(door, sheet), edition), encoding="utf-8")
    assert violations(browser, axe, path, width) == []
