"""The secrecy gate: which cells may leave, for whom, and the proof that no other can be found."""

from ternois_analysis.secrecy.audit import audit, check
from ternois_analysis.secrecy.gate import Protection, Use, hide, protect
from ternois_analysis.secrecy.relations import Flow, Parts, Relations
from ternois_analysis.secrecy.releases import earlier, record

__all__ = [
    "Flow",
    "Parts",
    "Protection",
    "Relations",
    "Use",
    "audit",
    "check",
    "earlier",
    "hide",
    "protect",
    "record",
]
