"""What partners contribute: templates, checked intake, tables that indicators read."""

from ternois_analysis.sources.contributions.accept import Intake, accept
from ternois_analysis.sources.contributions.store import (
    Contribution,
    Imported,
    bring_in,
    entries,
    forget,
    purge,
)
from ternois_analysis.sources.contributions.template import workbook

__all__ = [
    "Contribution",
    "Imported",
    "Intake",
    "accept",
    "bring_in",
    "entries",
    "forget",
    "purge",
    "workbook",
]
