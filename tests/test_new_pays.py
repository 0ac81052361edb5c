"""A Pays elsewhere in France: its project folder, its quarter, and nothing of the first Pays."""

import json
import re
import zipfile
from pathlib import Path

import docs_steps
import pytest
import yaml

from ternois_analysis import catalog, paths
from ternois_analysis.batch import project
from ternois_analysis.catalog import actions, claims, guide, programmes
from ternois_analysis.catalog.theme import theme
from ternois_analysis.display import theme as look
from ternois_analysis.errors import ReportError, SchemaError, TerritoryError
from ternois_analysis.observatory import observe
from ternois_analysis.territory import founding

PAGE = docs_steps.ROOT / "docs" / "tutorial-another-pays.md"
BRESLE = ["200070944", "247600588", "200069722"]
#: The name of the first Pays, but in the command and in the package, which keep it.
NAMED = re.compile(r"ternois(?![-_]analysis\b| (?:sources|import|run|guide)\b)", re.IGNORECASE)


def founded(name="Pays de Bresle et Vimeu", sirens=BRESLE):
    return project.founded(observe("2026Q3", "public"), name, sirens)


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The project folder that the tutorial leaves, its commands run word by word."""
    folder = tmp_path_factory.mktemp("tutorial")
    assert docs_steps.run(PAGE, folder) == []
    return folder / "ternois-analysis" / "pays-bresle-vimeu"


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A project folder, made and put in force."""
    folder = project.write(founded(), tmp_path / "made", "2026-09-30", chamber="CMA « Nord »")
    monkeypatch.setenv("TERNOIS_HOUSE", str(folder))
    return folder


def texts(path: Path) -> str:
    """All that a reader can read in a file."""
    if path.suffix == ".pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(path)
        pages = [page.get_textpage().get_text_range() for page in document]
        return "\n".join([*map(str, document.get_metadata_dict().values()), *pages])
    if path.suffix in {".pptx", ".xlsx"}:
        with zipfile.ZipFile(path) as archive:
            parts = [archive.read(n).decode() for n in archive.namelist() if n.endswith(".xml")]
        return re.sub(r"</a:t>.*?<a:t>", "", "\n".join(parts))
    return path.read_text(encoding="utf-8")


def test_no_file_that_the_run_of_another_pays_writes_names_the_first_one(followed):
    read = {".html", ".pdf", ".pptx", ".xlsx", ".csv"}
    files = [path for path in (followed / "reports").rglob("*") if path.suffix in read]
    assert {path.suffix for path in files} == read
    assert {path.name for path in files} >= {
        "index.html",
        "rapport.pdf",
        "bureau.pptx",
        "guide.pdf",
    }
    found = {path.name: NAMED.search(texts(path)) for path in files}
    assert {name: hit[0] for name, hit in found.items() if hit} == {}
    words = [word for path in files for word in ("RH+", "Dévcom", "Boutic")
             if path.suffix == ".pdf" and word in texts(path)]  # fmt: skip
    assert words == []


def test_the_reports_of_another_pays_say_its_name_in_french(followed):
    reports = followed / "reports"
    assert "Observatoire économique du Pays de Bresle et Vimeu" in texts(reports / "index.html")
    portrait = texts(reports / "2026Q3/partners/pays-bresle-vimeu/01_portrait.html")
    assert "49 des 97 communes du Pays de Bresle et Vimeu sont dans la Seine-Maritime" in portrait
    assert "en Normandie" in portrait
    assert "dans la Normandie" not in portrait
    assert "artisans du Pays de Bresle et Vimeu" in texts(reports / "guide" / "guide.html")


def test_the_pages_that_wait_for_a_register_are_listed_and_not_made_up(followed):
    portal = texts(followed / "reports/2026Q3/partners/index.html")
    assert "L’artisanat : <code>ternois import register FICHIER</code>" in portal
    bureau = texts(followed / "reports/2026Q3/partners/pays-bresle-vimeu/14_bureau.html")
    assert "Le Pays n’a déclaré aucun programme d’accompagnement" in bureau


