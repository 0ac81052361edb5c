"""A report as the data that the Typst template lays out: chapters, figures, tables, annex."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from ternois_analysis import french
from ternois_analysis.display import theme
from ternois_analysis.display.block import Block
from ternois_analysis.publish import typst_prose, typst_tables
from ternois_analysis.publish.reading import Chapter, Prose, Report
from ternois_analysis.publish.typst_prose import Node

#: Tables of more characters than this are set in the smaller type.
_LONG_TABLE = 6_000
#: Tallest figure in points that still leaves room for its words on a page.
_TALLEST = 520.0
#: Higher figures are set a little smaller, so that two line charts share a page.
_HIGH, _SMALLER = 235.0, 0.9
#: Words under a figure above which they may run over to the next page.
_MANY_WORDS = 1_800
_PIXELS = 4 / 3
_SIZE = re.compile(r'<svg\b[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')
_UNTITLED = "Sans titre"
#: Tables up to this height in points stay on one page with their words.
_SHORT = 260.0
#: Blocks whose tables are kept, laid out: those of the whole report serve again in its pages.
_REPORT = 1_024
#: Rows from which the data of a figure may stand in a larger table of another page.
_LONG = 10
_READING = f"Lecture{french.NBSP}: "
_Table = tuple[str, ...]


@dataclass(frozen=True)
class _Content:
    """What a table holds: its heads, its rows, the title it is known by if it is no figure's."""

    title: str
    heads: _Table
    rows: frozenset[_Table]

    def shows(self, other: "_Content") -> bool:
        """Whether all columns of another table stand here, for all its rows."""
        if self.heads[:1] != other.heads[:1] or not set(other.heads) <= set(self.heads):
            return False
        if self.heads == other.heads:
            return other.rows <= self.rows
        places = [self.heads.index(head) for head in other.heads]
        return other.rows <= {tuple(row[place] for place in places) for row in self.rows}


@dataclass
class _Pages:
    """What the pages hold so far, and where each table stands that they are still to hold."""

    homes: Iterator[tuple[str, str]]
    level: int = 1
    annex: list[Node] = field(default_factory=list)

    def under(self, wanted: int) -> int:
        """A level that skips none, as PDF/UA asks."""
        self.level = max(2, min(wanted, self.level + 1))
        return self.level


