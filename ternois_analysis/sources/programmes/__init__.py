"""The files of the programmes: templates, checked intake, participations without any SIREN."""

from ternois_analysis.sources.programmes.accept import Intake, accept
from ternois_analysis.sources.programmes.cells import listed
from ternois_analysis.sources.programmes.report import import_report
from ternois_analysis.sources.programmes.store import (
    Imported,
    ProgrammeEntry,
    bring_in,
    entries,
    in_force,
    purge,
    read,
)
from ternois_analysis.sources.programmes.template import workbook

__all__ = [
    "Imported",
    "Intake",
    "ProgrammeEntry",
    "accept",
    "bring_in",
    "entries",
    "import_report",
    "in_force",
    "listed",
    "purge",
    "read",
    "workbook",
]
