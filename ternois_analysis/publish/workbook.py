"""The workbook of a territory: every published value as a number, with native charts."""

import io
import re
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from ternois_analysis import catalog, french
from ternois_analysis.publish import (
    slide_notes,
    workbook_charts,
    workbook_lists,
    workbook_pages,
    writing,
)
from ternois_analysis.publish.reading import Report
from ternois_analysis.publish.workbook_pages import Behind
from ternois_analysis.publish.workbook_style import Styles, paper

NAME = "indicators.xlsx"
README, VALUES, DEFINITIONS, SOURCES = "Lisez-moi", "Indicateurs", "Définitions", "Sources"
#: Longest name of a sheet, and what it may not hold.
_LONGEST = 31
_REFUSED = re.compile(r"[\[\]:*?/\\]")
#: What a long name does without: its article, and words that say nothing at its end.
_ARTICLE = re.compile(r"^(?:Les |Le |La |L’)(?=\w)")
_ENDING = re.compile(
    r"(?:[ ,;–-]+|\s(?:à|au|aux|d’|de|des|du|en|et|l’|la|le|les|ou|par|pour|sur))+$"
)


def write(report: Report, folder: Path) -> list[Path]:
    """Write `indicators.xlsx`; the same report gives the same bytes.

    Parameters
    ----------
    report : Report
        With at least one chapter.
    folder : Path
        An existing folder; a file of the same name is replaced once the new one is whole.

    Raises
    ------
    ReportError
        If there is no chapter.
    """
    writing.check_pages(report)
    return [writing.replaced(folder / NAME, made(report))]


def made(report: Report) -> bytes:
    """The workbook of a report as the bytes of a file."""
    from xlsxwriter import Workbook

    content = io.BytesIO()
    book = Workbook(
        content,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(_facts(report))
    styles = Styles(book)
    foot = slide_notes.foot(report)
    titles = _titles(report)
    sheets = {name: book.add_worksheet(name) for name in
              (README, VALUES, *titles, DEFINITIONS, SOURCES, workbook_charts.NUMBERS)}  # fmt: skip
    told = [
        (VALUES, "toutes les valeurs, une par ligne"),
        *((name, "les chiffres et les graphiques de la page") for name in titles),
        (DEFINITIONS, "définition, calcul, intervalle, fiabilité et secret de chaque indicateur"),
        (SOURCES, "producteur, licence, dates et empreinte de chaque fichier"),
        (workbook_charts.NUMBERS, "les nombres que les graphiques dessinent"),
    ]
    values = report.values
    workbook_lists.readme(sheets[README], report, styles, told)
    workbook_lists.values(sheets[VALUES], values, styles)
    behind = Behind(sheets[workbook_charts.NUMBERS], count())
    behind.sheet.set_column(0, 0, 44)
    behind.sheet.set_column(1, 8, 24)
    for name, chapter in zip(titles, report.chapters, strict=True):
        workbook_pages.page(book, sheets[name], chapter, behind, styles)
    workbook_lists.definitions(sheets[DEFINITIONS], list(values["indicator"].unique()), styles)
    workbook_lists.sources(sheets[SOURCES], report, styles)
    for name, sheet in sheets.items():
        paper(sheet, foot, head=0 if name in (VALUES, DEFINITIONS, SOURCES) else None)
    sheets[README].fit_to_pages(1, 1)
    book.close()
    return content.getvalue()


def _facts(report: Report) -> dict[str, Any]:
    facts = catalog.territories()
    moment = datetime.fromisoformat(report.run.ended).astimezone(UTC)
    return {
        "title": french.typeset(f"{report.run.label}, {french.quarter(report.run.quarter)}"),
        "author": facts.territories[facts.pays].label,
        "subject": "Indicateurs",
        "keywords": slide_notes.foot(report),
        "created": moment.replace(tzinfo=None),
    }


def _titles(report: Report) -> list[str]:
    """A name for the sheet of each chapter: short, allowed, and no other sheet's."""
    taken = {n.lower() for n in (README, VALUES, DEFINITIONS, SOURCES, workbook_charts.NUMBERS)}
    found = []
    for chapter in report.chapters:
        plain = _REFUSED.sub(" ", chapter.title).strip(" '’") or chapter.name
        endings = ("", *(f" ({rank})" for rank in range(2, len(report.chapters) + 9)))
        name = next(
            made
            for ending in endings
            if (made := _short(plain, _LONGEST - len(ending)) + ending).lower() not in taken
        )
        taken.add(name.lower())
        found.append(name)
    return found


def _short(title: str, room: int) -> str:
    """A title that fits, cut between words where one can be."""
    if len(title) > room and (article := _ARTICLE.match(title)):
        bare = title[article.end() :]
        title = bare[0].upper() + bare[1:]
    if len(title) <= room:
        return title
    whole, _, _ = title[: room + 1].rpartition(" ")
    return _ENDING.sub("", whole) or title[:room].rstrip()