def test_the_colour_of_the_theme_dresses_what_is_made_after_it_is_changed(followed):
    made = followed / "reports/2026Q3/partners"
    assert "--lead: #5b2333;" in texts(made / "pays-bresle-vimeu" / "01_portrait.html")
    assert "--lead: #123a63;" in texts(made / "pays-bresle-vimeu" / "14_bureau.html")


def test_a_new_pays_is_made_of_its_epcis_and_compared_with_where_its_communes_lie(made):
    facts = catalog.territories()
    assert facts.pays == "pays-bresle-vimeu"
    assert facts.default == (facts.pays, "cc-vimeu", "cc-villes-soeurs",
                             "cc-interregionale-aumale-blangy-sur-bresle")  # fmt: skip
    assert facts.territories[facts.pays].parts == facts.default[1:]
    # Counted apart, in the bundled table of EPCIs: 25 + 28 + 44, 49 of them in Seine-Maritime.
    assert [len(facts.territories[name].communes) for name in facts.default[1:]] == [25, 28, 44]
    assert facts.references == ("departement-76", "departement-80", "region-28",
                                "france-metropolitaine")  # fmt: skip
    assert facts.territories["cc-villes-soeurs"].name == "la CC des Villes Soeurs"


def test_a_new_project_holds_nothing_of_the_first_pays(made):
    wrong = []
    for path in made.rglob("*"):
        if path.suffix in {".yml", ".md", ".ipynb", ".csv"}:
            text = path.read_text(encoding="utf-8")
            # The metadata of pages, the command and its variables are the tool's.
            text = re.sub(r'"ternois": \{|\bternois [a-z]+|TERNOIS_[A-Z]+', "", text)
            wrong += [(path.name, hit[0]) for hit in NAMED.finditer(text)]
    assert wrong == []
    assert not (made / "data" / "registre_demo").exists()
    assert not list(made.rglob("consentements*"))
    assert not claims.claims()
    assert not programmes.programmes().groups
    assert {action.origin for action in actions.actions().values()}.isdisjoint(
        {"programmes RH+ et Dévcom+", "programme Boutic"}
    )
    assert guide.guide().title.endswith("les artisans du Pays de Bresle et Vimeu")
    assert catalog.source("registre").producer == "CMA « Nord »"
    published = yaml.safe_load((made / "data" / "published.yml").read_text(encoding="utf-8"))
    assert {"totals", "members"}.isdisjoint(published)
    assert published["ranges"]


def test_the_pages_of_a_new_project_show_its_territory_and_no_old_result(made):
    for path in sorted((made / "notebooks").glob("*.ipynb")):
        cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"]
                 if c["cell_type"] == "code"]  # fmt: skip
        assert not any(cell["outputs"] for cell in cells)
        assert 'territory: str = "pays-bresle-vimeu"\n' in cells[0]["source"]
    pages = {path.name for path in (paths.checkout() / "notebooks").glob("*.ipynb")}
    assert {path.name for path in (made / "notebooks").iterdir()} == pages


@pytest.mark.parametrize(
    ("given", "sentence", "identifier", "short"),
    [
        ("Pays de Caux", "le Pays de Caux", "pays-caux", "Caux"),
        ("Pays d'Auge", "le Pays d'Auge", "pays-auge", "Auge"),
        ("l’Artois", "l'Artois", "artois", "Artois"),
        ("les Vallées", "les Vallées", "vallees", "Vallées"),
        ("PETR du Pays de Langres", "le PETR du Pays de Langres", "petr-pays-langres",
         "Pays de Langres"),
        ("La Région des lacs", "la Région des lacs", "pays-region-lacs", "Région des lacs"),
    ],
)  # fmt: skip
def test_a_name_takes_its_article(given, sentence, identifier, short):
    name = founding.named(given)
    assert (name.sentence, name.id, name.short) == (sentence, identifier, short)


