import ctypes
import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from display_samples import row
from display_samples import table as published

from ternois_analysis.display.block import Block
from ternois_analysis.errors import ReportError
from ternois_analysis.publish import pdf, typst_content, typst_prose, typst_rows, typst_tables
from ternois_analysis.publish.reading import Chapter, Prose, Report
from ternois_analysis.publish.record import PageRecord, RunRecord

pdfium = pytest.importorskip("pypdfium2", reason="reads PDF files back: pip install -e .[dev]")

#: Every character that commands something in Typst markup, and some words that would.
COMMANDS = r"#panic(1) $x$ @y *gras* _it_ <label> [a] \b `c` = d // e ~ f -- « g » 'h' \"i\" {j}"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="672" height="300" viewBox="0 0 504 225" '
    "font-family=\"'DejaVu Sans', Verdana, sans-serif\"><title>t</title>"
    '<rect width="504" height="225" fill="#DDDDDD"/>'
    '<text x="20" y="40" style="font-size: 9px">Légende de l’axe 1 234</text></svg>'
)
RUN = RunRecord(
    quarter="2026Q3", audience="partners", territory="cc-b", label="CC de la Basse-Rive",
    provisional=False, started="2026-10-21T10:00:00+02:00", ended="2026-10-21T10:05:00+02:00",
    commit="abc1234", python="3.11", platform="x", packages={}, pages=(),
    sources=({"source": "recensement", "title": "Comptes inventés", "producer": "Insee",
              "millesime": "2021", "sha256": "ab" * 32},),
)  # fmt: skip


def block(kind="table", title="Un titre", **changes):
    return Block(kind, title, **changes)


def cells(rows, columns):
    return pd.DataFrame(rows, columns=columns)


def report(*parts, title="Portrait", run=RUN):
    return Report(run, (Chapter("01_portrait", title, parts),))


def opened(content):
    return pdfium.PdfDocument(content)


def texts(content):
    """Text of each page; blanks of every kind folded, words cut at a line's end made whole."""
    pages = []
    for page in opened(content):
        text = page.get_textpage().get_text_range()
        text = re.sub("[\ufffe\u0002\u00ad]\\s*", "", text)
        pages.append(" ".join(text.split()))
    return pages


def text(content):
    return " ".join(texts(content))


def folded(words):
    return " ".join(words.split())


def elements(content):
    """Type and alternative text of each structure element, page by page, in reading order."""
    raw, found = pdfium.raw, []

    def told(getter, element):
        size = getter(element, None, 0)
        buffer = ctypes.create_string_buffer(size)
        getter(element, buffer, size)
        return buffer.raw.decode("utf-16-le").rstrip("\0")

    def walk(element):
        found.append(
            (
                told(raw.FPDF_StructElement_GetType, element),
                told(raw.FPDF_StructElement_GetAltText, element),
            )
        )
        for rank in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, rank)
            if child:
                walk(child)

    for page in opened(content):
        tree = raw.FPDF_StructTree_GetForPage(page)
        for rank in range(raw.FPDF_StructTree_CountChildren(tree)):
            walk(raw.FPDF_StructTree_GetChildAtIndex(tree, rank))
        raw.FPDF_StructTree_Close(tree)
    return found


VALUES = published(
    [
        row("cc-b", "CC de la Basse-Rive", 37150.0, source="recensement"),
        row("cc-c", "CC du Coteau", None, status="s", source="recensement"),
    ]
)
TABLE = cells(
    [["Habitants\n2021", "37\u202f150\n[36\u202f900\u202f; 37\u202f400]", "s"],
     ["Évolution (%)\n2015-2021", "−0,6", "n.d."]],
    ["Indicateur", "CC de la Basse-Rive", "CC du Coteau"],
)  # fmt: skip
FACTS = block(
    title="Une CC de 37\u202f150 habitants",
    subtitle="Population municipale, 2021",
    table=TABLE,
    reading="Lecture\u00a0: en 2021, 37\u202f150 personnes y habitent.",
    champ="population municipale",
    source="Insee 2021",
    note="s\u202f: couvert par le secret statistique.",
    values=VALUES,
)
MAP = block(
    "map",
    "Une carte",
    svg=SVG,
    alt="Carte\u00a0: deux territoires, médiane 12,5.",
    table=cells([["Anvin", "12,5\u00a0%"], ["Eps", "s"]], ["Territoire", "Taux (%)"]),
    source="Insee 2021",
    values=VALUES.assign(synthetic=True),
)


