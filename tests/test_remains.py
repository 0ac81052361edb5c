"""A format that fails loses no file that was there, and keeps none that is not true any more."""

import re
import sys

import pytest
from mini import house

from ternois_analysis.batch import due, folder, plan, runner
from ternois_analysis.errors import ReportError
from ternois_analysis.publish import (
    formats,
    opendata,
    pdf,
    portal,
    record,
    slide_template,
    workbook,
)
from ternois_analysis.publish.slides import NAME as SLIDES

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fast engine forks")


def whole(report, to):
    """A file for the report and one a page, as the PDF are; and one of tables."""
    made = [to / "rapport.pdf", *(to / f"{chapter.name}.pdf" for chapter in report.chapters)]
    for file in made:
        file.write_text(f"{report.run.started} {len(report.values)}")
    return made


def slides(report, to):
    (to / "bureau.pptx").write_text(report.run.started)
    return [to / "bureau.pptx"]


def torn(report, to):
    raise ReportError("No font.")


@pytest.fixture
def go(tmp_path, monkeypatch):
    """Runs pages given as name=cells; `broken` says whether every format fails."""

    def run(written=None, *, broken=False, **options):
        made = {"pdf": torn, "slides": torn} if broken else {"pdf": whole, "slides": slides}
        monkeypatch.setattr(formats, "FORMATS", made)
        for name, cells in (written or {}).items():
            house.write(tmp_path / "notebooks", name, f"# Page {name}", house.START, *cells)
        asked = plan.plan(
            "2026Q2", house.FakeObservatory, tmp_path / "notebooks",
            territories=["pays"], audiences=["public"],
        )  # fmt: skip
        return runner.run(
            asked, tmp_path / "reports", house.FakeObservatory, engine_name="fast", limit=20,
            **options,
        )  # fmt: skip

    return run


@pytest.fixture
def report(tmp_path):
    return tmp_path / "reports" / "2026Q2" / "public" / "pays"


PAGES = {"01_un": ['page.figure("a_pct")'], "02_deux": ['page.figure("b_pct", 0.1)']}
FILES = ("01_un.pdf", "02_deux.pdf", "bureau.pptx", "rapport.pdf")


def contents(report):
    return {name: (report / name).read_text() for name in FILES if (report / name).exists()}


def test_earlier_files_stay_are_told_and_give_way_to_fresh_ones(go, report):
    go(PAGES)
    before, made = contents(report), record.read(report).ended
    result = go(broken=True, fresh=True)
    assert not result.whole
    assert [problem.partition(": ")[2] for problem in result.withheld] == [
        f"pdf: No font. Kept from {made[:10]}: rapport.pdf, 01_un.pdf, 02_deux.pdf.",
        f"slides: No font. Kept from {made[:10]}: bureau.pptx.",
    ]
    assert contents(report) == before
    assert set(before) == set(FILES)
    assert record.read(report).kept == dict.fromkeys(FILES, made)
    said = (report.parent / portal.NAME).read_text()
    assert len(re.findall(r">[^<]+, non refait</a>", said)) == 4
    # A second failure tells the day of the file, not that of the failure.
    go(broken=True, fresh=True)
    assert record.read(report).kept == dict.fromkeys(FILES, made)
    # All pages are valid now: the formats alone are due.
    result = go()
    assert (result.outcomes, result.whole) == ((), True)
    assert set(contents(report)) == set(FILES)
    assert not set(contents(report).values()) & set(before.values())
    assert record.read(report).kept == {}
    assert "non refait" not in (report.parent / portal.NAME).read_text()


@pytest.mark.parametrize(
    "cell",
    ['page.figure("a_pct", 0.7)', 'page.figure("c_pct")'],
    ids=["another value", "a value withdrawn"],
)
def test_a_file_that_shows_what_its_page_shows_no_more_goes_and_is_told(go, report, cell):
    go(PAGES)
    result = go({"01_un": [cell]}, broken=True)
    assert (
        "Removed, for the pages no longer show what they show: rapport.pdf, 01_un.pdf. Kept"
        in (result.withheld[0])
    )
    assert set(contents(report)) == {"02_deux.pdf"}
    assert set(record.read(report).kept) == {"02_deux.pdf"}


def test_a_file_with_a_page_or_a_word_that_is_gone_goes(go, report, tmp_path):
    go(PAGES)
    (tmp_path / "notebooks" / "02_deux.ipynb").unlink()
    go(broken=True)
    assert set(contents(report)) == {"01_un.pdf"}
    go()
    go({"01_un": ["# Autre texte", *PAGES["01_un"]]})
    assert set(contents(report)) == {"01_un.pdf", "rapport.pdf", "bureau.pptx"}
    go(PAGES | {"02_deux": PAGES["02_deux"]}, broken=True)
    assert contents(report) == {}


def test_a_page_more_takes_nothing_away(go, report):
    go({"01_un": PAGES["01_un"]})
    go({"02_deux": PAGES["02_deux"]}, broken=True)
    assert set(contents(report)) == {"01_un.pdf", "rapport.pdf", "bureau.pptx"}


def test_a_page_that_fails_with_its_format_keeps_its_files(go, report):
    go(PAGES)
    go({"01_un": ["1/0"]}, broken=True)
    assert set(contents(report)) == set(FILES)


def test_faults_that_are_not_told_in_a_file_take_it_away(go, report, monkeypatch):
    go(PAGES)
    told = record.read(report)
    forced = [{**vars(page), "faults": ("Un fichier est faux.",)} for page in told.pages]
    pages = tuple(record.PageRecord(**page) for page in forced)
    record.write(record.RunRecord(**{**vars(told), "pages": pages}), report)
    go(broken=True, fresh=True)
    assert contents(report) == {}


def test_slides_are_due_where_their_page_is_or_will_be(tmp_path, monkeypatch):
    monkeypatch.setattr(formats, "FORMATS", {"slides": slides})
    one, bureau = (
        plan.Job("2026Q2", "public", "pays", "Pays", tmp_path / f"{page}.ipynb", page)
        for page in ("01_un", "14_bureau")
    )
    found = due.Due(((one, ()),), (), ())
    assert not due.makes_slides(found, tmp_path)
    assert due.makes_slides(due.Due(((bureau, ()),), (), ()), tmp_path)
    assert not due.makes_slides(due.Due((), (bureau,), ()), tmp_path)
    place = folder.of_job(tmp_path, one)
    place.mkdir(parents=True)
    (place / "14_bureau.ipynb").touch()
    assert due.makes_slides(found, tmp_path)
    monkeypatch.setattr(formats, "FORMATS", {})
    assert not due.makes_slides(found, tmp_path)


def test_every_format_names_the_files_that_it_writes():
    assert formats.FILES.keys() == formats.FORMATS.keys()
    named = {file for files in formats.FILES.values() for file in files}
    assert named == {pdf.REPORT, "{page}.pdf", opendata.NAME, SLIDES, workbook.NAME}


def test_a_template_is_looked_at_where_one_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv(slide_template.VARIABLE, str(tmp_path / "absent.pptx"))
    with pytest.raises(ReportError, match="no such file"):
        slide_template.check()
