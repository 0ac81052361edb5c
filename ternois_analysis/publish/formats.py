"""The formats made from a territory's report, beside its HTML pages."""

from collections.abc import Callable, Sequence
from pathlib import Path

from ternois_analysis.publish.reading import Report


def _pdf(report: Report, folder: Path) -> Sequence[Path]:
    from ternois_analysis.publish import pdf

    return pdf.write(report, folder)


def _opendata(report: Report, folder: Path) -> Sequence[Path]:
    from ternois_analysis.publish import opendata

    return opendata.write(report, folder)


def _slides(report: Report, folder: Path) -> Sequence[Path]:
    from ternois_analysis.publish import slides, topics

    # The bureau's file goes with the bureau's page: without it, the slides would say nothing.
    asked = any(chapter.name == topics.PAGE for chapter in report.chapters)
    return slides.write(report, folder) if asked else ()


def _workbook(report: Report, folder: Path) -> Sequence[Path]:
    from ternois_analysis.publish import workbook

    return workbook.write(report, folder)


def load() -> None:
    """Load what the writers use and start nothing, so that processes forked later need not.

    Typst starts its threads at its first document, not when it is loaded.
    """
    import pptx.chart.data  # noqa: F401
    import typst  # noqa: F401
    import xlsxwriter  # noqa: F401
    from PIL import PngImagePlugin  # noqa: F401

    from ternois_analysis.publish import opendata, pdf, slides, workbook  # noqa: F401


#: Names of the files that each writes; those with `{page}` are one a page.
FILES: dict[str, tuple[str, ...]] = {
    "opendata": ("datapackage.json",),
    "pdf": ("rapport.pdf", "{page}.pdf"),
    "slides": ("bureau.pptx",),
    "workbook": ("indicators.xlsx",),
}

#: Writers by name, in the order in which they are made.
FORMATS: dict[str, Callable[[Report, Path], Sequence[Path]]] = {
    "opendata": _opendata,
    "pdf": _pdf,
    "slides": _slides,
    "workbook": _workbook,
}
