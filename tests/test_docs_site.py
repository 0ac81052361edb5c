"""The site of the documentation is built without a warning and opens from a disk."""

import re
import subprocess
import sys

import docs_steps
import pytest
import yaml

ROOT = docs_steps.ROOT
DOCS = ROOT / "docs"
#: What a page of the site may load only from beside it.
_LOADED = re.compile(
    r"<(?:script|img|iframe|source|audio|video|embed)\b[^>]*\bsrc=[\"']?(?:https?:)?//"
    r"|<link\b[^>]*\bhref=[\"']?(?:https?:)?//"
    r"|@import\s+[\"']?(?:url\()?[\"']?(?:https?:)?//|url\([\"']?(?:https?:)?//"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as `make docs` builds it, where a warning is an error."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html"]
    done = subprocess.run(
        [*command, "-d", str(out / "trees"), str(DOCS), str(out / "html")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out / "html"


def test_no_page_of_the_site_loads_anything_from_elsewhere(site):
    files = [path for path in site.rglob("*") if path.suffix in {".html", ".css"}]
    assert len(files) > 20
    found = [path.name for path in files if _LOADED.search(path.read_text(encoding="utf-8"))]
    assert found == []


def test_every_indicator_source_and_command_has_its_place_in_the_reference(site):
    catalogue = ROOT / "ternois_analysis" / "catalog" / "indicators.yml"
    wanted = yaml.safe_load(catalogue.read_text(encoding="utf-8"))["indicators"]
    page = (site / "generated" / "indicators.html").read_text(encoding="utf-8")
    headings = set(re.findall(r"<h3><code[^>]*><span class=\"pre\">(\w+)</span>", page))
    assert set(wanted) == headings
    declared = yaml.safe_load((ROOT / "data" / "sources.yml").read_text(encoding="utf-8"))
    page = (site / "generated" / "sources.html").read_text(encoding="utf-8")
    missing = [name for name in declared["deliveries"] if f">{name}</span>" not in page]
    assert missing == []
    page = (site / "generated" / "commands.html").read_text(encoding="utf-8")
    assert "<h2>ternois sources install<" in page


def test_the_search_fetches_no_summary_which_a_page_on_a_disk_cannot(site):
    options = (site / "_static" / "documentation_options.js").read_text(encoding="utf-8")
    assert re.search(r"SHOW_SEARCH_SUMMARY: false\b", options)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("words", "page"),
    [("vacancy_rate_pct", "generated/indicators.html"), ("pseudonyme", "confidentialite.html")],
)
def test_the_search_works_from_a_disk_and_reaches_for_nothing(site, browser, words, page):
    tab = browser.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{(site / 'search.html').as_uri()}?q={words}")
    tab.wait_for_selector("#search-results li a")
    links = tab.eval_on_selector_all("#search-results li a", "all => all.map(a => a.href)")
    tab.close()
    assert any(page in link for link in links)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
