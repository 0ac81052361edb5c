"""The interactive map, whole in the page: no tile, no outside address, hidden values left out."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import jinja2
import numpy as np
import pandas as pd
import shapely
from branca.element import Element, MacroElement

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import alt, basemap, keys, legends, maps, theme
from ternois_analysis.display.block import Block, Caption, compose, with_note
from ternois_analysis.display.classes import classes
from ternois_analysis.display.published import alphabetical, cell, checked, heading, interval
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.trail import lru_cache

_ASSETS = Path(__file__).parent / "assets"
#: Metres lost by simplification; decimals of a degree kept, about a metre.
_TOLERANCE, _DECIMALS = 25.0, 5
_NOTE = "La carte s’utilise au clavier : choisir l’indicateur et le territoire dans les listes."


def atlas(
    values: pd.DataFrame,
    shapes: gpd.GeoDataFrame,
    indicators: Mapping[str, Indicator],
    caption: Caption,
    *,
    places: Sequence[str] = (),
) -> Block:
    """Map on which the reader chooses the indicator and the territory, by mouse or keyboard.

    Parameters
    ----------
    values : DataFrame
        Published values: for each indicator one period and one row for each commune of `shapes`
        (or each of its groups), in the same order.
    shapes : GeoDataFrame
        Indexed by commune code; columns name, group and geometry, in metres.
    indicators : mapping of str to Indicator
        Catalogue entries by identifier, in the order of the list; the first one is shown first.
    caption : Caption
        Words around the map.
    places : sequence of str
        Codes of the communes to name.

    Returns
    -------
    Block
        `html` is the interactive map in a frame of its own, `svg` the first indicator as a still
        map for print, `table` all the values.

    Raises
    ------
    ReportError
        If the indicators are not known for the same territories.
    """
    checked(values, one=("quarter", "audience"))
    parts = {name: values.loc[values["indicator"] == name] for name in indicators}
    first = next(iter(parts.values()))
    for name, part in parts.items():
        if list(part["territory"]) != list(first["territory"]):
            raise ReportError(
                explain(
                    f"Atlas, {name}",
                    expected="the same territories, in the same order",
                    found=f"{len(part)} values",
                    do="Give one value a territory and indicator.",
                )
            )
    title = html.escape(french.typeset(caption.title))
    inner = document(parts, shapes, indicators, caption.title, places)
    frame = (
        f'<iframe title="{title}" sandbox="allow-scripts" srcdoc="{html.escape(inner)}"></iframe>'
    )
    entry = next(iter(indicators.values()))
    still = maps.symbols if entry.nature == "count" else maps.choropleth
    labels = french.listing([entry.label for entry in indicators.values()])
    drawn = still(first, shapes, entry, caption, places=places)
    text = f"Carte interactive de {len(first)} territoires : {labels}. {alt.hidden(values)}"
    return compose(
        "atlas",
        with_note(caption, _NOTE),
        pd.concat(parts.values()),
        alt=text.strip(),
        svg=drawn.svg,
        html=frame,
        table=_table(parts, indicators),
    )


def document(
    parts: Mapping[str, pd.DataFrame],
    shapes: gpd.GeoDataFrame,
    indicators: Mapping[str, Indicator],
    title: str,
    places: Sequence[str],
) -> str:
    """The HTML document of the interactive map, whole; equal arguments give equal bytes.

    Parameters are those of `atlas`, `parts` being the values by indicator.
    """
    first = next(iter(parts.values()))
    shapes = basemap.simplified(shapes, _TOLERANCE)
    units = basemap.units(first, shapes)
    data = {
        "indicators": [keys.facts(parts[name], entry) for name, entry in indicators.items()],
        "units": _units(parts, indicators, units),
        "places": _places(shapes.loc[list(places)]),
    }
    figure = _map(units, shapes, data).get_root()
    figure.render()
    names = [(rank, french.typeset(name)) for rank, name in enumerate(first["territory_label"])]
    page: str = jinja2.Template(_asset("atlas.html.j2")).render(
        title=html.escape(french.typeset(title)),
        style=_without_files(_asset("leaflet/leaflet.css")) + _asset("atlas.css"),
        indicators=[heading(entry) for entry in indicators.values()],
        units=sorted(names, key=lambda pair: french.plain(pair[1])),
        noun="Commune" if legends.noun(first) == "communes" else "Territoire",
        map=figure.html.render(),
        mark=theme.DEMONSTRATION,
        patterns="".join(theme.pattern(sign, keys.pattern_id(sign)) for sign in theme.PATTERNS),
        library=_asset("leaflet/leaflet.js"),
        script=_asset("atlas.js"),
        drawing=figure.script.render(),
    )
    return page


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8")


def _without_files(style: str) -> str:
    """A style sheet without the declarations that would load a file: no picture is used."""
    return re.sub(r"[\w-]+\s*:[^;{}]*url\((?!#)[^)]*\)[^;}]*;?", "", style)


def _table(parts: Mapping[str, pd.DataFrame], indicators: Mapping[str, Indicator]) -> pd.DataFrame:
    """One row a territory, alphabetically; one column an indicator."""
    columns: dict[str, list[str]] = {}
    for name, part in parts.items():
        rows = alphabetical(part).to_dict("records")
        columns.setdefault("Territoire", [french.typeset(row["territory_label"]) for row in rows])
        columns[heading(indicators[name])] = [cell(row, indicators[name]) for row in rows]
    return pd.DataFrame(columns)


def _units(
    parts: Mapping[str, pd.DataFrame], indicators: Mapping[str, Indicator], units: gpd.GeoDataFrame
) -> list[dict[str, Any]]:
    """What the page knows of each territory: its name, its place, what is printed of its values."""
    cells = [list(_cells(parts[name], entry)) for name, entry in indicators.items()]
    names = next(iter(parts.values()))["territory_label"]
    return [
        {
            "name": html.escape(french.typeset(name)),
            "at": point,
            "values": [column[rank] for column in cells],
        }
        for rank, (name, point) in enumerate(zip(names, _inside(units), strict=True))
    ]


def _places(shapes: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Name and place of the communes to name."""
    return [
        {"name": html.escape(french.typeset(name)), "at": point}
        for name, point in zip(shapes["name"], _inside(shapes), strict=True)
    ]


