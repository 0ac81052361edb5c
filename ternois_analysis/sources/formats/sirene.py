"""The national Sirene stock, counted by commune of the départements of the observatory."""

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources import sirene
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece

_SOURCE = "sirene"
#: Names of counts that are categories of one column: `sirene_section_a` is its category A.
_BY_CATEGORY = (
    (re.compile(r"sirene_section_(\w)"), "sirene_establishments_by_section"),
    (re.compile(r"sirene_wood_(\w+)"), "wood_establishments"),
    (re.compile(r"sirene_building_(\d+)"), "building_establishments"),
)


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """Counts of the establishments of the stock, one row a commune; see `formats.read`.

    The stock is of the first day of its month: the one asked for as millésime, else that of the
    month in which the file came; a stock visibly of another day is refused. A second file is that
    of the legal units. Only the départements of the observatory's own communes are taken: what
    lies outside stays unknown.
    """
    day = _day(ground)
    today, moved = _around(ground)
    former = {before: after for before, after in moved.items() if after in today}
    table = sirene.extract(
        paths[0], sorted({*today, *former}), as_of=day,
        units=paths[1] if len(paths) > 1 else None,
    )  # fmt: skip
    table["commune"] = table["commune"].map(lambda code: former.get(code, code))
    covered = today.difference(sirene.absent(table, today))
    found = sirene.counts(table, covered, day)
    piece = Piece(_SOURCE, day.isoformat(), "commune", _named(found))
    mixed = int(found[["sirene_naf2025", "sirene_other_naf"]].to_numpy().sum())
    aside = (f"{mixed} établissements sans code de la NAF rév. 2",) if mixed else ()
    return Delivered(day.isoformat(), (piece,), aside)


def _day(ground: Ground) -> dt.date:
    if not ground.wanted:
        return ground.day.replace(day=1)
    try:
        return dt.date.fromisoformat(ground.wanted)
    except ValueError as error:
        raise SourceError(
            explain("Millésime of the Sirene stock", expected="its day, such as 2026-11-01",
                    found=ground.wanted, do="Give --millesime as a day.")
        ) from error  # fmt: skip


def _around(ground: Ground) -> tuple[set[str], dict[str, str]]:
    """Communes of the départements of the observatory, and what former codes became."""
    communes = ground.communes
    own = set(communes.loc[communes["commune"].isin(ground.own), "departement"])
    today = set(communes.loc[communes["departement"].isin(own), "commune"])
    passage = ground.passage[ground.passage["weight"] == 1]
    return today, dict(zip(passage["commune_before"], passage["commune"], strict=True))


def _named(counts: pd.DataFrame) -> pd.DataFrame:
    names = {}
    for name in counts.columns:
        for pattern, column in _BY_CATEGORY:
            if found := pattern.fullmatch(str(name)):
                names[name] = f"{column}#{found[1].upper() if len(found[1]) == 1 else found[1]}"
    return counts.rename(columns=names).rename_axis("code").astype("float64")
