"""The facts of `facilities.yml`: types of facilities, their ranges, how nearness is measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ternois_analysis.catalog.reading import build, load
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache

Range = Literal["proximity", "intermediate", "upper"]
RANGES: tuple[Range, ...] = get_args(Range)
#: The ranges as printed.
RANGE_LABELS: Mapping[str, str] = {
    "proximity": "Gamme de proximité",
    "intermediate": "Gamme intermédiaire",
    "upper": "Gamme supérieure",
}


@dataclass(frozen=True)
class Entry:
    """A type of facilities, or several that serve alike and count as one: French label, codes."""

    label: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class RangeList:
    """The ranges that hold from a millésime on; `checked` against their producer's own file."""

    since: str
    checked: bool
    ranges: Mapping[str, Mapping[str, Entry]]

    def range_of(self) -> dict[str, str]:
        """The range of each code."""
        return {
            code: name
            for name, entries in self.ranges.items()
            for entry in entries.values()
            for code in entry.codes
        }


@dataclass(frozen=True)
class Travel:
    """From a distance to a time: assumptions, and the limits at which access is told."""

    detour: float
    speed_km_per_hour: float
    within_minutes: float
    sensitivity_minutes: tuple[float, ...]
    steps: Mapping[str, float]

    def minutes(self, kilometres: float) -> float:
        """Minutes by car for a distance as the crow flies."""
        return kilometres * self.minutes_a_km

    @property
    def minutes_a_km(self) -> float:
        """Minutes by car for one kilometre as the crow flies."""
        return 60.0 * self.detour / self.speed_km_per_hour

    @property
    def weights(self) -> dict[float, float]:
        """Weights by limit in minutes."""
        return {float(limit): weight for limit, weight in self.steps.items()}


@dataclass(frozen=True)
class Facilities:
    """Ranges, daily needs and assumptions; `version` changes whenever a count would."""

    version: str
    page: str
    lists: tuple[RangeList, ...]
    needs: Mapping[str, Entry]
    pole_share: float
    offer: str
    travel: Travel

    def ranges(self, millesime: str) -> RangeList:
        """The list that holds for a millésime."""
        return max((e for e in self.lists if e.since <= millesime), key=lambda e: e.since)


@lru_cache(maxsize=1)
def facilities() -> Facilities:
    """The facilities as the catalogue has them.

    Raises
    ------
    SchemaError
        If a list has not the three ranges, or a code stands twice in one: it would count twice.
    """
    facts = build(Facilities, load(Path(__file__).with_name("facilities.yml")), "facilities.yml")
    for each in facts.lists:
        codes = [c for r in each.ranges.values() for entry in r.values() for c in entry.codes]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if set(each.ranges) != set(RANGES) or twice:
            raise SchemaError(
                explain(f"facilities.yml, list since {each.since}", expected="each code in one of "
                        f"{', '.join(RANGES)}", found=twice or list(each.ranges), do="Mend it.")
            )  # fmt: skip
    return facts
