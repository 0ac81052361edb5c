"""HTML of figures and tables, every text escaped; no style and no script of its own."""

import html
import re
from collections.abc import Mapping

import pandas as pd

#: A longer text that starts with figures is a sentence or a formula, not a number with its unit.
_LONGEST_NUMBER = 28
_NUMBER = re.compile(r"^[+\u2212]?[\d\u202f]*\d(,\d+)?")
#: What stands for a number, or beside it, in a column of numbers.
_SIGNS = frozenset({"s", "n.s.", "n.d.", "–", ""})
_BOUNDS = re.compile(r"^\[[^\]]*\]$")
_COMMA_WIDE, _DIGIT_WIDE = "\u2008", "\u2007"


def figure(
    key: str,
    *,
    kind: str,
    title: str,
    subtitle: str,
    svg: str,
    body: str,
    table: pd.DataFrame | None,
    mark: str,
    lines: Mapping[str, str],
) -> str:
    """A `<figure>` whose ids start with `key`.

    `svg` and `body` are markup already; all other texts are escaped. A body stands in the place of
    the still figure, which then serves for print only. Under a chart the table is folded away.
    """
    shown = [f'<h3 id="{key}-title">{html.escape(title)}</h3>']
    if subtitle:
        shown.append(f'<p class="subtitle">{html.escape(subtitle)}</p>')
    if body and svg:
        shown.append(f'<div class="live">{body}</div><div class="still" hidden>{svg}</div>')
    else:
        shown.append(svg + body)
    if table is not None and kind == "table":
        shown.append(_scrolled(key, rows(table, title)))
    words = [f'<p class="mark">{html.escape(mark.capitalize())}.</p>'] if mark else []
    words += [_line(lead, text) for lead, text in lines.items() if text]
    if table is not None and kind != "table":
        words.append(
            "<details><summary>Voir les données</summary>"
            f"{_scrolled(key, rows(table, title))}</details>"
        )
    return (
        f'<figure class="block {kind}" id="{key}" aria-labelledby="{key}-title">'
        f"{''.join(shown)}<figcaption>{''.join(words)}</figcaption></figure>"
    )


def _scrolled(key: str, table: str) -> str:
    """A table that may be wider than the page: it can be scrolled with the keyboard too."""
    return (
        f'<div class="scroll" role="group" aria-labelledby="{key}-title" tabindex="0">{table}</div>'
    )


def _line(lead: str, text: str) -> str:
    return f"<p><b>{lead}\u00a0:</b> {html.escape(text)}</p>"


def rows(table: pd.DataFrame, title: str) -> str:
    """A `<table>` with its caption, column heads and row heads; numbers aligned on the comma.

    Parameters
    ----------
    table : DataFrame
        Strings; the first column names the rows; a line break starts a small second line.
    """
    columns = [[str(cell) for cell in table.iloc[:, place]] for place in range(table.shape[1])]
    numeric = set()
    for place, column in enumerate(columns[1:], 1):
        firsts = [text.partition("\n")[0] for text in column]
        if any(_NUMBER.match(text) and len(text) <= _LONGEST_NUMBER for text in firsts):
            numeric.add(place)
            columns[place] = _aligned(column)
        elif column and all(text in _SIGNS or _BOUNDS.match(text) for text in firsts):
            numeric.add(place)
    head = "".join(
        f'<th scope="col"{_class(place in numeric)}>{html.escape(str(name))}</th>'
        for place, name in enumerate(table.columns)
    )
    body = "".join(
        "<tr>"
        + "".join(_cell(text, place, place in numeric) for place, text in enumerate(row))
        + "</tr>"
        for row in zip(*columns, strict=True)
    )
    return (
        f"<table><caption>{html.escape(title)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _class(numeric: bool) -> str:
    return ' class="num"' if numeric else ""


def _cell(text: str, place: int, numeric: bool) -> str:
    first, _, rest = text.partition("\n")
    inner = html.escape(first) + (f"<br><small>{html.escape(rest)}</small>" if rest else "")
    if place == 0:
        return f'<th scope="row">{inner}</th>'
    return f"<td{_class(numeric)}>{inner}</td>"


def _aligned(column: list[str]) -> list[str]:
    """Numbers followed by blanks as wide as the decimals they lack."""

    def decimals(text: str) -> int:
        match = _NUMBER.match(text)
        return len((match[1] or "")[1:]) if match else 0

    most = max(map(decimals, column))

    def pad(text: str) -> str:
        first, mark, rest = text.partition("\n")
        own = decimals(first)
        blank = _DIGIT_WIDE * (most - own)
        if own == 0 and most and _NUMBER.match(first):
            blank = _COMMA_WIDE + blank
        return f"{first}{blank}{mark}{rest}" if _NUMBER.match(first) else text

    return [pad(text) for text in column]
