"""The guide on paper: a booklet, and one sheet an artisan, tagged PDF/UA-1, set by Typst."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.guide import Fiche, guide
from ternois_analysis.display import theme
from ternois_analysis.display.block import Block
from ternois_analysis.publish import guide_text, pdf, typst_prose, typst_tables
from ternois_analysis.publish.guide import Guide
from ternois_analysis.publish.guide_text import Artisan
from ternois_analysis.publish.typst_prose import Node

_FOLDER = Path(__file__).parent / "templates"
#: Width of a map in points: two of them share a page.
_MAP = 352.0
#: Headings of a fiche stand under its title, which is of the second level.
_LEVEL = 3


def booklet(content: Guide) -> bytes:
    """The whole guide: fiches, directory, coverage, wood; the same guide gives the same bytes.

    Raises
    ------
    ReportError
        If a font is missing, or Typst refuses a text.
    """
    people = guide_text.artisans(content)
    # The same columns for all trades.
    widths = typst_tables.laid(_table(people))[0]["widths"] if people else []
    data = _head(content) | {
        "topics": [
            {"label": french.typeset(label), "fiches": [_fiche(f, content.on) for f in listed]}
            for name, label in guide().topics.items()
            if (listed := [f for f in content.fiches if f.topic == name])
        ],
        "expired": content.expired,
        "told": content.told(),
        "trades": [
            {"trade": trade, "tables": _tables(own, widths)}
            for trade in guide().trades
            if (own := [a for a in people if trade in a.trades])
        ],
        "maps": [_map(block) for block in content.maps],
        "cover": [_block(block) for block in content.cover],
        "wood": [_block(block) for block in content.wood],
    }
    return _set(data, "guide.typ", content)


def sheets(content: Guide) -> bytes:
    """One page an artisan, to print or to hand out."""
    data = _head(content) | {
        "artisans": [
            {"name": artisan.name, "lines": list(_lines(artisan))}
            for artisan in guide_text.artisans(content)
        ]
    }
    return _set(data, "sheets.typ", content)


def _set(data: dict[str, Any], template: str, content: Guide) -> bytes:
    moment = dt.datetime.combine(content.on, dt.time(12), dt.UTC)
    return pdf.typeset(data, (_FOLDER / template).read_bytes(), moment, content.title)


def _head(content: Guide) -> dict[str, Any]:
    on = content.on
    return {
        "title": content.title,
        "label": content.label,
        "quarter": french.quarter(content.quarter),
        "made": french.date(on.isoformat()),
        "date": {"year": on.year, "month": on.month, "day": on.day},
        "marks": [theme.DEMONSTRATION] if content.synthetic else [],
    }


def _fiche(fiche: Fiche, on: dt.date) -> dict[str, Any]:
    day = on.isoformat()
    return {
        "title": french.typeset(fiche.title),
        "statements": [
            {"nodes": list(_nodes(guide_text.markdown(statement))), "rank": rank,
             "stale": bool(until) and until < day}
            for statement, rank, until in guide_text.rests(fiche)
        ],
        "origins": [
            {"source": french.typeset(origin.source), "page": origin.page,
             "until": french.date(origin.valid_until), "stale": origin.expired(on)}
            for origin in fiche.origins
        ],
    }  # fmt: skip


def _nodes(text: str) -> Iterator[Node]:
    for node in typst_prose.markdown(text):
        if isinstance(node, dict) and node["kind"] == "heading":
            yield node | {"level": _LEVEL}
        elif isinstance(node, dict) and node["kind"] == "rows":
            table = typst_tables.from_rows(node["rows"])
            yield {"kind": "tables", "tables": typst_tables.laid(table)}
        else:
            yield node


def _tables(people: list[Artisan], widths: list[float]) -> list[dict[str, Any]]:
    # A telephone number is not a figure: no column is set to the right.
    laid = typst_tables.laid(_table(people))
    return [part | {"widths": widths, "numbers": [False] * len(widths)} for part in laid]


def _table(people: list[Artisan]) -> pd.DataFrame:
    """Artisans by commune: how to reach them, and their labels."""
    order = sorted(people, key=lambda a: (french.plain(a.commune), french.plain(a.name)))
    return pd.DataFrame({
        "Commune": [a.commune for a in order],
        "Artisan": [a.name + (f"\nfilière{french.NBSP}bois" if a.wood else "") for a in order],
        "Téléphone et courriel": ["\n".join(filter(None, (a.phone, a.mail))) for a in order],
        "RGE et autres labels": [_labels(a) for a in order],
    })  # fmt: skip


def _labels(artisan: Artisan) -> str:
    rge = f"RGE{french.NBSP}: {artisan.rge}" if artisan.rge else ""
    said = f"{french.NNBSP}; ".join(filter(None, (rge, artisan.labels)))
    return f"{said}\n{artisan.dates}" if artisan.rge else said


def _lines(artisan: Artisan) -> Iterator[tuple[str, str]]:
    yield french.plural(len(artisan.trades), "Métier"), f"{french.NNBSP}; ".join(artisan.trades)
    yield "Commune", artisan.commune
    for name, said in (("Téléphone", artisan.phone), ("Courriel", artisan.mail)):
        if said:
            yield name, said
    if artisan.rge:
        yield "RGE", f"{artisan.rge}, {artisan.dates}"
    if artisan.labels:
        yield "Autres labels", artisan.labels
    if artisan.wood:
        yield "Filière", "bois"


def _map(block: Block) -> dict[str, Any]:
    return {"title": block.title, "svg": block.svg, "alt": block.alt, "width": _MAP,
            "source": block.source}  # fmt: skip


def _block(block: Block) -> dict[str, Any]:
    """A block as its title, its sentences, its figure and its table."""
    lines = (("Lecture", block.reading.partition(": ")[2]), ("Champ", block.champ),
             ("Source", block.source), ("Note", block.note))  # fmt: skip
    size = typst_tables.SMALL
    table = block.table if block.kind == "table" else None
    return {
        "title": block.title,
        "subtitle": block.subtitle,
        "body": typst_prose.html(block.html) if block.kind == "text" else [],
        "svg": block.svg,
        "alt": block.alt or block.title,
        "width": _MAP,
        "tables": [] if table is None else typst_tables.laid(table, size),
        "lines": [(name, said) for name, said in lines if said],
    }
