"""Dossiers of home improvement (OPAH, Anah): counts by commune, amounts by pseudonym."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis.catalog import Delivery
from ternois_analysis.sources.formats import partners
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece
from ternois_analysis.sources.formats.wide import numbers
from ternois_analysis.sources.register.pseudonyms import key, pseudonyms


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """Engaged and settled dossiers at the end of a quarter; see `formats.read`.

    An engaged dossier is a promise, a settled one a finished work: the two are never added. The
    business is kept as a pseudonym, beside the amount, in the owner's folder.
    """
    frame, aside = partners.table(list(paths), "opah", ground)
    engaged = partners.days(frame["engaged"], f"{paths[0].name}, date d’engagement")
    settled = partners.days(frame["settled"], f"{paths[0].name}, date de solde")
    quarter = partners.quarter_of(max(d for d in (engaged.max(), settled.max()) if pd.notna(d)))
    end = pd.Timestamp(quarter.last_day)
    table = pd.DataFrame(
        {
            "commune": frame["commune"],
            "kind": partners.kinds(frame["kind"], "opah"),
            "settled": settled.le(end).astype("float64"),
            "amount_eur": numbers(frame["amount"].str.replace("€", ""), "Montant")[0],
            "siren": frame["siret"].str.replace(r"\s", "", regex=True).str.slice(0, 9),
        }
    )[engaged.le(end)]
    where = table["commune"]
    counts = pd.DataFrame(
        {
            "opah_engaged": where.groupby(where).size(),
            "opah_settled": table.groupby("commune")["settled"].sum(),
        }
    )
    for kind in partners.names("opah"):
        own = where[table["kind"] == kind]
        counts[f"opah_engaged_by_kind#{kind}"] = own.groupby(own).size()
    paid = table[(table["settled"] == 1) & table["amount_eur"].notna()]
    works = pd.DataFrame(
        {
            "opah_business": pseudonyms(paid["siren"], key()).to_numpy(),
            "opah_amount_eur": paid["amount_eur"].to_numpy(),
        },
        index=pd.Index(paid["commune"], name="code"),
    ).sort_values(["opah_business", "opah_amount_eur"])
    pieces = (
        Piece("opah", str(quarter), "commune", partners.over_own(counts, ground)),
        Piece("opah", str(quarter), "pairs", works),
    )
    return Delivered(str(quarter), pieces, tuple(aside))
