"""Insee's facilities: one row a commune and type, in the yearly CSV or in the long format.

A commune without a row has none: zeros are written for all the communes that the file covers. A
type that stands nowhere in the file is not among its types: it has no column, hence no zero.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis.catalog import Delivery
from ternois_analysis.catalog.facilities import RANGES, facilities
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.sources.formats import codes, text
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece, covered
from ternois_analysis.sources.formats.wide import DICTIONARIES, numbers

#: What the four facts of a row are called: in the yearly file, and in the long one.
_YEARLY = {"DEPCOM": "commune", "AN": "year", "TYPEQU": "type", "NB_EQUIP": "count"}
_LONG = {"GEO": "commune", "TIME_PERIOD": "year", "FACILITY_TYPE": "type", "OBS_VALUE": "count"}
_TYPE = r"[A-Z]\d{3}"
#: Part of the observatory's own communes from which a file counts as covering them all: files are
#: cut for them, and the small ones have no row.
_OWN = 0.9
#: From as many départements covered whole on, a file is the national one: then in the others too,
#: where many communes are small, a commune without a row has no facility.
_NATIONAL = 60


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """Facilities by commune: in all, by range, by type; see `formats.read`.

    The table by type is of level « pairs »: communes × types, which no sum over all sources reads.
    """
    member = "*data*" if paths[0].suffix == ".zip" else ""
    name, content = text.open_text(paths[0], member, beside=DICTIONARIES)
    decoded = text.decode(content)
    long = "FACILITY_TYPE" in decoded.partition("\n")[0]
    rows = text.table(decoded, "GEO" if long else delivery.key, name)
    tidy = _rows(rows, _LONG if long else _YEARLY, name)
    if not len(tidy):
        raise SchemaError(explain(name, expected="facilities by commune", found="no row",
                                  do="Is it another data set?"))  # fmt: skip
    codes.check_communes(tidy["commune"], ground, name)
    years = sorted(set(tidy["year"]))
    if len(years) != 1:
        raise SchemaError(explain(f"{name}: years", expected="one", found=years,
                                  do="Install the file of one year."))  # fmt: skip
    counts = tidy.pivot_table(
        index="commune", columns="type", values="count", aggfunc="sum", fill_value=0.0
    )
    cog = next((e.cog for e in delivery.editions if e.millesime == years[0]), years[0])
    own = _own_empty(counts.index, ground)
    certain = _extent(counts.index, ground, cog)
    counts = counts.reindex(certain.union(own), fill_value=0.0).sort_index()
    counts = counts.astype("float64").rename_axis(index="code", columns=None)
    by_type = counts.add_prefix("facilities_by_type#")
    pieces = (
        Piece("equipements", years[0], "commune", _by_range(counts, years[0])),
        Piece("equipements", years[0], "pairs", by_type),
    )
    told = ", ".join(code for code in own if code not in certain)
    aside = (f"communes sans aucune ligne, comptées sans équipement : {told}",) if told else ()
    return Delivered(years[0], pieces, aside)


def _rows(rows: pd.DataFrame, named: dict[str, str], name: str) -> pd.DataFrame:
    """Commune, year, type and count; checked, subtotals and other levels left out."""
    if "NB_EQUIP" in named and "NB_EQUIP" not in rows.columns:
        rows = rows.assign(NB_EQUIP="1")  # the detailed file: one row a facility
    missing = [column for column in named if column not in rows.columns]
    if missing:
        raise SchemaError(explain(f"{name}: columns missing or renamed", expected=missing,
                                  found=list(rows.columns)[:20],
                                  do="Is it the file of facilities?"))  # fmt: skip
    if "GEO_OBJECT" in rows.columns:
        rows = rows[rows["GEO_OBJECT"].isin(["COM", "ARM"])]
        rows = rows[(rows["FACILITY_TYPE"] != "_T")]
        if "BPE_MEASURE" in rows.columns:
            rows = rows[rows["BPE_MEASURE"] == "FACILITIES"]
        # The three cities stand beside their arrondissements: only one of the two counts.
        arrondissements = (rows["GEO_OBJECT"] == "ARM").any()
        cities = rows["GEO"].isin(["75056", "69123", "13055"]) & (rows["GEO_OBJECT"] == "COM")
        rows = rows[~cities] if arrondissements else rows
    tidy = rows[list(named)].rename(columns=named)
    odd = tidy.loc[~tidy["type"].str.fullmatch(_TYPE), "type"].unique()
    values, _ = numbers(tidy["count"], f"{name}, counts")
    wrong = values.isna() | (values < 0) | (values % 1 != 0)
    if len(odd) or wrong.any():
        raise SchemaError(explain(f"{name}: types and counts of facilities",
                                  expected="types such as A203, whole counts",
                                  found=[*odd[:5], *tidy.loc[wrong, "count"].unique()[:5]],
                                  do="Check that it is the producer's file."))  # fmt: skip
    return tidy.assign(commune=codes.tidy_communes(tidy["commune"]), count=values)


def _extent(present: pd.Index, ground: Ground, cog: str) -> pd.Index:
    """Codes of all the communes, of the file's geography, that the file covers."""
    whole, _ = covered(present, ground)
    if len(whole) >= _NATIONAL:
        whole = tuple(ground.departements)
    wanted = set().union(*(ground.departements[code] for code in whole))
    before = ground.passage[ground.passage["last_cog"] >= cog]
    wanted |= set(before.loc[before["commune"].isin(wanted), "commune_before"])
    # A commune re-established since had no code of its own in the file's year.
    split = before[before["kind"] == "split"]
    new = set(split["commune"]) - set(split["commune_before"])
    return present.union(sorted(wanted - new))


def _own_empty(present: pd.Index, ground: Ground) -> list[str]:
    """The observatory's own communes without a row, where the file has nine in ten of them."""
    own = set(ground.own)
    met = own & set(present)
    return sorted(own - met) if own and len(met) >= _OWN * len(own) else []


def _by_range(counts: pd.DataFrame, millesime: str) -> pd.DataFrame:
    """The facilities of each commune, in all and in each range of the catalogue."""
    ranges = facilities().ranges(millesime).range_of()
    table = {"facilities": counts.sum(axis=1)}
    for name in RANGES:
        own = [code for code in counts.columns if ranges.get(str(code)) == name]
        table[f"facilities_by_range#{name}"] = counts[own].sum(axis=1)
    return pd.DataFrame(table)
