"""Files are read only if they are what their entry says, and the quarter chooses the millésime."""

import pandas as pd
import pytest
from conftest import FOUR, declare, write_source

from ternois_analysis import quarters, sources
from ternois_analysis.errors import SchemaError, SourceError


def test_a_whole_file_is_read_with_codes_as_text(small_house):
    table = sources.read("populations", "2022")
    assert table["commune"].tolist() == ["01001", "01002", "01004", "62767"]
    assert table["population"].tolist() == [10, 20, 0, 4759]


def test_changing_what_was_read_does_not_change_the_next_reading(small_house):
    table = sources.read("populations", "2022")
    table["population"] = 0
    assert sources.read("populations", "2022")["population"].sum() == 4789


def test_an_altered_file_is_named_and_refused(small_house):
    house, entry = small_house
    path = house / "data" / entry["files"][0]["path"]
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(SourceError, match=r"populations 2022 was altered .*populations\.parquet"):
        sources.read("populations", "2022")


def test_a_cut_file_is_named_and_refused(small_house):
    house, entry = small_house
    path = house / "data" / entry["files"][0]["path"]
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(SourceError, match="100 bytes"):
        sources.read("populations", "2022")


def test_a_missing_file_is_named_and_refused(small_house):
    house, entry = small_house
    (house / "data" / entry["files"][0]["path"]).unlink()
    with pytest.raises(SourceError, match=r"missing.*git checkout"):
        sources.read("populations", "2022")


def test_a_file_whose_bytes_are_declared_but_are_no_table_is_refused(small_house):
    house, entry = small_house
    path = house / "data" / entry["files"][0]["path"]
    path.write_bytes(b"not a table")
    import hashlib

    entry["files"][0]["sha256"] = hashlib.sha256(b"not a table").hexdigest()
    declare(house, populations=entry)
    with pytest.raises(SourceError, match="cannot be read"):
        sources.read("populations", "2022")


def test_codes_stored_as_numbers_are_refused(small_house):
    house, _ = small_house
    bad = FOUR.assign(commune=FOUR["commune"].astype(int))
    declare(house, populations=write_source(house, "populations", bad))
    with pytest.raises(SchemaError, match=r"column commune.*Expected: text"):
        sources.read("populations", "2022")


def test_a_commune_given_twice_is_refused(small_house):
    house, _ = small_house
    declare(house, populations=write_source(house, "populations", pd.concat([FOUR, FOUR.head(1)])))
    with pytest.raises(SchemaError, match=r"distinct.*01001"):
        sources.read("populations", "2022")


def test_a_missing_column_is_named(small_house):
    house, _ = small_house
    declare(house, populations=write_source(house, "populations", FOUR[["commune"]]))
    with pytest.raises(SchemaError, match="Expected: population"):
        sources.read("populations", "2022")


def test_a_file_with_fewer_rows_than_declared_is_refused(small_house):
    house, _ = small_house
    declare(house, populations=write_source(house, "populations", FOUR, rows=5))
    with pytest.raises(SchemaError, match=r"Expected: 5\. Found: 4"):
        sources.read("populations", "2022")


def test_an_unknown_source_says_which_one_was_meant(small_house):
    with pytest.raises(SourceError, match="Did you mean 'populations'"):
        sources.read("population", "2022")


def test_a_quarter_sees_a_file_only_once_it_was_published(small_house):
    # Reference date 1 January 2022, published on 30 December 2024: 2024Q3 froze on 20 October,
    # 2024Q4 freezes on 20 January 2025.
    assert sources.newest("populations", quarters.parse("2024Q3")) is None
    assert sources.newest("populations", quarters.parse("2024Q4")).millesime == "2022"


def test_a_file_published_early_is_not_seen_before_the_day_it_describes(small_house):
    house, entry = small_house
    entry["files"][0] |= {"reference_date": "2026-01-01", "available": "2025-06-01"}
    declare(house, populations=entry)
    assert sources.newest("populations", quarters.parse("2025Q4")) is None
    assert sources.newest("populations", quarters.parse("2026Q1")) is not None


def test_the_check_names_every_altered_file_and_every_stranger(small_house):
    house, entry = small_house
    (house / "data" / "extra.csv").write_text("a;b", encoding="utf-8")
    path = house / "data" / entry["files"][0]["path"]
    path.write_bytes(b"")
    problems = {check.path: check.problem for check in sources.check_all()}
    assert "altered" in problems["data/populations/2022/populations.parquet"]
    assert "No entry" in problems["data/extra.csv"]


def test_the_check_of_a_whole_house_finds_no_problem(small_house):
    assert [check.problem for check in sources.check_all()] == [""]
