import os
import re
from pathlib import Path

import pytest

from ternois_analysis.publish import portal, record
from ternois_analysis.publish.record import PageRecord, RunRecord

SOURCES = (
    {"source": "mini", "title": "Comptes inventés", "millesime": "2023", "sha256": "ab" * 32},
)


def page(name, status="done", **options):
    return PageRecord(
        name,
        f"Page {name}",
        status,
        "2026-07-30T10:00:00+02:00",
        "2026-07-30T10:05:00+02:00",
        1.5,
        "fast",
        **options,
    )


def report(reports, territory, *pages, label="", audience="public", **options):
    folder = reports / "2026Q2" / audience / territory
    folder.mkdir(parents=True)
    made = RunRecord(
        quarter="2026Q2", audience=audience, territory=territory, label=label or territory,
        started="2026-07-30T10:00:00+02:00", ended="2026-07-30T10:05:00+02:00", commit="abc",
        python="3.11", platform="x", packages={}, sources=SOURCES, pages=pages,
        **{"provisional": False, **options},
    )  # fmt: skip
    record.write(made, folder)
    for told in pages:
        if told.status == "done" or told.kept:
            (folder / f"{told.page}.html").write_text("")
    for name in ("values.csv", ".hidden"):
        (folder / name).write_text("")
    return folder


def rows(html):
    """Name and files of each territory, then its pages, as plain text."""
    places = re.findall(r'<section class="place".*?>(.*?)</section>', html, re.S)
    parts = [re.findall(r"<h3.*?</p>|<li>.*?</li>", place, re.S) for place in places]
    return [[" ".join(re.sub("<[^>]+>", " ", c).split()) for c in row] for row in parts]


@pytest.fixture
def reports(tmp_path):
    report(tmp_path, "cc-b", page("01", synthetic=True), label="Bois")
    report(
        tmp_path, "cc-a",
        page("01", "failed", kind="timeout", error="Stopped after 5 s.", kept="2026-07-01T00:00"),
        page("02", "stale"), page("03", "failed", kind="error", error="<b>"), label="Anvin",
    )  # fmt: skip
    return tmp_path


def test_every_territory_and_page_has_its_state(reports):
    path = portal.write(reports / "2026Q2" / "public", {"04": "Quatre"})
    day = "30 juillet 2026, 10 h 05 : valeurs · fiche du calcul"
    assert rows(path.read_text().replace("\u00a0", " ")) == [
        [f"Anvin {day}",
         "Page 01 en échec. Durée limite dépassée. Stopped after 5 s. page du 1er juillet 2026",
         "Page 02 à refaire : ses chiffres ont changé depuis",
         "Page 03 en échec. Erreur. &lt;b&gt;", "Quatre non faite"],
        [f"Bois {day}", "Page 01 démonstration", "Page 02 non faite", "Page 03 non faite",
         "Quatre non faite"],
    ]  # fmt: skip


def test_every_link_is_relative_and_leads_somewhere(reports):
    report(reports, "pays", page("01"), audience="internal")
    for audience in ("public", "internal"):
        portal.write(reports / "2026Q2" / audience, {})
    portal.write_list(reports)
    for path in reports.glob("**/index.html"):
        html = path.read_text()
        links = re.findall(r'(?:href|src)="([^"]*)"', html)
        assert len(links) > 3
        for link in links:
            if not link.startswith(("#", "data:")):
                assert (path.parent / link.partition("#")[0]).is_file(), link
        assert "://" not in html


def test_a_copied_folder_still_works(reports, tmp_path_factory):
    portal.write(reports / "2026Q2" / "public", {})
    portal.write_list(reports)
    stick = tmp_path_factory.mktemp("usb") / "copie"
    Path(os.fspath(reports)).rename(stick)
    text = (stick / "2026Q2" / "public" / "index.html").read_text()
    assert str(reports) not in text


def test_marks_of_any_report_are_marks_of_the_portal(reports):
    path = portal.write(reports / "2026Q2" / "public", {})
    assert "<li>données de démonstration</li>" in path.read_text()
    assert "<li>provisoire</li>" not in path.read_text()
    report(reports, "pays", page("01"), provisional=True)
    assert "<li>provisoire</li>" in portal.write(path.parent, {}).read_text()


def test_sources_are_listed_once_with_millesimes_and_fingerprints(reports):
    html = portal.write(reports / "2026Q2" / "public", {}).read_text()
    assert html.count("Comptes inventés") == 1
    assert '2023 <span class="hash">abababababab</span>' in html


def test_the_list_has_the_newest_quarter_first_and_the_widest_audience_last(reports):
    report(reports, "pays", page("01"), audience="internal")
    for place in (reports / "2026Q2").iterdir():
        portal.write(place, {})
    for stray in ("2025Q4/public", "2025Q4/other", "notes/public"):
        (reports / stray).mkdir(parents=True)
        (reports / stray / "index.html").write_text("")
    html = portal.write_list(reports).read_text()
    assert re.findall(r'href="(\w+/\w+)/index.html"', html) == [
        "2026Q2/internal", "2026Q2/public", "2025Q4/public",
    ]  # fmt: skip


def test_no_report_yet_is_said(tmp_path):
    assert "Aucun rapport" in portal.write_list(tmp_path).read_text()


def test_a_portal_that_cannot_be_finished_leaves_the_earlier_one(reports, monkeypatch):
    path = portal.write(reports / "2026Q2" / "public", {})
    before = path.read_text()

    def full(self, content):
        with self.open("wb") as file:
            file.write(content[:100])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="disk full"):
        portal.write(reports / "2026Q2" / "public", {"09": "Neuf"})
    assert path.read_text() == before
