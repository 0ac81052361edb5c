"""Blocks: HTML, JSON, words and signs."""

import json
import re

import pandas as pd
import pytest
from display_samples import CAPTION, communes, indicator, row, shapes, table

from ternois_analysis.display.block import MIME, Block, Caption, compose
from ternois_analysis.display.maps import choropleth
from ternois_analysis.display.published import alphabetical, checked, definition, span, year
from ternois_analysis.errors import ReportError, SecrecyError


def a_map(**changes) -> Block:
    return choropleth(communes([5.0, 7.0, 9.0, 20.0], **changes), shapes(), indicator(), CAPTION)


def a_text(**words) -> Block:
    return compose("text", Caption(**{"title": "Titre"} | words), table([]), alt="")


def test_every_text_is_escaped_in_html():
    words = dict.fromkeys(("title", "subtitle", "reading", "champ", "source", "note"), "<b>&</b>")
    html = a_text(**words).to_html()
    assert "<b>&" not in html
    assert html.count("&lt;b&gt;&amp;&lt;/b&gt;") == 6


def test_table_cells_and_heads_are_escaped():
    data = pd.DataFrame({"<i>": ["<u>"], "<s>": ["<q>"]})
    html = compose("table", CAPTION, table([]), alt="", table=data).to_html()
    assert not re.search("<(i|u|s|q)>", html)


def test_two_figures_of_a_page_share_no_identifier():
    other = choropleth(communes([5.0, 7.0, 9.0, 19.0]), shapes(), indicator(), CAPTION)
    identifiers = re.findall(r'id="([^"]+)"', a_map().to_html() + other.to_html())
    assert len(identifiers) == len(set(identifiers)) > 6


def test_every_reference_of_a_figure_finds_its_target():
    html = a_map().to_html()
    targets = set(re.findall(r'id="([^"]+)"', html))
    used = set(re.findall(r'(?:url\(#|href="#)([^)"]+)', html))
    for names in re.findall(r'aria-labelledby="([^"]+)"', html):
        used |= set(names.split())
    assert used <= targets


def test_same_values_give_the_same_bytes():
    assert a_map().to_html().encode() == a_map().to_html().encode()


def test_key_follows_the_content():
    assert a_text(note="a").key != a_text(note="b").key


def test_block_survives_json():
    block = choropleth(
        communes([5.0, None, 9.0, 20.0], ["ok", "s", "ok", "ok"]), shapes(), indicator(), CAPTION
    )
    text = json.dumps(block.to_json(), allow_nan=False)
    again = Block.from_json(text)
    assert again.to_html() == block.to_html()
    pd.testing.assert_frame_equal(again.table, block.table)
    pd.testing.assert_frame_equal(again.values, block.values, check_dtype=False)
    assert json.loads(text)["values"][1]["value"] is None


def test_block_without_values_survives_json():
    assert Block.from_json(json.dumps(a_text().to_json())).to_html() == a_text().to_html()


def test_notebook_gets_html_text_and_json():
    bundle = a_map()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain", MIME}
    assert bundle["text/plain"].startswith("Un logement sur onze est vacant\nPart des logements")
    assert bundle[MIME]["values"][3]["value"] == 20.0


def test_figure_has_title_alternative_text_and_table_with_scopes():
    html = a_map().to_html()
    assert re.search(r'<figure class="block map" id="(\w+)" aria-labelledby="\1-title">', html)
    assert re.search(r'<h3 id="\w+-title">Un logement sur onze est vacant</h3>', html)
    assert re.search(r'<svg [^>]*role="img" aria-labelledby="(\w+)-title \1-desc"', html)
    assert "<summary>Voir les données</summary>" in html
    assert html.count('<th scope="col"') == 2
    assert html.count('<th scope="row">') == 4
    assert html.index("<figcaption>") > html.index("</svg>")


def test_invented_data_are_marked_on_the_figure_and_under_it():
    block = a_map(synthetic=True)
    assert "données de démonstration" in block.svg
    assert '<p class="mark">Données de démonstration.</p>' in block.to_html()
    assert "démonstration" not in a_map().to_html()


