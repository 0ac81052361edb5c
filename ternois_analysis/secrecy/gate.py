"""The one gate: what an audience may see is decided here, before any figure, table or sentence."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.secrecy import audience as facts_of
from ternois_analysis.catalog.secrecy import secrecy_rule
from ternois_analysis.errors import SecrecyError, explain
from ternois_analysis.secrecy.audit import RECORD, audit, check
from ternois_analysis.secrecy.cells import prepare
from ternois_analysis.secrecy.relations import KEY, Relations
from ternois_analysis.secrecy.suppress import suppress
from ternois_analysis.secrecy.system import systems

#: Note of a value that only an internal output may show.
INTERNAL_NOTE = french.typeset("valeur couverte par le secret statistique : usage interne")


@dataclass(frozen=True)
class Use:
    """A cell that enters a value, at the value's territory.

    `category` None means the value's own category; `""` the total, whatever the value's category.
    """

    column: str
    period: str = ""
    category: str | None = None


@dataclass(frozen=True, eq=False)
class Protection:
    """What must not be shown to an audience, and the proof that it cannot be found.

    `hidden` has one row a cell (see `audit.RECORD`). For an audience from which nothing is hidden,
    these are the cells to be marked. `cost` is the information lost to complementary secrecy,
    `bound` the least that could be lost.
    """

    audience: str
    hides: bool
    mark: str
    hidden: pd.DataFrame
    cost: float = 0.0
    bound: float = 0.0
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """Share of the cost that a better choice could at most save: 0 is the best choice."""
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost else 0.0


def protect(
    cells: pd.DataFrame,
    relations: Relations,
    audience: str,
    earlier: pd.DataFrame | None = None,
    *,
    wider: Protection | None = None,
    time_limit: float = 30.0,
    cost: str = "value",
) -> Protection:
    """Choose what to hide from an audience, and audit the choice.

    Parameters
    ----------
    cells : DataFrame
        One row a cell of the publication: `column`, `period`, `territory`, `category`, `value`,
        `n`, `top1`, `secrecy` (class); see `cells.tidy`.
    relations : Relations
    audience : str
    earlier : DataFrame, optional
        What this audience knows from earlier editions: `releases.earlier(audience)`.
    wider : Protection, optional
        Protection for the audience that sees this one's outputs too: what is hidden from it is
        hidden here, so that putting both outputs together teaches it nothing.
    time_limit : float
        Seconds for the search. When they are over, the best safe choice is taken and `gap` is more
        than zero; protection is never given up.
    cost : {"value", "log", "one"}
        Information lost with a cell.

    Returns
    -------
    Protection

    Raises
    ------
    SecrecyError
        If a secret follows from what is public already.
    SchemaError
        If the cells do not add up, or what a rule looks at is missing.
    """
    start = time.monotonic()
    facts = facts_of(audience)
    classes = cells["secrecy"].unique()
    if all(secrecy_rule(name, audience).kind == "free" for name in classes):
        nothing = pd.DataFrame(columns=RECORD)
        return Protection(audience, facts.hides, facts.mark, nothing)
    table = prepare(cells, relations, audience)
    if not facts.hides:
        marked = table.loc[table["code"] != "", [*KEY, "code", "reason"]].assign(kind="primary")
        return Protection(audience, False, facts.mark, marked.reindex(columns=RECORD))
    additive = table[table["additive"]]
    forced = None if wider is None else pd.MultiIndex.from_frame(wider.hidden[KEY])
    chosen = [table.loc[(table["code"] != "") & ~table["additive"], KEY]]
    total = lowest = 0.0
    # Small families first: what they leave of the time goes to the large ones.
    families = systems(additive, relations, audience, earlier, cost)
    families.sort(key=lambda system: len(system.cells))
    for rank, system in enumerate(families):
        rows = additive.loc[system.rows.index]
        also = None
        if forced is not None:
            withheld = pd.MultiIndex.from_frame(rows[KEY]).isin(forced)
            also = np.bincount(system.rows, weights=withheld, minlength=len(system.cells)) > 0
        left = max(0.0, time_limit - (time.monotonic() - start)) / (len(families) - rank)
        pattern = suppress(system, time_limit=left, hidden=also)
        chosen.append(rows.loc[pattern.hidden[system.rows.to_numpy()], KEY])
        total, lowest = total + pattern.cost, lowest + pattern.bound
    hidden = pd.concat(chosen, ignore_index=True)
    record = audit(cells, relations, audience, hidden, earlier)
    check(record)
    seconds = time.monotonic() - start
    return Protection(audience, True, facts.mark, record, total, lowest, seconds)


def hide(
    values: pd.DataFrame,
    uses: Mapping[tuple[str, str], Sequence[Use]],
    protection: Protection,
) -> pd.DataFrame:
    """Values of which nothing is left that comes from a hidden cell.

    Parameters
    ----------
    values : DataFrame
        One row a value, as the observatory gives them.
    uses : mapping
        Cells that enter a value, by indicator and period of the value. A value that is not named
        passes: it must be made from public data only.
    protection : Protection

    Returns
    -------
    DataFrame
        The same rows; a value that uses a hidden cell has status « s », no value, interval, n or
        note. For an audience from which nothing is hidden, it only gets a note. `values` itself is
        returned, untouched, when nothing is hidden.

    Raises
    ------
    SecrecyError
        If a value was made for another audience.
    """
    if protection.hidden.empty or values.empty:
        return values
    others = sorted(set(values["audience"].unique()) - {protection.audience})
    if others:
        raise SecrecyError(
            explain(
                "Values at the secrecy gate",
                expected=f"values for {protection.audience}",
                found=others,
                do="Protect the cells for this audience.",
            )
        )
    touched = _touched(values, uses, protection.hidden)
    result = values.copy()
    if not protection.hides:
        result.loc[touched, "note"] = INTERNAL_NOTE
        return result
    touched &= (values["status"] != "n.d.").to_numpy()
    result.loc[touched, ["value", "low", "high", "n"]] = np.nan
    result.loc[touched, "note"] = ""
    result.loc[touched, "status"] = "s"
    return result


def _touched(
    values: pd.DataFrame, uses: Mapping[tuple[str, str], Sequence[Use]], hidden: pd.DataFrame
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    table = pd.DataFrame(
        [(i, p, u.column, u.period, u.category) for (i, p), used in uses.items() for u in used],
        columns=["indicator", "when", "column", "period", "of"],
    )
    found = table.merge(hidden[KEY], on=["column", "period"])
    own = found["of"].isna()
    total = ~own & (found["of"] == found["category"])
    here = ["indicator", "period", "territory"]
    place = pd.MultiIndex.from_frame(values[here])
    whole = pd.MultiIndex.from_frame(found.loc[total, ["indicator", "when", "territory"]])
    exact = pd.MultiIndex.from_frame(found.loc[own, ["indicator", "when", "territory", "category"]])
    return place.isin(whole) | pd.MultiIndex.from_frame(values[[*here, "category"]]).isin(exact)
