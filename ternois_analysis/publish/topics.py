"""What the elected officials' eight slides are about, and which blocks of a report answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ternois_analysis import french
from ternois_analysis.display import comments
from ternois_analysis.display.block import Block, Kind
from ternois_analysis.publish import typst_prose
from ternois_analysis.publish.reading import Chapter, Prose, Report

#: The page made for them; its sections come before all others. The page that tells what moved.
PAGE, CHANGES = "14_bureau", "15_evolutions"
#: Blocks of a section of that page that a slide of figures has room for.
_MOST = 3
Shape = Literal["messages", "table", "map", "multiples", "figures", "decisions"]


@dataclass(frozen=True)
class Wanted:
    """Blocks of a page: of a kind, on an indicator, with words of their heading or title.

    Words are patterns for plain writing; an empty text asks for nothing.
    """

    page: str
    kind: Kind | Literal[""] = ""
    heading: str = ""
    indicator: str = ""
    title: str = ""


@dataclass(frozen=True)
class Topic:
    """A slide: its title, what it looks like, and where its blocks are.

    `heading` finds the sections of the page `14_bureau`, in plain writing; `wanted` is what other
    pages have in their stead, the most telling first. At most `most` blocks are shown. `reading`
    says how to read what has no « Lecture » of its own.
    """

    title: str
    shape: Shape
    heading: str
    wanted: tuple[Wanted, ...] = ()
    most: int = 1
    reading: str = ""


TOPICS = (
    Topic(
        "L’essentiel", "messages", r"essentiel|message",
        (
            Wanted("01_portrait", "text", "essentiel"),
            Wanted("01_portrait", "text", title="references"),
            Wanted("02_demographie_habitat", "text", "population|logements"),
            Wanted("03_artisanat", "text", "essentiel"),
            Wanted("04_dynamique_entreprises", "text", "essentiel"),
            Wanted("05_emploi", "text"),
        ),
        most=9,
        reading="chaque phrase donne un constat et son chiffre ; la page citée en donne la source.",
    ),
    Topic(
        "Les feux tricolores", "table", r"feux|tricolore|signaux",
        (
            Wanted("01_portrait", "chart", "profil"),
            Wanted("01_portrait", "table", "profil|chiffres cles"),
            Wanted("02_demographie_habitat", "chart", "profil"),
        ),
    ),
    Topic(
        "La carte", "map", r"\bcartes?\b",
        (
            Wanted("03_artisanat", "map", indicator="craft_density_smoothed_per_10000"),
            Wanted("02_demographie_habitat", "map", indicator="population_growth_pct_per_year"),
            Wanted("01_portrait", "map"),
        ),
    ),
    Topic(
        "Côte à côte", "multiples", r"cote a cote",
        (Wanted("01_portrait", "table", "cote a cote"), Wanted("03_artisanat", "table", "stock")),
    ),
    Topic(
        "L’artisanat et les métiers fragiles", "figures", r"artisan|metier",
        (
            Wanted("03_artisanat", "chart", "metiers"),
            Wanted("12_transmission", title="ne tient qu"),
            Wanted("12_transmission", "table", "derniers"),
        ),
        most=2,
    ),
    Topic(
        "Les programmes", "figures", r"programme",
        (
            Wanted("11_programmes", "table", title="couverture par communaute"),
            Wanted("11_programmes", "text", title="que peut on dire"),
            Wanted("11_programmes"),
        ),
        most=2,
    ),
    Topic(
        "Les perspectives", "figures", r"perspective|scenario|avenir",
        (
            Wanted("13_perspectives", "chart"),
            Wanted("13_perspectives", "table", "scenario"),
            Wanted("13_perspectives"),
        ),
        most=2,
    ),
    Topic(
        "À décider, et ce qui manque", "decisions", r"decider|decision|manqu|lacune", most=3,
        reading="chaque point à décider cite le chiffre sur lequel il repose ; ce qui manque dit "
        "ce qu’on ne peut pas encore conclure.",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A block and the chapter that it comes from."""

    block: Block
    chapter: Chapter


def found(report: Report, topic: Topic) -> list[Found]:
    """The blocks of a slide: those of the page `14_bureau`, else the nearest of other pages."""
    own = next((chapter for chapter in report.chapters if chapter.name == PAGE), None)
    if own is not None:
        mine = [
            Found(block, own)
            for heading, block in _under(own)
            if re.search(topic.heading, heading) and _says(block) and not comments.by_author(block)
        ]
        if mine:
            return mine[: _MOST if topic.shape == "figures" else topic.most]
    chosen: list[Found] = []
    for wanted in topic.wanted:
        for chapter in report.chapters:
            if chapter.name != wanted.page:
                continue
            for heading, block in _under(chapter):
                if _fits(block, heading, wanted) and all(block is not f.block for f in chosen):
                    chosen.append(Found(block, chapter))
                    break
        if len(chosen) == topic.most:
            break
    return chosen


def comment(report: Report, topic: Topic) -> Found | None:
    """What an author wrote for the section of a slide, apart from what is computed."""
    for chapter in report.chapters:
        for heading, block in _under(chapter):
            signed = comments.by_author(block) and block.subtitle
            if chapter.name == PAGE and signed and re.search(topic.heading, heading):
                return Found(block, chapter)
    return None


def _under(chapter: Chapter) -> Iterator[tuple[str, Block]]:
    """Each block with the heading that it stands under, in plain writing."""
    heading = ""
    for part in chapter.parts:
        if isinstance(part, Prose):
            for line in part.text.splitlines():
                heading = french.plain(line) if line.startswith("#") else heading
        else:
            yield heading, part


def _fits(block: Block, heading: str, wanted: Wanted) -> bool:
    """Whether a block is what is wanted and shows a value; one that only says what lacks is not."""
    return (
        (not wanted.kind or block.kind == wanted.kind)
        and bool(re.search(wanted.heading, heading))
        and bool(re.search(wanted.title, french.plain(block.title)))
        and (not wanted.indicator or wanted.indicator in set(block.values["indicator"]))
        and bool(block.values["status"].eq("ok").any())
    )


def _says(block: Block) -> bool:
    return bool(block.svg or block.table is not None or sentences(block)) or len(block.values) > 0


def sentences(block: Block) -> list[str]:
    """The paragraphs and list items of a text block, as plain text."""
    return [text for node in typst_prose.html(block.html) for text in _texts(node)]


def _texts(node: typst_prose.Node) -> Iterator[str]:
    if isinstance(node, str):
        yield node.strip()
    elif node["kind"] == "list":
        for item in node["items"]:
            yield typst_prose.plain(item).strip()
    else:
        yield typst_prose.plain(node["body"]).strip()
