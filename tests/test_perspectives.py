"""Perspectives: what the past says of a projection comes with it, and nothing is invented."""

import re

import numpy as np
import pandas as pd
import pytest
from producers import comparateur

from ternois_analysis import catalog, quarters
from ternois_analysis.display.block import Caption
from ternois_analysis.display.charts import fan
from ternois_analysis.display.material import Material, material
from ternois_analysis.display.perspectives import Perspectives
from ternois_analysis.errors import ReportError
from ternois_analysis.observatory import (
    age_projections,
    components,
    futures,
    installing,
    observe,
    population_trends,
    registrations_outlook,
)
from ternois_analysis.observatory.craft import GENUINE, Register
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.sources.formats.ages import GROUPS
from ternois_analysis.sources.install import install

QUARTER = quarters.parse("2026Q3")
PLACES = ("pays-ternois", "cc-pernois", "commune-62396", "200071181")
METHODS = ("trend", "errors", "verdict", "hypotheses", "scenarios", "population_scenarios",
           "business_scenarios", "age_hypotheses", "words")  # fmt: skip
AHEAD, COHORTS = ("ahead", "errors", "verdict"), (
    "population", "bands", "components", "labour_force", "errors",
)  # fmt: skip


@pytest.fixture(scope="module")
def door():
    """The observatory as the public sees it, on the bundled data."""
    return observe("2026Q3", "public")


def page(door, place):
    return Perspectives(material(door, door.territory(place)))


def words(block):
    return re.sub(r"<[^>]+>", "\n", block.html)


def blocks(shown):
    return [
        *(getattr(shown, name)() for name in METHODS),
        *(getattr(shown.registrations, name)() for name in AHEAD),
        *(getattr(shown.cohorts, name)() for name in COHORTS),
    ]


@pytest.mark.parametrize("place", PLACES)
def test_every_block_is_made_for_any_territory_in_short_sentences(door, place):
    for block in blocks(page(door, place)):
        assert block.title
        hidden = block.values[block.values["status"] != "ok"]
        assert hidden[["value", "low", "high", "n"]].isna().all(axis=None)
        for sentence in re.split(r"(?<=[.?!])\s|\n", words(block)):
            assert len(re.findall(r"[\w’-]+", sentence)) <= 25, sentence


def test_the_back_test_is_that_of_the_years_kept_back(door):
    found = population_trends.carried(door, door.territory("pays-ternois"))
    assert (found.origin, found.last) == (2020, 2023)
    rows = found.errors.set_index(["territory", "category"])["value"]
    # 37 698 inhabitants in 2020, 37 150 in 2022 and 36 913 in 2023: Insee.
    assert rows["pays-ternois", "sans changement, 2 ans"] == pytest.approx(
        100 * (37_698 / 37_150 - 1), abs=1e-9
    )
    assert rows["pays-ternois", "sans changement, 3 ans"] == pytest.approx(
        100 * (37_698 / 36_913 - 1), abs=1e-9
    )


def test_the_trend_chosen_errs_least_and_says_by_how_much(door):
    found = population_trends.carried(door, door.territory("cc-pernois"))
    trial = found.errors[found.errors["territory"] == population_trends.TRIAL]
    mean = trial.groupby(trial["category"].str.partition(", ")[0])["value"].mean()
    assert mean.idxmin() == population_trends.LABELS[found.trend]
    assert found.beats == (mean.min() < mean["sans changement"])
    printed = trial.loc[trial["category"] == f"{mean.idxmin()}, 3 ans", "value"].iloc[0]
    said = words(page(door, "cc-pernois").verdict())
    assert f"{printed:.1f}".replace(".", ",") in said


def test_the_fan_goes_as_far_as_past_errors_do_and_opens(door):
    rows = population_trends.carried(door, door.territory("pays-ternois")).rows
    ahead = rows[rows["category"] == population_trends.PROJECTED]
    assert ahead["period"].to_list() == ["2024", "2025", "2026", "2027", "2028"]
    assert ahead["low"].notna().all()
    width = (ahead["high"] - ahead["low"]).to_numpy()
    assert (np.diff(width) > 0).all()


def test_territories_of_the_trial_are_of_like_size_and_not_the_territory_itself(door):
    place = door.territory("200071181")
    pool, name = population_trends._pool(door, place, 37_863)
    assert name == "intercommunalités"
    assert place.id not in pool
    assert pool.shape[1] == population_trends.POOL
    assert pool.iloc[-1].between(30_000, 50_000).all()


def test_a_tiny_commune_is_not_carried_on(door):
    found = population_trends.carried(door, door.territory("commune-62396"))
    ahead = found.rows[found.rows["category"] == population_trends.PROJECTED]
    assert set(ahead["status"]) == {"n.s."}
    assert "n.s." in words(page(door, "commune-62396").trend())


def test_too_few_years_are_said_and_nothing_is_carried_on(monkeypatch):
    early = Observatory(quarters.parse("2021Q1"), "public")
    assert len(early.columns.millesimes("population")) < 6
    shown = Perspectives(Material(early, early.territory("pays-ternois")))
    for block in (shown.trend(), shown.errors(), shown.verdict()):
        assert "n.d." in words(block)


