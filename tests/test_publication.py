"""Publishing: a quarter is provisional or published whole, audited, frozen, and never lost."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import report_files
from mini import house

from ternois_analysis import paths
from ternois_analysis.batch import editions, folder, plan, publishing, runner, sheets
from ternois_analysis.catalog.comments import hashes
from ternois_analysis.errors import ReportError, SecrecyError
from ternois_analysis.observatory import clearance
from ternois_analysis.observatory.clearance import Audited
from ternois_analysis.publish import again, formats, portal, publication, record, shelf, writing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fast engine forks")

PAGES = {"01_un": ['page.figure("a_pct")'], "02_deux": ['page.figure("b_pct", 0.1)']}
PROVISIONAL = "<li>provisoire</li>"


def note(report, to):
    """A format of one line."""
    (to / "note.txt").unlink(missing_ok=True)
    (to / "note.txt").write_text(f"{report.run.label} {report.run.provisional}")
    return [to / "note.txt"]


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(formats, "FORMATS", {"note": note})


@pytest.fixture
def place(tmp_path):
    for name, cells in PAGES.items():
        house.write(tmp_path / "notebooks", name, f"# Page {name}", house.START, *cells)
    return tmp_path


@pytest.fixture
def register():
    """The audiences whose release was written, in order."""
    return []


def run(place, *, territories=(), pages=(), audiences=("partners", "public"), **options):
    made = plan.plan(
        "2026Q2", house.FakeObservatory, place / "notebooks",
        territories=territories, pages=pages, audiences=audiences,
    )  # fmt: skip
    result = runner.run(
        made, place / "reports", house.FakeObservatory, engine_name="fast", limit=20, **options
    )
    assert result.whole
    return result


def checks(register, clear=lambda door, runs, printed: Audited(14, 14)):
    return publishing.Checks(
        clear=clear,
        release=lambda door: register.append(door.audience),
        inputs=lambda door: [{"source": "mini", "millesime": "2023", "sha256": "ab" * 32}],
    )


def publish(place, register, **options):
    options.setdefault("checks", checks(register))
    return publishing.publish(
        "2026Q2", place / "reports", house.FakeObservatory, place / "notebooks", **options
    )


def quarter(place):
    return place / "reports" / "2026Q2"


def page(place, audience="public", territory="pays", name="01_un"):
    return (quarter(place) / audience / territory / f"{name}.html").read_text()


def picture(place):
    """Every file of the quarter by path, with its bytes."""
    return {
        p.relative_to(quarter(place)).as_posix(): p.read_bytes()
        for p in sorted(quarter(place).rglob("*"))
        if p.is_file()
    }


def test_a_run_is_provisional_however_old_its_quarter(place):
    run(place)
    assert PROVISIONAL in page(place)
    assert record.read(quarter(place) / "public" / "pays").provisional is True


def test_a_published_page_is_no_longer_provisional_and_is_otherwise_the_same(place, register):
    run(place)
    before = page(place)
    publish(place, register)
    # What goes is the list that held the only mark; the rest of the page was not made anew.
    start = before.index('<ul class="marks"')
    end = before.index("</ul>", start) + len("</ul>\n")
    strip = lambda text: "".join(text.split())  # noqa: E731
    assert PROVISIONAL not in page(place)
    made = lambda text: text[: text.index("Page produite")]  # noqa: E731
    assert strip(made(page(place))) == strip(made(before[:start] + before[end:]))
    assert record.read(quarter(place) / "public" / "pays").provisional is False
    assert PROVISIONAL not in (quarter(place) / "public" / "index.html").read_text()


def test_other_formats_are_made_again_too(place, register):
    run(place)
    publish(place, register)
    assert (quarter(place) / "public" / "pays" / "note.txt").read_text() == "Pays mini False"


def test_publishing_runs_no_notebook_again(place, register):
    run(place)
    books = {k: v for k, v in picture(place).items() if k.endswith(".ipynb")}
    publish(place, register)
    assert {k: v for k, v in picture(place).items() if k.endswith(".ipynb")} == books


def test_a_publication_freezes_what_went_in_and_what_came_out(place, register):
    run(place)
    publish(place, register)
    told = publication.read(quarter(place) / "public")
    assert (told.quarter, told.audience, told.edition, told.reason) == ("2026Q2", "public", 1, "")
    assert told.inputs == ({"source": "mini", "millesime": "2023", "sha256": "ab" * 32},)
    assert told.audit == {"hidden": 14, "safe": 14, "invented": False}
    assert told.python == sys.version.split()[0]
    assert "pandas" in told.packages
    sums = subprocess.run(
        ["sha256sum", *told.outputs], cwd=quarter(place) / "public", check=True,
        capture_output=True, text=True,
    ).stdout.split("\n")  # fmt: skip
    assert {line[66:]: line[:64] for line in sums if line} == told.outputs
    assert {"index.html", "pays/01_un.html", "pays/values.csv", "01001/run.json"} <= {*told.outputs}


def test_every_audience_is_released_before_anybody_can_read_it(place, register, monkeypatch):
    run(place)
    seen = []
    monkeypatch.setattr(
        folder, "put_in_place", lambda *args: seen.append(list(register)) or shutil.rmtree(args[0])
    )
    with pytest.raises(AssertionError):
        publish(place, register)
    assert seen == [["partners", "public"]]


def test_publishing_twice_changes_nothing(place, register):
    run(place)
    publish(place, register)
    before = picture(place)
    (first, second) = publish(place, register)
    assert (first.new, second.new) == (False, False)
    assert picture(place) == before
    assert register == ["partners", "public"]


def test_only_the_audiences_asked_for_are_published(place, register):
    run(place)
    publish(place, register, audiences=["public"])
    assert PROVISIONAL not in page(place, "public")
    assert PROVISIONAL in page(place, "partners")
    assert publication.read(quarter(place) / "partners") is None
    run(place, audiences=("partners",))


def test_an_audience_without_reports_is_not_published(place, register):
    run(place, audiences=("partners",))
    with pytest.raises(ReportError, match="--audience internal"):
        publish(place, register, audiences=["all"])
    with pytest.raises(ReportError, match="cannot be published"):
        publishing.publish("2026Q1", place / "reports", house.FakeObservatory, place / "notebooks")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"territories": ("pays",)}, "01001/01_un"),
        ({"pages": ("01",)}, "02_deux"),
    ],
)
def test_a_quarter_that_is_not_whole_is_not_published(place, register, options, found):
    run(place, **options)
    before = picture(place)
    with pytest.raises(ReportError, match=found):
        publish(place, register)
    assert picture(place) == before
    assert register == []


def test_a_failed_or_forced_page_is_not_published(place, register):
    run(place, audiences=("public",))
    told = record.read(quarter(place) / "public" / "pays")
    forced = replace(told.pages[0], faults=("Un total n’est pas retrouvé.",))
    record.write(replace(told, pages=(forced, told.pages[1])), quarter(place) / "public" / "pays")
    with pytest.raises(ReportError, match=r"01_un \(forced\)"):
        publish(place, register)
    failed = replace(told.pages[0], status="failed")
    record.write(replace(told, pages=(failed, told.pages[1])), quarter(place) / "public" / "pays")
    with pytest.raises(ReportError, match=r"01_un \(failed\)"):
        publish(place, register)


def test_a_secret_that_can_be_found_stops_every_audience(place, register):
    run(place)

    def leaks(door, runs, printed):
        if door.audience == "public":
            raise SecrecyError("1 secret(s) can be found")
        return Audited()

    before = picture(place)
    with pytest.raises(SecrecyError):
        publish(place, register, checks=checks(register, leaks))
    assert picture(place) == before
    assert register == []


def test_what_is_printed_of_each_territory_is_given_to_the_checks(place, register):
    run(place, audiences=("public",))
    seen = []
    clear = lambda door, runs, printed: seen.append(printed) or Audited()  # noqa: E731
    publish(place, register, checks=checks(register, clear))
    rows = seen[0][["territory", "indicator", "category", "value", "status"]]
    assert sorted(rows.fillna(-1.0).itertuples(index=False, name=None)) == [
        (t, i, c, v, s)
        for t in ("01001", "pays")
        for i, v1 in (("a_pct", 7.25), ("b_pct", 0.1))
        for c, v, s in (("", v1, "ok"), ("petits", -1.0, "s"))
    ]


def test_a_published_quarter_is_not_overwritten(place, register):
    run(place)
    publish(place, register)
    before = picture(place)
    with pytest.raises(ReportError, match="--revise"):
        run(place, audiences=("public",))
    assert picture(place) == before


def test_a_provisional_quarter_has_nothing_to_revise(place, register):
    run(place)
    with pytest.raises(ReportError, match="nothing to revise"):
        run(place, revision="un chiffre faux")
    with pytest.raises(ReportError, match="nothing to revise"):
        publish(place, register, reason="un chiffre faux")


def test_a_revision_keeps_the_edition_that_it_replaces(place, register):
    run(place)
    publish(place, register)
    first = {k: v for k, v in picture(place).items() if k.startswith("public/")}
    house.write(
        place / "notebooks", "01_un", "# Page 01_un", house.START, 'page.figure("a_pct", 8.5)'
    )
    run(place, audiences=("public",), revision="Un total était faux.")
    assert PROVISIONAL in page(place, "public")
    assert "8.5" in page(place, "public")
    aside = quarter(place) / ".editions" / "1"
    kept = {
        p.relative_to(aside).as_posix(): p.read_bytes() for p in aside.rglob("*") if p.is_file()
    }
    assert kept == first
    assert publication.revision(quarter(place) / "public").reason == "Un total était faux."
    publish(place, register)
    told = publication.read(quarter(place) / "public")
    assert (told.edition, told.reason) == (2, "Un total était faux.")
    assert PROVISIONAL not in page(place, "public")
    (old,) = publication.earlier(quarter(place) / "public")
    assert (old.edition, old.reason) == (1, "")
    # Partners had no revision: their edition is the first, untouched.
    assert publication.read(quarter(place) / "partners").edition == 1
    assert register == ["partners", "public", "public"]


def test_the_portal_tells_editions_dates_and_reasons(place, register):
    run(place)
    publish(place, register)
    run(place, audiences=("public",), revision="Un total <b>était</b> faux")
    publish(place, register)
    html = (quarter(place) / "public" / "index.html").read_text()
    assert "Un total &lt;b&gt;était&lt;/b&gt; faux" in html
    assert 'href="../.editions/1/public/index.html"' in html
    assert (quarter(place) / "public" / "../.editions/1/public/index.html").is_file()


def test_a_revision_under_way_goes_on_without_its_reason(place, register):
    run(place)
    publish(place, register)
    run(place, audiences=("public",), revision="Un total était faux.")
    run(place, audiences=("public",))
    publish(place, register)
    assert publication.read(quarter(place) / "public").edition == 2


def test_pages_not_run_again_in_a_revision_are_provisional_too(place, register):
    run(place)
    publish(place, register)
    run(place, audiences=("public",), territories=("pays",), revision="Le Pays seul.")
    assert PROVISIONAL in page(place, "public", "01001")


def test_the_same_pages_may_be_published_again_with_a_reason(place, register):
    run(place, audiences=("public",))
    publish(place, register)
    for _ in range(2):  # the second time nothing is left to do
        publish(place, register, reason="Nouvelle mise en page.")
        assert publication.read(quarter(place) / "public").edition == 2
    assert len(publication.earlier(quarter(place) / "public")) == 1


def test_an_altered_publication_is_neither_republished_nor_set_aside(place, register):
    run(place, audiences=("public",))
    publish(place, register)
    table = quarter(place) / "public" / "pays" / "values.csv"
    table.write_text(table.read_text().replace("7.25", "7.99"))
    with pytest.raises(ReportError, match=r"pays/values\.csv"):
        publish(place, register)
    with pytest.raises(ReportError, match="nothing was changed"):
        run(place, audiences=("public",), revision="Un total était faux.")
    assert not (quarter(place) / ".editions").exists()


def test_a_damaged_record_of_publication_says_so(place, register):
    run(place, audiences=("public",))
    (quarter(place) / "public" / publication.NAME).write_text("{")
    with pytest.raises(ReportError, match="cannot be read"):
        publish(place, register)


KILLED = """
import os, sys
sys.path[:0] = {paths!r}
import test_publication as t
from pathlib import Path
from ternois_analysis.batch import folder, publishing
from ternois_analysis.publish import again, formats, portal, publication
formats.FORMATS = {{"note": t.note}}
place, where = Path({place!r}), {where!r}
if where.startswith("rename"):
    folder._exchanged = lambda *names: False  # as where the system knows no exchange
