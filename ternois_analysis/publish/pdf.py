"""A report as PDF, tagged PDF/UA-1: one file for the territory and one a page, set by Typst.

Typst starts threads, and a process forked after that would wait for them for ever: write PDF files
in a process of their own, or in one that has done with forking.
"""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ternois_analysis import french
from ternois_analysis.display import theme
from ternois_analysis.display.theme import font_folder as font_folder
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.publish import typst_content, writing
from ternois_analysis.publish.audience import AUDIENCES
from ternois_analysis.publish.reading import Report

#: The whole of a territory, beside one file a page.
REPORT = "rapport.pdf"
TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
#: Families that the template names; the figures are drawn in the first.
FAMILIES = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono")


def write(report: Report, folder: Path) -> list[Path]:
    """Write the report of a territory and one file a page.

    All are made before the first is written.

    Parameters
    ----------
    report : Report
        With at least one chapter.
    folder : Path
        An existing folder; files of the same names are replaced.

    Returns
    -------
    list of Path
        `rapport.pdf`, then `<page>.pdf` in page order.

    Raises
    ------
    ReportError
        If there is no chapter, a font is missing, or Typst refuses the document.
    """
    writing.check_pages(report)
    pages = [Report(report.run, (chapter,)) for chapter in report.chapters]
    # Typst keeps what it laid out over the next ten documents or so: the whole, which shares most
    # with each page, comes amid them.
    half = len(pages) // 2
    first = [single(page) for page in pages[:half]]
    contents = [whole(report), *first, *(single(page) for page in pages[half:])]
    names = [REPORT, *(f"{chapter.name}.pdf" for chapter in report.chapters)]
    made = dict(zip(names, contents, strict=True))
    for name, content in made.items():
        writing.replaced(folder / name, content)
    return [folder / name for name in made]


def whole(report: Report) -> bytes:
    """All chapters of a territory, with cover, contents, annex and sources."""
    subtitle = f"Rapport du {_quarter(report.run.quarter)}"
    return _compiled(report, report.run.label, subtitle, cover=True)


def single(report: Report) -> bytes:
    """The only chapter of a report, with its annex and sources."""
    return _compiled(report, report.chapters[0].title, "", cover=False)


def _compiled(report: Report, title: str, subtitle: str, *, cover: bool) -> bytes:
    run = report.run
    chapters, annex = typst_content.chapters(report, whole=cover)
    printed = {chapter.name for chapter in report.chapters}
    absent = [page.title for page in run.pages if cover and page.page not in printed]
    ended = datetime.fromisoformat(run.ended)
    names = dict.fromkeys((title, run.label, french.quarter(run.quarter)))
    running = {
        "cover": cover,
        "label": run.label,
        "quarter": french.quarter(run.quarter),
        "audience": AUDIENCES[run.audience],
        "marks": marks(report),
    }
    data = {
        **running,
        "title": title,
        "subtitle": subtitle,
        "name": " – ".join(names),
        "made": f"{french.date(run.ended[:10])} à {ended:%H}{french.NBSP}h{french.NBSP}{ended:%M}",
        "commit": run.commit,
        "chapters": chapters,
        "absent": absent,
        "annex": annex,
        "sources": [_told(file) for file in report.sources],
    }
    return typeset(data, TEMPLATE.read_bytes(), ended, title, running)


def marks(report: Report) -> list[str]:
    """What every page must say of the report: provisional, invented data, internal use."""
    said = {
        "provisoire": report.run.provisional,
        theme.DEMONSTRATION: report.synthetic,
        AUDIENCES["internal"]: report.run.audience == "internal",
    }
    return [mark for mark, true in said.items() if true]


def _quarter(code: str) -> str:
    return f"{french.ordinal(int(code[-1]))}{french.NBSP}trimestre {code[:4]}"


def _told(file: Any) -> str:
    """A source in one sentence, as the pages tell it."""
    text = ", ".join(part for part in (file.producer, file.title) if part)
    if file.millesimes:
        text += f", {french.plural(len(file.fingerprints), 'millésime')} {file.millesimes}"
    if file.licence:
        text += f" ({file.licence})"
    return french.typeset(text + (f" – {theme.DEMONSTRATION}" if file.synthetic else ""))


def typeset(
    data: Mapping[str, Any],
    template: bytes,
    moment: datetime,
    what: str,
    running: Mapping[str, Any] | None = None,
) -> bytes:
    """A template with its data as tagged PDF; the same call gives the same bytes.

    Parameters
    ----------
    data : mapping
        JSON types; the template reads them from `data.json`, after its first two characters, with
        the words and colours of the house under `house`.
    moment : datetime
        Date of the file, with its offset.
    what : str
        Names the document in an error.
    running : mapping, optional
        What heads and feet of pages say, read likewise from `running.json`.

    Raises
    ------
    ReportError
        If a font is missing, Typst refuses the document, or this process was forked from one that
        had used Typst.
    """
    import typst

    if _starter() != os.getpid():
        raise ReportError(
            explain(
                f"The PDF of « {what} » cannot be made in this process",
                expected="a process in which Typst starts",
                found="a fork of one in which it had started",
                do="Write PDF files in forked processes only, or only after the last fork.",
            )
        )
    own = theme.identity()
    known = {"title": own.title, "colour": own.colour, "link": own.link}
    told = {"data.json": data, "running.json": running or {}}
    # Each file is also read as Typst source, in vain: as one comment that takes no time.
    files = {
        name: f"//{json.dumps({**content, 'house': known}, ensure_ascii=False)}".encode()
        for name, content in told.items()
    }
    try:
        made, said = typst.compile_with_warnings(
            {"main": template, **files},
            font_paths=fonts(font_folder()),
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=int(moment.timestamp()),
        )
    except typst.TypstError as error:
        raise _refused(what, [error.message, *error.hints]) from error
    if said:
        raise _refused(what, [warning.message for warning in said])
    return bytes(made)


def started() -> bool:
    """Whether Typst was used in this process, or in one that it was forked from."""
    return _starter.cache_info().currsize > 0


@lru_cache(maxsize=1)
def _starter() -> int:
    """The process in which Typst was first used, here or before a fork."""
    return os.getpid()


def _refused(what: str, found: Sequence[str]) -> ReportError:
    return ReportError(
        explain(
            f"The PDF of « {what} » cannot be made",
            expected="a document that Typst lays out without remark",
            found=found,
            do="Mend the block or the text named; other formats are not touched.",
        )
    )


@lru_cache(maxsize=2)
def fonts(folder: Path) -> Any:
    """The fonts of a folder and no others, so that every machine makes the same file.

    Raises
    ------
    ReportError
        If a family is not there.
    """
    import typst

    found = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )
    missing = [family for family in FAMILIES if family not in found.families()]
    if missing:
        raise ReportError(
            explain(
                f"Fonts are missing in {folder}",
                expected=FAMILIES,
                found=f"without {', '.join(missing)}",
                do="Install matplotlib again: it comes with them.",
            )
        )
    return found
