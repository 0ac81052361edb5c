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


def newest(found: list[Instance]) -> list[Instance]:
    """The instances of the newest period, all categories."""
    last = max((instance.millesime for instance in found), default="")
    return [instance for instance in found if instance.millesime == last]


def _periods(
    name: str, category: str, wanted: Mapping[str, catalog.Input], columns: Columns
) -> list[Instance]:
    lead = next(iter(wanted.values())).column
    named = tuple(dict.fromkeys(columns.owner(given.column) for given in wanted.values()))
    lag = max(given.lag_years for given in wanted.values())
    found = []
    for millesime in columns.millesimes(lead):
        read = {
            argument: _origin(given, lead, millesime, columns) for argument, given in wanted.items()
        }
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


def _origin(
    given: catalog.Input, lead: str, millesime: str, columns: Columns
) -> str | float | None:
    """What an argument is read from when the indicator is dated by `millesime` of `lead`.

    A column of another source than the leading one gives the same year, else its newest.
    """
    if given.elapsed:
        return float(given.lag_years)
    known = columns.millesimes(given.column)
    if given.oldest:
        return key(given.column, known[0], given.category) if known else None
    year = str(int(millesime) - given.lag_years) if given.lag_years else millesime
    if year not in known:
        same = columns.owner(given.column) == columns.owner(lead)
        if same or given.lag_years or not known:
            return None
        year = known[-1]
    return key(given.column, year, given.category)


def table(
    totals: pd.DataFrame,
    places: Sequence[Territory],
    chosen: Iterable[Instance],
    quarter: str,
    audience: str,
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

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`; « n.d. » where an input is missing or the producer publishes no
        figure for that kind of territory, « n.s. » below the indicator's reliability rule, both
        without figures.
    """
    blocks = [_one(totals, instance) for instance in chosen]
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
            rows.loc[unknown, ["value", "low", "high", "n"]] = float("nan")
            rows.loc[unknown, ["status", "note"]] = ["n.d.", "non publié à cette échelle"]
    return rows[list(COLUMNS)]


def _one(totals: pd.DataFrame, instance: Instance) -> pd.DataFrame:
    columns = pd.DataFrame(index=totals.index)
    for argument, origin in instance.arguments.items():
        if isinstance(origin, str):
            columns[argument] = totals[origin] if origin in totals.columns else float("nan")
        else:
            columns[argument] = float("nan") if origin is None else origin
    rows = indicators.with_interval(instance.indicator, columns)
    rows[["status", "note"]] = indicators.reliability(instance.indicator, columns, rows["value"])
    hidden = rows["status"] != "ok"
    rows.loc[hidden, ["value", "low", "high", "n"]] = float("nan")
    if not instance.complete:
        rows["note"] = "source non installée"
    owners = [catalog.sources().get(name) for name in instance.sources]
    rows = rows.rename_axis("territory").reset_index()
    return rows.assign(
        indicator=instance.indicator, category=instance.category, period=instance.period,
        source="+".join(instance.sources), millesime=instance.vintages,
        synthetic=any(owner is not None and owner.synthetic for owner in owners),
    )  # fmt: skip
