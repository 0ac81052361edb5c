"""Two reports compared: what both say, and never what one of them merely did not print."""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from ternois_analysis import catalog, paths
from ternois_analysis.batch import comparing
from ternois_analysis.batch.comparing import OneSided
from ternois_analysis.cli import app
from ternois_analysis.display.block import MIME
from ternois_analysis.errors import ReportError
from ternois_analysis.observatory import evolutions, observe
from ternois_analysis.publish import evidence, record
from ternois_analysis.publish.record import PageRecord, RunRecord
from ternois_analysis.publish.topics import CHANGES as PAGE

SHARE, COUNT, OWNERS = "vacancy_rate_pct", "craft_businesses", "owners_55_plus"
FIRST, SECOND = "01_un", "02_deux"


def value(indicator, number, status="", **changes):
    row = {
        "quarter": "", "audience": "public", "territory": "cc-pernois",
        "territory_label": "CC du Pernois", "indicator": indicator, "category": "",
        "period": "2021", "value": number, "low": None, "high": None, "n": None,
        "status": status or ("s" if number is None else "ok"), "note": "",
        "source": "recensement", "millesime": "2021", "synthetic": False,
    }  # fmt: skip
    return row | changes


def report(reports, quarter, content, territory="cc-pernois", **facts):
    """A report as a run leaves it: pages by name, each with the values it prints."""
    folder = reports / quarter / "public" / territory
    folder.mkdir(parents=True)
    lines = {}
    for page, values in content.items():
        rows = [row | {"quarter": row["quarter"] or quarter} for row in values]
        cell = {"cell_type": "code", "source": "", "metadata": {},
                "outputs": [{"data": {MIME: {"values": rows}}}]}  # fmt: skip
        book = {"cells": [cell]}
        (folder / f"{page}.ipynb").write_text(json.dumps(book), encoding="utf-8")
        lines[page] = evidence.rows(book)
    evidence.write(lines, folder)
    run = RunRecord(
        quarter=quarter, audience="public", territory=territory, label="CC du Pernois",
        provisional=True, started="2026-10-21", ended="2026-10-21", commit="", python="",
        platform="", packages={}, pages=tuple(
            PageRecord(page, page, "done", "2026-10-21", "2026-10-21", 1.0, "fast")
            for page in content
        ),
        sources=({"source": "recensement", "millesime": "2021", "part": "", "sha256": "aa"},),
    )  # fmt: skip
    record.write(replace(run, **facts), folder)


def written(reports, quarter, number, **facts):
    """A report of one page and one value, beside one that is hidden and one of elsewhere."""
    rows = [value(SHARE, number), value("population", None)]
    rows.append(value(SHARE, 1.0, quarter="2020Q1", territory="elsewhere"))
    report(reports, quarter, {FIRST: rows}, **facts)


@pytest.fixture(scope="module")
def door():
    return observe("2026Q3", "public")


def compared(reports, door, before, after):
    """The comparison of two reports, by indicator."""
    report(reports, "2026Q2", before)
    report(reports, "2026Q3", after)
    found = comparing.compare(reports, evolutions.previous(door), door)
    return found.set_index("indicator")


def test_two_reports_are_compared_as_they_were_printed(tmp_path, door):
    written(tmp_path, "2026Q2", 9.0, methods={SHARE: "1"})
    written(tmp_path, "2026Q3", 9.5, methods={SHARE: "2"})
    found = comparing.compare(tmp_path, evolutions.previous(door), door)
    rows = found.set_index("indicator")
    assert rows.loc[SHARE, ["before", "after", "why"]].tolist() == [9.0, 9.5, "method"]
    assert rows.loc["population", "change"] == "hidden"
    assert set(found["territory"]) == {"cc-pernois"}


def test_a_report_without_fingerprints_is_still_read(tmp_path, door):
    written(tmp_path, "2026Q2", 9.0)
    file = tmp_path / "2026Q2" / "public" / "cc-pernois" / "run.json"
    content = json.loads(file.read_text())
    del content["methods"]
    file.write_text(json.dumps(content))
    written(tmp_path, "2026Q3", 9.5, methods={SHARE: "2"})
    found = comparing.compare(tmp_path, evolutions.previous(door), door, ["cc-pernois"])
    assert found.set_index("indicator").loc[SHARE, "why"] == "correction"


