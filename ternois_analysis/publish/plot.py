"""Published values as the numbers of a native chart: what the axes name, and one series a line."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import comparability
from ternois_analysis.display.block import Block
from ternois_analysis.display.published import dated, is_change, year

#: How far from 100 the rounded parts of a whole may add up.
_ROUNDING, _MOST_SERIES, _MOST_BARS = 1.0, 6, 24
#: What stands on the axis between two periods that may not be compared.
BREAK = "rupture de série"
_BOUNDS = {"low": "borne basse", "high": "borne haute"}
_FRENCH = "[$-40C]"
_ALIKE = re.compile(r" \(([^()]+)\)$")


class _Row(NamedTuple):
    """What a chart draws of a published value: tables of a few rows are slower than lists."""

    indicator: str
    territory_label: str
    category: str
    period: str
    status: str
    value: float
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Series:
    """One line or one set of bars; a number is None where `signs` says why it is not shown.

    A `bound` is the lower or upper end of the intervals of the series of that rank.
    """

    name: str
    numbers: tuple[float | None, ...]
    signs: tuple[str, ...]
    bound: int | None = None


@dataclass(frozen=True)
class Plot:
    """A chart as numbers, in the order of the values.

    Parameters
    ----------
    kind : {"bars", "lines", "stacked"}
        `stacked` has one bar a category, whose parts are the series and add up to 100.
    categories : tuple of str
        Names on the axis: territories, periods, or categories of the indicator.
    """

    kind: Literal["bars", "lines", "stacked"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    indicator: Indicator

    @property
    def hidden(self) -> tuple[str, ...]:
        """`CC du Pernois, 2021 : n.s.` for what has no number, each once."""
        several = len(self.series) > 1
        found = (
            f"{', '.join(part for part in (line.name if several else '', name) if part)}"
            f"{french.NBSP}: {sign}"
            for line in self.series
            for name, sign in zip(self.categories, line.signs, strict=True)
            if sign
        )
        return tuple(dict.fromkeys(found))


def number_format(indicator: Indicator, *, unit: bool = False) -> str:
    """Format of a cell or label: decimals, sign of a change and, if asked, a short unit.

    The prefix asks for French separators of the programs that know it; others use their own.

    >>> from types import SimpleNamespace as Entry
    >>> number_format(Entry(decimals=1, nature="share", unit="%"))
    '[$-40C]#,##0.0;[$-40C]−#,##0.0'
    """
    plain = "#,##0" + ("." + "0" * indicator.decimals if indicator.decimals else "")
    short = unit and indicator.unit in ("%", "€")
    after = f'"{french.NBSP}{indicator.unit}"' if short else ""
    parts = [f"{plain}{after}", f"{french.MINUS}{plain}{after}"]
    if is_change(indicator):
        parts = [f'"+{french.NNBSP}"{parts[0]}', parts[1], parts[0]]
    return ";".join(f"{_FRENCH}{part}" for part in parts)


def common(names: Sequence[str]) -> str:
    """What several names bear in brackets at their end, such as « périmètre 2012 », or ""."""
    endings = Counter(match[1] for name in names if (match := _ALIKE.search(name)))
    ending, count = endings.most_common(1)[0] if endings else ("", 0)
    return ending if count > 1 else ""


def plots(block: Block) -> list[Plot]:
    """The charts that the values of a block make, one an indicator; none of values not shown."""
    known = catalog.indicators()
    grouped: dict[str, list[_Row]] = {}
    for row in zip(*(block.values[name].tolist() for name in _Row._fields), strict=True):
        grouped.setdefault(row[0], []).append(_Row(*row))
    return [
        found
        for name, rows in grouped.items()
        if name in known and sum(row.status == "ok" for row in rows) > 1
        if (found := _plot(rows, known[name])) is not None
        if any(number is not None for line in found.series for number in line.numbers)
    ]


def _plot(rows: list[_Row], indicator: Indicator) -> Plot | None:
    places = list(dict.fromkeys(row.territory_label for row in rows))
    periods = list(dict.fromkeys(row.period for row in rows))
    parts = list(dict.fromkeys(row.category for row in rows))
    once = len({(row.territory_label, row.category) for row in rows}) == len(rows)
    if len({(row.territory_label, row.category, row.period) for row in rows}) < len(rows):
        return None
    if once and len(parts) == 1:
        return _bars(rows, places, "territory_label", indicator)
    if once and _whole(rows, parts, indicator):
        return _stacked(rows, places, parts, indicator)
    if once and all(part.isdigit() for part in parts):
        order = sorted(parts, key=int)
        return _lines(rows, order, "category", {part: part for part in order}, indicator)
    if once and len(places) == 1:
        return _bars(rows, parts, "category", indicator)
    if not once and (len(parts) == 1 or len(places) == 1):
        return _in_time(rows, sorted(filter(None, periods), key=year), indicator)
    return None


def _bars(rows: list[_Row], names: list[str], by: str, indicator: Indicator) -> Plot | None:
    if not 2 <= len(names) <= _MOST_BARS:
        return None
    heads = tuple(map(french.typeset, names))
    return Plot("bars", heads, (_series("", rows, by, names),), indicator)


def _whole(rows: list[_Row], parts: list[str], indicator: Indicator) -> bool:
    """Whether the parts of each territory that shows them all add up to 100."""
    shown: dict[str, list[float]] = {}
    for row in (row for row in rows if row.status == "ok"):
        shown.setdefault(row.territory_label, []).append(row.value)
    complete = [sum(found) for found in shown.values() if len(found) == len(parts)]
    return (
        indicator.unit == "%"
        and 2 <= len(parts) <= _MOST_SERIES
        and len(complete) > 0
        and all(abs(total - 100) <= _ROUNDING for total in complete)
    )


def _stacked(
    rows: list[_Row], places: list[str], parts: list[str], indicator: Indicator
) -> Plot | None:
    """One bar a territory; one with a part that is not shown has none: the others would tell it."""
    found = [
        _series(part, [row for row in rows if row.category == part], "territory_label", places)
        for part in parts
    ]
    hidden = [
        next((s.signs[rank] for s in found if s.signs[rank]), "") for rank in range(len(places))
    ]
    whole = [
        Series(
            line.name,
            tuple(
                None if sign else number for number, sign in zip(line.numbers, hidden, strict=True)
            ),
            tuple(hidden),
        )
        for line in found
    ]
    return Plot("stacked", tuple(map(french.typeset, places)), tuple(whole), indicator)


def _lines(
    rows: list[_Row], order: list[str], along: str, named: Mapping[str, str],
    indicator: Indicator,
) -> Plot | None:  # fmt: skip
    told = along == "period" and len({row.territory_label for row in rows}) == 1
    by = "category" if told else "territory_label"
    grouped: dict[str, list[_Row]] = {}
    for row in rows:
        grouped.setdefault(getattr(row, by), []).append(row)
    if len(order) < 2 or len(grouped) > _MOST_SERIES:
        return None
    found = tuple(_series(name, mine, along, order) for name, mine in grouped.items())
    if told:
        ends = [
            _bound(line.name, rank, mine, order, column)
            for rank, (mine, line) in enumerate(zip(grouped.values(), found, strict=True))
            for column in _BOUNDS
        ]
        found += tuple(end for end in ends if any(number is not None for number in end.numbers))
    heads = tuple(named.get(part, part) for part in order)
    return Plot("lines", heads, found, indicator)


def _in_time(rows: list[_Row], periods: list[str], indicator: Indicator) -> Plot | None:
    """Lines in time, with an empty place on the axis where the series may not be compared."""
    ranks = [year(period) for period in periods]
    steps = {round(after - before, 2) for before, after in pairwise(ranks)}
    if len(steps) > 1:
        # An axis of names would draw unequal spans as equal ones.
        return None
    cuts, _ = comparability.pieces(pd.DataFrame({"source": [row.source for row in rows]}), periods)
    order: list[str] = []
    for rank, period in enumerate(periods):
        if rank and rank in cuts:
            order.append(f" {rank}")
        order.append(period)
    named = {part: dated(part) if part in periods else BREAK for part in order}
    return _lines(rows, order, "period", named, indicator)


def _bound(name: str, rank: int, rows: list[_Row], order: list[str], column: str) -> Series:
    """One end of the intervals of a series."""
    known = {row.period: float(getattr(row, column)) for row in rows if row.status == "ok"}
    numbers = tuple(known[p] if not math.isnan(known.get(p, math.nan)) else None for p in order)
    told = ", ".join(part for part in (name, _BOUNDS[column]) if part)
    return Series(told, numbers, ("",) * len(order), bound=rank)


def _series(name: str, rows: list[_Row], by: str, order: list[str]) -> Series:
    known = {getattr(row, by): (row.status, row.value) for row in rows}
    found = [known.get(part, ("", math.nan)) for part in order]
    numbers = tuple(float(value) if status == "ok" else None for status, value in found)
    signs = tuple(french.SIGNS.get(status, "") for status, _ in found)
    return Series(french.typeset(name), numbers, signs)