def test_all_that_blocks_print_is_read_back_as_it_is_written():
    made = report(Prose("## Les chiffres\n\nVoici **37\u202f150** habitants."), FACTS, MAP)
    for content in (pdf.whole(made), pdf.single(made)):
        read = text(content)
        for part in (FACTS, MAP):
            for words in (part.title, part.subtitle, part.champ, part.source, part.note):
                assert folded(words) in read
            for words in [*part.table.columns, *part.table.to_numpy().ravel()]:
                assert all(folded(line) in read for line in words.split("\n"))
        assert folded("Lecture : en 2021, 37\u202f150 personnes y habitent.") in read
        assert "Légende de l’axe 1 234" in read
        assert "Insee, Comptes inventés, millésime 2021" in read


def test_no_break_spaces_stay_in_the_file():
    page = opened(pdf.single(report(FACTS)))[0]
    assert "37\u202f150" in page.get_textpage().get_text_range()


def test_what_a_block_hides_is_in_no_part_of_the_file():
    hidden = VALUES.assign(note="98765", n=[98765.0, 98765.0], low=98765.0)
    secret = replace(FACTS, values=hidden, note="")
    content = pdf.single(report(secret, replace(MAP, values=hidden)))
    assert "98765" not in text(content)
    assert "98\u202f765" not in text(content)
    made = json.dumps(typst_content.chapters(report(secret), whole=True), ensure_ascii=False)
    assert "98765" not in made


def test_file_says_that_it_is_tagged_pdf_ua():
    content = pdf.whole(report(Prose("## A"), FACTS, MAP))
    assert pdfium.raw.FPDFCatalog_IsTagged(opened(content))
    assert re.search(rb"pdfuaid:part[>=\"]+1", content)
    letters = (pdfium.raw.FPDF_WCHAR * 12)()
    pdfium.raw.FPDFCatalog_GetLanguage(opened(content), letters, 24)
    assert bytes(letters).decode("utf-16-le").rstrip("\0") == "fr-FR"


def test_figures_have_their_alternative_text_and_tables_their_heads():
    found = elements(pdf.single(report(Prose("## A"), FACTS, MAP)))
    assert ("Figure", MAP.alt) in found
    names = [name for name, _ in found]
    assert names.count("Table") == 2
    assert names.count("TH") == 3 + 2
    assert names.count("TD") == 2 * 3 + 2 * 2


def test_a_figure_without_alternative_text_takes_its_title():
    assert ("Figure", "Une carte") in elements(pdf.single(report(replace(MAP, alt=""))))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        # A block before any section, one in it, a section too deep, a block after it.
        (
            [MAP, MAP, Prose("## B\n\n#### C"), FACTS, Prose("## D")],
            ["H1", "H2", "H2", "H2", "H3", "H3", "H2"],
        ),
        ([Prose("### A\n\n### B"), FACTS], ["H1", "H2", "H3", "H3"]),
    ],
)
def test_no_level_of_heading_is_skipped(parts, expected):
    names = [name for name, _ in elements(pdf.single(report(*parts))) if re.match(r"H\d", name)]
    assert names[: len(expected)] == expected


def test_equal_reports_give_equal_bytes():
    assert pdf.whole(report(FACTS, MAP)) == pdf.whole(report(FACTS, MAP))
    assert pdf.whole(report(FACTS)) != pdf.whole(report(replace(FACTS, note="x")))


