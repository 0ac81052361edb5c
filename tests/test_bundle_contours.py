"""The committed outlines are one coverage of the communes; the vendored Leaflet stays at home."""

import functools
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

HOUSE = Path(__file__).resolve().parent.parent
CONTOURS = HOUSE / "shapefiles" / "contours" / "2024"
LEAFLET = HOUSE / "ternois_analysis" / "display" / "assets" / "leaflet"

#: Re-established in 2025 without an outline of their own.
WITHOUT_OUTLINE = {"15031", "15035", "15047", "15171"}


@functools.lru_cache(maxsize=4)
def shapes(region: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(CONTOURS / f"{region}.parquet")


def ternois() -> list[str]:
    rows = pd.read_parquet(HOUSE / "data" / "epci" / "2025" / "epci.parquet")
    return sorted(rows.loc[rows["epci"] == "200069672", "commune"])


def areas() -> pd.Series:
    rows = pd.read_parquet(HOUSE / "data" / "areas" / "2024" / "areas.parquet")
    return rows.set_index("commune")["area_km2"]


def test_areas_and_outlines_are_those_of_the_communes():
    rows = pd.read_parquet(HOUSE / "data" / "communes" / "2026" / "communes.parquet")
    regions = rows[rows["zone"] != "com"].set_index("commune")["region"]
    outlined = {
        code: path.stem
        for path in CONTOURS.glob("*.parquet")
        for code in pd.read_parquet(path, columns=["commune"])["commune"]
    }
    assert set(areas().index) == set(regions.index)
    assert set(outlined) == set(regions.index) - WITHOUT_OUTLINE
    assert {code for code, region in outlined.items() if regions[code] != region} == set()


def test_the_ternois_is_one_polygon_without_holes_of_its_known_area():
    rows = shapes("32").set_index("commune").loc[ternois()]
    whole = shapely.union_all(rows.geometry.to_numpy())
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    km2 = areas()
    # INSEE gives 633.60 km² (land register); outlines of IGN are about half a per cent larger.
    assert km2[rows.index].sum() == pytest.approx(633.60, rel=0.006)
    metric = rows.geometry.to_crs("ESRI:54034").area / 1e6
    np.testing.assert_allclose(km2[rows.index], metric, rtol=0, atol=1e-3)


def test_neighbours_share_their_border_exactly_even_across_regions():
    # Hauts-de-France and Normandie, whole: they meet from Le Tréport to the Vexin.
    near = pd.concat([shapes("32"), shapes("28")]).geometry.to_numpy()
    assert shapely.is_valid(near).all()
    assert shapely.coverage_is_valid(near)
    nudged = near.copy()
    nudged[0] = shapely.transform(nudged[0], lambda corners: corners + 1e-6)
    assert not shapely.coverage_is_valid(nudged)


def test_communes_merged_in_2025_have_the_whole_of_their_land():
    # Hesdin-la-Forêt, a neighbour of the Ternois: Hesdin 0.9, Huby-Saint-Leu, Marconne and
    # Sainte-Austreberthe 20.5 km²; a hole in the map would show between its neighbours.
    rows = shapes("32").set_index("commune")
    hesdin = rows.geometry["62447"]
    around = rows[rows.intersects(hesdin)]
    whole = shapely.union_all(around.geometry.to_numpy())
    assert len(around) > 5
    assert hesdin.geom_type == "Polygon"
    assert len(hesdin.interiors) == 0
    assert not shapely.get_parts(whole)[0].interiors


def test_vendored_leaflet_reaches_nowhere():
    script = (LEAFLET / "leaflet.js").read_text(encoding="utf-8")
    style = (LEAFLET / "leaflet.css").read_text(encoding="utf-8")
    assert 't.version="1.9.4"' in script
    assert "sourceMappingURL" not in script
    assert re.findall(r"url\((?!data:|#)", style) == []
    assert "BSD 2-Clause" in (LEAFLET / "LICENSE.txt").read_text(encoding="utf-8")
