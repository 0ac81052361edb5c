"""The facts of `partners.yml`: the files that partners send, their columns and their words."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ternois_analysis.catalog.reading import build, load
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class PartnerColumn:
    """A column of a partner's file: its French label and the headers that name it."""

    label: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Kind:
    """A meaning of a vocabulary: its French label and the words that mean it."""

    label: str
    words: tuple[str, ...]


#: What is none of the kinds of a vocabulary.
OTHER = "other"
_OTHER_LABEL = "Autre ou non précisé"


@dataclass(frozen=True)
class PartnerFile:
    """A kind of file: its columns, those it must have, and the words of its vocabulary."""

    columns: Mapping[str, PartnerColumn]
    required: tuple[tuple[str, ...], ...]
    kinds: Mapping[str, Kind]

    def aliases(self) -> dict[str, str]:
        """Column by plain header."""
        return {alias: name for name, facts in self.columns.items() for alias in facts.aliases}

    def meanings(self) -> dict[str, str]:
        """Kind by plain word."""
        return {word: name for name, kind in self.kinds.items() for word in kind.words}

    def labels(self) -> dict[str, str]:
        """French label of each kind, the one that is none of them last."""
        return {name: kind.label for name, kind in self.kinds.items()} | {OTHER: _OTHER_LABEL}


@dataclass(frozen=True)
class Partners:
    """All of `partners.yml`."""

    files: Mapping[str, PartnerFile]


@lru_cache(maxsize=1)
def partners() -> Partners:
    """The files of partners as the catalogue has them."""
    return build(Partners, load(Path(__file__).with_name("partners.yml")), "partners.yml")
