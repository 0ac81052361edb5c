"""What counts of persons must not tell: cells, their relations, the gate that values pass."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from ternois_analysis.catalog import secrecy as catalog
from ternois_analysis.catalog.contributions import secret_columns
from ternois_analysis.observatory import craft, partner_cells
from ternois_analysis.observatory.columns import Columns
from ternois_analysis.observatory.values import Instance
from ternois_analysis.territory import Gazetteer, Territory
from ternois_analysis.trail import lru_cache

if TYPE_CHECKING:  # its solvers take a third of a second to load, and most figures need none
    from ternois_analysis.secrecy.gate import Protection, Use
    from ternois_analysis.secrecy.relations import Relations

_CELL = ["column", "period", "territory", "category", "value", "n", "top1", "secrecy"]
#: The same quantity under two names must be hidden or shown as one.
_SAME = {
    "craft_owners_55_plus": ("craft_owners", craft.OLDER),
    # Those without an employee are all the others: to know one number is to know the other.
    "craft_no_employee": ("craft_employers", ""),
}


def secret(column: str) -> bool:
    """Whether a column is not a public count."""
    return column in catalog.secrecy().columns or column in secret_columns()


def _wholes() -> set[str]:
    return {facts.part_of for facts in catalog.secrecy().columns.values()} - {""}


def cells(columns: Columns, places: Iterable[Territory]) -> pd.DataFrame:
    """Every count of the register and of contributions that a rule looks at, by territory.

    Parameters
    ----------
    columns : Columns
    places : iterable of Territory
        Inside the register's coverage.

    Returns
    -------
    DataFrame
        One row a cell: column, period, territory, category, value, n (contributing units; persons
        for a count of persons), top1 (largest contribution), secrecy (class).
    """
    places = list(places)
    rows = partner_cells.cells(columns, places)
    if columns.register is None:
        return pd.DataFrame(rows, columns=_CELL)
    where = columns.register.spells["commune"]
    known, wholes = catalog.secrecy().columns, _wholes()
    for (column, category, quarter), added in columns.contributions.items():
        # Of a public whole only the total is needed: its categories are public too.
        if column not in known and (column not in wholes or category):
            continue
        values = added.astype(float)
        level = known[column].class_ if column in known else "SD0*"
        for place in places:
            inside = values[where.isin(place.communes)]
            total = inside.sum()
            units = float((inside > 0).sum())
            n = total if column == "craft_apprentices" else units
            rows.append((column, quarter, place.id, category, total, n, inside.max(), level))
    return pd.DataFrame(rows, columns=_CELL).fillna({"top1": 0.0})


def relations(places: Iterable[Territory]) -> "Relations":
    """How the cells of some territories hang together."""
    from ternois_analysis.secrecy.relations import Parts, Relations

    last = [label for label, low, _ in craft.AGES if low >= 55]
    return Relations(
        communes={place.id: place.communes for place in places},
        categories={craft.OLDER: tuple(last)},
        parts=tuple(
            Parts(facts.part_of, (column,), facts.exhaustive, by_category=not facts.exhaustive)
            for column, facts in catalog.secrecy().columns.items()
            if facts.part_of
        ),
    )


def published_territories(gazetteer: Gazetteer, at: str) -> list[Territory]:
    """The territories for which counts of persons may be published: those of the facts."""
    covered = set(gazetteer.pays_codes)
    found = (gazetteer.resolve(name, at) for name in gazetteer.facts.territories)
    return [place for place in found if covered.issuperset(place.communes)]


def protection(columns: Columns, gazetteer: Gazetteer, audience: str) -> "Protection | None":
    """What an audience must not see of the quarter; None where nothing counts persons.

    Raises
    ------
    SecrecyError
        If a secret follows from what earlier quarters published.
    """
    places = published_territories(gazetteer, columns.quarter.last_day.isoformat())
    found = cells(columns, places)
    if columns.register is None and found.empty:
        return None
    from ternois_analysis.secrecy.gate import protect
    from ternois_analysis.secrecy.releases import earlier

    linked = relations(places)
    # Partners read the public edition too: what is hidden from them stays hidden there, so that
    # the two editions put together tell them nothing.
    wider = None
    if audience == "public":
        theirs = partner_cells.as_partners_see(columns)
        more = found if theirs is columns else cells(theirs, places)
        wider = protect(more, linked, "partners", earlier("partners"))
    return protect(found, linked, audience, earlier(audience), wider=wider)


def proof(
    columns: Columns, gazetteer: Gazetteer, audience: str, shield: "Protection"
) -> pd.DataFrame:
    """Smallest and largest value that all that is published allows for each hidden cell.

    Returns
    -------
    DataFrame
        The columns of `secrecy.audit.RECORD`, with exact bounds.
    """
    from ternois_analysis.secrecy.audit import audit
    from ternois_analysis.secrecy.releases import earlier

    places = published_territories(gazetteer, columns.quarter.last_day.isoformat())
    known = earlier(audience)
    return audit(
        cells(columns, places), relations(places), audience, shield.hidden, known, exact=True
    )


def record(columns: Columns, gazetteer: Gazetteer, audience: str, shield: "Protection") -> Path:
    """Write what is published to an audience in the release register, for later audits."""
    from ternois_analysis.secrecy import releases

    places = published_territories(gazetteer, columns.quarter.last_day.isoformat())
    found = cells(columns, places)
    return releases.record(str(columns.quarter), audience, found, relations(places), shield)


def uses(instances: Sequence[Instance]) -> Mapping[tuple[str, str], Sequence["Use"]]:
    """The cells that enter each value, by indicator and period."""
    found: dict[tuple[str, str], list[Use]] = {}
    for instance in instances:
        for origin in instance.arguments.values():
            used = _cell(origin) if isinstance(origin, str) else None
            if used is None:
                continue
            column, period, category = used
            own = None if instance.category and category == instance.category else category
            listed = found.setdefault((instance.indicator, instance.period), [])
            listed.append(_use(column, period, own))
    return {key: tuple(dict.fromkeys(listed)) for key, listed in found.items()}


def _use(column: str, period: str, category: str | None) -> "Use":
    from ternois_analysis.secrecy.gate import Use

    return Use(column, period, category)


@lru_cache(maxsize=4096)
def _cell(origin: str) -> tuple[str, str, str] | None:
    column, _, rest = origin.partition("@")
    period, _, category = rest.partition("#")
    if column in _SAME:
        column, category = _SAME[column]
    column, category = partner_cells.whole(column, category)
    gated = secret(column) or column in _wholes()
    return (column, period, category) if gated else None


def outside(
    values: pd.DataFrame, used: Mapping[tuple[str, str], Sequence["Use"]], guarded: frozenset[str]
) -> pd.DataFrame:
    """Values without those of territories that were not protected with the others.

    An ad hoc list, a commune or a part of an EPCI could be subtracted from what is published: what
    rests on counts of persons is hidden there.
    """
    if not used:
        return values
    hides = {key for key, cells in used.items() if any(secret(cell.column) for cell in cells)}
    keys = pd.MultiIndex.from_frame(values[["indicator", "period"]])
    open_ = values["territory"].isin(list(guarded)) | (values["status"] == "n.d.")
    hidden = keys.isin(list(hides)) & ~open_.to_numpy()
    if not hidden.any():
        return values
    result = values.copy()
    result.loc[hidden, ["value", "low", "high", "n"]] = float("nan")
    result.loc[hidden, ["status", "note"]] = ["s", ""]
    return result
