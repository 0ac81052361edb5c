"""What every format does with its file: refuse an empty report, put whole files in place."""

from pathlib import Path

from ternois_analysis.errors import ReportError, explain
from ternois_analysis.publish.reading import Report


def replaced(path: Path, content: bytes) -> Path:
    """Write a whole file under its name at once: a reader never sees half of it."""
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(content)
    return draft.replace(path)


def check_pages(report: Report) -> None:
    """Refuse a report without any page.

    Raises
    ------
    ReportError
        Naming the territory.
    """
    if not report.chapters:
        raise ReportError(
            explain(f"The report of {report.run.label} has no page", expected="at least one page",
                    found="none", do="Run the quarter again: ternois run.")
        )  # fmt: skip
