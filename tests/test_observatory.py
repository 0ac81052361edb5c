"""The one door: values of the bundle, traced by hand to the figures that INSEE publishes."""

import numpy as np
import pandas as pd
import pytest

from ternois_analysis import catalog, observatory
from ternois_analysis.catalog.secrecy import secrecy
from ternois_analysis.errors import ReportError, SchemaError, TerritoryError
from ternois_analysis.observatory import values as rows
from ternois_analysis.publish.audience import AUDIENCES

CCS = ["cc-auxilois", "cc-frevent", "cc-pays-heuchin", "cc-pernois", "cc-saint-polois"]


@pytest.fixture(scope="module")
def door():
    return observatory.observe("2026Q3", "partners")


@pytest.fixture(scope="module")
def population(door):
    table = door.values(["pays-ternois", *CCS], ["population"], series=True)
    return table.pivot(index="territory", columns="period", values="value")


def test_the_population_of_the_pays_is_what_insee_publishes_at_every_census(population):
    found = population.loc["pays-ternois"].to_dict()
    assert found == {
        "2016": 38395, "2017": 38364, "2018": 38158, "2019": 37989,
        "2020": 37698, "2021": 37469, "2022": 37150, "2023": 36913,
    }  # fmt: skip


def test_the_five_communautes_of_2012_have_their_published_population(population):
    assert population.loc[CCS, "2022"].to_list() == [4877, 6160, 4179, 7205, 14729]


def test_the_parts_add_up_to_the_pays_at_every_census(population):
    np.testing.assert_array_equal(population.loc[CCS].sum(), population.loc["pays-ternois"])


def test_an_epci_that_the_project_never_named_has_its_published_population(door):
    table = door.values(["200071181"], ["population", "communes_count"], series=True)
    shown = table.set_index(["indicator", "period"])["value"]
    assert shown["population", "2022"] == 38045
    assert shown["communes_count", "2026"] == 119


def test_the_annual_rate_is_the_one_worked_by_hand(door):
    table = door.values(["cc-frevent"], ["population_growth_pct_per_year"], series=True)
    rate = table.set_index("period").loc["2016-2022", "value"]
    assert rate == pytest.approx(-0.949755, abs=1e-6)


def test_a_ratio_is_taken_of_the_sums_and_is_not_the_mean_of_the_communes(door):
    place = door.territory("cc-frevent")
    own = door.values([place], ["vacancy_rate_pct"])["value"].iloc[0]
    columns = door.columns.table.set_index("commune").loc[list(place.communes)]
    vacant, stock = columns["vacant_dwellings@2021"], columns["dwellings@2021"]
    assert own == pytest.approx(100 * vacant.sum() / stock.sum(), abs=1e-9)
    assert own != pytest.approx((100 * vacant / stock).mean(), abs=0.1)


def test_a_value_that_is_not_shown_carries_no_number(door):
    table = door.communes(door.territory("pays-ternois"))
    hidden = table[table["status"] != "ok"]
    assert {"n.s.", "n.d."} <= set(hidden["status"])
    assert hidden[["value", "low", "high", "n"]].isna().all(axis=None)
    assert table.loc[table["status"] == "ok", "value"].notna().all()


def test_the_smallest_commune_has_no_rate(door):
    guinecourt = door.values(["commune-62396"]).set_index("indicator")
    assert guinecourt.loc["population", "value"] == 13
    assert guinecourt.loc["share_65_plus_pct", "status"] == "n.s."
    # Zero in the tax file means unknown: it must not come out as a rental value of nothing.
    assert guinecourt.loc["mean_rental_value_commune_eur", "status"] == "n.d."


def test_vitz_sur_authie_is_counted_although_it_lies_in_the_somme(door):
    assert "80810" in door.territory("pays-ternois").communes
    assert "80810" in door.territory("cc-auxilois").communes
    assert "80810" not in door.territory("departement-62").communes


