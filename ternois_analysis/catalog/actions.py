"""The facts of `actions.yml`: actions at the Pays' scale and the figures that corroborate them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ternois_analysis import french
from ternois_analysis.catalog.indicators import indicator
from ternois_analysis.catalog.reading import build, house_first, merged
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class Condition:
    """A figure that would corroborate an action: `above` or `below` what it is set against.

    `threshold` is a published figure in the indicator's unit, taken instead of a territory.
    """

    indicator: str
    sense: Literal["above", "below"]
    why: str
    against: Literal["reference", "peers", "threshold"] = "threshold"
    threshold: float | None = None
    threshold_source: str = ""


@dataclass(frozen=True)
class Action:
    """An action, where it comes from, its level of evidence, how many conditions it needs."""

    label: str
    origin: str
    level: Literal["A", "B", "C", "D"]
    least: int
    conditions: tuple[Condition, ...] = ()
    missing: str = ""


def actions() -> Mapping[str, Action]:
    """The actions by name, in the order in which they are shown, their texts typeset.

    Raises
    ------
    SchemaError
        If an entry is malformed, names an unknown indicator, or asks for more than it lists.
    """
    return _read(house_first("actions.yml"))


@lru_cache(maxsize=4)
def _read(files: tuple[tuple[Path, int], ...]) -> Mapping[str, Action]:
    found = {
        str(name): build(Action, entry, f"actions.yml: {name}")
        for name, entry in merged(files)["actions"].items()
    }
    for name, action in found.items():
        for condition in action.conditions:
            indicator(condition.indicator)
            if (condition.threshold is None) != (condition.against != "threshold"):
                raise _wrong(name, "a threshold or a reference", condition.indicator)
        if bool(action.conditions) == bool(action.missing):
            raise _wrong(name, "conditions, or what is missing", "both or none")
        if action.conditions and not 1 <= action.least <= len(action.conditions):
            raise _wrong(name, "`least` within the conditions", action.least)
    return {name: _typeset(action) for name, action in found.items()}


def _wrong(name: str, expected: str, found: object) -> SchemaError:
    return SchemaError(
        explain(f"actions.yml: {name}", expected=expected, found=found, do="Mend the entry.")
    )


def _typeset(action: Action) -> Action:
    return replace(
        action,
        label=french.typeset(action.label),
        origin=french.typeset(action.origin),
        missing=french.typeset(action.missing),
        conditions=tuple(
            replace(
                condition,
                why=french.typeset(condition.why),
                threshold_source=french.typeset(condition.threshold_source),
            )
            for condition in action.conditions
        ),
    )
