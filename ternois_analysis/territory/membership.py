"""Which EPCI each commune of the canonical geography belongs to, year by year."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ternois_analysis.territory import groups
from ternois_analysis.territory.passage import links


@dataclass(frozen=True, eq=False)
class Membership:
    """The EPCIs of one year in the canonical geography.

    `members` gives sorted commune codes by SIREN, `names` are the producer's, `disputed` the
    communes of today by SIREN that were in several EPCIs that year.
    """

    members: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]
    disputed: Mapping[str, tuple[str, ...]]


def membership(
    table: pd.DataFrame, passage: pd.DataFrame, communes: pd.DataFrame, year: str
) -> Membership:
    """The membership of one year from its table.

    A commune of today that was several, in different EPCIs, goes to the EPCI of the one whose
    code it kept, otherwise to that of most of them: the EPCIs never overlap.

    Parameters
    ----------
    table : DataFrame
        Columns commune, epci, epci_name; codes of COG `year`.
    """
    pairs = links(table["commune"], passage, communes, year, f"EPCI table {year}")
    pairs["epci"] = table["epci"].to_numpy()[pairs["row"]]
    pairs = pairs[pairs["epci"].notna()]
    # Most communes are one row, whose EPCI is theirs.
    shared = groups.repeated(pairs["commune"])
    parts = pairs[shared].copy()
    several = parts.groupby("commune")["epci"].nunique()
    disputed = parts[parts["commune"].isin(several.index[several > 1])]
    parts["size"] = parts.groupby(["commune", "epci"])["weight"].transform("sum")
    largest = parts.sort_values(
        ["commune", "kept", "size", "epci"], ascending=[True, False, False, True]
    ).drop_duplicates("commune")
    chosen = pd.concat([pairs[~shared], largest])
    first = table.dropna(subset="epci").drop_duplicates("epci")
    return Membership(
        members=_tuples(chosen),
        names=dict(zip(first["epci"], first["epci_name"], strict=True)),
        disputed=_tuples(disputed.drop_duplicates(["epci", "commune"])),
    )


def _tuples(pairs: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    ordered = pairs.sort_values(["epci", "commune"])
    sirens, codes = (ordered[name].to_numpy(dtype=object) for name in ("epci", "commune"))
    starts = groups.starts_of(sirens)
    shares = np.split(codes, starts[1:]) if len(starts) else []
    return {str(s): tuple(share) for s, share in zip(sirens[starts], shares, strict=True)}
