"""Forecasts of quarterly counts against last year's figures."""

import numpy as np
import pandas as pd
import pytest
from oracles.evaluation import evaluation_example
from scipy import stats

from ternois_analysis.errors import SchemaError
from ternois_analysis.methods.forecast import (
    MODELS,
    NAIVE,
    Model,
    comparison,
    exponential_smoothing,
    mase,
    naive_error,
    rolling_origin,
    season_means,
    seasonal_naive,
)
from ternois_analysis.methods.outlook import outlook, prediction_interval


@pytest.fixture
def training():
    return np.array(evaluation_example("mase")["training"])


@pytest.fixture
def steady():
    """Eight years about a fixed season, 3 above it one year and 3 below the next."""
    return np.tile([20.0, 30, 10, 25], 8) + np.repeat([3.0, -3] * 4, 4)


def test_the_naive_forecast_and_its_score_match_the_worked_example(training):
    e = evaluation_example("mase")
    found = seasonal_naive(training, 4)
    assert found.tolist() == e["forecast"]
    assert np.abs(found - e["actual"]).mean() == e["MAE"]
    assert naive_error(training) == e["scale"]
    assert mase(found, e["actual"], training) == pytest.approx(e["MASE"], abs=1e-6)


def test_six_quarters_ahead_the_naive_forecast_repeats(training):
    assert seasonal_naive(training, 6).tolist() == [50, 41, 33, 47, 50, 41]


def test_means_of_a_season_take_the_last_years(training):
    # (42 + 45 + 50) / 3 and so on.
    assert season_means(training, 2).tolist() == pytest.approx([137 / 3, 112 / 3])
    assert season_means(training, 1, years=2).tolist() == [47.5]


def test_smoothing_follows_a_perfect_season():
    found = exponential_smoothing(np.tile([20.0, 30, 10, 25], 5), 6)
    np.testing.assert_allclose(found, [20, 30, 10, 25, 20, 30], atol=1e-3)


def test_a_missing_quarter_spoils_the_forecasts_that_need_it(training):
    training[-3] = np.nan
    assert np.isnan(seasonal_naive(training, 4)).tolist() == [False, True, False, False]
    assert np.isnan(season_means(training, 4)).tolist() == [False, True, False, False]
    assert np.isnan(exponential_smoothing(training, 4)).all()


def test_a_single_quarter_forecasts_nothing():
    one = np.array([12.0])
    for model in MODELS.values():
        assert np.isnan(model.forecast(one, 4)).all()
    assert np.isnan(mase([1.0], [2.0], one))
    found = outlook(one)
    assert (found.model, found.beats_naive) == (NAIVE, False)
    assert found.trials.empty
    assert found.forecasts.isna().all(axis=None)


def test_a_training_that_never_changes_has_no_scale():
    assert np.isnan(mase([1.0], [2.0], [5.0] * 8))


def test_rolling_origins_see_only_what_was_known(training):
    trials = rolling_origin(training, first=8, horizon=4)
    naive = trials[trials["model"] == NAIVE]
    # Origins 8, 9, 10 and 11 with 4, 3, 2 and 1 quarters left.
    assert naive.groupby("origin")["step"].count().to_dict() == {8: 4, 9: 3, 10: 2, 11: 1}
    assert naive[naive["origin"] == 8]["forecast"].tolist() == [45, 36, 30, 43]
    assert naive[naive["origin"] == 8]["scale"].unique().tolist() == [2.25]
    assert naive[naive["origin"] == 11]["actual"].tolist() == [47]


def test_the_mean_of_three_years_beats_the_naive_forecast_of_a_steady_season(steady):
    # The last year is 6 off; the mean of three years is 1 off the season, on the wrong side: 4.
    table = comparison(rolling_origin(steady))
    assert table.loc["season_means", ["mase", "naive_mase"]].tolist() == pytest.approx([4 / 6, 1])
    assert table.loc["season_means", "beats"]
    assert not table.loc[NAIVE, "beats"]
    # Twenty origins; squared errors of 16 against forecasts of about 21.
    assert table.loc["season_means", "origins"] == 20
    assert table.loc["season_means", "dispersion"] == pytest.approx(16 / 21.25, rel=0.05)


