import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pytest
from lxml import etree
from pptx import Presentation
from pptx.util import Pt
from publish_samples import (
    BARS,
    CRAFT,
    LINES,
    PARTS,
    PORTRAIT,
    SECRET,
    block,
    page,
    report,
    text,
    values,
)

from ternois_analysis import catalog
from ternois_analysis.display.block import Block
from ternois_analysis.display.published import shown
from ternois_analysis.errors import ReportError
from ternois_analysis.publish import (
    formats,
    lettering,
    opendata,
    plot,
    slide_charts,
    slide_figures,
    slide_tables,
    slide_template,
    slide_text,
    slides,
    topics,
)
from ternois_analysis.publish.reading import Chapter, Prose
from ternois_analysis.publish.slide_text import Box, Paragraph


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    """No template but what a test names."""
    monkeypatch.setattr(slide_template, "chosen", lambda: None)


def opened(*chapters, template=None, **changes):
    return Presentation(io.BytesIO(slides.made(report(*chapters, **changes), template)))


def charts(deck):
    return [s.chart for slide in deck.slides for s in slide.shapes if s.has_chart]


def texts(slide):
    found = [s.text_frame.text for s in slide.shapes if s.has_text_frame]
    found += [c.text for s in slide.shapes if s.has_table for c in s.table.iter_cells()]
    return "\n".join(found)


def everything(content):
    """All texts of all parts of a file, workbooks within included."""
    found = []
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                found.append(parts.read(name).decode())
            elif name.endswith(".xlsx"):
                found.append(everything(parts.read(name)))
    return "\n".join(found)


def test_there_are_eight_slides_each_with_a_title_and_notes():
    deck = opened()
    assert len(deck.slides) == 8
    assert [s.shapes.title.text for s in deck.slides][1:4] == [
        "Les feux tricolores", "La carte", "Côte à côte",
    ]  # fmt: skip
    assert deck.slides[0].shapes.title.text == "CC de l’Aire, T3\u00a02026\u00a0: l’essentiel"
    assert all(s.has_notes_slide for s in deck.slides)


def test_every_number_of_every_chart_is_a_published_value():
    deck = opened()
    known = set(shown(report().values)["value"])
    drawn = [n for c in charts(deck) for s in c.plots[0].series for n in s.values if n is not None]
    assert len(drawn) > 8
    assert set(drawn) <= known


def test_chart_of_a_table_side_by_side_has_the_values_in_their_order():
    population, vacancy = charts(opened())[:2]
    assert list(population.plots[0].series[0].values) == [4844.0, 6107.0, 14650.0]
    assert list(vacancy.plots[0].series[0].values) == [8.25, None, 9.5]
    assert list(vacancy.plots[0].categories)[:2] == ["CC de l’Aire", "CC du Zeste\u00a0: s"]


def test_workbook_of_a_chart_says_what_its_xml_says_and_no_formula():
    deck = opened()
    for chart in charts(deck):
        book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        rows = list(book.active.iter_rows(values_only=True))
        assert [row[0] for row in rows[1:]] == list(chart.plots[0].categories)
        for rank, series in enumerate(chart.plots[0].series, start=1):
            assert [row[rank] for row in rows[1:]] == list(series.values)
        assert all(cell.data_type != "f" for line in book.active.iter_rows() for cell in line)


def test_a_whole_with_a_hidden_part_has_no_bar_at_all():
    [found] = plot.plots(block(used=PARTS))
    assert found.kind == "stacked"
    assert [line.numbers for line in found.series] == [
        (30.0, None, 20.0), (50.0, None, 55.0), (20.0, None, 25.0),
    ]  # fmt: skip
    assert {line.signs for line in found.series} == {("", "s", "")}


def test_a_value_that_is_not_shown_breaks_its_line_and_is_told():
    [found] = plot.plots(block(used=LINES))
    assert found.kind == "lines"
    assert found.categories == ("2016", "2021")
    assert found.series[1].numbers == (8.0, None)
    assert found.hidden == ("CC du Zeste (périmètre 2012), 2021\u00a0: s",)


def test_intervals_of_the_only_territory_are_lines_of_their_own():
    rows = LINES[LINES["territory"] == "cc-a"].assign(low=[9.0, 7.0], high=[11.0, 9.0])
    [found] = plot.plots(block(used=rows))
    assert [(line.numbers, line.bound) for line in found.series] == [
        ((10.5, 8.25), None), ((9.0, 7.0), 0), ((11.0, 9.0), 0),
    ]  # fmt: skip


