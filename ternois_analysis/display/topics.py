"""The topics of a page: what it shows of jobs, incomes, the register… each a module of its own."""

import importlib
from typing import Any

from ternois_analysis.display.material import Material
from ternois_analysis.trail import lru_cache

#: Where each topic lives, by the name under which a page reaches it.
TOPICS = {
    "bois": "wood:Wood",
    "bureau": "bureau:Bureau",
    "contributions": "contributions:Contributions",
    "craft": "craft:Craft",
    "emploi": "employment:Employment",
    "evolutions": "evolutions:Evolutions",
    "habitat": "habitat:Habitat",
    "navettes": "commuting:Commuting",
    "perspectives": "perspectives:Perspectives",
    "programmes": "programmes:Programmes",
    "projet": "project_territory:ProjectTerritory",
    "qualite": "quality:Quality",
    "revenus": "income:Income",
    "services": "services:Services",
    "specificites": "specificities:Specificities",
    "transmission": "transmission:Transmission",
}


@lru_cache(maxsize=64)
def topic(name: str, material: Material) -> Any:
    """One topic of a page; its module is loaded when it is first asked for.

    It is made once for a territory: what it works out for one block is there for the next.

    Raises
    ------
    KeyError
        For an unknown name.
    """
    module, _, kind = TOPICS[name].partition(":")
    return getattr(importlib.import_module(f"ternois_analysis.display.{module}"), kind)(material)
