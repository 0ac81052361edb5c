"""Spine chart: a territory against a reference, among comparable territories."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import drawing, figures, naming, sketchbook, tables, theme
from ternois_analysis.display.block import Block, Caption, with_note
from ternois_analysis.display.charts import frame
from ternois_analysis.display.published import cell, checked, heading, interval
from ternois_analysis.display.verdicts import Verdict, verdict
from ternois_analysis.errors import ReportError, explain

_ROW, _FOOT, _COLUMN = 34.0, 6.0, 58.0
#: Left edges in points: value, reference, spine, word; and the width of the first column.
_VALUE, _REFERENCE, _SPINE, _WORD, _LABELS = 190.0, 254.0, 264.0, 424.0, 128.0
_HALF = (_WORD - _SPINE) / 2 - 10
_CENTRE = _SPINE + 8 + _HALF
#: Beyond the widest gap an interval is cut, and ends in an arrow.
_CUT = 1.08
_FEW = 4
_BAND, _MIDDLE = "#E3E3E3", "#BDBDBD"
_NOTE = (
    "Pour chaque indicateur, la bande claire va de la plus petite à la plus grande valeur des "
    "territoires de comparaison, la bande foncée couvre la moitié centrale d’entre eux, le trait "
    "court est leur médiane ; le trait noir du milieu est la référence. Un écart n’est dit "
    "favorable ou défavorable que si l’intervalle exclut la référence et que l’écart compte. "
    "« Écart faible » : l’intervalle exclut la référence, mais l’écart est trop petit pour "
    "compter. "
    "* Pour un indicateur neutre, les valeurs basses sont à gauche et les valeurs élevées à droite."
)


@sketchbook.once
@theme.styled
def spine(
    values: pd.DataFrame,
    indicators: Mapping[str, Indicator],
    caption: Caption,
    *,
    territory: str,
    reference: str,
) -> Block:
    """One line an indicator: where the territory stands between the extremes of the others.

    The place on a line is the gap to the reference as a part of the widest gap among the
    territories of comparison; the favourable side is at the right, high values for a neutral
    indicator.

    Parameters
    ----------
    values : DataFrame
        Published values of all the territories: the one of the page, the reference and those of
        comparison; one period and one category an indicator.
    indicators : mapping of str to Indicator
        Catalogue entries by identifier; they give the order of the lines.
    territory, reference : str
        Identifiers among the values.

    Raises
    ------
    ReportError
        If the territory or the reference lacks a value of one of the indicators.
    """
    checked(values, one=("quarter", "audience"))
    lines = {}
    for name in indicators:
        rows = values.loc[values["indicator"] == name].set_index("territory")
        if not {territory, reference} <= {*rows.index} or rows.index.has_duplicates:
            raise ReportError(
                explain(
                    f"Spine chart, {name}",
                    expected=f"one value of {territory}, {reference}",
                    found=f"{len(rows)} values",
                    do="Give one, « n.d. » where there is none.",
                )
            )
        lines[name] = rows
    names = [theme.wrapped(heading(indicators[name]), _LABELS, theme.SMALL) for name in lines]
    row = max(_ROW, frame.LINE * max(map(len, names)) + 6)
    tall = row * len(lines)
    pairs = {
        name: [rows.loc[[place]].iloc[0] for place in (territory, reference)]
        for name, rows in lines.items()
    }
    heads = [french.typeset(str(row["territory_label"])) for row in next(iter(pairs.values()))]
    ending = naming.perimeter(heads)
    wrapped = [
        theme.wrapped(naming.without(head, ending), _COLUMN, theme.SMALL, bold=True)
        for head in heads
    ]
    room = frame.LINE * max(map(len, wrapped)) + 8
    _, sheet = drawing.canvas(frame.WIDTH, _FOOT + tall + room)
    _heads(sheet, _FOOT + tall, wrapped)
    records, sentences = [], []
    for rank, (name, rows) in enumerate(lines.items()):
        entry, (own, other) = indicators[name], pairs[name]
        found = verdict(own, other, entry)
        middle = _FOOT + tall - row * (rank + 0.5)
        sheet.plot([0, frame.WIDTH], [middle + row / 2] * 2, color=theme.FAINT, lw=0.6)
        sheet.plot([_CENTRE] * 2, [middle - row / 2, middle + row / 2], color=theme.INK, lw=1.0)
        frame.paragraph(sheet, 0, middle, names[rank])
        _words(sheet, middle, entry, own, other, found)
        _line(sheet, middle, entry, own, other, rows.drop([territory, reference]), found)
        records.append({
            "Indicateur": heading(entry),
            heads[0]: tables.both(own, entry),
            heads[1]: cell(other, entry),
            "Écart": f"{found.glyph} {found.word}",
        })  # fmt: skip
        sentences.append(
            f"{heading(entry)} : {cell(own, entry)} contre {cell(other, entry)}, {found.word}"
        )
    caption = with_note(with_note(caption, naming.told(heads)), _NOTE)
    text = f"{' face à '.join(heads)}. {' ; '.join(sentences)}."
    own_values = values.loc[values["indicator"].isin(list(indicators))]
    return figures.assembled("chart", sheet, own_values, caption, text, pd.DataFrame(records))


def _heads(sheet: Axes, bottom: float, heads: list[list[str]]) -> None:
    for x, lines, bold in zip((_VALUE, _REFERENCE), heads, (True, False), strict=True):
        for rank, line in enumerate(reversed(lines)):
            sheet.text(
                x,
                bottom + 5 + rank * frame.LINE,
                line,
                size=theme.SMALL,
                ha="right",
                weight="bold" if bold else "normal",
            )
    sheet.text(
        _CENTRE - 6, bottom + 5, "← défavorable*", size=theme.SMALL, ha="right", color=theme.SOFT
    )
    sheet.text(_CENTRE + 6, bottom + 5, "favorable* →", size=theme.SMALL, color=theme.SOFT)


def _words(
    sheet: Axes, middle: float, entry: Indicator, own: pd.Series, other: pd.Series, found: Verdict
) -> None:
    bounds = interval(own, entry)
    sheet.text(
        _VALUE,
        middle + (5 if bounds else 0),
        cell(own, entry),
        size=theme.SIZE,
        ha="right",
        va="center_baseline",
        weight="bold",
    )
    if bounds:
        sheet.text(
            _VALUE,
            middle - 7,
            bounds,
            size=theme.SMALL - 1,
            ha="right",
            va="center_baseline",
            color=theme.SOFT,
        )
    sheet.text(
        _REFERENCE, middle, cell(other, entry), size=theme.SIZE, ha="right", va="center_baseline"
    )
    frame.paragraph(
        sheet,
        _WORD + 12,
        middle,
        theme.wrapped(found.word, 66, theme.SMALL),
        bold=found.significant,
    )
    sheet.plot(_WORD + 3, middle, found.marker, mfc=found.colour, mec=theme.INK, mew=0.9, ms=7)


def _line(
    sheet: Axes, middle: float, entry: Indicator, own: pd.Series, other: pd.Series,
    rows: pd.DataFrame, found: Verdict,
) -> None:  # fmt: skip
    """The bands of the others, the reference, and the territory with its interval."""
    if other["status"] != "ok":
        return
    centre = float(other["value"])
    numbers = rows.loc[rows["status"] == "ok", "value"].to_numpy(dtype=float)
    mine = [float(own["value"])] if own["status"] == "ok" else []
    widest = max((abs(number - centre) for number in [*numbers, *mine]), default=0.0) or 1.0
    turn = -1 if entry.direction == "unfavourable" else 1

    def place(value: float) -> float:
        share = turn * (value - centre) / widest
        return _CENTRE + _HALF * min(max(share, -_CUT), _CUT)

    if len(numbers) >= _FEW:
        low, first, half, third, high = map(place, np.percentile(numbers, [0, 25, 50, 75, 100]))
        for one, two, colour in ((low, high, _BAND), (first, third, _MIDDLE)):
            sheet.add_artist(
                Rectangle(
                    (min(one, two), middle - 6),
                    abs(two - one),
                    12,
                    facecolor=colour,
                    edgecolor="none",
                )
            )
        sheet.plot([half, half], [middle - 6, middle + 6], color=theme.SOFT, lw=1.2)
    else:
        for x in map(place, numbers):
            sheet.plot([x, x], [middle - 6, middle + 6], color=theme.LINE, lw=1.2)
    if mine:
        if pd.notna(own["low"]) and pd.notna(own["high"]):
            ends = [place(own["low"]), place(own["high"])]
            sheet.plot(ends, [middle, middle], color=theme.INK, lw=1.4, solid_capstyle="butt")
            for x in ends:
                if abs(x - _CENTRE) >= _CUT * _HALF:
                    sheet.plot(x, middle, ">" if x > _CENTRE else "<", color=theme.INK, ms=5)
        sheet.plot(
            place(mine[0]),
            middle,
            found.marker,
            mfc=found.colour,
            mec=theme.INK,
            mew=0.9,
            ms=8,
            zorder=4,
        )
