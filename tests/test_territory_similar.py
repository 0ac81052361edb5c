"""EPCIs that resemble a territory: distances, gaps, and who may not be chosen."""

import numpy as np
import pandas as pd
import pytest

from ternois_analysis.errors import TerritoryError
from ternois_analysis.territory import Territory
from ternois_analysis.territory.similar import mahalanobis, nearest, structure


def made_of(name: str, *codes: str) -> Territory:
    return Territory(name, name, "epci", None, codes, (), "2026-06-30")


def test_distances_are_those_of_the_worked_example():
    # Three treated and five control units, age and size; covariance of the eight, n - 1.
    treated = np.array([[45, 3], [52, 8], [38, 0]], dtype=float)
    controls = np.array([[44, 2], [60, 9], [50, 7], [30, 0], [39, 1]], dtype=float)
    expected = [
        [0.491604, 1.643689, 1.722825, 2.520704, 0.664443],
        [2.468835, 1.721167, 0.291817, 2.360071, 2.173274],
        [0.664443, 2.447061, 2.335654, 2.411517, 0.491604],
    ]
    np.testing.assert_allclose(mahalanobis(treated, controls), expected, atol=5e-7)


def test_distances_do_not_depend_on_the_units_of_the_variables():
    units, others = np.array([[1.0, 5.0]]), np.array([[2.0, 3.0], [4.0, 9.0], [0.0, 1.0]])
    scale = np.array([1000.0, 0.01])
    np.testing.assert_allclose(
        mahalanobis(units * scale, others * scale), mahalanobis(units, others), rtol=1e-9
    )


def test_one_variable_gives_the_gap_in_standard_deviations():
    # 0, 2 and 4 have a standard deviation of 2 (n - 1).
    np.testing.assert_allclose(mahalanobis(np.array([[0.0]]), np.array([[2.0], [4.0]])), [[1, 2]])


@pytest.mark.parametrize("second", [[7.0, 7.0, 7.0], [2.0, 4.0, 8.0]])
def test_a_constant_or_redundant_variable_is_refused(second):
    values = np.column_stack([[1.0, 2.0, 4.0], second])
    with pytest.raises(TerritoryError, match="constant or follows from the others"):
        mahalanobis(values[:1], values[1:])


TARGET = made_of("target", "01001", "01002")
OTHERS = [
    made_of("far", "01006"), made_of("near", "01003"), made_of("twin", "01002", "01004"),
    made_of("mid", "01005"), made_of("target", "01001", "01002"),
]  # fmt: skip
TABLE = pd.DataFrame(
    {"x": [0.0, 4.0, 1.0, 0.0, 2.0], "y": [0.0, 1.0, 0.0, 0.0, 2.0]},
    index=["target", "far", "near", "twin", "mid"],
)


def test_a_territory_is_not_like_itself_nor_like_what_it_shares_communes_with():
    found = nearest(TARGET, OTHERS, TABLE)
    assert set(found.index) == {"far", "near", "mid"}


def test_the_most_alike_come_first_and_only_so_many():
    found = nearest(TARGET, OTHERS, TABLE, k=2)
    assert list(found.index) == ["near", "mid"]
    assert found["distance"].is_monotonic_increasing


def test_gaps_say_in_standard_deviations_how_each_one_differs():
    found = nearest(TARGET, OTHERS, TABLE)
    # x of the units compared: 0, 4, 1, 2; their standard deviation is 1.707825 (n - 1).
    assert found["x"].to_dict() == pytest.approx(
        {"near": 1 / 1.707825, "mid": 2 / 1.707825, "far": 4 / 1.707825}, rel=1e-6
    )


def test_a_candidate_without_a_value_is_refused_and_never_dropped_in_silence():
    with pytest.raises(TerritoryError, match="missing for mid"):
        nearest(TARGET, OTHERS, TABLE.drop(index="mid"))


def test_structure_is_made_of_logarithms_and_of_the_share_of_the_largest_commune():
    table = pd.DataFrame(
        {
            "commune": ["01001", "01002", "01003", "01004"],
            "population": [300, 100, 0, 5],
            "area_km2": [2.0, 8.0, 1.0, np.nan],
        }
    )
    territories = [made_of("b", "01001", "01002"), made_of("a", "01003"), made_of("c", "01004"),
                   made_of("d", "01001", "01009")]  # fmt: skip
    result = structure(table, territories)
    assert list(result.index) == ["b", "a", "c", "d"]
    np.testing.assert_allclose(
        result.loc["b"], [np.log(400), np.log(10), np.log(2), 75.0], rtol=1e-12
    )
    assert result.isna().to_numpy().tolist() == [
        [False, False, False, False],
        [True, False, False, True],
        [False, True, False, False],
        [True, True, False, True],
    ]
