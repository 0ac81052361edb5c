"""Files of an earlier run that stay where their format could not be made again.

They stay as pages do: only while they agree with what the folder holds now. A format prints all
that its pages show, so an earlier file stays only where each of its pages still shows every value
and every word that it showed then, with the same status: a value that is hidden today, or that was
withdrawn, is in no file of the folder.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ternois_analysis.batch import folder
from ternois_analysis.publish import evidence, formats, opendata
from ternois_analysis.publish.record import RunRecord

#: How a block is drawn: it says nothing that its values and words do not.
_DRAWN = "svg"


@dataclass(frozen=True)
class Remains:
    """Names of earlier files by when they were made, and of those that could not stay."""

    kept: dict[str, str]
    gone: tuple[str, ...]

    @property
    def told(self) -> str:
        """What became of the earlier files, for whoever ran the pages."""
        said = ""
        if self.gone:
            said += f" Removed, for the pages no longer show what they show: {_few(self.gone)}."
        if self.kept:
            days = sorted({made[:10] for made in self.kept.values()})
            said += f" Kept from {', '.join(days)}: {_few(list(self.kept))}."
        return said


def _few(names: Sequence[str], most: int = 3) -> str:
    """Some names, those of whole reports first, and how many more."""
    shown = sorted(names, key=lambda name: (name[:1].isdigit(), name))
    more = len(shown) - most
    return ", ".join(shown[:most]) + (f" and {more} more" if more > 0 else "")


def keep(name: str, final: Path, draft: Path, before: RunRecord | None, run: RunRecord) -> Remains:
    """Link the earlier files of a format that failed into the draft, where they may stay.

    Parameters
    ----------
    name : str
        Of the format.
    final : Path
        The territory's folder as it is.
    draft : Path
        The one to replace it, with its pages and their values; files of the format that were made
        before it failed are left.
    before, run : RunRecord
        Of these two folders.
    """
    if before is None:
        return Remains({}, ())
    kept, gone = dict[str, str](), list[str]()
    pages = {page.page for page in before.pages if _book(final, page.page).is_file()}
    agreeing = {page for page in pages if _same_words(before, run, page)
                and _shows_still(page, final, draft)}  # fmt: skip
    patterns = formats.FILES.get(name, ())
    names = {pattern.format(page=page) for pattern in patterns for page in ("", *pages)}
    for file in (final / each for each in sorted(names)):
        if not file.is_file() or (draft / file.name).exists():
            continue
        rests = {file.stem} if file.stem in pages else pages
        if rests <= agreeing and (file.name != opendata.NAME or _same_values(final, draft)):
            folder.link(file, draft / file.name)
            kept[file.name] = before.kept.get(file.name) or before.ended
        else:
            gone.append(file.name)
    return Remains(kept, tuple(gone))


def _same_words(before: RunRecord, run: RunRecord, page: str) -> bool:
    """Whether what a file prints besides its pages is what it would print today."""
    said = before.label, before.provisional, before.page(page)
    now = run.label, run.provisional, run.page(page)
    if said[:2] != now[:2] or said[2] is None or now[2] is None:
        return False
    # A page that failed or was set aside vouches for nothing: what it shows is looked at alone.
    return now[2].status != "done" or said[2].faults == now[2].faults


def _shows_still(page: str, final: Path, draft: Path) -> bool:
    """Whether a page of the draft shows all that the page of that name shows in the folder."""
    old, new = _book(final, page), _book(draft, page)
    if not new.is_file():
        return False
    return old.samefile(new) or set(_shown(old)) <= set(_shown(new))


def _shown(book: Path) -> Iterator[str]:
    """Every value and every text of an executed notebook."""
    content: dict[str, Any] = json.loads(book.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if cell["cell_type"] == "markdown":
            yield "".join(cell["source"])
    for block in evidence.blocks(content):
        for value in block["values"]:
            yield json.dumps(value, sort_keys=True)
        words = {name: said for name, said in block.items() if name not in (_DRAWN, "values")}
        yield json.dumps(words, sort_keys=True)


def _same_values(final: Path, draft: Path) -> bool:
    """Whether `values.csv`, whose hash open data tell, is the same."""
    one, other = (place / evidence.NAME for place in (final, draft))
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


def _book(place: Path, page: str) -> Path:
    return place / f"{page}.ipynb"
