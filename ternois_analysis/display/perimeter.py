"""What a territory is made of: its map, its history, its definitions and its sources."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from ternois_analysis import french
from ternois_analysis.catalog import indicator
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.catalog.territories import Event
from ternois_analysis.display import basemap, drawing, layers, sketchbook, theme
from ternois_analysis.display.block import Block, Caption, compose
from ternois_analysis.display.published import COLUMNS, cell, heading

_WIDTH, _LOW, _HIGH, _MARGIN, _FOOT = 504.0, 260.0, 420.0, 4.0, 26.0
_PALE = ("#CFE3F2", "#FBE3B5", "#CDEBDD", "#EFD3E4", "#E6E6E6", "#F6DDCC", "#FFF7D6")


@sketchbook.once
@theme.styled
def outline(
    values: pd.DataFrame,
    shapes: gpd.GeoDataFrame,
    entry: Indicator,
    caption: Caption,
    *,
    groups: Mapping[str, str],
    neighbours: gpd.GeoDataFrame | None = None,
) -> Block:
    """Map of the groups of communes that make up a territory, each named in its place.

    Parameters
    ----------
    values : DataFrame
        One published value a group (such as its number of communes), listed under the map.
    shapes : GeoDataFrame
        Indexed by commune code; columns name, group and geometry, in metres.
    groups : mapping of str to str
        Short name of each group, as written on the map.
    """
    left, low, right, high = shapes.total_bounds
    room = _WIDTH - 2 * _MARGIN
    tall = min(max(room * (high - low) / (right - left), _LOW), _HIGH)
    box = (_MARGIN, _FOOT, _MARGIN + room, _FOOT + tall)
    figure, sheet = drawing.canvas(_WIDTH, _FOOT + tall + _MARGIN)
    space = 0.03 * (right - left)
    around = (left - space, low - space, right + space, high + space)
    ground = basemap.ground(sheet, box, around)
    basemap.draw_neighbours(ground, neighbours)
    shapes = basemap.drawable(shapes, box)
    names = sorted(groups, key=lambda name: french.plain(groups[name]))
    colours = {name: _PALE[rank % len(_PALE)] for rank, name in enumerate(names)}
    fills = [colours.get(group, "#F7F7F7") for group in shapes["group"]]
    basemap.draw(ground, shapes.geometry.to_numpy(), fills=fills, edge="#8C8C8C", line=0.4)
    layers.outlines(ground, shapes, 1.6)
    merged = basemap.groups(shapes)
    if len(merged):
        middle = shapely.get_coordinates(
            [shapely.maximum_inscribed_circle(shape).centroid for shape in merged.to_numpy()]
        )
        for name, (x, y) in zip(merged.index, middle, strict=True):
            at, height = ground.on_sheet(x, y)
            lines = theme.wrapped(french.typeset(groups.get(str(name), "")), 90, theme.SIZE)
            for rank, line in enumerate(lines):
                sheet.text(
                    at,
                    height - 12 * (rank - (len(lines) - 1) / 2),
                    line,
                    size=theme.SIZE,
                    weight="bold",
                    ha="center",
                    va="center",
                    gid=drawing.HALO,
                )
    basemap.draw_scale(ground, box[0] + _MARGIN, _FOOT / 3)
    table = pd.DataFrame(
        {
            "Territoire": values["territory_label"].map(french.typeset),
            heading(entry): [cell(row, entry) for _, row in values.iterrows()],
        }
    )
    listed = french.listing([groups[name] for name in names])
    alt = f"Carte du périmètre. Territoires représentés : {listed}." if names else caption.title
    text = french.typeset(alt)
    svg = drawing.svg(figure, french.typeset(caption.title), text)
    return compose("map", caption, values, alt=text, svg=svg, table=table)


#: What the likeness of EPCIs is measured on, as printed.
STRUCTURE = {
    "log_population": "Population",
    "log_area_km2": "Superficie",
    "log_communes": "Nombre de communes",
    "largest_commune_pct": "Poids de la commune la plus peuplée",
}


def likeness(values: pd.DataFrame, found: pd.DataFrame, caption: Caption) -> Block:
    """The EPCIs nearest to a territory, with the gaps that make them near.

    Parameters
    ----------
    values : DataFrame
        Published populations of the EPCIs.
    found : DataFrame
        As `Observatory.similar` gives it, nearest first.
    """
    people = {row["territory"]: row for _, row in values.iterrows()}
    entry = indicator("population")
    rows = []
    for name, row in found.iterrows():
        gaps = {
            label: french.number(row[column], 1, sign=True) for column, label in STRUCTURE.items()
        }
        own = people[name]
        rows.append(
            {"EPCI": french.typeset(own["territory_label"]), "Habitants": cell(own, entry)}
            | gaps
            | {"Distance": french.number(row["distance"], 2)}
        )
    return compose("table", caption, values, alt="", table=pd.DataFrame(rows))


def nothing() -> pd.DataFrame:
    """A table of values without a row, for blocks that print no figure."""
    return pd.DataFrame(columns=list(COLUMNS))


def paragraphs(title: str, texts: Sequence[str], values: pd.DataFrame | None = None) -> Block:
    """Sentences as a list under a title, with the values they print."""
    items = "".join(f"<li>{html.escape(french.typeset(text))}</li>" for text in texts if text)
    used = nothing() if values is None else values
    return compose("text", Caption(title), used, alt="", html=f"<ul>{items}</ul>" if items else "")


def history(events: Sequence[Event], caption: Caption) -> Block:
    """The chain of events of a territory, oldest first."""
    rows = [
        {"Date": french.date(event.date), "Événement": french.typeset(event.text),
         "Source": french.typeset(event.source)}
        for event in sorted(events, key=lambda event: event.date)
    ]  # fmt: skip
    return compose("table", caption, nothing(), alt="", table=pd.DataFrame(rows))


def definitions(entries: Mapping[str, Indicator], caption: Caption) -> Block:
    """Label, definition and formula of some indicators."""
    rows = [
        {"Indicateur": heading(entry), "Définition": entry.definition, "Calcul": entry.formula,
         "Champ": entry.champ}
        for entry in entries.values()
    ]  # fmt: skip
    return compose("table", caption, nothing(), alt="", table=pd.DataFrame(rows))


def sources(files: Sequence[Mapping[str, Any]], caption: Caption) -> Block:
    """Producer, title, millésimes and licence of the files behind a page."""
    table = pd.DataFrame(list(files))
    rows = [
        {
            "Source": french.typeset(str(group["credit"].iloc[0])),
            "Millésimes": french.millesimes(group["millesime"]),
            "Publié le": french.date(max(group["available"])),
            "Licence": str(group["licence"].iloc[0]),
        }
        for _, group in table.groupby("source", sort=False)
    ]
    return compose("table", caption, nothing(), alt="", table=pd.DataFrame(rows))
