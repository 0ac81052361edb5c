"""What the interactive map knows of an indicator: its fills and, as HTML, its legend."""

import html
import math
from typing import Any

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import drawing, legends, theme
from ternois_analysis.display.classes import classes
from ternois_analysis.display.published import heading, shown, written

#: Radius in pixels of the largest circle.
_LARGEST = 26.0
_BARE = "#F2F2F2"


def facts(values: pd.DataFrame, indicator: Indicator) -> dict[str, Any]:
    """Heading, fills by rank of class or by sign, legend, and whether data are invented."""
    fills = {sign: paint(sign) for sign in theme.PATTERNS}
    colours = (_BARE,) if indicator.nature == "count" else classes(indicator).colours
    return {
        "short": html.escape(heading(indicator)),
        "fills": fills | {str(rank): colour for rank, colour in enumerate(colours)},
        "circle": theme.QUALITATIVE[0],
        "legend": legend(values, indicator),
        "mark": bool(values["synthetic"].eq(True).any()),
    }


def pattern_id(sign: str) -> str:
    """Identifier of the pattern of a sign in the page of the map."""
    return "sign-" + "".join(letter for letter in sign if letter.isalpha())


def paint(sign: str) -> str:
    """Fill of a territory whose value is not shown."""
    return f"url(#{pattern_id(sign)})"


def radius(value: float, largest: float) -> float:
    """Radius in pixels: the area follows the value."""
    return round(_LARGEST * math.sqrt(max(value, 0.0) / largest), 1)


def legend(values: pd.DataFrame, indicator: Indicator) -> str:
    """Heading and list of what the colours, circles and patterns of a map mean."""
    count = indicator.nature == "count"
    items = _circles(values, indicator) if count else []
    entries = [] if count else legends.class_entries(values, classes(indicator))
    paints = {drawing.SIGN_PAINT[sign]: paint(sign) for sign in drawing.SIGN_PAINT}
    for entry in [*entries, *legends.sign_entries(values)]:
        fill = paints.get(entry.fill, entry.fill)
        swatch = f'<rect width="22" height="14" fill="{fill}" stroke="{theme.SOFT}"/>'
        items.append(_item(swatch, 22, 14, entry.text, french.number(entry.count)))
    return f"<h2>{html.escape(heading(indicator))}</h2><ul>{''.join(items)}</ul>"


def _circles(values: pd.DataFrame, indicator: Indicator) -> list[str]:
    numbers = shown(values)["value"]
    largest = float(numbers.max()) if len(numbers) else 0.0
    items = []
    for value in legends.round_sizes(largest) if largest > 0 else []:
        r = radius(value, largest)
        circle = f'<circle cx="{r + 1}" cy="{r + 1}" r="{r}" fill="{theme.QUALITATIVE[0]}"/>'
        text = written(value, indicator, unit=False)
        items.append(_item(circle, math.ceil(2 * r + 2), math.ceil(2 * r + 2), text, ""))
    return items


def _item(drawn: str, width: int, height: int, text: str, count: str) -> str:
    number = f" <span>({count})</span>" if count else ""
    return (
        f'<li><svg width="{width}" height="{height}" aria-hidden="true">{drawn}</svg>'
        f"{html.escape(text)}{number}</li>"
    )
