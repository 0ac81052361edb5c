"""Owners who may leave within five years: the interval of chance, and the weight of assumptions."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ternois_analysis.catalog.scenarios import scenarios
from ternois_analysis.methods.arrays import Array
from ternois_analysis.methods.exits import exits_interval, expected_exits
from ternois_analysis.observatory.columns import key
from ternois_analysis.observatory.craft import AGES
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.territory import Territory

#: The indicator.
NAME = "owners_exits_5y"
#: Category of a figure whose bounds are those of its assumptions.
TRIED = "bornes des hypothèses"


def exits(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Expected exits of owners in five years, with the range that chance alone would give.

    Returns
    -------
    DataFrame
        Values of `owners_exits_5y`; `low` and `high` come from draws whose seed is in the catalogue
        of scenarios. What the gate hides stays hidden.
    """
    facts = scenarios()
    hazards = np.array([facts.exits[label].value / 100 for label, _, _ in AGES])
    rows = []
    for row, owners in _known(observatory, places):
        if owners is not None:
            bounds = exits_interval(owners, hazards, facts.years, facts.seed)
            low, high = (float(np.asarray(bound)) for bound in bounds)
            row = row | {"low": low, "high": high, "n": float(owners.sum())}
        rows.append(row)
    return pd.DataFrame(rows)


def sensitivity(observatory: Observatory, places: Sequence[Territory]) -> pd.DataFrame:
    """Expected exits, their bounds being those under the lowest and the highest hazards assumed."""
    facts = scenarios()
    rows = []
    for row, owners in _known(observatory, places):
        if owners is not None:
            for side in ("low", "high"):
                hazards = [getattr(facts.exits[label], side) / 100 for label, _, _ in AGES]
                row[side] = float(np.sum(expected_exits(owners, np.array(hazards), facts.years)))
        rows.append(row | {"category": TRIED})
    return pd.DataFrame(rows)


def _known(
    observatory: Observatory, places: Sequence[Territory]
) -> list[tuple[dict[str, object], Array | None]]:
    """Each value with the owners of each age band that it comes from, where it is shown."""
    values = observatory.values(places, [NAME])
    names = [key("craft_owners", str(observatory.quarter), label) for label, _, _ in AGES]
    totals = observatory.totals(places)
    found: list[tuple[dict[str, object], Array | None]] = []
    for row in values.to_dict("records"):
        shown = row["status"] == "ok"
        owners = totals.loc[[row["territory"]], names].to_numpy(float)[0] if shown else None
        found.append(({str(name): value for name, value in row.items()}, owners))
    return found
