"""Exploring by hand: choose a territory, an indicator, a reference; the figures follow."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ternois_analysis import catalog, french
from ternois_analysis.display import charts, maps
from ternois_analysis.display.block import Block
from ternois_analysis.display.page import Page, page
from ternois_analysis.display.perimeter import paragraphs
from ternois_analysis.errors import TernoisError

if TYPE_CHECKING:
    from ipywidgets import VBox


@lru_cache(maxsize=8)
def _page(territory: str, quarter: str, audience: str) -> Page:
    return page(territory, quarter, audience)


def panels(
    territory: str, indicator: str, reference: str, quarter: str, audience: str
) -> tuple[Block, Block, Block]:
    """Map by commune, bars of the territories side by side with a reference, and their table.

    Parameters
    ----------
    territory, quarter, audience : str
        As for `page`.
    indicator : str
        Identifier of the catalogue.
    reference : str
        Identifier or name of the territory drawn as a line across the bars.
    """
    shown = _page(territory, quarter, audience)
    material, entry = shown.material, catalog.indicator(indicator)
    other = material.observatory.territory(reference)
    values = material.observatory.values([*material.beside, other], [indicator])
    caption = shown.caption(entry.label, [indicator], values)
    draw_map = maps.symbols if entry.nature == "count" else maps.choropleth
    by_commune = material.communes[material.communes["indicator"] == indicator]
    beside = {place.id for place in material.beside}
    bars = charts.bars(
        values,
        entry,
        caption,
        highlight=material.place.id if material.place.id in beside else "",
        reference=other.id if entry.nature != "count" and other.id not in beside else "",
    )
    ground = draw_map(
        by_commune, material.shapes, entry, caption, neighbours=material.around,
        places=material.towns,
    )  # fmt: skip
    return ground, bars, shown.side_by_side(indicator)


def explore(
    territory: str = "",
    quarter: str = "",
    audience: str = "partners",
    indicator: str = "population",
) -> "VBox":
    """Widgets that show a map, a chart and a table of what is chosen.

    Needs the `lab` extra (`make lab`).

    Parameters
    ----------
    territory : str
        Shown first; the Pays by default.
    quarter, audience : str
        As for `page`.
    indicator : str
        Identifier shown first.

    Raises
    ------
    TerritoryError, ReportError, SchemaError
        For an unknown territory, quarter, audience or indicator.
    """
    import ipywidgets as widgets

    facts = catalog.territories()
    first = page(territory or facts.pays, quarter, audience)
    door = first.observatory
    catalog.indicator(indicator)
    known = [*facts.territories, *facts.lists]
    names = [(door.territory(name).label, name) for name in known]
    if first.place.id not in known:
        names.insert(0, (first.place.label, first.place.id))
    wide = {"description_width": "7em"}
    place = widgets.Combobox(
        value=first.place.id, options=[name for _, name in names], description="Territoire",
        continuous_update=False, style=wide,
    )  # fmt: skip
    figure = widgets.Dropdown(
        value=indicator, description="Indicateur", style=wide,
        options=[(entry.label, name) for name, entry in catalog.indicators().items()],
    )  # fmt: skip
    references = [(reference.label, reference.id) for reference in first.material.references]
    against = widgets.Dropdown(options=references, description="Référence", style=wide)
    where, beside, listed = widgets.HTML(), widgets.HTML(), widgets.HTML()

    def show(change: Any = None) -> None:
        try:
            blocks = panels(place.value, figure.value, against.value, str(door.quarter), audience)
        except TernoisError as error:
            blocks = (paragraphs("Choix impossible", [str(error)]),) * 3
        for panel, block in zip((where, beside, listed), blocks, strict=True):
            panel.value = block.to_html()

    for widget in (place, figure, against):
        widget.observe(show, "value")
    show()
    title = widgets.HTML(f"<b>{french.quarter(str(door.quarter))}</b>")
    return widgets.VBox([widgets.HBox([place, figure, against, title]),
                         widgets.HBox([where, beside]), listed])  # fmt: skip
