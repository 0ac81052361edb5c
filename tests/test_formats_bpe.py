"""Facilities: a commune without a row has none where the file covers it; elsewhere, who knows."""

import pandas as pd
import pytest

from ternois_analysis import catalog
from ternois_analysis.catalog.facilities import facilities
from ternois_analysis.errors import SchemaError
from ternois_analysis.sources import formats
from ternois_analysis.sources.formats import Ground

HEAD = "REG;DEP;DEPCOM;DCIRIS;AN;TYPEQU;NB_EQUIP"
#: Nine of the ten communes of an invented département have a row; the first one has two IRIS.
ROWS = [
    "84;01;01001;01001_0101;2018;B203;1",
    "84;01;01001;01001_0102;2018;B203;2",
    "84;01;01001;01001_0102;2018;C201;1",
    *(f"84;01;010{n:02d};010{n:02d};2018;A401;1" for n in range(2, 10)),
]
LONG = "GEO;GEO_OBJECT;FACILITY_DOM;FACILITY_SDOM;FACILITY_TYPE;BPE_MEASURE;TIME_PERIOD;OBS_VALUE"


def ground(own=(), passage=()):
    codes = [f"010{n:02d}" for n in range(1, 11)] + ["02001", "02002"]
    communes = pd.DataFrame(
        {"commune": codes, "departement": [c[:2] for c in codes], "zone": "metro"}, dtype="str"
    )
    columns = ["commune_before", "commune", "last_cog", "kind"]
    return Ground(communes, pd.DataFrame(list(passage), columns=columns, dtype="str"), tuple(own))


def read(tmp_path, rows, head=HEAD, around=None, name="bpe18_ensemble.csv"):
    path = tmp_path / name
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return formats.read([path], catalog.deliveries()["bpe"], around or ground())


def tables(found):
    return {piece.level: piece.table for piece in found.pieces}


def test_facilities_of_the_iris_of_a_commune_are_added_up(tmp_path):
    found = read(tmp_path, ROWS)
    assert found.millesime == "2018"
    first = tables(found)["commune"].loc["01001"]
    assert first["facilities"] == 4
    # A bakery is of the proximity range, a collège of the intermediate one.
    assert first["facilities_by_range#proximity"] == 3
    assert first["facilities_by_range#intermediate"] == 1
    assert first["facilities_by_range#upper"] == 0
    assert tables(found)["pairs"].loc["01001", "facilities_by_type#B203"] == 3


def test_a_commune_without_a_row_has_none_in_a_departement_covered_whole(tmp_path):
    table = tables(read(tmp_path, ROWS))["commune"]
    assert table.loc["01010"].tolist() == [0, 0, 0, 0]


def test_a_commune_outside_what_the_file_covers_is_not_in_the_table(tmp_path):
    found = tables(read(tmp_path, ROWS))
    assert "02001" not in found["commune"].index
    assert "02001" not in found["pairs"].index


def test_a_part_covered_by_less_than_nine_communes_in_ten_gets_no_zero(tmp_path):
    table = tables(read(tmp_path, ROWS[:-1]))["commune"]
    assert "01010" not in table.index
    assert "01009" not in table.index


def test_a_type_that_stands_nowhere_in_the_file_has_no_column(tmp_path):
    columns = tables(read(tmp_path, ROWS))["pairs"].columns
    assert sorted(columns) == [f"facilities_by_type#{code}" for code in ("A401", "B203", "C201")]


def test_a_commune_that_merged_since_is_covered_under_the_code_it_had(tmp_path):
    passage = [("01099", "01002", "2020", "merger"), ("01098", "01002", "2015", "merger")]
    table = tables(read(tmp_path, ROWS, around=ground(passage=passage)))["commune"]
    assert table.loc["01099", "facilities"] == 0
    assert "01098" not in table.index


