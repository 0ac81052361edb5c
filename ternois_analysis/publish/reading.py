"""A territory's folder as every format reads it: chapters of prose and blocks, in page order."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis import french
from ternois_analysis.display.block import MIME, Block
from ternois_analysis.publish import document, record
from ternois_analysis.publish.cited import cited
from ternois_analysis.publish.evidence import IDENTITY
from ternois_analysis.publish.record import RunRecord

_TITLE = re.compile(r"^# +.+?$\n?", re.M)


@dataclass(frozen=True)
class Prose:
    """Markdown that stands between blocks, typeset, the page's title taken away."""

    text: str


@dataclass(frozen=True)
class Chapter:
    """One page of a territory: its name, title and parts in reading order."""

    name: str
    title: str
    parts: tuple[Prose | Block, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks alone."""
        return tuple(part for part in self.parts if isinstance(part, Block))


@dataclass(frozen=True)
class Report:
    """All that a territory's folder says, for one quarter and audience."""

    run: RunRecord
    chapters: tuple[Chapter, ...]

    @property
    def blocks(self) -> Iterator[Block]:
        """All blocks, in page order."""
        return (block for chapter in self.chapters for block in chapter.blocks)

    @cached_property
    def synthetic(self) -> bool:
        """Whether any value is invented, for demonstration."""
        return any(block.synthetic for block in self.blocks)

    @cached_property
    def values(self) -> pd.DataFrame:
        """Every value that a block prints, once; columns of `observatory.COLUMNS`."""
        tables = [block.values for block in self.blocks if len(block.values)]
        if not tables:
            return Block("text", "").values
        return pd.concat(tables, ignore_index=True).drop_duplicates(list(IDENTITY))

    @property
    def sources(self) -> list[Any]:
        """The files that the printed values come from, as `cited` lists them."""
        names = {name for listed in self.values["source"] for name in listed.split("+") if name}
        return cited(self.run.sources, names)


def read(folder: Path) -> Report:
    """The report in a territory's folder, from its record and executed notebooks.

    Raises
    ------
    ReportError
        If the folder has no record, or one that cannot be read.
    """
    run = record.needed(folder)
    done = [page for page in run.pages if (folder / f"{page.page}.ipynb").is_file()]
    return Report(run, tuple(chapter(folder / f"{p.page}.ipynb", p.title) for p in done))


def chapter(path: Path, title: str) -> Chapter:
    """One executed notebook as a chapter."""
    book = json.loads(path.read_text(encoding="utf-8"))
    return Chapter(path.stem, title, tuple(_parts(book)))


def _parts(book: Mapping[str, Any]) -> Iterator[Prose | Block]:
    for cell in book["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            text = french.typeset(_TITLE.sub("", source, count=1).strip())
            if text:
                yield Prose(text)
        elif document.COMPARED not in cell["metadata"].get("tags", ()):
            for output in cell.get("outputs", ()):
                if MIME in output.get("data", {}):
                    yield Block.from_json(output["data"][MIME])
