"""The topics of a page: what it shows of jobs, incomes, the register… each a module of its own."""

import importlib
from typing import Any

from ternois_analysis.display.material import Material

#: Where each topic lives, by the name under which a page reaches it.
TOPICS = {
    "bois": "wood:Wood",
    "bureau": "bureau:Bureau",
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


def topic(name: str, material: Material) -> Any:
    """One topic of a page; its module is loaded when it is first asked for.

    Raises
    ------
    KeyError
        For an unknown name.
    """
    module, _, kind = TOPICS[name].partition(":")
    return getattr(importlib.import_module(f"ternois_analysis.display.{module}"), kind)(material)