def test_a_value_without_a_period_has_no_place_in_time():
    unknown = LINES[:1].assign(period="", status="n.d.", value=float("nan"))
    [found] = plot.plots(block(used=pd.concat([unknown, LINES], ignore_index=True)))
    assert found.categories == ("2016", "2021")


def test_periods_at_unequal_distance_make_no_axis_of_names():
    rows = pd.concat([LINES, LINES[:3].assign(period="2019")], ignore_index=True)
    assert plot.plots(block(used=rows)) == []


def test_hidden_numbers_are_in_no_part_of_the_file():
    leaking = BARS.copy()
    leaking.loc[leaking["status"] == "s", ["value", "low", "high", "n"]] = SECRET
    chapter = Chapter("03_artisanat", "L’artisanat", (Prose("## Les métiers"), block(used=leaking)))
    assert "424242" not in everything(slides.made(report(PORTRAIT, chapter)))


def test_same_report_gives_the_same_bytes():
    made = slides.made(report())
    assert made == slides.made(report())
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_ids_are_unique_and_no_placeholder_is_empty():
    deck = opened()
    for slide in deck.slides:
        ids = slide.shapes._spTree.xpath(".//p:cNvPr/@id")
        assert len(ids) == len(set(ids))
        assert all(s.text_frame.text.strip() for s in slide.placeholders if s.has_text_frame)


def test_parts_of_charts_follow_the_order_of_the_schema():
    order = ["date1904", "lang", "roundedCorners"]
    for chart in charts(opened()):
        first = [etree.QName(child).localname for child in chart._chartSpace][:3]
        assert first == [name for name in order if name in first]


def test_pictures_charts_and_tables_have_a_text_in_their_place():
    deck = opened()
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table or shape.shape_type == 13:
                assert shape._element.xpath(".//p:cNvPr/@descr")[0]


def test_notes_carry_reading_source_and_page():
    notes = opened().slides[4].notes_slide.notes_text_frame.text
    assert "Lecture\u00a0: un essai." in notes
    assert "Source\u00a0: Insee 2021" in notes
    assert "Page du rapport\u00a0: L’artisanat." in notes


def test_marks_stand_on_every_slide():
    invented = Chapter("03_artisanat", "L’artisanat", (block(used=BARS.assign(synthetic=True)),))
    deck = opened(PORTRAIT, invented, audience="internal")
    for slide in deck.slides:
        for mark in ("provisoire", "données de démonstration", "usage interne"):
            assert mark in texts(slide)


def test_a_slide_without_data_says_why():
    deck = opened(PORTRAIT, pages=(page("13_perspectives", "Perspectives", "failed"),))
    assert "la page « Perspectives » n’a pas été établie" in texts(deck.slides[6]).replace(
        "\u00a0", " "
    )
    assert "n’a pas été demandée" in texts(deck.slides[5])


def test_faults_of_a_forced_run_are_told_on_the_last_slide():
    forced = page("01_portrait", "Portrait", faults=("un total ne tombe pas juste",))
    assert "un total ne tombe pas juste" in texts(opened(pages=(forced,)).slides[7])


def test_page_of_the_bureau_comes_before_all_others():
    bureau = Chapter(
        "14_bureau", "Le bureau",
        (Prose("## L’essentiel"), text("Messages", "Premier.", "Deuxième."),
         Prose("## Les points à décider"), text("À décider", "Faut-il continuer ?")),
    )  # fmt: skip
    deck = opened(PORTRAIT, CRAFT, bureau)
    assert "Premier." in texts(deck.slides[0])
    assert "Une phrase qui compte." not in texts(deck.slides[0])
    assert "Faut-il continuer" in texts(deck.slides[7])


def test_first_sentences_of_pages_come_in_turn_and_unknown_ones_last():
    lists = [["a : non publiable ou non disponible ici.", "b"], ["c"]]
    assert slides._in_turn(lists) == ["c", "b", "a : non publiable ou non disponible ici."]


def test_hostile_words_of_a_report_stay_words():
    hostile = text("<a:t>&", "&lt;b&gt; ]]&gt; {x} =1+1")
    chapter = Chapter("01_portrait", "P", (Prose("## L’essentiel"), hostile))
    assert "<b> ]]> {x} =1+1" in texts(opened(chapter).slides[0])


def template(tmp_path, change=lambda deck: None):
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(960), Pt(540)
    change(deck)
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Exemple à jeter"
    path = tmp_path / "pays.pptx"
    deck.save(path)
    return path


