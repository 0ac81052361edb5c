"""The wood sector: how specialised a territory is, and its establishments by stage."""

from collections.abc import Sequence

import pandas as pd

from ternois_analysis.catalog.wood import wood
from ternois_analysis.methods.specialisation import location_quotient
from ternois_analysis.observatory import made
from ternois_analysis.observatory.columns import key
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

#: Businesses under which a quotient is not shown.
LEAST = 20


def quotients(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Share of the wood sector among craft businesses over its share in the rest of the Pays.

    Returns
    -------
    DataFrame
        Values; « n.s. » under `LEAST` businesses or where the interval holds 1; « n.d. » for what
        is no part of the Pays. Empty without a register.
    """
    register = observatory.columns.register
    if register is None:
        return pd.DataFrame()
    pays = observatory.territory(observatory.gazetteer.facts.pays)
    quarter = str(observatory.quarter)
    names = [key("craft_wood_core", quarter), key("craft_businesses", quarter)]
    totals = observatory.totals([*places, pays])
    totals = totals.loc[~totals.index.duplicated(), names].astype("float64")
    rows = [
        _row(place, *(totals.loc[[each.id]].iloc[0] for each in (place, pays)))
        if set(place.communes) < set(pays.communes)
        else made.row(place, "wood_quotient")
        for place in places
    ]
    return made.table(observatory, rows, {register.source: quarter}, synthetic=register.synthetic)


def _row(place: Territory, own: pd.Series, around: pd.Series) -> dict[str, object]:
    both = [
        pd.Series([row.iloc[0], row.iloc[1] - row.iloc[0]], index=["wood", "others"])
        for row in (own, around)
    ]
    found = location_quotient(both[0], both[1], "around").loc["wood"]
    if own.iloc[0] < LEAST:
        return made.row(place, "wood_quotient", status="n.s.", note="effectif insuffisant")
    if found["low"] <= 1 <= found["high"]:
        note = "écart au reste du Pays dû au hasard possible"
        return made.row(place, "wood_quotient", status="n.s.", note=note)
    value, low, high = found[["quotient", "low", "high"]].to_numpy(dtype="float64")
    return made.row(
        place, "wood_quotient", float(value), low=float(low), high=float(high), n=float(own.iloc[1])
    )


def establishments(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Establishments of the wood sector by stage; empty when no source counts them."""
    column = "wood_establishments"
    millesime = made.newest(observatory, column)
    if not millesime:
        return pd.DataFrame()
    totals = observatory.totals(places)
    rows = [
        made.row(place, column, made.total(totals, place, name), category=stage.label)
        for code, stage in wood().stages.items()
        for name in [key(column, millesime, code)]
        if name in totals.columns
        for place in places
    ]
    return made.table(observatory, rows, {observatory.columns.owner(column): millesime})
