"""What the exploration shows: values of the units chosen, of their references, and in time."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import pandas as pd

from ternois_analysis import catalog, french
from ternois_analysis.catalog.indicators import Indicator
from ternois_analysis.display import explore_kept
from ternois_analysis.errors import ReportError, SchemaError, explain
from ternois_analysis.observatory import Observatory
from ternois_analysis.territory import Territory

Level = Literal["communes", "territoires"]
#: More communes than that are neither read nor drawn at once.
MOST = 1000
#: Territories followed in time, so that lines can be told apart.
LINES = 6
#: Between an indicator and one of its categories, as in names of columns.
_CATEGORY = "#"


@dataclass(frozen=True)
class Choice:
    """What was chosen: identifiers of indicators (`name` or `name#category`), territories, level.

    `level` says what is mapped, ranked and crossed: the communes of the territories chosen, or the
    territories themselves.
    """

    places: tuple[Territory, ...]
    references: tuple[Territory, ...]
    indicator: str
    other: str
    level: Level = "communes"


@dataclass(frozen=True, eq=False)
class Scene:
    """Published values to draw: `units` and `others` of the two indicators, one row a unit each.

    `against` are the references' values of the first indicator, `series` all periods of the
    territories followed in time.
    """

    choice: Choice
    units: pd.DataFrame
    others: pd.DataFrame
    against: pd.DataFrame
    series: pd.DataFrame

    @property
    def entry(self) -> Indicator:
        """Catalogue entry of the first indicator."""
        return entry(self.choice.indicator)

    @property
    def other(self) -> Indicator:
        """Catalogue entry of the second indicator."""
        return entry(self.choice.other)

    @property
    def values(self) -> pd.DataFrame:
        """All that is shown, each value once."""
        rows = [self.units, self.against, self.others, self.series]
        key = ["territory", "indicator", "category", "period"]
        return pd.concat(rows, ignore_index=True).drop_duplicates(key, ignore_index=True)


def offered() -> dict[str, str]:
    """Identifiers that can be chosen, by label: every indicator made of columns, by category."""
    found: dict[str, str] = {}
    for name, facts in catalog.indicators().items():
        if facts.computed:
            continue
        for category in list(facts.categories) or [""]:
            label = f"{facts.label} : {category}" if category else facts.label
            while label in found:
                label += " (bis)"
            found[label] = f"{name}{_CATEGORY}{category}" if category else name
    return found


def entry(chosen: str) -> Indicator:
    """Catalogue entry of what was chosen; its short label says the category."""
    name, _, category = chosen.partition(_CATEGORY)
    facts = catalog.indicator(name)
    if not category:
        return facts
    return replace(
        facts, label=f"{facts.label} : {category}", short=f"{facts.short} : {category}"
    )  # fmt: skip


def scene(door: Observatory, choice: Choice, followed: str = "") -> Scene:
    """The values of a choice, all through the gate of the observatory's audience.

    Parameters
    ----------
    door : Observatory
    choice : Choice
    followed : str
        Identifier of one more unit to follow in time, or empty.

    Raises
    ------
    ReportError
        For more than `MOST` communes at once, or no territory.
    """
    units = identifiers(choice)
    known = tuple(place.id for place in choice.references if place.id not in units)
    names = (*units, *known)
    one, two = (_read(door, names, name, False) for name in (choice.indicator, choice.other))
    lines = [place.id for place in choice.places][:LINES]
    if followed and followed not in lines:
        lines.append(followed)
    if entry(choice.indicator).nature != "count":
        lines += [place for place in known if place not in lines][:LINES]
    return Scene(
        choice,
        one[one["territory"].isin(units)],
        two[two["territory"].isin(units)],
        one[one["territory"].isin(known)],
        _read(door, tuple(lines), choice.indicator, True),
    )


def identifiers(choice: Choice) -> tuple[str, ...]:
    """Identifiers of the units, each once, in the order of the territories.

    Raises
    ------
    ReportError
        For more than `MOST` communes at once, or no territory.
    """
    if choice.level == "territoires":
        found = dict.fromkeys(place.id for place in choice.places)
    else:
        codes = (code for place in choice.places for code in place.communes)
        found = dict.fromkeys(f"commune-{code}" for code in codes)
    if not 1 <= len(found) <= MOST:
        raise ReportError(
            explain(
                "Units to explore",
                expected=f"1 to {MOST}",
                found=len(found),
                do="Choose territories, fewer of them, or show them as a whole.",
            )
        )
    return tuple(found)


@lru_cache(maxsize=4 * MOST)
def named(door: Observatory, text: str) -> Territory:
    """The territory that a text names, found once.

    Raises
    ------
    TerritoryError
        If it names none, or several.
    """
    kept = explore_kept.of(door)
    found = None if kept is None else kept.places.get(text)
    return door.territory(text) if found is None else found


def references(door: Observatory, place: Territory) -> tuple[Territory, ...]:
    """The territories with which one is compared, as `Gazetteer.references`."""
    kept = explore_kept.of(door)
    if kept is None or place.id not in kept.against or kept.places[place.id] != place:
        return door.gazetteer.references(place)
    return tuple(replace(kept.places[name], note=note) for name, note in kept.against[place.id])


def absent(door: Observatory, indicator: str) -> tuple[str, ...]:
    """Sources to install before an indicator has any value, as `Observatory.absent`."""
    kept = explore_kept.of(door)
    if kept is None or indicator not in kept.indicators:
        return door.absent([indicator])
    return kept.missing.get(indicator, ())


def together(places: Sequence[Territory]) -> Territory:
    """The communes of several territories, under the name of the first."""
    codes = tuple(sorted({code for place in places for code in place.communes}))
    return replace(places[0], communes=codes)


@lru_cache(maxsize=256)
def _read(door: Observatory, ids: tuple[str, ...], chosen: str, series: bool) -> pd.DataFrame:
    """Published values of one indicator, of its category; kept, never changed."""
    name, _, category = chosen.partition(_CATEGORY)
    kept = explore_kept.of(door)
    rows = None if kept is None else kept.values(ids, name, series=series)
    if rows is None:
        rows = door.values([named(door, each) for each in ids], [name], series=series)
    return rows[rows["category"] == category].reset_index(drop=True)


def forget() -> None:
    """Drop the values kept: an indicator of the session may have changed."""
    _read.cache_clear()


def named_indicator(text: str) -> str:
    """Identifier of the indicator that a text names: a label, part of one, or an identifier.

    Raises
    ------
    SchemaError
        If it names none, or several, with those that are near.
    """
    known = offered()
    if text in known:
        return known[text]
    if text in known.values():
        return text
    wanted = french.plain(text)
    near = [label for label in known if wanted and wanted in french.plain(label)]
    if len(near) == 1:
        return known[near[0]]
    near = near[:5] or difflib.get_close_matches(text, known, 3, 0.4)
    raise SchemaError(
        explain(
            "Indicator to explore", expected="a label of the list", found=text or "nothing",
            do=f"Several are near: {' ; '.join(near)}." if near else "Choose one of the list.",
        )
    )  # fmt: skip


def wanted(name: str) -> str:
    """An identifier that can be explored."""
    facts = catalog.indicator(name.partition("#")[0])
    known = offered().values()
    if name in known:
        return name
    first = next((each for each in known if each.partition("#")[0] == name), "")
    if not first:
        raise SchemaError(
            explain(
                f"Indicator {name}", expected="one made of columns of communes",
                found="one that the observatory computes otherwise" if facts.computed else name,
                do="Use the page that shows it.",
            )
        )  # fmt: skip
    return first