def test_a_template_gives_its_layout_and_loses_its_examples(tmp_path):
    deck = opened(template=template(tmp_path))
    assert len(deck.slides) == 8
    assert {slide.slide_layout.name for slide in deck.slides} == {"Title Only"}
    assert not any("Exemple" in texts(slide) for slide in deck.slides)


def test_a_template_without_the_layout_is_refused_and_nothing_is_lost(tmp_path):
    def without_layout(deck):
        for layout in list(deck.slide_layouts)[5:7]:
            deck.slide_layouts.remove(layout)

    path = template(tmp_path, without_layout)
    (tmp_path / slides.NAME).write_bytes(b"before")
    with pytest.raises(ReportError, match=r"pays\.pptx.*a layout with a title.*Titre seul"):
        slides.write(report(), tmp_path, path)
    assert (tmp_path / slides.NAME).read_bytes() == b"before"
    assert sorted(p.name for p in tmp_path.iterdir()) == [slides.NAME, "pays.pptx"]


@pytest.mark.parametrize("content", [None, b"", b"not a file", b"PK\x03\x04broken"])
def test_a_template_that_is_no_presentation_is_refused(tmp_path, content):
    path = tmp_path / "pays.pptx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReportError, match=r"saved as \.pptx"):
        slides.made(report(), path)


def test_a_workbook_renamed_to_a_template_is_refused(tmp_path):
    path = tmp_path / "pays.pptx"
    openpyxl.Workbook().save(path)
    with pytest.raises(ReportError, match=r"saved as \.pptx"):
        slides.made(report(), path)


def test_a_report_without_page_is_refused(tmp_path):
    empty = report()
    with pytest.raises(ReportError, match="at least one page"):
        slides.write(type(empty)(empty.run, ()), tmp_path)
    assert not list(tmp_path.iterdir())


def test_text_is_set_in_the_largest_size_that_fits():
    said = [Paragraph("mot " * 60)]
    wide = slide_text.fitted(said, Box(0, 0, 800, 200), 20, 9)
    narrow = slide_text.fitted(said, Box(0, 0, 300, 120), 20, 9)
    assert wide.size == 20
    assert 9 <= narrow.size < 20
    assert narrow.height <= 120


def test_what_does_not_fit_in_the_smallest_size_is_left_out_whole():
    said = [Paragraph("mot " * 100), Paragraph("mot " * 100)]
    assert slide_text.fitted(said, Box(0, 0, 300, 110), 12, 9).count == 1


def test_lines_are_counted_at_spaces_hyphens_and_breaks():
    room = lettering.width("aaaa")
    assert lettering.lines("aaaa aaaa", room) == 2
    assert lettering.lines("aaaa\u00a0aaaa", 2.2 * room) == 1
    assert lettering.lines("aa-aaaa", room) == 2
    assert lettering.lines("a\na", room) == 2
    assert lettering.lines("a" * 12, room) == 3


def test_a_long_table_keeps_the_rows_that_fit_and_stays_in_its_box():
    table = pd.DataFrame({"Nom": [f"Métier n° {n}" for n in range(60)], "Nombre": ["12"] * 60})
    box = Box(0, 0, 400, 300)
    how = slide_tables.laid(table, box)
    assert 10 < how.rows < 60
    assert how.height <= box.height
    assert sum(how.widths) == pytest.approx(400)
    assert slide_tables.laid(table.head(3), box).rows == 3


def test_intervals_stay_on_one_line_and_heads_take_no_more_than_three():
    interval = "[20,8\u202f; 39,8]"
    table = pd.DataFrame(
        {"Groupe de métiers": ["Blanchisserie, teinturerie, soins à la personne", *["Autres"] * 9],
         "55 ans ou plus (%)": "29,4", "Intervalle": interval, "Sans repreneur probable": "17"}
    )  # fmt: skip
    how = slide_tables.laid(table, Box(0, 0, 400, 200))
    rooms = [(width - 10) / how.size for width in how.widths]
    assert lettering.lines(interval, rooms[2]) == 1
    assert max(map(lettering.lines, table.columns, rooms, [True] * 4)) <= 3


