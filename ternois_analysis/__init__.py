"""Economic observatory of the Pays du Ternois.

A few lines to start with::

    import ternois_analysis as ta

    obs = ta.observe("2026Q3", "partners")
    values = obs.values(["pays-ternois", "cc-pernois"], ["population", "vacancy_rate_pct"])
    ta.show(values)  # in French, with interval, reliability and source
    ta.page("cc-pernois", "2026Q3", "partners").map("vacancy_rate_pct")
    ta.define("homes_per_resident", "dwellings / population", label="Logements par habitant")
    ta.explore("cc-pernois")

`obs.indicators.<TAB>` and `obs.territories.<TAB>` complete identifiers.

Importing this package does nothing: what a name needs is loaded when the name is first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ternois_analysis.catalog import indicator
    from ternois_analysis.display.define import define
    from ternois_analysis.display.explore import explore
    from ternois_analysis.display.page import Page, page
    from ternois_analysis.display.show import show
    from ternois_analysis.observatory import Observatory, observe

__all__ = ["Observatory", "Page", "define", "explore", "indicator", "observe", "page", "show"]

HOME = {
    "Observatory": "ternois_analysis.observatory",
    "Page": "ternois_analysis.display.page",
    "define": "ternois_analysis.display.define",
    "explore": "ternois_analysis.display.explore",
    "indicator": "ternois_analysis.catalog",
    "observe": "ternois_analysis.observatory",
    "page": "ternois_analysis.display.page",
    "show": "ternois_analysis.display.show",
}


def __getattr__(name: str) -> Any:
    if name in HOME:
        return getattr(importlib.import_module(HOME[name]), name)
    raise AttributeError(f"ternois_analysis has no '{name}'; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
