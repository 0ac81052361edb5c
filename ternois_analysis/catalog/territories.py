"""The facts of `data/territories.yml`: territories over time, their names, lists and events."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ternois_analysis import paths
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class TerritoryFact:
    """A territory of the observatory, as it was from `since` to `until` (ISO dates, both within).

    Its composition is `communes` (code to INSEE name, in the commune codes of the year `cog`) or
    the union of `parts`. With neither, the table of EPCIs of the day has it, and before the first
    table the union of `merged_from`.
    """

    kind: Literal["pays", "cc", "epci"]
    label: str
    name: str
    short: str
    since: str
    source: str
    until: str = ""
    perimeter: str = ""
    siren: str | None = None
    aliases: tuple[str, ...] = ()
    cog: str = ""
    communes: Mapping[str, str] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    merged_from: tuple[str, ...] = ()

    @property
    def composition(self) -> str:
        """Name of the one field that holds the composition."""
        return next(name for name in ("communes", "parts", "merged_from") if getattr(self, name))


@dataclass(frozen=True)
class CommuneList:
    """A list of communes analysed as a territory: code to INSEE name, in today's codes."""

    label: str
    name: str
    short: str
    communes: Mapping[str, str]
    source: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Event:
    """What changed, when (ISO date, or a year alone), for which codes, according to whom."""

    date: str
    kind: Literal["commune", "epci", "pays", "institution"]
    text: str
    codes: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class TerritoryFacts:
    """All that the project knows of its territories.

    `pays` is the territory of the observatory, `default` what a run makes when nothing is asked
    for, `references` what the territories inside the Pays are compared with.
    """

    pays: str
    default: tuple[str, ...]
    references: tuple[str, ...]
    territories: Mapping[str, TerritoryFact]
    commune_aliases: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, CommuneList] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


def _check(facts: TerritoryFacts, place: str) -> None:
    entries = facts.territories

    def refuse(what: str, expected: object, found: object) -> None:
        raise SchemaError(
            explain(f"{place}: {what}", expected=expected, found=found, do="Mend the file.")
        )

    unknown = {facts.pays, *facts.default} - {*entries, *facts.lists}
    for name, fact in entries.items():
        unknown |= {*fact.parts, *fact.merged_from} - {*entries}
        given = [f for f in ("communes", "parts", "merged_from") if getattr(fact, f)]
        if len(given) != 1:
            refuse(name, "one of communes, parts, merged_from", given)
        if fact.communes and not fact.cog:
            refuse(name, "the COG year of its commune codes", "none")
    if unknown:
        refuse("a territory is named and not described", list(entries), unknown)
    if shared := {*entries} & {*facts.lists}:
        refuse("identifiers", "one entry each", shared)
    codes = [c for fact in entries.values() for c in fact.communes]
    codes += [c for listed in facts.lists.values() for c in listed.communes]
    codes += facts.commune_aliases.values()
    if wrong := [c for c in codes if not re.fullmatch(r"\d[0-9AB]\d{3}", c)]:
        refuse("commune codes", 'quoted codes such as "62767"', wrong)
    sirens = [fact.siren for fact in entries.values() if fact.siren]
    if wrong := [s for s in sirens if not re.fullmatch(r"\d{9}", s) or sirens.count(s) > 1]:
        refuse("SIREN numbers", "nine digits, each once", wrong)


@lru_cache(maxsize=4)
def _read(path: Path, modified: int) -> TerritoryFacts:
    facts = build(TerritoryFacts, load(path), path.name)
    _check(facts, path.name)
    return facts


def territories() -> TerritoryFacts:
    """The facts of `data/territories.yml`, checked.

    Raises
    ------
    SchemaError
        If the file is missing, or an entry is malformed or names what is not described.
    """
    path = paths.data() / "territories.yml"
    if not path.is_file():
        raise SchemaError(
            explain(
                f"{path} is missing",
                expected="the territories of the observatory",
                found="nothing",
                do="Restore it.",
            )
        )
    return _read(path, path.stat().st_mtime_ns)
