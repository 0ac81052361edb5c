"""Relations between tables as equations: between atoms, and between the cells of a territory."""

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from ternois_analysis.secrecy.partition import Key, within
from ternois_analysis.secrecy.relations import Flow
from ternois_analysis.secrecy.tables import Balance, Floats, Link, Table

Term = tuple[float, Table, sp.csr_array]


def equations(tables: dict[Key, Table], links: Sequence[Link], atoms: int) -> sp.csr_array:
    """Sums of atoms that are always zero: whole − parts, stock − (stock before + in − out)."""
    blocks = [_spread(_terms(tables, link), atoms) for link in links]
    return sp.csr_array(sp.vstack(blocks, "csr")) if blocks else sp.csr_array((0, atoms))


def _terms(tables: dict[Key, Table], link: Link) -> list[Term]:
    parts = [tables[key] for key in link.parts]
    if link.whole is None:
        return [(s, t, sp.eye_array(t.size)) for s, t in zip(Flow.signs, parts, strict=True)]
    whole, one = tables[link.whole], parts[0]
    places: Floats = within(one.places, whole.places).astype(np.float64)
    if link.by_category:
        cut = sp.kron(places, within(one.kinds, whole.kinds) * 1.0, "csr")
        return [(1.0, whole, cut)] + [(-1.0, part, sp.eye_array(part.size)) for part in parts]
    same: Floats = np.diag(np.ones(len(one.places.classes)))
    return [(1.0, whole, _totals(places, whole))] + [
        (-1.0, part, _totals(same, part)) for part in parts
    ]


def _totals(places: Floats, table: Table) -> sp.csr_array:
    return sp.csr_array(sp.kron(places, np.ones((1, len(table.kinds.classes))), "csr"))


def _spread(terms: Sequence[Term], atoms: int) -> sp.csr_array:
    total = sp.csr_array((terms[0][2].shape[0], atoms))
    for sign, table, block in terms:
        part = sp.coo_array(block)
        shifted = part.row, part.col + table.first
        total = total + sign * sp.csr_array((part.data, shifted), shape=total.shape)
    return total


def balance(tables: dict[Key, Table], link: Link) -> Balance:
    """Cells of the same territory and category in each table of a relation, one row each."""
    keys = link.parts if link.whole is None else (link.whole, *link.parts)
    signs = Flow.signs if link.whole is None else (1.0, *[-1.0] * len(link.parts))
    places: list[dict[tuple[frozenset[str], str], int]] = []
    for table in (tables[key] for key in keys):
        at = zip(*np.nonzero(table.grid >= 0), strict=True)
        named = {(table.places.sets[i], table.labels[j]): int(table.grid[i, j]) for i, j in at}
        places.append({k: v for k, v in named.items() if link.by_category or not k[1]})
    common = [place for place in places[0] if all(place in other for other in places[1:])]
    cells = [[other[place] for other in places] for place in common]
    return np.array(signs), np.array(cells, dtype=int).reshape(len(common), len(places))
