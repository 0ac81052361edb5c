"""The report of an import, for the partner who filled the file in: what to correct, and where."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ternois_analysis.catalog.contributions import contributions
from ternois_analysis.catalog.secrecy import audience as audience_facts
from ternois_analysis.sources.contributions.accept import Intake
from ternois_analysis.sources.intake import reporting

_ACTIONS = {"set_aside": "ligne écartée", "flag": "ligne gardée, signalée"}


def import_report(intake: Intake, facts: Mapping[str, Any]) -> str:
    """The report as one HTML page without any outside address.

    Parameters
    ----------
    facts : mapping
        Those of the intake, and the terms of the contribution: sender, agreement, audience,
        received, communes.
    """
    kind = contributions().kinds[intake.sending.kind]
    return reporting.template(Path(__file__).parent).render(
        facts=facts,
        kind=kind,
        audience=audience_facts(facts["audience"]).label,
        doubtful=len(intake.doubtful),
        unplaced=intake.unplaced,
        checked=reporting.checked(intake.findings, contributions().checks, _ACTIONS),
    )