def test_a_commune_that_left_another_since_had_no_code_and_gets_no_zero(tmp_path):
    passage = [("01002", "01002", "2022", "split"), ("01002", "01010", "2022", "split")]
    table = tables(read(tmp_path, ROWS, around=ground(passage=passage)))["commune"]
    assert "01010" not in table.index


def test_own_communes_without_a_row_count_as_empty_and_are_told(tmp_path):
    own = [f"010{n:02d}" for n in range(1, 10)] + ["02001"]
    found = read(tmp_path, ROWS, around=ground(own))
    assert tables(found)["commune"].loc["02001", "facilities"] == 0
    assert found.left_aside == ("communes sans aucune ligne, comptées sans équipement : 02001",)
    assert "02002" not in tables(found)["commune"].index


def test_the_long_format_gives_the_same_table_without_its_subtotals_and_other_levels(tmp_path):
    rows = [
        "01001;COM;B;B2;B203;FACILITIES;2018;3",
        "01001;COM;C;C2;C201;FACILITIES;2018;1",
        "01001;COM;_T;_T;_T;FACILITIES;2018;4",
        "01001;COM;B;_T;_T;FACILITIES;2018;3",
        "200042935;EPCI;B;B2;B203;FACILITIES;2018;30",
        *(f"010{n:02d};COM;A;A4;A401;FACILITIES;2018;1" for n in range(2, 10)),
    ]
    long, yearly = tables(read(tmp_path, rows, LONG)), tables(read(tmp_path, ROWS))
    for level in ("commune", "pairs"):
        pd.testing.assert_frame_equal(long[level], yearly[level])


def test_a_file_of_one_row_a_facility_is_counted_and_keeps_no_name(tmp_path):
    rows = ["2018;CHEZ DUPONT;01001;B203", "2018;AU PAIN;01001;B203"]
    rows += [f"2018;X;010{n:02d};A401" for n in range(2, 10)]
    found = tables(read(tmp_path, rows, "AN;NOMRS;DEPCOM;TYPEQU"))
    assert found["pairs"].loc["01001", "facilities_by_type#B203"] == 2
    assert not any("DUPONT" in table.to_csv() for table in found.values())


@pytest.mark.parametrize(
    ("rows", "head", "said"),
    [
        (["84;01;01001;01001;2018;B203;x"], HEAD, "figures"),
        (["84;01;01001;01001;2018;B203;"], HEAD, "whole counts"),
        (["84;01;01001;01001;2018;B203;1.5"], HEAD, "whole counts"),
        (["84;01;01001;01001;2018;B203;-1"], HEAD, "whole counts"),
        (["84;01;01001;01001;2018;B20;1"], HEAD, "B20"),
        (["84;01;1001;1001;2018;B203;1"], HEAD, "1001"),
        (["84;01;62767;62767;2018;B203;1"], HEAD, "62767"),
        (["84;01;01001;01001;2018;B203;1", "84;01;01002;01002;2017;B203;1"], HEAD, "2017"),
        (["84;01;01001;01001;2018;B203;1"], HEAD.replace("TYPEQU", "TYPE_EQ"), "TYPEQU"),
        ([], HEAD, "no row"),
    ],
)
def test_what_is_not_a_file_of_facilities_is_refused_with_what_was_found(
    tmp_path, rows, head, said
):
    with pytest.raises(SchemaError, match=said):
        read(tmp_path, rows, head)


def test_no_code_is_in_two_ranges_and_each_need_is_a_known_code():
    facts = facilities()
    for each in facts.lists:
        assert all(len(code) == 4 for code in each.range_of())
    newest = {code for each in facts.lists for code in each.range_of()}
    assert {code for need in facts.needs.values() for code in need.codes} <= newest


def test_ten_kilometres_as_the_crow_flies_take_a_quarter_of_an_hour_and_a_little_more():
    # 10 km × 1.3 of road at 50 km/h: 13 / 50 h = 15.6 min.
    assert facilities().travel.minutes(10.0) == pytest.approx(15.6)
