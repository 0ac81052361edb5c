"""Totals over territories: sums of counts, common published values, missing never smaller."""

import numpy as np
import pandas as pd
import pytest

from ternois_analysis.errors import SchemaError, TerritoryError
from ternois_analysis.territory import Territory, total

KINDS = {"commune": "key", "name": "label", "people": "additive", "rate_pct": "published"}
TABLE = pd.DataFrame(
    {
        "commune": ["01001", "01002", "2A004", "62767"],
        "name": ["a", "b", "c", "d"],
        "people": [10, 20, 0, 4759],
        "rate_pct": [3.0, 3.0, 4.0, np.nan],
    }
)


def made_of(*codes: str, name: str = "t") -> Territory:
    return Territory(name, name, "list", None, codes, (), "2026-06-30")


def test_counts_are_summed_in_the_order_of_the_territories():
    result = total(TABLE, [made_of("62767", name="z"), made_of("01001", "01002", name="a")], KINDS)
    assert result["people"].to_dict() == {"z": 4759.0, "a": 30.0}
    assert list(result.index) == ["z", "a"]
    assert result.index.name == "territory"
    assert list(result.columns) == ["people", "rate_pct"]


def test_territories_may_overlap():
    result = total(TABLE, [made_of("01001", "01002"), made_of("01002", "2A004", name="u")], KINDS)
    assert list(result["people"]) == [30.0, 20.0]


def test_a_zero_is_a_number():
    assert total(TABLE, [made_of("2A004")], KINDS)["people"].item() == 0.0


def test_total_of_a_missing_count_is_missing():
    table = TABLE.assign(people=[10, np.nan, 0, 4759])
    result = total(table, [made_of("01001", "01002"), made_of("01001", name="u")], KINDS)
    assert result["people"].isna().to_list() == [True, False]


def test_a_commune_that_is_not_in_the_table_makes_the_total_missing():
    result = total(TABLE, [made_of("01001", "99999"), made_of("99999", name="u")], KINDS)
    assert result["people"].isna().to_list() == [True, True]
    assert result["rate_pct"].isna().to_list() == [True, True]


def test_a_published_value_is_kept_when_all_communes_share_it():
    territories = [
        made_of("01001", "01002"), made_of("01001", "2A004", name="u"),
        made_of("62767", name="v"), made_of("01001", "62767", name="w"),
    ]  # fmt: skip
    result = total(TABLE, territories, KINDS)["rate_pct"]
    np.testing.assert_array_equal(result, [3.0, np.nan, np.nan, np.nan])


def test_a_partition_conserves_the_total():
    halves = total(TABLE, [made_of("01001", "2A004"), made_of("01002", "62767", name="u")], KINDS)
    assert halves["people"].sum() == TABLE["people"].sum()


def test_nullable_integers_keep_their_missing_values():
    table = TABLE.assign(people=pd.array([1, None, 3, 4], dtype="Int64"))
    result = total(table, [made_of("01001", "2A004"), made_of("01002", name="u")], KINDS)
    np.testing.assert_array_equal(result["people"], [4.0, np.nan])


def test_the_table_given_is_not_modified():
    before = TABLE.copy(deep=True)
    total(TABLE, [made_of("01001", "99999")], KINDS)
    pd.testing.assert_frame_equal(TABLE, before)


def test_no_territory_gives_an_empty_table():
    assert total(TABLE, [], KINDS).shape == (0, 2)


def test_an_empty_table_gives_missing_totals():
    result = total(TABLE.iloc[:0], [made_of("01001")], KINDS)
    assert result.isna().to_numpy().tolist() == [[True, True]]


def test_a_repeated_commune_is_refused():
    with pytest.raises(TerritoryError, match="Found: 01001"):
        total(pd.concat([TABLE, TABLE.iloc[:1]]), [made_of("01001")], KINDS)


def test_a_column_without_a_declared_kind_is_refused():
    with pytest.raises(SchemaError, match="surprise"):
        total(TABLE.assign(surprise=1), [made_of("01001")], KINDS)


def test_a_territory_without_communes_or_with_repeated_ones_cannot_be_made():
    with pytest.raises(TerritoryError, match="Found: nothing"):
        made_of()
    with pytest.raises(TerritoryError, match="each once"):
        made_of("01001", "01001")
    with pytest.raises(TerritoryError, match="sorted"):
        made_of("01002", "01001")
