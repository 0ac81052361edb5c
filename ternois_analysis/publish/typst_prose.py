"""Markdown and the simple HTML of text blocks as nodes that the Typst templates lay out.

A node is a text, or a mapping with a `kind`. Texts reach Typst as data, never as markup: no
character of theirs can command anything.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

Node = dict[str, Any] | str

_INLINE = {"strong": "strong", "b": "strong", "em": "emph", "i": "emph", "code": "code"}
_LISTS = {"ul": False, "ol": True, "bullet_list": False, "ordered_list": True}
_SILENT = ("script", "style", "svg", "iframe", "template")
_OUTSIDE = ("https://", "http://", "mailto:")
#: Blanks that HTML folds into one; no-break spaces are not among them.
_BLANKS = re.compile(r"[ \t\r\n]+")
_WITHIN = frozenset({"strong", "emph", "code", "link", "break"})


def markdown(text: str) -> list[Node]:
    """Blocks of a Markdown text: paragraphs, headings, lists, quotes, tables, code, rules.

    HTML within the text is printed as it is written, not obeyed.
    """
    return list(_blocks(SyntaxTreeNode(_parser().parse(text))))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def _blocks(parent: SyntaxTreeNode) -> Iterator[Node]:
    for node in parent.children:
        if node.type == "heading" and parent.parent is not None:
            # Within a list or a quotation it would be a heading of the report itself.
            yield {"kind": "par", "body": [{"kind": "strong", "body": _inline(node.children)}]}
        elif node.type == "heading":
            yield {"kind": "heading", "level": int(node.tag[1]), "body": _inline(node.children)}
        elif node.type == "paragraph":
            yield {"kind": "par", "body": _inline(node.children)}
        elif node.type in _LISTS:
            items = [list(_blocks(item)) for item in node.children]
            yield {"kind": "list", "ordered": _LISTS[node.type], "items": items}
        elif node.type == "blockquote":
            yield {"kind": "quote", "body": list(_blocks(node))}
        elif node.type in ("fence", "code_block"):
            yield {"kind": "verbatim", "text": node.content.rstrip("\n")}
        elif node.type == "table":
            rows = [[plain(_inline(cell.children)) for cell in row.children]
                    for part in node.children for row in part.children]  # fmt: skip
            yield {"kind": "rows", "rows": rows}
        elif node.type == "hr":
            yield {"kind": "rule"}
        else:
            yield from _blocks(node)


def _inline(nodes: Iterable[SyntaxTreeNode]) -> list[Node]:
    found: list[Node] = []
    for node in nodes:
        if node.type in _INLINE:
            found.append({"kind": _INLINE[node.type], "body": _inline(node.children)})
        elif node.type == "link":
            found += _link(str(node.attrs.get("href", "")), _inline(node.children))
        elif node.type == "code_inline":
            found.append({"kind": "code", "body": [node.content]})
        elif node.type == "hardbreak":
            found.append({"kind": "break"})
        elif node.children:
            found += _inline(node.children)
        else:
            found.append(" " if node.type == "softbreak" else node.content)
    return found


def _link(address: str, body: list[Node]) -> list[Node]:
    """A link to an outside address; a link to another file of the folder is plain text in print."""
    if address.startswith(_OUTSIDE):
        return [{"kind": "link", "url": address, "body": body}]
    return body


def plain(nodes: Iterable[Node]) -> str:
    """The text of inline nodes."""
    return "".join(n if isinstance(n, str) else plain(n.get("body", (" ",))) for n in nodes)


class _Reader(HTMLParser):
    """Builds nodes; the standard library's parser is made to be subclassed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str, list[Node]]] = [("", "", [])]
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag == "br":
            self.open[-1][2].append({"kind": "break"})
        elif tag in _INLINE or tag in _LISTS or tag in ("p", "li", "a"):
            self.open.append((tag, dict(attrs).get("href") or "", []))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent -= 1
        elif tag in (name for name, _, _ in self.open):
            while self.close_last() != tag:
                pass

    def close_last(self) -> str:
        tag, address, body = self.open.pop()
        into = self.open[-1][2]
        if tag in _LISTS:
            items = [n["body"] for n in body if isinstance(n, dict) and n["kind"] == "item"]
            into.append({"kind": "list", "ordered": _LISTS[tag], "items": items})
        elif tag == "li":
            into.append({"kind": "item", "body": _grouped(body)})
        elif tag == "p":
            into.append({"kind": "par", "body": body})
        elif tag == "a":
            into += _link(address, body)
        else:
            into.append({"kind": _INLINE[tag], "body": body})
        return tag

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.open[-1][2].append(_BLANKS.sub(" ", data))


def html(text: str) -> list[Node]:
    """Blocks of a text block's HTML: paragraphs, lists, bold and italic; scripts are left out."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    while len(reader.open) > 1:
        reader.close_last()
    return _grouped(reader.open[0][2])


def _grouped(nodes: Iterable[Node]) -> list[Node]:
    """Runs of text made paragraphs; blocks as they are."""
    found: list[Node] = []
    run: list[Node] = []
    for node in [*nodes, {"kind": "end"}]:
        if isinstance(node, str) or node["kind"] in _WITHIN:
            run.append(node)
            continue
        if plain(run).strip():
            found.append({"kind": "par", "body": run})
        run = []
        if node["kind"] != "end":
            found.append(node)
    return found
