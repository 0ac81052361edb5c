"""What a file really is, and what a zip holds: told by content, never by the extension."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from ternois_analysis.errors import SourceError, explain

#: A register of a whole région is 40 MB; ten times that is no register.
MAX_BYTES = 400 * 2**20
#: A sheet of 120 000 rows unpacks to about 150 MB and is packed 10 to 40 times.
MAX_RATIO = 250
MAX_MEMBERS = 5000

Kind = Literal["csv", "xlsx", "json"]
_KNOWN = {
    b"\xd0\xcf\x11\xe0": "un classeur au format .xls d'avant 2007",
    b"%PDF": "un document PDF",
    b"MZ": "un programme Windows",
    b"\x7fELF": "un programme Linux",
    b"\x89PNG": "une image PNG",
    b"\xff\xd8\xff": "une image JPEG",
    b"\x1f\x8b": "une archive gzip",
    b"Rar!": "une archive RAR",
    b"7z\xbc\xaf": "une archive 7-Zip",
}


@dataclass(frozen=True)
class Part:
    """One table-bearing file: itself, or a member of a zip."""

    name: str
    kind: Kind
    content: bytes


class Refused(Exception):  # noqa: N818 - a reason carried to the notices, not an error of ours
    """Why one member cannot be read, in French; the other members still can."""


def open_parts(path: Path) -> tuple[list[Part], list[str]]:
    """The readable parts of a file and a French notice for each thing refused or noticed.

    Parameters
    ----------
    path : Path
        A `.csv`, `.xlsx` or `.json` file, zipped or not. Nothing is unpacked to disk.

    Raises
    ------
    SourceError
        If the file is missing, empty or too large, or if no part of it can be read.
    """
    if not path.is_file():
        raise SourceError(
            explain(
                f"{path} cannot be imported", expected="a file", found="none", do="Check the name."
            )
        )
    size = path.stat().st_size
    if size == 0 or size > MAX_BYTES:
        raise SourceError(
            explain(
                f"{path.name} cannot be imported",
                expected=f"1 to {MAX_BYTES} bytes",
                found=f"{size} bytes",
                do="Ask the sender for the file again.",
            )
        )
    content = path.read_bytes()
    parts, notices = [], []
    try:
        what = sniff(content)
        if what == "zip":
            for name, outcome in _members(content):
                if isinstance(outcome, Part):
                    parts.append(outcome)
                else:
                    notices.append(f"Membre « {name} » refusé : {outcome}.")
        else:
            parts.append(Part(path.name, what, content))
    except Refused as reason:
        notices.append(f"Fichier refusé : {reason}.")
    if not parts:
        raise SourceError(
            explain(
                f"{path.name} cannot be imported",
                expected="a CSV, Excel (.xlsx) or JSON table, zipped or not",
                found=" ".join(notices) or "an empty archive",
                do="Ask the sender to export it again.",
            )
        )
    for part in parts:
        suffix = PurePosixPath(part.name.partition(" (")[0]).suffix.lower()
        if suffix not in (f".{part.kind}", ".txt" if part.kind == "csv" else ".jsonl"):
            notices.append(
                f"« {part.name} » n'est pas ce que son extension dit : lu comme {part.kind}."
            )
    return parts, notices


def sniff(content: bytes) -> Literal["csv", "xlsx", "json", "zip"]:
    """What the first bytes are.

    Raises
    ------
    Refused
        For anything that is not a table.
    """
    for magic, what in _KNOWN.items():
        if content.startswith(magic):
            raise Refused(f"c'est {what}, pas un tableau CSV, Excel (.xlsx) ou JSON")
    if content.startswith(b"PK"):
        return "xlsx" if _check_zip(content) else "zip"
    head = content[:65536]
    utf16 = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in head and not utf16:
        raise Refused("c'est un fichier binaire de nature inconnue")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        return "json"
    if start == b"<":
        raise Refused("c'est une page web ou un document XML, pas un tableau")
    return "csv"


def _check_zip(content: bytes) -> bool:
    """Whether a sound zip is a workbook; refuses bombs by what the members declare."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused("l'archive est abîmée") from error
    if len(infos) > MAX_MEMBERS:
        raise Refused(f"l'archive a {len(infos)} membres")
    workbook = any(info.filename == "xl/workbook.xml" for info in infos)
    if workbook:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            total = 0
            for (
                info
            ) in infos:  # unpacked once here, so that a lying header is caught before the reader
                total += len(_unpack(archive, info))
                if total > MAX_BYTES:
                    raise Refused("le classeur se déplie au-delà de la taille permise (bombe zip)")
    return workbook


def _members(content: bytes) -> Iterator[tuple[str, Part | str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        total, seen = 0, Counter[str]()
        for info in archive.infolist():
            path = PurePosixPath(info.filename.replace("\\", "/"))
            if info.is_dir() or path.name.startswith(".") or "__MACOSX" in path.parts:
                continue
            seen[path.name] += 1
            name = path.name if seen[path.name] == 1 else f"{path.name} ({seen[path.name]})"
            try:
                if path.is_absolute() or ".." in path.parts or ":" in info.filename:
                    raise Refused("son chemin sort de l'archive")
                data = _unpack(archive, info)
                total += len(data)
                if total > MAX_BYTES:
                    raise Refused("l'archive se déplie au-delà de la taille permise (bombe zip)")
                kind = sniff(data)
                if kind == "zip":
                    raise Refused("c'est une archive dans l'archive")
                yield name, Part(name, kind, data)
            except Refused as reason:
                yield name, str(reason)


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.flag_bits & 1:
        raise Refused("il est protégé par un mot de passe")
    ratio = info.file_size / max(1, info.compress_size)
    if info.file_size > MAX_BYTES or (info.file_size > 2**20 and ratio > MAX_RATIO):
        raise Refused(f"il se déplie {ratio:.0f} fois (bombe zip)")
    try:
        with archive.open(info) as member:
            data = member.read(info.file_size + 1)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Refused("il est abîmé ou d'un format d'archive inconnu") from error
    except Exception as error:
        raise Refused("il est abîmé") from error
    return data
