"""The ladder of evidence: at levels C and D nothing is attributed to a programme, in any words."""

import json
import re

import nbformat
import pytest

from ternois_analysis import paths
from ternois_analysis.catalog.glossary import glossary, term, terms_in
from ternois_analysis.catalog.programmes import programmes
from ternois_analysis.display import glossary as shown
from ternois_analysis.display import judgement, programme_words
from ternois_analysis.display.judgement import Statement
from ternois_analysis.display.page import page
from ternois_analysis.errors import ReportError, SchemaError

NOTEBOOK = paths.notebooks() / "11_programmes.ipynb"


@pytest.mark.parametrize("level", ["C", "D"])
@pytest.mark.parametrize(
    "text",
    [
        "L’effet du programme.",
        "Des EFFETS.",
        "Un fort impact",
        "En effet, rien.",
        "Il est efficace.",
    ],
)
def test_a_statement_of_level_c_or_d_attributes_nothing(level, text):
    with pytest.raises(ReportError, match="level"):
        Statement(text, level)


def test_the_same_words_are_allowed_above_and_harmless_ones_everywhere():
    assert Statement("Un effet.", "B").written == "Un effet. [niveau de preuve\u00a0B]"
    assert Statement("Les effectifs et l’effectif.", "D").written.endswith(
        "[niveau de preuve\u00a0D]"
    )


def test_a_comparison_is_of_level_b_only_when_nothing_is_wanting():
    good = {"matched": 0.95, "balanced": True, "power": 0.9, "least": 0.8}
    assert judgement.level(**good) == "B"
    for change in ({"matched": 0.8}, {"balanced": False}, {"power": 0.7}, {"power": float("nan")}):
        assert judgement.level(**good | change) == "C"


@pytest.fixture(scope="module")
def blocks():
    """Every block that the notebook shows, on the demonstration and in a part of the Pays."""
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    found = []
    for place in ("pays-ternois", "cc-frevent"):
        scope = {"page": page(place, "2026Q3", "partners")}
        for cell in cells:
            if cell.cell_type == "code" and cell.source.startswith("page.programmes"):
                found.append(eval(cell.source, scope))
    return found


def test_no_block_of_the_page_uses_the_words_that_attribute(blocks):
    for block in blocks:
        said = json.dumps(block.to_json(), ensure_ascii=False)
        assert judgement.causal(re.sub(r"[{}\[\]\"\\]", " ", said)) == (), block.title


def test_the_prose_of_the_notebook_attributes_nothing_and_defines_its_terms():
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert judgement.causal(" ".join(prose)) == ()
    named = " ".join(c.source for c in cells if "glossary" in c.source)
    assert all(f'"{name}"' in named for name in terms_in(prose))


def test_the_notebook_prints_power_before_any_result_of_the_comparison():
    code = [c.source for c in nbformat.read(NOTEBOOK, as_version=4).cells if c.cell_type == "code"]
    for group in ("individual", "workshops"):
        asked = [c for c in code if f'evaluation("{group}")' in c]
        order = [re.search(r"\)\.(\w+)\(\)", c)[1] for c in asked]
        assert order == [
            "power",
            "matching",
            "balance",
            "survival",
            "sensitivity",
            "employment",
            "conclusions",
        ]


def test_the_terms_that_blocks_use_are_defined_on_the_page(blocks):
    tables = [b for b in blocks if b.title == shown.TITLE]
    listed = {t for b in tables for t in b.table["Terme"]}
    others = [json.dumps(b.to_json(), ensure_ascii=False) for b in blocks if b not in tables]
    for name in terms_in(others):
        assert term(name).term in {t.replace("\u00a0", " ") for t in listed}, name


def test_fixed_sentences_attribute_nothing():
    said = [*programme_words.NOTHING_ELSE, programme_words.SEEN]
    said += programme_words.not_known(enough=False) + programme_words.not_known(enough=True)
    said += [programme_words.known(group) for group in programmes().groups]
    assert judgement.causal(" ".join(said)) == ()


def test_the_glossary_finds_terms_whatever_their_form_and_skips_signs():
    assert terms_in(["La Puissance est faible"]) == ("power",)
    assert terms_in(["deux valeurs-tests", "n.s.", "le s de trop"]) == ("test_value",)
    assert terms_in(["impuissance"]) == ()
    assert all(len(entry.definition) > 40 for entry in glossary().values())


def test_an_unknown_term_is_refused():
    with pytest.raises(SchemaError, match="term"):
        shown.block(["puissances"])
