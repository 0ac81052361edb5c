"""Every format of a real run read back: the same values, the same secrets, the same marks."""

import csv
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import report_files as read

from ternois_analysis import catalog, french
from ternois_analysis.display.published import dated, heading
from ternois_analysis.publish import publication

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pages run in forked processes")

HOUSE = Path(__file__).parent.parent
TWO = ("cc-pernois", "commune-62396")
#: The third rests on sources that nobody installs here: the portal names it as absent.
PAGES = ("01_portrait", "03_artisanat", "05_emploi", "14_bureau")
#: The command line of an observatory whose ordinary run has two territories.
COMMAND = f"""
import sys
from ternois_analysis import cli
from ternois_analysis.observatory.door import Observatory
Observatory.default_territories = lambda self: {TWO!r}
sys.argv = ["ternois", *sys.argv[1:]]
cli.main()
"""
SIGNS = {"s": "s", "n.s.": "n.s.", "n.d.": "n.d."}


@pytest.fixture(scope="module")
def ternois(tmp_path_factory):
    """Types a command in a house of four pages, with a store of its own."""
    place = tmp_path_factory.mktemp("house")
    for name in ("data", "shapefiles"):
        (place / name).symlink_to(HOUSE / name)
    (place / "notebooks").mkdir()
    for page in PAGES:
        shutil.copy(HOUSE / "notebooks" / f"{page}.ipynb", place / "notebooks")
    changed = {"TERNOIS_HOUSE": str(place), "TERNOIS_STORE": str(place / "store")}

    def typed(*words):
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, *map(str, words)], cwd=place, check=False,
            env={**os.environ, **changed, "PYTHONPATH": str(HOUSE)}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    typed.place = place
    return typed


@pytest.fixture(scope="module")
def made(ternois):
    """The folder of the audience after a run and its sheets."""
    reports = ternois.place / "reports"
    ternois("run", "--quarter", "2026Q3", "--out", reports)
    ternois("fiches", "--quarter", "2026Q3", "--audience", "partners", "--out", reports,
            *(word for place in TWO for word in ("--territory", place)))  # fmt: skip
    return reports / "2026Q3" / "partners"


@pytest.fixture(scope="module")
def published(ternois, made):
    """A copy of it, published, and what the command said."""
    reports = ternois.place / "published"
    shutil.copytree(made.parent.parent, reports)
    said = ternois("publish", "2026Q3", "--out", reports)
    return reports / "2026Q3" / "partners", said


@pytest.fixture(scope="module")
def revised(ternois, published):
    """A copy of that with a revision under way."""
    reports = ternois.place / "revised"
    shutil.copytree(published[0].parent.parent, reports)
    ternois("run", "--quarter", "2026Q3", "--out", reports, "--notebook", "01",
            "--territory", TWO[1], "--revise", "Un total était faux.")  # fmt: skip
    return reports


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def keys(row):
    return tuple(row[name] for name in ("territory", "indicator", "category", "period"))


@pytest.fixture(scope="module", params=TWO)
def report(request, made):
    """A territory's folder, and the rows of its `values.csv`."""
    return made / request.param, rows(made / request.param / "values.csv")


def bare(label):
    return french.typeset(label).removesuffix(" (périmètre 2012)")


def compared(tables, table_of_values):
    """Each cell of an indicator and a territory, with the only row that it can print.

    Gives the keys of the rows found, and what is printed otherwise than they say.
    """
    named, places = {}, {}
    facts = catalog.territories().territories
    for row in table_of_values:
        if row["indicator"] in catalog.indicators():
            entry = catalog.indicator(row["indicator"])
            parts = (heading(entry), french.typeset(row["category"]))
            named.setdefault(", ".join(filter(None, parts)), []).append(row)
        short = facts[row["territory"]].short if row["territory"] in facts else ""
        for name in (french.typeset(row["territory_label"]), bare(row["territory_label"]), short):
            places.setdefault(french.typeset(name), set()).add(row["territory"])
    found, wrong = set(), []
    for heads, *lines in tables:
        for line in lines:
            for head, cell in zip(heads[1:], line[1:], strict=True):
                can = [row for row in named.get(line[0][0], ())
                       if row["territory"] in places.get(head[0], ())
                       and line[0][1:] in ([dated(row["period"])], [])]  # fmt: skip
                if len(can) != 1 or cell[0] == "–":
                    continue
                found.add(keys(can[0]))
                if not prints(cell[0], can[0]):
                    wrong.append((keys(can[0]), can[0]["status"], can[0]["value"], cell[0]))
    return found, wrong


