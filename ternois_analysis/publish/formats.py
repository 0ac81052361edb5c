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
    from ternois_analysis.publish import slides

    return slides.write(report, folder)


def _workbook(report: Report, folder: Path) -> Sequence[Path]:
    from ternois_analysis.publish import workbook

    return workbook.write(report, folder)


#: Writers by name, in the order in which they are made.
FORMATS: dict[str, Callable[[Report, Path], Sequence[Path]]] = {
    "opendata": _opendata,
    "pdf": _pdf,
    "slides": _slides,
    "workbook": _workbook,
}
