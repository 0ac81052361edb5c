"""Lines → records of a delimited text: no line lost, no quote allowed to swallow the file."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ternois_analysis import french

SEPARATORS = (";", ",", "\t", "|")
#: A quoted cell with line breaks may run over so many lines; beyond, the quote was never closed.
MAX_SPAN = 20
#: Longest line read as a record; the csv module refuses longer fields.
MAX_LINE = 131_000
#: A header stands within the first lines, under a title at most.
MAX_PREAMBLE = 30


@dataclass(frozen=True)
class Record:
    """One record: its first physical line (from 1), how many lines it spans, its cells.

    `problem` is a French reason when the cells cannot be trusted.
    """

    line: int
    span: int
    cells: list[str]
    problem: str = ""


def named(cells: list[str], aliases: Mapping[str, str]) -> dict[int, str]:
    """Field by position, for the cells that are names of columns."""
    return {
        i: aliases[key]
        for i, cell in enumerate(cells)
        if (key := french.plain(cell[:60])) in aliases
    }


def find_header(lines: list[str], aliases: Mapping[str, str]) -> tuple[int, str] | None:
    """Index of the header line and the separator that makes it name most columns, or None."""
    best: tuple[int, int, str] | None = None
    for index, line in enumerate(lines[:MAX_PREAMBLE]):
        if len(line) > MAX_LINE:
            continue
        for separator in SEPARATORS:
            score = len(set(named(cells(line, separator), aliases).values()))
            if score >= 3 and (best is None or score > best[0]):
                best = (score, index, separator)
    return (best[1], best[2]) if best else None


def cells(text: str, separator: str) -> list[str]:
    """The cells of one line."""
    if '"' not in text:
        return text.split(separator)
    return next(csv.reader([text], delimiter=separator), [])


def records(lines: list[str], separator: str, start: int, width: int) -> Iterator[Record]:
    """The records from line index `start` on; blank lines are skipped.

    Parameters
    ----------
    width : int
        Number of cells of the header. A record of another width, empty cells at its end set aside,
        carries a problem: joining or cutting it would be a guess.
    """
    index = start
    while index < len(lines):
        text = lines[index]
        if not text.strip(f'{separator} \t"\u00a0'):
            index += 1
            continue
        record = _record(lines, index, separator, width)
        index += record.span
        yield record


def _record(lines: list[str], index: int, separator: str, width: int) -> Record:
    text, line = lines[index], index + 1
    if len(text) > MAX_LINE:
        return Record(line, 1, [], f"une cellule démesurée : {french.number(len(text))} caractères")
    if '"' not in text:
        return _checked(line, 1, text.split(separator), width)
    quotes = 0
    for span in range(1, min(MAX_SPAN, len(lines) - index) + 1):
        quotes += lines[index + span - 1].count('"')
        if quotes % 2 == 0:
            joined = [f"{piece}\n" for piece in lines[index : index + span]]
            # A line that has all its cells is a row of its own, even after an open quote.
            whole = any(piece.count(separator) >= width - 1 for piece in joined[1:])
            if whole or sum(map(len, joined)) > MAX_LINE:
                break
            cells = next(csv.reader(joined, delimiter=separator), [])
            if span == 1 or len(_trimmed(cells, width)) == width:
                return _checked(line, span, cells, width)
            break
    # A lone quote is a mark for inches or a slip: the line stands, or is set aside, by itself.
    cells = text.split(separator)
    if len(_trimmed(cells, width)) == width:
        return Record(line, 1, _trimmed(cells, width))
    return Record(line, 1, cells, "un guillemet ouvert n'est pas refermé")


def _trimmed(cells: list[str], width: int) -> list[str]:
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _checked(line: int, span: int, cells: list[str], width: int) -> Record:
    if len(cells) == width:
        return Record(line, span, cells)
    cells = _trimmed(cells, width)
    if len(cells) > width:
        return Record(line, span, cells, f"{len(cells)} colonnes au lieu de {width}")
    if len(cells) < width:
        return Record(line, span, cells, f"{len(cells)} colonnes au lieu de {width} : ligne coupée")
    return Record(line, span, cells)
