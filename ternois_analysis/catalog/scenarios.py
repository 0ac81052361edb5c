"""The facts of `scenarios.yml`: what is assumed of the future, from where, in what bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ternois_analysis import french
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class Assumption:
    """One assumption, in percent: its French name, value, the bounds that are tried, its source."""

    label: str
    value: float
    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Handover:
    """How often owners near retirement look for a successor, and how often these find one."""

    sought: Assumption
    succeeded: Assumption


@dataclass(frozen=True)
class Transmission:
    """The two parameters for businesses without and with employees."""

    none: Handover
    employees: Handover


@dataclass(frozen=True)
class Projection:
    """Assumptions of the projections by age; `fertility` is relative, by group of five years."""

    cohorts: Assumption
    mortality: Assumption
    fertility: Mapping[str, float]
    fertility_source: str


@dataclass(frozen=True)
class Scenario:
    """One future: its name, what it says in a sentence, and its five assumptions."""

    label: str
    text: str
    pace: Assumption
    arrivals: Assumption
    balance: Assumption
    registrations: Assumption
    removals: Assumption

    def at(self, name: str, value: float) -> "Scenario":
        """The same scenario with another value of one assumption."""
        return replace(self, **{name: replace(getattr(self, name), value=value)})


@dataclass(frozen=True)
class Scenarios:
    """All assumptions on the future; `version` changes whenever a figure would."""

    version: str
    seed: int
    years: int
    exits: Mapping[str, Assumption]
    transmission: Transmission
    caution: str
    projection: Projection
    scenarios: Mapping[str, Scenario]


def assumptions(facts: Scenarios) -> tuple[Assumption, ...]:
    """Every assumption of the catalogue, in its order."""
    handovers = (facts.transmission.none, facts.transmission.employees)
    return (
        *facts.exits.values(),
        *(each for kind in handovers for each in (kind.sought, kind.succeeded)),
        facts.projection.cohorts,
        facts.projection.mortality,
        *(
            getattr(scenario, name)
            for scenario in facts.scenarios.values()
            for name in ("pace", "arrivals", "balance", "registrations", "removals")
        ),
    )


@lru_cache(maxsize=1)
def scenarios() -> Scenarios:
    """The assumptions as the catalogue has them.

    Raises
    ------
    SchemaError
        If one has no source, or lies outside its own bounds.
    """
    facts = build(Scenarios, load(Path(__file__).with_name("scenarios.yml")), "scenarios.yml")
    for each in assumptions(facts):
        if not each.source or not each.low <= each.value <= each.high:
            raise SchemaError(
                explain(
                    f"scenarios.yml: {each.label}",
                    expected="a source, and a value between low and high",
                    found=each,
                    do="Mend the entry.",
                )
            )
    return replace(facts, caution=french.typeset(facts.caution))
