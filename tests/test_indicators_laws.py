"""Laws that every indicator obeys: the tests walk the registry, so a forgotten one fails."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from oracles import indicator_examples

from ternois_analysis import indicators
from ternois_analysis.catalog.indicators import indicator
from ternois_analysis.indicators import evaluation

NAMES = sorted(indicators.registry())

#: Four invented communes; the third has nobody and nothing.
COMMUNES = pd.DataFrame(
    {
        "population": [4759, 215, 0, 14],
        "population_before": [4810, 215, 0, 21],
        "population_first": [4810, 215, 0, 21],
        "years": [6.0, 6.0, 6.0, 6.0],
        "births_between_censuses": [300, 12, 0, 1],
        "deaths_between_censuses": [280, 18, 0, 0],
        "residents": [4700, 210, 0, 15],
        "residents_of_age": [1100, 50, 0, 2],
        "residents_under_20": [1100, 50, 0, 2],
        "residents_20_64": [2500, 110, 0, 8],
        "residents_65_plus": [1100, 50, 0, 5],
        "dwellings": [2600, 100, 0, 9],
        "main_residences": [2200, 88, 0, 7],
        "secondary_residences": [90, 4, 0, 1],
        "vacant_dwellings": [310, 8, 0, 1],
        "houses": [1800, 98, 0, 9],
        "flats": [780, 2, 0, 0],
        "main_residences_flats": [600, 1, 0, 0],
        "area_km2": [8.9, 6.1, 0.0, 2.2],
        "communes": [1, 1, 0, 1],
        "housing_tax_rate_commune_pct": [18.2, 9.75, 0.0, 4.4],
        "housing_tax_rate_epci_pct": [13.7, 13.7, 0.0, 12.1],
        "mean_rental_value_commune_eur": [2214.0, 2034.0, 0.0, 1890.0],
        "mean_rental_value_epci_eur": [2201.0, 2201.0, 0.0, 2100.0],
        "craft_businesses": [120, 6, 0, 2],
        "craft_businesses_of_family": [48, 3, 0, 1],
        "craft_businesses_of_group": [15, 2, 0, 0],
        "craft_businesses_of_form": [54, 2, 0, 2],
        "craft_businesses_of_age": [18, 1, 0, 0],
        "craft_businesses_of_size": [30, 2, 0, 1],
        "craft_employers": [40, 2, 0, 1],
        "craft_workforce_known": [110, 6, 0, 2],
        "craft_employees": [180, 5, 0, 1],
        "craft_apprentices": [22, 1, 0, 1],
        "craft_apprentices_known": [110, 6, 0, 2],
        "craft_owners_of_age": [30, 1, 0, 0],
        "craft_owners_55_plus": [34, 2, 0, 1],
        "craft_owners_age_known": [100, 5, 0, 2],
        "owners_under_35": [22, 1, 0, 0],
        "owners_35_44": [20, 0, 0, 1],
        "owners_45_54": [24, 2, 0, 0],
        "owners_55_64": [28, 1, 0, 1],
        "owners_65_plus": [6, 1, 0, 0],
        "craft_owners_female": [25, 1, 0, 1],
        "craft_owners_sex_known": [118, 6, 0, 2],
        "craft_qualified": [60, 3, 0, 1],
        "craft_registrations": [17, 2, 0, 1],
        "craft_registrations_before": [14, 1, 0, 1],
        "craft_removals": [12, 1, 0, 1],
        "craft_removals_before": [15, 2, 0, 1],
        "craft_stock_start": [115, 5, 0, 2],
        "craft_takeovers": [4, 1, 0, 0],
        "craft_origin_known": [16, 2, 0, 1],
        "jobs": [3900, 12, 0, 2],
        "jobs_before": [4000, 15, 0, 3],
        "salaried_jobs": [3500, 4, 0, 0],
        "residents_15_64": [2800, 70, 0, 9],
        "active_15_64": [1900, 52, 0, 7],
        "employed_15_64": [1480, 46, 0, 7],
        "unemployed_15_64": [420, 6, 0, 0],
        "employed_residents": [1500, 47, 0, 7],
        "self_employed": [210, 9, 0, 2],
        "working_in_commune": [800, 8, 0, 1],
        "car_commuters": [1100, 40, 0, 6],
        "jobs_of_sector": [260, 5, 0, 2],
        "jobs_of_all_sectors": [3890, 12, 0, 2],
        "establishments": [620, 5, 0, 1],
        "establishments_of_sector": [60, 1, 0, 1],
        "posts": [3600, 4, 0, 1],
        "posts_of_sector": [210, 1, 0, 0],
        "legal_units": [480, 4, 0, 1],
        "business_creations": [54, 1, 0, 0],
        "jobseekers_abc": [610, 10, 0, 0],
        "registered_jobseekers": [610, 10, 0, 0],
        "registered_jobseekers_by_age": [205, 4, 0, 0],
        "cci_businesses": [430, 3, 0, 0],
        "local_offer_items": [12, 1, 0, 0],
        "main_residences_owned": [1300, 70, 0, 5],
        "main_residences_dated": [2150, 86, 0, 7],
        "main_residences_pre_1946": [900, 50, 0, 5],
        "residents_75_plus": [520, 22, 0, 2],
        "private_dwellings_before": [2300, 95, 0, 8],
        "long_vacant_dwellings": [110, 4, 0, 1],
        "house_sales": [90, 3, 0, 1],
        "dpe_dwellings": [600, 20, 0, 2],
        "dpe_fg": [150, 9, 0, 1],
        "dpe_of_label": [130, 4, 0, 0],
        "dpe_of_stratum": [210, 12, 0, 1],
        "dpe_fg_of_stratum": [95, 7, 0, 1],
        "rge_businesses": [14, 1, 0, 1],
        "building_craft": [40, 2, 0, 1],
        "craft_wood_core": [11, 1, 0, 0],
        "craft_wood_extended": [12, 1, 0, 0],
        "craft_wood_of_stage": [7, 0, 0, 0],
        "craft_registrations_quarter": [5, 1, 0, 0],
        "craft_removals_quarter": [3, 0, 0, 1],
        "published_median_standard_of_living_eur": [17082.0, 19370.0, 0.0, 20100.0],
        "published_decile_1_eur": [9800.0, 10400.0, 0.0, 10900.0],
        "published_decile_9_eur": [31000.0, 30500.0, 0.0, 32000.0],
        "published_interdecile_ratio": [3.2, 2.9, 0.0, 2.9],
        "published_poverty_rate_pct": [25.0, 17.0, 0.0, 12.0],
        "published_poverty_by_age_pct": [31.0, 25.0, 0.0, 9.0],
        "published_poverty_by_tenure_pct": [40.0, 11.0, 0.0, 8.0],
        "published_taxed_households_pct": [41.0, 38.0, 0.0, 52.0],
        "published_income_share_pct": [56.1, 61.5, 0.0, 48.0],
        "part": [66.0, 68.0, 0.0, 51.0],
        "income_activity": [66.0, 68.0, 0.0, 51.0],
        "income_pensions": [30.3, 28.0, 0.0, 40.0],
        "income_assets": [9.4, 8.0, 0.0, 12.0],
        "income_benefits": [7.7, 9.0, 0.0, 6.0],
        "facilities": [313, 4, 0, 1],
        "facilities_by_range": [150, 3, 0, 1],
        "proximity_facilities": [150, 3, 0, 1],
    },
    index=pd.Index(["62767", "80810", "2A004", "01001"], name="commune"),
)


def columns_of(name):
    return COMMUNES[list(indicators.arguments(name))].astype("float64")


def arguments_of_function(name):
    count = indicators.registry()[name].__wrapped__.__code__.co_argcount
    return list(indicators.arguments(name))[:count]


@pytest.mark.parametrize("name", NAMES)
def test_an_indicator_gives_its_worked_example(name):
    example = indicator_examples()[name]
    columns = pd.DataFrame(example["columns"], index=["62767"])
    result = indicators.registry()[name](**{c: columns[c] for c in columns})
    assert result["62767"] == pytest.approx(example["expected"], rel=0, abs=1e-6)
    if "interval" in example:
        # The reference rounds the ratio of two counts to six decimals: four in percent.
        bounds = evaluation.interval(indicator(name), columns)
        assert [b["62767"] for b in bounds] == pytest.approx(example["interval"], rel=0, abs=1e-4)


def test_there_is_no_worked_example_without_indicator():
    assert sorted(indicator_examples()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_result_bears_the_name_of_the_indicator_and_the_index_of_its_columns(name):
    columns = columns_of(name).iloc[[3, 0, 0, 2]]
    result = indicators.registry()[name](**{c: columns[c] for c in arguments_of_function(name)})
    assert result.name == name
    assert result.index.equals(columns.index)
    assert result.dtype == "float64"


@pytest.mark.parametrize("name", NAMES)
def test_the_columns_are_left_as_they_were(name):
    columns = columns_of(name)
    before = columns.copy(deep=True)
    indicators.compute(name, columns)
    indicators.with_interval(name, columns)
    pd.testing.assert_frame_equal(columns, before)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_infinite_and_an_empty_commune_has_no_ratio(name):
    result = indicators.compute(name, columns_of(name))
    assert not np.isinf(result).any()
    if indicator(name).nature in ("share", "ratio"):
        assert result.isna().tolist() == [False, False, True, False]


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_column_value_gives_a_missing_result_in_its_row_only(name):
    whole = indicators.compute(name, columns_of(name))
    for argument in arguments_of_function(name):
        columns = columns_of(name)
        columns.loc["80810", argument] = np.nan
        result = indicators.compute(name, columns)
        assert np.isnan(result["80810"]), argument
        pd.testing.assert_series_equal(result.drop("80810"), whole.drop("80810"))


@pytest.mark.parametrize("name", NAMES)
def test_rows_do_not_know_each_other(name):
    columns = columns_of(name)
    alone = pd.concat([indicators.compute(name, columns.loc[[code]]) for code in columns.index])
    pd.testing.assert_series_equal(alone, indicators.compute(name, columns))


@pytest.mark.parametrize("name", NAMES)
def test_ratios_do_not_depend_on_size_and_totals_follow_it(name):
    entry, columns = indicator(name), columns_of(name)
    larger = columns.assign(**{c: 7 * columns[c] for c in columns if c != "years"})
    relative = entry.nature == "change" and entry.unit.startswith("%")
    free = entry.nature in ("share", "ratio") or relative
    expected = indicators.compute(name, columns) * (1 if free else 7)
    result = indicators.compute(name, larger)
    pd.testing.assert_series_equal(result, expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", NAMES)
def test_whole_numbers_with_a_missing_one_are_taken(name):
    columns = columns_of(name).round()
    whole = columns.astype("Int64")
    whole.loc["80810"] = pd.NA
    result = indicators.compute(name, whole)
    assert np.isnan(result["80810"])
    expected = indicators.compute(name, columns).drop("80810")
    pd.testing.assert_series_equal(result.drop("80810"), expected)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_without_rows_gives_no_value(name):
    nothing = columns_of(name).iloc[:0]
    assert indicators.with_interval(name, nothing).empty
    assert indicators.reliability(name, nothing, indicators.compute(name, nothing)).empty


@pytest.mark.parametrize("name", NAMES)
def test_a_value_stays_inside_its_interval_and_a_share_between_0_and_100(name):
    table = indicators.with_interval(name, columns_of(name)).dropna(subset=["value"])
    if indicator(name).interval:
        inside = table["value"].between(table["low"], table["high"])
        assert inside.tolist() == [True, True, True]
    else:
        assert table[["low", "high"]].count().tolist() == [0, 0]
    if indicator(name).nature == "share":
        assert table["low"].min() >= 0
        assert table["high"].max() <= 100


def test_importing_the_indicators_loads_no_heavy_library():
    code = (
        "import sys, pkgutil, importlib, ternois_analysis.methods as m\n"
        "for i in pkgutil.iter_modules(m.__path__, m.__name__ + '.'):\n"
        "    importlib.import_module(i.name)\n"
        "from ternois_analysis import indicators; indicators.registry()\n"
        "print(sorted({'scipy', 'statsmodels', 'sklearn', 'mapclassify', 'matplotlib', 'geopandas'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
