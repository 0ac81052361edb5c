"""The maps of a page: one indicator by commune, small maps side by side, the atlas."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import atlas as interactive
from ternois_analysis.display import maps, perimeter, words
from ternois_analysis.display.block import Block, Caption
from ternois_analysis.display.material import Material
from ternois_analysis.display.published import shown
from ternois_analysis.observatory import ground


def by_commune(material: Material, indicator: str) -> Block:
    """Map of an indicator by commune: classes for a rate, circles for a count."""
    entry = catalog.indicator(indicator)
    values = material.by_commune([indicator])
    extent = words.spread(values, entry, "les communes" if len(values) > 1 else "la commune")
    title = f"{words.subject(entry)} : {extent}" if extent else entry.label
    own = material.of([indicator], [material.place])
    caption = words.caption(title, [indicator], pd.concat([own, values]), material.place)
    draw = maps.symbols if entry.nature == "count" else maps.choropleth
    return draw(
        values, material.shapes, entry,
        replace(caption, reading=_example(material, values, entry)),
        neighbours=material.around, places=material.towns,
    )  # fmt: skip


def _example(material: Material, values: pd.DataFrame, entry: Indicator) -> str:
    """The reading of the most populated commune that has a value."""
    rows = shown(values).set_index("territory")
    codes = (f"commune-{code}" for code in material.by_size)
    first = next((code for code in codes if code in rows.index), None)
    if first is None:
        return ""
    return words.reading(values, entry, material.observatory.territory(first))


def multiples(material: Material, indicator: str) -> Block:
    """Small maps of the territories beside one another, with the same classes."""
    entry = catalog.indicator(indicator)
    if len(material.beside) < 2:
        alone = f"Aucun territoire n’est placé à côté {material.place.of}."
        return perimeter.paragraphs(entry.label, [alone])
    codes = tuple(sorted({code for t in material.beside for code in t.communes}))
    whole = replace(material.place, communes=codes)
    values = material.observatory.communes(whole, [indicator])
    shapes = ground.shapes(material.observatory, whole, material.beside)
    totals = material.of([indicator], material.beside)
    extent = words.spread(totals, entry, "les territoires")
    title = f"{words.subject(entry)} : {extent}" if extent else entry.label
    return maps.small_multiples(
        values, shapes, entry, words.caption(title, [indicator], totals, material.beside[0]),
        groups={t.id: t.short for t in material.beside},
    )  # fmt: skip


def atlas(material: Material, indicators: Sequence[str]) -> Block:
    """Interactive map of some indicators, whole in the page."""
    values = material.by_commune(indicators)
    entries = {name: catalog.indicator(name) for name in indicators}
    title = f"{material.place.label} : carte à explorer"
    # A commune re-established since the contours were drawn has no outline to point at.
    bare = material.shapes.geometry.is_empty
    lost = french.listing(sorted(material.shapes.loc[bare, "name"]))
    shapes = material.shapes[~bare]
    values = values[~values["territory"].isin("commune-" + material.shapes.index[bare])]
    note = f"Sans contour, donc hors de la carte : {lost}." if lost else ""
    caption = Caption(title, source=words.credit(values), note=note)
    towns = [code for code in material.towns if code in shapes.index]
    return interactive.atlas(values, shapes, entries, caption, places=towns)
