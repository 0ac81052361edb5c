"""What an exploration keeps on disk: the same figures, never stale, of one audience, private."""

import os
import stat
import subprocess
import sys

import pandas as pd
import pytest
from matplotlib.ticker import MaxNLocator

from ternois_analysis import catalog, paths
from ternois_analysis.display import explore_ahead, explore_kept, explore_plots, explore_scene
from ternois_analysis.display.explore import explore
from ternois_analysis.display.explore_shapes import outlines
from ternois_analysis.observatory import Observatory, ground, observe
from ternois_analysis.observatory.columns import Columns
from ternois_analysis.quarters import parse

QUARTER = "2026Q3"


@pytest.fixture(scope="module")
def door():
    return observe(QUARTER, "partners")


@pytest.fixture(scope="module")
def made(door):
    return explore_ahead.make(door)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache of its own, with nothing in it."""
    monkeypatch.setenv("TERNOIS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TERNOIS_AHEAD")
    forget()
    yield tmp_path / "cache" / "explore"
    forget()


@pytest.fixture
def entry(folder, door, made):
    """The path of an entry of the partners' quarter."""
    explore_kept.write(door, made)
    return explore_kept.place(door)


def forget():
    for kept in (explore_kept._name, explore_kept._read, explore_scene.named, outlines):
        kept.cache_clear()
    explore_scene.forget()


@pytest.mark.parametrize("series", [False, True])
def test_values_kept_are_those_that_passed_the_gate(entry, door, series):
    kept = explore_kept.of(door)
    wanted = ["cc-pernois", "pays-ternois", "commune-62652", "departement-62"]
    for name in explore_scene.offered().values():
        name = name.partition("#")[0]
        found = kept.values(wanted, name, series=series)
        pd.testing.assert_frame_equal(found, door.values(wanted, [name], series=series))


def test_territories_references_and_missing_sources_are_kept_as_they_are(entry, door):
    kept = explore_kept.of(door)
    for name in (*catalog.territories().territories, *catalog.territories().lists):
        place = door.territory(name)
        assert explore_scene.references(door, place) == door.gazetteer.references(place)
    assert {"commune-62652", "departement-62", "pays-ternois"} < kept.places.keys()
    assert all(place == door.territory(name) for name, place in kept.places.items())
    for name in ("population", "median_standard_of_living_eur"):
        assert explore_scene.absent(door, name) == door.absent([name])


def test_an_exploration_from_an_entry_shows_what_one_without_shows(folder, door, made, monkeypatch):
    plain = explore("cc-pernois", QUARTER, "partners", "vacancy_rate_pct")
    plain.refresh()
    forget()
    explore_kept.write(door, made)

    def opened(*given, **named):
        raise AssertionError("the quarter was opened")

    for name in ("values", "absent", "territory", "totals"):
        monkeypatch.setattr(Observatory, name, opened)
    monkeypatch.setattr(ground, "shapes", opened)
    quick = explore("cc-pernois", QUARTER, "partners", "vacancy_rate_pct")
    quick.refresh()
    assert quick.view.panels == plain.view.panels
    assert quick.view.csv == plain.view.csv
    assert [*quick.controls["places"].options] == [*plain.controls["places"].options]
    assert quick.controls["references"].value == plain.controls["references"].value
    quick.controls["places"].value = ("cc-pernois", "cc-frevent")
    quick.controls["level"].value = "territoires"
    assert 'data-t="cc-frevent"' in quick.view.panels["map"]


def test_what_is_not_kept_is_computed(entry, door):
    kept = explore_kept.of(door)
    assert kept.values(["epci-200071181"], "population", series=False) is None
    assert kept.values(["cc-pernois"], "an_indicator_of_ones_own", series=False) is None
    assert kept.shapes(["62652", "75056"]) is None
    made = explore("epci-200071181", QUARTER, "partners")
    assert "Conty" in made.values["territory_label"].to_numpy()


def test_an_entry_is_for_its_audience_only(entry, made):
    public = observe(QUARTER, "public")
    assert explore_kept.of(public) is None
    entry.rename(explore_kept.place(public))
    assert explore_kept.of(public) is None


