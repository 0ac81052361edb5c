"""The facts of `sirene.yml`: size bands of employees, sections of NAF rév. 2."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ternois_analysis.catalog.reading import build, load
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class SizeBand:
    """A band of employees, both bounds included; None where there is no bound."""

    label: str
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Section:
    """A section of NAF rév. 2: its label, its first and last division."""

    label: str
    first: str
    last: str


@dataclass(frozen=True)
class SireneFacts:
    """What the codes of Sirene mean."""

    size_bands: Mapping[str, SizeBand]
    sections: Mapping[str, Section]

    def section_of_division(self) -> dict[str, str]:
        """Letter of the section by division: `43` → `F`."""
        return {
            f"{division:02d}": letter
            for letter, section in self.sections.items()
            for division in range(int(section.first), int(section.last) + 1)
        }


@lru_cache(maxsize=1)
def sirene() -> SireneFacts:
    """The codes of Sirene as the catalogue has them."""
    return build(SireneFacts, load(Path(__file__).with_name("sirene.yml")), "sirene.yml")
