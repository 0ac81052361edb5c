"""Values as they may be published: read from the tables, then through the gate of the audience."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.observatory import gate, levels, values
from ternois_analysis.territory import Territory

if TYPE_CHECKING:
    from ternois_analysis.observatory.door import Observatory


def table(
    observatory: "Observatory", places: Sequence[Territory], names: Sequence[str], *, series: bool
) -> pd.DataFrame:
    """What `Observatory.values` gives of territories and indicators."""
    columns = observatory.columns
    chosen: list[values.Instance] = []
    for name in names:
        catalog.indicator(name)
        periods = values.instances(name, columns)
        chosen += periods if series else values.newest(periods, columns)
    read = {o for each in chosen for o in each.arguments.values() if isinstance(o, str)}
    rows = values.table(
        observatory.totals(places, read), places, chosen, str(observatory.quarter),
        observatory.audience, levels.signs(places, columns, observatory.gazetteer),
    )  # fmt: skip
    used = gate.uses(chosen)
    # What is made of public columns only has nothing to hide, whoever reads.
    if not used or observatory.protection is None:
        return rows
    from ternois_analysis.secrecy.gate import hide

    rows = hide(rows, used, observatory.protection)
    hides = observatory.protection.hides
    return gate.outside(rows, used, observatory.guarded) if hides else rows
