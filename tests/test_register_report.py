"""The quality report: French, self-contained, line numbers only."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from test_register_checks import ONE_ROW
from test_register_rows import (
    COMMUNES,
    KEY,
    PASSAGE,
    SOUND,
    accepted,
    csv_text,
    numbered,
    write,
    zipped,
)

from ternois_analysis.catalog.register import register as catalogue
from ternois_analysis.sources import register
from ternois_analysis.sources.register import Outside

_VOID = {"meta", "br", "hr", "img", "link", "input"}


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.text.append(data)


def page(html: str) -> Page:
    parsed = Page()
    parsed.feed(html)
    assert parsed.open == []
    return parsed


@pytest.fixture
def report(tmp_path: Path) -> str:
    rows = [SOUND | numbered(i) | cells for i, (_, cells) in enumerate(ONE_ROW)]
    previous = accepted(tmp_path, [SOUND | numbered(i) for i in range(5)]).accepted
    previous = previous.assign(extracted=previous["extracted"].min() - pd.Timedelta(days=90))
    beside = Outside(previous=previous, perimeter=("62361", "62767"))
    return register.quality_report(accepted(tmp_path, rows, beside=beside))


def test_the_report_is_whole_html_without_any_outside_address(report: str) -> None:
    parsed = page(report)
    assert "http" not in report
    assert "//" not in report
    assert not {tag for tag, _, _ in parsed.attributes} & {"script", "link", "img", "iframe"}
    assert ("html", "lang", "fr") in parsed.attributes


def test_the_report_says_the_count_the_remedy_and_the_lines_of_each_check(tmp_path: Path) -> None:
    html = register.quality_report(
        accepted(tmp_path, [SOUND, SOUND | {"SIREN": "", "SIRET": ""}, SOUND])
    )
    text = " ".join(" ".join(page(html).text).split())
    assert "Lignes reçues : 3 = acceptées : 1 + écartées : 2 ." in text
    said = "SIREN absent ou faux (9 chiffres, clé de Luhn) (ligne écartée) 1 Reprendre le SIREN"
    assert f"DQ04 {said} dans Sirene. 4" in text
    assert "DQ07" in text


def test_every_check_that_was_not_made_is_named(tmp_path: Path) -> None:
    text = " ".join(page(register.quality_report(accepted(tmp_path, [SOUND]))).text)
    for name, check in catalogue().checks.items():
        if check.needs:
            assert name in text
    assert "Non vérifiable\u00a0: source absente" in text


def test_the_report_is_set_in_french_type(report: str) -> None:
    text = "".join(page(report).text)
    assert re.findall(r"[^\s\u00a0\u202f]( |)[;!?»](?=\s)", text) == []
    assert re.findall(r"\w'\w", text) == []
    assert re.findall(r" [:%]", text) == []


def test_a_name_that_is_code_is_shown_as_text(tmp_path: Path) -> None:
    table = csv_text([SOUND]).replace("N° GESTION", "<img src=x>").encode("cp1252")
    path = write(
        tmp_path, zipped({"<script>.csv": table, "b.csv": table}), "registre_2026-07-10.zip"
    )
    html = register.quality_report(register.accept(path, COMMUNES, PASSAGE, key=KEY))
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;img src=x&gt;" in html
