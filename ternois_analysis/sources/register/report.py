"""The quality report for the chamber: what to correct, by check, with line numbers only."""

from pathlib import Path
from typing import Any

from ternois_analysis.catalog.register import register
from ternois_analysis.sources.intake import reporting
from ternois_analysis.sources.register.accept import Intake

_ACTIONS = {
    "set_aside": "ligne écartée",
    "flag": "ligne gardée, signalée",
    "mask": "comptée, jamais listée",
    "drop": "texte effacé",
    "report": "constat sur le fichier",
    "refuse": "fichier refusé",
}


def quality_report(intake: Intake) -> str:
    """The report as one HTML page without any outside address.

    It names no business and no person: checks, counts, line numbers of the file as received.
    """
    facts = register()
    return reporting.template(Path(__file__).parent).render(
        facts=intake.facts,
        checked=[
            (title, _checks(intake, severity)) for severity, title in reporting.SEVERITIES.items()
        ],
        about=[
            {
                "id": f.check,
                "title": facts.checks[f.check].title,
                "text": f.text,
                "table": f.table,
                "remedy": facts.checks[f.check].remedy,
            }
            for f in intake.file_findings
        ],
        unverifiable=[(name, facts.checks[name].title) for name in intake.unverifiable],
        drift=intake.drift,
        missing=[
            (facts.fields[name].label, share)
            for name, share in intake.facts["missing_pct"].items()
            if name
            in (
                "siret",
                "nafa",
                "ape",
                "employees",
                "apprentices",
                "birth_date",
                "qualification",
                "origin",
                "commune",
                "postal_code",
                "diffusion",
            )
        ],
        retention=facts.retention,
    )


def _checks(intake: Intake, severity: str) -> list[dict[str, Any]]:
    rows = []
    for name, lines in intake.findings.groupby("check", sort=True)["line"]:
        check = register().checks[str(name)]
        # Nothing is to be corrected in a business that hides, however much the check matters here.
        if ("I" if check.action == "mask" else check.severity) == severity:
            rows.append(
                {
                    "id": name,
                    "title": check.title,
                    "action": _ACTIONS[check.action],
                    "remedy": check.remedy,
                    "count": lines.nunique(),
                    "lines": reporting.listed(lines, ", "),
                }
            )
    return rows
