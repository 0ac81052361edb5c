"""Scenarios: every assumption is named, valued, bounded, sourced and printed; outcomes follow."""

import dataclasses
from pathlib import Path

import pytest

from ternois_analysis import catalog
from ternois_analysis.catalog.scenarios import Scenarios, assumptions, scenarios
from ternois_analysis.display.material import material
from ternois_analysis.display.perspectives import Perspectives
from ternois_analysis.display.transmission import Transmission
from ternois_analysis.errors import SchemaError
from ternois_analysis.observatory import craft, futures, observe
from ternois_analysis.observatory.futures import Start

FACTS = scenarios()
TREND, STEADY, REVIVAL = (FACTS.scenarios[name] for name in ("trend", "steady", "revival"))


def start(value, gains, losses=0.0):
    return Start(value, 2023, gains, losses, "populations", "2023", synthetic=False)


@pytest.fixture(scope="module")
def door():
    """The observatory as the public sees it."""
    return observe("2026Q3", "public")


def test_every_assumption_has_a_name_a_source_and_bounds_around_it():
    for each in assumptions(FACTS):
        assert each.label
        assert each.source
        assert each.low <= each.value <= each.high


def test_hazards_are_given_for_the_ages_of_the_register_in_their_order():
    assert list(FACTS.exits) == [label for label, _, _ in craft.AGES]


def test_an_assumption_out_of_its_bounds_is_refused(monkeypatch, tmp_path):
    text = Path(catalog.__file__).with_name("scenarios.yml").read_text(encoding="utf-8")
    wrong = text.replace("value: 10.0, low: 7.0", "value: 1.0, low: 7.0")
    assert wrong != text
    (tmp_path / "scenarios.yml").write_text(wrong, encoding="utf-8")
    monkeypatch.setattr("ternois_analysis.catalog.scenarios.__file__", str(tmp_path / "x.py"))
    scenarios.cache_clear()
    try:
        with pytest.raises(SchemaError, match="55 à 64 ans"):
            scenarios()
    finally:
        monkeypatch.undo()
        scenarios.cache_clear()
        assert isinstance(scenarios(), Scenarios)


def test_the_trend_keeps_the_observed_pace():
    # 36 913 at −0.5 % a year for five years.
    assert futures.population_of(start(36_913, -0.005), TREND, 5) == pytest.approx(
        36_913 * 0.995**5
    )


def test_to_maintain_is_to_move_nothing():
    assert futures.population_of(start(36_913, -0.005), STEADY, 5) == 36_913
    assert futures.businesses_of(start(745, 75, 57), STEADY, 5) == 745


def test_the_revival_adds_arrivals_and_businesses():
    assert futures.population_of(start(10_000, -0.005), REVIVAL, 5) == pytest.approx(
        10_000 * 1.002**5
    )
    # 5 × (75 − 57 + 7.5 + 2.85) more than 745.
    assert futures.businesses_of(start(745, 75, 57), REVIVAL, 5) == pytest.approx(886.75)


def test_a_stock_does_not_fall_below_zero():
    assert futures.businesses_of(start(31, 0, 20), TREND, 5) == 0


def test_sensitivity_moves_one_assumption_at_a_time(door):
    place = door.territory("pays-ternois")
    rows = futures.outcomes(
        door, place, start(10_000, -0.01), "scenario_population", futures.population_of,
        futures.OF_POPULATION,
    ).set_index("category")  # fmt: skip
    label = f"{TREND.label} : {TREND.pace.label}"
    # Half of the pace, then one and a half of it.
    assert rows.loc[label, "high"] == pytest.approx(10_000 * 0.995**5)
    assert rows.loc[label, "low"] == pytest.approx(10_000 * 0.985**5)
    assert rows.loc[label, "value"] == rows.loc[TREND.label, "value"]


def test_every_assumption_of_the_scenarios_and_of_transmission_is_printed(door):
    made = material(door, door.territory("pays-ternois"))
    blocks = [Perspectives(made).hypotheses(), Transmission(made).hypotheses()]
    cells = [str(cell) for block in blocks for cell in block.table.to_numpy().ravel()]
    printed = " | ".join(cells).replace("\u00a0", " ").replace("\u202f", " ")
    wanted = [*FACTS.exits.values(), *(
        getattr(scenario, name) for scenario in FACTS.scenarios.values()
        for name in (*futures.OF_POPULATION, *futures.OF_BUSINESSES)
    )]  # fmt: skip
    for each in wanted:
        assert each.label.replace("\u00a0", " ") in printed, each.label
    values = [float(v) for block in blocks for v in block.values["value"]]
    assert len(values) == 15 + 9


def test_a_scenario_can_be_tried_with_another_value_and_stays_as_it_was():
    tried = TREND.at("arrivals", 0.2)
    assert tried.arrivals.value == 0.2
    assert TREND.arrivals.value == 0.0
    assert dataclasses.replace(tried, arrivals=TREND.arrivals) == TREND


def test_few_businesses_make_no_scenario(door):
    assert futures.businesses_start(door, door.territory("commune-62396")) is None
    assert futures.population_start(door, door.territory("commune-62396")) is None
