"""The régions and départements of France: labels, articles, and which lies in which."""

from dataclasses import dataclass
from pathlib import Path

from ternois_analysis.catalog.reading import build, load
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class Division:
    """A région or a département; `region` is empty for a région."""

    label: str
    article: str = ""
    region: str = ""

    @property
    def name(self) -> str:
        """The label as it stands in a sentence: `le Pas-de-Calais`, `l'Ain`, `Mayotte`."""
        link = "" if self.article in ("", "l'") else " "
        return f"{self.article}{link}{self.label}"


@lru_cache(maxsize=2)
def _read(kind: str) -> dict[str, Division]:
    entries = load(Path(__file__).with_name("divisions.yml"))[kind]
    return {code: build(Division, e, f"divisions.yml: {code}") for code, e in entries.items()}


def departements() -> dict[str, Division]:
    """The 101 départements by code."""
    return _read("departements")


def regions() -> dict[str, Division]:
    """The 18 régions by code, those of 2016."""
    return _read("regions")
