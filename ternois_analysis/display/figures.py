"""The last step of every figure: its mark, its SVG, its words and its data in one block."""

from dataclasses import replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import drawing, tables
from ternois_analysis.display.block import Block, Caption, Kind, compose, with_note
from ternois_analysis.display.published import definition, interval_note


def finished(
    kind: Kind,
    sheet: Axes,
    values: pd.DataFrame,
    indicator: Indicator,
    caption: Caption,
    alt: str,
    *,
    table: pd.DataFrame | None = None,
) -> Block:
    """The block of a figure of one indicator; what the caption leaves out comes from the catalogue.

    Parameters
    ----------
    sheet : Axes
        The sheet of a figure that is drawn but for the mark of invented data.
    table : DataFrame, optional
        The data under the figure; by default one row a territory.
    """
    note = interval_note(values, indicator, printed="[" in caption.reading)
    caption = replace(
        with_note(caption, note),
        subtitle=caption.subtitle or definition(indicator, values),
        champ=caption.champ or indicator.champ,
    )
    data = tables.listing(values, indicator) if table is None else table
    return assembled(kind, sheet, values, caption, alt, data)


def assembled(
    kind: Kind, sheet: Axes, values: pd.DataFrame, caption: Caption, alt: str, table: pd.DataFrame
) -> Block:
    """The block of a figure whose words are complete."""
    if values["synthetic"].eq(True).any():
        drawing.demonstration(sheet)
    figure = sheet.figure
    if not isinstance(figure, Figure):
        raise TypeError("a figure is drawn on its own, not inside another")
    text = french.typeset(alt)
    drawn = drawing.svg(figure, french.typeset(caption.title), text)
    return compose(kind, caption, values, alt=text, svg=drawn, table=table)