def _inside(shapes: gpd.GeoDataFrame) -> list[list[float]]:
    """Latitude and longitude of a point inside each shape."""
    points = gpd.GeoSeries(shapely.point_on_surface(shapes.geometry.to_numpy()), crs=shapes.crs)
    degrees = shapely.get_coordinates(points.to_crs(4326).to_numpy())[:, ::-1]
    rounded: list[list[float]] = np.round(degrees, _DECIMALS).tolist()
    return rounded


def _cells(values: pd.DataFrame, entry: Indicator) -> Iterator[list[Any]]:
    """Rank of the class or sign, text, and radius of the circle of a count."""
    largest = float(values["value"].max())
    found = None if entry.nature == "count" else classes(entry)
    for row in values.to_dict("records"):
        if row["status"] != "ok":
            sign = row["status"]
            yield [sign, html.escape(f"{french.SIGNS[sign]} : {theme.MEANINGS[sign]}")]
            continue
        text = " ".join([cell(row, entry, unit=True), interval(row, entry)]).strip()
        if found:
            yield [str(found.rank(row["value"])), html.escape(text)]
        else:
            yield ["0", html.escape(text), keys.radius(row["value"], largest) if largest > 0 else 0]


def _map(units: gpd.GeoDataFrame, shapes: gpd.GeoDataFrame, data: Mapping[str, Any]) -> folium.Map:
    """Folium's map of the territories, without tiles, libraries or random identifiers."""
    made = folium.Map(tiles=None, zoom_control=False, attribution_control=False, zoom_snap=0.25)
    made.default_js, made.default_css = [], []
    layer = folium.GeoJson(_features(units.geometry), smooth_factor=0, name="territories")
    layer.add_to(made)
    outlines = folium.GeoJson(
        _features(basemap.groups(shapes)), smooth_factor=0, interactive=False,
        style_function=lambda _: {"color": theme.INK, "weight": 1.6, "fill": False},
    )  # fmt: skip
    outlines.add_to(made)
    script = MacroElement()
    script._template = jinja2.Template(
        "{% macro script(this, kwargs) %}atlas({{ this.arguments }});{% endmacro %}"
    )
    made.add_child(script)
    _fix_ids(made.get_root(), "a")
    known = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
    names = [element.get_name() for element in (made, layer, outlines)]
    script.arguments = ", ".join([*names, known])
    return made


def _fix_ids(element: Element, name: str) -> None:
    """Identifiers by place in the tree: folium's own are random, and no two runs would agree."""
    element._id = name
    for rank, child in enumerate(element._children.values()):
        _fix_ids(child, f"{name}{rank}")


def _features(shapes: gpd.GeoSeries) -> dict[str, Any]:
    """GeoJSON in degrees, each feature with its rank."""
    degrees = shapes.to_crs(4326).to_numpy()
    rounded = shapely.transform(degrees, lambda points: np.round(points, _DECIMALS))
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"rank": rank}, "geometry": json.loads(text)}
            for rank, text in enumerate(shapely.to_geojson(rounded))
        ],
    }
