"""The sources of a page or of a portal, the files of one source gathered."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ternois_analysis import french


@dataclass(frozen=True)
class Cited:
    """A source as readers see it: its credit, the millésimes used, and fingerprints of the files.

    `fingerprints` has one entry a millésime: the start of the SHA-256 of its file, or how many
    files it has; the whole of them are in `run.json`.
    """

    title: str
    producer: str
    licence: str
    millesimes: str
    fingerprints: tuple[tuple[str, str], ...]
    synthetic: bool


def cited(files: Iterable[Mapping[str, Any]], names: Collection[str] | None = None) -> list[Cited]:
    """The sources of some files, each once, in the order in which they come.

    Parameters
    ----------
    files : iterable of mappings
        As `Observatory.sources_used` gives them.
    names : collection of str, optional
        Of the sources to keep; all by default.
    """
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for file in files:
        if names is None or file["source"] in names:
            groups.setdefault(file["source"], []).append(file)
    return [_gathered(name, group) for name, group in groups.items()]


def _gathered(name: str, files: list[Mapping[str, Any]]) -> Cited:
    hashes: dict[str, list[str]] = {}
    for file in files:
        known = hashes.setdefault(str(file.get("millesime", "")), [])
        if (sha := str(file.get("sha256", ""))) not in known:
            known.append(sha)
    first = files[0]
    return Cited(
        title=first.get("title") or name,
        producer=first.get("producer") or "",
        licence=first.get("licence") or "",
        millesimes=french.millesimes(hashes),
        fingerprints=tuple(
            (year, known[0][:12] if len(known) == 1 else f"{len(known)} fichiers")
            for year, known in sorted(hashes.items())
        ),
        synthetic=any(file.get("synthetic") for file in files),
    )
