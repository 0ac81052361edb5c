"""Cutting territories and categories into the smallest pieces that published sums tell apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.secrecy.relations import Relations

Bools = NDArray[np.bool_]
#: A column and a period.
Key = tuple[str, str]

#: Sums may differ by this share: they are sums of floats.
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Partition:
    """Sets and the disjoint classes of which each set is a union.

    `inside` has one row a set and one column a class; `classes` are the elements of each class.
    """

    sets: tuple[frozenset[str], ...]
    classes: tuple[frozenset[str], ...]
    inside: Bools


def partition(sets: Iterable[frozenset[str]]) -> Partition:
    """The coarsest classes of which all sets are unions: elements that no set tells apart."""
    ordered = tuple(sorted(set(sets), key=lambda s: (-len(s), sorted(s))))
    elements = sorted(frozenset().union(*ordered))
    place = {element: i for i, element in enumerate(elements)}
    member = np.zeros((len(ordered), len(elements)), dtype=bool)
    for row, one in enumerate(ordered):
        member[row, [place[element] for element in one]] = True
    inside, number = np.unique(member, axis=1, return_inverse=True)
    classes: list[list[str]] = [[] for _ in range(inside.shape[1])]
    for element, own in zip(elements, number.ravel(), strict=True):
        classes[own].append(element)
    return Partition(ordered, tuple(map(frozenset, classes)), inside)


def within(coarse: Partition, fine: Partition) -> Bools:
    """Which fine classes (columns) lie in which coarse class (rows)."""
    owner = {element: i for i, one in enumerate(coarse.classes) for element in one}
    result = np.zeros((len(coarse.classes), len(fine.classes)), dtype=bool)
    for column, one in enumerate(fine.classes):
        row = owner.get(next(iter(one)))
        if row is not None:
            result[row, column] = True
    return result


def groups(
    used: Iterable[str], relations: Relations, exhaustive: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Finest categories under each category in use.

    A category that is more than the sum of those under it also holds a piece of its own, named
    `<category>…`: what nobody has classified further.
    """
    named = sorted(set(used))
    under = {c: _under(c, named, relations) for c in named}
    return {
        category: frozenset(
            leaf if not under[leaf] else f"{leaf}…"
            for leaf in [category, *under[category]]
            if not under[leaf] or leaf not in exhaustive
        )
        for category in named
    }


def _under(category: str, used: Sequence[str], relations: Relations) -> list[str]:
    below = relations.below(category) if category else frozenset(used) - {""}
    return [c for c in used if c in below]


def exhaustive(tables: Sequence[pd.DataFrame], relations: Relations) -> frozenset[str]:
    """Categories that are, wherever it can be seen, exactly the sum of the categories under them.

    Parameters
    ----------
    tables : sequence of DataFrame
        One a column and period: `place`, `category`, `value`.

    Raises
    ------
    SchemaError
        If parts are more than the whole: two classifications of one column were mixed, or a
        category is given twice under two names.
    """
    exact: dict[str, bool] = {}
    for table in tables:
        wide = table.pivot_table(
            index="place", columns="category", values="value", aggfunc="first", sort=False
        )
        used = [str(c) for c in wide.columns]
        for category in used:
            below = _under(category, used, relations)
            children = [c for c in below if not any(c in _under(b, used, relations) for b in below)]
            if not children:
                continue
            full = wide[[category, *children]].dropna()
            gap = full[category] - full[children].sum(axis=1)
            slack = TOLERANCE * float(full[category].abs().max()) if len(full) else 0.0
            if (gap < -slack).any():
                raise SchemaError(
                    explain(
                        f"{table['column'].iloc[0]}, categories of '{category or 'total'}'",
                        expected="parts that add up to no more than the whole",
                        found=f"{children} add up to more",
                        do="Give each classification as a column of its own, linked by Parts.",
                    )
                )
            if len(full):
                exact[category] = exact.get(category, True) and not (gap > slack).any()
    return frozenset(category for category, holds in exact.items() if holds)


def shared(
    needs: Mapping[Key, set[frozenset[str]]],
    tied: Sequence[tuple[Key | None, tuple[Key, ...]]],
) -> dict[Key, set[frozenset[str]]]:
    """Sets that each table must tell apart once relations are taken into account.

    Parameters
    ----------
    needs : mapping
        Table to its own sets.
    tied : sequence
        A whole (None: none) and its parts: parts are cut alike, and the whole at least as finely.
    """
    result = {table: set(sets) for table, sets in needs.items()}
    changed = True
    while changed:
        before = sum(map(len, result.values()))
        for whole, parts in tied:
            union = set().union(*(result[part] for part in parts))
            result |= {part: result[part] | union for part in parts}
            if whole is not None:
                result[whole] = result[whole] | union
        changed = sum(map(len, result.values())) > before
    return result
