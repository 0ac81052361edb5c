"""The guide: only those who agreed are named, what expired says so, the search works offline."""

import csv
import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_consents import row, written

from ternois_analysis import paths
from ternois_analysis.catalog.guide import Statement, fiches, guide
from ternois_analysis.errors import ReportError, SchemaError
from ternois_analysis.observatory import directory as listing
from ternois_analysis.observatory import trade_cover
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.publish import guide as book
from ternois_analysis.publish import guide_booklet, guide_page, guide_text, outside, pdf
from ternois_analysis.quarters import parse
from ternois_analysis.sources import consents, register

pdfium = pytest.importorskip("pypdfium2", reason="reads PDF files back: pip install -e .[dev]")

ON = dt.date(2026, 11, 23)
FRONT = {
    "title": "Un essai", "topic": "bois", "source": "Service témoin",
    "page": "https://temoin.example/page", "valid_until": "2026-11-23",
}  # fmt: skip


def fiche(folder, text="Une phrase.", name="essai.md", more="", **changes):
    front = {key: value for key, value in (FRONT | changes).items() if value is not None}
    head = "\n".join(f'{key}: "{value}"' for key, value in front.items())
    (folder / name).write_text(f"---\n{head}\n{more}---\n\n{text}\n", encoding="utf-8")
    return folder


def pages(content):
    found = []
    for page in pdfium.PdfDocument(content):
        text = page.get_textpage().get_text_range()
        found.append(" ".join(re.sub("[\ufffe\u0002\u00ad]\\s*", "", text).split()))
    return found


def text(content):
    return " ".join(pages(content))


# --- Fiches --------------------------------------------------------------------------------------


def test_every_topic_of_the_guide_has_a_fiche_and_every_statement_a_source():
    found = fiches(paths.data() / "guide")
    assert {each.topic for each in found} == set(guide().topics)
    for each in found:
        used = {s.origin for s in each.statements if s.origin is not None}
        assert used == set(range(len(each.origins))), each.name


def test_a_statement_rests_on_the_source_it_names_else_on_that_of_the_fiche(tmp_path):
    more = (
        'more:\n  deux: {source: "Autre", page: "https://a.example", valid_until: "2027-01-01"}\n'
    )
    folder = fiche(tmp_path, "## Titre\n\nUn.\n\n- Deux\n- Trois [^deux]", more=more)
    found = fiches(folder)[0]
    assert found.statements == (
        Statement("## Titre", None), Statement("Un.", 0), Statement("- Deux\n- Trois", 1),
    )  # fmt: skip


def test_a_source_is_valid_on_its_last_day_and_expired_the_day_after(tmp_path):
    found = fiches(fiche(tmp_path))[0]
    assert found.expired(ON) == ()
    assert found.expired(ON + dt.timedelta(days=1)) == found.origins


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ("source", {"source": None}),
        ("source", {"source": " "}),
        ("valid_until", {"valid_until": "bientôt"}),
        ("page", {"page": "javascript:alert(1)"}),
        ("Did you mean 'bois'", {"topic": "boi"}),
        ("title", {"title": ""}),
        ("statement", {"text": "# Rien d’autre"}),
        ("Found: \\[\\^deux\\]", {"text": "Une phrase. [^deux]"}),
        ("one source, at its end", {"text": "Une [^un] phrase."}),
    ],
)
def test_a_fiche_that_is_not_sound_is_named_with_what_it_lacks(tmp_path, said, changes):
    fiche(tmp_path, **changes)
    with pytest.raises(SchemaError, match=said) as caught:
        fiches(tmp_path)
    assert "essai.md" in str(caught.value)


