"""What a producer's file brings: tables by source and millésime, with what was hidden in them."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.catalog import Level

#: Signs that producers print in place of a figure, and what each means.
SECRET, UNAVAILABLE = "s", "nd"
#: Share of its communes from which a département counts as covered whole.
_WHOLE = 0.9
#: Communes of the three cities whose municipal arrondissements have codes of their own.
_CITIES = {"751": "75056", "6938": "69123", "132": "13055"}


@dataclass(frozen=True, eq=False)
class Piece:
    """One table that a file brings, for one source, millésime and level.

    `table` is indexed by code (text): floats, missing where there is no figure; a column counted by
    category is named `column#category`. `signs` says of missing cells that the producer hid them
    (« s ») or does not have them (« nd »): code, column, sign; an empty cell has none.
    """

    source: str
    millesime: str
    level: Level
    table: pd.DataFrame
    signs: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["code", "column", "sign"], dtype="str")
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the source's columns that the piece has."""
        return tuple(dict.fromkeys(str(c).partition("#")[0] for c in self.table.columns))


@dataclass(frozen=True, eq=False)
class Delivered:
    """The pieces of a file, its millésime, and what of it was left aside and why (French)."""

    millesime: str
    pieces: tuple[Piece, ...]
    left_aside: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Ground:
    """What readers must know of the geography: today's communes and what earlier codes became.

    `own` are the communes that the observatory analyses, for files of which only those are kept;
    `check(codes, cog, place)` raises TerritoryError for codes that no year's geography explains.
    `wanted` is the millésime asked for, empty for any; `day` the one on which the file came.
    """

    communes: pd.DataFrame
    passage: pd.DataFrame
    own: tuple[str, ...] = ()
    check: Callable[[pd.Series, str, str], None] = lambda codes, cog, place: None
    wanted: str = ""
    day: dt.date = field(default_factory=dt.date.today)

    @cached_property
    def known(self) -> frozenset[str]:
        """Codes of communes of any year."""
        return frozenset(self.communes["commune"]) | frozenset(self.passage["commune_before"])

    @cached_property
    def departements(self) -> Mapping[str, frozenset[str]]:
        """Today's communes of each département of France, overseas collectivities left out."""
        inside = self.communes[self.communes["zone"] != "com"]
        return {
            str(code): frozenset(group) for code, group in inside.groupby("departement")["commune"]
        }


def covered(codes: Iterable[str], ground: Ground) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Départements that the rows of a file cover whole, and the communes beside them.

    A département counts as whole from nine communes in ten: where rows stand for something that
    exists, its other communes have none.
    """
    present = frozenset(codes)
    whole = tuple(
        code
        for code, members in sorted(ground.departements.items())
        if len(members & present) >= _WHOLE * len(members)
    )
    inside = frozenset().union(*(ground.departements[code] for code in whole))
    return whole, tuple(sorted((present & ground.known) - inside - _gone_in(whole, present)))


def _gone_in(departements: Iterable[str], codes: frozenset[str]) -> frozenset[str]:
    starts = tuple(departements)
    return frozenset(code for code in codes if starts and code.startswith(starts))


def whole_cities(codes: pd.Series) -> pd.Series:
    """Codes in which municipal arrondissements of Paris, Lyon and Marseille are their commune."""
    found = codes.copy()
    for start, commune in _CITIES.items():
        found = found.mask(codes.str.startswith(start) & (codes != commune), commune)
    return found


def is_declared(source: str, column: str) -> bool:
    """Whether a source has a column, its category set aside."""
    return column.partition("#")[0] in catalog.source(source).columns