def test_date_of_the_file_is_that_of_the_run():
    told = opened(pdf.single(report(FACTS))).get_metadata_dict()
    assert told["CreationDate"] == "D:20261021080500Z"
    assert told["Title"] == "Portrait – CC de la Basse-Rive – T3\u00a02026"


def test_writing_gives_one_file_a_territory_and_one_a_page(tmp_path):
    two = Report(RUN, (*report(FACTS).chapters, Chapter("02_habitat", "Habitat", (MAP,))))
    paths = pdf.write(two, tmp_path)
    assert [path.name for path in paths] == ["rapport.pdf", "01_portrait.pdf", "02_habitat.pdf"]
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    whole, first, second = (text(path.read_bytes()) for path in paths)
    assert "Une carte" in whole
    assert FACTS.subtitle in whole
    assert FACTS.subtitle in first
    assert "Une carte" not in first
    assert "Une carte" in second
    assert FACTS.subtitle not in second


def test_a_figure_that_cannot_be_drawn_leaves_no_file(tmp_path):
    broken = replace(MAP, svg='<svg width="10" height="10"><g></svg>')
    with pytest.raises(ReportError, match=r"« CC de la Basse-Rive » cannot be made.*SVG"):
        pdf.write(report(broken), tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_section_that_ends_every_page_is_a_bookmark_and_no_line_of_the_contents():
    parts = (Prose("## La population\n\nA."), Prose("## Définitions et sources\n\nB."))
    content = pdf.whole(report(*parts))
    contents = texts(content)[1]
    assert "La population" in contents
    assert "Définitions et sources" not in contents
    marks = [mark.get_title() for mark in opened(content).get_toc()]
    assert "Définitions et sources" in marks


def test_a_report_without_page_is_refused(tmp_path):
    with pytest.raises(ReportError, match="has no page"):
        pdf.write(Report(RUN, ()), tmp_path)


def test_marks_stand_on_every_page():
    run = replace(RUN, provisional=True, audience="internal")
    long = replace(MAP, table=cells([[f"C{n}", "1"] for n in range(400)], ["Territoire", "Taux"]))
    pages = texts(pdf.whole(report(Prose("## A"), FACTS, long, run=run)))
    assert len(pages) >= 6
    for page in pages:
        assert "provisoire" in page
        assert "données de démonstration" in page
        assert "usage interne" in page


def test_no_mark_is_printed_without_its_reason():
    read = text(pdf.whole(report(FACTS)))
    assert not re.search("provisoire|démonstration|usage interne", read)


def test_faults_of_a_forced_run_and_pages_kept_or_absent_are_told():
    def told(name, title, **changes):
        return PageRecord(name, title, "failed", "", "", 1.0, "fast", **changes)

    pages = (
        told("01_portrait", "Portrait", faults=("Le total ne se retrouve pas.",),
             kept="2026-07-01T10:00:00+02:00"),
        told("02_habitat", "Habitat"),
    )  # fmt: skip
    read = text(pdf.whole(report(FACTS, run=replace(RUN, pages=pages))))
    assert "Avertissement" in read
    assert "Le total ne se retrouve pas." in read
    assert "Page du 1er juillet 2026" in read
    assert "Pages absentes de ce rapport : Habitat." in read


def test_characters_that_command_typst_are_printed_as_they_are():
    special = block(
        title=COMMANDS, subtitle=COMMANDS, note=COMMANDS, source=COMMANDS, champ=COMMANDS,
        table=cells([[COMMANDS, "1"]], ["A", COMMANDS]),
    )  # fmt: skip
    run = replace(RUN, label=COMMANDS)
    read = text(pdf.whole(report(special, replace(MAP, title=COMMANDS), title=COMMANDS, run=run)))
    assert read.replace(" ", "").count(COMMANDS.replace(" ", "")) >= 9


def test_a_missing_font_is_said_with_its_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "font_folder", lambda: tmp_path / "none")
    with pytest.raises(ReportError, match=r"Fonts are missing in .*none.*without DejaVu Sans"):
        pdf.single(report(FACTS))


