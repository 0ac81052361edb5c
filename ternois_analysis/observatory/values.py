"""From totals per territory to values: one row a figure, with interval, status and source."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ternois_analysis import catalog, indicators
from ternois_analysis.observatory.columns import Columns, key, vintage
from ternois_analysis.territory import Territory

#: Columns of a table of values, in the order in which they are written.
COLUMNS = (
    "quarter", "audience", "territory", "territory_label", "indicator", "category", "period",
    "value", "low", "high", "n", "status", "note", "source", "millesime", "synthetic",
)  # fmt: skip


#: Notes of values that are not known, as printed.
NOT_INSTALLED = "source non installée"
HIDDEN = "secret statistique du producteur"
UNAVAILABLE = "non disponible chez le producteur"
MOVED = "périmètre modifié depuis la publication"
OUTSIDE = "hors de la partie installée du fichier"
NOT_ADDED = "non publié à cette échelle : une médiane ne s’additionne pas, un taux non plus"
EMPTY = "case vide dans le fichier du producteur : chiffre non publié"
UNLISTED = "commune absente du fichier du producteur"
OTHER_FILE = "publié à cette échelle, dans un fichier qui n’est pas installé"
_SIGNS = {
    "s": ("s", HIDDEN),
    "nd": ("n.d.", UNAVAILABLE),
    "p": ("n.d.", MOVED),
    "l": ("n.d.", NOT_ADDED),
    "f": ("n.d.", OTHER_FILE),
    "o": ("n.d.", OUTSIDE),
    "e": ("n.d.", EMPTY),
    "a": ("n.d.", UNLISTED),
}


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


def instances(name: str, columns: Columns) -> list[Instance]:
    """The periods and categories of an indicator that can be computed, oldest period first.

    At least one for each category: when a source is not installed, an incomplete instance says so.
    """
    entry = catalog.indicator(name)
    found = []
    for category, special in (entry.categories or {"": {}}).items():
        given = {**entry.inputs, **special}
        wanted = {a: given.get(a, catalog.Input(column=a)) for a in indicators.arguments(name)}
        found += _periods(name, category, wanted, columns)
    return found


def newest(found: list[Instance], columns: Columns | None = None) -> list[Instance]:
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


def table(
    totals: pd.DataFrame,
    places: Sequence[Territory],
    chosen: Iterable[Instance],
    quarter: str,
    audience: str,
    signs: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Values of some indicators for the territories of `totals`.

    Parameters
    ----------
    totals : DataFrame
        One row a territory, columns as in `Columns.table`; missing where a commune is missing.
    places : sequence of Territory
        The territories of `totals`.
    chosen : iterable of Instance
        Indicator and period pairs to compute.
    signs : DataFrame, optional
        Why a total is missing, in the shape of some columns of `totals`: see `levels.signs`.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`; « n.d. » where an input is missing or the producer publishes no
        figure for that kind of territory, « n.s. » below the indicator's reliability rule, both
        without figures.
    """
    blocks = [_one(totals, instance, signs) for instance in chosen]
    if not blocks:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = pd.concat(blocks, ignore_index=True)
    rows["quarter"], rows["audience"] = quarter, audience
    rows["territory_label"] = rows["territory"].map({p.id: p.label for p in places})
    kinds = rows["territory"].map({p.id: p.kind for p in places})
    for name in rows["indicator"].unique():
        published = catalog.indicator(name).published_for
        if published:
            unknown = (rows["indicator"] == name) & ~kinds.isin(published)
            unknown &= rows["note"] != NOT_ADDED
            rows.loc[unknown, ["value", "low", "high", "n"]] = float("nan")
            rows.loc[unknown, ["status", "note"]] = ["n.d.", "non publié à cette échelle"]
    return rows[list(COLUMNS)]


def _one(totals: pd.DataFrame, instance: Instance, signs: pd.DataFrame | None) -> pd.DataFrame:
    rows = _computed(totals, instance, signs) if instance.complete else _not_installed(totals)
    owners = [catalog.sources().get(name) for name in instance.sources]
    rows = rows.rename_axis("territory").reset_index()
    return rows.assign(
        indicator=instance.indicator, category=instance.category, period=instance.period,
        source="+".join(instance.sources), millesime=instance.vintages,
        synthetic=any(owner is not None and owner.synthetic for owner in owners),
    )  # fmt: skip


def _not_installed(totals: pd.DataFrame) -> pd.DataFrame:
    figures = dict.fromkeys(("value", "low", "high", "n"), float("nan"))
    said = {"status": "n.d.", "note": NOT_INSTALLED}
    rows = pd.DataFrame(figures | said, index=totals.index)
    return rows.astype(dict.fromkeys(said, "str"))


def _computed(totals: pd.DataFrame, instance: Instance, signs: pd.DataFrame | None) -> pd.DataFrame:
    columns = pd.DataFrame(
        {
            argument: totals.get(origin, float("nan")) if isinstance(origin, str) else origin
            for argument, origin in instance.arguments.items()
        },
        index=totals.index,
    )
    rows = indicators.with_interval(instance.indicator, columns)
    rows[["status", "note"]] = indicators.reliability(instance.indicator, columns, rows["value"])
    if signs is not None:
        _explain(rows, instance, signs)
    hidden = rows["status"] != "ok"
    rows.loc[hidden, ["value", "low", "high", "n"]] = float("nan")
    return rows


def _explain(rows: pd.DataFrame, instance: Instance, signs: pd.DataFrame) -> None:
    """Say of the values that are missing why their producer, or the file installed, has none.

    The gravest reason comes last: what is hidden is hidden, whatever else is missing.
    """
    read = [origin for origin in instance.arguments.values() if origin in signs.columns]
    if not read:
        return
    for sign in reversed(_SIGNS):
        marked = (signs[read] == sign).any(axis=1).reindex(rows.index, fill_value=False)
        unknown = marked & rows["value"].isna()
        if unknown.any():
            rows.loc[unknown, ["status", "note"]] = list(_SIGNS[sign])
