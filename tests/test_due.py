"""A page is made again when something that it rests on has changed, and only then."""

import dataclasses
import importlib
import json
import shutil
import sys

import pytest

from ternois_analysis import catalog, paths, sources, trail
from ternois_analysis.batch import dependencies, due, folder, plan, runner, unchanged
from ternois_analysis.display import material
from ternois_analysis.observatory import fingerprints, observe
from ternois_analysis.observatory.checks import Check
from ternois_analysis.publish import formats, record, slide_template

#: The module, which a function of its package hides.
indicators = importlib.import_module("ternois_analysis.catalog.indicators")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the fast engine forks")

#: A page on population, one on housing, one on the register and one of the bureau's comments.
PAGES = ["01_portrait", "02_demographie_habitat", "03_artisanat"]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A report of three pages made from the bundled data, and its plan."""
    reports = tmp_path_factory.mktemp("due")
    planned = plan.plan(
        "2026Q3", observe, paths.notebooks(), territories=["cc-pernois"], pages=PAGES,
        audiences=["partners"],
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "FORMATS", {})
        result = runner.run(planned, reports, observe, warm=material.warm, fresh=True)
    assert result.whole
    return planned, reports


@pytest.fixture
def pages(made):
    """The pages that are due now, and whether formats alone are."""

    def look(**options):
        planned, reports = made
        found = due.due(planned, reports, observe, **options)
        assert {job.page for job, _ in found.jobs} | {j.page for j in found.valid} == set(PAGES)
        return [job.page for job, _ in found.jobs], bool(found.formats)

    return look


@pytest.fixture
def touched(monkeypatch, tmp_path):
    """Makes the package seem changed: the file of a module, template or style."""

    def touch(name):
        copy = tmp_path / "package"
        shutil.copytree(paths.package(), copy, ignore=shutil.ignore_patterns("__pycache__"))
        (copy / name).write_text((copy / name).read_text() + "\n")
        monkeypatch.setattr(paths, "package", lambda: copy)

    return touch


def test_nothing_changed_is_nothing_due(pages):
    assert pages() == ([], False)


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("display/craft.py", ["03_artisanat"]),
        ("methods/funnel.py", ["03_artisanat"]),
        ("display/wood.py", []),
        ("display/employment.py", []),
        ("display/tables.py", PAGES),
        ("territory/totals.py", PAGES),
        ("publish/templates/report.css", PAGES),
        ("display/assets/display.css", PAGES),
        ("sources/formats/wide.py", []),
    ],
)
def test_a_module_or_asset_touches_the_pages_that_reach_it(pages, touched, module, expected):
    touched(module)
    assert pages()[0] == expected


def test_a_module_of_a_format_makes_the_formats_again_and_no_page(pages, touched):
    touched("publish/workbook.py")
    assert pages() == ([], True)


def entry(monkeypatch, name, **changes):
    known = indicators._known()
    changed = dataclasses.replace(dict.__getitem__(known, name), **changes)
    monkeypatch.setattr(
        indicators, "_known", lambda: type(known)({**dict(dict.items(known)),
                                                  name: indicators._named(changed, name)},
                                                 known.one, known.whole),
    )  # fmt: skip


def test_a_label_touches_the_pages_that_show_it(pages, monkeypatch):
    entry(monkeypatch, "craft_density_per_10000", label="Autre libellé")
    assert pages()[0] == ["03_artisanat"]


def test_a_label_that_no_page_shows_touches_none(pages, monkeypatch):
    entry(monkeypatch, "owners_55_plus", label="Autre libellé")
    assert pages()[0] == []


def test_the_way_a_value_is_computed_touches_the_pages_that_read_it(pages, monkeypatch):
    before = dict(fingerprints.fingerprints())
    monkeypatch.setattr(
        fingerprints, "fingerprints", lambda: {**before, "craft_density_per_10000": "other"}
    )
    assert pages()[0] == ["03_artisanat"]


def test_a_notebook_touches_its_page(pages, made, monkeypatch, tmp_path):
    path = next(paths.notebooks().glob("02_*.ipynb"))
    other = json.loads(path.read_text())
    other["cells"][0]["source"] = ["# Un autre titre"]
    copy = tmp_path / path.name
    copy.write_text(json.dumps(other))
    placed = paths.placed
    monkeypatch.setattr(
        paths, "placed", lambda text: copy if text.endswith(path.name) else placed(text)
    )
    assert pages()[0] == ["02_demographie_habitat"]


def test_outputs_kept_in_a_notebook_touch_nothing(pages, monkeypatch, tmp_path):
    path = next(paths.notebooks().glob("02_*.ipynb"))
    other = json.loads(path.read_text())
    code = next(cell for cell in other["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}]
    copy = tmp_path / path.name
    copy.write_text(json.dumps(other))
    placed = paths.placed
    monkeypatch.setattr(
        paths, "placed", lambda text: copy if text.endswith(path.name) else placed(text)
    )
    assert pages()[0] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("taxe_habitation", ["01_portrait"]),
        ("populations", PAGES),
        ("communes", PAGES),
        ("dvf", []),
    ],
)
def test_a_new_millesime_touches_the_pages_that_read_its_source(
    pages, monkeypatch, source, expected
):
    visible = sources.read.__globals__["visible"]

    def seen(name, quarter):
        files = visible(name, quarter)
        if name == source:
            one = catalog.SourceFile("2030", "2024-01-01", "2025-01-01", "", "2025", "", "f" * 8, 1)
            files = [*files, one]
        return files

    monkeypatch.setitem(sources.read.__globals__, "visible", seen)
    assert pages()[0] == expected


def test_a_register_that_comes_touches_the_pages_of_the_register(pages, tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    (tmp_path / "register").mkdir()
    (tmp_path / "register" / "new").write_text("x")
    assert pages()[0] == ["03_artisanat"]


def test_a_package_touches_all_pages_and_formats(pages, monkeypatch):
    versions = dict(dependencies._versions())
    monkeypatch.setattr(dependencies, "_versions", lambda: {**versions, "pandas": "99"})
    assert pages()[0] == PAGES


def test_a_fault_touches_the_pages_that_read_its_source(pages):
    fault = Check("taxe_habitation", "negative", "x", "x", "2020", 0, 1, "block")
    assert pages(inspect=lambda door: (fault,))[0] == ["01_portrait"]


def test_another_name_of_the_territory_touches_all_its_pages(made):
    planned, reports = made
    renamed = dataclasses.replace(
        planned, jobs=tuple(dataclasses.replace(job, label="Autre") for job in planned.jobs)
    )
    assert len(due.due(renamed, reports, observe).jobs) == len(PAGES)


def test_a_page_that_is_gone_is_due(made, pages):
    planned, reports = made
    place = folder.of_job(reports, planned.jobs[0])
    page = place / "01_portrait.html"
    aside = page.rename(place / "aside")
    try:
        assert pages()[0] == ["01_portrait"]
    finally:
        aside.rename(page)


@pytest.mark.parametrize("damage", ["", "{", '{"leaves": [], "pages": {"01_portrait": [7]}}'])
def test_a_report_that_does_not_say_what_it_rests_on_is_made_again(made, pages, damage):
    planned, reports = made
    path = folder.of_job(reports, planned.jobs[0]) / dependencies.NAME
    before = path.read_text()
    path.write_text(damage)
    try:
        assert pages()[0] == PAGES
    finally:
        path.write_text(before)


def test_everything_is_due_when_asked_for(pages):
    assert pages(fresh=True)[0] == PAGES


def test_what_moved_is_said_in_words():
    assert due.explained(["module:display/maps.py", "files:dvf@2026Q3"]) == (
        "module display/maps.py, files of dvf@2026Q3"
    )
    assert due.explained([f"package:{n}" for n in "abcdef"]).endswith("and 2 more")


def test_a_page_made_again_leaves_the_others_as_they_were(made, tmp_path):
    planned, reports = made
    copied = tmp_path / "reports"
    shutil.copytree(reports, copied)
    place = folder.of_job(copied, planned.jobs[0])
    before = {page.page: page for page in record.read(place).pages}
    values = (place / "values.csv").read_bytes()
    (place / "02_demographie_habitat.html").unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(formats, "FORMATS", {})
        result = runner.run(planned, copied, observe, warm=material.warm)
    assert [told.job.page for told in result.outcomes] == ["02_demographie_habitat"]
    assert sorted(job.page for job in result.valid) == ["01_portrait", "03_artisanat"]
    after = {page.page: page for page in record.read(place).pages}
    assert after["01_portrait"] == before["01_portrait"]
    assert (place / "values.csv").read_bytes() == values
    assert not due.due(planned, copied, observe).jobs


def test_what_a_format_alone_reads_makes_the_formats_again_and_no_page(made, tmp_path, monkeypatch):
    planned, reports = made
    copied = tmp_path / "reports"
    shutil.copytree(reports, copied)

    def write(report, place):
        (place / "made.txt").write_text(catalog.indicator("owners_55_plus").formula)
        slide_template.chosen()
        return []

    monkeypatch.setattr(formats, "FORMATS", {"text": write})
    (folder.of_job(copied, planned.jobs[0]) / dependencies.NAME).unlink()
    assert runner.run(planned, copied, observe, warm=material.warm).whole
    again = due.due(planned, copied, observe)
    assert again.nothing
    with pytest.MonkeyPatch.context() as patch:
        entry(patch, "owners_55_plus", formula="Autre formule")
        moved = due.due(planned, copied, observe)
        assert (moved.jobs, len(moved.formats)) == ((), 1)
    template = tmp_path / "bureau.pptx"
    template.write_bytes(b"x")
    monkeypatch.setenv(slide_template.VARIABLE, str(template))
    moved = due.due(planned, copied, observe)
    assert (moved.jobs, len(moved.formats)) == ((), 1)


def test_a_kept_result_tells_what_it_was_made_from_each_time_it_is_used():
    looked = []

    @trail.leaf("essay")
    def look(key):
        looked.append(key)
        return f"<{key}>"

    @trail.lru_cache()
    def square(number):
        trail.note("essay", str(number))
        return number**2

    class Thing:
        @trail.cached_property
        def four(self):
            return square(2)

    thing = Thing()
    assert thing.four == 4
    with trail.followed() as outer:
        with trail.followed() as inner:
            assert thing.four == 4
        with trail.aside():
            square(3)
    assert inner.all() == outer.all() == {"essay:2": "<2>"}
    assert looked == ["3"] or looked == ["2", "3"]


def test_what_one_page_read_is_not_told_of_the_next_in_the_same_process():
    trail.begin()
    trail.note("known", "population")
    assert trail.noted("known") >= {"population"}
    trail.begin()
    assert trail.noted("known") == set()
    with trail.followed():
        trail.note("known", "area_km2")
        trail.begin()
        assert trail.noted("known") == {"area_km2"}


def test_a_request_answered_is_known_until_anything_changes(tmp_path):
    reports = tmp_path / "reports"
    place = reports / "2026Q3" / "partners" / "pays"
    place.mkdir(parents=True)
    page = place / "01.html"
    page.write_text("x")
    portal = reports / "index.html"
    unchanged.remember(reports, ["2026Q3", None], "state", [place], [portal])
    assert unchanged.answered(reports, ["2026Q3", None], "state") == [str(portal)]
    assert unchanged.answered(reports, ["2026Q3", ["x"]], "state") == []
    assert unchanged.answered(reports, ["2026Q3", None], "other") == []
    page.write_text("longer")
    assert unchanged.answered(reports, ["2026Q3", None], "state") == []
    (reports / unchanged.NAME).write_text("{")
    assert unchanged.answered(reports, ["2026Q3", None], "state") == []


@pytest.mark.parametrize("part", ["data", "notebooks", "comments", "store"])
def test_the_state_changes_with_any_file_that_reports_may_rest_on(tmp_path, monkeypatch, part):
    for name in ("data", "notebooks", "comments", "shapefiles", "store"):
        (tmp_path / name).mkdir()
    (tmp_path / "data" / "sources.yml").write_text("sources: {}")
    monkeypatch.setenv("TERNOIS_HOUSE", str(tmp_path))
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    before = unchanged.state()
    assert unchanged.state() == before
    (tmp_path / part / "new").write_text("x")
    assert unchanged.state() != before


def test_the_state_changes_with_a_template_named_elsewhere(tmp_path, monkeypatch):
    template = tmp_path / "bureau.pptx"
    template.write_bytes(b"x")
    before = unchanged.state()
    monkeypatch.setenv(slide_template.VARIABLE, str(template))
    named = unchanged.state()
    assert named != before
    template.write_bytes(b"longer")
    assert unchanged.state() != named
