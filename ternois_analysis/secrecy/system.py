"""The cells of one family of linked tables with what the observatory knows of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import scipy.sparse as sp

from ternois_analysis import french
from ternois_analysis.catalog.secrecy import SecrecyRule, secrecy_rule
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.secrecy import tables, truth
from ternois_analysis.secrecy.equations import balance, equations
from ternois_analysis.secrecy.partition import Key
from ternois_analysis.secrecy.relations import KEY, Relations
from ternois_analysis.secrecy.tables import Balance, Bools, Cells, Floats, Layout, Link, Table

#: What a cell costs when it is hidden: its value, the logarithm of it, or one.
COSTS = ("value", "log", "one")


@dataclass(frozen=True, eq=False)
class System:
    """One family of linked tables.

    `cells` has one row a distinct sum of atoms: `column`, `period`, `territory`, `category`,
    `value`, `n`, `top1`, `whole`, `most`, `code` and `reason` (why it is hidden by itself) and
    `edition` (where it was published before). `open` cells may be shown or hidden; `known` ones are
    public whatever we do; the others are never shown. `truth`, `units` (NaN: unknown), `top` and
    `zero` are the value, number of units, largest contribution and emptiness of each atom, `least`
    the smallest figure of its table. `rows` gives the cell of each row of the input.
    """

    tables: tuple[Table, ...]
    matrix: sp.csr_array
    equations: sp.csr_array
    balances: tuple[Balance, ...]
    cells: pd.DataFrame
    open: Bools
    known: Bools
    cost: Floats
    truth: Floats
    units: Floats
    zero: Bools
    top: Floats
    whole_numbers: Bools
    least: Floats
    rows: pd.Series

    @property
    def primary(self) -> Bools:
        """Cells that the rules hide by themselves."""
        return (self.cells["code"] != "").to_numpy(dtype=bool)

    def rule(self, atom: int) -> SecrecyRule:
        """The rule of the table of an atom."""
        return next(t.rule for t in self.tables if atom < t.first + t.size)

    def shown(self, hidden: Bools) -> Bools:
        """Cells that are public when some are hidden."""
        return self.known | (self.open & ~hidden)

    def atoms(self, cell: int) -> tuple[int, ...]:
        """Atoms of a cell that are not known zeros, in order."""
        first, last = self.matrix.indptr[cell : cell + 2]
        return tuple(self.matrix.indices[first:last])

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Cells as the audit record names them."""
        columns = [self.cells[name] for name in ("column", "period", "territory", "category")]
        rows = zip(*columns, self.cells["edition"], strict=True)
        return tuple(_name(*row) for row in rows)


def _name(column: str, period: str, territory: str, category: str, edition: str) -> str:
    parts = [column, period, territory, category or "ensemble"]
    before = f" (publié au {french.quarter(edition)})" if edition else ""
    return ", ".join(part for part in parts if part) + before


def systems(
    cells: pd.DataFrame,
    relations: Relations,
    audience: str,
    earlier: pd.DataFrame | None = None,
    cost: str = "value",
) -> list[System]:
    """One system a family of tables that has something to protect.

    Parameters
    ----------
    cells : DataFrame
        As given by `cells.prepare`, additive ones only.
    relations : Relations
    audience : str
    earlier : DataFrame, optional
        Cells already published (see `releases.earlier`): `communes` is a list of codes in a text.
    cost : {"value", "log", "one"}
    """
    rows = cells[cells["value"].notna()].assign(rank=0, edition="")
    rows["place"] = rows["territory"].map({t: frozenset(c) for t, c in relations.communes.items()})
    if earlier is not None and len(earlier):
        rows = pd.concat([rows, _earlier(earlier, relations, set(rows["column"]))])
    rows["key"] = list(zip(rows["column"], rows["period"], strict=True))
    classes: dict[Key, str] = dict(rows.drop_duplicates("key")[["key", "secrecy"]].to_numpy())
    rule = {key: secrecy_rule(name, audience) for key, name in classes.items()}
    now = rows.loc[rows["rank"] == 0, "key"].unique()
    wanted = {key for key in now if rule[key].kind != "free"}
    found = tables.links(rule, relations)
    result = []
    for family in tables.families(list(rule), found):
        if wanted.intersection(family):
            part = rows[rows["key"].isin(family)].sort_values("rank", kind="stable")
            tied = [link for link in found if link.parts[0] in family]
            result.append(_system(part, {k: rule[k] for k in family}, tied, relations, cost))
    return result


def _earlier(earlier: pd.DataFrame, relations: Relations, columns: set[str]) -> pd.DataFrame:
    """Cells of earlier editions that may matter, each once."""
    for relation in relations.parts:
        columns = columns | {relation.whole, *relation.parts}
    shown = earlier[(earlier["status"] == "ok") & earlier["column"].isin(columns)]
    shown = shown[shown["additive"].astype(bool)]
    shown = shown.drop_duplicates(["column", "period", "communes", "category"], keep="last")
    places = {text: frozenset(text.split()) for text in shown["communes"].unique()}
    shown = shown.assign(
        place=shown["communes"].map(places),
        edition=shown["quarter"],
        published=True,
        code="",
        reason="",
        rank=1,
    )
    return shown.set_index(pd.Index(-1 - np.arange(len(shown))))