def test_rows_of_a_table_of_texts_that_a_slide_has_no_room_for_are_in_its_notes():
    gaps = pd.DataFrame({"Quoi": [f"Source {'abcdefghij'[n % 10]}{n}" for n in range(40)],
                         "Conséquence": "n.d. : taux"})  # fmt: skip
    bureau = Chapter(
        "14_bureau", "Le bureau",
        (Prose("## Points à décider et données manquantes"), text("Points", "Faut-il ?"),
         block("table", "Ce qui manque", table=gaps)),
    )  # fmt: skip
    last = opened(bureau).slides[7]
    assert "Source j39" not in texts(last)
    assert "Source j39 – n.d." in last.notes_slide.notes_text_frame.text.replace("\u00a0", " ")


def bureau(heading, *blocks):
    return Chapter("14_bureau", "Le bureau", (Prose(f"## {heading}"), *blocks))


def test_scenarios_that_have_no_room_leave_out_what_details_them():
    rows = []
    for name in ("Fil de l’eau", "Maintien", "Relance"):
        rows += [(name, "4 004", ""), *((f"– Variante {n}", "4 004", "[1 ; 2]") for n in range(9))]
    table = pd.DataFrame(rows, columns=["Scénario", "Résultat", "Bornes"])
    chapter = bureau("Les perspectives", block("table", "Trois scénarios", table=table))
    slide = opened(chapter).slides[6]
    [grid] = [shape.table for shape in slide.shapes if shape.has_table]
    cells = [[cell.text for cell in row.cells] for row in grid.rows]
    assert [row[0] for row in cells[1:]] == ["Fil de l’eau", "Maintien", "Relance"]
    assert cells[0] == ["Scénario", "Résultat"]
    assert "27 autres lignes" in texts(slide)
    few = bureau("Les perspectives", block("table", "Trois scénarios", table=table.head(4)))
    assert "Variante 2" in texts(opened(few).slides[6])


def test_a_part_too_narrow_for_its_value_has_it_in_a_smaller_type():
    shares = {"A": [10.9, 97.6, 33.3], "B": [49.1, 1.3, 33.3], "C": [40.0, 1.1, 33.4]}
    rows = [row for name, each in shares.items()
            for row in values("age_structure_pct", each, category=name)]  # fmt: skip
    chapter = bureau("Artisanat", block(used=pd.DataFrame(rows)), block(used=BARS))
    chart = charts(opened(chapter))[0]
    sizes = [
        [label.get("sz") for label in line._element.iterfind(".//{*}dLbl//{*}defRPr")]
        for line in chart.plots[0].series
    ]
    assert sizes == [["900", "1100", "1100"], ["1100", "1100"], ["1100", "1100"]]


def test_notes_give_the_values_of_a_chart_with_their_bounds_and_no_level_of_their_own():
    used = BARS.assign(low=BARS["value"] - 1, high=BARS["value"] + 1, period="2026Q3")
    notes = opened(bureau("Artisanat", block(used=used))).slides[4].notes_slide
    said = notes.notes_text_frame.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "CC de l’Aire (périmètre 2012) T3 2026 : 8,3 [7,3 ; 9,3]" in said
    assert "95 %" not in said


def test_slides_of_sentences_say_how_to_read_them_unless_a_block_does():
    slides_of = opened(
        bureau("L’essentiel", text("Messages", "Un constat.")),
    ).slides
    assert "Lecture\u00a0: chaque phrase donne" in slides_of[0].notes_slide.notes_text_frame.text
    own = block("text", "Messages", html="<p>Un.</p>", reading="Lecture\u00a0: la mienne.")
    told = opened(bureau("L’essentiel", own)).slides[0].notes_slide.notes_text_frame.text
    assert "la mienne" in told
    assert "chaque phrase" not in told


def test_shapes_stay_on_their_slide():
    deck = opened()
    for slide in deck.slides:
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= deck.slide_width + 1
            assert shape.top + shape.height <= deck.slide_height + 1


def test_sections_of_a_page_are_found_whatever_their_accents():
    own = Chapter("14_bureau", "B", (Prose("## Côte à côte"), block()))
    topic = next(t for t in topics.TOPICS if t.shape == "multiples")
    assert [f.block.title for f in topics.found(report(own), topic)] == ["Un message"]


def test_number_formats_print_french_signs():
    change = catalog.indicator("population_growth_pct_per_year")
    assert plot.number_format(change).startswith('[$-40C]"+\u202f"#,##0.0;[$-40C]−#,##0.0;')
    share = catalog.indicator("vacancy_rate_pct")
    assert plot.number_format(share, unit=True).startswith('[$-40C]#,##0.0"\u00a0%"')