def test_insees_own_projections_are_said_to_be_out_of_reach_only_where_they_are(door):
    assert "50\u202f000 habitants" in words(page(door, "pays-ternois").verdict())
    assert "Omphale" not in words(page(door, "departement-62").verdict())


def with_register(monkeypatch, change, source=GENUINE):
    real = observe("2026Q3", "public").columns.register

    def given(*_):
        return Register(source, real.extracted, change(real.spells.copy()))

    monkeypatch.setattr("ternois_analysis.observatory.craft.register_of", given)
    monkeypatch.setattr("ternois_analysis.observatory.door.gate.protection", lambda *_: None)
    return Observatory(QUARTER, "public")


def test_a_single_quarter_of_history_announces_nothing(monkeypatch):
    def young(spells):
        late = spells["removed"] >= pd.Timestamp("2026-07-01")
        return spells.assign(removed=spells["removed"].where(late))

    door = with_register(monkeypatch, young)
    place = door.territory("pays-ternois")
    found = registrations_outlook.ahead(door, place)
    assert (found.quarters, found.found) == (1, None)
    shown = Perspectives(Material(door, place))
    for name in AHEAD:
        assert "n.s." in words(getattr(shown.registrations, name)())
    assert futures.businesses_start(door, place) is None


def test_a_register_without_any_removal_knows_only_its_own_quarter(monkeypatch):
    door = with_register(monkeypatch, lambda s: s.assign(removed=pd.NaT))
    assert registrations_outlook.followed(door, ["2026Q2", "2026Q3", ""]) == ["2026Q3"]


def test_the_outlook_beats_last_years_figures_or_says_that_it_does_not(monkeypatch):
    door = with_register(monkeypatch, lambda spells: spells)
    place = door.territory("pays-ternois")
    found = registrations_outlook.of_pays(door)
    said = words(Perspectives(Material(door, place)).registrations.verdict())
    assert said.strip().startswith("Oui" if found.found.beats_naive else "Non")
    assert "origine glissante" in said
    own = found.errors.set_index("category")["value"]
    assert own[registrations_outlook.LABELS["seasonal_naive"]] == 100


def test_no_verdict_rests_on_the_demonstration(door):
    assert "aucun jugement" in words(page(door, "pays-ternois").registrations.verdict())


def test_the_narrow_interval_lies_in_the_wide_one(door):
    rows = registrations_outlook.of_pays(door).rows
    bands = {
        level: rows[rows["category"] == label].set_index("period")
        for level, label in registrations_outlook.BANDS.items()
    }
    assert (bands[95]["low"] <= bands[80]["low"]).all()
    assert (bands[80]["high"] <= bands[95]["high"]).all()
    assert (bands[80]["value"] == bands[95]["value"]).all()


def test_without_age_censuses_the_command_is_given(door):
    for name in COHORTS:
        said = words(getattr(page(door, "pays-ternois").cohorts, name)())
        assert "Source non installée" in said
        assert "ternois sources install ages" in said


def census(folder, year, factor, codes):
    """Ten persons times a factor at each age and sex of each commune."""
    lines = [
        f"{code};{sex};{age:03d};{10 * factor}"
        for code in codes for sex in "12" for age in range(101)
    ]  # fmt: skip
    # Canteleux, since then in Bonnières, was a commune of its own: nobody lives in this one.
    lines += ["62210;1;000;0"] if year < 2016 else []
    path = folder / f"TD_POP1B_{year}.csv"
    path.write_text("\n".join(["CODGEO;SEXE;AGED100;NB", *lines, ""]))
    return path


@pytest.fixture(scope="module")
def aged(tmp_path_factory):
    """A store with censuses of 2011, 2016 and 2021 in which all grow by a tenth in five years."""
    folder = tmp_path_factory.mktemp("ages")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERNOIS_STORE", str(folder / "store"))
        ground = installing.ground()
        codes = observe("2026Q3", "public").gazetteer.pays_codes
        for year, factor in ((2011, 1.0), (2016, 1.1), (2021, 1.21)):
            install("ages", [census(folder, year, factor, codes)], ground, partial=True)
        install("comparateur", [comparateur(folder)], ground, partial=True)
        yield Observatory(QUARTER, "public")


def projected(door, place):
    return age_projections.aged(door, door.territory(place))


def test_cohorts_that_grow_by_a_tenth_go_on_growing_by_a_tenth(aged):
    found = projected(aged, "cc-pernois")
    rows = found.rows.set_index(["category", "period"])["value"]
    last = rows[age_projections.COUNTED, "2021"]
    communes = len(aged.territory("cc-pernois").communes)
    assert last == pytest.approx(communes * 202 * 12.1)
    assert rows[age_projections.COHORTS, "2026"] == pytest.approx(1.1 * last)
    assert rows[age_projections.COHORTS, "2031"] == pytest.approx(1.21 * last)
    assert found.raked


