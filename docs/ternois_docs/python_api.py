"""The reference of the library: what each page of it lists, for Sphinx to read the docstrings."""

import inspect
import pkgutil

import ternois_analysis as ta
from ternois_analysis import indicators, methods

_HEAD = """# Library

`import ternois_analysis as ta` does nothing by itself: what a name needs is loaded when the name
is first used. These are all its names; the rest of the library is for those who change it.
"""
_ROOMS = """# Inside the library

For those who change it: the [architecture](architecture.md) tells which room holds what.
"""
_METHODS = """# Statistical methods

Arrays in, arrays out: nothing here knows a file, a territory or an indicator. Each module gives
the references of its formulas; [Method notes](../methods.md) say how they are used together.
"""
#: Rooms whose public names a contributor meets first.
_MODULES = (
    "errors",
    "quarters",
    "french",
    "paths",
    "territory.gazetteer",
    "territory.place",
    "territory.totals",
    "territory.passage",
    "catalog.indicators",
    "catalog.sources",
    "catalog.deliveries",
    "display.block",
    "observatory.door",
)


def pages() -> dict[str, str]:
    """Text of each page by name."""
    return {"api": _public(), "inside": _inside(), "methods": _methods()}


def _directive(kind: str, name: str, *options: str) -> list[str]:
    inner = [f".. {kind}:: {name}", *(f"   :{option}:" for option in options)]
    return ["```{eval-rst}", *inner, "```", ""]


def _public() -> str:
    lines = [_HEAD]
    for name in sorted(ta.__all__, key=str.lower):
        thing = getattr(ta, name)
        whole = f"{thing.__module__}.{thing.__qualname__}"
        lines += [f"## ta.{name}", ""]
        if inspect.isclass(thing):
            lines += _directive("autoclass", whole, "members", "no-index")
        else:
            lines += _directive("autofunction", whole, "no-index")
    return "\n".join(lines)


def _inside() -> str:
    lines = [_ROOMS]
    for name in _MODULES:
        lines += [f"## {name}", ""]
        lines += _directive("automodule", f"ternois_analysis.{name}", "members")
    lines += ["## indicators", ""]
    lines += _directive("automodule", indicators.__name__)
    return "\n".join(lines)


def _methods() -> str:
    lines = [_METHODS]
    for info in pkgutil.iter_modules(methods.__path__):
        lines += [f"## {info.name}", ""]
        lines += _directive("automodule", f"{methods.__name__}.{info.name}", "members")
    return "\n".join(lines)