def test_quarters_that_cannot_be_compared_say_what_to_do(tmp_path, door):
    before = evolutions.previous(door)
    with pytest.raises(ReportError, match="ternois run --quarter 2026Q2"):
        comparing.compare(tmp_path, before, door)
    written(tmp_path, "2026Q2", 9.0)
    with pytest.raises(ReportError, match="ternois run --quarter 2026Q3"):
        comparing.compare(tmp_path, before, door, ["cc-pernois"])
    with pytest.raises(ReportError, match="the earlier one first"):
        comparing.compare(tmp_path, door, before)


def test_the_page_of_the_story_is_one_of_ours():
    assert (paths.notebooks() / f"{PAGE}.ipynb").is_file()


@pytest.mark.parametrize("told", [0, 1])
def test_what_only_the_story_printed_neither_appeared_nor_disappeared(tmp_path, door, told):
    sides = [{FIRST: [value(SHARE, 9.0)], PAGE: []} for _ in range(2)]
    sides[told][PAGE] = [value(COUNT, 18.0)]
    assert compared(tmp_path, door, *sides).index.tolist() == [SHARE]


def test_what_both_stories_printed_is_left_out(tmp_path, door):
    sides = [{FIRST: [value(SHARE, 9.0)], PAGE: [value(COUNT, n)]} for n in (18.0, 19.0)]
    assert compared(tmp_path, door, *sides).index.tolist() == [SHARE]


def test_a_value_known_from_the_story_did_not_appear_on_another_page(tmp_path, door):
    before = {FIRST: [value(SHARE, 9.0)], PAGE: [value(COUNT, 18.0)]}
    after = {FIRST: [value(SHARE, 9.0), value(COUNT, 18.0)]}
    assert compared(tmp_path, door, before, after).index.tolist() == [SHARE]


def test_a_value_that_the_story_repeats_is_compared(tmp_path, door):
    sides = [{FIRST: [value(COUNT, n)], PAGE: [value(COUNT, n)]} for n in (18.0, 19.0)]
    found = compared(tmp_path, door, *sides)
    assert found[["change", "difference"]].values.tolist() == [["moved", 1.0]]


@pytest.mark.parametrize("alone", [0, 1])
def test_a_page_that_one_quarter_did_not_make_is_told_and_not_compared(tmp_path, door, alone):
    sides = [{FIRST: [value(SHARE, 9.0)]} for _ in range(2)]
    sides[alone][SECOND] = [value(COUNT, 18.0)]
    assert compared(tmp_path, door, *sides).index.tolist() == [SHARE]
    found = comparing.one_sided(tmp_path, evolutions.previous(door), door)
    assert found == (OneSided(("2026Q2", "2026Q3")[alone], "cc-pernois", (SECOND,)),)


def test_a_value_that_changed_pages_did_not_appear(tmp_path, door):
    before = {FIRST: [value(SHARE, 9.0)], SECOND: [value(COUNT, 18.0)]}
    after = {FIRST: [value(SHARE, 9.0), value(COUNT, 18.0)]}
    assert compared(tmp_path, door, before, after).index.tolist() == [SHARE]


def test_a_page_without_its_notebook_was_not_made(tmp_path, door):
    pages = {FIRST: [value(SHARE, 9.0)], SECOND: [value(COUNT, 18.0)]}
    report(tmp_path, "2026Q2", {FIRST: pages[FIRST]}, pages=tuple(
        PageRecord(page, page, status, "", "", 1.0, "fast")
        for page, status in ((FIRST, "done"), (SECOND, "failed"))
    ))  # fmt: skip
    report(tmp_path, "2026Q3", pages)
    found = comparing.one_sided(tmp_path, evolutions.previous(door), door)
    assert found == (OneSided("2026Q3", "cc-pernois", (SECOND,)),)


def test_a_territory_of_one_quarter_is_told_unless_another_was_asked_for(tmp_path, door):
    written(tmp_path, "2026Q2", 9.0)
    written(tmp_path, "2026Q3", 9.5)
    report(tmp_path, "2026Q3", {FIRST: [value(SHARE, 9.0)]}, "cc-frevent")
    before = evolutions.previous(door)
    assert comparing.one_sided(tmp_path, before, door) == (OneSided("2026Q3", "cc-frevent"),)
    assert comparing.one_sided(tmp_path, before, door, ["cc-pernois"]) == ()


