"""The file that slides are made from: the Pays' own, or a plain one made here."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ternois_analysis import paths, trail
from ternois_analysis.display import theme
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.publish.slide_text import Box

#: Names a template; without it, `data/templates/bureau.pptx` if it is there.
VARIABLE = "TERNOIS_TEMPLATE"
_HOUSE = Path("templates") / "bureau.pptx"
_WIDTH, _HEIGHT = 960.0, 540.0
_MARGIN, _GAP, _FOOT = 36.0, 10.0, 16.0
#: Room in points that eight slides of figures need.
_LEAST_WIDTH, _LEAST_HEIGHT = 560.0, 300.0
_TITLE_ONLY = 5


@dataclass(frozen=True, eq=False)
class Deck:
    """A presentation without slides, the layout for ours, and where its content goes."""

    presentation: Any
    layout: Any
    title: Box
    area: Box


@trail.leaf("template")
def _content(_: str) -> str:
    path = _chosen()
    return trail.digest(path.read_bytes()) if path and path.is_file() else str(path)


def chosen() -> Path | None:
    """The template that a user or the house names, or None for the plain one."""
    trail.note("template")
    return _chosen()


def _chosen() -> Path | None:
    if named := os.environ.get(VARIABLE):
        return Path(named).expanduser()
    own = paths.data() / _HOUSE
    return own if own.is_file() else None


def check() -> None:
    """Refuse a template that cannot serve, before anything is computed for its slides.

    Raises
    ------
    ReportError
        As `opened` does.
    """
    if (named := _chosen()) is not None:
        opened(named)


def opened(template: Path | None) -> Deck:
    """A deck from a template, emptied of its own slides.

    Parameters
    ----------
    template : Path or None
        A .pptx file; None for the plain one.

    Raises
    ------
    ReportError
        If the file is missing, is no presentation, or has no layout with a title and enough room
        under it.
    """
    presentation = _plain() if template is None else _read(template)
    _emptied(presentation)
    for layout in presentation.slide_layouts:
        deck = _deck(presentation, layout)
        if deck is not None:
            return deck
    raise _refused(
        template, "a layout with a title, no other text, and room for figures",
        [layout.name for layout in presentation.slide_layouts],
        "In the master view, add a layout « Titre seul » that leaves the page free.",
    )  # fmt: skip


def _read(template: Path) -> Any:
    import zipfile

    from pptx import Presentation
    from pptx.exc import PackageNotFoundError

    expected = "a presentation saved as .pptx"
    save = "Save the template as .pptx, or leave it out: the plain one serves."
    if not template.is_file():
        raise _refused(template, expected, "no such file", save)
    try:
        return Presentation(str(template))
    except (PackageNotFoundError, ValueError, KeyError, zipfile.BadZipFile, SyntaxError) as error:
        raise _refused(template, expected, error, save) from error


def _refused(template: Path | None, expected: str, found: object, do: str) -> ReportError:
    text = explain(f"The template of slides {template or ''}".strip(), expected=expected,
                   found=found, do=do)  # fmt: skip
    return ReportError(text)


def _emptied(presentation: Any) -> None:
    """Take away the slides that a template shows as examples."""
    listed = presentation.slides._sldIdLst
    for slide in list(listed):
        presentation.part.drop_rel(slide.rId)
        listed.remove(slide)


def _deck(presentation: Any, layout: Any) -> Deck | None:
    from pptx.enum.shapes import PP_PLACEHOLDER as KIND

    feet = (KIND.DATE, KIND.FOOTER, KIND.SLIDE_NUMBER)
    kinds = {shape.placeholder_format.type: shape for shape in layout.placeholders}
    title = kinds.pop(KIND.TITLE, None)
    if title is None or not set(kinds) <= set(feet):
        return None
    width, height = presentation.slide_width.pt, presentation.slide_height.pt
    tops = [shape.top.pt for shape in kinds.values()]
    bottom = min([*tops, height - _FOOT])
    box = Box(title.left.pt, title.top.pt, title.width.pt, title.height.pt)
    top = box.top + box.height + _GAP
    left = min(box.left, _MARGIN * 2)
    area = Box(left, top, width - 2 * left, bottom - top)
    if area.width < _LEAST_WIDTH or area.height < _LEAST_HEIGHT:
        return None
    return Deck(presentation, layout, box, area)


def _plain() -> Any:
    """A wide presentation with one layout: a title, a line under it, a page number."""
    from pptx import Presentation
    from pptx.util import Pt

    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(_WIDTH), Pt(_HEIGHT)
    layout = presentation.slide_layouts[_TITLE_ONLY]
    for other in list(presentation.slide_layouts):
        if other is not layout and other.name != layout.name:
            presentation.slide_layouts.remove(other)
    layout.name = "Titre seul"
    master = presentation.slide_master
    _rule(presentation, master)
    for sheet in (master, layout):
        for shape in sheet.placeholders:
            _moved(shape)
    for level in master._element.iter("{*}titleStyle"):
        for properties in level:
            properties.set("algn", "l")
    _coloured(master)
    return presentation


def _moved(shape: Any) -> None:
    from pptx.enum.shapes import PP_PLACEHOLDER as KIND
    from pptx.util import Pt

    foot = _HEIGHT - 30
    wide = _WIDTH - 2 * _MARGIN
    box = {
        KIND.TITLE: (_MARGIN, 18, wide, 44),
        KIND.BODY: (_MARGIN, 76, wide, 420),
        KIND.DATE: (_MARGIN, foot, 150, 20),
        KIND.FOOTER: (_WIDTH / 2 - 150, foot, 300, 20),
        KIND.SLIDE_NUMBER: (_WIDTH - _MARGIN - 60, foot, 60, 20),
    }[shape.placeholder_format.type]
    shape.left, shape.top, shape.width, shape.height = (Pt(side) for side in box)


def _rule(presentation: Any, master: Any) -> None:
    """A thin line under the titles, drawn on a slide that is then thrown away."""
    from pptx.enum.dml import MSO_THEME_COLOR
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.util import Pt

    slide = presentation.slides.add_slide(presentation.slide_layouts[0])
    line = slide.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, Pt(_MARGIN), Pt(65), Pt(_WIDTH - 2 * _MARGIN), Pt(2)
    )
    line.name = "Filet"
    line.fill.solid()
    line.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    line.line.fill.background()
    line._element.nvSpPr.cNvPr.set("id", "99")
    master.shapes._spTree.append(line._element)


def _coloured(master: Any) -> None:
    """The figures' own colours as the accents of the theme."""
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE

    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    tree = etree.fromstring(part.blob)
    for rank, colour in enumerate(theme.QUALITATIVE, start=1):
        for accent in tree.iter(f"{{*}}accent{rank}"):
            accent[0].set("val", colour.removeprefix("#"))
    part._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
