"""Adapting dwellings to loss of autonomy: what there is to do, and who could do it.

Need and supply are counted apart: nobody publishes the dwellings that are old, owned by who lives
there, and lived in by someone of 75 or more, all three at once. A result is missing where an
argument is missing or the denominator is zero.
"""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.ratios import as_measured, ratio


@named
def residents_75_plus(residents_75_plus: pd.Series) -> pd.Series:
    """Number of residents aged 75 or more."""
    return as_measured(residents_75_plus)


@named
def building_craft_businesses(building_craft: pd.Series) -> pd.Series:
    """Number of active craft businesses of the building trades."""
    return as_measured(building_craft)


@named
def residents_75_plus_per_building_business(
    residents_75_plus: pd.Series, building_craft: pd.Series
) -> pd.Series:
    """Residents aged 75 or more for one active craft business of the building trades."""
    return ratio(residents_75_plus, building_craft)


@named
def pre_1946_residences_per_building_business(
    main_residences_pre_1946: pd.Series, building_craft: pd.Series
) -> pd.Series:
    """Main residences finished before 1946 for one active craft business of the building trades."""
    return ratio(main_residences_pre_1946, building_craft)
