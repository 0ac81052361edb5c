"""Structures: one bar a territory, cut into ordered parts that add up to a hundred."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import alt, drawing, figures, naming, sketchbook, tables, theme
from ternois_analysis.display.block import Block, Caption, with_note
from ternois_analysis.display.charts import frame
from ternois_analysis.display.published import cell, checked
from ternois_analysis.errors import ReportError, explain

_ROW, _THICK, _NAMES = 24.0, 13.0, 150.0
#: How far from 100 rounded shares may add up.
_ROUNDING = 1.0


@sketchbook.once
@theme.styled
def ages(values: pd.DataFrame, indicator: Indicator, caption: Caption) -> Block:
    """One bar a territory, cut into ordered parts that add up to 100 %.

    Parameters
    ----------
    values : DataFrame
        Published shares in percent; `category` names the part, in the order of the rows; at most
        five parts. The territory of the page comes first. A territory with a part that is not
        shown has no bar at all: the others would give it away.

    Raises
    ------
    ReportError
        If the shown parts of a territory do not add up to 100, or there are more than five.
    """
    checked(values, one=("indicator", "period", "quarter", "audience"))
    parts = list(dict.fromkeys(values["category"]))
    colours = theme.sequential(len(parts))
    names = naming.labels(values)
    caption = with_note(caption, naming.told(names))
    wrapped = [theme.wrapped(name, _NAMES, theme.SMALL, bold=True) for name in names.values()]
    left = max(frame.margin(lines, _NAMES) for lines in wrapped) + 8
    row = max(_ROW, frame.LINE * max(map(len, wrapped)) + 3)
    tall = row * len(names)
    _, sheet = drawing.canvas(frame.WIDTH, tall + 2 * frame.HEAD)
    _keys(sheet, left, tall + frame.HEAD, parts, colours)
    width = frame.WIDTH - left - 2
    for rank, name in enumerate(names):
        rows = values.loc[values["territory_label"] == name].set_index("category")
        middle = tall + frame.HEAD / 2 - row * (rank + 0.5)
        frame.paragraph(sheet, left - 8, middle, wrapped[rank], right=True, bold=rank == 0)
        hidden = rows.loc[rows["status"] != "ok", "status"]
        if len(hidden):
            sheet.text(
                left + 4,
                middle,
                french.SIGNS[hidden.iloc[0]],
                size=theme.SMALL,
                va="center_baseline",
                color=theme.SOFT,
            )
            continue
        _stack(sheet, left, middle, width, rows.reindex(parts), colours, indicator, name)
    return figures.finished(
        "chart",
        sheet,
        values,
        indicator,
        caption,
        alt.compared(values, indicator, "Barres empilées"),
        table=tables.crossed(values, indicator, "category"),
    )


def _stack(
    sheet: Axes, left: float, middle: float, width: float, rows: pd.DataFrame,
    colours: tuple[str, ...], indicator: Indicator, name: str,
) -> None:  # fmt: skip
    total = float(rows["value"].sum())
    if abs(total - 100) > _ROUNDING or rows["value"].isna().any():
        raise ReportError(
            explain(
                f"Parts of {name}",
                expected="all of them, adding up to 100",
                found=f"{total:.1f}",
                do="Give the share of every part.",
            )
        )
    thick = _THICK + 4
    for (_, row), colour in zip(rows.iterrows(), colours, strict=True):
        part = width * float(row["value"]) / total
        sheet.add_artist(
            Rectangle(
                (left, middle - thick / 2),
                part,
                thick,
                facecolor=colour,
                edgecolor=theme.SOFT,
                linewidth=0.6,
            )
        )
        text = cell(row, indicator)
        if theme.width(text, theme.SMALL) + 4 <= part:
            sheet.text(
                left + part / 2,
                middle,
                text,
                size=theme.SMALL,
                ha="center",
                va="center_baseline",
                color=theme.ink_on(colour),
            )
        left += part


def _keys(
    sheet: Axes, left: float, bottom: float, parts: list[str], colours: tuple[str, ...]
) -> None:
    texts = [french.typeset(part) for part in parts]
    room = sum(theme.width(text, theme.SMALL) for text in texts) + 18 * len(texts)
    # Many parts: the keys start at the left edge and draw nearer to one another.
    if left + room + 16 * (len(texts) - 1) > frame.WIDTH:
        left = max(0.0, frame.WIDTH - room - 16 * (len(texts) - 1))
    gap = min(16.0, (frame.WIDTH - left - room) / max(len(texts) - 1, 1))
    for text, colour in zip(texts, colours, strict=True):
        sheet.add_artist(
            Rectangle((left, bottom), 14, 9, facecolor=colour, edgecolor=theme.SOFT, linewidth=0.6)
        )
        sheet.text(left + 18, bottom + 4.5, text, size=theme.SMALL, va="center_baseline")
        left += 18 + theme.width(text, theme.SMALL) + gap
