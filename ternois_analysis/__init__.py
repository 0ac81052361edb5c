"""Economic observatory of the Pays du Ternois.

Five lines to start with::

    import ternois_analysis as ta

    obs = ta.observe("2026Q3", "partners")
    obs.values(["pays-ternois", "cc-pernois"], ["population", "vacancy_rate_pct"])
    ta.page("cc-pernois", "2026Q3", "partners").map("vacancy_rate_pct")

Importing this package does nothing: what a name needs is loaded when the name is first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ternois_analysis.catalog import indicator
    from ternois_analysis.display.explore import explore
    from ternois_analysis.display.page import Page, page
    from ternois_analysis.observatory import Observatory, observe

__all__ = ["Observatory", "Page", "explore", "indicator", "observe", "page"]

_HOME = {
    "Observatory": "ternois_analysis.observatory",
    "Page": "ternois_analysis.display.page",
    "explore": "ternois_analysis.display.explore",
    "indicator": "ternois_analysis.catalog",
    "observe": "ternois_analysis.observatory",
    "page": "ternois_analysis.display.page",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"ternois_analysis has no '{name}'; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
