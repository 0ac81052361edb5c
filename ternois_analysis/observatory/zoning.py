"""The zonings to which the communes of a territory belong, as values: communes by zone."""

import numpy as np
import pandas as pd

from ternois_analysis import sources
from ternois_analysis.observatory import values
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory
from ternois_analysis.territory.passage import links

SOURCE = "zonages"


def zones(observatory: Observatory, place: Territory, zoning: str) -> pd.DataFrame:
    """Number of communes of a territory in each zone of a zoning, the largest number first.

    Parameters
    ----------
    observatory : Observatory
    place : Territory
    zoning : str
        Column of the source `zonages`, such as « employment_zone ».

    Returns
    -------
    DataFrame
        Values of `communes_count` whose category is the name of the zone, "" for communes whose
        zone is not known; empty when no file is installed.
    """
    files = observatory.columns.files(SOURCE)
    if not files:
        return pd.DataFrame(columns=list(values.COLUMNS))
    file = files[-1]
    table = sources.read(SOURCE, file.millesime, part=file.part)
    names = f"{zoning}_name"
    told = table[names if names in table.columns else zoning]
    by_commune = _today(told, observatory, file.cog)
    found = by_commune.reindex(list(place.communes)).fillna("").value_counts()
    counted = sorted(found.items(), key=lambda item: (item[0] == "", -item[1], str(item[0])))
    return pd.DataFrame([
        {"quarter": str(observatory.quarter), "audience": observatory.audience,
         "territory": place.id, "territory_label": place.label, "indicator": "communes_count",
         "category": str(name), "period": file.millesime, "value": float(number), "low": np.nan,
         "high": np.nan, "n": np.nan, "status": "ok", "note": "", "source": SOURCE,
         "millesime": file.millesime, "synthetic": False}
        for name, number in counted
    ], columns=list(values.COLUMNS))  # fmt: skip


def _today(told: pd.Series, observatory: Observatory, cog: str) -> pd.Series:
    """A label by commune of today: that of the commune that kept its code, else of a part of it."""
    columns = observatory.columns
    if cog == columns.cog:
        return told
    codes = pd.Series(told.index, dtype="str")
    pairs = links(codes, columns.passage, columns.communes, cog, "zonages")
    pairs = pairs.sort_values("kept", ascending=False, kind="stable").drop_duplicates("commune")
    return pd.Series(told.to_numpy()[pairs["row"]], index=pairs["commune"])