def test_an_indicator_that_a_page_of_both_quarters_gained_or_lost_is_told(tmp_path, door):
    before = {FIRST: [value(SHARE, 9.0)]}
    after = {FIRST: [value(COUNT, 18.0)]}
    found = compared(tmp_path, door, before, after)
    assert found["change"].to_dict() == {SHARE: "disappeared", COUNT: "appeared"}


@pytest.mark.parametrize(
    ("statuses", "change"), [(("n.d.", "ok"), "appeared"), (("ok", "n.s."), "disappeared")]
)
def test_a_value_that_became_known_or_too_small_is_told(tmp_path, door, statuses, change):
    sides = [
        {FIRST: [value(SHARE, 9.0 if status == "ok" else None, status)]} for status in statuses
    ]
    assert compared(tmp_path, door, *sides).loc[SHARE, "change"] == change


def test_a_new_millesime_is_why_a_value_appeared(tmp_path, door):
    before = {FIRST: [value(SHARE, None, "n.d.", period="", millesime="")]}
    after = {FIRST: [value(SHARE, 9.0)]}
    found = compared(tmp_path, door, before, after).loc[SHARE]
    assert (found["change"], found["why"]) == ("appeared", "millesime")


@pytest.mark.parametrize("hidden", [0, 1])
@pytest.mark.parametrize("page", [FIRST, SECOND])
def test_what_one_quarter_hides_on_any_page_is_hidden_in_both(tmp_path, door, hidden, page):
    """Even on a page that the other did not make: a number must not come out as « appeared »."""
    sides = [{FIRST: [value(SHARE, 9.0), value(COUNT, 12.0)]} for _ in range(2)]
    sides[hidden][FIRST] = [value(SHARE, 9.0)]
    sides[hidden][page] = [*sides[hidden].get(page, []), value(COUNT, None)]
    found = compared(tmp_path, door, *sides).loc[COUNT]
    assert (found["change"], found["why"]) == ("hidden", "")
    assert found[["status_before", "status_after"]].tolist() == ["s", "s"]
    assert found[["before", "after", "difference"]].isna().all()


def test_a_value_hidden_here_is_not_shown_by_a_page_of_the_other_quarter_alone(tmp_path, door):
    before = {FIRST: [value(COUNT, None)]}
    after = {FIRST: [], SECOND: [value(COUNT, 12.0)]}
    found = compared(tmp_path, door, before, after)
    assert found["change"].tolist() == ["hidden"]
    assert found[["before", "after"]].isna().all(axis=None)


def test_a_difference_of_persons_stays_withheld(tmp_path, door):
    sides = [{FIRST: [value(OWNERS, n)]} for n in (12.0, 13.0)]
    found = compared(tmp_path, door, *sides)
    assert found["change"].tolist() == ["withheld"]
    assert found[["before", "after", "difference"]].isna().all(axis=None)


def test_reports_with_no_page_in_common_give_an_empty_comparison(tmp_path, door):
    found = compared(tmp_path, door, {FIRST: [value(SHARE, 9.0)]}, {SECOND: [value(COUNT, 18.0)]})
    assert found.empty
    assert set(evolutions.COLUMNS) - {"indicator"} <= set(found.columns)


def test_the_command_says_what_it_did_not_compare(tmp_path):
    report(tmp_path, "2026Q2", {FIRST: [value(SHARE, 9.0)]})
    report(tmp_path, "2026Q3", {FIRST: [value(SHARE, 9.5)], SECOND: [value(COUNT, 18.0)]})
    report(tmp_path, "2026Q3", {FIRST: [value(SHARE, 9.0)]}, "cc-frevent")
    asked = ["compare", "2026Q2", "2026Q3", "--audience", "public", "--out", str(tmp_path)]
    said = CliRunner().invoke(app, asked, catch_exceptions=False).output
    assert "Only in 2026Q3, so not compared: cc-frevent, the whole report\n" in said
    assert f"Only in 2026Q3, so not compared: cc-pernois, pages {SECOND}\n" in said
    assert re.search(r"^1 moved$", said, re.M)
    table = pd.read_csv(tmp_path / "evolutions" / "2026Q2-2026Q3-public.csv")
    assert table["indicator"].tolist() == [SHARE]
    assert np.isclose(table["difference"], 0.5).all()
    assert catalog.indicator(COUNT).short not in said
