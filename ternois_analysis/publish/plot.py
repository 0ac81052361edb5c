"""Published values as the numbers of a native chart: what the axes name, and one series a line."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import comparability
from ternois_analysis.display.block import Block
from ternois_analysis.display.published import dated, is_change, year

#: How far from 100 the rounded parts of a whole may add up.
_ROUNDING = 1.0
_MOST_SERIES, _MOST_BARS = 6, 24
#: What stands on the axis between two periods that may not be compared.
BREAK = "rupture de série"
_BOUNDS = {"low": "borne basse", "high": "borne haute"}
_FRENCH = "[$-40C]"
_ALIKE = re.compile(r" \(([^()]+)\)$")


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


def without(name: str, ending: str) -> str:
    """A name without that ending."""
    return name.removesuffix(f" ({ending})") if ending else name


def plots(block: Block) -> list[Plot]:
    """The charts that the values of a block make, one an indicator; none of values not shown."""
    return list(_plots(block.values))


def _plots(values: pd.DataFrame) -> Iterator[Plot]:
    known = catalog.indicators()
    for name, rows in values.groupby("indicator", sort=False):
        if str(name) in known and (rows["status"] == "ok").sum() > 1:
            found = _plot(rows, known[str(name)])
            if found is not None and any(n is not None for s in found.series for n in s.numbers):
                yield found


def _plot(rows: pd.DataFrame, indicator: Indicator) -> Plot | None:
    places, periods, parts = (
        list(dict.fromkeys(rows[name])) for name in ("territory_label", "period", "category")
    )
    once = not rows.duplicated(["territory_label", "category"]).any()
    if not once and rows.duplicated(["territory_label", "category", "period"]).any():
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
        return _in_time(rows, sorted(periods, key=year), indicator)
    return None


def _bars(rows: pd.DataFrame, names: list[str], by: str, indicator: Indicator) -> Plot | None:
    if not 2 <= len(names) <= _MOST_BARS:
        return None
    line = _series("", rows.set_index(by), names)
    heads = tuple(map(french.typeset, names))
    return Plot("bars", heads, (line,), indicator)


def _whole(rows: pd.DataFrame, parts: list[str], indicator: Indicator) -> bool:
    """Whether the parts of each territory that shows them all add up to 100."""
    shown = rows["status"] == "ok"
    groups = rows[shown].groupby("territory_label")["value"]
    complete = groups.sum()[groups.size() == len(parts)]
    return (
        indicator.unit == "%"
        and 2 <= len(parts) <= _MOST_SERIES
        and len(complete) > 0
        and bool((complete - 100).abs().le(_ROUNDING).all())
    )


def _stacked(
    rows: pd.DataFrame, places: list[str], parts: list[str], indicator: Indicator
) -> Plot | None:
    """One bar a territory; one with a part that is not shown has none: the others would tell it."""
    table = {part: rows[rows["category"] == part].set_index("territory_label") for part in parts}
    found = [_series(part, table[part], places) for part in parts]
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
    rows: pd.DataFrame, order: list[str], along: str, named: Mapping[str, str],
    indicator: Indicator,
) -> Plot | None:  # fmt: skip
    alone = len(set(rows["territory_label"])) == 1
    by = "category" if alone and along == "period" else "territory_label"
    names = list(dict.fromkeys(rows[by]))
    if len(order) < 2 or len(names) > _MOST_SERIES:
        return None
    found = tuple(_series(name, rows[rows[by] == name].set_index(along), order) for name in names)
    if alone and along == "period":
        ends = [
            _bound(line.name, rank, rows[rows[by] == name].set_index(along), order, column)
            for rank, (name, line) in enumerate(zip(names, found, strict=True))
            for column in _BOUNDS
        ]
        found += tuple(end for end in ends if any(number is not None for number in end.numbers))
    heads = tuple(named.get(part, part) for part in order)
    return Plot("lines", heads, found, indicator)


def _in_time(rows: pd.DataFrame, periods: list[str], indicator: Indicator) -> Plot | None:
    """Lines in time, with an empty place on the axis where the series may not be compared."""
    ranks = [year(period) for period in periods]
    steps = {round(after - before, 2) for before, after in pairwise(ranks)}
    if len(steps) > 1:
        # An axis of names would draw unequal spans as equal ones.
        return None
    cuts, _ = comparability.pieces(rows, periods)
    order: list[str] = []
    for rank, period in enumerate(periods):
        if rank and rank in cuts:
            order.append(f" {rank}")
        order.append(period)
    named = {part: dated(part) if part in periods else BREAK for part in order}
    return _lines(rows, order, "period", named, indicator)


def _bound(name: str, rank: int, rows: pd.DataFrame, order: list[str], column: str) -> Series:
    """One end of the intervals of a series."""
    known = rows.loc[(rows["status"] == "ok") & rows[column].notna(), column]
    numbers = tuple(float(known[part]) if part in known.index else None for part in order)
    told = ", ".join(part for part in (name, _BOUNDS[column]) if part)
    return Series(told, numbers, ("",) * len(order), bound=rank)


def _series(name: str, rows: pd.DataFrame, order: list[str]) -> Series:
    known = dict(zip(rows.index, zip(rows["status"], rows["value"], strict=True), strict=True))
    found = [known.get(part, ("", None)) for part in order]
    numbers = tuple(float(value) if status == "ok" else None for status, value in found)
    signs = tuple(french.SIGNS.get(status, "") for status, _ in found)
    return Series(french.typeset(name), numbers, signs)
