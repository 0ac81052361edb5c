"""Names to complete: `obs.indicators.<TAB>`, `obs.territories.<TAB>`."""

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.catalog import TerritoryFacts
from ternois_analysis.errors import SchemaError, explain

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Names(Generic[T]):
    """Identifiers with what each stands for; `names.some_thing` and `names["some-thing"]` are one.

    `listing` has one row an identifier, for display; `find` gives what a listed one stands for.
    """

    listing: pd.DataFrame
    find: Callable[[str], T]

    def _by_attribute(self) -> Mapping[str, str]:
        return {str(name).replace("-", "_"): str(name) for name in self.listing.index}

    def __getattr__(self, name: str) -> T:
        if name.startswith("_"):
            raise AttributeError(name)
        known = self._by_attribute()
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            raise AttributeError(
                explain("Unknown name", expected="one of the list", found=name,
                        do=f"Did you mean '{near[0]}'?" if near else "Show the list.")
            )  # fmt: skip
        return self.find(known[name])

    def __getitem__(self, name: str) -> T:
        if name not in self.listing.index:
            near = difflib.get_close_matches(name, map(str, self.listing.index), 1)
            raise SchemaError(
                explain("Unknown name", expected="one of the list", found=name,
                        do=f"Did you mean '{near[0]}'?" if near else "Show the list.")
            )  # fmt: skip
        return self.find(name)

    def __iter__(self) -> Iterator[str]:
        return iter(map(str, self.listing.index))

    def __len__(self) -> int:
        return len(self.listing)

    def __dir__(self) -> list[str]:
        return [*self._by_attribute(), "find", "listing"]

    def _ipython_key_completions_(self) -> list[str]:
        return list(self)

    def __repr__(self) -> str:
        return self.listing.to_string(max_rows=20)

    def _repr_html_(self) -> str:
        return str(self.listing.to_html(max_rows=400))


def indicators() -> Names[str]:
    """Identifiers of the catalogue, with label, unit and theme."""
    known = catalog.indicators()
    rows = {name: (entry.label, entry.unit, entry.theme) for name, entry in known.items()}
    listing = pd.DataFrame.from_dict(rows, orient="index", columns=["label", "unit", "theme"])
    return Names(listing, str)


def territories(facts: TerritoryFacts, find: Callable[[str], T]) -> Names[T]:
    """Identifiers of the facts' territories and lists, with their labels."""
    labels = {name: fact.label for name, fact in facts.territories.items()}
    labels |= {name: fact.label for name, fact in facts.lists.items()}
    return Names(pd.Series(labels, dtype="str").to_frame("label"), find)
