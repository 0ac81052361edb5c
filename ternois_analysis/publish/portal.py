"""The portal of a quarter and audience, and the list of all of them; relative links only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from markupsafe import Markup

from ternois_analysis import catalog, french, quarters
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.errors import ReportError
from ternois_analysis.publish import (
    datebook,
    evidence,
    layout,
    lookup,
    publication,
    record,
    shelf,
    writing,
)
from ternois_analysis.publish.audience import AUDIENCES
from ternois_analysis.publish.cited import cited
from ternois_analysis.publish.lookup import Comparison
from ternois_analysis.publish.record import PageRecord, RunRecord
from ternois_analysis.publish.topics import CHANGES

NAME = "index.html"
#: Files of a territory's folder that are not pages, by name or by suffix, as the portal calls them.
_FILES = {
    "rapport.pdf": "rapport PDF", ".pptx": "diaporama", ".xlsx": "classeur", ".zip": "archive",
    evidence.NAME: "valeurs", "datapackage.json": "données ouvertes",
    record.NAME: "fiche du calcul",
}  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """An indicator as the portal defines it, with the sources of its columns."""

    name: str
    entry: Indicator
    sources: str


@dataclass(frozen=True)
class Cell:
    """A page of a territory in the portal; `href` is empty where there is no file.

    `kept` says when its PDF was made, if that stays from an earlier run.
    """

    page: str
    record: PageRecord | None
    href: str
    pdf: str = ""
    kept: str = ""


def write(
    folder: Path, pages: Mapping[str, str], absent: Mapping[str, str] = MappingProxyType({})
) -> Path:
    """Write the portal of `reports/<quarter>/<audience>/` from the records found there.

    Parameters
    ----------
    folder : Path
    pages : mapping of page name to title
        The pages that a whole run would make; those of the records are added.
    absent : mapping of page name to command
        The pages that were not made for want of a source, and what installs one.

    Returns
    -------
    Path
        The portal's `index.html`.
    """
    runs = records(folder)
    titles = {p.page: p.title for run in runs for p in run.pages} | dict(pages)
    columns = {name: titles[name] for name in sorted(titles)}
    facts = [file for run in runs for file in run.sources]
    compared = lookup.comparison(folder, runs)
    defined = list(dict.fromkeys(line.indicator for line in compared.lines))
    sheets = {
        f"{shelf.FOLDER}/{name}.html": french.typeset(label)
        for name, label in shelf.listed(folder / shelf.FOLDER).items()
    }
    html = layout.template("portal.html.j2").render(
        quarter=folder.parent.name,
        audience=folder.name,
        columns=columns,
        absent=absent,
        rows=[(run, [_cell(folder, run, name) for name in columns]) for run in runs],
        sources=list(zip(cited(facts), datebook.datebook(facts, _last(runs)), strict=True)),
        provisional=any(run.provisional for run in runs),
        synthetic=any(p.synthetic for run in runs for p in run.pages),
        values=evidence.NAME,
        editions=publication.editions(folder),
        files={run.territory: _files(folder / run.territory, run.kept) for run in runs},
        changes=[run for run in runs if (folder / run.territory / f"{CHANGES}.html").is_file()],
        changes_page=CHANGES,
        sheets=f"{shelf.FOLDER}/{shelf.LIST}" if sheets else "",
        entries=lookup.inert(lookup.entries(folder, runs, defined, sheets)),
        compared=compared,
        definitions=_definitions(compared),
        pages_of=lookup.pages_of(folder, runs),
        frozen=_freeze(folder.parent.name),
        script=_script(),
    )
    return writing.replaced(folder / NAME, html.encode())


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
    html = layout.template("list.html.j2").render(quarters=found)
    return writing.replaced(reports / NAME, html.encode())


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
    found = {
        suffix: f"{run.territory}/{name}{suffix}"
        for suffix in (".html", ".pdf")
        if (folder / run.territory / f"{name}{suffix}").is_file()
    }
    kept = run.kept.get(f"{name}.pdf", "")
    return Cell(name, run.page(name), found.get(".html", ""), found.get(".pdf", ""), kept)


def _files(folder: Path, kept: Mapping[str, str]) -> list[tuple[str, str]]:
    """The other formats of a territory: name in its folder, and what the portal calls it.

    Of those in `kept`, which stay from an earlier run, it tells the day.
    """
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    return [
        (name, f"{word} du {french.date(kept[name][:10])}, non refait" if name in kept else word)
        for known, word in _FILES.items()
        for name in names
        if name == known or (known.startswith(".") and name.endswith(known) and name != known)
    ]


def _definitions(compared: Comparison) -> dict[str, list[Definition]]:
    """Indicators by theme, with the titles of their sources."""
    found: dict[str, dict[str, Definition]] = {}
    for line in compared.lines:
        entry, sources = catalog.indicator(line.indicator), compared.sources[line.indicator]
        known = found.setdefault(line.theme, {})
        known[line.indicator] = Definition(line.indicator, entry, " ; ".join(sources))
    return {theme: list(known.values()) for theme, known in found.items()}


def _last(runs: Sequence[RunRecord]) -> str:
    """Day of the last run, ISO."""
    return max((run.ended for run in runs), default="")[:10]


def _freeze(quarter: str) -> str:
    return quarters.parse(quarter).freeze.isoformat()


def _script() -> Markup:
    path = Path(__file__).parent / "templates" / "portal.js"
    return Markup(path.read_text(encoding="utf-8"))  # noqa: S704 - a file of this package
