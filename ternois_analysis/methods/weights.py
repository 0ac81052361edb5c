"""Who is next to whom, as a row-standardised matrix: each unit's neighbours weigh one together."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from ternois_analysis.errors import SchemaError, explain

Neighbours = Mapping[Any, Collection[Any]]


def row_standardised(neighbours: Any, units: Sequence[Hashable]) -> Any:
    """Weights of neighbours, each row adding up to one.

    Parameters
    ----------
    neighbours : mapping or scipy sparse array
        The neighbours of each unit, all of the same weight; or weights, zero or more, with the
        rows and columns of `units`. Links of a mapping to units that are not asked for are left
        out: give the ring of outside neighbours among the units for them to count.
    units : sequence
        Units wanted, in order.

    Returns
    -------
    scipy.sparse.csr_array
        Square, in the order of `units`; not symmetric, since units differ in their neighbours.

    Raises
    ------
    SchemaError
        If a unit is named twice, is its own neighbour or has no neighbour, or if a matrix is not
        square, of the size of `units` and without negative weights.
    """
    from scipy.sparse import coo_array, csr_array

    if len(set(units)) != len(units):
        raise _wrong("Units", "each named once", "a name twice", "Keep one row a unit.")
    size = len(units)
    if isinstance(neighbours, Mapping):
        place = {unit: position for position, unit in enumerate(units)}
        links = sorted(
            {
                (place[unit], place[other])
                for unit in units
                for other in neighbours.get(unit, ())
                if other in place
            }
        )
        rows, columns = np.array(links, dtype=np.intp).reshape(-1, 2).T
        matrix = csr_array(coo_array((np.ones(len(links)), (rows, columns)), shape=(size, size)))
    else:
        # A copy, for what is given stays as it is.
        matrix = csr_array(neighbours, dtype="float64").copy()
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    if matrix.shape != (size, size) or not (matrix.data > 0).all():
        found = f"{matrix.shape[0]} × {matrix.shape[1]}, least weight {min(matrix.data, default=0)}"
        raise _wrong("Weights of neighbours", f"{size} × {size}, zero or more", found, "Check it.")
    if matrix.diagonal().any():
        alone = [units[i] for i in np.flatnonzero(matrix.diagonal())[:5]]
        raise _wrong("Weights of neighbours", "other units", alone, "Take units out of their own.")
    sums = np.asarray(matrix.sum(axis=1)).ravel()
    if (sums == 0).any():
        islands = [units[i] for i in np.flatnonzero(sums == 0)[:5]]
        do = "Leave these units out, or link them to the nearest ones."
        raise _wrong("Units without neighbours", "at least one for each unit", islands, do)
    matrix.data /= np.repeat(sums, np.diff(matrix.indptr))
    return matrix


def _wrong(what: str, expected: str, found: object, do: str) -> SchemaError:
    return SchemaError(explain(what, expected=expected, found=found, do=do))