def _system(
    rows: pd.DataFrame,
    rule: Mapping[Key, SecrecyRule],
    found: Sequence[Link],
    relations: Relations,
    cost: str,
) -> System:
    plan, cell, zero = _layout(rows, rule, found, relations)
    rows = rows.assign(cell=cell)
    first = rows.drop_duplicates("cell").sort_values("cell", ignore_index=True)
    cells = first[[*KEY, "value", "n", "top1", "whole", "most", "code", "reason", "edition"]].copy()
    given = (first["rank"] == 0).to_numpy()
    old = (rows["rank"] == 1).to_numpy()
    cells["edition"] = rows[old].groupby("cell")["edition"].max().reindex(cells.index).fillna("")
    value = truth.values(plan, cells, given, zero)
    units = truth.single(plan.matrix, cells["n"].to_numpy(dtype=float), given)
    units = np.where(zero, 0.0, units)
    # A cell of an earlier edition counts as today's data have it, where they have it.
    cells["value"] = cells["value"].where(given, plan.matrix @ value)
    counted = pd.Series(plan.matrix @ units)
    cells["n"] = cells["n"].where(given | counted.isna(), counted)
    top = truth.largest(plan.matrix, cells["top1"].to_numpy(dtype=float))
    printed = rows["published"].to_numpy(dtype=bool)
    free = rows["key"].map({key: r.kind == "free" for key, r in rule.items()}).to_numpy(dtype=bool)
    empty = np.diff(plan.matrix.indptr) == 0
    published, known = _any(printed & ~old, cell), _any((free & printed) | old, cell)
    known |= empty & published
    smallest = cells["value"].where(cells["value"] > 0).groupby(first["key"]).min().fillna(1.0)
    return System(
        plan.tables,
        plan.matrix,
        plan.equations,
        plan.balances,
        cells,
        open=published & ~known,
        known=known,
        cost=_cost(cells["value"], first["key"].map(smallest), cost),
        truth=value,
        units=units,
        zero=zero,
        top=np.where(zero, 0.0, top),
        whole_numbers=_whole(plan.tables, value),
        least=np.concatenate([np.full(t.size, smallest[t.key]) for t in plan.tables]),
        rows=rows.loc[rows["rank"] == 0, "cell"],
    )


def _layout(
    rows: pd.DataFrame, rule: Mapping[Key, SecrecyRule], found: Sequence[Link], relations: Relations
) -> tuple[Layout, Cells, Bools]:
    """Atoms, the cell of each row, and the atoms known to be zero.

    Cells that differ by known zeros only become one cell: in a commune with one business, its
    trade, its family and the total are the same figure.
    """
    cut, matrix, cell = tables.laid_out(rows, rule, found, relations)
    named = {table.key: table for table in cut}
    counted = rows["key"].map({key: r.kind == "units" for key, r in rule.items()})
    empty = counted.to_numpy(dtype=bool) & (rows["n"] == 0).to_numpy()
    zero = (matrix.T @ _any(empty, cell).astype(float)) > 0
    live = sp.csr_array(matrix @ sp.diags_array((~zero).astype(float)))
    live.eliminate_zeros()
    live.sort_indices()
    ends = zip(live.indptr[:-1], live.indptr[1:], strict=True)
    seen: dict[bytes, int] = {}
    number = np.array([seen.setdefault(live.indices[a:b].tobytes(), len(seen)) for a, b in ends])
    _, kept = np.unique(number, return_index=True)
    plan = Layout(
        tuple(replace(t, grid=np.where(t.grid >= 0, number[t.grid], -1)) for t in cut),
        sp.csr_array(live[kept]),
        equations(named, found, live.shape[1]),
        tuple((signs, number[own]) for signs, own in (balance(named, link) for link in found)),
    )
    return plan, number[cell], zero


def _any(flag: Bools, cell: Cells) -> Bools:
    return np.bincount(cell, weights=flag) > 0


def _cost(value: pd.Series, least: pd.Series, cost: str) -> Floats:
    if cost not in COSTS:
        raise SchemaError(explain("Cost of a cell", expected=COSTS, found=cost, do="Choose one."))
    # A zero says something too: it costs as much as the smallest figure of its table.
    figure: Floats = np.maximum(value.to_numpy(dtype=float), least.to_numpy(dtype=float))
    return {"value": figure, "log": np.log1p(figure), "one": np.ones(len(figure))}[cost]


def _whole(found: Sequence[Table], value: Floats) -> Bools:
    """Atoms that are whole numbers, and known to be."""
    parts = [(table.rule, value[table.first : table.first + table.size]) for table in found]
    return np.concatenate(
        [
            np.full(len(own), rule.whole_numbers and (own == np.round(own)).all())
            for rule, own in parts
        ]
    )
