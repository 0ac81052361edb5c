"""Reading @etalab/decoupage-administratif: communes, EPCIs and history, as they were published."""

import json
from functools import lru_cache
from typing import Any

import pandas as pd
from pins import Cache, pins

#: Overseas collectivities and Clipperton: no legal population of the same date, no EPCI.
COLLECTIVITIES = ("975", "977", "978", "98")

#: INSEE gives Mayotte a population of 2017 in every later year.
MAYOTTE = "976"


@lru_cache(maxsize=40)
def records(cache: Cache, package: str, file: str) -> list[dict[str, Any]]:
    """The rows of one JSON file of a package."""
    rows: list[dict[str, Any]] = json.loads(cache.read(package, f"data/{file}.json"))
    return rows


def current(cache: Cache, package: str) -> pd.DataFrame:
    """The communes in force in a package's `communes.json`, indexed by code and sorted."""
    rows = [r for r in records(cache, package, "communes") if r["type"] == "commune-actuelle"]
    return pd.DataFrame(rows).set_index("code", verify_integrity=True).sort_index()


def members(cache: Cache, package: str) -> pd.DataFrame:
    """The members of a package's `epci.json`: one row a commune, indexed by code and sorted.

    Columns `epci`, `epci_name`, `epci_type`, and `population`, missing where the package has none.
    """
    rows = [
        {
            "commune": member["code"],
            "epci": epci["code"],
            "epci_name": epci["nom"],
            "epci_type": epci["type"],
            "population": member.get("populationMunicipale"),
        }
        for epci in records(cache, package, "epci")
        for member in epci["membres"]
    ]
    return pd.DataFrame(rows).set_index("commune", verify_integrity=True).sort_index()


def is_collectivity(codes: pd.Index) -> pd.Series:
    """Whether each commune code belongs to an overseas collectivity."""
    return pd.Series(codes.str.startswith(COLLECTIVITIES), index=codes)


@lru_cache(maxsize=10)
def communes_of(cache: Cache, year: str) -> frozenset[str]:
    """Codes of the communes of metropolitan France and the DROM on 1 January of a year."""
    pin = pins()["cog"][year]
    if pin["table"] == "epci":
        return frozenset(members(cache, pin["package"]).index) | frozenset(pins()["without_epci"])
    codes = current(cache, pin["package"]).index
    return frozenset(codes[~is_collectivity(codes).to_numpy()])