def test_only_the_fonts_of_the_figures_are_in_the_file():
    content = pdf.whole(report(Prose("## A\n\n`code`"), FACTS, MAP))
    found = set()
    for page in opened(content):
        for item in page.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_TEXT], max_depth=9):
            found.add(item.get_font().get_base_name().split("+")[-1])
    assert found
    assert all(name.startswith("DejaVu") for name in found)


def boxes(page):
    whole = page.get_textpage()
    return [whole.get_charbox(rank) for rank in range(whole.count_chars())]


@pytest.mark.parametrize("columns", [8, 12, 30])
def test_a_wide_table_stays_within_the_margins(columns):
    heads = ["Indicateur", *(f"CC de la Région n° {n} (périmètre 2012)" for n in range(1, columns))]
    line = ["Évolution annuelle moyenne (% par an)"]
    line += [f"{n}\u202f234,5\n[{n}\u202f000,1\u202f; {n}\u202f999,9]" for n in range(1, columns)]
    content = pdf.single(report(block(table=cells([line, line], heads))))
    for page in opened(content):
        width, height = page.get_size()
        for left, bottom, right, top in boxes(page):
            assert left >= 45
            assert right <= width - 45
            assert bottom >= 20
            assert top <= height - 20
    read = text(content)
    assert all(f"[{n} 000,1 ; {n} 999,9]" in read for n in range(1, columns))


def test_a_table_of_large_numbers_is_parted_before_it_overflows():
    number = "123\u202f456\u202f789\u202f012\u202f345,6"
    # Eight points high a number is some 90 wide: seven do not fit on the 504 of a page, four do.
    parts = typst_tables.laid(cells([["A", *[number] * 7]], list("ABCDEFGH")))
    assert sorted(len(part["heads"]) for part in parts) == [4, 5]


def test_a_long_word_is_cut_and_stays_in_its_column():
    table = cells(
        [["anticonstitutionnellement" * 2] * 8], [f"Intercommunalisation{n}" for n in range(8)]
    )
    for part in typst_tables.laid(table):
        assert sum(part["widths"]) <= typst_tables.PAGE + 0.1


def test_a_table_has_at_most_eight_columns_and_names_its_rows_in_each_part():
    table = cells([list("abcdefghijkl")], list("ABCDEFGHIJKL"))
    parts = typst_tables.laid(table)
    assert [part["heads"] for part in parts] == [list("ABCDEFG"), list("AHIJKL")]
    assert [part["rows"][0][0][0][0] for part in parts] == ["a", "a"]


def test_long_narrow_tables_stand_side_by_side_and_lose_no_row():
    table = cells([[f"Commune {n}", str(n)] for n in range(103)], ["Territoire", "Nombre"])
    [part] = typst_tables.laid(table, 7.0, long=True)
    assert part["abreast"] == 3
    assert [row[0][0] for group in part["rows"] for row in group] == list(table["Territoire"])


def test_columns_of_numbers_and_of_their_signs_are_told_from_words():
    table = cells(
        [["a", "+\u202f0,4", "s", "2 sur 3 contrôles qui sont tous réussis", "[1\u202f; 2]"],
         ["b", "−1", "n.d.", "12", ""]],
        list("ABCDE"),
    )  # fmt: skip
    assert typst_tables.laid(table)[0]["numbers"] == [False, True, True, False, False]


def lines(content):
    """Each letter of a file with the page and height that it stands at."""
    return [
        (rank, letter, round(box[1], 2))
        for rank, page in enumerate(opened(content))
        for letter, box in zip(page.get_textpage().get_text_range(), boxes(page), strict=False)
    ]


