"""The files of a report read back from outside: tables, charts, cells, texts and links."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lxml.html
import openpyxl
import pypdfium2
from pptx import Presentation

#: Blanks, marks of a cut word and hyphens, which differ from one format to another.
_LOOSE = re.compile(r"[\s\u00a0\u202f\u00ad\ufffe\u2060-]")
_NUMBER = re.compile(r"([+\u2212]?)\u202f?(\d[\d\u202f]*(?:,\d+)?)(?:\u00a0\S+( .*)?)?")


def squashed(text):
    return _LOOSE.sub("", text)


def html_tables(path):
    """Tables of a page: rows of cells, each a list of its lines."""
    return [
        [[[piece.strip() for piece in cell.itertext() if piece.strip()] or [""]
          for cell in row.iter("th", "td")] for row in table.iter("tr")]
        for table in lxml.html.parse(str(path)).iter("table")
    ]  # fmt: skip


def slides(path):
    return list(Presentation(str(path)).slides)


def slide_tables(path):
    return [
        [[cell.text.split("\n") for cell in row.cells] for row in shape.table.rows]
        for slide in slides(path) for shape in slide.shapes if shape.has_table
    ]  # fmt: skip


def slide_points(path):
    """Points of native charts: name on the axis, name of the series, number or None."""
    charts = (shape.chart for slide in slides(path) for shape in slide.shapes if shape.has_chart)
    return [
        (str(name), line.name, number)
        for chart in charts
        for line in chart.plots[0].series
        for name, number in zip(chart.plots[0].categories, line.values, strict=True)
    ]


def slide_text(path):
    shapes = (shape for slide in slides(path) for shape in slide.shapes)
    return "\n".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)


def cells(path, sheet):
    """Rows of a sheet, by head."""
    heads, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def workbook_text(path):
    book = openpyxl.load_workbook(path)
    texts = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True)
             for cell in row if cell is not None]  # fmt: skip
    return "\n".join(texts + [sheet.oddFooter.left.text or "" for sheet in book])


def pdf_text(path):
    document = pypdfium2.PdfDocument(path)
    return squashed("".join(page.get_textpage().get_text_bounded() for page in document))


def number(text):
    """The number that a text prints in French, or None if it prints none."""
    match = _NUMBER.fullmatch(text)
    if not match:
        return None
    read = float(match[2].replace("\u202f", "").replace(",", "."))
    return -read if match[1] == "\u2212" else read


def dead_links(folder: Path):
    """Links within a folder's pages that lead to no file, or to no place of their own page."""
    dead = []
    for page in sorted(folder.rglob("*.html")):
        tree = lxml.html.parse(str(page))
        places = set(tree.xpath("//@id"))
        contents = tree.xpath("//meta[@http-equiv]/@content")
        refreshed = [text.partition("url=")[2] for text in contents if "url=" in text]
        for href in [*tree.xpath("//@href"), *tree.xpath("//@src"), *refreshed]:
            parts = urlsplit(href)
            if parts.scheme:
                continue
            if parts.path and not (page.parent / unquote(parts.path)).exists():
                dead.append(f"{page.relative_to(folder)} → {href}")
            if not parts.path and parts.fragment and unquote(parts.fragment) not in places:
                dead.append(f"{page.relative_to(folder)} → {href}")
    return dead