def prints(text, row):
    """Whether a text is a value to its printed decimals, or the sign of one that is hidden."""
    if row["status"] != "ok":
        return text == SIGNS[row["status"]]
    printed, decimals = read.number(text), catalog.indicator(row["indicator"]).decimals
    return printed is not None and abs(printed - float(row["value"])) <= 0.500001 / 10**decimals


def test_the_workbook_has_every_value_and_no_other(report):
    folder, values = report
    cells = read.cells(folder / "indicators.xlsx", "Indicateurs")
    told = {
        (c["Code du territoire"], c["Identifiant"], c["Catégorie"] or "", c["Période"] or ""): c
        for c in cells
    }
    assert len(cells) == len(told) == len(values)
    for row in values:
        where = row["territory"], row["indicator"], french.typeset(row["category"])
        cell = told[*where, dated(row["period"])]
        bounds = [cell[name] for name in ("Valeur", "Borne basse", "Borne haute", "Effectif")]
        if row["status"] != "ok":
            assert bounds == [SIGNS[row["status"]], None, None, None], row
            assert cell["Affichage"] == SIGNS[row["status"]]
            continue
        expected = [float(row[n]) if row[n] else None for n in ("value", "low", "high", "n")]
        for own, other in zip(bounds, expected, strict=True):
            assert (own is None) == (other is None), row
            assert own is None or math.isclose(own, other, rel_tol=1e-12), row
        assert prints(cell["Affichage"], row)


def test_tables_of_pages_print_the_values(report):
    folder, values = report
    found = set()
    for page in ("01_portrait", "03_artisanat", "14_bureau"):
        seen, wrong = compared(read.html_tables(folder / f"{page}.html"), values)
        assert not wrong
        found |= seen
    assert len(found) >= 40
    shown = {status for row in values if keys(row) in found for status in [row["status"]]}
    assert {"ok", "n.s."} <= shown


def stands(line, text):
    """Whether a row stands in a text; one of many columns may be cut in two, its name repeated."""
    name, *cells = (read.squashed("".join(cell)) for cell in line)
    parts = ([cells], *([cells[:cut], cells[cut:]] for cut in range(1, len(cells))))
    return any(all("".join([name, *part]) in text for part in each) for each in parts)


def lines_of(folder, page):
    """The rows of a page's tables, with their heads."""
    for heads, *table in read.html_tables(folder / f"{page}.html"):
        for line in table:
            yield ["".join(head) for head in heads], line


def shows(row, other):
    """Whether a row of more columns has all the cells of another one, under the same heads."""
    (heads, line), (own, cells) = other, row
    held = dict(zip(own, cells, strict=True))
    return len(own) > len(heads) and own[0] == heads[0] and all(
        held.get(head) == cell for head, cell in zip(heads, line, strict=True)
    )  # fmt: skip


def test_the_pdf_prints_every_row_of_the_pages(report):
    folder, _ = report
    pages = ("01_portrait", "03_artisanat", "14_bureau")
    known = [row for page in pages for row in lines_of(folder, page)]
    whole = read.pdf_text(folder / "rapport.pdf")
    for page in pages:
        own = list(lines_of(folder, page))
        lines = [
            (heads, line) for heads, line in own
            if any(read.number(cell[0]) is not None or cell[0] in SIGNS for cell in line[1:])
        ]  # fmt: skip
        assert len(lines) > 20
        for text, among in ((read.pdf_text(folder / f"{page}.pdf"), own), (whole, known)):
            assert [
                row for row in lines
                if not stands(row[1], text)
                and not any(stands(more[1], text) for more in among if shows(more, row))
            ] == []  # fmt: skip


