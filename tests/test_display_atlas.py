"""The interactive map: whole, deterministic, usable by keyboard, silent on what is hidden."""

import html
import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from display_samples import CAPTION, CODES, communes, indicator, row, shapes, table

from ternois_analysis.display.atlas import atlas
from ternois_analysis.display.theme import sequential, stylesheet
from ternois_analysis.errors import ReportError, SecrecyError

ENTRIES = {
    "vacancy_rate_pct": indicator(),
    "population": indicator(nature="count", unit="", decimals=0, short="Habitants", breaks=(),
                            interval=None),
}  # fmt: skip


def values(**changes) -> pd.DataFrame:
    rates = communes([5.0, None, 9.0, 20.0], ["ok", "s", "ok", "ok"])
    counts = communes(
        [500.0, 90.0, None, 20.0],
        ["ok", "ok", "n.d.", "ok"],
        **{"indicator": "population"} | changes,
    )
    return pd.concat([rates, counts], ignore_index=True)


def an_atlas(**changes):
    return atlas(values(**changes), shapes(), ENTRIES, CAPTION, places=[CODES[1]])


def inside(block) -> str:
    return html.unescape(re.search(r'srcdoc="([^"]*)"', block.html)[1])


def test_atlas_gives_the_same_bytes_twice():
    assert an_atlas().to_html() == an_atlas().to_html()


def test_atlas_loads_nothing_from_elsewhere():
    page = re.sub("<script>.*?</script>", "", inside(an_atlas()), flags=re.DOTALL)
    assert not re.search(r'(?:src|href)\s*=\s*["\'](?!#)', page)
    assert not re.search(r"@import|url\(\s*[\"']?(?!#)", page)


def test_atlas_holds_no_library_but_leaflet():
    page = inside(an_atlas()).lower()
    libraries = ("bootstrap", "jquery", "awesome", "cdn.", "d3js", "topojson")
    assert not [library for library in libraries if library in page]
    assert "leaflet 1.9.4" in page


def test_atlas_runs_isolated_from_the_page_that_holds_it():
    frame = re.match(r"<iframe [^>]*>", an_atlas().html)[0]
    assert 'sandbox="allow-scripts"' in frame
    assert 'title="Un logement sur onze est vacant"' in frame


def test_atlas_prints_as_a_still_map():
    block = an_atlas()
    assert f'<div class="still" hidden>{block.svg}</div>' in block.to_html()
    assert "Logements vacants" in block.svg


def test_atlas_has_all_its_values_as_a_table():
    assert an_atlas().table.to_numpy().tolist() == [
        ["Anvin", "s", "90"], ["Croisette", "20,0", "20"], ["Écoivres", "5,0", "500"],
        ["Eps", "9,0", "n.d."],
    ]  # fmt: skip


def test_hidden_values_have_a_sign_and_no_number_in_the_page():
    page = inside(an_atlas())
    known = re.search(r'"name":"Anvin","at":[^"]*"values":(\[\[.*?\]\])', page)[1]
    assert known.startswith('[["s","s : couvert par le secret statistique"]')
    for column in ("value", "n"):
        spoilt = values()
        spoilt.loc[1, column] = 7.0
        with pytest.raises(SecrecyError):
            atlas(spoilt, shapes(), ENTRIES, CAPTION)


def test_names_are_escaped_in_the_page():
    spoilt = values()
    spoilt.loc[[0, 4], "territory_label"] = "</script><b>"
    page = inside(atlas(spoilt, shapes(), ENTRIES, CAPTION))
    assert '"name":"&lt;/script&gt;&lt;b&gt;"' in page
    assert "</" not in page.rpartition("<script>")[2].partition("</script>")[0]
    assert page.count("<script>") == page.count("</script>") == 3


def test_indicators_must_cover_the_same_territories():
    with pytest.raises(ReportError, match="same territories"):
        atlas(values().iloc[:7], shapes(), ENTRIES, CAPTION)


def test_atlas_of_a_hundred_communes_and_eight_indicators_stays_under_700_kilobytes():
    squares = [
        shapely.box(x, y, x + 900, y + 900).segmentize(30)
        for x in range(0, 10000, 1000)
        for y in range(0, 11000, 1000)
    ]
    codes = [f"{rank:05}" for rank in range(len(squares))]
    many = gpd.GeoDataFrame({"name": codes, "group": ""}, geometry=squares, index=codes, crs=2154)
    entries = {f"rate_{k}_pct": indicator(short=f"Taux {k}") for k in range(8)}
    rows = [
        row(f"commune-{c}", f"Commune {c}", k + rank % 17 / 3, indicator=name, low=1.0, high=9.0)
        for k, name in enumerate(entries)
        for rank, c in enumerate(codes)
    ]
    block = atlas(table(rows), many, entries, CAPTION)
    assert len(block.to_html().encode()) < 700_000


@pytest.mark.browser
def test_atlas_works_offline_by_keyboard_and_by_mouse(browser, tmp_path: Path):
    page_file = tmp_path / "page.html"
    page_file.write_text(
        f"<!doctype html><meta charset=utf-8><style>{stylesheet()}</style>"
        f"{an_atlas(synthetic=True).to_html()}", encoding="utf-8",
    )  # fmt: skip
    page = browser.new_page(viewport={"width": 780, "height": 900})
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(page_file.as_uri())
    frame = page.frame_locator("iframe")

    shape = frame.locator("path.leaflet-interactive")
    assert shape.count() == 4
    assert "url(#sign-s)" in {shape.nth(k).get_attribute("fill") for k in range(4)}
    assert frame.locator("#legend h2").inner_text() == "Logements vacants\u00a0(%)"
    assert frame.locator(".place").inner_text() == "Anvin"
    assert not frame.locator("#watermark").is_visible()

    frame.locator("#unit").select_option(label="Anvin")
    assert frame.locator("#said").inner_text() == (
        "Anvin : Logements vacants\u00a0(%) : s : couvert par le secret statistique"
    )
    frame.locator("#indicator").focus()
    page.keyboard.press("ArrowDown")
    assert frame.locator("#legend h2").inner_text() == "Habitants"
    assert frame.locator("#said").inner_text() == "Anvin : Habitants : 90"
    assert frame.locator("#watermark").is_visible()
    assert frame.locator('path[fill="#0072B2"]').count() == 3

    frame.locator("#unit").select_option(value="")
    frame.locator("#indicator").select_option(value="0")
    frame.locator(f'path[fill="{sequential(5)[4]}"]').hover()
    tooltip = frame.locator(".leaflet-tooltip", has_text="Croisette")
    lines = tooltip.inner_text().split("\n")
    assert lines == ["Croisette", "Logements vacants\u00a0(%)", "20,0\u00a0%"]

    assert requests == [page_file.as_uri()]
    assert complaints == []


def test_a_count_that_no_territory_shows_leaves_a_legend_of_signs_alone():
    hidden = communes([None] * 4, ["n.d."] * 4, indicator="population")
    page = inside(atlas(hidden, shapes(), {"population": ENTRIES["population"]}, CAPTION))
    assert "n.d." in page