def test_endings_shared_by_names_are_told_once():
    assert (
        plot.common(["CC A (périmètre 2012)", "CC B (périmètre 2012)", "Pays"]) == "périmètre 2012"
    )
    assert plot.common(["CC A (périmètre 2012)", "Pays"]) == ""


def test_an_svg_without_size_is_refused_by_name():
    broken = Chapter(
        "01_portrait", "P", (block("map", "Carte cassée", svg="<svg xmlns='x'></svg>"),)
    )
    with pytest.raises(ReportError, match="Carte cassée"):
        slides.made(report(broken))


def test_lines_of_text_blocks_are_read_without_their_markup():
    assert topics.sentences(Block("text", "T", html="<ul><li>a <b>b</b></li></ul><p>c</p>")) == [
        "a b", "c",
    ]  # fmt: skip


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_slides_and_prints_eight_pages(tmp_path):
    pdfium = pytest.importorskip("pypdfium2")
    slides.write(report(), tmp_path)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / slides.NAME],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    printed = pdfium.PdfDocument(tmp_path / "bureau.pdf")
    assert len(printed) == 8
    side = re.sub(r"\s+", " ", printed[3].get_textpage().get_text_range())
    assert "4 844" in side
    assert "CC du Zeste : s" in side


def test_names_of_stacked_bars_carry_the_sign_of_what_is_hidden():
    [found] = plot.plots(block(used=PARTS))
    assert slide_charts.names(found)[1] == "CC du Zeste\u00a0: s"


def test_of_three_blocks_the_last_two_share_the_right_half_and_none_overlaps():
    box = Box(10, 20, 800, 400)
    first, second, third = slide_figures.places([block(), block(), text("T", "Court.")], box)
    assert first.width == second.width == third.width
    assert first.left + first.width < second.left == third.left
    assert second.top + second.height < third.top
    assert third.top + third.height == pytest.approx(420)
    assert third.height < second.height


def test_table_of_what_data_lack_stands_beside_the_points_to_decide():
    bureau = Chapter(
        "14_bureau", "Le bureau",
        (Prose("## Points à décider et données manquantes"), text("Points", "Faut-il\u202f?"),
         block("table", "Ce qui manque", table=pd.DataFrame({"Source": ["RP"], "Quoi": ["âge"]}))),
    )  # fmt: skip
    last = opened(bureau).slides[7]
    assert "Faut-il" in texts(last)
    assert "Ce qui manque" in texts(last)
    assert [cell.text for s in last.shapes if s.has_table for cell in s.table.iter_cells()] == [
        "Source", "Quoi", "RP", "âge",
    ]  # fmt: skip


def comment(title):
    told = "<p>Les ateliers visités.</p><ul><li>À revoir avant Noël.</li></ul>"
    return Block("text", title, subtitle="Camille Martin, 12 octobre 2026, pour T3 2026", html=told)


def test_an_authors_comment_stands_apart_and_takes_no_place_of_a_message():
    said = text("Messages", "Un message calculé.")
    parts = (Prose("## L’essentiel"), comment("Commentaire : L’essentiel"), said)
    deck = opened(Chapter("14_bureau", "La page du bureau", parts))
    assert "Commentaire : L’essentiel (Camille Martin" in texts(deck.slides[0])
    (listed,) = [
        shape for shape in deck.slides[0].shapes
        if shape.has_text_frame and "Un message calculé." in shape.text_frame.text
    ]  # fmt: skip
    assert "Noël" not in listed.text_frame.text
    assert "Noël" in texts(deck.slides[0])


def test_the_bureaus_file_goes_with_the_bureaus_page(tmp_path):
    make = formats.FORMATS["slides"]
    assert list(make(report(PORTRAIT), tmp_path)) == []
    own = Chapter(topics.PAGE, "Pour le bureau", ())
    assert list(make(report(PORTRAIT, own), tmp_path)) == [tmp_path / slides.NAME]


def test_each_format_writes_the_files_that_are_said_to_be_its_own(tmp_path):
    shown = report(PORTRAIT, Chapter(topics.PAGE, "Pour le bureau", ()))
    assert formats.FILES.keys() == formats.FORMATS.keys()
    assert formats.FILES["opendata"] == (opendata.NAME,)
    for name in formats.FORMATS.keys() - {"opendata"}:
        own = {pattern.format(page=chapter.name)
               for pattern in formats.FILES[name] for chapter in shown.chapters}  # fmt: skip
        assert {path.name for path in formats.FORMATS[name](shown, tmp_path)} == own