def test_a_model_that_lags_behind_growth_does_not_beat_the_naive_forecast():
    growing = np.arange(32.0) * 3 + 20
    found = outlook(growing)
    assert not found.trials.loc["season_means", "beats"]
    trials = rolling_origin(growing, models={k: MODELS[k] for k in (NAIVE, "season_means")})
    # Twelve a year: the mean of three years lags by 24, the last year by 12.
    table = comparison(trials)
    assert table["mase"].tolist() == pytest.approx([1.0, 2.0])


def test_a_better_model_needs_enough_origins_to_be_believed(steady):
    perfect = {NAIVE: MODELS[NAIVE], "oracle": Model(lambda past, h: steady[past.size :][:h], 1)}
    enough = comparison(rolling_origin(steady[:16], models=perfect, first=12))
    few = comparison(rolling_origin(steady[:15], models=perfect, first=12))
    assert enough.loc["oracle", ["origins", "beats"]].tolist() == [4, True]
    assert few.loc["oracle", ["origins", "beats"]].tolist() == [3, False]


def test_models_are_compared_on_the_quarters_both_forecast():
    def late(past, horizon):
        return np.full(horizon, 20.0 if past.size > 20 else np.nan)

    models = {NAIVE: MODELS[NAIVE], "late": Model(late, 1.0)}
    trials = rolling_origin(np.arange(32.0) ** 2, models=models)
    table = comparison(trials)
    naive = trials[(trials["model"] == NAIVE) & (trials["origin"] > 20)]
    expected = ((naive["forecast"] - naive["actual"]).abs() / naive["scale"]).mean()
    assert table.loc["late", "naive_mase"] == pytest.approx(expected)


def test_an_interval_without_overdispersion_is_poisson():
    low, high = prediction_interval([20.0], 0.7, 0.95)
    assert [low[0], high[0]] == stats.poisson.ppf([0.025, 0.975], 20).tolist()


def test_an_overdispersed_interval_has_the_variance_asked_for():
    # Mean 400 and variance 800: about 400 ± 1.96 × 28.3.
    low, high = prediction_interval([400.0], 2)
    assert low[0] == pytest.approx(400 - 1.96 * np.sqrt(800), abs=3)
    assert high[0] == pytest.approx(400 + 1.96 * np.sqrt(800), abs=3)


def test_an_expected_count_of_zero_or_missing_has_no_interval():
    for dispersion in (1, 2):
        found = prediction_interval([0.0, np.nan], dispersion)
        assert np.isnan(found).all()
    with pytest.raises(SchemaError, match="zero or more"):
        prediction_interval([-1.0])


def test_the_outlook_takes_the_best_model_and_nests_its_intervals(steady):
    found = outlook(steady)
    assert found.beats_naive
    best = found.trials.loc[found.trials["beats"], "mase"].idxmin()
    assert found.model == best
    f = found.forecasts
    ordered = f[["low_95", "low_80", "mean", "high_80", "high_95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).tolist() == [[True] * 4] * 4
    assert f.index.tolist() == [1, 2, 3, 4]


def test_the_intervals_are_as_wide_as_past_errors_were(steady):
    found = outlook(100 * steady)
    spread = found.trials.loc[found.model, "dispersion"]
    assert spread > 50
    expected = prediction_interval(found.forecasts["mean"], spread)
    assert found.forecasts["high_95"].tolist() == expected.high.tolist()


def test_a_short_history_falls_back_on_last_year_with_twice_the_poisson_variance(training):
    found = outlook(training)
    assert (found.model, found.beats_naive) == (NAIVE, False)
    assert found.forecasts["mean"].tolist() == [50, 41, 33, 47]
    expected = prediction_interval(pd.Series([50.0, 41, 33, 47]), 2.0, 0.8).low
    assert found.forecasts["low_80"].tolist() == expected.tolist()


def test_quarters_without_event_are_forecast_as_zero_without_interval():
    found = outlook(np.zeros(20))
    assert found.forecasts["mean"].tolist() == [0] * 4
    assert found.forecasts["high_95"].isna().all()
    assert not found.beats_naive


def test_all_missing_forecasts_nothing():
    found = outlook(np.full(20, np.nan))
    assert found.forecasts.isna().all(axis=None)


@pytest.mark.parametrize(("history", "horizon"), [([-1.0] * 8, 4), ([1.0] * 8, 0)])
def test_impossible_counts_and_horizons_are_refused(history, horizon):
    with pytest.raises(SchemaError):
        outlook(history, horizon)
