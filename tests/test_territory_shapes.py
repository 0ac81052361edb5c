"""Outlines, neighbours and projections of territories."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from ternois_analysis.errors import TerritoryError
from ternois_analysis.territory import Territory
from ternois_analysis.territory.shapes import (
    complete,
    neighbours,
    outlines,
    projection,
    select,
    touching,
)

# Four squares of 10 km in a row, the last one 40 m away from the third, and one far away.
SQUARES = gpd.GeoDataFrame(
    {"commune": ["62001", "62002", "62003", "62004", "62009"]},
    geometry=[
        box(600_000, 7_000_000, 610_000, 7_010_000),
        box(610_000, 7_000_000, 620_000, 7_010_000),
        box(620_000, 7_000_000, 630_000, 7_010_000),
        box(630_040, 7_000_000, 640_000, 7_010_000),
        box(690_000, 7_000_000, 700_000, 7_010_000),
    ],
    crs=2154,
)


def made_of(*codes: str, name: str = "t") -> Territory:
    return Territory(name, name, "list", None, codes, (), "2026-06-30")


def test_an_outline_has_no_inner_border_and_the_area_of_its_communes():
    result = outlines(SQUARES, [made_of("62001", "62002"), made_of("62003", name="u")])
    assert list(result.index) == ["t", "u"]
    assert list(result.area) == pytest.approx([200e6, 100e6])
    assert result.geometry["t"].geom_type == "Polygon"
    assert result.geometry["t"].length == pytest.approx(60_000)


def test_degrees_become_metres():
    result = outlines(SQUARES.to_crs(4326), [made_of("62001")])
    assert result.crs.to_epsg() == 2154
    assert result.area.item() == pytest.approx(100e6, rel=1e-6)


def test_a_commune_without_a_polygon_is_refused():
    with pytest.raises(TerritoryError, match="none for 62008"):
        select(SQUARES, ["62001", "62008"])


def test_a_commune_that_left_another_lies_in_its_polygon_until_new_contours_come():
    passage = pd.DataFrame(
        {
            "commune_before": ["62001", "62001", "62777", "62777"],
            "commune": ["62001", "62008", "62777", "62778"],
            "kind": "split",
        }
    )
    shapes = complete(SQUARES, passage)
    assert list(shapes["commune"]) == [*SQUARES["commune"], "62008"]
    assert outlines(shapes, [made_of("62001", "62008")]).area.item() == pytest.approx(100e6)
    assert touching(shapes, made_of("62001")) == ("62002",)


def test_the_communes_around_touch_even_across_a_thread_and_are_not_inside():
    assert touching(SQUARES, made_of("62002")) == ("62001", "62003")
    assert touching(SQUARES.to_crs(4326), made_of("62003")) == ("62002", "62004")
    assert touching(SQUARES, made_of("62009")) == ()


def test_neighbours_touch_without_sharing_a_commune():
    west, east = made_of("62001", name="west"), made_of("62003", "62009", name="east")
    both = made_of("62002", "62003", name="both")
    far = made_of("62004", name="far")
    found = neighbours(SQUARES, made_of("62002", name="middle"), [far, east, both, west])
    assert [t.id for t in found] == ["east", "west"]


@pytest.mark.parametrize(
    ("code", "epsg"),
    [("62767", 2154), ("2A004", 2154), ("97105", 5490), ("97209", 5490), ("97302", 2972),
     ("97411", 2975), ("97611", 4471)],
)  # fmt: skip
def test_each_part_of_france_has_its_legal_projection(code, epsg):
    assert projection([code]) == epsg


def test_a_map_of_two_parts_of_the_world_is_refused():
    with pytest.raises(TerritoryError, match="EPSG:2154, EPSG:2975"):
        projection(["62767", "97411"])
