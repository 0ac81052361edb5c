"""The facts of `indicators.yml`: label, unit, direction, classes, interval and reliability."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from ternois_analysis import french, trail
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import Entries, lru_cache


@dataclass(frozen=True)
class Input:
    """Where an argument of an indicator comes from when its name is not enough.

    `column` is a column of `data/sources.yml`; `lag_years` asks for the millésime that many years
    before the newest one, `least_years` for the nearest one at least that many years before and
    comparable with it, `oldest` for the first one known; `elapsed` makes the argument the number of
    years between the two. `category` is the category to read, for a column counted by category;
    empty for its total.
    """

    column: str
    lag_years: int = 0
    least_years: int = 0
    elapsed: bool = False
    oldest: bool = False
    category: str = ""


@dataclass(frozen=True)
class Interval:
    """How an interval is computed from arguments of the indicator.

    `wilson` for a share (`count` out of `of`), `one_in_four` for a share counted in one household
    in four (Insee's complementary census variables, whose standard error is √(3X): Wilson's with a
    third of both counts), `byar` for a rate of events over an exposure,
    `poisson_ratio` for the change of a count of events from `of` to `count`, `skellam` for events
    that add (`count`) less events that take away (`of`), divided by `base`; all for `per` units.
    `meaning` is what the interval expresses, in French, printed under figures.
    """

    method: Literal["wilson", "one_in_four", "byar", "poisson_ratio", "skellam"]
    count: str
    of: str
    meaning: str
    per: float = 100.0
    base: str = ""


@dataclass(frozen=True)
class Reliability:
    """Below `minimum` of the column `base` the value is « n.s. », below `caution` it is marked.

    `base` is an argument of the indicator or another column of the same source.
    """

    base: str
    minimum: float = 0.0
    caution: float = 0.0


@dataclass(frozen=True)
class Indicator:
    """One entry of the catalogue; its key is the name of the function that computes it.

    `nature` decides how it is mapped: a `count` by proportional symbols, the others by classes.
    `breaks` are the inner bounds of at most five classes, the same for all territories and
    quarters. `material` is the gap, in the unit, under which a difference is not worth a word.
    `reading` is the sentence after « Lecture : » with the places {period}, {value} (with its
    unit), {territory_in} (« dans la CC du Pernois », « en France ») and {interval} (with a space
    before it, or nothing). `published_for` lists the kinds of territory for which a published
    figure exists. `categories` gives, for an indicator that has one value a category, the category
    as printed and the arguments that make it. `computed` says that no function makes the values:
    the observatory computes them from single businesses. The French texts are typeset when they
    are read.
    """

    label: str
    short: str
    theme: str
    unit: str
    decimals: int
    definition: str
    nature: Literal["count", "share", "ratio", "change", "published"]
    direction: Literal["favourable", "unfavourable", "neutral"]
    secrecy: str
    reading: str
    champ: str = "ensemble de la population"
    breaks: tuple[float, ...] = ()
    material: float = 0.0
    inputs: Mapping[str, Input] = field(default_factory=dict)
    interval: Interval | None = None
    reliability: Reliability | None = None
    formula: str = ""
    reference: str = ""
    published_for: tuple[str, ...] = ()
    categories: Mapping[str, Mapping[str, Input]] = field(default_factory=dict)
    computed: bool = False

    def __getattribute__(self, name: str) -> Any:
        """Any attribute; what a page reads of an entry is noted, field by field."""
        found = object.__getattribute__(self, name)
        if name in _FIELDS and (own := object.__getattribute__(self, "__dict__").get("_id")):
            trail.note("indicator", f"{own}.{name}")
        return found


_PATH = Path(__file__).with_name("indicators.yml")
#: Names of the entries added for this session only.
_LENT: set[str] = set()
#: What entries are noted by.
_FIELDS = frozenset(each.name for each in fields(Indicator))
#: Fields that are words: they change what is printed of a value, never the value.
WORDS = frozenset(
    ("label", "short", "theme", "definition", "reading", "champ", "formula", "reference")
)


@trail.leaf("indicator")
def _field(key: str) -> str:
    name, _, field_name = key.rpartition(".")
    entry = _known().get(name)
    return "" if entry is None else trail.digest(repr(object.__getattribute__(entry, field_name)))


@trail.leaf("known")
def _is_known(name: str) -> str:
    return str(dict.__contains__(_known(), name))


@trail.leaf("indicators")
def _names(_: str) -> str:
    return trail.digest(list(dict.keys(_known())))


def method(entry: Indicator) -> str:
    """What of an entry makes its values, as text: all but its words."""
    own = {name: object.__getattribute__(entry, name) for name in sorted(_FIELDS - WORDS)}
    return repr(own)


@lru_cache(maxsize=4)
def _read(path: Path, modified: int) -> Entries[Indicator]:
    with trail.aside():  # entries are noted one by one, not the file
        entries = load(path).get("indicators", {})
        known = {
            name: _named(_typeset(build(Indicator, entry, f"indicators.yml: {name}")), name)
            for name, entry in entries.items()
        }
    return Entries(known, "known", "indicators")


def _named(entry: Indicator, name: str) -> Indicator:
    object.__setattr__(entry, "_id", name)
    return entry


def _typeset(entry: Indicator) -> Indicator:
    texts = ("label", "short", "unit", "definition", "reading", "champ", "formula", "reference")
    done: dict[str, Any] = {text: french.typeset(getattr(entry, text)) for text in texts}
    if entry.interval:
        meaning = french.typeset(entry.interval.meaning)
        done["interval"] = replace(entry.interval, meaning=meaning)
    return replace(entry, **done)


def indicators() -> dict[str, Indicator]:
    """All indicators by identifier, in the order in which pages show them."""
    return _known()


def _known() -> Entries[Indicator]:
    return _read(_PATH, _PATH.stat().st_mtime_ns)


def indicator(name: str) -> Indicator:
    """One indicator of the catalogue, or of those defined for the session.

    Parameters
    ----------
    name : str
        Identifier, such as `vacancy_rate_pct`.

    Returns
    -------
    Indicator
        Label, unit, decimals, definition, classes, interval and reliability; texts are French.

    Raises
    ------
    SchemaError
        For an unknown identifier, with the nearest known one.
    """
    known = indicators()
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        do = f"Did you mean '{near[0]}'?" if near else "See `ternois indicators`."
        raise SchemaError(
            explain("Unknown indicator", expected="a key of indicators.yml", found=name, do=do)
        )
    return known[name]


def lend(name: str, entry: Indicator) -> Indicator:
    """Add an entry for this session, typeset as those of the file; returns it.

    Raises
    ------
    SchemaError
        If the file has an indicator of that name.
    """
    known = _known()
    if dict.__contains__(known, name) and name not in _LENT:
        raise SchemaError(
            explain("Name of an indicator", expected="one that is free", found=name,
                    do="Choose another name.")
        )  # fmt: skip
    _LENT.add(name)
    dict.__setitem__(known, name, _named(_typeset(entry), name))
    return known[name]


def withdraw(name: str) -> None:
    """Remove an entry added for this session; nothing happens when there is none."""
    if name in _LENT:
        _LENT.discard(name)
        dict.pop(_known(), name, None)
