"""How cells hang together: territories, categories, parts of a whole, stocks and movements."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

#: What identifies a cell.
KEY = ["column", "period", "territory", "category"]


@dataclass(frozen=True)
class Parts:
    """Columns that count disjoint subsets of what another column counts.

    What they leave over is a cell too, even if nobody prints it: men, where owners and women are
    shown. `exhaustive` says that nothing is left over. With `by_category=False` the relation holds
    for the total only: the same total cut by two classifications.
    """

    whole: str
    parts: tuple[str, ...]
    exhaustive: bool = False
    by_category: bool = True

    @property
    def rest(self) -> str:
        """Name of the column of what is left over."""
        return f"{self.whole} sauf {', '.join(self.parts)}"


@dataclass(frozen=True)
class Flow:
    """A stock at two periods and its movements: stock(after) = stock(before) + entries − exits."""

    stock: str
    entries: str
    exits: str
    before: str
    after: str

    #: Sign of each term of the equation that equals zero.
    signs: ClassVar[tuple[float, ...]] = (1.0, -1.0, -1.0, 1.0)

    @property
    def terms(self) -> tuple[tuple[str, str], ...]:
        """Column and period of each term, in the order of `signs`."""
        stocks = (self.stock, self.after), (self.stock, self.before)
        return (*stocks, (self.entries, self.after), (self.exits, self.after))


@dataclass(frozen=True)
class Relations:
    """What links the cells of all tables of a publication.

    Parameters
    ----------
    communes : mapping
        Territory identifier to the codes of its communes. Codes must be fine enough for every
        territory ever published: where a commune has absorbed another, both old codes.
    categories : mapping
        Category to the categories it groups (`{"Alimentation": ("Boulangerie", …)}`). The total,
        `""`, groups all categories of its column and needs no entry.
    parts, flows : tuple
    """

    communes: Mapping[str, tuple[str, ...]]
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    parts: tuple[Parts, ...] = ()
    flows: tuple[Flow, ...] = ()

    def below(self, category: str) -> frozenset[str]:
        """All categories under one, at any depth."""
        found: set[str] = set()
        waiting = list(self.categories.get(category, ()))
        while waiting:
            child = waiting.pop()
            if child not in found:
                found.add(child)
                waiting.extend(self.categories.get(child, ()))
        return frozenset(found)
