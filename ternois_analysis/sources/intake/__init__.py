"""The one intake for what people send: files as received → rows of text, each accounted for."""

from ternois_analysis.sources.intake.identifiers import is_siren, is_siret, luhn
from ternois_analysis.sources.intake.receive import receive
from ternois_analysis.sources.intake.rejects import rejects_csv, shown
from ternois_analysis.sources.intake.table import Layout, Received

__all__ = [
    "Layout",
    "Received",
    "is_siren",
    "is_siret",
    "luhn",
    "receive",
    "rejects_csv",
    "shown",
]