def _homes(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    """Of each block that has a table: its label, and that of the table which is printed for it.

    A table is left out where an earlier one of the same title and heads holds its rows; the data
    of a figure where that of another figure does, and long ones where another table of the report,
    were it a later one, shows all their columns.
    """
    known = [(block.kind, _content(block)) for block in blocks if block.table is not None]
    labels = [f"{'t' if kind == 'table' else 'd'}{rank}" for rank, (kind, _) in enumerate(known)]
    order = sorted(
        range(len(known)),
        key=lambda rank: (-len(known[rank][1].heads), -len(known[rank][1].rows), rank),
    )
    homes = [
        next(other for other in order
             if other == rank or _stands_for(known[other], mine, kind, earlier=other < rank))
        for rank, (kind, mine) in enumerate(known)
    ]  # fmt: skip
    for rank, home in enumerate(homes):
        # What stands for this one may itself be left out for a larger one.
        while homes[home] != home:
            home = homes[home]
        yield labels[rank], labels[home]


def _stands_for(other: tuple[str, _Content], mine: _Content, kind: str, *, earlier: bool) -> bool:
    """Whether another table is printed for this one."""
    own = other[1]
    if kind == "table" or len(mine.rows) < _LONG:
        return earlier and (own.title, own.heads) == (mine.title, mine.heads) and own.shows(mine)
    same = (own.heads, own.rows) == (mine.heads, mine.rows)
    return own.shows(mine) and (earlier or not same)


def chapters(report: Report, *, whole: bool) -> tuple[list[dict[str, Any]], list[Node]]:
    """The chapters, and the annex with the data of their figures, `whole` with a head a chapter.

    A table that another one of the report holds already is not printed again: its title stays,
    with the page where that is.
    """
    pages = _Pages(_homes(report.blocks))
    found = []
    for chapter in report.chapters:
        pages.level = 1
        record = report.run.page(chapter.name)
        before = len(pages.annex)
        found.append(
            {
                "title": chapter.title,
                "faults": list(record.faults) if record else [],
                "kept": french.date(record.kept[:10]) if record and record.kept else "",
                "parts": _parts(chapter, pages),
            }
        )
        if whole and len(pages.annex) > before:
            head = {"kind": "heading", "level": 2, "outlined": False, "body": [chapter.title]}
            pages.annex.insert(before, head)
    return found, pages.annex


def _parts(chapter: Chapter, pages: _Pages) -> list[Node]:
    """The nodes of a chapter; a sentence that announces a figure or a table stays with it."""
    nodes = [node for part in chapter.parts for node in _nodes(part, chapter, pages)]
    for node, following in pairwise(nodes):
        if isinstance(node, dict) and isinstance(following, dict):
            node["sticky"] = node["kind"] == "par" and following["kind"] == "block"
    return nodes


@lru_cache(maxsize=_REPORT)
def _content(block: Block) -> _Content:
    assert block.table is not None
    rows = (map(str, row) for row in typst_tables.rows_of(block.table))
    # Two figures may show the same data under two titles: maps of communes and of their groups.
    title = block.title if block.kind == "table" else ""
    return _Content(title, tuple(map(str, block.table.columns)), frozenset(map(tuple, rows)))


def _nodes(part: Prose | Block, chapter: Chapter, pages: _Pages) -> Iterator[Node]:
    if isinstance(part, Prose):
        for node in typst_prose.markdown(part.text):
            if isinstance(node, dict) and node["kind"] == "heading":
                if not typst_prose.plain(node["body"]).strip():
                    continue
                node["level"] = pages.under(node["level"])
            yield from _ruled(node)
    else:
        yield from _block(part, chapter, pages)


def _ruled(node: Node) -> Iterator[Node]:
    """A table of the prose laid out as the others are; other nodes as they are."""
    if isinstance(node, dict) and node["kind"] == "rows":
        table = typst_tables.from_rows(node["rows"])
        yield {"kind": "tables", "tables": typst_tables.laid(table)}
    else:
        yield node


def _block(block: Block, chapter: Chapter, pages: _Pages) -> Iterator[Node]:
    is_table = block.kind == "table" and block.table is not None
    body = [] if block.svg else typst_prose.html(block.html)
    if block.kind == "atlas":
        body = [_elsewhere(chapter, still=bool(block.svg))]
    if not (body or block.svg or block.table is not None or block.subtitle):
        return
    above = pages.level
    level = pages.under(3)
    # What follows goes under the section, not under this block.
    pages.level = min(above, level)
    node: dict[str, Any] = {
        "kind": "block",
        "level": level,
        "title": block.title or _UNTITLED,
        "subtitle": block.subtitle,
        "label": "",
        "see": "",
        "body": body,
        "figure": _figure(block),
        "tables": [],
        "data": "",
        "mark": _mark(block),
        "lines": _lines(block),
    }
    if block.table is not None:
        own, home = next(pages.homes)
        if not is_table:
            node["label"], node["data"] = f"f{own}", home
            if home == own:
                pages.annex.append(_annexed(block, own, node["label"]))
        elif home == own:
            node["label"], node["tables"] = own, _tables(block)
        else:
            node["see"] = home
    words = sum(len(text) for _, text in node["lines"])
    node["whole"] = words < _MANY_WORDS and _height(node["tables"]) < _SHORT
    yield node


def _height(tables: list[dict[str, Any]]) -> float:
    return sum(float(table["height"]) for table in tables)


def _elsewhere(chapter: Chapter, *, still: bool) -> Node:
    text = f"Cette carte est à explorer dans la page {chapter.name}.html"
    text += " ; en voici une vue." if still else "."
    return {"kind": "par", "body": [french.typeset(text)]}


def _figure(block: Block) -> dict[str, Any] | None:
    """The still figure at its own size, or as large as fits."""
    if not block.svg:
        return None
    found: dict[str, Any] = {"svg": block.svg, "alt": block.alt or block.title or _UNTITLED}
    size = _SIZE.search(block.svg)
    if size is None:
        return found | {"width": typst_tables.PAGE, "height": None}
    width, height = (float(side) / _PIXELS for side in size.groups())
    scale = min(_SMALLER if height > _HIGH else 1.0, typst_tables.PAGE / width, _TALLEST / height)
    return found | {"width": round(width * scale, 2), "height": round(height * scale, 2)}


def _mark(block: Block) -> str:
    return f"{theme.DEMONSTRATION.capitalize()}." if block.synthetic else ""


def _lines(block: Block) -> list[tuple[str, str]]:
    lines: Mapping[str, str] = {
        "Lecture": block.reading.removeprefix(_READING),
        "Champ": block.champ,
        "Source": block.source,
        "Note": block.note,
    }
    return [(lead, text) for lead, text in lines.items() if text]


@lru_cache(maxsize=_REPORT)
def _tables(block: Block, *, annexed: bool = False) -> list[dict[str, Any]]:
    """The table of a block laid out: the same in the whole report and in its page."""
    assert block.table is not None
    if annexed:
        return typst_tables.laid(block.table, typst_tables.SMALL, long=True)
    weight = sum(len(str(text)) for row in typst_tables.rows_of(block.table) for text in row)
    size = typst_tables.SMALL if weight > _LONG_TABLE else typst_tables.SIZE
    return typst_tables.laid(block.table, size)


def _annexed(block: Block, label: str, figure: str) -> Node:
    """The data of a figure as the annex prints them."""
    tables = _tables(block, annexed=True)
    return {
        "kind": "data",
        "title": block.title or _UNTITLED,
        "label": label,
        "figure": figure,
        "mark": _mark(block),
        "whole": _height(tables) < typst_tables.ONE_PAGE,
        "tables": tables,
    }
