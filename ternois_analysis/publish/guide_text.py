"""The words of the guide ready to print: fiches from Markdown, artisans in French."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
from markdown_it import MarkdownIt

from ternois_analysis import french
from ternois_analysis.catalog.guide import Fiche, Statement
from ternois_analysis.publish.guide import Guide
from ternois_analysis.sources.consents.cells import SEPARATOR

#: Levels by which the headings of a fiche go down: its own title stands above them.
_DOWN = 3


@dataclass(frozen=True)
class Artisan:
    """What is printed of an artisan; `rge_end` (ISO) is empty without an RGE."""

    name: str
    code: str
    commune: str
    trades: tuple[str, ...]
    phone: str
    mail: str
    wood: bool
    rge: str
    rge_start: str
    rge_end: str
    labels: str

    @property
    def dates(self) -> str:
        """When the RGE runs, in French."""
        return f"du {french.date(self.rge_start)} au {french.date(self.rge_end)}"


def artisans(content: Guide) -> list[Artisan]:
    """The artisans of the directory, in its order."""
    return [_artisan(row, content) for _, row in content.directory.artisans.iterrows()]


def _artisan(row: pd.Series, content: Guide) -> Artisan:
    has = bool(row["rge"])
    return Artisan(
        name=str(row["name"]),
        code=str(row["commune"]),
        commune=str(content.communes["name"].get(row["commune"], row["commune"])),
        trades=tuple(str(row["trades"]).split(SEPARATOR)),
        phone=str(row["phone"]).replace(" ", french.NBSP),
        mail=str(row["mail"]),
        wood=bool(row["wood"]),
        rge=french.typeset(str(row["rge"])),
        rge_start=row["rge_start"].date().isoformat() if has else "",
        rge_end=row["rge_end"].date().isoformat() if has else "",
        labels=french.typeset(str(row["labels"])),
    )


def markdown(statement: Statement) -> str:
    """A statement in Markdown, typeset; both formats are made of it."""
    return french.typeset(statement.text)


def html(statement: Statement) -> str:
    """A statement as HTML: tags written in it are printed, not obeyed; no image is loaded."""
    tokens = _parser().parse(markdown(statement))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + _DOWN)}"
    return str(_parser().renderer.render(tokens, _parser().options, {}))


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def rests(fiche: Fiche) -> Iterator[tuple[Statement, str, str]]:
    """Each statement with the rank of its source and its last day (ISO), "" for a heading."""
    for statement in fiche.statements:
        if statement.origin is None:
            yield statement, "", ""
        else:
            origin = fiche.origins[statement.origin]
            yield statement, str(statement.origin + 1), origin.valid_until
