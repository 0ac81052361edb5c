"""A territory's folder made again from its executed notebooks: no notebook is run."""

import dataclasses
from pathlib import Path

import nbformat

from ternois_analysis.publish import formats, page, reading, record
from ternois_analysis.publish.record import PageRecord, RunRecord


def render(folder: Path, *, provisional: bool) -> RunRecord:
    """Write the pages of a territory, its record and its other formats again.

    A file is replaced, never rewritten: another folder may hold a link to the old one.

    Parameters
    ----------
    folder : Path
        Holds `run.json` and the executed notebooks.
    provisional : bool
        Whether the pages bear the mark « provisoire ».

    Returns
    -------
    RunRecord
        As written.

    Raises
    ------
    ReportError
        If the folder has no record.
    """
    run = record.needed(folder)
    pages = tuple(_page(folder, run, told, provisional) for told in run.pages)
    whole = dataclasses.replace(run, provisional=provisional, pages=pages, kept={})
    (folder / record.NAME).unlink()
    record.write(whole, folder)
    if any(told.status == "done" for told in pages):
        report = reading.read(folder)
        for write in formats.FORMATS.values():
            write(report, folder)
    return whole


def _page(folder: Path, run: RunRecord, told: PageRecord, provisional: bool) -> PageRecord:
    path = folder / f"{told.page}.ipynb"
    if not path.is_file():
        return told
    facts = page.PageFacts(
        page=told.page, territory=run.territory, label=run.label, quarter=run.quarter,
        audience=run.audience, sources=run.sources, commit=told.commit, made=told.started,
        provisional=provisional,
    )  # fmt: skip
    html = page.render(nbformat.read(path, as_version=4), facts)
    file = path.with_suffix(".html")
    file.unlink(missing_ok=True)
    file.write_text(html, encoding="utf-8", newline="\n")
    return dataclasses.replace(told, size=len(html.encode()))
