"""The one-page sheets as files: one HTML and one PDF a territory, a list, their values."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from ternois_analysis import french
from ternois_analysis.display import markup, theme
from ternois_analysis.display.block import Block
from ternois_analysis.display.fiche import Fiche
from ternois_analysis.display.published import COLUMNS
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.publish import layout, outside, pdf, typst_prose, writing
from ternois_analysis.publish.audience import AUDIENCES
from ternois_analysis.publish.shelf import LIST, VALUES, listed

TEMPLATE = Path(__file__).parent / "templates" / "fiche.typ"


@dataclass(frozen=True)
class Edition:
    """What all sheets of a run have in common.

    Parameters
    ----------
    made : str
        ISO date and time, with offset.
    """

    quarter: str
    audience: str
    made: str
    provisional: bool


@dataclass(frozen=True, eq=False)
class Written:
    """A sheet whose files are written: of which territory, and the values that it prints."""

    territory: str
    label: str
    printed: pd.DataFrame


def write(fiche: Fiche, edition: Edition, folder: Path) -> Written:
    """Write `<territory>.html` and `<territory>.pdf` in an existing folder.

    Typst starts threads: no process may be forked from this one afterwards.

    Raises
    ------
    ReportError
        If a page would load anything from elsewhere, or the PDF cannot be made.
    """
    name = fiche.place.id
    content = html(fiche, edition).encode(), as_pdf(fiche, edition)
    for suffix, each in zip((".html", ".pdf"), content, strict=True):
        writing.replaced(folder / f"{name}{suffix}", each)
    return Written(name, fiche.label, fiche.values)


def finish(written: Sequence[Written], edition: Edition, folder: Path) -> list[Path]:
    """Write the values of the sheets and the list of all that are in a folder.

    Sheets of earlier runs are kept, with their values.

    Returns
    -------
    list of Path
        All files, the list last.
    """
    values = writing.replaced(folder / VALUES, _values(written, folder / VALUES))
    made = [folder / f"{w.territory}{suffix}" for w in written for suffix in (".html", ".pdf")]
    return [
        *made,
        values,
        writing.replaced(folder / LIST, _list(written, edition, folder).encode()),
    ]


def html(fiche: Fiche, edition: Edition) -> str:
    """A sheet as one HTML text that needs nothing else.

    Raises
    ------
    ReportError
        If it would load anything from elsewhere.
    """
    text = layout.template("fiche.html.j2").render(
        fiche=fiche,
        edition=edition,
        marks=marks(fiche, edition),
        lead=_items(fiche.header),
        parts={name: _marked(block) for name, block in _parts(fiche).items()},
    )
    if reached := outside.addresses(text):
        raise ReportError(
            explain(f"The sheet of {fiche.place.id} would load from elsewhere",
                    expected="a page whole in one file", found=reached[:5],
                    do="Mend its template.")
        )  # fmt: skip
    return text


def as_pdf(fiche: Fiche, edition: Edition) -> bytes:
    """A sheet as one page of PDF/UA-1; the same call gives the same bytes."""
    moment = datetime.fromisoformat(edition.made)
    label = fiche.label
    data = {
        "name": f"{label} – fiche de territoire – {french.quarter(edition.quarter)}",
        "label": label,
        "under": fiche.under,
        "quarter": french.quarter(edition.quarter),
        "audience": AUDIENCES[edition.audience],
        "marks": marks(fiche, edition),
        "date": {"year": moment.year, "month": moment.month, "day": moment.day},
        "made": french.date(edition.made[:10]),
        "lead": _items(fiche.header),
        "map": {"svg": fiche.map.svg, "alt": fiche.map.alt},
        "blocks": {name: _block(block) for name, block in _parts(fiche).items()},
        "credit": fiche.credit,
    }
    return pdf.typeset(data, TEMPLATE.read_bytes(), moment, f"Fiche : {label}")


def marks(fiche: Fiche, edition: Edition) -> list[str]:
    """What a sheet must say of itself: provisional, invented data, internal use."""
    said = {
        "provisoire": edition.provisional,
        theme.DEMONSTRATION: fiche.synthetic,
        AUDIENCES["internal"]: edition.audience == "internal",
    }
    return [mark for mark, true in said.items() if true]


def _parts(fiche: Fiche) -> dict[str, Block]:
    return {
        "profile": fiche.profile, "outstanding": fiche.outstanding,
        "needs": fiche.needs, "craft": fiche.craft,
    }  # fmt: skip


def _marked(block: Block) -> dict[str, Any]:
    """A block as the template lays it out: its title, its table or its sentences, its note."""
    table = "" if block.table is None else markup.rows(block.table, block.title)
    return {
        "title": block.title, "items": _items(block), "note": block.note,
        "table": Markup(table),  # noqa: S704 - every text in it is escaped
    }  # fmt: skip


def _block(block: Block) -> dict[str, Any]:
    table = block.table
    return {
        "title": block.title,
        "items": _items(block),
        "heads": [] if table is None else [str(column) for column in table.columns],
        "rows": [] if table is None else [
            [list(str(text).partition("\n")[::2]) for text in row]
            for row in table.to_numpy().tolist()
        ],
        "note": block.note,
    }  # fmt: skip


def _items(block: Block) -> list[str]:
    """The sentences of a block of text."""
    lists = [node for node in typst_prose.html(block.html) if isinstance(node, dict)]
    return [typst_prose.plain(item) for node in lists for item in node.get("items", ())]


def _values(written: Sequence[Written], path: Path) -> bytes:
    """All values printed, those of the sheets kept from earlier runs included."""
    rows = {
        (each.territory, *map(_text, row))
        for each in written
        for row in each.printed[list(COLUMNS)].to_numpy(dtype=object).tolist()
    }
    if path.is_file():
        fresh = {each.territory for each in written}
        with path.open(encoding="utf-8", newline="") as file:
            rows |= {tuple(row) for row in list(csv.reader(file))[1:] if row[0] not in fresh}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["sheet", *COLUMNS])
    writer.writerows(sorted(rows))
    return text.getvalue().encode()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None or value != value else str(value)


def _list(written: Sequence[Written], edition: Edition, folder: Path) -> str:
    names = listed(folder) | {each.territory: each.label for each in written}
    order = sorted(names, key=lambda name: (name.startswith("commune-"), french.plain(names[name])))
    return layout.template("fiches.html.j2").render(
        edition=edition, sheets=[(name, names[name]) for name in order]
    )
