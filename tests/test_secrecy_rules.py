"""Primary secrecy: the rules as data, the reasons they give, the uncertainty they ask for."""

import numpy as np
import pandas as pd
import pytest

from ternois_analysis.catalog import secrecy as facts
from ternois_analysis.errors import SchemaError
from ternois_analysis.secrecy import rules


def reason(secrecy, value, n, top1=0.0, whole=np.nan, audience="public"):
    row = {"column": "c", "territory": "t", "category": "", "secrecy": secrecy}
    figures = {"value": value, "n": n, "top1": top1, "whole": whole}
    return rules.primary(pd.DataFrame([row | figures]), audience).iloc[0]


def test_two_businesses_are_too_few_and_three_are_enough():
    assert reason("SD3D", 10.0, 2, 5.0) == "few"
    assert reason("SD3D", 10.0, 3, 5.0) == ""


def test_a_business_with_85_percent_of_the_value_dominates():
    assert reason("SD3D", 100.0, 9, 85.0) == "dominance"
    assert reason("SD3D", 100.0, 9, 84.9) == ""
    assert reason("SD3", 100.0, 9, 99.0) == ""


def test_a_cell_without_unit_hides_nobody():
    assert reason("SD3D", 0.0, 0) == ""
    assert reason("SP5", 0.0, 0) == ""


def test_a_total_of_zero_has_no_dominant_unit():
    assert reason("SD3D", 0.0, 4, 0.0) == ""


def test_four_persons_are_too_few_and_five_are_enough():
    assert reason("SP5", 4, 4) == "few"
    assert reason("SP5", 5, 5) == ""


def test_ten_persons_are_too_few_where_the_subject_is_sensitive():
    assert reason("SP11", 10, 10) == "few"
    assert reason("SP11", 11, 11) == ""


def test_all_members_of_a_group_of_ten_may_not_share_a_trait_and_of_eleven_they_may():
    assert reason("SP5", 10, 10, whole=10) == "whole_group"
    assert reason("SP5", 11, 11, whole=11) == ""
    assert reason("SP5", 9, 9, whole=10) == ""


@pytest.mark.parametrize(
    ("secrecy", "least"), [("SF11", 11), ("SL11", 11), ("SD11", 11), ("SD5", 5)]
)
def test_the_producers_thresholds_hold(secrecy, least):
    assert reason(secrecy, least - 1, least - 1) == "few"
    assert reason(secrecy, least, least) == ""


@pytest.mark.parametrize("audience", ["partners", "public"])
def test_what_is_for_internal_use_leaves_for_nobody(audience):
    assert reason("INTERNE", 1000.0, 500, audience=audience) == "internal_only"


@pytest.mark.parametrize("secrecy", ["SD0", "SD0*"])
def test_public_counts_are_free(secrecy):
    assert reason(secrecy, 1.0, 1) == ""


def test_every_class_has_a_rule_and_every_rule_a_source():
    known = facts.secrecy()
    assert set(known.classes) == {
        "SD0", "SD0*", "SD3", "SD3D", "SD3N", "SP5", "SP11", "SD5", "SF11", "SL11", "SD11",
        "INTERNE",
    }  # fmt: skip
    assert all(rule.source and rule.label for rule in known.rules.values())


def test_an_unknown_class_is_refused():
    with pytest.raises(SchemaError, match="SD4"):
        facts.secrecy_rule("SD4", "public")


def test_an_unknown_audience_is_refused():
    with pytest.raises(SchemaError, match="press"):
        facts.secrecy_rule("SD3", "press")


def test_a_cell_whose_number_of_units_is_unknown_is_refused():
    with pytest.raises(SchemaError, match="'n'"):
        reason("SD3D", 10.0, np.nan, 5.0)


def test_a_cell_whose_largest_unit_is_unknown_is_refused_where_it_matters():
    with pytest.raises(SchemaError, match="'top1'"):
        reason("SD3D", 10.0, 5, np.nan)
    assert reason("SD3", 10.0, 5, np.nan) == ""


def test_a_negative_contribution_is_refused():
    with pytest.raises(SchemaError, match="not negative"):
        reason("SD3D", -1.0, 5, 2.0)


def test_reasons_are_sentences_in_french():
    rule = facts.secrecy_rule("SD3D", "public")
    assert rules.sentence("few", rule) == "trop peu d’unités (n < 3)"
    assert rules.sentence("dominance", rule) == "une unité pèse 85\u00a0% ou plus"
    persons = facts.secrecy_rule("SP5", "public")
    assert rules.sentence("few", persons) == "trop peu de personnes (n < 5)"
    assert rules.sentence("whole_group", persons).endswith("d’un groupe de moins de 11")


def interval(value, code="few", whole=True, most=np.nan, least=1.0):
    low, high = rules.required(
        np.array([value]),
        np.array([code], dtype=object),
        np.array([whole]),
        np.array([most]),
        np.array([least]),
    )
    return low[0], high[0]


def test_a_sum_must_be_uncertain_by_ten_percent_on_both_sides():
    assert interval(50.0, whole=False) == pytest.approx((45.0, 55.0))


def test_a_count_must_be_uncertain_by_one_at_least():
    assert interval(1.0) == (0.0, 2.0)
    assert interval(4.0) == (3.0, 5.0)
    assert interval(0.0) == (0.0, 1.0)


def test_a_secret_zero_must_pass_for_the_smallest_figure_of_its_table():
    assert interval(0.0, whole=False, least=7.0) == (0.0, 7.0)


def test_ten_percent_of_a_count_are_counted_in_whole_persons():
    assert interval(10.0) == (9.0, 11.0)
    assert interval(25.0) == (22.0, 28.0)


def test_no_more_is_asked_of_a_part_than_its_public_whole_allows():
    assert interval(1.0, most=1.0) == (0.0, 1.0)


def test_of_a_whole_group_only_the_lower_side_is_hidden():
    assert interval(8.0, code="whole_group") == (7.0, 8.0)
