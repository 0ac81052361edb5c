"""The facts of `absences.yml`: official figures that do not exist at a scale, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ternois_analysis.catalog.reading import build, load
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class Absence:
    """A figure that its producer does not publish where `when` holds; texts are French."""

    figure: str
    when: Literal["zones", "below", "perimeter", "always"]
    why: str
    source: str
    least: int = 0


@lru_cache(maxsize=1)
def absences() -> Mapping[str, Absence]:
    """The absences by name, in the order in which they are shown.

    Raises
    ------
    SchemaError
        If an entry is malformed.
    """
    return {
        str(name): build(Absence, entry, f"absences.yml: {name}")
        for name, entry in load(Path(__file__).with_name("absences.yml"))["absences"].items()
    }
