"""Contacts of the energy advice centre: counts by commune over the last four quarters."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis.catalog import Delivery
from ternois_analysis.sources.formats import partners
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece
from ternois_analysis.sources.formats.wide import numbers


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """Contacts of the four quarters that end with the file's; see `formats.read`."""
    frame, aside = partners.table(list(paths), "eie", ground)
    month = partners.days(frame["month"], f"{paths[0].name}, mois")
    quarter = partners.quarter_of(month.max() + pd.offsets.MonthEnd(0))
    first = pd.Timestamp(quarter.shifted(-3).first_day)
    inside = month.between(first, pd.Timestamp(quarter.last_day))
    table = pd.DataFrame(
        {
            "commune": frame["commune"],
            "kind": partners.kinds(frame["kind"], "eie"),
            "contacts": numbers(frame["contacts"], "Contacts")[0],
        }
    )[inside]
    counts = pd.DataFrame({"eie_contacts": table.groupby("commune")["contacts"].sum()})
    for kind in partners.names("eie"):
        own = table[table["kind"] == kind]
        counts[f"eie_contacts_by_kind#{kind}"] = own.groupby("commune")["contacts"].sum()
    piece = Piece("eie", str(quarter), "commune", partners.over_own(counts, ground))
    return Delivered(str(quarter), (piece,), tuple(aside))
