"""The report of an import, for the partner who filled the file in: what to correct, and where."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.contributions import contributions
from ternois_analysis.catalog.secrecy import audience as audience_facts
from ternois_analysis.sources.contributions.accept import Intake
from ternois_analysis.sources.intake import reporting

_LINES = 40
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
        checked=[
            (title, _checks(intake, severity)) for severity, title in reporting.SEVERITIES.items()
        ],
    )


def _checks(intake: Intake, severity: str) -> list[dict[str, Any]]:
    known = contributions().checks
    return [
        {
            "id": name, "title": known[str(name)].title, "remedy": known[str(name)].remedy,
            "action": _ACTIONS[known[str(name)].action], "count": lines.nunique(),
            "lines": _listed(lines),
        }
        for name, lines in intake.findings.groupby("check", sort=True)["line"]
        if known[str(name)].severity == severity
    ]  # fmt: skip


def _listed(lines: pd.Series) -> str:
    different = list(dict.fromkeys(lines))
    more = len(different) - _LINES
    text = " ; ".join(different[:_LINES])
    return f"{text} et {french.number(more)} autres" if more > 0 else text