def test_the_parts_add_up_to_the_pays(aged):
    whole = aged.territory("pays-ternois")
    key = (age_projections.COHORTS, "2031")
    parts = [projected(aged, name).rows.set_index(["category", "period"]).loc[key, "value"]
             for name in whole.parts]  # fmt: skip
    total = projected(aged, "pays-ternois").rows.set_index(["category", "period"]).loc[key]
    assert sum(parts) == pytest.approx(total["value"])
    assert total["low"] == pytest.approx(total["value"] * 0.99**2)


def test_a_third_census_tells_the_error_of_the_method(aged):
    errors = projected(aged, "pays-ternois").errors
    assert errors["period"].to_list() == ["2016-2021"] * 2
    assert errors["value"].to_list() == pytest.approx([0, 0], abs=1e-9)


def test_broad_groups_add_up_to_the_total(aged):
    found = projected(aged, "pays-ternois")
    sums = found.bands.groupby("period")["value"].sum()
    totals = found.rows[found.rows["category"] == age_projections.COHORTS]
    assert sums["2031"] == pytest.approx(totals.set_index("period").loc["2031", "value"])


def test_the_labour_force_follows_the_activity_rate(aged):
    found = projected(aged, "commune-62767")
    values = found.active.set_index("period")["value"]
    # 1 900 active of 2 800 in 2018; 50 ages of two sexes, ten persons × 1.21 × 1.1 each.
    assert values["2018"] == 1900
    assert values["2026"] == pytest.approx(1900 / 2800 * 50 * 2 * 10 * 1.331)


def test_a_census_six_years_earlier_is_brought_to_five():
    early = pd.DataFrame({"women": [100.0] * 20, "men": [100.0] * 20}, index=list(GROUPS))
    tables = {2016: early, 2022: early}
    found = age_projections.cohorts(tables, 2022, 1)
    assert found[1].sum() == pytest.approx(early.to_numpy().sum())


def test_outside_the_part_installed_all_is_not_available(aged):
    found = projected(aged, "200071181")
    assert set(found.rows["status"]) == {"n.d."}
    shown = Perspectives(Material(aged, aged.territory("200071181")))
    assert "n.s." in words(shown.cohorts.population())


def test_every_block_by_age_is_made_where_the_censuses_are(aged):
    shown = Perspectives(Material(aged, aged.territory("pays-ternois")))
    assert shown.cohorts.population().svg
    assert "essai sur le passé" in words(shown.cohorts.errors())
    assert shown.cohorts.bands().table is not None
    assert shown.age_hypotheses().table is not None
    assert "Naissances et décès" in words(shown.cohorts.components())


def test_components_are_shown_where_births_and_deaths_are_installed(aged):
    door = Observatory(QUARTER, "public")
    flows = {"births_between_censuses@2021": 12.0, "deaths_between_censuses@2021": 9.0}
    known = aged.columns.without_register.assign(**flows)
    door.columns.__dict__["without_register"] = known
    place = door.territory("pays-ternois")
    rows = age_projections.aged(door, place).rows
    kept = rows[rows["category"] == age_projections.COMPONENTS]
    assert kept["period"].to_list() == ["2026", "2031"]
    assert kept["source"].to_list() == ["ages+etat_civil"] * 2
    # A tenth more every five years, of which 10 births and 7.5 deaths a commune: the rest moved in.
    whole = rows.loc[rows["category"] == age_projections.COUNTED, "value"].iloc[-1]
    assert whole < kept["value"].iloc[0] < 1.2 * whole
    alone = rows[rows["category"] == age_projections.NO_MIGRATION]["value"]
    assert (alone.to_numpy() < kept["value"].to_numpy()).all()


def stationary():
    """A population that a Gompertz law would nearly keep: alike at both dates."""
    persons = np.linspace(300, 20, 20)
    table = pd.DataFrame({"women": persons, "men": persons}, index=pd.Index(GROUPS))
    return table, table.copy()


def test_components_held_constant_keep_a_constant_population():
    before, now = stationary()
    totals = components.projected(before, now, births=720, deaths=600, steps=2)
    assert totals == pytest.approx([now.to_numpy().sum()] * 2, rel=1e-6)


def test_without_births_nor_migration_only_the_deaths_are_left():
    before, now = stationary()
    (total,) = components.projected(before, now, births=0, deaths=600, steps=1, migration=0)
    # 600 deaths in six years are 500 in five.
    assert total - now.to_numpy().sum() == pytest.approx(-500, abs=1e-6)


def test_components_are_missing_where_deaths_are():
    before, now = stationary()
    assert np.isnan(components.projected(before, now, 720, float("nan"), 2)).all()


def test_a_fan_of_nothing_observed_is_refused(door):
    rows = population_trends.carried(door, door.territory("pays-ternois")).rows
    entry = catalog.indicator("projected_population")
    ahead = rows[rows["category"] == population_trends.PROJECTED]
    with pytest.raises(ReportError, match="Fan"):
        fan(ahead, entry, Caption("Titre"), population_trends.OBSERVED)
