"""Figures drawn once: what was made of the same published values is taken from the sketchbook.

A figure's key is the hash of the function that draws it, of its arguments (values, outlines,
words), of the code and of the versions of the libraries. The entry keeps the finished block and
what the drawing read besides; it is drawn again when any of that has changed, or when the entry is
damaged. An entry holds what a figure given to its audience shows; the folder is its owner's alone.
"""

import contextlib
import dataclasses
import functools
import hashlib
import importlib.metadata
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Set
from pathlib import Path
from typing import ParamSpec

import geopandas as gpd
import numpy as np
import pandas as pd

from ternois_analysis import paths, trail
from ternois_analysis.display.block import Block

P = ParamSpec("P")

#: Bytes that the folder may hold; above, the entries least lately used go first.
LARGEST = 200_000_000
_KEPT_SHARE = 0.8
_LIBRARIES = ("matplotlib", "numpy", "pandas", "geopandas", "shapely")


def once(draw: Callable[P, Block]) -> Callable[P, Block]:
    """Make a function that draws a figure look first whether it was drawn already."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> Block:
        audience = _audience((args, kwargs))
        with trail.aside():  # what the drawing does not read, the page does not rest on
            name = _key(f"{draw.__module__}.{draw.__qualname__}", (args, kwargs), audience)
        if not name:
            return draw(*args, **kwargs)
        path = _folder() / name[:2] / f"{name}.json"
        found = _read(path, audience)
        if found is None:
            with trail.followed() as read:
                found = draw(*args, **kwargs)
            _write(path, found, read.all())
        return found

    return drawn


def prepare() -> None:
    """See to the folder before processes are forked that draw: each would look at all of it."""
    with contextlib.suppress(OSError):
        _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        _private.cache_clear()
        _private(_folder())


def _folder() -> Path:
    return paths.cache() / "figures"


def _read(path: Path, audience: str) -> Block | None:
    """The block of an entry; None without one, if it is damaged or what it rests on has changed."""
    try:
        digest, _, content = path.read_text(encoding="utf-8").partition("\n")
        if digest != hashlib.sha256(content.encode()).hexdigest():
            return None
        entry = json.loads(content)
        os.utime(path)
    except (OSError, ValueError):
        return None
    if any(trail.now(name) != digest for name, digest in entry["read"].items()):
        return None
    for name in entry["read"]:
        kind, _, key = name.partition(":")
        trail.note(kind, key)
    block = Block.from_json(entry["block"])
    if audience and len(block.values):
        return dataclasses.replace(block, values=block.values.assign(audience=audience))
    return block


def _write(path: Path, block: Block, read: Mapping[str, str]) -> None:
    """Keep a block, if it comes back as it is; a folder that refuses costs nothing but time."""
    told = block.to_json()
    content = json.dumps({"block": told, "read": read}, ensure_ascii=False)
    if json.loads(content)["block"] != told:
        return
    digest = hashlib.sha256(content.encode()).hexdigest()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _private(_folder())
        handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(f"{digest}\n{content}")
            Path(draft).replace(path)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise


@functools.lru_cache(maxsize=2)
def _private(folder: Path) -> None:
    """Once a process: see that a folder is its owner's alone, and not larger than it may be."""
    folder.chmod(0o700)
    files = [(path, path.stat()) for path in folder.rglob("*.*")]
    total = sum(stat.st_size for _, stat in files)
    if total <= LARGEST:
        return
    for path, stat in sorted(files, key=lambda each: each[1].st_mtime):
        path.unlink(missing_ok=True)
        total -= stat.st_size
        if total <= LARGEST * _KEPT_SHARE:
            return


def _audience(given: object) -> str:
    """The one audience of all the values given; empty if there are several or none."""
    found = {
        str(name)
        for part in _parts(given)
        if isinstance(part, pd.DataFrame) and "audience" in part
        for name in part["audience"].unique()
    }
    return found.pop() if len(found) == 1 else ""


def _parts(given: object) -> Iterator[object]:
    if isinstance(given, Mapping):
        given = tuple(given.values())
    if isinstance(given, tuple | list):
        for part in given:
            yield from _parts(part)
    else:
        yield given


def _key(name: str, given: object, audience: str) -> str:
    """Hash of what a figure is made of; empty if an argument is of no known kind."""
    hasher = hashlib.sha256(f"{name}\n{_code()}\n".encode())
    try:
        for piece in _pieces(given, audience):
            hasher.update(len(piece).to_bytes(8, "big") + piece)
    except TypeError:
        return ""
    return hasher.hexdigest()


def _pieces(thing: object, audience: str) -> Iterator[bytes]:
    """All of an argument as bytes; values told to one audience are alike for another."""
    if thing is None or isinstance(thing, str | bool | int | float | np.generic):
        yield f"{type(thing).__name__} {thing!r}".encode()
    elif isinstance(thing, pd.DataFrame):
        left_out = {"audience"} if audience else set[str]()
        yield f"table {type(thing).__name__} {len(thing)}".encode()
        for title, column in [("", thing.index.to_series()), *thing.items()]:
            if title not in left_out:
                yield from _pieces((str(title), column), audience)
    elif isinstance(thing, gpd.GeoSeries):
        yield f"outlines {thing.crs}".encode()
        yield from (b"" if shape is None else shape for shape in thing.to_wkb())
    elif isinstance(thing, pd.Series | pd.Index | np.ndarray):
        values = np.asarray(thing)
        if values.dtype.kind in "biuf":
            yield values.dtype.str.encode() + values.tobytes()
        else:
            yield repr(values.tolist()).encode()
    elif isinstance(thing, Mapping):
        yield from _pieces([*thing.items()], audience)
    elif isinstance(thing, Set):
        yield from _pieces(sorted(thing), audience)
    elif isinstance(thing, tuple | list | range):
        yield f"list {len(thing)}".encode()
        for part in thing:
            yield from _pieces(part, audience)
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        yield type(thing).__qualname__.encode()
        for field in dataclasses.fields(thing):
            yield from _pieces((field.name, getattr(thing, field.name)), audience)
    else:
        raise TypeError(f"{type(thing).__name__} has no bytes of its own")


@functools.lru_cache(maxsize=1)
def _code() -> str:
    """Fingerprint of the package and of the versions of the libraries that draw."""
    hasher = hashlib.sha256()
    for path in sorted(Path(__file__).parent.parent.rglob("*.py")):
        hasher.update(path.read_bytes())
    versions = [f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES]
    return f"{hasher.hexdigest()} {versions}"
