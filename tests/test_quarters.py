"""Quarters choose the millésimes: their bounds, their names and what is refused."""

import datetime as dt

import pytest

from ternois_analysis import quarters
from ternois_analysis.errors import ReportError


def test_a_quarter_ends_on_its_last_day_and_freezes_twenty_days_later():
    third = quarters.parse("2026Q3")
    assert (third.first_day, third.last_day) == (dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    assert third.freeze == dt.date(2026, 10, 20)
    assert quarters.parse("2023Q4").last_day == dt.date(2023, 12, 31)


def test_quarters_count_across_years():
    assert str(quarters.parse("2026Q1").shifted(-1)) == "2025Q4"
    assert str(quarters.parse("2026Q3").shifted(-4)) == "2025Q3"
    assert str(quarters.parse("2025Q4").shifted(5)) == "2027Q1"
    assert quarters.parse("2025Q4") < quarters.parse("2026Q1")


def test_the_latest_complete_quarter_is_over():
    assert str(quarters.latest_complete(dt.date(2026, 11, 23))) == "2026Q3"
    assert str(quarters.latest_complete(dt.date(2026, 9, 30))) == "2026Q2"
    assert str(quarters.latest_complete(dt.date(2027, 1, 1))) == "2026Q4"


def test_the_french_way_of_writing_a_quarter_is_understood():
    assert str(quarters.parse("2026T3")) == "2026Q3"
    assert str(quarters.parse(" 2026-q3 ")) == "2026Q3"


@pytest.mark.parametrize("text", ["2026Q5", "Q3", "26Q3", "", "trimestre"])
def test_anything_else_is_refused(text):
    with pytest.raises(ReportError, match="Did you mean"):
        quarters.parse(text)


def test_a_turned_around_quarter_is_recognised():
    with pytest.raises(ReportError, match="Did you mean '2025Q2'"):
        quarters.parse("2025 2")


def test_a_quarter_that_has_not_begun_is_refused():
    day = dt.date(2026, 11, 23)
    quarters.check_begun(quarters.parse("2026Q4"), day)
    with pytest.raises(ReportError, match="latest complete one is 2026Q3"):
        quarters.check_begun(quarters.parse("2027Q1"), day)
