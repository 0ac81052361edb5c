"""The sketchbook: a figure is drawn once, and again as soon as anything behind it has changed."""

import json
import os
import stat

import pytest
from display_samples import CAPTION, communes, indicator, shapes

from ternois_analysis import paths, trail
from ternois_analysis.display import drawing, maps, sketchbook
from ternois_analysis.display.block import Caption

NUMBERS = [5.0, 7.0, 9.0, 20.0]


@pytest.fixture
def drawn(monkeypatch):
    """How often a figure was turned into SVG."""
    made = []
    original = drawing.svg

    def counted(*args):
        made.append(args)
        return original(*args)

    monkeypatch.setattr(drawing, "svg", counted)
    return made


def picture(numbers=NUMBERS, caption=CAPTION, statuses=None, **changes):
    return maps.choropleth(communes(numbers, statuses, **changes), shapes(), indicator(), caption)


def entries():
    return sorted((paths.cache() / "figures").rglob("*.json"))


def test_equal_values_are_drawn_once_and_give_the_same_block(drawn):
    first, second = picture(), picture()
    assert len(drawn) == 1
    assert second.to_json() == first.to_json()
    assert second.to_html() == first.to_html()


def test_two_audiences_that_see_the_same_values_share_a_drawing(drawn):
    partners, public = picture(), picture(audience="public")
    assert len(drawn) == 1
    assert public.svg == partners.svg
    assert set(partners.values["audience"]) == {"partners"}
    assert set(public.values["audience"]) == {"public"}


@pytest.mark.parametrize(
    "other",
    [
        {"numbers": [5.0, 7.0, 9.0, 20.000001]},
        {"caption": Caption(title="Un autre titre", source="Insee")},
        {"statuses": ["ok", "ok", "ok", "n.d."], "numbers": [5.0, 7.0, 9.0, None]},
        {"period": "2022"},
    ],
)
def test_another_value_word_sign_or_period_is_drawn_again(drawn, other):
    picture()
    picture(**other)
    assert len(drawn) == 2


def test_another_version_of_the_code_or_of_a_library_is_drawn_again(drawn, monkeypatch):
    picture()
    monkeypatch.setattr(sketchbook, "_code", lambda: "another version")
    picture()
    assert len(drawn) == 2


@pytest.mark.parametrize("damage", [b"", b"{}", None])
def test_a_damaged_entry_is_drawn_again(drawn, damage):
    whole = picture()
    (entry,) = entries()
    content = entry.read_bytes()
    entry.write_bytes(content.replace(b"Anvin", b"Envin") if damage is None else damage)
    again = picture()
    assert len(drawn) == 2
    assert again.to_json() == whole.to_json()
    assert entry.read_bytes() == content


@pytest.fixture
def fact(monkeypatch):
    """A fact that every drawing reads, as a mapping whose `now` may be changed."""
    known = {"now": "blue"}
    monkeypatch.setattr(trail, "_looks", trail._looks | {"sketch": lambda key: known[key]})
    original = drawing.svg

    def reading(*args):
        trail.note("sketch", "now")
        return original(*args)

    monkeypatch.setattr(drawing, "svg", reading)
    return known


def test_a_drawing_is_made_again_when_a_fact_that_it_read_has_changed(fact, drawn):
    picture()
    picture()
    assert len(drawn) == 1
    fact["now"] = "red"
    picture()
    assert len(drawn) == 2


def test_a_drawing_taken_from_the_sketchbook_notes_what_it_rests_on(fact, drawn):
    with trail.followed() as first:
        picture()
    with trail.followed() as second:
        picture()
    assert len(drawn) == 1
    assert second.all() == first.all() == {"sketch:now": "blue"}


def test_an_entry_holds_no_value_that_is_hidden_and_is_its_owners_alone():
    picture([5.0, 7.0, 9.0, None], statuses=["ok", "ok", "ok", "s"])
    (entry,) = entries()
    rows = json.loads(entry.read_text().split("\n")[1])["block"]["values"]
    assert [row["value"] for row in rows if row["status"] == "s"] == [None]
    if os.name == "posix":
        assert stat.S_IMODE(entry.stat().st_mode) == 0o600
        assert stat.S_IMODE((paths.cache() / "figures").stat().st_mode) == 0o700


def test_a_folder_that_refuses_writing_costs_no_figure(drawn, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("TERNOIS_CACHE", str(tmp_path / "file"))
    assert picture().svg == picture().svg
    assert len(drawn) == 2


def test_the_folder_is_bounded_and_loses_the_oldest_first(monkeypatch):
    for rank in range(4):
        picture([5.0, 7.0, 9.0, 20.0 + rank])
    sizes = [path.stat().st_size for path in entries()]
    for rank, path in enumerate(entries()):
        os.utime(path, (rank, rank))
    oldest = entries()[0]
    monkeypatch.setattr(sketchbook, "LARGEST", sum(sizes) - 1)
    sketchbook._private.cache_clear()
    picture([1.0, 2.0, 3.0, 4.0])
    assert oldest not in entries()
    assert 3 <= len(entries()) <= 4


def test_the_folder_is_seen_to_once_for_the_processes_forked_later(monkeypatch):
    picture()
    sizes = [path.stat().st_size for path in entries()]
    monkeypatch.setattr(sketchbook, "LARGEST", sum(sizes) - 1)
    sketchbook.prepare()
    assert entries() == []
    for rank in range(2):  # as in a child: what its parent has looked at is not looked at again
        picture([5.0, 7.0, 9.0, 20.0 + rank])
    assert len(entries()) == 2
    sketchbook.prepare()
    assert len(entries()) < 2


def test_a_folder_that_cannot_be_made_stops_nothing(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("TERNOIS_CACHE", str(tmp_path / "file"))
    sketchbook.prepare()
