"""Municipal populations by year, each from the package that lost no inhabitant."""

import pandas as pd
from etalab import MAYOTTE, current, is_collectivity, members
from pins import Cache, pins, require
from register import register


def populations(cache: Cache, year: str) -> pd.DataFrame:
    """Municipal population of each commune, in the codes of the file it comes from.

    Overseas collectivities and Mayotte are left out: their figures are of other years.

    Raises
    ------
    BundleError
        If the total is not the one INSEE published.
    """
    pin = pins()["populations"][year]
    if pin["table"] == "communes":
        counts = current(cache, pin["package"])["population"]
    elif pin["table"] == "epci":
        counts = members(cache, pin["package"])["population"]
    else:
        counts = _register_2017(cache)
    if "islands" in pin:
        islands = current(cache, pin["islands"])["population"].loc[pins()["without_epci"]]
        counts = pd.concat([counts, islands])
    left_out = is_collectivity(counts.index) | counts.index.str.startswith(MAYOTTE)
    counts = counts[~left_out.to_numpy()].sort_index()
    holes = list(counts.index[counts.isna()])
    require(not holes, f"Communes without population in {year}", "none", holes)
    total = int(counts.sum())
    require(total == pin["total"], f"Population of France in {year}", pin["total"], total)
    return pd.DataFrame({"commune": counts.index, "population": counts.to_numpy(dtype="int32")})


def _register_2017(cache: Cache) -> pd.Series:
    """Populations of 2017 in the communes of 2025, with the two slips of the register mended.

    The register gives nothing for Hauts-Talican (60694) and, for Essarts-en-Bocage (85084), still
    counts the two communes that left it in 2024: both are the sum of their delegated communes.
    """
    rows = register(cache)
    counts = rows[rows["type"] == "COM"].set_index("code")["population"].astype("Int64")
    delegated = rows[rows["type"] == "COMD"].astype({"population": "Int64"})
    parts = delegated.groupby("parent")["population"].sum()
    for code, before in (("60694", pd.NA), ("85084", 8931)):
        found = counts[code]
        as_known = found is before if before is pd.NA else found == before
        require(bool(as_known), f"Population of {code} in the register", before, found)
        counts[code] = parts[code]
    return counts
