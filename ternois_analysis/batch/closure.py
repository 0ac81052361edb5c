"""The modules and assets of this package that a code reaches, found by reading it, without a run.

A function that imports inside counts like any import: what might be run is what a page rests on.
"""

import ast
import functools
from collections.abc import Iterable, Iterator
from pathlib import Path

import ternois_analysis
from ternois_analysis.display.topics import TOPICS

_PACKAGE = ternois_analysis.__name__
_ROOT = Path(ternois_analysis.__file__).parent
_DISPLAY = f"{_PACKAGE}.display"
#: Files that are no modules, which code and other such files name.
_ASSETS = (".j2", ".css", ".js", ".typ")


def of_notebook(code: str) -> set[str]:
    """Names of the modules that the code of a notebook reaches at once.

    A topic of the page (`page.emploi`) and a name of the package (`ta.observe`) count for the
    module where they live. Code that cannot be read may reach anything.
    """
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return {name for name in _modules() if name.startswith(_PACKAGE)}
    homes = ternois_analysis.HOME | {
        name: f"{_DISPLAY}.{place.partition(':')[0]}" for name, place in TOPICS.items()
    }
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {*_named(tree)[0], *(homes[name] for name in named if name in homes)}


def reached(modules: Iterable[str]) -> list[str]:
    """Files of the package, from its folder, that some modules reach in one or more steps."""
    seen: set[str] = set()
    waiting = [name for module in modules for name in _with_parents(module)]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += _next(name)
    return sorted(_modules()[name] for name in seen)


@functools.lru_cache(maxsize=1)
def _modules() -> dict[str, str]:
    """Path of each module by name, and of each asset by file name."""
    found = {path.name: path for path in _ROOT.rglob("*") if path.suffix in _ASSETS}
    for path in _ROOT.rglob("*.py"):
        parts = path.relative_to(_ROOT).with_suffix("").parts
        found[".".join([_PACKAGE, *(part for part in parts if part != "__init__")])] = path
    return {name: path.relative_to(_ROOT).as_posix() for name, path in found.items()}


def _with_parents(module: str) -> Iterator[str]:
    """A module and the packages that it is in, as far as they are ours."""
    while module.startswith(_PACKAGE):
        if module in _modules():
            yield module
        module = module.rpartition(".")[0]


@functools.lru_cache(maxsize=1024)
def _next(name: str) -> tuple[str, ...]:
    if name == _PACKAGE:  # its table of names is no import: what a notebook takes of it counts
        return ()
    text = (_ROOT / _modules()[name]).read_text(encoding="utf-8")
    if not name.startswith(_PACKAGE):
        return tuple(asset for asset in _assets() if asset in text)
    imported, texts = _named(ast.parse(text))
    found = {near for module in imported for near in _with_parents(module)}
    return tuple(found | texts.intersection(_assets()))


@functools.lru_cache(maxsize=1)
def _assets() -> tuple[str, ...]:
    return tuple(name for name in _modules() if not name.startswith(_PACKAGE))


def _named(tree: ast.AST) -> tuple[set[str], set[str]]:
    """Modules of ours that a code imports, and the texts that stand in it."""
    found, texts = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                texts.add(node.value)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in found if name.startswith(_PACKAGE)}, texts
