"""Fingerprints of the methods: what changes when an indicator's definition or code does."""

import functools
import hashlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ternois_analysis import catalog, indicators, trail
from ternois_analysis.trail import lru_cache

_PACKAGE = __name__.partition(".")[0]
_LENGTH = 16


@lru_cache(maxsize=1)
def fingerprints() -> Mapping[str, str]:
    """One fingerprint an indicator: its entry but for words, its function and those that it calls.

    For an indicator that the observatory computes itself, the modules of this folder that name it
    stand for the function.
    """
    functions = indicators.registry()
    modules = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted(Path(__file__).parent.glob("*.py"))
    }
    found = {}
    with trail.aside():  # what each indicator rests on is said by its own fingerprint
        entries = dict(catalog.indicators().items())
    for name, entry in entries.items():
        texts = [catalog.method(entry)]
        if name in functions:
            texts += sorted(_sources(functions[name], set()))
        else:
            texts += [text for text in modules.values() if f'"{name}"' in text]
        found[name] = hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:_LENGTH]
    return found


@trail.leaf("method")
def _method(name: str) -> str:
    return fingerprints().get(name, "")


def _sources(function: Callable[..., Any], seen: set[str]) -> Iterator[str]:
    """The source of a function and, in turn, of the functions of this package that it names."""
    function = inspect.unwrap(function)
    name = f"{function.__module__}.{function.__qualname__}"
    if name in seen:
        return
    seen.add(name)
    yield _text(function)
    for called in function.__code__.co_names:
        found = function.__globals__.get(called)
        if inspect.isfunction(found) and found.__module__.startswith(_PACKAGE):
            yield from _sources(found, seen)


@functools.cache
def _text(function: Callable[..., Any]) -> str:
    """Source of a function, read once: many indicators name the same ones."""
    return inspect.getsource(function)
