"""What stands beside the figures of a slide: marks, notes of the speaker, what is missing."""

from collections.abc import Sequence
from typing import Any

from ternois_analysis import catalog, french
from ternois_analysis.display.block import Block
from ternois_analysis.display.published import cell, dated, interval
from ternois_analysis.observatory.values import NOT_INSTALLED
from ternois_analysis.publish import pdf, slide_tables
from ternois_analysis.publish.audience import AUDIENCES
from ternois_analysis.publish.reading import Chapter, Report
from ternois_analysis.publish.topics import Found

#: Intervals listed in the notes of one figure.
_MOST_INTERVALS = 24
_NAMING = ("territory_label", "category")


def foot(report: Report) -> str:
    """Whose slide it is, for which quarter and audience, with the marks that all formats bear."""
    run = report.run
    audience = AUDIENCES[run.audience]
    marks = [mark for mark in pdf.marks(report) if mark != audience]
    return " – ".join([french.typeset(run.label), french.quarter(run.quarter), audience, *marks])


def notes(title: str, found: Sequence[Found], report: Report, reading: str = "") -> str:
    """The notes of a slide: each figure with its reading, champ, source, note and page.

    Parameters
    ----------
    reading : str
        How to read a slide of which no block says it.
    """
    parts = [title]
    if reading and found and not any(item.block.reading for item in found):
        parts.append(french.typeset(f"Lecture : {reading}"))
    for item in found:
        block = item.block
        lines = [block.title, block.subtitle, *_rows(block), *_words(block), *_intervals(block)]
        lines.append(french.typeset(f"Page du rapport : {item.chapter.title}."))
        parts.append("\n".join(line for line in lines if line))
    faults = _faults(found, report)
    if faults:
        parts.append("\n".join([f"Avertissement{french.NBSP}:", *faults]))
    parts.append(foot(report))
    return "\n\n".join(parts)


def _rows(block: Block) -> list[str]:
    """The rows of a table of texts, which a slide has seldom room for."""
    if block.kind != "table" or block.table is None:
        return []
    cells = block.table.astype(str).to_numpy().tolist()
    if any(slide_tables.NUMBER.match(text) for row in cells for text in row):
        return []
    return [" – ".join(text.replace("\n", ", ") for text in row if text) for row in cells]


def _words(block: Block) -> list[str]:
    pairs = {"Champ": block.champ, "Source": block.source, "Note": block.note}
    lines = [f"{lead}{french.NBSP}: {text}" for lead, text in pairs.items() if text]
    return [block.reading, *lines]


def _intervals(block: Block) -> list[str]:
    """The values of a native chart with the intervals that it does not draw, in one sentence."""
    if block.kind != "chart":
        return []
    known = catalog.indicators()
    told = [
        f"{' '.join(filter(None, [*row[list(_NAMING)], dated(row['period'])]))} : "
        f"{cell(row, known[row['indicator']])} {bounds}"
        for _, row in block.values.iterrows()
        if row["indicator"] in known and (bounds := interval(row, known[row["indicator"]]))
    ]
    if not told or len(told) > _MOST_INTERVALS:
        return []
    return [french.typeset(f"Valeurs, avec leurs bornes entre crochets : {' ; '.join(told)}.")]


def _faults(found: Sequence[Found], report: Report) -> list[str]:
    records = (report.run.page(item.chapter.name) for item in found)
    return list(dict.fromkeys(fault for record in records if record for fault in record.faults))


def missing(report: Report) -> list[str]:
    """What the report lacks, in sentences: sources, pages, and checks that failed."""
    values = report.values
    rows = values[values["note"] == NOT_INSTALLED]
    names = {name for listed in rows["source"] for name in listed.split("+")}
    known = catalog.sources()
    sources = [
        f"{entry.title} ({entry.producer})"
        for name, entry in known.items()
        if name in names and not entry.files
    ]
    failed = [page.title for page in report.run.pages if page.status != "done"]
    told = []
    if report.synthetic:
        told.append(
            "Des chiffres de démonstration tiennent lieu de données qui ne sont pas reçues."
        )
    told += [f"Source non installée : {source}." for source in sources]
    told += [f"Page non établie : {title}." for title in failed]
    faults = (fault for page in report.run.pages for fault in page.faults)
    told += [f"Contrôle non passé : {fault}" for fault in dict.fromkeys(faults)]
    signs = {sign: int((values["status"] == sign).sum()) for sign in french.SIGNS}
    if counted := [f"{french.number(n)}{french.NBSP}« {sign} »" for sign, n in signs.items() if n]:
        listed = french.listing(counted)
        told.append(f"Valeurs non montrées dans l’ensemble du rapport : {listed}.")
    return [french.typeset(text) for text in told]


def seen(chapter: Chapter) -> str:
    """Where to read on."""
    return french.typeset(f"La suite dans la page « {chapter.title} » du rapport.")


def put(slide: Any, text: str) -> None:
    """Write the notes of a slide."""
    from ternois_analysis.publish.slide_text import LANGUAGE

    frame = slide.notes_slide.notes_text_frame
    frame.text = text
    for line in frame.paragraphs:
        for run in line.runs:
            run._r.get_or_add_rPr().set("lang", LANGUAGE)