def test_an_entry_holds_no_number_that_its_audience_may_not_see(made):
    hidden = made.table[made.table["status"] != "ok"]
    assert (hidden["status"] == "s").any()
    assert hidden[["value", "low", "high", "n"]].isna().all(axis=None)
    assert set(made.table["audience"]) == {"partners"}


def test_entries_are_their_owners_alone(entry):
    assert stat.S_IMODE(entry.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(entry.stat().st_mode) == 0o600


@pytest.mark.parametrize("harm", ["cut", "changed", "emptied", "words"])
def test_a_damaged_entry_is_as_none(entry, door, harm):
    raw = entry.read_bytes()
    entry.write_bytes(
        {"cut": raw[:-9], "changed": raw[:5000] + bytes([raw[5000] ^ 1]) + raw[5001:],
         "emptied": b"", "words": b"a line\nand another\n"}[harm]
    )  # fmt: skip
    assert explore_kept.of(door) is None
    assert explore("cc-pernois", QUARTER).scene.units["value"].notna().any()


def test_an_entry_of_other_data_or_another_store_is_not_read(
    entry, door, tmp_path, monkeypatch
):  # fmt: skip
    assert explore_kept.of(door) is not None
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    explore_kept._name.cache_clear()
    assert explore_kept.of(door) is None
    before = explore_kept.place(door)
    (tmp_path / "release.csv").write_text("one")
    explore_kept._name.cache_clear()
    after = explore_kept.place(door)
    assert after != before
    stamp = (tmp_path / "release.csv").stat()
    (tmp_path / "release.csv").write_text("two")
    os.utime(tmp_path / "release.csv", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    explore_kept._name.cache_clear()
    assert explore_kept.place(door) not in (before, after)


def test_an_entry_of_other_code_is_not_read(entry, door, monkeypatch):
    monkeypatch.setattr(explore_kept, "_code", lambda: "other code")
    explore_kept._name.cache_clear()
    assert explore_kept.of(door) is None


def test_the_fingerprint_of_the_code_follows_modules_and_catalogues(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "package", lambda: tmp_path)
    found = set()
    for name, content in (("a.py", "x = 1"), ("a.py", "x = 2"), ("b.yml", "x: 1")):
        (tmp_path / name).write_text(content)
        explore_kept._code.cache_clear()
        found.add(explore_kept._code())
    explore_kept._code.cache_clear()
    assert len(found) == 3


def test_a_folder_that_refuses_costs_nothing_but_time(folder, door, made, monkeypatch):
    folder.parent.write_text("a file where the folder should be")
    explore_kept.write(door, made)
    assert explore_kept.of(door) is None
    monkeypatch.setattr(subprocess, "Popen", None)
    explore_ahead.start(QUARTER, "partners")
    assert explore("cc-pernois", QUARTER).scene.units["value"].notna().any()


@pytest.mark.skipif(sys.platform == "win32", reason="no locks of files")
def test_two_processes_never_make_the_same_entries(folder):
    import fcntl

    def taken():
        with (folder / ".lock").open("w") as other:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)

    with explore_kept.alone(), pytest.raises(BlockingIOError):
        taken()
    taken()


def test_old_entries_go_first(entry, monkeypatch):
    for rank in range(3):
        other = entry.with_name(f"{rank}.entry")
        other.write_bytes(b"old")
        os.utime(other, (rank, rank))
    monkeypatch.setattr(explore_kept, "_MOST", 2)
    explore_kept._clear(entry.parent)
    assert {path.name for path in entry.parent.iterdir()} == {"2.entry", entry.name}


class Started:
    """Stands for a process that goes on."""

    orders: list = []  # noqa: RUF012

    def __init__(self, order, **given):
        self.orders.append((order[1:], given["env"]["TERNOIS_HOUSE"]))

    def poll(self):
        return None


def test_one_process_at_a_time_makes_what_is_not_kept(folder, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", Started)
    monkeypatch.setattr(explore_ahead, "_started", [])
    monkeypatch.setattr(Started, "orders", [])
    explore_ahead.start(QUARTER, "public")
    explore_ahead.start(QUARTER, "public")
    order = ["-m", "ternois_analysis.display.explore_ahead", QUARTER, "public"]
    assert Started.orders == [(order, str(paths.house()))]


def test_a_machine_that_many_share_makes_nothing_ahead(folder, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", Started)
    monkeypatch.setattr(explore_ahead, "_started", [])
    monkeypatch.setattr(Started, "orders", [])
    monkeypatch.setenv("TERNOIS_AHEAD", "no")
    explore_ahead.start(QUARTER, "public")
    assert Started.orders == []
    monkeypatch.setenv("TERNOIS_AHEAD", "yes")
    explore_ahead.start(QUARTER, "public")
    assert len(Started.orders) == 1


def test_what_is_on_show_is_followed_once_an_audience(folder, monkeypatch):
    followed = []
    monkeypatch.setattr(
        explore_ahead, "follow", lambda door, quarter: followed.append((door.audience, quarter))
    )
    made = explore("cc-pernois", QUARTER, "partners", "vacancy_rate_pct")
    made.refresh()
    assert followed == []
    made._ipython_display_()
    made.controls["indicator"].value = "Densité de population"
    made.controls["quarter"].value = "2026Q2"
    assert followed == [("partners", QUARTER)]
    made.controls["audience"].value = "public"
    assert followed == [("partners", QUARTER), ("public", QUARTER)]


def test_a_quarter_shown_from_an_entry_is_opened_behind_its_figures(entry, monkeypatch):
    monkeypatch.setattr(explore_ahead, "start", lambda *given: None)
    monkeypatch.setattr(explore_ahead.threading, "Thread", Behind)
    monkeypatch.setattr(explore_ahead, "_opening", [])
    door = Observatory(parse(QUARTER), "partners")
    explore_ahead.follow(door, QUARTER)
    assert "without_register" in door.columns.__dict__
    entry.unlink()
    monkeypatch.setattr(explore_ahead, "_opening", [])
    door = Observatory(parse(QUARTER), "partners")
    explore_ahead.follow(door, QUARTER)
    assert "columns" not in door.__dict__


class Behind:
    """Stands for a thread: what it does is done at once."""

    def __init__(self, target, args, daemon):
        self.start = lambda: target(*args)


def test_all_that_the_choices_offer_is_made_and_nothing_twice(folder, door, made, monkeypatch):
    seen = []

    def make(chosen):
        seen.append((str(chosen.quarter), chosen.audience))
        return made

    monkeypatch.setattr(explore_ahead, "make", make)
    monkeypatch.setattr(os, "nice", lambda level: 0)
    explore_ahead.main(QUARTER, "public")
    offered = explore_ahead.offered(parse(QUARTER))
    readers = [(QUARTER, name) for name in ("public", "internal", "partners")]
    assert seen[:3] == readers
    assert set(seen) == {*readers, *((str(each), "public") for each in offered)}
    assert not explore_kept.lacking(offered, "public")
    assert explore_kept.lacking(offered, "partners")
    done = len(seen)
    explore_ahead.main(QUARTER, "public")
    assert len(seen) == done


def test_the_first_display_loads_no_library_that_it_does_not_need():
    code = (
        "import sys, ternois_analysis as ta; ta.explore; "
        "heavy = {'matplotlib', 'scipy', 'geopandas', 'sklearn', 'statsmodels', 'jinja2'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_figures_without_the_register_do_not_read_it(monkeypatch):
    expected = observe(QUARTER, "partners").values(["cc-pernois"], ["vacancy_rate_pct"])

    def read(self):
        raise AssertionError("the register was read")

    monkeypatch.setattr(Columns, "register", property(read))
    door = Observatory(parse(QUARTER), "partners")
    pd.testing.assert_frame_equal(door.values(["cc-pernois"], ["vacancy_rate_pct"]), expected)
    with pytest.raises(AssertionError, match="was read"):
        door.values(["cc-pernois"], ["craft_density_per_10000"])


def test_boxes_of_regions_are_those_of_their_contours():
    year = ground._millesime()
    for part, box in ground._bounds(year).items():
        assert box == pytest.approx(tuple(ground._contours(year, part).total_bounds), abs=1e-9)


def test_axes_are_graduated_as_a_library_would():
    for low, high in [(0.0, 812.0), (20.2, 26.2), (-3.4, 7.9), (0.013, 0.0171), (1e5, 1.4e6)]:
        expected = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(low, high)
        assert explore_plots._ticks(pd.Series([low, high]), zero=False) == pytest.approx(
            list(expected)
        )
