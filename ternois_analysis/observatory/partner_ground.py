"""The communes and territories of which partners may speak: those of the house, today."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import french
from ternois_analysis.observatory import gate
from ternois_analysis.observatory.door import observe
from ternois_analysis.sources import programmes


@dataclass(frozen=True, eq=False)
class PartnerGround:
    """`communes` (commune, commune_name) in the codes of `cog`, `listed` as drop-downs print them.

    `territories` are the communes of each territory that a sender may say to cover, by label.
    """

    communes: pd.DataFrame
    listed: tuple[str, ...]
    territories: Mapping[str, frozenset[str]]
    cog: str


def ground() -> PartnerGround:
    """The ground of the latest complete quarter."""
    door = observe(audience="internal")
    own, columns = door.gazetteer.pays_codes, door.columns
    inside = columns.communes[columns.communes["commune"].isin(own)]
    places = gate.published_territories(door.gazetteer, door.quarter.last_day.isoformat())
    return PartnerGround(
        inside.reset_index(drop=True),
        tuple(programmes.listed(columns.communes, own)),
        {french.typeset(place.label): frozenset(place.communes) for place in places},
        columns.cog,
    )
