"""The facts of `consents.yml`: the file by which artisans agree to appear in the guide."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ternois_analysis import french
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.catalog.register import Check, FieldKind, Retention
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class ConsentField:
    """A column of the file: its French label, its kind, and the headers that name it."""

    label: str
    kind: FieldKind
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class ConsentFacts:
    """All of `consents.yml`; `affirmative` are the words that mean yes."""

    fields: Mapping[str, ConsentField]
    required: tuple[tuple[str, ...], ...]
    affirmative: tuple[str, ...]
    checks: Mapping[str, Check]
    retention: Retention

    def aliases(self) -> dict[str, str]:
        """Field by plain header; a label names its field too."""
        known = {french.plain(field.label): name for name, field in self.fields.items()}
        return known | {alias: name for name, f in self.fields.items() for alias in f.aliases}

    def kinds(self) -> dict[str, str]:
        """Kind of each field: what may be shown of a refused value."""
        return {name: field.kind for name, field in self.fields.items()}

    def acting(self) -> list[str]:
        """Checks that set a row aside."""
        return [name for name, check in self.checks.items() if check.action == "set_aside"]


@lru_cache(maxsize=1)
def consents() -> ConsentFacts:
    """The facts about the file of consents."""
    return build(ConsentFacts, load(Path(__file__).with_name("consents.yml")), "consents.yml")