def test_all_faulty_fiches_are_named_at_once(tmp_path):
    fiche(tmp_path, name="a.md", source=None)
    (tmp_path / "b.md").write_bytes(b"---\ntitle: \xff\n---\n")
    (tmp_path / "c.md").write_text("Sans en-tête.", encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        fiches(tmp_path)
    assert [name for name in ("a.md", "b.md", "c.md") if name in str(caught.value)] == [
        "a.md", "b.md", "c.md",
    ]  # fmt: skip


def test_a_script_or_an_image_in_a_fiche_is_printed_not_obeyed():
    html = guide_text.html(
        Statement(
            "<script>alert(1)</script> ![vue](https://x.example/a.png) [lien](javascript:x)", 0
        )
    )
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_french_spaces_are_set_in_the_words_of_a_fiche():
    assert "«\u00a0mot\u00a0»\u00a0:" in guide_text.html(Statement("Un « mot » : suite", 0))


# --- Coverage ------------------------------------------------------------------------------------


def test_the_nearest_business_of_a_trade_is_worked_out_between_communes():
    # One degree of latitude is 111.195 km on a sphere of 6371.0088 km.
    where = pd.DataFrame(
        {"latitude": [50.0, 50.1, 50.3], "longitude": [2.0] * 3}, index=["a", "b", "c"]
    )
    present = pd.DataFrame(
        {"bois": [2.0, 0.0, 0.0], "toit": [0.0, 0.0, 0.0]}, index=["a", "b", "c"]
    )
    near = trade_cover.nearest(present, trade_cover.kilometres(where))
    assert near["bois"].tolist() == pytest.approx([0.0, 11.1195, 33.3585], abs=1e-3)
    assert near["toit"].isna().all()
    assert trade_cover.gaps(near, 11.2) == {"bois": ("c",), "toit": ()}


def test_an_unknown_count_makes_the_distances_of_its_trade_missing():
    where = pd.DataFrame({"latitude": [50.0, 50.1], "longitude": [2.0, 2.0]}, index=["a", "b"])
    present = pd.DataFrame({"bois": [1.0, np.nan]}, index=["a", "b"])
    assert trade_cover.nearest(present, trade_cover.kilometres(where))["bois"].isna().all()


# --- The directory -------------------------------------------------------------------------------


def test_a_business_with_one_open_and_one_closed_spell_is_not_listed():
    day = pd.Timestamp("2026-09-30")
    spells = pd.DataFrame({
        "business": ["a", "b", "c", "c", "d"], "listed": [True, False, True, False, True],
        "registered": pd.Timestamp("2015-01-01"),
        "removed": [pd.NaT, pd.NaT, pd.NaT, pd.NaT, pd.Timestamp("2020-01-01")],
    })  # fmt: skip
    assert listing.listed(spells, day) == {"a"}


def test_an_rge_runs_on_both_its_days_and_on_no_other():
    table = pd.DataFrame({
        "rge": "Toit", "rge_start": pd.to_datetime(["2026-11-23", "2026-11-24", "2025-01-01"]),
        "rge_end": pd.to_datetime(["2027-01-01", "2027-01-01", "2026-11-23"]),
    })  # fmt: skip
    assert listing.running(table, ON)["rge"].tolist() == ["Toit", "", "Toit"]
    later = listing.running(table, ON + dt.timedelta(days=1))
    assert later["rge"].tolist() == ["Toit", "Toit", ""]
    assert later["rge_end"].isna().tolist() == [False, False, True]


def businesses():
    """The rows of the invented transfer, read as it was sent."""
    path = next((paths.data() / "registre_demo" / "2026Q3").glob("*.csv"))
    lines = path.read_bytes().decode("cp1252").splitlines()[1:]
    rows = [each for each in csv.DictReader(lines, delimiter=";") if each.get("DIFFUSION")]
    # The transfer has a repeated header among its planted defects.
    return [each for each in rows if each["SIREN"] != "SIREN"]


def chosen(rows):
    """One business of each kind: open and running (five), closed to diffusion, removed."""
    known = pd.DataFrame(rows)
    known = known[~known["SIREN"].duplicated(keep=False)]
    open_ = (
        known["DIFFUSION"].eq("O") & known["DATE RADIATION"].eq("") & known["NAR4"].eq("BATIMENT")
    )
    sound = known["SIREN"].str.fullmatch("[0-9]{9}")
    running = known.loc[open_ & sound, "SIREN"].tolist()[:5]
    closed = known.loc[known["DIFFUSION"].eq("P") & known["DATE RADIATION"].eq("") & sound, "SIREN"]
    gone = known.loc[known["DIFFUSION"].eq("O") & known["DATE RADIATION"].ne("") & sound, "SIREN"]
    return [*running, closed.iloc[0], gone.iloc[0]]


#: Names that must be printed, and names that must never be, by what happened to them.
SHOWN = ("Toitures de l’Essai", "Bois & <script>alert(1)</script> fils")
NEVER = ("Retirée-Témoin", "Opposée-Témoin", "Fermée-Témoin", "Radiée-Témoin", "Inconnue-Témoin",
         "SansPreuve-Témoin")  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A store with a register and consents; the guide made of it, and the rows behind it."""
    folder = tmp_path_factory.mktemp("guide")
    patch = pytest.MonkeyPatch()
    patch.setenv("TERNOIS_STORE", str(folder / "store"))
    door = Observatory(parse("2026Q3"), "public")
    columns = Observatory(parse("2026Q3"), "public").columns
    path = next((paths.data() / "registre_demo" / "2026Q3").glob("*.csv"))
    register.bring_in(path, columns.communes, columns.passage, received=dt.date(2026, 10, 9))
    rows = businesses()
    own = chosen(rows)
    said = [
        row(1, siren=own[0], name=SHOWN[0], trades="couvreur", commune="62767", wood="non",
            mail="toit@essai.example", rge="Isolation du toit", start="15/03/2025",
            end="14/03/2029"),
        row(2, siren=own[1], name=SHOWN[1], trades="menuisier", commune="62036", wood="oui",
            mail="bois@essai.example", rge="Fenêtres", start="01/07/2021", end="30/06/2025",
            labels="Qualibat"),
        row(3, siren=own[2], name=NEVER[0], withdrawn="01/10/2026"),
        row(4, siren=own[3], name=NEVER[1]),
        row(5, siren=own[5], name=NEVER[2]),
        row(6, siren=own[6], name=NEVER[3]),
        row(7, name=NEVER[4]),
        row(8, siren=own[4], name=NEVER[5], proof=""),
    ]  # fmt: skip
    here = columns.communes[columns.communes["commune"].isin(door.gazetteer.pays_codes)]
    consents.bring_in(written(folder, *said), here, received=dt.date(2026, 10, 9))
    register.object_to(own[3])
    content = book.gather(door, ON, limit_km=5.0)
    yield {"content": content, "door": door, "rows": rows, "said": said}
    patch.undo()


@pytest.fixture(scope="module")
def html(world):
    return guide_page.render(world["content"])


@pytest.fixture(scope="module")
def booklet(world):
    return guide_booklet.booklet(world["content"])


def test_only_those_who_agreed_are_named_and_the_others_are_counted(world):
    shown = world["content"].directory
    assert set(shown.artisans["name"]) == set(SHOWN)
    # The closed, the removed and the unknown one; the objection was honoured before.
    assert (shown.agreed, shown.unlisted, shown.lapsed) == (5, 3, 1)
    assert [name for name in shown.artisans if name in ("business", "siren", "proof")] == []


def test_no_output_names_anyone_else_nor_holds_a_number_of_the_register(world, html, booklet):
    sheets = guide_booklet.sheets(world["content"])
    whole = " ".join((html, text(booklet), text(sheets)))
    for name in NEVER:
        assert name not in whole
    secrets = {row[column] for row in world["rows"] for column in ("SIREN", "SIRET", "TEL", "MAIL")}
    secrets |= {row["RAISON SOCIALE"] for row in world["rows"] if len(row["RAISON SOCIALE"]) > 5}
    secrets |= {row["siren"] for row in world["said"]} | {"formulaire 1"}
    # A number of the invented register is that of the consents too: it is theirs to print.
    found = [s for s in secrets - {"", "03 53 01 00 01"} if s in whole]
    assert found == []
    secret = register.pseudonyms(pd.Series([world["said"][0]["siren"]]), register.key()).item()
    assert secret not in whole


def test_a_name_with_a_tag_is_printed_as_it_is_written(html, booklet):
    assert "<script>alert(1)" not in html
    assert "Bois &amp; &lt;script&gt;alert(1)&lt;/script&gt; fils" in html
    assert "Bois & <script>alert(1)</script> fils" in text(booklet)


def test_an_rge_is_said_with_its_dates_and_not_once_it_has_ended(html, booklet):
    for said in (html.replace("\u00a0", " "), text(booklet)):
        assert "du 15 mars 2025 au 14 mars 2029" in said
        assert "30 juin 2025" not in said
        assert "1er juillet 2021" not in said


def test_the_makers_of_the_guide_are_told_what_is_not_printed(world):
    said = " ".join(book.warnings(world["content"])).replace("\u00a0", " ")
    assert "3 entreprises qui ont donné leur accord ne sont pas citées" in said
    assert "1 mention RGE n’est pas imprimée" in said
    assert not any(name in said for name in (*NEVER, *SHOWN))


def test_an_objection_between_two_editions_takes_the_name_and_the_sheet_away(world, tmp_path):
    content = world["content"]
    made = book.write(content, tmp_path)
    assert [path.name for path in made] == [book.PAGE, book.BOOKLET, book.SHEETS]
    nobody = content.directory.artisans.iloc[:0]
    book.write(replace(content, directory=replace(content.directory, artisans=nobody)), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [book.PAGE, book.BOOKLET]
    whole = (tmp_path / book.PAGE).read_text(encoding="utf-8")
    assert "essai.example" not in whole
    assert "essai.example" not in text((tmp_path / book.BOOKLET).read_bytes())


def test_the_same_guide_gives_the_same_bytes(world, html, booklet):
    assert guide_page.render(world["content"]) == html
    assert guide_booklet.booklet(world["content"]) == booklet


def test_the_page_is_whole_in_one_file_and_light(html):
    assert outside.addresses(html) == []
    assert len(html.encode()) < 2_000_000
    assert "Content-Security-Policy" in html


def test_the_public_list_of_rge_takes_away_a_mention_that_it_does_not_have(world, monkeypatch):
    known = frozenset({"62767", "62036"})
    answer = (parse("2026Q3"), known, frozenset())
    monkeypatch.setattr(listing, "_public_list", lambda door: answer)
    shown = listing.directory(world["door"], ON)
    assert (shown.lapsed, shown.unconfirmed) == (1, 1)
    assert shown.artisans["rge"].eq("").all()


def test_without_consents_the_guide_says_so_and_shows_the_coverage_alone(
    world, tmp_path, monkeypatch
):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    shown = listing.directory(world["door"], ON)
    assert shown.artisans.empty
    content = replace(world["content"], directory=shown)
    page = guide_page.render(content)
    assert "Aucun fichier de consentements n’a été importé." in page
    assert "Couverture des métiers" in page
    assert 'class="artisan"' not in page


def test_consents_without_a_register_name_nobody(world, tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    here = world["door"].columns.communes
    consents.bring_in(written(tmp_path, row(1)), here, received=dt.date(2026, 10, 9))
    shown = listing.directory(world["door"], ON)
    assert shown.artisans.empty
    assert "registre" in shown.reason


def test_the_demonstration_never_mixes_with_a_genuine_register(world):
    with pytest.raises(ReportError, match="genuine register"):
        listing.directory(world["door"], ON, demonstration=True)


def test_the_demonstration_marks_every_page(world, tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    shown = listing.directory(Observatory(parse("2026Q3"), "public"), ON, demonstration=True)
    # One of them is closed to diffusion in the invented register.
    assert (len(shown.artisans), shown.unlisted) == (26, 1)
    assert shown.artisans["name"].str.contains("fictif").all()
    content = replace(world["content"], directory=shown)
    assert "données de démonstration" in guide_page.render(content)
    sheets = pages(guide_booklet.sheets(content))
    assert len(sheets) == 26
    assert all("données de démonstration" in page for page in sheets)


@pytest.mark.parametrize(
    ("audience", "limit"), [("partners", None), ("public", 0.0), ("public", 500.0)]
)
def test_a_guide_that_cannot_be_is_refused_before_any_work(audience, limit):
    with pytest.raises(ReportError, match=r"audience|Distance"):
        book.gather(Observatory(parse("2026Q3"), audience), ON, limit_km=limit)


# --- Validity and fonts --------------------------------------------------------------------------


def test_what_has_expired_is_marked_in_the_run_the_page_and_the_booklet(world, tmp_path):
    old = tuple(fiches(fiche(tmp_path, valid_until="2026-11-22")))
    content = replace(world["content"], fiches=old)
    assert any("valable jusqu’au 22" in said for said in book.warnings(content))
    page = guide_page.render(content).replace("\u00a0", " ")
    assert '<strong class="stale">à vérifier</strong>' in page
    assert (
        '<div class="warning" role="note" id="perimees" aria-labelledby="perimees-titre">' in page
    )
    printed = text(guide_booklet.booklet(content))
    assert "■ À vérifier : des informations de ce guide ont dépassé leur date" in printed
    assert printed.count("à vérifier") >= 3
    fresh = replace(content, fiches=tuple(fiches(fiche(tmp_path))))
    assert '<strong class="stale">' not in guide_page.render(fresh)
    assert "■ À vérifier" not in text(guide_booklet.booklet(fresh))


def test_a_missing_font_is_named_and_the_guide_before_stays(world, tmp_path, monkeypatch):
    folder, empty = tmp_path / "out", tmp_path / "empty"
    folder.mkdir()
    empty.mkdir()
    (folder / book.PAGE).write_text("avant", encoding="utf-8")
    monkeypatch.setattr(pdf, "font_folder", lambda: empty)
    with pytest.raises(ReportError, match="Fonts are missing"):
        book.write(world["content"], folder)
    assert [path.name for path in folder.iterdir()] == [book.PAGE]
    assert (folder / book.PAGE).read_text(encoding="utf-8") == "avant"


# --- The page in a browser -----------------------------------------------------------------------


@pytest.fixture
def opened(browser, html, tmp_path):
    """The page as a reader opens it, and what the browser asked for or complained of."""
    path = tmp_path / "guide.html"
    path.write_text(html, encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.clock.set_fixed_time(dt.datetime(2026, 11, 23, 12))
    told = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on(
        "request", lambda request: told.append(request.url) if request.url[:4] == "http" else None
    )
    page.goto(path.as_uri())
    yield page, told
    context.close()


def visible(page, what):
    return page.locator(f"{what}:visible").count()


@pytest.mark.browser
def test_the_search_finds_words_without_accents_and_says_how_many(opened):
    page, told = opened
    count = len(fiches(paths.data() / "guide"))
    assert (
        page.locator("#trouve").inner_text().replace("\u00a0", " ")
        == f"{count} fiches et 2 artisans."
    )
    page.get_by_label("Mots cherchés", exact=True).fill("monte escalier")
    assert visible(page, ".fiche") == 1
    assert visible(page, ".artisan") == 0
    page.get_by_label("Mots cherchés", exact=True).fill("FENETRES toiture")
    assert visible(page, ".fiche") == 1
    page.get_by_label("Mots cherchés", exact=True).fill("zzz")
    assert page.locator("#rien").is_visible()
    page.get_by_role("button", name="Tout montrer").click()
    page.wait_for_function("document.querySelectorAll('.fiche:not([hidden])').length > 1")
    assert visible(page, ".artisan") == 2
    assert told == []


@pytest.mark.browser
def test_the_directory_is_filtered_by_trade_label_wood_and_distance(opened):
    page, _ = opened
    page.get_by_label("Métier", exact=True).select_option("Couverture, plomberie, chauffage")
    assert page.locator(".artisan:visible h3").all_inner_texts() == [SHOWN[0]]
    page.get_by_label("Métier", exact=True).select_option("")
    page.get_by_label("Label", exact=True).select_option("rge")
    assert page.locator(".artisan:visible h3").all_inner_texts() == [SHOWN[0]]
    page.get_by_label("Label", exact=True).select_option("autre")
    assert page.locator(".artisan:visible h3").all_inner_texts() == [SHOWN[1]]
    page.get_by_label("Label", exact=True).select_option("")
    page.get_by_label("Filière bois", exact=True).check()
    assert visible(page, ".artisan") == 1
    page.get_by_label("Filière bois", exact=True).uncheck()
    page.get_by_label("Près de", exact=True).select_option("62767")
    # The nearest first, with its distance.
    assert page.locator(".artisan:visible h3").all_inner_texts() == list(SHOWN)
    assert page.locator(".artisan .km").first.inner_text().replace("\u00a0", " ") == "(à 0,0 km)"
    page.get_by_label("À moins de", exact=True).select_option("5")
    assert visible(page, ".artisan") == 1
    page.get_by_label("À moins de", exact=True).select_option("20")
    assert visible(page, ".artisan") == 2


@pytest.mark.browser
def test_the_distance_in_the_page_is_that_of_the_library(opened, world):
    page, _ = opened
    where = world["content"].communes[["latitude", "longitude"]]
    expected = trade_cover.kilometres(where).loc["62767", "62036"]
    page.get_by_label("Près de", exact=True).select_option("62767")
    shown = page.locator(".artisan .km").nth(1).inner_text().replace("\u00a0", " ")
    assert shown == f"(à {expected:.1f} km)".replace(".", ",")


@pytest.mark.browser
def test_a_page_read_years_later_says_what_has_expired(opened):
    page, _ = opened
    assert not page.locator("#perimees").is_visible()
    assert page.locator(".artisan .valid:visible").count() == 1
    page.clock.set_fixed_time(dt.datetime(2029, 3, 15, 12))
    page.reload()
    assert page.locator("#perimees").is_visible()
    assert visible(page, ".statement .stale") > 5
    assert page.locator(".artisan .valid:visible").count() == 0
    assert "mention échue le 14" in page.locator(".rge .stale:visible").inner_text()
    page.get_by_label("Label", exact=True).select_option("rge")
    assert visible(page, ".artisan") == 0


@pytest.mark.browser
def test_one_sheet_is_printed_alone_and_the_page_comes_back_after(opened):
    page, _ = opened
    page.evaluate("window.print = () => { window.printed = true; }")
    page.locator(".artisan button").first.press("Enter")
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    assert visible(page, ".artisan") == 1
    assert not page.locator("h1").is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert visible(page, ".artisan") == 2
    assert not page.locator(".search").is_visible()


@pytest.mark.browser
def test_every_control_has_a_name_and_nothing_is_wider_than_a_telephone(opened):
    page, _ = opened
    for control in page.locator("input, select, button:visible").all():
        assert control.evaluate("c => (c.labels && c.labels.length) || c.textContent.trim()")
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.browser
def test_without_scripts_everything_is_there_to_read(browser, html, tmp_path):
    path = tmp_path / "guide.html"
    path.write_text(html, encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    assert page.locator(".artisan:visible").count() == 2
    assert page.locator("button:visible").count() == 0
    context.close()
