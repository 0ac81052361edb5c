"""A file as received → one table of text with our names of columns, every row accounted for."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ternois_analysis import french
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.intake import delimited, encoding, workbook
from ternois_analysis.sources.intake.container import Part, Refused, open_parts
from ternois_analysis.sources.intake.table import UNRESOLVED, Layout, Received, Rows

_LACKING = "colonne absente"


def receive(path: Path, layout: Layout) -> Received:
    """Read a CSV, Excel or JSON file, zipped or not, into one table of text.

    Raises
    ------
    SourceError
        If the file holds no readable part.
    SchemaError
        If no part has the columns of the layout.
    """
    parts, notices = open_parts(path)
    rows = Rows(layout)
    facts: list[dict[str, Any]] = []
    for part in parts:
        try:
            if part.kind == "xlsx":
                facts += _workbook(part, rows, notices)
            elif part.kind == "json":
                facts.append(_json(part, rows))
            else:
                facts.append(_delimited(part, rows))
        except Refused as reason:
            notices.append(f"« {part.name} » refusé : {reason}.")
    if not facts:
        # The sheet that lacks one column is the one meant; the others only lack a header.
        near = [notice for notice in notices if _LACKING in notice] or notices
        raise SchemaError(
            explain(
                f"{path.name} is not such a table",
                expected="a header with "
                + "; ".join(layout.told(g, " or ") for g in layout.required),
                found=" ".join(near).rstrip(".") or "no known header",
                do=layout.mend,
            )
        )
    return Received(*rows.tables(), tuple(facts), tuple(notices))


def _facts(name: str, kind: str, **more: Any) -> dict[str, Any]:
    empty = {
        "encoding": "",
        "separator": "",
        "header_line": 0,
        "preamble": [],
        "lines": 0,
        "rows": 0,
        "header": [],
        "columns": [],
        "unknown": [],
    }
    return {"name": name, "kind": kind} | empty | more


def _columns(header: list[str], layout: Layout) -> dict[str, Any]:
    """Names of the known and unknown columns; refuses a table without the required ones."""
    positions = delimited.named(header, layout.aliases)
    for group in layout.required:
        if not set(positions.values()) & set(group):
            raise Refused(f"{_LACKING} : {layout.told(group, ' ou ')}")
    unknown = [h.strip()[:60] for i, h in enumerate(header) if h.strip() and i not in positions]
    return {"header": header, "columns": sorted(set(positions.values())), "unknown": unknown}


def _is_header(cells: list[str], layout: Layout) -> bool:
    if not cells or any(c.isdigit() for c in cells[0][:60]):
        return False
    known = len(delimited.named(cells, layout.aliases))
    return known >= 3 and known * 2 >= sum(1 for cell in cells if cell.strip())


def _delimited(part: Part, rows: Rows) -> dict[str, Any]:
    decoded = encoding.decode(part.content)
    found = delimited.find_header(decoded.lines, rows.layout.aliases)
    if found is None:
        raise Refused("aucune ligne d'en-tête reconnue")
    start, separator = found
    header = delimited.cells(decoded.lines[start], separator)
    facts = _facts(
        part.name,
        "csv",
        encoding=decoded.encoding,
        separator=separator,
        header_line=start + 1,
        preamble=decoded.lines[:start],
        lines=len(decoded.lines),
    )
    facts |= _columns(header, rows.layout)
    after: int | None = start + 1
    while after is not None:  # one turn for each header: the columns may change within a file
        count, after, header = _section(part.name, decoded, separator, header, after, rows)
        facts["rows"] += count
    return facts


def _section(
    part: str, decoded: encoding.Decoded, separator: str, header: list[str], start: int, rows: Rows
) -> tuple[int, int | None, list[str]]:
    """Rows read under one header; where and under which header the next section starts."""
    layout, count = rows.layout, 0
    positions = delimited.named(header, layout.aliases)
    for record in delimited.records(decoded.lines, separator, start, len(header)):
        count += 1
        lines = range(record.line, record.line + record.span)
        if _is_header(record.cells, layout):
            rows.set_aside(
                part, record.line, layout.codes.header, "en-tête répété", "retirer cette ligne"
            )
            if delimited.named(record.cells, layout.aliases) != positions:
                return count, record.line + record.span - 1, record.cells
        elif any(line in decoded.broken for line in lines):
            rows.set_aside(
                part, record.line, layout.codes.unreadable, "des octets qu'aucun encodage ne lit"
            )
        elif record.problem:
            mend = "réunir les morceaux de la ligne" if "coupée" in record.problem else ""
            rows.set_aside(part, record.line, layout.codes.cut, record.problem, mend)
        else:
            odd = any(line in decoded.odd for line in lines)
            rows.put_cells(part, record.line, record.cells, positions, odd=odd)
    return count, None, header


def _workbook(part: Part, rows: Rows, notices: list[str]) -> list[dict[str, Any]]:
    facts = []
    formulas = UNRESOLVED if rows.layout.formulas else ""
    sheets = workbook.sheets(part.content, formulas)
    for index, (name, cells) in enumerate(sheets):
        label = part.name if index == 0 else f"{part.name}, feuille {name}"
        try:
            facts.append(_sheet(label, cells, rows))
        except Refused as reason:
            notices.append(f"Feuille « {name} » ignorée : {reason}.")
    return facts


def _sheet(label: str, lines: Iterable[list[str]], rows: Rows) -> dict[str, Any]:
    layout, facts = rows.layout, _facts(label, "xlsx")
    positions: dict[int, str] = {}
    for number, cells in enumerate(lines, 1):
        facts["lines"] = number
        if not any(cell.strip() for cell in cells):
            continue
        header = _is_header(cells, layout)
        if not positions and not header:
            facts["preamble"].append(" ".join(filter(None, cells)))
            if len(facts["preamble"]) > delimited.MAX_PREAMBLE:
                break
        elif not positions:
            facts |= {"header_line": number} | _columns(cells, layout)
            positions = delimited.named(cells, layout.aliases)
        else:
            facts["rows"] += 1
            if header:
                rows.set_aside(
                    label, number, layout.codes.header, "en-tête répété", "retirer cette ligne"
                )
                positions = delimited.named(cells, layout.aliases)
            else:
                rows.put_cells(label, number, cells, positions)
    if not positions:
        raise Refused("aucune ligne d'en-tête reconnue")
    return facts


def _json(part: Part, rows: Rows) -> dict[str, Any]:
    layout, aliases = rows.layout, rows.layout.aliases
    items = _items(part.content)
    for rank, item in enumerate(items, 1):
        if not isinstance(item, dict):
            rows.set_aside(part.name, rank, layout.codes.cut, "un élément qui n'est pas une fiche")
        elif layout.flatten is not None:
            rows.put(part.name, rank, layout.flatten(item))
        else:
            named = {french.plain(str(name)): value for name, value in item.items()}
            rows.put(
                part.name,
                rank,
                {
                    aliases[key]: str(value)
                    for key, value in named.items()
                    if key in aliases and value is not None
                },
            )
    return _facts(part.name, "json", encoding="UTF-8", lines=len(items), rows=len(items))


def _items(content: bytes) -> list[Any]:
    """The items of a JSON list, of the first list in a JSON object, or of JSON lines."""
    try:
        text = content.decode("utf-8-sig")
        try:
            found = json.loads(text)
        except json.JSONDecodeError:
            return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Refused("ce n'est pas du JSON lisible") from error
    if isinstance(found, dict):
        lists = [value for value in found.values() if isinstance(value, list)]
        return lists[0] if lists else [found]
    return found if isinstance(found, list) else [found]
