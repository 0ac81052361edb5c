"""The bureau's eight slides of a territory: native charts, real tables, notes for the speaker."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ternois_analysis import catalog, french
from ternois_analysis.publish import (
    archive,
    slide_figures,
    slide_notes,
    slide_template,
    slide_text,
    writing,
)
from ternois_analysis.publish.reading import Report
from ternois_analysis.publish.slide_template import Deck
from ternois_analysis.publish.slide_text import Box, Paragraph
from ternois_analysis.publish.topics import PAGE, TOPICS, Found, Topic, comment, found, sentences

NAME = "bureau.pptx"
_TITLE, _LEAST_TITLE = 26.0, 16.0
_FOOT, _FOOT_ROOM = 9.0, 16.0
_MESSAGES, _MESSAGE = 5, 24.0
#: Points to decide: their size above a table, and their share of a slide beside one.
_POINT, _POINTS = 15.0, 0.3
#: Part of a slide that an author's comment takes.
_COMMENT_SHARE = 0.2
#: What a computed sentence says in the place of a value.
_UNKNOWN = "non publiable ou non disponible"
_UNDECIDED = "Aucun point à décider n’est rédigé pour ce trimestre."
_COMPLETE = "Toutes les données attendues sont là."


def write(report: Report, folder: Path, template: Path | None = None) -> list[Path]:
    """Write `bureau.pptx`; the same report and template give the same bytes.

    Parameters
    ----------
    report : Report
        With at least one chapter.
    folder : Path
        An existing folder; a file of the same name is replaced once the new one is whole.
    template : Path, optional
        A .pptx file whose fonts, colours and logo are used; by default the one that the variable
        `TERNOIS_TEMPLATE` or the house names, else a plain one.

    Raises
    ------
    ReportError
        If there is no chapter, the template cannot serve, or a figure cannot be drawn.
    """
    writing.check_pages(report)
    content = made(report, template or slide_template.chosen())
    return [writing.replaced(folder / NAME, content)]


def made(report: Report, template: Path | None = None) -> bytes:
    """The slides of a report as the bytes of a file."""
    deck = slide_template.opened(template)
    moment = datetime.fromisoformat(report.run.ended).astimezone(UTC)
    for rank, topic in enumerate(TOPICS):
        _slide(deck, report, topic, rank, moment)
    _told(deck.presentation.core_properties, report, moment)
    content = io.BytesIO()
    deck.presentation.save(content)
    return archive.undated(content.getvalue())


def _told(properties: Any, report: Report, moment: datetime) -> None:
    facts = catalog.territories()
    properties.title = _title(TOPICS[0], report)
    properties.author = properties.last_modified_by = facts.territories[facts.pays].label
    properties.subject = "Réunion de bureau"
    properties.keywords = slide_notes.foot(report)
    properties.comments, properties.category, properties.language = "", "", slide_text.LANGUAGE
    properties.created = properties.modified = moment.replace(tzinfo=None)
    properties.revision = 1


def _title(topic: Topic, report: Report) -> str:
    if topic is TOPICS[0]:
        run = report.run
        return (
            f"{french.typeset(run.label)}, {french.quarter(run.quarter)}{french.NBSP}: l’essentiel"
        )
    return french.typeset(topic.title)


def _slide(deck: Deck, report: Report, topic: Topic, rank: int, moment: datetime) -> None:
    slide = deck.presentation.slides.add_slide(deck.layout)
    title = Paragraph(_title(topic, report), bold=True)
    fit = slide_text.fitted([title], deck.title, _TITLE, _LEAST_TITLE)
    frame = slide.shapes.title.text_frame
    frame.margin_left = frame.margin_right = 0
    slide_text.written(frame.paragraphs[0], title.text, fit.size, bold=True)
    _numbered(slide, deck)
    area = deck.area
    base = Box(area.left, area.top + area.height - _FOOT_ROOM, area.width - 70, _FOOT_ROOM)
    slide_text.put(slide, base, [Paragraph(slide_notes.foot(report))], _FOOT, 7.0)
    body = Box(area.left, area.top, area.width, area.height - _FOOT_ROOM - 4)
    items, said = found(report, topic), comment(report, topic)
    if said is not None:
        body, place = body.rows([1 - _COMMENT_SHARE, _COMMENT_SHARE], 8)
        slide_figures.comment(slide, said, place)
    _body(slide, report, topic, items, body, moment)
    told = [*items, said] if said else items
    slide_notes.put(slide, slide_notes.notes(title.text, told, report, topic.reading))


def _numbered(slide: Any, deck: Deck) -> None:
    """The number of the slide, where the template has a place for it."""
    import copy

    from pptx.enum.shapes import PP_PLACEHOLDER

    for shape in deck.layout.placeholders:
        if shape.placeholder_format.type == PP_PLACEHOLDER.SLIDE_NUMBER:
            element = copy.deepcopy(shape._element)
            free = max(int(i) for i in slide.shapes._spTree.xpath("//@id") if i.isdigit()) + 1
            element.nvSpPr.cNvPr.set("id", str(free))
            slide.shapes._spTree.append(element)


def _body(
    slide: Any, report: Report, topic: Topic, items: list[Found], box: Box, moment: datetime
) -> None:
    if topic.shape == "messages":
        _messages(slide, report, items, box)
    elif topic.shape == "decisions":
        _decisions(slide, report, items, box)
    elif not items:
        slide_text.put(slide, box, [Paragraph(_absent(report, topic))], 20, 12)
    elif topic.shape == "map":
        slide_figures.map_beside(slide, items[0], box)
    elif topic.shape == "multiples":
        slide_figures.multiples(slide, items[0], box, moment)
    else:
        places = slide_figures.places([item.block for item in items], box)
        for item, place in zip(items, places, strict=True):
            slide_figures.figure(slide, item, place, moment, as_table=topic.shape == "table")


def _absent(report: Report, topic: Topic) -> str:
    """Why a slide has no figure, in words."""
    names = dict.fromkeys(wanted.page for wanted in topic.wanted)
    failed = [
        page.title for page in report.run.pages if page.page in names and page.status != "done"
    ]
    if failed:
        return french.typeset(
            f"Aucun chiffre à montrer : la page « {failed[0]} » n’a pas été établie."
        )
    here = [chapter.title for chapter in report.chapters if chapter.name in names]
    if here:
        return french.typeset(
            f"Aucun chiffre à montrer : la page « {here[0]} » n’en a pas pour ce territoire."
        )
    return "Aucun chiffre à montrer : la page qui les donne n’a pas été demandée."


def _messages(slide: Any, report: Report, items: list[Found], box: Box) -> None:
    """Five messages: those of the bureau's page, else one from each page in turn."""
    own = bool(items) and items[0].chapter.name == PAGE
    lists = [sentences(item.block) for item in items]
    said = [text for texts in lists for text in texts] if own else _in_turn(lists)
    if not said:
        slide_text.put(slide, box, [Paragraph(_absent(report, TOPICS[0]))], 20, 12)
        return
    slide_figures.texts(slide, said[:_MESSAGES], box, items[0], numbered=True, largest=_MESSAGE)