def test_a_source_that_is_not_installed_gives_a_sign_and_its_reason(door):
    table = door.values(["pays-ternois"], ["natural_change_pct_per_year"])
    assert table[["status", "note"]].to_numpy().tolist() == [["n.d.", "source non installée"]]


def test_a_rate_published_for_communes_is_not_given_for_a_territory(door):
    table = door.values(["cc-pernois", "commune-62652"], ["housing_tax_rate_commune_pct"])
    assert table["status"].to_list() == ["n.d.", "ok"]


def test_ages_add_up_to_a_hundred(door):
    table = door.values(["pays-ternois", "france-metropolitaine"], ["age_structure_pct"])
    sums = table.groupby("territory")["value"].sum()
    np.testing.assert_allclose(sums, 100, atol=0.05)
    assert list(table["category"].unique()) == ["Moins de 20 ans", "20 à 64 ans", "65 ans ou plus"]


def test_similar_epcis_share_no_commune_and_come_nearest_first(door):
    place = door.territory("cc-pernois")
    found = door.similar(place)
    assert len(found) == observatory.likeness.SIMILAR
    assert found["distance"].is_monotonic_increasing
    for name in found.index:
        assert not set(door.territory(name).communes) & set(place.communes)


def test_the_typical_value_is_the_median_of_the_similar_epcis(door):
    place = door.territory("pays-ternois")
    peers = door.values(list(door.similar(place).index), ["vacancy_rate_pct"])["value"]
    typical = door.typical(place, ["vacancy_rate_pct"]).iloc[0]
    assert typical["value"] == pytest.approx(np.median(peers), abs=1e-9)
    assert typical["low"] <= typical["value"] <= typical["high"]


def test_an_old_quarter_sees_only_what_was_published_by_its_freeze():
    door = observatory.observe("2025Q3", "partners")
    table = door.values(["pays-ternois"], ["population"])
    # The populations of 2023 were published at the end of December 2025.
    assert table[["period", "value"]].to_numpy().tolist() == [["2022", 37150.0]]


def test_the_newest_instances_are_those_of_one_period_for_all_categories(door):
    found = rows.newest(rows.instances("age_structure_pct", door.columns))
    assert {instance.period for instance in found} == {"2021"}
    assert len(found) == 3


def test_every_source_of_a_value_is_declared(door):
    table = door.values(["pays-ternois"])
    named = {name for names in table["source"] for name in names.split("+")}
    assert named <= set(catalog.sources())


def test_the_same_question_has_the_same_answer(door):
    first = door.values(["cc-pernois"])
    pd.testing.assert_frame_equal(first, door.values(["cc-pernois"]))


@pytest.mark.parametrize(
    ("question", "error", "answer"),
    [
        (lambda: observatory.observe("2026Q9"), ReportError, "2026Q3"),
        (lambda: observatory.observe("2026Q3", "partner"), ReportError, "'partners'"),
        (
            lambda: observatory.observe("2026Q3").territory("pays-terois"),
            TerritoryError,
            "pays-ternois",
        ),
        (
            lambda: observatory.observe("2026Q3").values(["cc-pernois"], ["vacancy_rate"]),
            SchemaError,
            "'vacancy_rate_pct'",
        ),
    ],
)
def test_a_misspelt_name_says_which_one_was_meant(question, error, answer):
    with pytest.raises(error, match=answer):
        question()


def test_a_value_says_every_millesime_of_every_source_that_it_was_read_from(door):
    names = ["population_growth_pct_per_year", "population_density_per_km2"]
    rows = door.values(["pays-ternois"], names).set_index("indicator")
    read = rows[["source", "millesime"]].to_numpy().tolist()
    assert read == [["populations", "2017,2023"], ["populations+areas", "2023+2024"]]


def test_audiences_have_one_list_of_names():
    assert list(observatory.AUDIENCES) == list(AUDIENCES) == list(secrecy().audiences)
