"""Bytes → lines of text: in one encoding when the file has one, line by line when it has not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Decoded:
    """The physical lines of a file.

    `odd` are the line numbers (from 1) that are in another encoding than the file; `broken` those
    that no encoding reads, decoded as Latin-1 so that they can be shown as refused.
    """

    lines: list[str]
    encoding: str
    odd: frozenset[int]
    broken: frozenset[int]


def decode(content: bytes) -> Decoded:
    """The lines of a text in UTF-8 (with or without BOM), UTF-16 or Windows-1252, even mixed."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", errors="replace")
        return Decoded(_lines(text), "UTF-16", frozenset(), frozenset())
    bom = content.startswith(b"\xef\xbb\xbf")
    body = content[3:] if bom else content
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _line_by_line(body)
    name = "UTF-8 avec BOM" if bom else "ASCII" if text.isascii() else "UTF-8"
    return Decoded(_lines(text), name, frozenset(), frozenset())


def _lines(text: str) -> list[str]:
    # str.splitlines would also cut at U+0085 and U+2028, which stand inside cells.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines and not lines[-1] else lines


def _line_by_line(body: bytes) -> Decoded:
    raw = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if raw and not raw[-1]:
        raw.pop()
    lines: list[str] = []
    utf8: set[int] = set()
    cp1252: set[int] = set()
    broken: set[int] = set()
    for number, line in enumerate(raw, 1):
        if line.isascii():
            lines.append(line.decode("ascii"))
            continue
        for codec, bag in (("utf-8", utf8), ("cp1252", cp1252)):
            try:
                lines.append(line.decode(codec))
            except UnicodeDecodeError:
                continue
            bag.add(number)
            break
        else:
            lines.append(line.decode("latin-1"))
            broken.add(number)
    odd, main = (utf8, "Windows-1252") if len(cp1252) >= len(utf8) else (cp1252, "UTF-8")
    return Decoded(lines, main, frozenset(odd), frozenset(broken))
