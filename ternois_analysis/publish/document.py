"""An executed notebook as the parts of a document: title, body and headings."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbconvert.filters import markdown2html

from ternois_analysis import french

_HEADING = re.compile(r"<h([1-6])\b[^>]*>(.*?)(?:<a class=\"anchor-link\".*?</a>)?</h\1>", re.S)
_TAG = re.compile(r"(<[^>]+>)")
_SVG_HEAD = re.compile(r"^.*?(?=<svg\b)", re.S)
#: Tag of the cells that nbval compares: checks for those who keep the notebooks, not for readers.
COMPARED = "nbval-check-output"
_VERBATIM = ("<pre", "<code", "<script", "<style")
_VERBATIM_END = ("</pre", "</code", "</script", "</style")
_IMAGES = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class Heading:
    """A heading of the body: its level (2 or more), anchor and plain text."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class Document:
    """A page's title, its body as HTML, and the headings for a table of contents."""

    title: str
    body: str
    headings: tuple[Heading, ...]


def title(notebook: Mapping[str, Any], otherwise: str) -> str:
    """Text of the first level-one heading of a notebook, typeset; `otherwise` without one."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            found = re.search(r"^# +(.+?)\s*$", cell["source"], re.M)
            if found:
                return french.typeset(found[1])
    return otherwise


def read(notebook: Mapping[str, Any], otherwise: str) -> Document:
    """The document that an executed notebook is: its prose and outputs, never its code.

    Parameters
    ----------
    notebook : NotebookNode
    otherwise : str
        Title of a notebook without a level-one heading.
    """
    headings: list[Heading] = []
    titled = False

    def anchored(match: re.Match[str]) -> str:
        nonlocal titled
        level, inner = int(match[1]), match[2].strip()
        if level == 1 and not titled:
            titled = True
            return ""
        text = html.unescape(_TAG.sub("", inner))
        stem = french.plain(text).replace(" ", "-") or "partie"
        taken = {heading.anchor for heading in headings}
        others = (f"{stem}-{rank}" for rank in range(2, len(headings) + 3))
        anchor = next(anchor for anchor in (stem, *others) if anchor not in taken)
        headings.append(Heading(max(level, 2), anchor, text))
        return f'<h{max(level, 2)} id="{anchor}">{inner}</h{max(level, 2)}>'

    parts = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            parts.append(_HEADING.sub(anchored, _typeset(markdown2html(cell["source"]))).strip())
        if COMPARED not in cell["metadata"].get("tags", ()):
            parts += [_output(output) for output in cell.get("outputs", ())]
    return Document(title(notebook, otherwise), "\n".join(filter(None, parts)), tuple(headings))


def _typeset(markup: str) -> str:
    """French spacing in the text of some HTML; code, scripts and styles left alone."""
    verbatim = 0
    parts = _TAG.split(markup)
    for place, part in enumerate(parts):
        if part.startswith(_VERBATIM):
            verbatim += 1
        elif part.startswith(_VERBATIM_END):
            verbatim -= 1
        elif not part.startswith("<") and not verbatim:
            parts[place] = html.escape(french.typeset(html.unescape(part)), quote=False)
    return "".join(parts)


def _output(output: Mapping[str, Any]) -> str:
    if output["output_type"] == "stream":
        if output["name"] != "stdout" or not output["text"].strip():
            return ""
        return f'<pre class="printed">{html.escape(output["text"])}</pre>'
    data = output.get("data", {})
    if "text/html" in data:
        return str(data["text/html"])
    if "image/svg+xml" in data:
        return f'<div class="picture">{_SVG_HEAD.sub("", data["image/svg+xml"])}</div>'
    for mime in _IMAGES:
        if mime in data:
            source = "".join(data[mime].split())
            return f'<div class="picture"><img alt="" src="data:{mime};base64,{source}"></div>'
    if "text/markdown" in data:
        return _typeset(markdown2html(data["text/markdown"]))
    return f'<pre class="printed">{html.escape(data["text/plain"])}</pre>' if data else ""
