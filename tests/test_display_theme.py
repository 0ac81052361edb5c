"""Colours that stay apart, texts that fit, drawings that need nothing from elsewhere."""

import itertools
import math
import os
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.collections import PathCollection
from matplotlib.path import Path

from ternois_analysis.display import drawing, labels, theme
from ternois_analysis.errors import ReportError


def test_contrast_is_that_of_the_wcag():
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("count", range(1, 6))
def test_sequential_classes_darken_and_stay_apart(count):
    colours = theme.sequential(count)
    steps = [theme.contrast(a, b) for a, b in itertools.pairwise(colours)]
    assert len(colours) == count
    assert sorted(colours, key=theme.luminance, reverse=True) == list(colours)
    assert all(step >= (3 if count <= 3 else 1.8) for step in steps)


@pytest.mark.parametrize(
    ("below", "straddling", "above"),
    [
        (2, True, 2),
        (2, False, 3),
        (3, False, 2),
        (1, True, 3),
        (4, False, 1),
        (1, False, 4),
        (0, True, 4),
    ],
)
def test_classes_of_both_signs_have_greys_of_their_own(below, straddling, above):
    colours = theme.diverging(below, straddling, above)
    pairs = itertools.combinations(colours, 2)
    assert len(colours) == below + straddling + above
    assert min(theme.contrast(a, b) for a, b in pairs) >= 1.6


def test_more_than_five_classes_are_refused():
    for ask in (lambda: theme.sequential(6), lambda: theme.diverging(3, True, 2)):
        with pytest.raises(ReportError, match="1 to 5"):
            ask()


def test_colours_of_lines_and_texts_are_seen_on_paper():
    assert min(theme.contrast(c, theme.PAPER) for c in theme.QUALITATIVE) >= 3
    assert min(theme.contrast(c, theme.PAPER) for c in (theme.INK, theme.SOFT)) >= 4.5
    fills = [c for k in range(1, 6) for c in theme.sequential(k)]
    assert min(theme.contrast(theme.ink_on(fill), fill) for fill in fills) >= 4.5


def test_signs_have_three_different_patterns():
    drawn = {theme.pattern(sign, "x") for sign in theme.PATTERNS}
    assert set(theme.PATTERNS) == set(drawing.SIGN_PAINT) == {"s", "n.s.", "n.d."}
    assert len(drawn) == 3


def test_wrapped_lines_fit_and_lose_nothing():
    text = "CC de la Région de Frévent et Hauts-de-France-métropolitaine"
    lines = theme.wrapped(text, 60)
    assert all(theme.width(line) <= 60 for line in lines if " " in line or "-" in line[:-1])
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(st.lists(st.floats(0, 100), min_size=1, max_size=12), st.floats(1, 30))
def test_spread_labels_keep_order_gap_and_bounds(wanted, gap):
    places = labels.spread(wanted, gap, 0, 100)
    fair = min(gap, 100 / max(1, len(wanted) - 1))
    order = np.argsort(wanted, kind="stable")
    steps = np.diff(np.array(places)[order])
    assert min(places) >= -1e-9
    assert max(places) <= 100 + 1e-9
    assert all(steps >= fair - 1e-9)


def test_labels_with_room_stay_where_they_belong():
    assert labels.spread([10, 50, 90], 12, 0, 100) == pytest.approx([10, 50, 90])
    assert labels.spread([50, 50], 12, 0, 100) == pytest.approx([44, 56])


def test_placed_names_do_not_cover_each_other():
    points = [(50.0, 50.0), (52.0, 50.0), (50.0, 54.0)]
    boxes = labels.placed(points, ["Anvin"] * 3, inside=(0, 0, 200, 100), distances=[5.0] * 3)
    kept = [box for box in boxes if box]
    assert len(kept) == 3
    for one, other in itertools.combinations(kept, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart


def test_name_without_room_is_left_out():
    found = labels.placed([(5.0, 5.0)], ["Saint-Pol"], inside=(0, 0, 10, 10), distances=[1.0])
    assert found == [None]


@theme.styled
def drawn(title: str = "Titre", alt: str = "Texte") -> str:
    _, sheet = drawing.canvas(300, 200)
    sheet.text(20, 20, "Frévent & 37\u202f150", gid=drawing.HALO)
    sheet.plot([10, 20], [100, 150], "o-")
    return drawing.svg(sheet.figure, title, alt)


def test_svg_is_whole_small_and_reaches_for_nothing():
    svg = drawn()
    root = ET.fromstring(svg)
    assert set(re.findall(r'https?://[^"\s]*', svg)) == {
        "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink",
    }  # fmt: skip
    assert root.attrib["viewBox"] == "0 0 300 200"
    assert (root.attrib["width"], root.attrib["height"]) == ("400", "267")
    assert "<style" not in svg
    assert "metadata" not in svg
    assert "matplotlib" not in svg.lower()


def test_svg_has_a_name_and_a_description():
    svg = drawn("Titre <1>", "Texte & suite")
    assert re.search(
        r'<title id="(\w+)-title">Titre &lt;1&gt;</title>'
        r'<desc id="\1-desc">Texte &amp; suite</desc>',
        svg,
    )


def test_text_stays_text_and_carries_its_width():
    found = re.search(r'<text style="([^"]*)"[^>]*textLength="([\d.]+)"[^>]*>([^<]*)<', drawn())
    assert found[3] == "Frévent &amp; 37\u202f150"
    assert float(found[2]) == pytest.approx(theme.width("Frévent & 37\u202f150"), abs=0.06)
    assert "paint-order: stroke" in found[1]
    assert "font-family" not in found[1]


def test_drawing_does_not_depend_on_the_users_settings():
    import matplotlib

    with matplotlib.rc_context({"svg.fonttype": "path", "lines.linewidth": 9.0}):
        changed = drawn()
    assert changed == drawn()


@theme.styled
def test_long_outline_written_in_steps_keeps_its_points():
    angles = np.linspace(0, 2 * math.pi, 80, endpoint=False)
    points = np.column_stack([150.07 + 90 * np.cos(angles), 100.03 + 60 * np.sin(angles)])
    _, sheet = drawing.canvas(300, 200)
    outline = Path([*points, points[0]], closed=True)
    sheet.add_collection(PathCollection([outline], clip_on=False), autolim=False)
    svg = drawing.svg(sheet.figure, "", "")
    data = max(re.findall(r' d="([^"]*)"', svg), key=len)
    steps = [float(n) for n in re.findall(r"-?\d*\.?\d+", data)]
    places = np.cumsum(np.reshape(steps, (-1, 2)), axis=0)
    wanted = np.column_stack([points[:, 0], 200 - points[:, 1]])
    assert np.abs(places[:80] - wanted).max() <= 0.06


def test_a_forked_process_opens_its_own_font():
    theme.width("a letter measured before the fork")
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, str(theme._font.cache_info().currsize).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 8) == b"0"
    assert theme._font.cache_info().currsize > 0
