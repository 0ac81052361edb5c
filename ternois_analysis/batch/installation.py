"""What a machine computes with: Python, packages, code, house and store, to be compared."""

import hashlib
import platform
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from ternois_analysis import paths
from ternois_analysis.batch import surroundings

#: Folders of the house that pages read, and what of the store they never read.
_HOUSE = ("data", "shapefiles", "notebooks", "comments")
_NOT_READ = ("key", "releases")
#: Bytes from which a file counts by its size: the hash of a table is in `sources.yml` or in its
#: receipt, and checked whenever it is read.
_LARGE = 2**18
_LENGTH = 12


def facts() -> dict[str, str]:
    """What the values of this process depend on, part by part.

    Two machines with equal facts give equal values. Files are told as hashes only.

    Returns
    -------
    dict of str
        Versions by package, hashes by folder: `Python`, `system`, `code`, `pandas`…,
        `data/sources.yml`, `notebooks/01_portrait.ipynb`…, `store/sources/bpe`, `store/register`…

    Raises
    ------
    SourceError
        If this machine has no house.
    """
    found = {
        "system": f"{sys.platform} {platform.machine()}",
        "code": _digest(_files(Path(__file__).resolve().parent.parent)),
        "Python": surroundings.python(),
        **surroundings.needed(),
        "distributed": surroundings.version("distributed"),
    }
    house, store = paths.house(), paths.store()
    for name in _HOUSE:
        for part in sorted((house / name).glob("*")):
            found[f"{name}/{part.name}"] = _digest(_files(part))
    for part in (*sorted(store.glob("*")), *sorted((store / "sources").glob("*"))):
        # Names below the first may be those of persons and businesses, but for sources.
        if part.name not in _NOT_READ and part != store / "sources":
            found[f"store/{part.relative_to(store).as_posix()}"] = _digest(_files(part))
    nothing = _digest(iter(()))
    return {name: said for name, said in found.items() if said != nothing}


def differences(ours: Mapping[str, str], theirs: Mapping[str, str]) -> list[str]:
    """In words, what differs between the facts of two machines, in the order of ours."""
    return [
        f"{name}: {ours.get(name, 'none')} here, {theirs.get(name, 'none')} there"
        for name in dict.fromkeys((*ours, *theirs))
        if ours.get(name) != theirs.get(name)
    ]


def _files(place: Path) -> Iterator[tuple[str, Path]]:
    """Files of a folder, or a file alone, with their names below it; hidden ones are left out."""
    if place.is_file():
        yield place.name, place
    for path in sorted(place.rglob("*")):
        inner = path.relative_to(place)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in inner.parts)
        if path.is_file() and not hidden:
            yield inner.as_posix(), path


def _digest(files: Iterator[tuple[str, Path]]) -> str:
    total = hashlib.sha256()
    for name, path in files:
        size = path.stat().st_size
        content = b"" if size > _LARGE else hashlib.sha256(path.read_bytes()).digest()
        total.update(f"{name}\x1f{size}\x1f".encode() + content)
    return total.hexdigest()[:_LENGTH]
