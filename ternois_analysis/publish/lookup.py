"""What the portal's search and comparison read: entries to find, values as the pages print them."""

import csv
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.display.published import NUMBERS, cell, dated, heading, interval, year
from ternois_analysis.observatory.values import WITHOUT
from ternois_analysis.publish import evidence
from ternois_analysis.publish.record import RunRecord

#: Bytes of values and number of entries that a portal holds: it is to be sent by e-mail.
_ROOM, _ENTRIES = 700_000, 4_000
_REFERENCES = ("departement-", "region-", "france-")
#: Gaps and their tests name two territories at once: they are not compared.
_APART = ("specificity_gap",)

#: Themes of the catalogue as readers see them.
THEMES = {
    "analyse": "Analyse", "artisanat": "Artisanat", "bois": "Bois",
    "contributions": "Contributions", "demographie": "Démographie",
    "dynamique": "Dynamique des entreprises", "emploi": "Emploi", "energie": "Énergie",
    "equipements": "Équipements", "fiscalite": "Fiscalité", "habitat": "Habitat",
    "perspectives": "Perspectives", "prix": "Prix", "programmes": "Programmes",
    "revenus": "Revenus", "transmission": "Transmission",
}  # fmt: skip
_Key = tuple[str, str]

#: A value as it is printed: text, interval, period.
Printed = tuple[str, str, str]


@dataclass(frozen=True)
class Line:
    """An indicator, or one of its categories, that a portal can compare."""

    indicator: str
    category: str
    head: str
    theme: str


@dataclass(frozen=True)
class Comparison:
    """Values of territories side by side: `cells[territory][line]`, as printed.

    `sources` are the titles of the sources of each indicator, `left` the labels of the
    territories for which there was no room.
    """

    territories: Mapping[str, str]
    lines: Sequence[Line]
    cells: Mapping[str, Mapping[int, Printed]]
    sources: Mapping[str, Sequence[str]]
    left: Sequence[str]

    def to_json(self) -> str:
        """All of it, safe within a page."""
        content = {
            "territories": list(self.territories.items()),
            "lines": [[line.head, line.category, line.theme] for line in self.lines],
            "cells": self.cells,
        }
        return inert(content)


def inert(content: Any) -> str:
    """JSON that ends no element of the page that holds it."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def comparison(folder: Path, runs: Sequence[RunRecord]) -> Comparison:
    """Newest values of the territories of a portal, and of the references that they print.

    Parameters
    ----------
    folder : Path
        Holds the territories' folders, each with its `values.csv`.
    """
    own = {run.territory: run.label for run in runs}
    references: dict[str, str] = {}
    found: dict[str, dict[_Key, Printed]] = {}
    sources: dict[str, set[str]] = {}
    room, left = _ROOM, []
    for run in runs:
        if room <= 0:
            left.append(run.label)
            continue
        newest = _newest(folder / run.territory / evidence.NAME, run.territory)
        for name, rows in newest.items():
            if name not in own:
                references[name] = next(iter(rows.values()))["territory_label"]
            cells = found.setdefault(name, {})
            for key, row in rows.items():
                cells[key] = _written(row)
                sources.setdefault(key[0], set()).update(row["source"].split("+"))
                room -= len("".join(cells[key])) + 16
    known = _told_apart(references, own) | own
    labels = {name: known[name] for name in found}
    order = sorted(labels, key=lambda name: (name in references, french.plain(labels[name])))
    lines = _lines({key for cells in found.values() for key in cells})
    rank = {(line.indicator, line.category): place for place, line in enumerate(lines)}
    cells_of = {name: {rank[key]: texts for key, texts in found[name].items()} for name in order}
    titles = {
        name: tuple(sorted(_title(source) for source in names if source))
        for name, names in sources.items()
    }
    return Comparison({name: labels[name] for name in order}, lines, cells_of, titles, left)


def _told_apart(references: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """Labels of references; what is left of a département without a territory names that one."""
    counts = Counter(references.values())
    found = {}
    for name, label in references.items():
        without = own.get(name.partition(WITHOUT)[2], "")
        several = counts[label] > 1 and without
        found[name] = f"{label}, hors {without}" if several else label
    return found


def _lines(known: set[_Key]) -> list[Line]:
    """What is compared, in the order of the catalogue."""
    found = []
    for name, entry in catalog.indicators().items():
        given = sorted(category for indicator, category in known if indicator == name)
        for category in dict.fromkeys((*entry.categories, *given)):
            if (name, category) in known:
                theme = THEMES.get(entry.theme, entry.theme)
                found.append(Line(name, category, heading(entry), theme))
    return found


def _title(source: str) -> str:
    known = catalog.sources()
    return french.typeset(known[source].title) if source in known else source


def _newest(path: Path, own: str) -> dict[str, dict[_Key, dict[str, str]]]:
    """The newest row of each indicator and category, by territory: its own and the references."""
    found: dict[str, dict[_Key, dict[str, str]]] = {}
    if not path.is_file():
        return found
    known = set(catalog.indicators()) - set(_APART)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["territory"]
            if row["indicator"] in known and (name == own or name.startswith(_REFERENCES)):
                rows = found.setdefault(name, {})
                key = row["indicator"], row["category"]
                if key not in rows or _when(row) >= _when(rows[key]):
                    rows[key] = row
    return found


def _when(row: Mapping[str, str]) -> float:
    return year(row["period"]) if row["period"] else 0.0


def _written(row: Mapping[str, str]) -> Printed:
    """A row as the pages print it."""
    entry = catalog.indicator(row["indicator"])
    typed = pd.Series({**row, **{n: float(row[n]) if row[n] else float("nan") for n in NUMBERS}})
    return cell(typed, entry), interval(typed, entry), _period(row["period"])


def _period(code: str) -> str:
    first, _, last = code.partition("-")
    return f"{first}-{last}" if last else dated(code)


def pages_of(folder: Path, runs: Sequence[RunRecord]) -> dict[str, list[tuple[str, str]]]:
    """The pages that print each indicator, each with a link to one territory's.

    Pages are the same for all territories: one notebook of each is read.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    seen: set[str] = set()
    for run in sorted(runs, key=lambda each: -len(each.pages)):
        for told in run.pages:
            book = folder / run.territory / f"{told.page}.ipynb"
            if told.page in seen or not (book.is_file() and book.with_suffix(".html").is_file()):
                continue
            seen.add(told.page)
            content = json.loads(book.read_text(encoding="utf-8"))
            names = {v["indicator"] for block in evidence.blocks(content) for v in block["values"]}
            for name in names:
                link = f"{run.territory}/{told.page}.html"
                found.setdefault(name, []).append((told.title, link))
    return {name: sorted(links, key=lambda link: link[1]) for name, links in found.items()}


def entries(
    folder: Path, runs: Sequence[RunRecord], defined: Sequence[str], sheets: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """What can be found: kind and name as printed, and link, in the order in which they are shown.

    Parameters
    ----------
    defined : sequence of str
        Indicators whose definition the portal holds.
    sheets : mapping
        Labels of the territories that have a sheet, by link.
    """
    found = [("Territoire", run.label, f"#{run.territory}") for run in runs]
    found += [("Fiche", label, link) for link, label in sheets.items()]
    for name in defined:
        found.append(("Indicateur", catalog.indicator(name).label, f"#def-{name}"))
    for run in runs:
        if len(found) > _ENTRIES:
            break
        found += [
            ("Page", f"{told.title} – {run.label}", f"{run.territory}/{told.page}.html")
            for told in run.pages
            if (folder / run.territory / f"{told.page}.html").is_file()
        ]
    return found
