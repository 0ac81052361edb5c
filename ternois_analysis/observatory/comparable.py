"""Whether two values of an indicator may be set against each other, and shown so."""

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.catalog import secrecy

WITHHELD = "différence non diffusée : elle pourrait désigner une personne ou une entreprise"
SEASONAL = "saisonnier : se compare au même trimestre d’un an plus tôt"
#: Classes of figures that their producer protects and publishes himself, edition after edition.
_PUBLISHED = ("SF11",)


def is_secret(indicator: str, audience: str) -> bool:
    """Whether the difference of two values of an indicator is kept from an audience.

    Two figures that may each be shown may tell together of one person or business that came or
    left. No flow between two quarters is protected by the gate, so no such difference is shown.
    """
    entry = catalog.indicator(indicator)
    if not secrecy.audience(audience).hides or entry.secrecy in _PUBLISHED:
        return False
    return secrecy.secrecy_rule(entry.secrecy, audience).kind != "free"


def incomparable(pair: pd.Series) -> str:
    """Why the difference of two shown values is not given; empty if it is."""
    if pair["period_b"] == pair["period_a"]:
        return ""
    if str(pair["indicator"]).endswith("_quarter"):
        return SEASONAL
    known = catalog.sources()
    sources = str(pair["source_a"]).split("+")
    years = zip(str(pair["millesime_b"]).split("+"), str(pair["millesime_a"]).split("+"),
                strict=False)  # fmt: skip
    for source, (first, last) in zip(sources, years, strict=False):
        ends = first.split(",")[-1], last.split(",")[-1]
        if source in known and all(end[:4].isdigit() for end in ends) and ends[0] != ends[1]:
            reason = catalog.not_comparable(source, *ends)
            if reason:
                return reason
    return ""
