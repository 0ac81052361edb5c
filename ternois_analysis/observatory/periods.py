"""The periods of an indicator, and what each of its arguments is read from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ternois_analysis import catalog, indicators
from ternois_analysis.observatory.columns import Columns, key, vintage
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class Instance:
    """One indicator at one period, for one category: what each of its arguments is read from.

    `vintages` gives the millésimes read from each of `sources`, in their order: `2017,2023+2024`.
    An argument is a name in the table of columns, a number (years elapsed), or None when nothing
    is installed for it.
    """

    indicator: str
    category: str
    period: str
    arguments: Mapping[str, str | float | None]
    sources: tuple[str, ...]
    millesime: str
    vintages: str = ""

    @property
    def complete(self) -> bool:
        """Whether every argument has something to be read from."""
        return None not in self.arguments.values()


def instances(name: str, columns: Columns) -> tuple[Instance, ...]:
    """The periods and categories of an indicator that can be computed, oldest period first.

    At least one for each category: when a source is not installed, an incomplete instance says so.
    """
    # A notebook may define an indicator anew: what was found for another of its name is forgotten.
    method = catalog.method(catalog.indicator(name))
    return _instances(name, columns, method, indicators.arguments(name))


@lru_cache(maxsize=1024)
def _instances(
    name: str, columns: Columns, method: str, arguments: tuple[str, ...]
) -> tuple[Instance, ...]:
    entry = catalog.indicator(name)
    found = []
    for category, special in (entry.categories or {"": {}}).items():
        given = {**entry.inputs, **special}
        wanted = {a: given.get(a, catalog.Input(column=a)) for a in arguments}
        found += _periods(name, category, wanted, columns)
    return tuple(found)


def newest(found: Sequence[Instance], columns: Columns | None = None) -> list[Instance]:
    """The instances of the newest period, all categories.

    For what is read at the level at which it is published, the newest of the periods published at
    most levels (told by `columns`): figures of different years are never set side by side.
    """
    ranks = {i.millesime: _levels(i, columns) if columns else 0 for i in found}
    last = max(ranks, key=lambda year: (ranks[year], year), default="")
    return [instance for instance in found if instance.millesime == last]


def _levels(instance: Instance, columns: Columns) -> int:
    """At how many levels the leading column of an instance is published; 0 for what is summed."""
    lead = next(iter(instance.arguments.values()), None)
    owner = instance.sources[0]
    if not isinstance(lead, str) or owner not in catalog.sources() or owner == "communes":
        return 0
    if not catalog.source(owner).at_level or lead not in columns.levels:
        return 0
    known = columns.levels[lead].dropna().index
    return int(known.get_level_values("level").nunique())


def _periods(
    name: str, category: str, wanted: Mapping[str, catalog.Input], columns: Columns
) -> list[Instance]:
    lead = next(iter(wanted.values())).column
    named = tuple(dict.fromkeys(columns.owner(given.column) for given in wanted.values()))
    found = []
    for millesime in columns.millesimes(lead):
        read = {
            argument: _origin(given, lead, millesime, columns) for argument, given in wanted.items()
        }
        lag = max(_lag(given, millesime, columns) for given in wanted.values())
        period = f"{int(millesime) - lag}-{millesime}" if lag else millesime
        used: dict[str, set[str]] = {source: set() for source in named}
        for argument, origin in read.items():
            if isinstance(origin, str):
                used[columns.owner(wanted[argument].column)].add(vintage(origin))
        vintages = "+".join(",".join(sorted(years)) for years in used.values())
        found.append(Instance(name, category, period, read, named, millesime, vintages))
    whole = [instance for instance in found if instance.complete]
    unknown = Instance(name, category, "", dict.fromkeys(wanted), named, "")
    return whole or found[-1:] or [unknown]


def _lag(given: catalog.Input, millesime: str, columns: Columns) -> int:
    """Years between a millésime and the one that an argument is read from; 0 for the same one.

    The nearest one at least `least_years` before that its producer's breaks leave comparable.
    """
    if not given.least_years:
        return given.lag_years
    owner = columns.owner(given.column)
    gaps = [
        int(millesime) - int(year)
        for year in columns.millesimes(given.column)
        if int(millesime) - int(year) >= given.least_years
        and not catalog.not_comparable(owner, year, millesime)
    ]
    return min(gaps, default=0)


def _origin(
    given: catalog.Input, lead: str, millesime: str, columns: Columns
) -> str | float | None:
    """What an argument is read from when the indicator is dated by `millesime` of `lead`.

    A column of another source than the leading one gives the same year, else its newest.
    """
    known = columns.millesimes(given.column)
    lag = _lag(given, millesime, columns)
    if given.least_years and not lag:
        return None
    if given.elapsed:
        return float(lag)
    if given.oldest:
        return key(given.column, known[0], given.category) if known else None
    year = str(int(millesime) - lag) if lag else millesime
    if year not in known:
        same = columns.owner(given.column) == columns.owner(lead)
        if same or lag or not known:
            return None
        year = known[-1]
    return key(given.column, year, given.category)
