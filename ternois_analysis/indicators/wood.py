"""The wood sector among craft businesses, by stage of its chain (`catalog/wood.yml`).

The activity is the one that the register gives to a business: a joiner who fits wood and plastic is
one. A result is missing where an argument is missing, as outside the register's coverage.
"""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.ratios import as_measured, ratio


@named
def wood_craft_businesses(craft_wood_core: pd.Series) -> pd.Series:
    """Number of active craft businesses of the core of the wood sector."""
    return as_measured(craft_wood_core)


@named
def wood_craft_extended_businesses(craft_wood_extended: pd.Series) -> pd.Series:
    """Number of active craft businesses of the extended sector, which holds the core."""
    return as_measured(craft_wood_extended)


@named
def wood_craft_stage_businesses(craft_wood_of_stage: pd.Series) -> pd.Series:
    """Number of active craft businesses at one stage of the chain."""
    return as_measured(craft_wood_of_stage)


@named
def wood_craft_share_pct(craft_wood_core: pd.Series, craft_businesses: pd.Series) -> pd.Series:
    """Share of the core of the wood sector among active craft businesses, in percent, 0 to 100."""
    return ratio(craft_wood_core, craft_businesses, per=100)