module, name = {{"rename": (Path, "rename"), "exchange": (folder, "_exchanged"),
    "again": (again, "render"),
    "portal": (portal, "write"), "record": (publication, "write"), "copy": (folder, "copy"),
    "remove": (folder.shutil, "rmtree")}}[where.split()[0]]
whole, left = getattr(module, name), [int(where.split()[1])]
def dying(*args, **options):
    # Libraries remove temporary folders of their own: only what lies in the reports counts.
    if name == "rmtree" and not str(args[0]).startswith(str(place)):
        return whole(*args, **options)
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), 9)
    return whole(*args, **options)
setattr(module, name, dying)
t.publish(place, [])
"""


@pytest.mark.parametrize(
    ("where", "published"),
    [("copy 0", False), ("again 0", False), ("again 2", False), ("portal 1", False),
     ("record 1", False), ("exchange 0", False), ("rename 0", False), ("rename 1", False),
     ("remove 0", True)],
)  # fmt: skip
def test_killed_at_any_moment_a_quarter_is_as_before_or_published_whole(
    place, register, where, published
):
    run(place)
    before = picture(place)
    here = Path(__file__).parent
    code = KILLED.format(paths=[str(here), str(here.parent)], place=str(place), where=where)
    ended = subprocess.run([sys.executable, "-c", code], check=False, env=dict(os.environ))
    assert ended.returncode == -signal.SIGKILL
    with folder.locked(place / "reports"):
        folder.recover(place / "reports")
    marks = [PROVISIONAL in page(place, a, t) for a in ("partners", "public") for t in house.PLACES]
    if published:
        assert not any(marks)
        for audience in ("partners", "public"):
            editions.check_whole(quarter(place) / audience)
    else:
        assert picture(place) == before
    assert sorted(p.name for p in (place / "reports").iterdir() if p.name != ".lock") == [
        ".runs", "2026Q2", "index.html",
    ]  # fmt: skip
    publish(place, register)
    assert PROVISIONAL not in page(place)


def test_rendering_again_needs_a_report(tmp_path):
    with pytest.raises(ReportError, match="holds no report"):
        again.render(tmp_path, provisional=False)


def test_a_published_file_is_no_link_to_the_provisional_one(place, register):
    run(place, audiences=("public",))
    file = quarter(place) / "public" / "pays" / "01_un.html"
    file.with_name("other.html").hardlink_to(file)
    file.with_name("other.html").rename(place / "other.html")
    publish(place, register)
    assert PROVISIONAL in (place / "other.html").read_text()


def test_the_record_of_a_run_has_the_methods_of_its_indicators(place):
    run(place, audiences=("public",), territories=("pays",), pages=("01",))
    told = json.loads((quarter(place) / "public" / "pays" / "run.json").read_text())
    assert len(told["methods"]["vacancy_rate_pct"]) == 16
    assert portal.records(quarter(place) / "public")[0].methods == told["methods"]


def test_the_sheets_are_written_again_before_anything_starts_typst(place, register, monkeypatch):
    run(place)
    order = []
    monkeypatch.setattr(
        sheets, "again", lambda door, folder, **options: order.append((folder.name, options))
    )
    whole = again.render
    monkeypatch.setattr(
        again, "render", lambda *args, **options: order.append("page") or whole(*args, **options)
    )
    publish(place, register)
    told = [(name, options["provisional"]) for name, options in order[:2]]
    assert told == [("partners", False), ("public", False)]
    assert set(order[2:]) == {"page"}


def test_a_folder_without_sheets_gets_none(tmp_path):
    assert sheets.again(None, tmp_path, provisional=False) == []


def put_sheets(observatory, places, place, *, provisional=True, **options):
    """Sheets of one line, in the place of those that need genuine values."""
    to = place / shelf.FOLDER
    to.mkdir(exist_ok=True)
    rows = ["sheet,territory,territory_label"]
    for each in places:
        text = f"{each.label} {time.time_ns()} {PROVISIONAL if provisional else ''}"
        writing.replaced(to / f"{each.id}.html", text.encode())
        rows.append(f"{each.id},{each.id},{each.label}")
    writing.replaced(to / shelf.VALUES, "\n".join(rows).encode())
    return []


@pytest.fixture
def sheeted(place, register, monkeypatch):
    """A published quarter of one audience with two sheets."""
    monkeypatch.setattr(sheets, "write", put_sheets)
    run(place, audiences=("public",))
    put_sheets(None, house.PLACES.values(), quarter(place) / "public")
    publish(place, register)
    return place


def marked(place):
    """Of each sheet, by the name of its file, whether it is marked provisional."""
    found = (quarter(place) / "public" / shelf.FOLDER).glob("*.html")
    return {file.name: PROVISIONAL in file.read_text() for file in found}


def test_sheets_of_an_edition_are_in_the_next_and_marked_meanwhile(sheeted, register):
    assert marked(sheeted) == {"pays.html": False, "01001.html": False}
    first = {p.name: p.read_bytes() for p in (quarter(sheeted) / "public/fiches").iterdir()}
    run(sheeted, audiences=("public",), pages=("01_un",), revision="Un total était faux.")
    assert marked(sheeted) == {"pays.html": True, "01001.html": True}
    portal_text = (quarter(sheeted) / "public/index.html").read_text
    assert 'href="fiches/index.html"' in portal_text()
    publish(sheeted, register)
    assert marked(sheeted) == {"pays.html": False, "01001.html": False}
    assert 'href="fiches/index.html"' in portal_text()
    told = publication.read(quarter(sheeted) / "public")
    assert told.edition == 2
    assert {"fiches/pays.html", "fiches/01001.html"} <= {*told.outputs}
    aside = quarter(sheeted) / ".editions/1/public/fiches"
    assert {p.name: p.read_bytes() for p in aside.iterdir()} == first


def test_sheets_that_a_revision_cannot_make_are_told_and_asked_for_again(
    sheeted, register, monkeypatch
):
    def refused(*args, **options):
        raise ReportError("Mend the font.")

    monkeypatch.setattr(sheets, "write", refused)
    made = plan.plan("2026Q2", house.FakeObservatory, sheeted / "notebooks", audiences=["public"])
    result = runner.run(
        made, sheeted / "reports", house.FakeObservatory, engine_name="fast", revision="Faux."
    )
    assert not result.whole
    (told,) = result.withheld
    assert re.search(r"2026Q2/public/fiches: .*stay in \.editions/1.*Mend the font\.", told)
    assert marked(sheeted) == {}
    with pytest.raises(ReportError, match="Mend the font"):
        publish(sheeted, register)
    monkeypatch.setattr(sheets, "write", put_sheets)
    publish(sheeted, register)
    assert marked(sheeted) == {"pays.html": False, "01001.html": False}


def test_a_revision_published_at_once_sets_the_sheets_aside_as_they_were(sheeted, register):
    first = (quarter(sheeted) / "public/fiches/pays.html").read_bytes()
    publish(sheeted, register, reason="Un total était faux.")
    now = (quarter(sheeted) / "public/fiches/pays.html").read_bytes()
    assert (quarter(sheeted) / ".editions/1/public/fiches/pays.html").read_bytes() == first != now
    assert publication.read(quarter(sheeted) / "public").edition == 2


def comment(house, text):
    folder = house / "comments" / "pays"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "essentiel.md").write_text(text, encoding="utf-8")


@pytest.fixture
def commented(place, monkeypatch):
    """Reports of a territory with a comment, whose records tell its hash as a run does."""
    monkeypatch.setattr(paths, "comments", lambda: place / "comments")
    comment(place, "Texte.")
    run(place, audiences=("public",))
    told = record.read(quarter(place) / "public" / "pays")
    record.write(replace(told, comments=hashes("pays")), quarter(place) / "public" / "pays")
    return place


def test_comments_are_frozen_with_the_inputs(commented, register):
    publish(commented, register)
    told = publication.read(quarter(commented) / "public").inputs
    assert told[-1] == {
        "source": "comments", "millesime": "", "part": "pays",
        "path": "comments/pays/essentiel.md",
        "sha256": hashlib.sha256(b"Texte.").hexdigest(),
    }  # fmt: skip


@pytest.mark.parametrize("after", ["Autre texte.", None])
def test_a_comment_changed_since_the_run_stops_the_publication(commented, register, after):
    if after:
        comment(commented, after)
    else:
        (commented / "comments" / "pays" / "essentiel.md").unlink()
    before = picture(commented)
    with pytest.raises(ReportError, match=r"Comments have changed.*--territory pays"):
        publish(commented, register)
    assert picture(commented) == before
    assert register == []


def test_a_revision_keeps_absent_pages_in_the_portal_and_drops_unmarked_sheets(place, register):
    run(place, audiences=("public",))
    sheet = quarter(place) / "public" / "fiches" / "pays.html"
    sheet.parent.mkdir()
    sheet.write_text("fiche")
    publish(place, register)
    editions.reopen(
        editions.Reopening(
            place / "reports", "2026Q2", ["public"], "Un total était faux.",
            pages={"01_un": "Un", "05_emploi": "L’emploi"},
            absent={"05_emploi": "ternois sources install emploi"},
        )
    )  # fmt: skip
    assert "ternois sources install emploi" in (quarter(place) / "public/index.html").read_text()
    assert not sheet.exists()
    assert (quarter(place) / ".editions/1/public/fiches/pays.html").read_text() == "fiche"


def test_links_of_editions_set_aside_lead_on(place, register):
    run(place, audiences=("public",))
    for _ in range(3):
        publish(place, register)
        run(place, audiences=("public",), revision="Un total était faux.")
    assert report_files.dead_links(place / "reports") == []
    # From the second edition to the first, by the page that stands where its link points.
    second = quarter(place) / ".editions" / "2" / "public" / "index.html"
    assert 'href="../.editions/1/public/index.html"' in second.read_text()
    stand = second.parent / "../.editions/1/public/index.html"
    (lead,) = set(re.findall(r'(?:url=|href=")([^"]*index\.html)"', stand.read_text()))
    assert (stand.parent / lead).resolve() == (
        quarter(place) / ".editions" / "1" / "public" / "index.html"
    ).resolve()


@pytest.mark.parametrize(("synthetic", "written"), [(True, None), (False, Path("rows"))])
def test_invented_cells_are_not_recorded_as_released(monkeypatch, synthetic, written):
    monkeypatch.setattr(clearance.gate, "record", lambda *args: Path("rows"))
    door = SimpleNamespace(
        protection=SimpleNamespace(hides=True), audience="public", gazetteer=None,
        columns=SimpleNamespace(register=SimpleNamespace(synthetic=synthetic)),
    )  # fmt: skip
    assert clearance.released(door) == written
