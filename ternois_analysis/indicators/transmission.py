"""Heads of craft businesses near retirement, and those who may leave within five years.

Missing where an argument is missing, and where no age is known: an age that is not filled in is not
a youth. The yearly probabilities are assumptions (`catalog/scenarios.yml`), not observations.
"""

import numpy as np
import pandas as pd

from ternois_analysis.catalog.scenarios import scenarios
from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.exits import expected_exits


@named
def owners_55_plus(craft_owners_55_plus: pd.Series, craft_owners_age_known: pd.Series) -> pd.Series:
    """Number of heads of craft businesses aged 55 or over in the year."""
    return craft_owners_55_plus.astype("float64").where(craft_owners_age_known > 0)


@named
def owners_exits_5y(
    owners_under_35: pd.Series,
    owners_35_44: pd.Series,
    owners_45_54: pd.Series,
    owners_55_64: pd.Series,
    owners_65_plus: pd.Series,
) -> pd.Series:
    """Expected number of heads of businesses who leave within five years, of those of known age.

    Σ n × (1 − (1 − hazard)^5) over the age bands; missing where no age is known.
    """
    bands = [owners_under_35, owners_35_44, owners_45_54, owners_55_64, owners_65_plus]
    facts = scenarios()
    hazards = np.array([each.value / 100 for each in facts.exits.values()])
    leaving = np.asarray(expected_exits(np.ones(len(bands)), hazards, facts.years))
    table = pd.concat(bands, axis=1).astype("float64")
    # A matrix product rounds differently with the number of rows: one territory, one value.
    exits = pd.Series((table.to_numpy() * leaving).sum(axis=1), index=table.index)
    return exits.where(table.sum(axis=1, skipna=False) > 0)
