"""What two territories that overlap have in common: small pieces that combinations may reveal."""

from collections.abc import Iterator

import numpy as np

from ternois_analysis.secrecy import pieces
from ternois_analysis.secrecy.pieces import Sum
from ternois_analysis.secrecy.system import System
from ternois_analysis.secrecy.tables import Bools

#: Coefficients smaller than this are rounding.
_NOTHING = 1e-9


def overlaps(system: System) -> list[Sum]:
    """Forbidden pieces that two overlapping territories share, or that only one of them has.

    Left out are pieces that no combination of the cells of their table gives, published or not.
    """
    figures = pieces.figures(system)
    none = np.empty(0, dtype=int)
    found = []
    for table in system.tables:
        inside = table.places.inside
        for places in _overlapping(inside):
            share = np.linalg.lstsq(inside.T.astype(float), places.astype(float), rcond=None)[0]
            if (np.abs(inside.T @ share - places) > _NOTHING).any():
                continue
            used = np.flatnonzero(np.abs(share) > _NOTHING)
            for j in np.flatnonzero((table.grid[used] >= 0).all(axis=0)):
                kinds = table.kinds.inside[j]
                total = share[used] @ figures[table.grid[used, j]]
                top = pieces.largest(system, table, places[None], kinds[None])[0]
                code = str(pieces.codes(table, total[None], top)[0])
                atoms = pieces.atoms(table, places, kinds)
                found.append(pieces.checked(system, atoms, none, none, code))
    return [one for one in found if one.code]


def _overlapping(inside: Bools) -> Iterator[Bools]:
    nested = pieces.contains(inside)
    common = inside.astype(int) @ inside.T.astype(int) > 0
    for a, b in np.argwhere(np.triu(common, 1) & ~nested & ~nested.T):
        yield inside[a] & inside[b]
        yield inside[a] & ~inside[b]
        yield inside[b] & ~inside[a]
