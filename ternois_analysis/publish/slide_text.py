"""Texts of a slide: the largest type in which they fit their box, never cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ternois_analysis.publish import lettering

LANGUAGE = "fr-FR"
#: Blank between paragraphs, and indent of a list, at size 1.
_BETWEEN, _INDENT = 0.45, 1.6
_STEP = 0.5


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    def below(self, used: float) -> "Box":
        """What is left of the box under that many points."""
        return Box(self.left, self.top + used, self.width, self.height - used)

    def columns(self, count: int, gutter: float) -> list["Box"]:
        """The box parted in columns of equal width."""
        width = (self.width - gutter * (count - 1)) / count
        lefts = (self.left + rank * (width + gutter) for rank in range(count))
        return [Box(left, self.top, width, self.height) for left in lefts]

    def split(self, share: float, gutter: float) -> tuple["Box", "Box"]:
        """A left part with that share of the width, and a right one."""
        width = (self.width - gutter) * share
        right = self.left + width + gutter
        return (
            Box(self.left, self.top, width, self.height),
            Box(right, self.top, self.width - width - gutter, self.height),
        )

    def rows(self, shares: Sequence[float], gutter: float) -> list["Box"]:
        """The box parted in rows whose heights are to each other as the shares."""
        room = self.height - gutter * (len(shares) - 1)
        found, top = [], self.top
        for share in shares:
            height = room * share / sum(shares)
            found.append(Box(self.left, top, self.width, height))
            top += height + gutter
        return found


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `scale` is its size compared with that of the others."""

    text: str
    bold: bool = False
    scale: float = 1.0
    mark: Literal["", "bullet", "number"] = ""


@dataclass(frozen=True)
class Fit:
    """The type size in points, how many paragraphs fit with it, and how high they are."""

    size: float
    count: int
    height: float


def fitted(paragraphs: Sequence[Paragraph], box: Box, largest: float, smallest: float) -> Fit:
    """The largest size in which all paragraphs fit, else how many do in the smallest."""
    size = largest
    while True:
        heights = [_height(paragraph, box.width, size) for paragraph in paragraphs]
        if sum(heights) <= box.height or size <= smallest:
            break
        size = max(size - _STEP, smallest)
    count, used = 0, 0.0
    for height in heights:
        if used + height > box.height + 0.01:
            break
        count, used = count + 1, used + height
    return Fit(size, count, used)


def _height(paragraph: Paragraph, width: float, size: float) -> float:
    own = size * paragraph.scale
    room = width / own - (_INDENT if paragraph.mark else 0)
    count = lettering.lines(paragraph.text, room, paragraph.bold)
    return own * lettering.LINE * count + _BETWEEN * size


def put(
    slide: Any, box: Box, paragraphs: Sequence[Paragraph], largest: float, smallest: float
) -> Fit:
    """A text box with as many paragraphs as fit; how it was fitted.

    Parameters
    ----------
    slide : pptx.slide.Slide
    largest, smallest : float
        Type sizes in points.
    """
    fit = fitted(paragraphs, box, largest, smallest)
    if fit.count:
        from pptx.util import Pt

        shape = slide.shapes.add_textbox(
            Pt(box.left), Pt(box.top), Pt(box.width), Pt(max(fit.height, 1.0))
        )
        fill(shape.text_frame, paragraphs[: fit.count], fit.size)
    return fit


def fill(frame: Any, paragraphs: Sequence[Paragraph], size: float) -> None:
    """The paragraphs of a frame without margins, in French, with the fonts of the template."""
    from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
    from pptx.util import Pt

    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.vertical_anchor = MSO_ANCHOR.TOP
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    for rank, paragraph in enumerate(paragraphs):
        line = frame.paragraphs[0] if rank == 0 else frame.add_paragraph()
        line.space_after, line.space_before = Pt(_BETWEEN * size), Pt(0)
        line.line_spacing = 1.0
        written(line, paragraph.text, size * paragraph.scale, paragraph.bold)
        _marked(line, paragraph, size)


def written(line: Any, text: str, size: float, bold: bool = False) -> None:
    """One run of text in a paragraph, its line breaks kept."""
    from pptx.util import Pt

    for rank, part in enumerate(text.split("\n")):
        if rank:
            line.add_line_break()
        run = line.add_run()
        run.text = part
        run.font.size, run.font.bold = Pt(size), bold
        run._r.get_or_add_rPr().set("lang", LANGUAGE)


def _marked(line: Any, paragraph: Paragraph, size: float) -> None:
    from lxml import etree
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    properties = line._p.get_or_add_pPr()
    if not paragraph.mark:
        etree.SubElement(properties, qn("a:buNone"))
        return
    indent = int(Pt(_INDENT * size * paragraph.scale))
    properties.set("marL", str(indent))
    properties.set("indent", str(-indent))
    if paragraph.mark == "number":
        etree.SubElement(properties, qn("a:buFont"), typeface="+mj-lt")
        etree.SubElement(properties, qn("a:buAutoNum"), type="arabicPeriod")
    else:
        etree.SubElement(properties, qn("a:buFont"), typeface="Arial")
        etree.SubElement(properties, qn("a:buChar"), char="•")
