"""What a published quarter says of itself: its edition, why, what went in and what came out."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ternois_analysis import french
from ternois_analysis.errors import ReportError, explain

#: In the folder of an audience: what was published, and what is being revised.
NAME, OPEN = "publication.json", "revision.json"
#: Where a quarter keeps the editions that later ones replaced: `.editions/<number>/<audience>/`.
EDITIONS = ".editions"


@dataclass(frozen=True)
class Publication:
    """An edition of a quarter for one audience, frozen.

    Parameters
    ----------
    edition : int
        1 for the first, one more at each revision.
    published : str
        ISO date and time with offset.
    reason : str
        Why it replaces the edition before; empty for the first.
    inputs : tuple of mappings
        Facts of every file that the quarter saw, SHA-256 included.
    audit : mapping
        Cells hidden and proved safe, and the file of the release register.
    outputs : mapping of str to str
        SHA-256 of every file of the folder, by path within it.
    """

    quarter: str
    audience: str
    edition: int
    published: str
    reason: str
    commit: str
    python: str
    platform: str
    packages: Mapping[str, str]
    inputs: tuple[Mapping[str, Any], ...]
    audit: Mapping[str, Any]
    outputs: Mapping[str, str]


@dataclass(frozen=True)
class Revision:
    """A revision announced and not published yet: the number and reason of the edition to come."""

    edition: int
    reason: str
    opened: str


@dataclass(frozen=True)
class Edition:
    """An edition in one line: `href` leads to one that was replaced; an `open` one is not out."""

    number: int
    moment: str
    reason: str
    href: str = ""
    open: bool = False


def write(publication: Publication | Revision, folder: Path) -> Path:
    """Write the record of a publication, or of a revision, in the folder of an audience."""
    path = folder / (NAME if isinstance(publication, Publication) else OPEN)
    text = json.dumps(dataclasses.asdict(publication), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def read(folder: Path) -> Publication | None:
    """The publication of an audience's folder; None while the quarter is provisional.

    Raises
    ------
    ReportError
        If the record is not one of ours.
    """
    content = _content(folder / NAME)
    try:
        if content is None:
            return None
        return Publication(**{**content, "inputs": tuple(content["inputs"])})
    except (TypeError, KeyError) as error:
        raise _damaged(folder / NAME, error) from error


def revision(folder: Path) -> Revision | None:
    """The revision announced for an audience's folder and not published yet, if any.

    Raises
    ------
    ReportError
        If its record is not one of ours.
    """
    content = _content(folder / OPEN)
    try:
        return None if content is None else Revision(**content)
    except TypeError as error:
        raise _damaged(folder / OPEN, error) from error


def earlier(folder: Path) -> tuple[Publication, ...]:
    """The editions that were replaced, the oldest first."""
    aside = folder.parent / EDITIONS
    found = [read(place) for place in aside.glob(f"*/{folder.name}")] if aside.is_dir() else []
    return tuple(sorted(filter(None, found), key=lambda edition: edition.edition))


def editions(folder: Path) -> list[Edition]:
    """The editions of an audience's folder as its portal tells them, the newest first."""
    found = [
        Edition(old.edition, old.published, french.typeset(old.reason),
                f"../{EDITIONS}/{old.edition}/{folder.name}/index.html")
        for old in earlier(folder)
    ]  # fmt: skip
    now, coming = read(folder), revision(folder)
    if now:
        found.append(Edition(now.edition, now.published, french.typeset(now.reason)))
    if coming:
        reason = french.typeset(coming.reason)
        found.append(Edition(coming.edition, coming.opened, reason, open=True))
    return found[::-1]


def outputs(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of an audience's folder but its own record, by path within it."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / NAME
    }


def altered(publication: Publication, folder: Path) -> list[str]:
    """Files that are not as they were published: changed, missing or added."""
    now = outputs(folder)
    names = sorted({*now, *publication.outputs})
    return [name for name in names if now.get(name) != publication.outputs.get(name)]


def _content(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    except ValueError as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> ReportError:
    return ReportError(
        explain(
            f"{path} cannot be read",
            expected="the record of a publication",
            found=error,
            do="Restore it from a copy of the reports: it says what was published.",
        )
    )
