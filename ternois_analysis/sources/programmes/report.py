"""The report of an import, for the agent who filled the file in: what to correct, and where."""

from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.programmes import programmes
from ternois_analysis.sources.intake import reporting
from ternois_analysis.sources.programmes.accept import Intake

_LINES = 40
_ACTIONS = {
    "set_aside": "ligne écartée", "flag": "ligne gardée, signalée", "drop": "case effacée",
}  # fmt: skip


def import_report(intake: Intake) -> str:
    """The report as one HTML page without any outside address.

    It names no business and no person: checks, counts, line numbers of the file as received.
    """
    facts = programmes()
    tables = [
        {"label": facts.tables[name].label} | counts
        for name, counts in intake.facts["tables"].items()
    ]
    return reporting.template(Path(__file__).parent).render(
        facts=intake.facts,
        label=facts.programmes[intake.programme].label,
        tables=tables,
        checked=[
            (title, _checks(intake, severity)) for severity, title in reporting.SEVERITIES.items()
        ],
        retention=facts.retention,
    )


def _checks(intake: Intake, severity: str) -> list[dict[str, Any]]:
    known = programmes().checks
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