@pytest.mark.parametrize(
    ("name", "sirens", "message"),
    [
        ("Vimeu", BRESLE, r"article of 'Vimeu'.*le Vimeu"),
        ("12", BRESLE, "a name in letters"),
        ("Pays du Ternois", BRESLE, "which is pays-ternois"),
        ("Pays X", ["200070945"], r"Did you mean .*200070944 \(CC du Vimeu\)"),
        ("Pays X", ["200070944", "200 070 944"], "200070944 twice"),
        ("Pays X", ["246200869"], "No EPCI has the SIREN"),
        ("Pays X", ["249740077", "200070944"], "one part of the world"),
        ("Pays X", [], "one SIREN at least"),
    ],
)
def test_what_cannot_be_a_pays_is_refused(name, sirens, message):
    with pytest.raises(TerritoryError, match=message):
        founded(name, sirens)


def test_a_folder_that_holds_something_is_left_as_it_is(tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ReportError, match="something there"):
        project.write(founded(), tmp_path, "2026-09-30")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("sirens", "references"),
    [
        # Réunion: département and région are the same island. Corsica: its two départements.
        (["249740077"], ["departement-974", "region-04", "france-metropolitaine"]),
        (["200040764"], ["departement-2A", "region-94", "france-metropolitaine"]),
    ],
)
def test_one_epci_makes_a_pays_overseas_or_in_corsica_too(sirens, references):
    found = founded("Pays des îles", sirens)
    assert found.facts["references"] == references
    assert project.apart(observe("2026Q3", "public"), found) == ()


def test_epcis_that_do_not_touch_are_told():
    door = observe("2026Q3", "public")
    far = project.founded(door, "Pays éclaté", ["200070944", "200069672", "247600588"])
    assert project.apart(door, far) == ("CC du Ternois",)


def test_a_house_without_theme_is_named_after_its_pays(made):
    (made / "data" / "theme.yml").unlink()
    assert theme().title == "Observatoire économique du Pays de Bresle et Vimeu"


@pytest.mark.parametrize(
    ("line", "message"),
    [('colour: "blue"', "quoted colour"), ('title: " "', "name of the observatory"),
     ('fonts: ["a;b"]', "names of families")],
)  # fmt: skip
def test_a_theme_that_cannot_be_read_is_refused(made, line, message):
    (made / "data" / "theme.yml").write_text(
        f'title: "T"\n{line}\n' if "title" not in line else line
    )
    with pytest.raises(SchemaError, match=message):
        theme()


def test_a_colour_too_pale_for_text_is_refused(made):
    (made / "data" / "theme.yml").write_text('title: "T"\ncolour: "#7fb2e5"\n', encoding="utf-8")
    with pytest.raises(ReportError, match=r"contrast of 4\.5:1"):
        look.identity()


def test_a_key_of_the_house_replaces_that_of_the_catalogue_and_no_other(made):
    own = made / "data" / "catalog" / "guide.yml"
    own.write_text('title: "Un guide"\n', encoding="utf-8")
    assert guide.guide().title == "Un guide"
    assert "bois" in guide.guide().topics
    own.write_text('titel: "Un guide"\n', encoding="utf-8")
    with pytest.raises(SchemaError, match="Did you mean 'title'"):
        guide.guide()


def test_a_command_works_on_the_project_in_which_it_is_run(made, monkeypatch):
    monkeypatch.delenv("TERNOIS_HOUSE")
    monkeypatch.delenv("TERNOIS_STORE")
    monkeypatch.chdir(made / "data" / "catalog")
    assert paths.house() == made
    assert paths.store().parts[-2:] == ("houses", "made")
    monkeypatch.chdir(paths.checkout() / "tests")
    assert paths.house() == paths.checkout()
    assert "houses" not in paths.store().parts


def test_no_text_that_reaches_a_reader_names_the_first_pays_in_the_code():
    package = paths.checkout() / "ternois_analysis"
    # What an invented register is calibrated on says where its aggregates come from.
    files = [path for path in package.rglob("*") if path.suffix in {".yml", ".j2", ".typ", ".css"}
             and path.name != "calibration.yml"]  # fmt: skip
    assert len(files) > 30
    named = [path.name for path in files if "Ternois" in path.read_text(encoding="utf-8")]
    assert named == []
