"""Do the figures corroborate an action? Each condition is tested, on genuine data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.catalog.actions import Action, Condition, actions
from ternois_analysis.observatory.specificities import PEERS
from ternois_analysis.territory import Territory

Outcome = Literal["oui", "non", "non testée"]
Verdict = Literal["corroborée", "non corroborée", "données insuffisantes"]


@dataclass(frozen=True, eq=False)
class Tested:
    """A condition with its outcome, and the test or the value that it rests on, if any."""

    condition: Condition
    outcome: Outcome
    row: pd.Series | None


@dataclass(frozen=True)
class Corroboration:
    """An action, its conditions tested, and the verdict that they make."""

    action: Action
    tested: tuple[Tested, ...]
    verdict: Verdict


def corroborated(
    findings: pd.DataFrame, known: pd.DataFrame, place: Territory, reference: Territory
) -> Mapping[str, Corroboration]:
    """All the actions of the catalogue, on a territory.

    Parameters
    ----------
    findings : DataFrame
        Tests of the territory, as `specificities.findings` gives them.
    known : DataFrame
        Its published values.
    place, reference : Territory
        The territory, and the widest of its references.
    """
    found = {}
    for name, action in actions().items():
        tested = tuple(
            _condition(condition, findings, known, place, reference)
            for condition in action.conditions
        )
        found[name] = Corroboration(action, tested, verdict(action, [t.outcome for t in tested]))
    return found


def verdict(action: Action, outcomes: list[Outcome]) -> Verdict:
    """What the outcomes of its conditions make of an action.

    Corroborated when enough hold; not corroborated when those that hold and those that could not
    be tested are too few together; insufficient data otherwise.
    """
    if not outcomes:
        return "données insuffisantes"
    held, unknown = outcomes.count("oui"), outcomes.count("non testée")
    if held >= action.least:
        return "corroborée"
    return "non corroborée" if held + unknown < action.least else "données insuffisantes"


def _condition(
    condition: Condition, findings: pd.DataFrame, known: pd.DataFrame, place: Territory,
    reference: Territory,
) -> Tested:  # fmt: skip
    if condition.against == "threshold":
        return _threshold(condition, known, place)
    against = reference.id if condition.against == "reference" else f"{PEERS}-{place.id}"
    rows = findings[
        (findings["territory"] == place.id)
        & (findings["indicator"] == condition.indicator)
        & (findings["against"] == against)
        & ~findings["synthetic"]
    ]
    if rows.empty:
        return Tested(condition, "non testée", None)
    row = rows.iloc[0]
    holds = bool(row["told"]) and (row["gap"] > 0) == (condition.sense == "above")
    return Tested(condition, "oui" if holds else "non", row)


def _threshold(condition: Condition, known: pd.DataFrame, place: Territory) -> Tested:
    """The interval of a published value against a published figure."""
    rows = known[
        (known["territory"] == place.id)
        & (known["indicator"] == condition.indicator)
        & (known["status"] == "ok")
        & ~known["synthetic"].astype(bool)
        & known["low"].notna()
    ]
    if rows.empty or condition.threshold is None:
        return Tested(condition, "non testée", None)
    row = rows.iloc[0]
    gap = float(row["value"]) - condition.threshold
    sign = 1 if condition.sense == "above" else -1
    bound = row["low"] if sign > 0 else row["high"]
    material = catalog.indicator(condition.indicator).material
    holds = sign * (bound - condition.threshold) > 0 and sign * gap >= material
    return Tested(condition, "oui" if holds else "non", row)