def test_native_charts_hold_published_values_and_nothing_that_is_hidden(report):
    folder, values = report
    names = [
        {french.typeset(row["territory_label"]), bare(row["territory_label"]), row["period"],
         french.typeset(row["category"]), dated(row["period"])}
        for row in values
    ]  # fmt: skip
    points = read.slide_points(folder / "bureau.pptx")
    assert sum(number is not None for *_, number in points) >= 4
    for name, line, number in points:
        label, _, sign = name.partition("\u00a0: ")
        near = [row for row, known in zip(values, names, strict=True) if label in known]
        if sign:
            assert number is None
            assert any(row["status"] == sign for row in near), name
        elif number is not None:
            column = {"basse": "low", "haute": "high"}.get(line.split()[-1], "value")
            same = [row for row in near if row["status"] == "ok" and row[column]
                    and math.isclose(float(row[column]), number, rel_tol=1e-12)]  # fmt: skip
            assert same, (name, line, number)


def test_tables_of_slides_print_the_values(made):
    folder = made / TWO[0]
    tables = read.slide_tables(folder / "bureau.pptx")
    # The lights: the value of the territory is under « Valeur ».
    lights = [[[["Indicateur"], ["CC du Pernois"]], *([line[0], line[1]] for line in table[1:])]
              for table in tables if table[0][-1] == ["Feu"]]  # fmt: skip
    found, wrong = compared(lights, rows(folder / "values.csv"))
    assert not wrong
    assert len(found) >= 8


def test_sheets_say_what_the_reports_say_in_html_and_in_pdf(report, made):
    folder, values = report
    mine = [row for row in rows(made / "fiches" / "values.csv") if row["sheet"] == folder.name]
    known = {keys(row): row for row in values}
    both = [row for row in mine if keys(row) in known]
    assert len(both) >= 10
    for row in both:
        other = known[keys(row)]
        assert (row["status"], row["value"]) == (other["status"], other["value"]), keys(row)
    tables = read.html_tables(made / "fiches" / f"{folder.name}.html")
    found, wrong = compared(tables, mine)
    assert not wrong
    assert len(found) >= 8
    text = read.pdf_text(made / "fiches" / f"{folder.name}.pdf")
    for _, *lines in tables:
        for line in lines:
            assert "".join(read.squashed("".join(cell[:1])) for cell in line[1:2]) in text


def test_a_hidden_value_has_no_number_in_the_open_table(report):
    _, values = report
    hidden = [row for row in values if row["status"] != "ok"]
    assert hidden
    for row in hidden:
        assert [row[name] for name in ("value", "low", "high", "n")] == [""] * 4


def test_a_provisional_report_says_so_in_every_format_and_a_published_one_in_none(made, published):
    def texts(folder):
        for name in TWO:
            place = folder / name
            yield (place / "01_portrait.html").read_text()
            yield read.pdf_text(place / "rapport.pdf")
            yield read.pdf_text(place / "14_bureau.pdf")
            yield read.slide_text(place / "bureau.pptx")
            yield read.workbook_text(place / "indicators.xlsx")
            yield (folder / "fiches" / f"{name}.html").read_text()
            yield read.pdf_text(folder / "fiches" / f"{name}.pdf")

    before, after = list(texts(made)), list(texts(published[0]))
    assert ["provisoire" in text.lower() for text in before] == [True] * len(before)
    assert ["provisoire" in text.lower() for text in after] == [False] * len(after)


def test_invented_cells_do_not_enter_the_release_register(ternois, published):
    folder, said = published
    assert publication.read(folder).audit["invented"] is True
    assert "do not enter the release register" in said
    assert not (ternois.place / "store" / "releases").exists()


def test_no_link_is_dead_in_provisional_published_or_revised_reports(made, published, revised):
    for reports in (made.parent.parent, published[0].parent.parent, revised):
        assert len(list(reports.rglob("*.html"))) > 8
        assert read.dead_links(reports) == []
    assert (revised / "2026Q3" / ".editions" / "1" / "partners" / "index.html").is_file()


def test_a_page_without_its_sources_stays_in_the_portal_of_a_revision(made, revised):
    for folder in (made, revised / "2026Q3" / "partners"):
        assert "ternois sources install" in (folder / "index.html").read_text()