@pytest.mark.parametrize("count", [4, 300])
def test_rows_of_known_height_stand_where_typst_would_put_them(monkeypatch, count):
    some = [["Saint-Pol-sur-Ternoise", "12,5\n[9,6\u202f; 15,0]", "ẞ"], ["–", "s", ""],
            ["Une raison dite en tant de mots qu’elle prend deux lignes " * 2, "1\u202f234", "▲"],
            ["", "3,4", "n.d."]]  # fmt: skip
    table = cells((some * count)[:count], ["Territoire", "Taux (%)", "Sens"])
    made = report(block(table=table), replace(MAP, table=table))
    heights = [part["heights"][0][:4] for part in typst_tables.laid(table)]
    told = lines(pdf.single(made))
    # 6 for the blanks, then 1556 / 2048 of the 8 points of a line; ẞ is not surely in the font.
    assert heights[0] == [
        0.0,
        pytest.approx(12.078, abs=0.001),
        0.0,
        pytest.approx(12.078, abs=0.001),
    ]
    monkeypatch.setattr(typst_rows, "height", lambda *_: 0.0)
    for known in (typst_content._tables, typst_content._content):
        known.cache_clear()
    assert lines(pdf.single(made)) == told
    typst_content._tables.cache_clear()


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # Ten digits are 6.36 wide at size 1, 50.9 at size 8: with 6.4 of blanks they need 57.3.
        ([["1234567890", ""]], [0.0, 12.08]),
        # Words must leave 2 % of the room, for letters that kerning pulls apart.
        ([["aaaaaaaaaa", ""]], [0.0, 0.0]),
        ([["", ""]], [0.0, 0.0]),
        ([["", "2021"]], [0.0, 0.0]),
        ([["12", "2021"]], [21.55, 21.55]),
        ([["\u4e2d", ""]], [0.0, 0.0]),
    ],
)
def test_only_rows_that_surely_fit_have_a_known_height(row, expected):
    # Ten times the letter a is 6.13 wide at size 1, 49.0 at size 8, 55.4 with its blanks.
    narrow, wide = (56.0, 58.0) if row[0][0].isdigit() else (55.0, 55.9)
    found = [typst_rows.height(row, [width], 8.0) for width in (narrow, wide)]
    assert found == [pytest.approx(height, abs=0.01) for height in expected]


def test_pages_are_the_same_alone_or_after_the_whole(tmp_path):
    two = Report(RUN, (*report(FACTS).chapters, Chapter("02_habitat", "Habitat", (MAP,))))
    _, *pages = pdf.write(two, tmp_path)
    for path, chapter in zip(pages, two.chapters, strict=True):
        assert path.read_bytes() == pdf.single(Report(RUN, (chapter,)))


def test_a_table_that_came_before_is_referred_to_and_not_printed_again():
    some = replace(FACTS, table=TABLE.iloc[:1])
    chapters = (Chapter("01", "Un", (FACTS,)), Chapter("02", "Deux", (some,)))
    read = text(pdf.whole(Report(RUN, chapters)))
    assert read.count("36 900") == 1
    assert "Tableau déjà imprimé : voir page 3" in read


def test_a_table_with_another_figure_is_printed():
    other = replace(FACTS, table=TABLE.replace("−0,6", "−0,7"))
    read = text(pdf.whole(report(FACTS, other)))
    assert "−0,6" in read
    assert "−0,7" in read


def test_data_of_a_figure_stand_in_a_larger_table_were_it_a_later_one():
    names = [f"Commune {rank}" for rank in range(12)]
    wide = pd.DataFrame({"Territoire": names, "Population": [f"{70 + rank}" for rank in range(12)],
                         "Logements": [f"{900 + rank}" for rank in range(12)]})  # fmt: skip
    narrow = replace(MAP, table=wide[["Territoire", "Logements"]])
    read = text(pdf.whole(report(narrow, replace(MAP, title="Deux", table=wide))))
    assert read.count("Commune 3 ") == read.count("903") == 1
    assert "Commune 3 73 903" in read
    # Both figures say where.
    assert read.count("Données : page 4") == 2


