"""Files of any COG year reach the canonical communes, and nothing is lost on the way."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ternois_analysis.errors import SchemaError, TerritoryError
from ternois_analysis.territory import to_cog

COMMUNES = pd.DataFrame(
    {
        "commune": ["01001", "01002", "01003", "01004", "2A005", "75056"],
        "commune_name": ["Alpha", "Bêta", "Gamma", "Delta", "Epsilon", "Paris"],
        "postal_codes": ["62130", "62130", "62270", "01400", "20000", "75001 75002"],
    }
)
PASSAGE = pd.DataFrame(
    [
        # Absorbée joined Alpha between 2018 and 2019; Gamma was cut in two in 2021, 70 and 30 %;
        # Epsilon was 20005 until 2019; Delta was 60004, of another département, until 2016.
        ("01901", "01001", 1.0, "merger", "2018", "Absorbée"),
        ("01003", "01003", 0.7, "split", "2020", "Gamma"),
        ("01003", "01002", 0.3, "split", "2020", "Gamma"),
        ("20005", "2A005", 1.0, "code_change", "2019", "Epsilon"),
        ("60004", "01004", 1.0, "departement_change", "2016", "Delta"),
        ("20006", "2A005", 1.0, "merger", "2015", "Voisine"),
        # A code that was used twice: part of Delta until 2010, then of Alpha until 2017.
        ("01902", "01004", 1.0, "departement_change", "2010", "Double"),
        ("01902", "01001", 1.0, "departement_change", "2017", "Double"),
    ],
    columns=["commune_before", "commune", "weight", "kind", "last_cog", "name_before"],
)
KINDS = {"commune": "key", "name": "label", "people": "additive", "rate_pct": "published"}


def passed(cog: str, people: dict[str, float], **columns) -> pd.DataFrame:
    table = pd.DataFrame({"commune": list(people), "people": list(people.values()), **columns})
    return to_cog(table, PASSAGE, COMMUNES, cog, KINDS).set_index("commune")


def test_communes_that_merged_are_summed_and_stay_whole_numbers():
    result = passed("2018", {"01901": 15, "01001": 659})
    assert result["people"].to_dict() == {"01001": 674}
    assert result["people"].dtype == "int64"


def test_a_split_commune_is_shared_out_by_its_weights():
    result = passed("2020", {"01003": 100, "01002": 10})
    assert result["people"].to_dict() == pytest.approx({"01002": 40.0, "01003": 70.0})


def test_a_code_change_and_a_change_of_departement_only_rename():
    result = passed("2016", {"20005": 5, "60004": 4})
    assert result["people"].to_dict() == {"01004": 4, "2A005": 5}


def test_a_file_made_after_the_event_is_left_alone():
    result = passed("2021", {"01001": 674, "01003": 70, "2A005": 5})
    assert result["people"].to_dict() == {"01001": 674, "01003": 70, "2A005": 5}


def test_a_code_used_twice_follows_the_first_event_after_the_file():
    assert passed("2009", {"01902": 3, "60004": 4})["people"].to_dict() == {"01004": 7}
    old = passed("2011", {"01902": 3, "01901": 1, "01001": 2})
    assert old["people"].to_dict() == {"01001": 6}


def test_missing_plus_a_number_is_missing():
    result = passed("2018", {"01901": np.nan, "01001": 659, "01002": 10})
    assert result["people"].isna().to_dict() == {"01001": True, "01002": False}


def test_a_merged_commune_is_missing_when_a_part_is_not_in_the_file():
    assert np.isnan(passed("2018", {"01001": 659})["people"]["01001"])
    assert np.isnan(passed("2018", {"01901": 15})["people"]["01001"])


def test_a_code_that_a_commune_had_for_a_while_is_not_a_part_that_lacks():
    result = passed("2018", {"2A005": 5, "01002": 1})
    assert result["people"].to_dict() == {"01002": 1, "2A005": 5}


def test_a_merger_into_a_commune_that_then_changed_its_code_is_whole_under_the_old_one():
    assert passed("2015", {"20005": 5, "20006": 1})["people"].to_dict() == {"2A005": 6}


def test_an_empty_table_stays_empty():
    empty = pd.DataFrame({"commune": pd.Series(dtype="str"), "people": pd.Series(dtype="int64")})
    assert to_cog(empty, PASSAGE, COMMUNES, "2018", KINDS).shape == (0, 2)


def test_labels_are_dropped_and_communes_sorted():
    table = pd.DataFrame({"name": ["b", "a"], "commune": ["01002", "01001"], "people": [2, 1]})
    result = to_cog(table, PASSAGE, COMMUNES, "2021", KINDS)
    assert list(result.columns) == ["commune", "people"]
    assert list(result["commune"]) == ["01001", "01002"]


def test_a_published_value_stays_where_the_commune_stayed():
    result = passed("2018", {"01002": 1, "20005": 2}, rate_pct=[14.25, 9.5])
    assert result["rate_pct"].to_dict() == {"01002": 14.25, "2A005": 9.5}


def test_a_published_value_of_merged_communes_is_kept_only_if_they_agree():
    same = passed("2018", {"01001": 1, "01901": 1}, rate_pct=[12.0, 12.0])
    differ = passed("2018", {"01001": 1, "01901": 1}, rate_pct=[14.25, 9.72])
    unknown = passed("2018", {"01001": 1, "01901": 1}, rate_pct=[14.25, np.nan])
    alone = passed("2018", {"01001": 1}, rate_pct=[14.25])
    assert same["rate_pct"]["01001"] == 12.0
    assert np.isnan(differ["rate_pct"]["01001"])
    assert np.isnan(unknown["rate_pct"]["01001"])
    assert np.isnan(alone["rate_pct"]["01001"])


def test_the_parts_of_a_split_commune_have_no_published_value():
    result = passed("2020", {"01003": 100, "01004": 1}, rate_pct=[8.0, 9.0])
    assert result["rate_pct"].isna().to_dict() == {"01002": True, "01003": True, "01004": False}


def test_the_table_given_is_not_modified():
    table = pd.DataFrame({"commune": ["01901", "01001"], "people": [15, 659]})
    before = table.copy(deep=True)
    to_cog(table, PASSAGE, COMMUNES, "2018", KINDS)
    pd.testing.assert_frame_equal(table, before)


def test_all_unknown_codes_are_listed_with_what_they_probably_are():
    with pytest.raises(TerritoryError) as refused:
        passed("2020", {"01901": 1, "1001": 2, "62270": 3, "75101": 4, "01001": 5})
    message = str(refused.value)
    assert "unknown communes (4)" in message
    assert "01901 (Absorbée) was last a code in COG 2018, now 01001 (Alpha)" in message
    assert "1001 lost its first zero: 01001 (Alpha)" in message
    assert "62270 is a postal code, of 01003 (Gamma)" in message
    assert "75101 is a municipal arrondissement of 75056 (Paris)" in message


def test_a_repeated_commune_is_refused():
    table = pd.DataFrame({"commune": ["01001", "01001"], "people": [1, 2]})
    with pytest.raises(TerritoryError, match=r"more than once.*Found: 01001\."):
        to_cog(table, PASSAGE, COMMUNES, "2021", KINDS)


def test_repeated_postal_codes_in_place_of_communes_are_recognised():
    table = pd.DataFrame({"commune": ["62130", "62130"], "people": [1, 2]})
    with pytest.raises(TerritoryError, match="62130: also postal codes of several communes"):
        to_cog(table, PASSAGE, COMMUNES, "2021", KINDS)


def test_codes_read_as_numbers_are_refused():
    table = pd.DataFrame({"commune": [1001], "people": [1]})
    with pytest.raises(SchemaError, match="a number loses the zero"):
        to_cog(table, PASSAGE, COMMUNES, "2021", KINDS)


def test_a_column_without_a_declared_kind_is_refused():
    table = pd.DataFrame({"commune": ["01001"], "surprise": [1]})
    with pytest.raises(SchemaError, match="surprise"):
        to_cog(table, PASSAGE, COMMUNES, "2021", KINDS)


def test_weights_that_lose_inhabitants_are_refused():
    leaking = PASSAGE.assign(weight=PASSAGE["weight"].replace(0.3, 0.2))
    table = pd.DataFrame({"commune": ["01003", "01002"], "people": [100, 10]})
    with pytest.raises(TerritoryError, match="weights that sum to 1"):
        to_cog(table, leaking, COMMUNES, "2020", KINDS)


@st.composite
def geographies(draw):
    """Communes of today, older codes that go to one or two of them, and a whole file of counts."""
    today = [f"01{n:03d}" for n in range(1, draw(st.integers(2, 8)) + 1)]
    rows = []
    for n in range(draw(st.integers(0, 6))):
        old, targets = (
            f"01{900 + n}",
            draw(st.lists(st.sampled_from(today), min_size=1, max_size=2, unique=True)),
        )
        share = draw(st.floats(0.01, 0.99)) if len(targets) == 2 else 1.0
        kind = "split" if len(targets) == 2 else "merger"
        rows += [
            (old, t, w, kind, "2018", "") for t, w in zip(targets, (share, 1 - share), strict=False)
        ]
    passage = pd.DataFrame(rows, columns=PASSAGE.columns).astype({"commune_before": "str"})
    codes = [*today, *dict.fromkeys(row[0] for row in rows)]
    people = draw(st.lists(st.integers(0, 100_000), min_size=len(codes), max_size=len(codes)))
    communes = pd.DataFrame({"commune": today, "commune_name": today, "postal_codes": ""})
    return communes, passage, pd.DataFrame({"commune": codes, "people": people})


@settings(max_examples=60, deadline=None, database=None)
@given(geographies())
def test_any_geography_conserves_the_total_and_ends_in_its_communes(geography):
    communes, passage, table = geography
    result = to_cog(table, passage, communes, "2018", KINDS)
    assert result["people"].sum() == pytest.approx(table["people"].sum(), rel=1e-12)
    assert list(result["commune"]) == list(communes["commune"])
