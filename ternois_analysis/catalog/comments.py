"""Authors' comments: Markdown files of the house, with who wrote them, when, and what they cite."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ternois_analysis import french, paths, quarters, trail
from ternois_analysis.errors import ReportError, TernoisError, explain

#: Places of pages where a comment may stand, and how each is called.
SECTIONS: Mapping[str, str] = {
    "essentiel": "L’essentiel",
    "feux": "Feux",
    "carte": "Carte",
    "cote-a-cote": "Côte à côte",
    "artisanat": "L’artisanat",
    "programmes": "Les programmes",
    "perspectives": "Les perspectives",
    "decisions": "Points à décider et données manquantes",
}
#: Characters of a file, at most: a comment is read aloud in a meeting.
LONGEST = 20_000
#: Characters of what is wrong that are printed.
_TOLD = 80
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)(.*)\Z", re.DOTALL)
_CITED = re.compile(r"^([a-z][a-z0-9_]*)(?:\[([^\]]+)\])?(?:@([^=\s]+))?\s*=\s*(\S.*)$")


@dataclass(frozen=True)
class Citation:
    """A figure that a comment cites: whose, of which category, and as it was written.

    An empty `territory` is that of the comment.
    """

    indicator: str
    category: str
    territory: str
    text: str


@dataclass(frozen=True)
class Comment:
    """A comment as its file tells it; `problem` says, in French, why a file could not be read."""

    section: str
    author: str = ""
    date: str = ""
    quarter: str = ""
    cites: tuple[Citation, ...] = ()
    text: str = ""
    problem: str = ""


def comment(territory: str, section: str) -> Comment | None:
    """The comment of a territory at a section, or None where nobody wrote one.

    A file that cannot be read gives a comment with its `problem`: it never stops a run.

    Raises
    ------
    ReportError
        For a section that no page has.
    """
    if section not in SECTIONS:
        raise ReportError(
            explain("Unknown section of a comment", expected=tuple(SECTIONS), found=section,
                    do="Use one of them.")
        )  # fmt: skip
    path = paths.comments() / territory / f"{section}.md"
    trail.note("yaml", paths.place(path))
    return _read(path, section) if path.exists() or path.is_symlink() else None


@trail.leaf("comments")
def _named(territory: str) -> str:
    """Names in the folder of a territory."""
    folder = paths.comments() / territory
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return trail.digest(names)


def unplaced(territory: str) -> tuple[str, ...]:
    """Names in the folder of a territory that no section shows."""
    trail.note("comments", territory)
    folder = paths.comments() / territory
    if not folder.is_dir():
        return ()
    known = {f"{section}.md" for section in SECTIONS}
    names = (path.name for path in folder.iterdir())
    return tuple(sorted(name for name in names if name not in known and not name.startswith(".")))


def hashes(territory: str) -> dict[str, str]:
    """SHA-256 of each comment of a territory, by path in the house: they are inputs of a run."""
    folder = paths.comments() / territory
    files = (folder / f"{section}.md" for section in SECTIONS)
    return {
        f"{folder.parent.name}/{territory}/{path.name}": hashlib.sha256(
            path.read_bytes()
        ).hexdigest()
        for path in files
        if path.is_file()
    }


def _read(path: Path, section: str) -> Comment:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return Comment(section, problem="le fichier n’est pas en UTF-8")
    except OSError:
        return Comment(section, problem="le fichier ne s’ouvre pas")
    if len(content) > LONGEST:
        return Comment(
            section, problem=f"plus de {french.number(LONGEST)} caractères, c’est trop long"
        )
    return parsed(content, section)


def parsed(content: str, section: str) -> Comment:
    """The comment that a text holds: its front matter between two lines `---`, then Markdown."""
    found = _FRONT.match(content.replace("\r\n", "\n"))
    if not found:
        return Comment(
            section, problem="il ne commence pas par un en-tête entre deux lignes « --- »"
        )
    try:
        # Every value is text: a date or a quarter must not become something else.
        head = yaml.load(found[1], Loader=yaml.BaseLoader)  # noqa: S506 - builds texts only
    except yaml.YAMLError:
        return Comment(section, problem="son en-tête n’est pas du YAML lisible")
    if not isinstance(head, dict):
        return Comment(section, problem="son en-tête ne donne ni auteur, ni date, ni trimestre")
    problem = _wanting(head)
    if problem:
        return Comment(section, problem=problem)
    cites = _citations(head.get("cites") or [])
    if isinstance(cites, str):
        return Comment(section, problem=cites)
    quarter = str(quarters.parse(head["quarter"]))
    return Comment(section, head["author"].strip(), head["date"], quarter, cites, found[2].strip())


def _wanting(head: Mapping[str, Any]) -> str:
    """What is wrong with the author, the date or the quarter; empty when nothing is."""
    names = {"author", "date", "quarter", "cites"}
    if odd := sorted(str(name) for name in set(head) - names):
        return f"son en-tête a une ligne inconnue : {', '.join(odd)[:_TOLD]}"
    for name in ("author", "date", "quarter"):
        if not isinstance(head.get(name), str) or not head[name].strip():
            return f"son en-tête n’a pas de ligne « {name} »"
    try:
        date.fromisoformat(head["date"])
    except ValueError:
        return f"sa date « {head['date'][:_TOLD]} » n’est pas de la forme AAAA-MM-JJ"
    try:
        quarters.parse(head["quarter"])
    except TernoisError:
        return f"son trimestre « {head['quarter'][:_TOLD]} » n’est pas de la forme 2026Q3"
    return ""


def _citations(listed: Any) -> tuple[Citation, ...] | str:
    """The citations of a list, or what is wrong with one of them."""
    if not isinstance(listed, list):
        return "« cites » n’est pas une liste"
    found = []
    for text in listed:
        match = _CITED.match(text.strip()) if isinstance(text, str) else None
        if match is None:
            told = text[:_TOLD] if isinstance(text, str) else "?"
            return (
                f"la citation « {told} » n’est pas de la forme « indicateur@territoire = valeur »"
            )
        found.append(Citation(match[1], match[2] or "", match[3] or "", match[4].strip()))
    return tuple(found)