def test_few_rows_lead_to_the_table_that_is_printed_for_those_that_hold_them():
    names = [f"Commune {rank}" for rank in range(12)]
    wide = pd.DataFrame({"Territoire": names, "Population": ["70"] * 12, "Logements": ["90"] * 12})
    some = wide[["Territoire", "Logements"]]
    figures = [replace(MAP, title=f"Figure {rank}", table=table)
               for rank, table in enumerate((some, some[:3], wide))]  # fmt: skip
    read = text(pdf.whole(report(*figures)))
    assert read.count("Commune 1 ") == 1
    assert read.count("Données : page ") == 3


@pytest.mark.parametrize("other", ["a value", "a name", "few rows"])
def test_data_that_no_other_table_shows_are_printed(other):
    names = [f"Commune {rank}" for rank in range(12)]
    wide = pd.DataFrame({"Territoire": names, "Population": ["70"] * 12, "Logements": ["90"] * 12})
    narrow = wide[["Territoire", "Logements"]]
    if other == "a value":
        narrow = narrow.replace({"Logements": {"90": "91"}})
    elif other == "a name":
        narrow = narrow.replace({"Territoire": {"Commune 3": "Autre"}})
    else:
        narrow = narrow.iloc[:3]
    read = text(pdf.whole(report(replace(MAP, table=narrow), replace(MAP, table=wide))))
    assert read.count("Commune 1 ") == 2


def test_an_interactive_map_says_where_it_is():
    live = '<iframe srcdoc="<script>alert(1)</script>"></iframe>'
    still = text(pdf.single(report(replace(MAP, kind="atlas", html=live))))
    assert "à explorer dans la page 01_portrait.html ; en voici une vue." in still
    alone = text(pdf.single(report(block("atlas", "Une carte", html=live))))
    assert "à explorer dans la page 01_portrait.html." in alone
    assert "alert" not in still + alone


def test_an_svg_without_size_is_as_wide_as_the_page():
    svg = SVG.replace('width="672" height="300" ', "", 1)
    assert "Figure" in [name for name, _ in elements(pdf.single(report(replace(MAP, svg=svg))))]


def test_markdown_keeps_its_structure_and_obeys_no_html():
    nodes = typst_prose.markdown(
        "## *T*\n\n- a\n- b\n\n> # q\n\n<script>x</script> [l](https://a.fr) [m](b.html)"
    )
    assert [node["kind"] for node in nodes] == ["heading", "list", "quote", "par"]
    assert nodes[2]["body"][0]["body"][0] == {"kind": "strong", "body": ["q"]}
    assert typst_prose.plain(nodes[3]["body"]) == "<script>x</script> l m"
    assert [n["url"] for n in nodes[3]["body"] if isinstance(n, dict)] == ["https://a.fr"]


def test_html_of_text_blocks_keeps_lists_and_bold_and_drops_scripts():
    nodes = typst_prose.html(
        "<p>a <b>b</b></p><script>x()</script><ul><li>c &lt;\n d</li><li>e</ul>"
    )
    assert nodes == [
        {"kind": "par", "body": ["a ", {"kind": "strong", "body": ["b"]}]},
        {"kind": "list", "ordered": False,
         "items": [[{"kind": "par", "body": ["c < d"]}], [{"kind": "par", "body": ["e"]}]]},
    ]  # fmt: skip


def test_a_process_forked_after_typst_has_started_is_refused_and_not_left_waiting(monkeypatch):
    monkeypatch.setattr(pdf, "_starter", lambda: -1)
    with pytest.raises(ReportError, match="had started"):
        pdf.single(report(FACTS))
