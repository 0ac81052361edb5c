"""The facts of `contributions.yml`: what partners may send, and the sources that it makes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ternois_analysis import french
from ternois_analysis.catalog.reading import build, house_first, merged
from ternois_analysis.catalog.register import Check, Retention
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache

#: Start of the names of the sources that contributions make.
PREFIX = "contribution_"
_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Field:
    """A column of a template.

    `example` is what the example row shows (a category by its key). Of a `number`: `unit`, inner
    bounds, whether it is `whole` and `required`, may be hidden by its sender (`hides`: « s »), may
    not exceed another column of its row (`at_most`), and the class of `secrecy` of its totals.
    """

    kind: Literal["commune", "category", "number", "text"]
    label: str
    help: str
    example: str
    choices: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""
    whole: bool = False
    required: bool = False
    hides: bool = False
    at_most: str = ""
    secrecy: str = "SD0"
    minimum: float = 0.0
    maximum: float = 1e9


@dataclass(frozen=True)
class Items:
    """The column that counts the rows, where each row stands for a thing."""

    name: str
    label: str
    unit: str


@dataclass(frozen=True)
class ContributionKind:
    """What one kind of partner sends.

    `audiences` are those that the sender may choose from; `senders` says whether the numbers of
    several are added or the last one's replace the others; `fills` a source whose columns these
    are, `feeds` the indicators made of that source by other means than a function of columns.
    """

    label: str
    partner: str
    credit: str
    version: str
    row: str
    period: Literal["quarter", "year"]
    audiences: tuple[str, ...]
    columns: Mapping[str, Field]
    caution: str
    retention: Retention
    absence_is_zero: bool = False
    senders: Literal["replace", "add"] = "replace"
    items: Items | None = None
    fills: str = ""
    feeds: tuple[str, ...] = ()

    @property
    def category(self) -> str:
        """Name of the column of categories; empty without any."""
        return next((name for name, f in self.columns.items() if f.kind == "category"), "")

    @property
    def numbers(self) -> tuple[str, ...]:
        """Names of the columns of numbers."""
        return tuple(name for name, f in self.columns.items() if f.kind == "number")

    @property
    def added(self) -> tuple[str, ...]:
        """Names of the columns that are added up: numbers, and the count of rows if any."""
        return ((self.items.name,) if self.items else ()) + self.numbers

    def split(self, column: str) -> str:
        """Name of a column counted by category; empty where there are no categories."""
        return f"{column}_by_{self.category}" if self.category else ""


@dataclass(frozen=True)
class Contributions:
    """All of `contributions.yml`."""

    kinds: Mapping[str, ContributionKind]
    checks: Mapping[str, Check]


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, int], ...]) -> Contributions:
    path = files[-1][0]
    facts = build(Contributions, merged(files), path.name)
    for name, kind in facts.kinds.items():
        ranks = [facts_.kind for facts_ in kind.columns.values()]
        columns = [*kind.columns, *kind.added]
        one = ranks.count("commune") == 1 and ranks.count("category") <= 1 and bool(kind.numbers)
        if not one or len(ranks) < 3 or not all(map(_NAME.fullmatch, columns)):
            raise SchemaError(
                explain(f"{path.name}: {name}",
                        expected="a commune, one category at most, a number, three columns in all",
                        found=list(kind.columns), do="Mend its columns.")
            )  # fmt: skip
    return facts


def contributions() -> Contributions:
    """The kinds of contributions and the checks of their intake.

    Raises
    ------
    SchemaError
        If an entry is malformed.
    """
    return _read(house_first("contributions.yml"))


def contribution_kind(text: str) -> str:
    """The kind that a text names: `cci`, `operateur-opah`, `Espace info énergie`.

    Raises
    ------
    SchemaError
        For a text that names none.
    """
    known, wanted = contributions().kinds, french.plain(text.replace("_", " ").replace("-", " "))
    for name, kind in known.items():
        if wanted in {name.replace("_", " "), french.plain(kind.partner)}:
            return name
    raise SchemaError(
        explain("Unknown kind of contribution", expected=list(known), found=text,
                do="Name one of them.")
    )  # fmt: skip


def contributed_source(name: str) -> str:
    """Name of the source whose columns a kind brings."""
    return contributions().kinds[name].fills or PREFIX + name


def declared() -> dict[str, dict[str, Any]]:
    """The sources that the kinds make, as entries of `data/sources.yml` would say it."""
    return {
        PREFIX + name: _entry(name, kind)
        for name, kind in contributions().kinds.items()
        if not kind.fills
    }


def _entry(name: str, kind: ContributionKind) -> dict[str, Any]:
    told = {column: (f.label, f.unit) for column, f in kind.columns.items() if f.kind == "number"}
    if kind.items:
        told[kind.items.name] = (kind.items.label, kind.items.unit)
    columns: dict[str, Any] = {"commune": {"kind": "key", "label": "Code de la commune"}}
    for column in kind.added:
        label, unit = told[column]
        facts = {"kind": "additive", "label": label, "unit": unit, "dtype": "number"}
        columns[column] = facts
        if kind.category:
            cut = kind.columns[kind.category].label.lower()
            columns[kind.split(column)] = facts | {"label": f"{label} par {cut}"}
    return {
        "title": kind.label, "producer": kind.partner, "page": "", "credit": kind.credit,
        "licence": "Convention avec le partenaire", "level": "commune", "caution": kind.caution,
        "scope": f"Chaque envoi : {kind.row}", "columns": columns,
        "install": f"ternois new contribution {name}",
    }  # fmt: skip


def secret_columns() -> dict[str, str]:
    """Class of secrecy of each contributed column that is not public, totals and cuts alike."""
    found: dict[str, str] = {}
    for kind in contributions().kinds.values():
        for column in kind.numbers:
            level = kind.columns[column].secrecy
            if level != "SD0":
                found |= dict.fromkeys(filter(None, (column, kind.split(column))), level)
    return found
