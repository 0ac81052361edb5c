"""Authors' comments are shown, escaped, dated, and held to the figures that they cite."""

import pytest

from ternois_analysis import paths
from ternois_analysis.catalog import comments as reading
from ternois_analysis.display import comments
from ternois_analysis.display.material import material
from ternois_analysis.errors import ReportError
from ternois_analysis.observatory import observe

HEAD = """---
author: "Camille Martin"
date: "2026-10-12"
quarter: "{quarter}"
cites:
{cites}
---
{text}
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "comments", lambda: tmp_path)

    def put(text, *cites, quarter="2026Q3", section="essentiel"):
        folder = tmp_path / "pays-ternois"
        folder.mkdir(exist_ok=True)
        lines = "\n".join(f'  - "{cite}"' for cite in cites) or "  []"
        content = HEAD.format(quarter=quarter, cites=lines, text=text)
        (folder / f"{section}.md").write_text(content, encoding="utf-8")
        return folder / f"{section}.md"

    return put


@pytest.fixture(scope="module")
def pays():
    observatory = observe("2026Q3", "partners")
    return material(observatory, observatory.territory("pays-ternois"))


def test_a_section_without_comment_shows_nothing(write, pays):
    assert comments.block(pays, "essentiel") is None


def test_a_comment_is_signed_dated_and_set_in_small_markdown(write, pays):
    write("Un **mot** et :\n\n- un\n- deux")
    block = comments.block(pays, "essentiel")
    assert block.subtitle == "Camille Martin, 12\u00a0octobre 2026, pour T3\u00a02026"
    assert "<strong>mot</strong>" in block.html
    assert "<li>un</li>" in block.html.replace("\n", "")


def test_a_comment_survives_the_next_quarter_and_says_so(write, pays):
    write("Toujours là.", quarter="2026Q2")
    block = comments.block(pays, "essentiel")
    assert "Toujours là." in block.html
    assert block.subtitle.endswith("pour T2\u00a02026, repris ce trimestre")


def test_a_comment_of_a_later_quarter_is_only_announced(write, pays):
    write("Pas encore.", quarter="2026Q4")
    block = comments.block(pays, "essentiel")
    assert "Pas encore" not in block.html
    assert "T4\u00a02026" in block.html


@pytest.mark.parametrize(
    "attack",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
     "![x](https://ailleurs.example/x.png)", "<b>gras</b>", "# Titre"],
)  # fmt: skip
def test_a_script_html_or_an_outside_address_in_a_comment_is_printed_as_text(write, pays, attack):
    write(attack)
    html = comments.block(pays, "essentiel").to_html()
    for tag in ("<script", "<img", "<b>gras", "<a ", "<h1"):
        assert tag not in html
    assert "alert" in html if "alert" in attack else True


def test_an_author_cannot_write_markup(write, pays):
    path = write("Texte.")
    path.write_text(path.read_text().replace("Camille", "<script>x</script>"))
    assert "<script" not in comments.block(pays, "essentiel").to_html()


def test_a_cited_figure_that_holds_raises_nothing_and_is_among_the_values(write, pays):
    write("Ok.", "population = 36 913", "vacancy_rate_pct@pays-ternois = 9,5 %")
    block = comments.block(pays, "essentiel")
    assert "a changé" not in block.html
    assert set(block.values["indicator"]) == {"population", "vacancy_rate_pct"}


def test_a_cited_figure_that_moved_is_flagged_with_both_values(write, pays):
    write("Ok.", "vacancy_rate_pct = 8,1 %", "population@cc-pernois = 7 000")
    html = comments.block(pays, "essentiel").html
    assert "Le chiffre cité a changé (Taux de vacance)\u00a0: 8,1\u00a0% → 9,5\u00a0%." in html
    assert "Pernois)\u00a0: 7\u202f000 → 7\u202f173." in html


def test_an_unknown_indicator_territory_or_category_is_a_warning_on_the_page(write, pays):
    write("Reste lisible.", "vacancy_rat_pct = 1", "population@nulle-part-ici = 2",
          "population[Rien] = 3", "moran_index = 4")  # fmt: skip
    html = comments.block(pays, "essentiel").html
    assert "Vouliez-vous dire «\u00a0vacancy_rate_pct\u00a0»" in html
    assert "Territoire cité inconnu" in html
    assert "Chiffre cité inconnu" in html
    assert "impossible à suivre" in html
    assert "Reste lisible." in html


def test_a_comment_that_cites_a_hidden_figure_is_not_shown_to_that_audience(write, pays):
    values = pays.observatory.values
    # A commune is outside what is protected together: such a figure of it is hidden outright.
    hidden = values(["commune-62767"], ["takeover_share_pct"]).iloc[-1]
    assert hidden["status"] == "s"
    write("Il y en a 77.", "takeover_share_pct@commune-62767 = 77 %")
    html = comments.block(pays, "essentiel").html
    assert "77" not in html
    assert "secret statistique" in html


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"sans en-t\xeate", "UTF-8"),
        (b"Sans en-tete", "en-tête entre deux lignes"),
        (b"---\nauthor: [\n---\nx", "YAML"),
        (b"---\nauthor: A\ndate: 2026-10-12\n---\nx", "« quarter »"),
        (b"---\nauthor: A\ndate: hier\nquarter: 2026Q3\n---\nx", "AAAA-MM-JJ"),
        (b"---\nauthor: A\ndate: 2026-10-12\nquarter: 2026Q9\n---\nx", "2026Q3"),
        (b"---\nauthor: A\ndate: 2026-10-12\nquarter: 2026Q3\nauteur: B\n---\nx", "inconnue"),
        (b"---\nauthor: A\ndate: 2026-10-12\nquarter: 2026Q3\ncites: [rien]\n---\nx", "citation"),
        (b"---\nauthor: A\ndate: 2026-10-12\nquarter: 2026Q3\ncites: [[1]]\n---\nx", "citation"),
        (b"x" * 30_000, "trop long"),
    ],
)
def test_an_unreadable_file_is_told_and_stops_nothing(write, pays, content, why):
    write("x").write_bytes(content)
    html = comments.block(pays, "essentiel").html.replace("\u00a0", " ")
    assert "n’a pas été lu" in html
    assert why in html
    assert "comments/pays-ternois/essentiel.md" in html


def test_a_folder_in_the_place_of_a_file_is_told(write, pays):
    path = write("x")
    path.unlink()
    path.mkdir()
    assert "ne s’ouvre pas" in comments.block(pays, "essentiel").html


def test_a_file_that_no_section_shows_is_named_on_the_page(write, pays):
    write("x")
    assert comments.left_over(pays) is None
    write("x", section="essentiell")
    assert "essentiell.md" in comments.left_over(pays).html


def test_an_unknown_section_is_refused_with_the_known_ones():
    with pytest.raises(ReportError, match="essentiel"):
        reading.comment("pays-ternois", "../secret")
