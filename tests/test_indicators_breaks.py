"""Classes of the maps, held against the true distribution of what they class."""

import numpy as np
import pandas as pd
import pytest

from ternois_analysis import catalog, indicators, paths
from ternois_analysis.catalog.indicators import indicator
from ternois_analysis.methods.classes import goodness_of_fit, jenks

#: Drawn out to the right: natural breaks of the plain figures would only part the metropolises.
ON_LOGARITHMS = {
    "population_density_per_km2",
    "population_per_commune",
    "dwellings_per_1000",
    "share_secondary_residences_pct",
    "share_flats_pct",
    "share_main_residences_in_flats_pct",
    "mean_rental_value_commune_eur",
    "mean_rental_value_epci_eur",
}
#: Births and deaths are not in the bundle: these two share the classes of the rate they add up to.
WITHOUT_FIGURES = {"natural_change_pct_per_year", "apparent_migration_pct_per_year"}
#: No register of all of France is at hand: these classes are the observatory's rule.
FROM_THE_REGISTER = {"artisanat", "dynamique"}
#: Producers' files that a user installs: no national one is at hand.
INSTALLED_BY_USERS = {"revenus", "equipements", "emploi", "energie", "bois"}
#: The same, of a theme whose other figures are in the bundle.
NOT_IN_THE_BUNDLE = {
    "share_owner_occupied_pct",
    "share_old_main_residences_pct",
    "structural_vacancy_rate_pct",
    "residents_75_plus_per_building_business",
    "pre_1946_residences_per_building_business",
}
CLASSED = sorted(
    name
    for name, entry in catalog.indicators().items()
    if entry.breaks and entry.theme not in FROM_THE_REGISTER | INSTALLED_BY_USERS
)


def newest(source, columns):
    file = catalog.source(source).files[-1]
    table = pd.read_parquet(paths.data() / file.path)
    return table.set_index("commune")[columns]


@pytest.fixture(scope="module")
def communes():
    """Columns of the communes of metropolitan France, for those that are in all the files."""
    census = list(catalog.source("recensement").columns)[1:]
    tax = list(catalog.source("taxe_habitation").columns)[1:]
    table = newest("populations", ["population"]).join(newest("areas", ["area_km2"]))
    files = {f.millesime: f.path for f in catalog.source("populations").files}
    before = pd.read_parquet(paths.data() / files["2017"]).set_index("commune")["population"]
    table = table.join(before.rename("population_before"))
    table = table.join(newest("recensement", census)).join(newest("taxe_habitation", tax))
    table = table.join(newest("epci", ["epci"])).assign(years=6.0, communes=1.0)
    return table[~table.index.str.startswith("97")]


@pytest.fixture(scope="module")
def groups(communes):
    """The same, added up for each EPCI; the years elapsed are not added up."""
    numbers = communes.select_dtypes("number")
    return numbers.groupby(communes["epci"]).sum(min_count=1).assign(years=6.0)


@pytest.mark.parametrize("name", sorted(set(CLASSED) - WITHOUT_FIGURES - NOT_IN_THE_BUNDLE))
def test_round_classes_lose_less_than_two_points_of_natural_breaks(name, communes, groups):
    entry = indicator(name)
    table = communes.iloc[::14] if entry.nature == "published" else groups
    values = indicators.compute(name, table).dropna()
    assert len(values) > 1000
    breaks = entry.breaks
    if name in ON_LOGARITHMS:
        values, breaks = np.log(values), np.log(breaks)
    best = jenks(values.round(3), len(breaks) + 1).goodness_of_fit
    assert best - goodness_of_fit(values, breaks) < 0.02
    assert best > 0.8


def test_parts_of_a_rate_share_its_classes():
    whole = indicator("population_growth_pct_per_year").breaks
    assert {indicator(name).breaks for name in WITHOUT_FIGURES} == {whole}
