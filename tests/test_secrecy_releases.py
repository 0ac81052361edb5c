"""The release register: what was published, to whom it is known, and that nobody alters it."""

import stat

import pandas as pd
import pytest
from secrecy_cases import KEY, cells_of, keys, units

from ternois_analysis import secrecy
from ternois_analysis.errors import ReportError, SecrecyError
from ternois_analysis.secrecy import Protection, Relations, releases

PLACES = {"A": ["62001"], "B": ["62002"], "C": ["62003"], "T": ["62001", "62002", "62003"]}
RELATIONS = Relations(communes={k: tuple(v) for k, v in PLACES.items()})
NOTHING = Protection("public", True, "", pd.DataFrame(columns=KEY))


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


@pytest.fixture
def cells():
    table = units({("62001", "x"): [5.0], ("62002", "x"): [6.0] * 4, ("62003", "x"): [7.0] * 4})
    return cells_of(table, PLACES, {"": ["x"]}, period="2026Q2")


def test_a_register_without_editions_is_empty():
    assert secrecy.earlier("public").empty


def test_what_is_hidden_is_recorded_without_its_figures(cells):
    protection = secrecy.protect(cells, RELATIONS, "public")
    secrecy.record("2026Q2", "public", cells, RELATIONS, protection)
    known = secrecy.earlier("public").set_index("territory")
    assert known["status"].to_dict() == {"A": "s", "B": "s", "C": "ok", "T": "ok"}
    assert known.loc[["A", "B"], ["value", "n"]].isna().all(axis=None)
    assert known.loc["T", "value"] == 57.0


def test_a_territory_is_recorded_with_its_communes(cells):
    secrecy.record("2026Q2", "public", cells, RELATIONS, NOTHING)
    known = secrecy.earlier("public").set_index("territory")
    assert known.loc["T", "communes"] == "62001 62002 62003"
    assert known["communes_sha"].nunique() == 4


def test_partners_know_what_the_public_knows_and_not_the_other_way_round(cells):
    secrecy.record("2026Q2", "public", cells, RELATIONS, NOTHING)
    assert len(secrecy.earlier("partners")) == 4
    secrecy.record("2026Q3", "partners", cells, RELATIONS, NOTHING)
    assert len(secrecy.earlier("partners")) == 8
    assert len(secrecy.earlier("public")) == 4
    assert len(secrecy.earlier("internal")) == 8


def test_recording_the_same_edition_twice_changes_nothing(cells):
    first = secrecy.record("2026Q2", "public", cells, RELATIONS, NOTHING)
    before = first.stat().st_mtime_ns
    shuffled = cells.sample(frac=1, random_state=1)
    assert secrecy.record("2026Q2", "public", shuffled, RELATIONS, NOTHING) == first
    assert first.stat().st_mtime_ns == before
    assert len(list(releases.folder().iterdir())) == 1


def test_a_revision_does_not_erase_what_it_revises(cells):
    secrecy.record("2026Q2", "public", cells, RELATIONS, NOTHING)
    revised = cells.assign(value=cells["value"] + 1)
    secrecy.record("2026Q2", "public", revised, RELATIONS, NOTHING)
    assert len(secrecy.earlier("public")) == 8


def test_the_register_is_readable_by_its_owner_only(cells):
    path = secrecy.record("2026Q2", "public", cells, RELATIONS, NOTHING)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_altered_register_is_refused(cells):
    path = secrecy.record("2026Q2", "public", cells, RELATIONS, NOTHING)
    table = pd.read_parquet(path)
    table.loc[0, "value"] = 999.0
    table.to_parquet(path, index=False)
    with pytest.raises(SecrecyError, match="do not match their hash"):
        secrecy.earlier("public")


def test_a_killed_recording_leaves_nothing_behind(cells, monkeypatch):
    def killed(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(pd.DataFrame, "to_parquet", killed)
    with pytest.raises(KeyboardInterrupt):
        secrecy.record("2026Q2", "public", cells, RELATIONS, NOTHING)
    assert list(releases.folder().iterdir()) == []


def test_an_edition_of_no_quarter_is_refused(cells):
    with pytest.raises(ReportError):
        secrecy.record("été 2026", "public", cells, RELATIONS, NOTHING)


def test_cells_that_are_never_shown_are_not_recorded(cells):
    silent = cells.assign(published=cells["territory"] != "A")
    secrecy.record("2026Q2", "public", silent, RELATIONS, NOTHING)
    assert set(secrecy.earlier("public")["territory"]) == {"B", "C", "T"}


def test_a_second_edition_is_made_with_the_first_in_mind(cells):
    first = secrecy.protect(cells, RELATIONS, "public")
    secrecy.record("2026Q2", "public", cells, RELATIONS, first)
    # One year later the same period is printed again, with C dearer to lose than B was.
    again = secrecy.protect(cells, RELATIONS, "public", secrecy.earlier("public"), cost="one")
    assert keys(again.hidden) == keys(first.hidden)


def test_revised_values_of_an_earlier_edition_do_not_stop_the_next_one(cells):
    first = secrecy.protect(cells, RELATIONS, "public")
    secrecy.record("2026Q2", "public", cells, RELATIONS, first)
    revised = cells.copy()
    revised.loc[revised["territory"].isin(["C", "T"]), "value"] += 3
    again = secrecy.protect(revised, RELATIONS, "public", secrecy.earlier("public"))
    assert keys(again.hidden) == keys(first.hidden)
