"""Establishments of the extract → additive counts by commune, on a given day."""

import datetime as dt
from collections.abc import Collection

import pandas as pd

from ternois_analysis.catalog.sirene import sirene
from ternois_analysis.catalog.wood import wood
from ternois_analysis.errors import SourceError, TerritoryError, explain

_CRAFT_DIVISIONS = ("41", "42", "43")


def counts(table: pd.DataFrame, communes: Collection[str], day: dt.date) -> pd.DataFrame:
    """Counts of establishments, communes in rows; zero where a covered commune has none.

    An establishment is open on `day` when it was created by then, or long enough ago for Sirene
    not to know, and is not closed by then. Sirene registers closures late, so a recent day counts
    too many; it keeps the present activity and employer flag, so that a past day counts them as
    they are at the day of the stock; one that closed and opened again was open all along.

    Parameters
    ----------
    table : DataFrame
        As `extract` gives it.
    communes : collection of str
        Those that the stock covers; the establishments of others are not counted.
    day : date
        At most the day of the stock. The four quarters end with it.

    Returns
    -------
    DataFrame
        Whole numbers, indexed by `commune` in order of code. Open on the day:
        sirene_establishments, of which sirene_employers; sirene_section_a to _u (NAF rév. 2), and
        sirene_naf2025 and sirene_other_naf for those of no section; building craft
        sirene_building_41 to _43; wood sector sirene_wood_core and sirene_wood_extended (which
        holds the core), and by stage sirene_wood_forestry, and so on. Over the year that ends
        with the day: sirene_created_4q, sirene_closed_4q.

    Raises
    ------
    SourceError
        If the stock is older than `day`.
    TerritoryError
        If no commune is given, or one twice.
    """
    index = pd.Index(sorted(communes), name="commune", dtype="str")
    if index.empty or index.has_duplicates:
        raise TerritoryError(
            explain(
                "Communes to count",
                expected="one or more, each once",
                found=list(index[index.duplicated()]),
                do="Correct the list.",
            )
        )
    end = pd.Timestamp(day)
    if len(table) and table["as_of"].min() < end:
        raise SourceError(
            explain(
                "Sirene",
                expected=f"a stock of {day} or later",
                found=f"one of {table['as_of'].min().date()}",
                do="Install a newer stock, or count at an earlier day.",
            )
        )
    inside = table[table["commune"].isin(index)]
    start = end - pd.DateOffset(years=1)
    flags = _open_flags(inside, end) | {
        "sirene_created_4q": (inside["created"] > start) & (inside["created"] <= end),
        "sirene_closed_4q": (inside["closed"] > start) & (inside["closed"] <= end),
    }
    sums = pd.DataFrame(flags).groupby(inside["commune"]).sum()
    return sums.reindex(index, fill_value=0).astype("int64")


def _open_flags(inside: pd.DataFrame, end: pd.Timestamp) -> dict[str, pd.Series]:
    """For each count of open establishments, which rows it counts."""
    born = inside["created"].isna() | (inside["created"] <= end)
    is_open = born & (inside["active"] | (inside["closed"] > end))
    naf, division = inside["naf"], inside["naf"].str.slice(0, 2)
    facts = sirene()
    section = division.map(facts.section_of_division())
    new = inside["nomenclature"] == "NAF2025"
    belongs = {
        "establishments": pd.Series(True, index=inside.index),
        "employers": inside["employer"].fillna(False).astype(bool),
        "naf2025": new,
        "other_naf": section.isna() & ~new,
    }
    belongs |= {f"section_{letter.lower()}": section == letter for letter in facts.sections}
    belongs |= {f"building_{number}": division == number for number in _CRAFT_DIVISIONS}
    belongs |= {
        "wood_core": naf.isin(wood().codes("core")),
        "wood_extended": naf.isin(wood().codes("extended")),
    }
    belongs |= {
        f"wood_{name}": naf.isin(stage.core + stage.extended)
        for name, stage in wood().stages.items()
    }
    return {f"sirene_{name}": is_open & rows for name, rows in belongs.items()}
