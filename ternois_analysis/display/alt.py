"""Alternative texts, made from what a figure shows: never a name or a number of what it hides."""

from collections.abc import Mapping, Sequence

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display.classes import Classes
from ternois_analysis.display.published import shown, span, written

_HIDDEN = {
    "s": "au titre du secret statistique",
    "n.s.": "faute d’effectifs suffisants",
    "n.d.": "faute de données",
}


def classed(values: pd.DataFrame, indicator: Indicator, found: Classes) -> str:
    """Text of a map in classes: range, median, territories in each class, what is not shown."""
    ranks = shown(values)["value"].map(found.rank)
    counts = [f"{label} : {int((ranks == rank).sum())}" for rank, label in enumerate(found.labels)]
    sentence = f"Nombre de territoires par classe : {' ; '.join(counts)}." if len(ranks) else ""
    return _joined(
        f"Carte : {_subject(values, indicator)}.",
        spread(values, indicator),
        sentence,
        hidden(values),
    )


def counted(values: pd.DataFrame, indicator: Indicator) -> str:
    """Text of a map of circles: range, median, the three largest, what is not shown."""
    top = shown(values).nlargest(3, "value")
    named = [
        f"{label} ({written(value, indicator, unit=False)})"
        for label, value in zip(top["territory_label"], top["value"], strict=True)
    ]
    largest = f"Les plus grands cercles : {french.listing(named)}." if named else ""
    return _joined(
        f"Carte en cercles proportionnels : {_subject(values, indicator)}.",
        spread(values, indicator),
        largest,
        hidden(values),
    )


def lines(values: pd.DataFrame, indicator: Indicator, by: str, along: Mapping[str, str]) -> str:
    """Text of lines: first and last shown value of each territory.

    Parameters
    ----------
    by : {"period", "category"}
        What the lines follow.
    along : mapping of str to str
        Name of each period or category, in the order of the lines.
    """
    order = {name: rank for rank, name in enumerate(along)}
    texts = []
    for label, rows in shown(values).groupby("territory_label", sort=False):
        ordered = rows.sort_values(by, key=lambda names: names.map(order))
        first, last = ordered.iloc[0], ordered.iloc[-1]
        ends = [f"{written(row['value'], indicator)} ({along[row[by]]})" for row in (first, last)]
        path = ends[0] if len(rows) == 1 else f"de {' à '.join(ends)}"
        texts.append(f"{label} : {path}")
    return _joined(f"Courbes : {_subject(values, indicator)}.", _ended(texts), hidden(values))


def compared(values: pd.DataFrame, indicator: Indicator, form: str) -> str:
    """Text of bars: every shown value, in the order of the figure."""
    several = len(values["category"].unique()) > 1
    lines = []
    for label, rows in shown(values).groupby("territory_label", sort=False):
        texts = [
            f"{category} {written(value, indicator)}" if several else written(value, indicator)
            for category, value in zip(rows["category"], rows["value"], strict=True)
        ]
        lines.append(f"{label} : {', '.join(texts)}")
    return _joined(f"{form} : {_subject(values, indicator)}.", _ended(lines), hidden(values))


def spread(values: pd.DataFrame, indicator: Indicator) -> str:
    """Range and median of the shown values, in one sentence."""
    numbers = shown(values)["value"]
    if numbers.empty:
        return ""
    low, middle, high = (
        written(float(number), indicator)
        for number in (numbers.min(), numbers.median(), numbers.max())
    )
    return f"Valeurs affichées : de {low} à {high}, médiane {middle}."


def hidden(values: pd.DataFrame) -> str:
    """How many values are not shown, by reason; never which."""
    counts = values["status"].value_counts()
    parts = [f"{counts[sign]} {reason}" for sign, reason in _HIDDEN.items() if sign in counts]
    return f"Valeurs non affichées : {french.listing(parts)}." if parts else ""


def _subject(values: pd.DataFrame, indicator: Indicator) -> str:
    count = values["territory"].nunique()
    place = f"{count} territoires" if count > 1 else values["territory_label"].iloc[0]
    parts = [french.typeset(indicator.label), span(values), place]
    return ", ".join(part for part in parts if part)


def _ended(lines: Sequence[str]) -> str:
    return f"{' ; '.join(lines)}." if lines else ""


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
