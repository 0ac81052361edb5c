"""The artisans' guide: the facts of `guide.yml` and the fiches of `data/guide/*.md`.

A fiche is Markdown under a front matter (title, topic, source, page, valid_until, more). Each of
its statements, parted by blank lines, rests on the source of the front matter, or on one of `more`
that it names at its end: `[^key]`.
"""

import datetime as dt
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ternois_analysis.catalog.reading import build, house_first, merged
from ternois_analysis.errors import SchemaError, TernoisError, explain
from ternois_analysis.trail import lru_cache

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*\n(.*)\Z", re.S)
_CITED = re.compile(r"\s*\[\^([\w-]+)\]\s*\Z")
_ANY_CITATION = re.compile(r"\[\^[\w-]*\]")
_HEADING = re.compile(r"#{1,6}\s")


@dataclass(frozen=True)
class Trade:
    """A group of trades of the directory: the plain words that mean it besides its name."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class GuideFacts:
    """All of `guide.yml`; `gap_km` is crow-fly, between communes."""

    title: str
    topics: Mapping[str, str]
    gap_km: float
    trades: Mapping[str, Trade]


@dataclass(frozen=True)
class Origin:
    """What a statement rests on: who says so, where, and until when it is taken to be true."""

    source: str
    page: str
    valid_until: str

    def expired(self, on: dt.date) -> bool:
        """Whether its date of validity is over on a day."""
        return dt.date.fromisoformat(self.valid_until) < on


@dataclass(frozen=True)
class Statement:
    """A paragraph, list or heading in Markdown; `origin` ranks its source, None for a heading."""

    text: str
    origin: int | None


@dataclass(frozen=True)
class Fiche:
    """A fiche of the guide; `name` is that of its file, without suffix."""

    name: str
    title: str
    topic: str
    origins: tuple[Origin, ...]
    statements: tuple[Statement, ...]

    def expired(self, on: dt.date) -> tuple[Origin, ...]:
        """Its sources whose date of validity is over on a day."""
        return tuple(origin for origin in self.origins if origin.expired(on))


@dataclass(frozen=True)
class _Front:
    title: str
    topic: str
    source: str
    page: str
    valid_until: str
    more: Mapping[str, Origin] = field(default_factory=dict)


def guide() -> GuideFacts:
    """The facts about the guide."""
    return _read(house_first("guide.yml"))


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, int], ...]) -> GuideFacts:
    return build(GuideFacts, merged(files), "guide.yml")


def fiches(folder: Path) -> list[Fiche]:
    """The fiches of a folder, in the order of the topics, then of their files.

    Raises
    ------
    SchemaError
        Naming each fiche that is not sound: without a source, a title, a date or a statement.
    """
    found, faults = [], []
    for path in sorted(folder.glob("*.md")):
        try:
            found.append(_fiche(path))
        except TernoisError as error:
            faults.append(f"{path.name}: {error}")
    if not found and not faults:
        faults.append(
            explain(str(folder), expected="fiches in Markdown", found="none", do="Restore them.")
        )
    if faults:
        raise SchemaError("\n".join(faults))
    order = list(guide().topics)
    return sorted(found, key=lambda fiche: (order.index(fiche.topic), fiche.name))


def _fiche(path: Path) -> Fiche:
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise SchemaError(
            explain("Its text", expected="UTF-8", found="other bytes", do="Save it in UTF-8.")
        ) from error
    parts = _FRONT.match(text)
    if parts is None:
        raise SchemaError(
            explain("Its head", expected="a front matter between two lines « --- »", found="none",
                    do="Give title, topic, source, page and valid_until.")
        )  # fmt: skip
    front = build(_Front, _mapping(parts[1]), "front matter")
    own = Origin(front.source, front.page, front.valid_until)
    keys = list(front.more)
    origins = (own, *front.more.values())
    for origin in origins:
        _sound(origin)
    _known(front.topic)
    if not front.title.strip():
        raise _missing("title", "a title")
    statements = tuple(_statement(chunk, keys) for chunk in _chunks(parts[2]))
    if not any(statement.origin is not None for statement in statements):
        raise _missing("text", "a statement at least")
    return Fiche(path.stem, front.title, front.topic, origins, statements)


def _mapping(text: str) -> Mapping[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SchemaError(f"Its front matter is not readable YAML: {error}. Mend it.") from error
    return found if isinstance(found, Mapping) else {}


def _chunks(text: str) -> list[str]:
    return [chunk.strip("\n") for chunk in re.split(r"\n[ \t]*\n", text) if chunk.strip()]


def _statement(chunk: str, keys: list[str]) -> Statement:
    if _HEADING.match(chunk):
        return Statement(chunk, None)
    cited = _CITED.search(chunk)
    text = chunk[: cited.start()] if cited else chunk
    if cited and cited[1] not in keys:
        near = difflib.get_close_matches(cited[1], keys, 1)
        raise SchemaError(
            explain("A statement", expected=[f"[^{key}]" for key in keys], found=f"[^{cited[1]}]",
                    do=f"Did you mean '{near[0]}'?" if near else "Add the source under `more`.")
        )  # fmt: skip
    if _ANY_CITATION.search(text):
        raise SchemaError(
            explain("A statement", expected="one source, at its end", found=text[:60],
                    do="Part it into two paragraphs.")
        )  # fmt: skip
    return Statement(text, 1 + keys.index(cited[1]) if cited else 0)


def _sound(origin: Origin) -> None:
    if not origin.source.strip():
        raise _missing("source", "who says so")
    if not re.fullmatch(r"https?://[^\s\"'<>]+", origin.page):
        raise SchemaError(
            explain("page", expected="the address of the source, in https", found=origin.page,
                    do="Give the official page.")
        )  # fmt: skip
    try:
        dt.date.fromisoformat(origin.valid_until)
    except ValueError as error:
        raise SchemaError(
            explain("valid_until", expected="a date such as 2026-12-31", found=origin.valid_until,
                    do="Write year, month and day.")
        ) from error  # fmt: skip


def _known(topic: str) -> None:
    topics = guide().topics
    if topic not in topics:
        near = difflib.get_close_matches(topic, topics, 1)
        do = f"Did you mean '{near[0]}'?" if near else "Choose one of them."
        raise SchemaError(explain("topic", expected=list(topics), found=topic, do=do))


def _missing(what: str, expected: str) -> SchemaError:
    return SchemaError(explain(what, expected=expected, found="nothing", do="Add it."))
