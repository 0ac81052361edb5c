"""The parts of a change add up, and match the worked example."""

import numpy as np
import pandas as pd
import pytest
from oracles.analysis import example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.shift_share import shift_share


def close(found, expected):
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=0, atol=1e-6)


def of(*columns):
    return shift_share(*[pd.Series(column, dtype="float64") for column in columns])


def worked():
    e = example("shift_share")
    return e, of(e["e0"], e["e1"], e["E0"], e["E1"])


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("national", "national"),
        ("structural", "structural"),
        ("residual", "residual"),
        ("homothetic", "homothetic"),
        ("competitive", "EM_competitive"),
        ("allocation", "EM_allocation"),
    ],
)
def test_each_part_matches_the_worked_example(column, name):
    e, found = worked()
    close(found.effects[column], e[name])


def test_totals_match_the_worked_example():
    e, found = worked()
    close(found.totals[list(e["total"])[:3]], list(e["total"].values())[:3])
    assert found.totals["change"] == pytest.approx(e["total"]["change"], abs=1e-9)
    close(found.totals[["competitive", "allocation"]], list(e["EM_totals"].values()))


@pytest.mark.parametrize("seed", range(5))
def test_the_parts_add_up_to_the_change_in_every_sector_and_in_all(seed):
    rng = np.random.default_rng(seed)
    found = of(*rng.integers(1, 5000, size=(4, 17)))
    table = found.effects
    close(table["national"] + table["structural"] + table["residual"], table["change"])
    close(table["competitive"] + table["allocation"], table["residual"])
    total = found.totals
    assert total["national"] + total["structural"] + total["residual"] == pytest.approx(
        total["change"], abs=1e-6
    )


def test_a_territory_that_grows_as_its_reference_has_no_part_but_the_national_one():
    found = of([10, 20], [11, 22], [100, 200], [110, 220])
    close(found.totals[["national", "structural", "residual"]], [3, 0, 0])


def test_a_territory_with_the_reference_s_mix_has_no_allocation():
    found = of([10, 20], [15, 21], [100, 200], [130, 220])
    close(found.effects["allocation"], [0, 0])


def test_a_sector_the_reference_lacked_has_no_part_and_leaves_their_totals_missing():
    found = of([10, 4], [12, 6], [100, 0], [110, 5])
    # The reference as a whole goes from 100 to 115.
    close(found.effects["national"], [1.5, 0.6])
    for column in ["structural", "residual", "competitive"]:
        assert found.effects[column].isna().tolist() == [False, True]
        assert np.isnan(found.totals[column])
    assert found.totals["change"] == 4


def test_a_sector_new_in_the_territory_is_all_residual_and_not_split():
    found = of([10, 0], [12, 6], [100, 50], [110, 55])
    assert found.effects.loc[1, "residual"] == 6
    assert np.isnan(found.effects.loc[1, ["competitive", "allocation"]]).all()
    assert found.totals["residual"] == pytest.approx(7, abs=1e-12)
    assert np.isnan(found.totals["competitive"])


def test_a_count_of_the_territory_missing_at_the_end_leaves_the_other_sectors():
    found = of([10, 20], [np.nan, 22], [100, 200], [110, 220])
    close(found.effects.loc[1, ["national", "structural", "residual"]].astype(float), [2, 0, 0])
    assert found.effects["change"].isna().tolist() == [True, False]
    assert np.isnan(found.totals["change"])
    assert found.totals["national"] == pytest.approx(3, abs=1e-12)


@pytest.mark.parametrize("reference", [[np.nan, 200], [0, 0]])
def test_a_reference_whose_growth_is_unknown_leaves_only_the_change(reference):
    found = of([10, 20], [11, 22], reference, [110, 220])
    assert found.effects[["national", "structural"]].isna().all(axis=None)
    assert found.totals["change"] == 3


def test_negative_counts_are_refused():
    with pytest.raises(SchemaError, match="zero or more"):
        of([10, -1], [1, 1], [1, 1], [1, 1])
