import re

import pytest
import shapely

from ternois_analysis.display import locator, theme
from ternois_analysis.observatory import observe

TSPAN = re.compile(r'<tspan x="([\d.]+)" y="([\d.]+)">([^<]+)</tspan>')


@pytest.fixture(scope="module")
def door():
    return observe("2026Q3", "public")


@pytest.fixture(scope="module")
def pays(door):
    return door.territory("pays-ternois")


@pytest.fixture(scope="module")
def parts(door, pays):
    return tuple(door.territory(name) for name in pays.parts)


def lines(svg):
    """Where each line of the name is written, as a box, and its text."""
    size = float(re.search(r'<text font-size="([\d.]+)"', svg)[1])
    anchor = re.search(r'text-anchor="(\w+)"', svg)[1]
    found = []
    for x, y, text in TSPAN.findall(svg):
        wide = theme.width(text.replace("&#x27;", "’"), size, True)
        left = float(x) - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        found.append((shapely.box(left, float(y) - size, left + wide, float(y)), text))
    return found


def test_a_name_stands_whole_on_its_territory_or_whole_beside_the_map(door, pays, parts):
    shapes = locator._shapes(door, pays, parts)
    whole = shapely.union_all(shapes.geometry.to_numpy())
    sheet = shapely.box(0, 0, locator.WIDTH, locator.HEIGHT)
    inside = 0
    for place in (*parts, *(door.territory(f"commune-{code}") for code in sorted(shapes.index))):
        svg, _ = locator.locator(door, place, pays, parts)
        own = shapely.union_all(shapes.geometry[shapes.index.isin(place.communes)].to_numpy())
        told = lines(svg)
        assert "".join(re.sub(r"\W", "", text) for _, text in told) == re.sub(
            r"\W", "", place.short
        )
        for box, _ in told:
            assert sheet.contains(box), place.short
            if f'fill="{theme.PAPER}"><tspan' in svg:
                inside += 1
                assert own.contains(box), place.short
            else:
                assert not whole.intersects(box), place.short
    assert inside


def test_a_long_name_is_parted_between_its_words_as_evenly_as_can_be():
    assert locator._parted("Saint-Michel-sur-Ternoise", 2) == ["Saint-Michel-", "sur-Ternoise"]
    assert locator._parted("Pernois", 2) == []