def _in_turn(lists: list[list[str]]) -> list[str]:
    """The first sentence of each page, then the second; those that say what is not known last."""
    most = max(map(len, lists), default=0)
    turns = (texts[rank] for rank in range(most) for texts in lists if rank < len(texts))
    return sorted(dict.fromkeys(turns), key=lambda text: _UNKNOWN in text)


def _decisions(slide: Any, report: Report, items: list[Found], box: Box) -> None:
    """Points to decide, and what the data lack at their right, or under them if more is read so."""
    texts = [text for item in items for text in sentences(item.block)] or [_UNDECIDED]
    tables = [item for item in items if item.block.kind == "table"]
    head = Paragraph("Points à décider", bold=True)
    left, right = box.split(_POINTS if tables else 0.5, 24.0)
    largest = 18.0
    if tables:
        listed = [Paragraph(text, mark="number") for text in texts]
        above = slide_text.fitted([head, *listed], box, _POINT, _POINT)
        under = box.below(above.height + 12)
        seen = [slide_figures.rows(tables[0].block, place) for place in (right, under)]
        if above.count == len(texts) + 1 and seen[1] >= seen[0]:
            left, right, largest = (
                Box(box.left, box.top, box.width, above.height + 4),
                under,
                _POINT,
            )
    used = slide_text.put(slide, left, [head], 16, 12)
    place = left.below(used.height)
    if texts != [_UNDECIDED]:
        slide_figures.texts(slide, texts, place, items[0], numbered=True, largest=largest)
    else:
        slide_text.put(slide, place, [Paragraph(_UNDECIDED)], 14, 11)
    if tables:
        slide_figures.figure(slide, tables[0], right, datetime.min)
        return
    head = Paragraph("Données manquantes", bold=True)
    used = slide_text.put(slide, right, [head], 16, 12)
    gaps = [Paragraph(text, mark="bullet") for text in slide_notes.missing(report)]
    room = right.below(used.height)
    fit = slide_text.fitted(gaps, Box(room.left, room.top, room.width, room.height - 20), 14, 10)
    slide_text.put(slide, room, gaps[: fit.count] or [Paragraph(_COMPLETE)], fit.size, fit.size)
    if fit.count < len(gaps):
        left_over = len(gaps) - fit.count
        told = f"Et {french.number(left_over)} autres, dans les notes de cette diapositive."
        slide_text.put(slide, room.below(fit.height), [Paragraph(told)], 11, 9)
