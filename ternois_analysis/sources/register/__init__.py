"""The craft register: checked at the door, without any person inside, chosen by its dates."""

from ternois_analysis.sources.register.accept import COLUMNS, Intake, accept
from ternois_analysis.sources.register.drift import active
from ternois_analysis.sources.register.objections import object_to, objections
from ternois_analysis.sources.register.outside import FileFinding, Outside
from ternois_analysis.sources.register.pseudonyms import DEMONSTRATION_KEY, key, pseudonyms
from ternois_analysis.sources.register.purge import Purged, purge
from ternois_analysis.sources.register.report import quality_report
from ternois_analysis.sources.register.store import (
    Imported,
    RegisterEntry,
    bring_in,
    entries,
    in_force,
    read,
)

__all__ = [
    "COLUMNS",
    "DEMONSTRATION_KEY",
    "FileFinding",
    "Imported",
    "Intake",
    "Outside",
    "Purged",
    "RegisterEntry",
    "accept",
    "active",
    "bring_in",
    "entries",
    "in_force",
    "key",
    "object_to",
    "objections",
    "pseudonyms",
    "purge",
    "quality_report",
    "read",
]
