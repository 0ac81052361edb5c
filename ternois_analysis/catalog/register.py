"""The facts of `register.yml`: columns, checks, vocabularies and nomenclature of the register."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ternois_analysis.catalog.reading import build, load
from ternois_analysis.trail import lru_cache

FieldKind = Literal["identifier", "personal", "birth", "code", "date", "number", "text"]


@dataclass(frozen=True)
class Field:
    """A column of the register: its French label, its kind and the headers that name it.

    `repeat` columns may stand several times in a file; their texts are joined.
    """

    label: str
    kind: FieldKind
    aliases: tuple[str, ...]
    repeat: bool = False


@dataclass(frozen=True)
class Check:
    """A data-quality check: severity, what happens to the row, and what the sender should do.

    `needs` names the input without which it cannot run: `sirene`, `programmes`, `previous` (the
    transfer before this one) or `perimeter` (the communes of the territory).
    """

    severity: Literal["E", "W", "I"]
    action: Literal["set_aside", "flag", "mask", "drop", "report", "refuse"]
    title: str
    remedy: str
    needs: str = ""


@dataclass(frozen=True)
class LegalForm:
    """A legal form as we count it: the INSEE codes and the words that mean it."""

    person: Literal["PP", "PM"]
    codes: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """A group of NAR 20: its family of NAR 4 and its NAF rév. 2 subclasses, space separated."""

    family: str
    naf: str


@dataclass(frozen=True)
class Retention:
    """How long the file as received (months) and the pseudonymised table (years) are kept."""

    received_months: int
    accepted_years: int
    reason: str


@dataclass(frozen=True)
class Closed:
    """A legal form closed to new entrants on a day."""

    words: tuple[str, ...]
    closed: str


@dataclass(frozen=True)
class Diffusion:
    """Words for the two Sirene diffusion statuses."""

    open: tuple[str, ...]
    partial: tuple[str, ...]


@dataclass(frozen=True)
class RegisterFacts:
    """All of `register.yml`."""

    fields: Mapping[str, Field]
    required: tuple[tuple[str, ...], ...]
    checks: Mapping[str, Check]
    retention: Retention
    legal_forms: Mapping[str, LegalForm]
    eirl: Closed
    qualifications: Mapping[str, tuple[str, ...]]
    no_qualification: tuple[str, ...]
    origins: Mapping[str, tuple[str, ...]]
    removal_reasons: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, tuple[str, ...]]
    diffusion: Diffusion
    rne_craft_forms: tuple[str, ...]
    families: Mapping[str, tuple[str, ...]]
    nar20: Mapping[str, Group]

    def aliases(self) -> dict[str, str]:
        """Field by plain header."""
        return {alias: name for name, field in self.fields.items() for alias in field.aliases}

    def group_of_naf(self) -> dict[str, str]:
        """Group of NAR 20 by NAF subclass (`4321A`)."""
        return {code: name for name, group in self.nar20.items() for code in group.naf.split()}

    def family_of_group(self) -> dict[str, str]:
        """Family of NAR 4 by group of NAR 20."""
        return {name: group.family for name, group in self.nar20.items()}


def words(vocabulary: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Meaning by plain word, the other way round than in the catalogue."""
    return {word: meaning for meaning, spellings in vocabulary.items() for word in spellings}


@lru_cache(maxsize=2)
def _read(path: Path, modified: int) -> RegisterFacts:
    return build(RegisterFacts, load(path), "register.yml")


def register() -> RegisterFacts:
    """The facts about the craft register."""
    path = Path(__file__).with_name("register.yml")
    return _read(path, path.stat().st_mtime_ns)
