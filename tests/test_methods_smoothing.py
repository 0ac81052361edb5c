"""Smoothed rates and funnel limits, against worked examples."""

import numpy as np
import pandas as pd
import pytest
from oracles import example

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods import funnel
from ternois_analysis.methods.smoothing import marshall, poisson_gamma


def close(found, expected, atol=1e-6):
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=0, atol=atol)


@pytest.mark.parametrize("case", ["heterogeneous", "homogeneous_A_negative"])
def test_empirical_bayes_rates_match_the_worked_examples(case):
    e = example(f"empirical_bayes_marshall_{case}")
    found = marshall(pd.Series(e["count"]), pd.Series(e["pop"]))
    close(found["raw"] * 1e4, e["raw_per_10000"])
    close(found["weight"], e["weights"])
    close(found["smoothed"] * 1e4, e["eb_per_10000"])


def test_a_negative_variance_never_pushes_a_rate_away_from_the_mean():
    e = example("empirical_bayes_marshall_homogeneous_A_negative")
    found = marshall(pd.Series(e["count"]), pd.Series(e["pop"]))
    away = np.array(e["esda_without_truncation_per_10000"])
    assert abs(found["smoothed"] * 1e4 - away).max() > 20


def test_an_area_without_exposure_has_no_rate_and_changes_no_other():
    areas = pd.DataFrame({"k": [4.0, 1, 30, 0, 7], "n": [188.0, 52, 577, 0, np.nan]})
    alone = marshall(areas["k"].head(3), areas["n"].head(3))
    more = marshall(areas["k"], areas["n"])
    pd.testing.assert_frame_equal(more.head(3), alone)
    assert more.tail(2).count().tolist() == [0, 0, 0]


def test_areas_without_any_event_keep_a_rate_of_zero():
    found = marshall(pd.Series([0.0, 0.0]), pd.Series([10.0, 20.0]))
    assert found["smoothed"].tolist() == [0.0, 0.0]


def test_areas_without_any_exposure_have_no_rate():
    assert marshall(pd.Series([0.0]), pd.Series([0.0])).isna().all(axis=None)


def test_negative_events_are_refused():
    with pytest.raises(SchemaError, match="zero or more"):
        marshall(pd.Series([-1.0]), pd.Series([10.0]))


def test_the_posterior_of_the_worked_example_pools_prior_and_count():
    e = example("poisson_gamma_posterior")
    found = poisson_gamma(
        pd.Series([e["count"]]), pd.Series([e["exposure"]]),
        shape=e["prior_shape"], prior_exposure=e["prior_rate_exposure"],
    )  # fmt: skip
    close(found.loc[0] * 1e4, [e["post_mean_per_10000"], *e["ci95_per_10000"]])


@pytest.mark.parametrize("n", [20, 50, 200])
def test_normal_limits_match_the_worked_examples(n):
    e = example(f"funnel_prop_n{n}")
    close(funnel.normal_limits(e["theta"], n), e["normal95"])
    close(funnel.normal_limits(e["theta"], n, 0.998), e["normal998"])


def test_exact_limits_match_the_worked_examples():
    e = example("funnel_exact")
    for key, limits in [
        ("binom_n50_theta062", lambda level: funnel.binomial_limits(0.62, 50, level)),
        ("poisson_E10_ratio", lambda level: funnel.poisson_limits(10, level)),
    ]:
        close(limits(0.95), [e[key]["0.025"], e[key]["0.975"]])
        close(limits(0.998), [e[key]["0.001"], e[key]["0.999"]])


def test_limits_of_an_empty_unit_are_missing():
    for bounds in [
        funnel.binomial_limits(0.5, [0, 10]),
        funnel.normal_limits(0.5, [0, 10]),
        funnel.poisson_limits([0, 10]),
    ]:
        assert np.isnan(bounds.low).tolist() == [True, False]
        assert np.isnan(bounds.high).tolist() == [True, False]


def test_scores_and_overdispersion_match_the_worked_example():
    e = example("funnel_overdispersion")
    z = funnel.scores(pd.Series(e["k"]), pd.Series(e["n"]))
    close(z, e["z"])
    assert funnel.overdispersion(z, winsorised=0) == pytest.approx(e["phi_raw"], abs=1e-6)
    assert funnel.overdispersion(z) == pytest.approx(e["phi_winsor10"], abs=1e-6)


def test_eight_units_are_too_few_to_widen_the_limits():
    e = example("funnel_overdispersion")
    assert funnel.inflation(e["z"]) == 1.0


def test_ten_spread_units_widen_the_limits_and_ten_close_ones_do_not():
    assert funnel.inflation([2.0, -2.0] * 5) == pytest.approx(2.0)
    assert funnel.inflation([0.5, -0.5] * 5) == 1.0


def test_a_unit_without_trial_has_no_score_and_changes_no_other():
    k, n = [9.0, 14, 0], [20.0, 20, 0]
    with_empty = funnel.scores(pd.Series(k), pd.Series(n))
    without = funnel.scores(pd.Series(k[:2]), pd.Series(n[:2]))
    close(with_empty[:2], without)
    assert np.isnan(with_empty[2])


def test_units_that_all_succeed_have_no_score():
    assert funnel.scores(pd.Series([5.0, 5.0]), pd.Series([5.0, 5.0])).isna().all()


def test_limits_of_a_funnel_stay_where_figures_can_be():
    for level in (0.95, 0.998):
        few = funnel.poisson_limits([0.1, 0.5, 2.0], level)
        assert np.asarray(few.low).tolist() == [0.0, 0.0, 0.0]
        share = funnel.binomial_limits(0.9, [1, 2, 3], level)
        assert np.asarray(share.high).max() <= 1
        assert np.asarray(share.low).min() >= 0
