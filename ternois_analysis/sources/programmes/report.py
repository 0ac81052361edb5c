"""The report of an import, for the agent who filled the file in: what to correct, and where."""

from pathlib import Path

from ternois_analysis.catalog.programmes import programmes
from ternois_analysis.sources.intake import reporting
from ternois_analysis.sources.programmes.accept import Intake

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
        checked=reporting.checked(intake.findings, programmes().checks, _ACTIONS),
        retention=facts.retention,
    )
