"""The facts of `programmes.yml`: programmes, what was published of them, their files and checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ternois_analysis import french
from ternois_analysis.catalog.reading import build, house_first, merged
from ternois_analysis.catalog.register import Check, FieldKind, Retention
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class Group:
    """Programmes that figures put together, with their own dates (ISO) and what was published.

    `dates` says how far the dates are known; `published` counts `unit`, `source` says where.
    """

    label: str
    kind: Literal["individual", "workshops"]
    programmes: tuple[str, ...]
    start: str
    end: str
    unit: str
    published: int
    published_text: str
    source: str
    dates: str


@dataclass(frozen=True)
class Programme:
    """One programme: its French label, its group, what its agent may choose from."""

    label: str
    group: str
    purpose: str
    objectives: tuple[str, ...]
    modules: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """A column of a file: label, kind, headers that name it, list to choose from, help."""

    label: str
    kind: FieldKind
    aliases: tuple[str, ...]
    help: str
    choice: str = ""


@dataclass(frozen=True)
class Table:
    """A sheet of a file; of each group of `required` one field must be there."""

    label: str
    row: str
    required: tuple[tuple[str, ...], ...]
    fields: Mapping[str, Field]

    def aliases(self) -> dict[str, str]:
        """Field by plain header; a label names its field too."""
        known = {french.plain(field.label): name for name, field in self.fields.items()}
        return known | {alias: name for name, f in self.fields.items() for alias in f.aliases}


@dataclass(frozen=True)
class ProgrammeFacts:
    """All of `programmes.yml`."""

    groups: Mapping[str, Group]
    programmes: Mapping[str, Programme]
    statuses: Mapping[str, str]
    presence: Mapping[str, str]
    funders: tuple[str, ...]
    tables: Mapping[str, Table]
    checks: Mapping[str, Check]
    retention: Retention
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def tables_of(self, programme: str) -> tuple[str, ...]:
        """Names of the tables that the file of a programme has."""
        workshops = self.groups[self.programmes[programme].group].kind == "workshops"
        return tuple(self.tables) if workshops else ("participants",)


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, int], ...]) -> ProgrammeFacts:
    path = files[-1][0]
    facts = build(ProgrammeFacts, merged(files), path.name)
    listed = sorted(name for group in facts.groups.values() for name in group.programmes)
    if listed != sorted(facts.programmes):
        raise SchemaError(
            explain(path.name, expected="each programme in one group", found=listed, do="Mend it.")
        )
    return facts


def programmes() -> ProgrammeFacts:
    """The facts about the programmes.

    Raises
    ------
    SchemaError
        If an entry is malformed, or a programme is in no group or in two.
    """
    return _read(house_first("programmes.yml"))


def programme_named(text: str) -> str:
    """Identifier of the programme that a text names: `RH+`, `Dévcom+`, `boutic`, `rh_plus`.

    Raises
    ------
    SchemaError
        For a text that names none.
    """
    known = programmes().programmes
    wanted = french.plain(text.replace("+", " plus "))
    for name, entry in known.items():
        names = {name.replace("_", " "), entry.label.replace("+", " plus "),
                 entry.label.replace("+", "")}  # fmt: skip
        if wanted in {french.plain(name) for name in names}:
            return name
    raise SchemaError(
        explain(
            "Unknown programme",
            expected=[entry.label for entry in known.values()],
            found=text,
            do="Name one of them.",
        )
    )
