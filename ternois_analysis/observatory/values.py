"""From totals per territory to values: one row a figure, with interval, status and source."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ternois_analysis import catalog, indicators
from ternois_analysis.observatory.periods import Instance, instances, newest
from ternois_analysis.territory import Territory

__all__ = ["COLUMNS", "Instance", "instances", "newest", "table"]

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
NOT_SENT = "aucun partenaire n’a envoyé ce chiffre pour toutes ses communes"
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
    "c": ("n.d.", NOT_SENT),
    "e": ("n.d.", EMPTY),
    "a": ("n.d.", UNLISTED),
}
#: Within the identifier of what a territory leaves of a larger one: `departement-62-hors-cc-x`.
WITHOUT = "-hors-"


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
    places_of = {place.id: place for place in places}
    ids = pd.Series(totals.index, dtype="str")
    given = _Given(
        totals, np.array([places_of[i].kind for i in ids], dtype=object),
        {} if signs is None else _marks(signs.reindex(totals.index)),
    )  # fmt: skip
    listed = list(chosen)
    if not listed:
        return pd.DataFrame(columns=list(COLUMNS))
    known, count = catalog.sources(), len(listed)
    synthetic = {
        name: name in known and known[name].synthetic
        for name in {name for instance in listed for name in instance.sources}
    }
    figures = [_one(instance, given) for instance in listed]

    def each(fact: Callable[[Instance], str]) -> pd.Series:
        return _repeated([fact(instance) for instance in listed], len(ids))

    rows: dict[str, Any] = {
        name: np.concatenate([found[name] for found in figures]) for name in figures[0]
    }
    rows["status"], rows["note"] = (
        pd.Series(rows[name], dtype="str") for name in ("status", "note")
    )
    rows |= {
        "quarter": quarter, "audience": audience,
        "territory": pd.concat([ids] * count, ignore_index=True),
        "territory_label": pd.concat(
            [pd.Series([places_of[i].label for i in ids], dtype="str")] * count, ignore_index=True
        ),
        "indicator": each(lambda instance: instance.indicator),
        "category": each(lambda instance: instance.category),
        "period": each(lambda instance: instance.period),
        "source": each(lambda instance: "+".join(instance.sources)),
        "millesime": each(lambda instance: instance.vintages),
        "synthetic": np.repeat(
            [any(synthetic[name] for name in instance.sources) for instance in listed], len(ids)
        ),
    }  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _repeated(texts: list[str], size: int) -> pd.Series:
    """Each text as many times as there are territories."""
    return pd.Series(texts, dtype="str").repeat(size).reset_index(drop=True)


Texts = NDArray[np.object_]


@dataclass(frozen=True)
class _Given:
    """What all instances of a table are computed from: totals, kinds and signs of territories."""

    totals: pd.DataFrame
    kinds: Texts
    marks: Mapping[str, Texts]


def _marks(signs: pd.DataFrame) -> dict[str, Texts]:
    """The signs of each column that has any."""
    found = {str(name): column.to_numpy(dtype=object) for name, column in signs.items()}
    return {name: column for name, column in found.items() if set(column) & set(_SIGNS)}


def _one(instance: Instance, given: _Given) -> dict[str, Any]:
    """Value, low, high, n, status and note of one instance, in the order of the totals."""
    size = len(given.totals)
    if instance.complete:
        columns = _arguments(instance, given.totals)
        found = indicators.estimate(instance.indicator, columns)
        judged = indicators.judged(instance.indicator, columns, found)
        status, note = (texts.astype(object) for texts in judged)
        _explain(status, note, np.isnan(found.value), instance, given.marks)
        rows = {"value": found.value, "low": found.low, "high": found.high, "n": found.n}
    else:
        status, note = np.full(size, "n.d.", object), np.full(size, NOT_INSTALLED, object)
        rows = {name: np.full(size, np.nan) for name in ("value", "low", "high", "n")}
    published = catalog.indicator(instance.indicator).published_for
    if published:
        unknown = ~np.isin(given.kinds, published) & (note != NOT_ADDED)
        status[unknown], note[unknown] = "n.d.", "non publié à cette échelle"
    hidden = status != "ok"
    figures = {name: np.where(hidden, np.nan, figure) for name, figure in rows.items()}
    return {**figures, "status": status, "note": note}


def _arguments(instance: Instance, totals: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            argument: totals.get(origin, np.nan) if isinstance(origin, str) else origin
            for argument, origin in instance.arguments.items()
        },
        index=totals.index,
    )


def _explain(
    status: Texts, note: Texts, unknown: NDArray[np.bool_], instance: Instance,
    marks: Mapping[str, Texts],
) -> None:  # fmt: skip
    """Say of the values that are missing why their producer, or the file installed, has none.

    The gravest reason comes last: what is hidden is hidden, whatever else is missing.
    """
    read = [marks[o] for o in instance.arguments.values() if isinstance(o, str) and o in marks]
    if not read or not unknown.any():
        return
    for sign in reversed(_SIGNS):
        marked = np.logical_or.reduce([column == sign for column in read]) & unknown
        status[marked], note[marked] = _SIGNS[sign]


def of_places(rows: pd.DataFrame, chosen: Sequence[str], every: Sequence[str]) -> pd.DataFrame:
    """The rows of some territories, cut from a table that `table` made of all of `every`."""
    ranks = {name: rank for rank, name in enumerate(every)}
    starts = np.arange(0, len(rows), len(every))[:, None]
    at = starts + np.array([ranks[name] for name in chosen], dtype=int)
    return rows.take(at.ravel()).reset_index(drop=True)
