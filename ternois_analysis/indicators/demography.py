"""Population, density, change and ages.

`population` is the municipal population of the census' yearly release; `residents` and their ages
come from the detailed census tables, rounded: the two never mix in one ratio. Unless said
otherwise a result is missing where an argument is missing or the denominator is zero.
"""

import pandas as pd

from ternois_analysis.indicators.naming import named
from ternois_analysis.methods.growth import annual_rate, migration_part, natural_part
from ternois_analysis.methods.ratios import as_measured, ratio


@named
def population(population: pd.Series) -> pd.Series:
    """Municipal population, in persons."""
    return as_measured(population)


@named
def population_density_per_km2(population: pd.Series, area_km2: pd.Series) -> pd.Series:
    """Residents of the municipal population per square kilometre."""
    return ratio(population, area_km2)


@named
def population_change(population: pd.Series, population_before: pd.Series) -> pd.Series:
    """Residents gained, or lost when negative, between two censuses that share no survey year."""
    return as_measured(population - population_before)


@named
def population_growth_pct_per_year(
    population: pd.Series, population_before: pd.Series, years: pd.Series
) -> pd.Series:
    """Mean annual rate of change of the population, in percent a year; at least −100.

    Missing too where there was nobody at the start.
    """
    return 100 * annual_rate(population, population_before, years)


@named
def natural_change_pct_per_year(
    population: pd.Series,
    population_before: pd.Series,
    years: pd.Series,
    births_between_censuses: pd.Series,
    deaths_between_censuses: pd.Series,
) -> pd.Series:
    """Part of the annual rate of change due to births minus deaths, in percent a year.

    Births and deaths are those of the years between the two censuses, no more and no fewer.
    """
    return 100 * natural_part(
        population, population_before, years, births_between_censuses, deaths_between_censuses
    )


@named
def apparent_migration_pct_per_year(
    population: pd.Series,
    population_before: pd.Series,
    years: pd.Series,
    births_between_censuses: pd.Series,
    deaths_between_censuses: pd.Series,
) -> pd.Series:
    """Part of the annual rate of change that births and deaths leave unexplained.

    In percent a year; with the natural part it adds up to the rate. A residual, not a count of
    moves.
    """
    return 100 * migration_part(
        population, population_before, years, births_between_censuses, deaths_between_censuses
    )


@named
def population_index_base_100(population: pd.Series, population_first: pd.Series) -> pd.Series:
    """Population of a census as an index, 100 at the first census known."""
    return ratio(population, population_first, per=100)


@named
def residents_under_20(residents_under_20: pd.Series) -> pd.Series:
    """Residents under 20, in persons."""
    return as_measured(residents_under_20)


@named
def residents_20_64(residents_20_64: pd.Series) -> pd.Series:
    """Residents aged 20 to 64, in persons."""
    return as_measured(residents_20_64)


@named
def residents_65_plus(residents_65_plus: pd.Series) -> pd.Series:
    """Residents aged 65 or more, in persons."""
    return as_measured(residents_65_plus)


@named
def age_structure_pct(residents_of_age: pd.Series, residents: pd.Series) -> pd.Series:
    """Share of the residents in each age group, in percent; the groups add up to 100."""
    return ratio(residents_of_age, residents, per=100)


@named
def share_under_20_pct(residents_under_20: pd.Series, residents: pd.Series) -> pd.Series:
    """Share of residents under 20, in percent, 0 to 100."""
    return ratio(residents_under_20, residents, per=100)


@named
def share_20_64_pct(residents_20_64: pd.Series, residents: pd.Series) -> pd.Series:
    """Share of residents aged 20 to 64, in percent, 0 to 100."""
    return ratio(residents_20_64, residents, per=100)


@named
def share_65_plus_pct(residents_65_plus: pd.Series, residents: pd.Series) -> pd.Series:
    """Share of residents aged 65 or more, in percent, 0 to 100."""
    return ratio(residents_65_plus, residents, per=100)


@named
def old_age_dependency_per_100(
    residents_65_plus: pd.Series, residents_20_64: pd.Series
) -> pd.Series:
    """Residents aged 65 or more for 100 aged 20 to 64."""
    return ratio(residents_65_plus, residents_20_64, per=100)


@named
def total_dependency_per_100(
    residents_under_20: pd.Series, residents_65_plus: pd.Series, residents_20_64: pd.Series
) -> pd.Series:
    """Residents under 20 or aged 65 or more for 100 aged 20 to 64."""
    return ratio(residents_under_20 + residents_65_plus, residents_20_64, per=100)


@named
def ageing_index_per_100(residents_65_plus: pd.Series, residents_under_20: pd.Series) -> pd.Series:
    """Residents aged 65 or more for 100 under 20."""
    return ratio(residents_65_plus, residents_under_20, per=100)


@named
def communes_count(communes: pd.Series) -> pd.Series:
    """Number of communes."""
    return as_measured(communes)


@named
def area_km2(area_km2: pd.Series) -> pd.Series:
    """Area measured on the contours, in square kilometres."""
    return as_measured(area_km2)


@named
def population_per_commune(population: pd.Series, communes: pd.Series) -> pd.Series:
    """Mean municipal population of a commune, in persons."""
    return ratio(population, communes)
