"""The portal of a quarter and audience, and the list of all of them; relative links only."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ternois_analysis import french, quarters
from ternois_analysis.errors import ReportError
from ternois_analysis.publish import evidence, layout, record
from ternois_analysis.publish.audience import AUDIENCES
from ternois_analysis.publish.cited import cited
from ternois_analysis.publish.record import PageRecord, RunRecord

NAME = "index.html"


@dataclass(frozen=True)
class Cell:
    """A page of a territory in the portal; `href` is empty where there is no file."""

    record: PageRecord | None
    href: str


def write(folder: Path, pages: Mapping[str, str]) -> Path:
    """Write the portal of `reports/<quarter>/<audience>/` from the records found there.

    Parameters
    ----------
    folder : Path
    pages : mapping of page name to title
        The pages that a whole run would make; those of the records are added.

    Returns
    -------
    Path
        The portal's `index.html`.
    """
    runs = records(folder)
    titles = {p.page: p.title for run in runs for p in run.pages} | dict(pages)
    columns = {name: titles[name] for name in sorted(titles)}
    html = layout.template("portal.html.j2").render(
        quarter=folder.parent.name,
        audience=folder.name,
        columns=columns,
        rows=[(run, [_cell(folder, run, name) for name in columns]) for run in runs],
        sources=cited(file for run in runs for file in run.sources),
        provisional=any(run.provisional for run in runs),
        synthetic=any(p.synthetic for run in runs for p in run.pages),
        values=evidence.NAME,
    )
    return _replaced(folder / NAME, html)


def write_list(reports: Path) -> Path:
    """Write `reports/index.html`: the quarters, newest first, and their audiences."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    for path in sorted(reports.glob(f"*/*/{NAME}"), reverse=True):
        quarter, audience = path.parent.parent.name, path.parent.name
        if audience in AUDIENCES and _is_quarter(quarter):
            runs = records(path.parent)
            last = max((run.ended for run in runs), default="")
            found.setdefault(quarter, []).append((audience, last, len(runs)))
    order = list(AUDIENCES)
    for entries in found.values():
        entries.sort(key=lambda entry: order.index(entry[0]))
    return _replaced(reports / NAME, layout.template("list.html.j2").render(quarters=found))


def records(folder: Path) -> list[RunRecord]:
    """The records of the territories' folders, in the order of their names."""
    found = [record.read(place) for place in sorted(folder.iterdir()) if _is_report(place)]
    return sorted((run for run in found if run), key=lambda run: french.plain(run.label))


def _is_report(place: Path) -> bool:
    return place.is_dir() and not place.name.startswith(".")


def _is_quarter(name: str) -> bool:
    try:
        return str(quarters.parse(name)) == name
    except ReportError:
        return False


def _cell(folder: Path, run: RunRecord, name: str) -> Cell:
    file = folder / run.territory / f"{name}.html"
    return Cell(run.page(name), f"{run.territory}/{file.name}" if file.is_file() else "")


def _replaced(path: Path, text: str) -> Path:
    """Write a whole file under its name at once: a reader never sees half of it."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    return draft.replace(path)