@pytest.mark.parametrize("reading", ["à Anvin, 8 %.", "Lecture : à Anvin, 8 %."])
def test_reading_has_its_leading_word_once(reading):
    block = a_text(reading=reading)
    assert block.reading == "Lecture\u00a0: à Anvin, 8\u00a0%."
    assert "<p><b>Lecture\u00a0:</b> à Anvin, 8\u00a0%.</p>" in block.to_html()


def test_block_without_reading_has_no_leading_word():
    assert a_text().reading == ""
    assert "Lecture" not in a_text().to_html()


def test_words_are_typeset():
    block = a_text(title="L'essentiel : oui ; non", source="d'après l'Insee")
    assert block.title == "L’essentiel\u00a0: oui\u202f; non"
    assert block.source == "d’après l’Insee"


def test_only_the_signs_that_are_present_are_explained():
    block = choropleth(
        communes([5.0, None, 9.0, None], ["ok", "n.d.", "ok", "s"]), shapes(), indicator(), CAPTION
    )
    assert block.note == (
        "s\u00a0: couvert par le secret statistique\u202f; n.d.\u00a0: donnée non disponible."
    )
    assert a_map().note == ""


def test_numbers_of_a_column_are_aligned_on_the_comma():
    data = pd.DataFrame({"Indicateur": ["a", "b", "c"], "Pays": ["37\u202f150", "8,25", "s"]})
    html = compose("table", CAPTION, table([]), alt="", table=data).to_html()
    assert '<td class="num">37\u202f150\u2008\u2007\u2007</td>' in html
    assert '<td class="num">8,25</td>' in html
    assert '<td class="num">s</td>' in html


def test_line_break_in_a_cell_starts_a_small_line():
    data = pd.DataFrame({"Indicateur": ["a\n2021"], "Pays": ["8,3\n[7 ; 9]"]})
    html = compose("table", CAPTION, table([]), alt="", table=data).to_html()
    assert '<th scope="row">a<br><small>2021</small></th>' in html
    assert "8,3<br><small>[7 ; 9]</small>" in html


def test_hidden_value_that_still_carries_a_number_is_refused():
    for column in ("value", "low", "high", "n"):
        values = communes([5.0, None, 9.0, 20.0], ["ok", "s", "ok", "ok"])
        values.loc[1, column] = 3.0
        with pytest.raises(SecrecyError, match="1 rows with one"):
            checked(values)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda v: v.drop(columns="status"), "without"),
        (lambda v: v.iloc[:0], "at least one row"),
        (lambda v: v.assign(status="hidden"), "hidden"),
        (lambda v: v.assign(value=float("nan")), "a missing one"),
        (lambda v: pd.concat([v, v]), "the same key twice"),
        (lambda v: v.assign(indicator=["a", "a", "b", "b"]), "one value"),
    ],
)
def test_values_that_no_figure_can_show_are_refused(spoil, message):
    with pytest.raises(ReportError, match=message):
        checked(spoil(communes([5.0, 7.0, 9.0, 20.0])), one=("indicator",))


def test_accents_do_not_count_in_alphabetical_order():
    ordered = alphabetical(communes([1.0, 2.0, 3.0, 4.0]))["territory_label"]
    assert list(ordered) == ["Anvin", "Croisette", "Écoivres", "Eps"]


def test_periods_have_their_place_in_time():
    assert [year(p) for p in ("2023", "2017-2023", "2026Q3")] == [2023.0, 2023.0, 2026.5]
    with pytest.raises(ReportError):
        year("hier")


def test_span_names_the_first_and_the_last_period():
    rows = [row("a", "A", 1.0, period=p) for p in ("2025Q4", "2026Q1", "2025Q2")]
    assert span(table(rows)) == "de T2\u00a02025 à T1\u00a02026"
    assert span(table(rows[:1])) == "T4\u00a02025"


def test_subtitle_has_definition_unit_and_period():
    values = communes([1.0, 2.0, 3.0, 4.0])
    assert definition(indicator(), values) == "Part des logements vacants, en\u00a0%, 2021"
    ratio = indicator(unit="pour 1 000 habitants")
    assert definition(ratio, values) == "Part des logements vacants, pour 1 000 habitants, 2021"
