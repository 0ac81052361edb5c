"""The artisans who agree to appear in the guide: checked at the door, kept in the store."""

from ternois_analysis.sources.consents.accept import COLUMNS, Intake, accept
from ternois_analysis.sources.consents.demonstration import demonstration
from ternois_analysis.sources.consents.store import (
    ConsentEntry,
    Imported,
    bring_in,
    entries,
    in_force,
    purge,
    read,
)

__all__ = [
    "COLUMNS",
    "ConsentEntry",
    "Imported",
    "Intake",
    "accept",
    "bring_in",
    "demonstration",
    "entries",
    "in_force",
    "purge",
    "read",
]
