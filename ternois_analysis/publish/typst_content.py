"""A report as the data that the Typst template lays out: chapters, figures, tables, annex."""

import re
from collections.abc import Iterator, Mapping
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
_READING = f"Lecture{french.NBSP}: "
_Table = tuple[str, ...]


@dataclass
class _Pages:
    """What the pages hold so far: headings, blocks and rows that need not be printed again."""

    level: int = 1
    labels: int = 0
    tables: list[tuple[_Table, frozenset[_Table], str]] = field(default_factory=list)
    annex: list[Node] = field(default_factory=list)

    def under(self, wanted: int) -> int:
        """A level that skips none, as PDF/UA asks."""
        self.level = max(2, min(wanted, self.level + 1))
        return self.level

    def earlier(self, block: Block) -> str:
        """Label of an earlier table with the same columns and all rows of this one, or ""."""
        heads, rows = _content(block)
        return next((at for names, held, at in self.tables if names == heads and rows <= held), "")

    def hold(self, block: Block, label: str) -> None:
        heads, rows = _content(block)
        self.tables.append((heads, rows, label))


def chapters(report: Report, *, whole: bool) -> tuple[list[dict[str, Any]], list[Node]]:
    """The chapters, and the annex with the data of their figures, `whole` with a head a chapter.

    A table that an earlier one of the report holds already is not printed again: its title stays,
    with the page where it is.
    """
    pages = _Pages()
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
def _content(block: Block) -> tuple[_Table, frozenset[_Table]]:
    assert block.table is not None
    rows = (map(str, row) for row in typst_tables.rows_of(block.table))
    # Two figures may show the same data under two titles: maps of communes and of their groups.
    title = block.title if block.kind == "table" else ""
    return (title, *map(str, block.table.columns)), frozenset(map(tuple, rows))


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
    if is_table:
        node["see"] = pages.earlier(block)
        if not node["see"]:
            node["label"] = _label("t", pages)
            node["tables"] = _tables(block)
            pages.hold(block, node["label"])
    elif block.table is not None:
        node["label"] = _label("f", pages)
        node["data"] = pages.earlier(block) or _annexed(block, node["label"], pages)
    words = sum(len(text) for _, text in node["lines"])
    node["whole"] = words < _MANY_WORDS and _height(node["tables"]) < _SHORT
    yield node


def _height(tables: list[dict[str, Any]]) -> float:
    return sum(float(table["height"]) for table in tables)


def _elsewhere(chapter: Chapter, *, still: bool) -> Node:
    text = f"Cette carte est à explorer dans la page {chapter.name}.html"
    text += " ; en voici une vue." if still else "."
    return {"kind": "par", "body": [french.typeset(text)]}


def _label(lead: str, pages: _Pages) -> str:
    pages.labels += 1
    return f"{lead}{pages.labels}"


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


def _annexed(block: Block, figure: str, pages: _Pages) -> str:
    """Put the data of a figure in the annex; the label under which they stand."""
    label = _label("d", pages)
    tables = _tables(block, annexed=True)
    pages.annex.append(
        {
            "kind": "data",
            "title": block.title or _UNTITLED,
            "label": label,
            "figure": figure,
            "mark": _mark(block),
            "whole": _height(tables) < typst_tables.ONE_PAGE,
            "tables": tables,
        }
    )
    pages.hold(block, label)
    return label
