"""From the commune codes of a file's year to the canonical geography, totals conserved."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ternois_analysis.catalog.sources import ColumnKind
from ternois_analysis.errors import SchemaError, TerritoryError, explain
from ternois_analysis.territory import codes, groups

#: Relative gap under which two sums of floats, or the weights of a split and one, are equal.
TOLERANCE = 1e-6


def applicable(passage: pd.DataFrame, cog_from: str) -> pd.DataFrame:
    """The rows of the passage table that hold for a file of one COG year.

    A code that disappeared, came back and disappeared again has rows with several `last_cog`:
    the first end at or after the file's year is the one that applies.
    """
    rows = passage[passage["last_cog"] >= cog_from]
    first = rows.groupby("commune_before")["last_cog"].transform("min")
    return rows[rows["last_cog"] == first]


def links(
    old: pd.Series,
    passage: pd.DataFrame,
    communes: pd.DataFrame,
    cog_from: str,
    place: str = "The table",
) -> pd.DataFrame:
    """The canonical communes that each code of a year goes to.

    Returns
    -------
    DataFrame
        One row a pair, sorted by canonical commune: `row` (position in `old`), `commune`, `weight`
        (0 to 1, one in all for each code), `kept` (the code itself goes on), `whole` (all that
        makes up the canonical commune is in `old`).

    Raises
    ------
    TerritoryError
        If codes are unknown in that year (all are listed), repeated, or their weights do not sum
        to one.
    """
    codes.check_keys(old, communes, place)
    rules = applicable(passage, cog_from)
    # As objects: pandas is slow to compare columns of text.
    texts = old.astype(object)
    known = texts.to_numpy()
    # Nearly all codes go on as they are: only the others are looked for in the passage table.
    moved = groups.among(texts, rules["commune_before"]).to_numpy()
    start = pd.DataFrame({"row": np.flatnonzero(moved), "commune_before": known[moved]})
    pairs = start.merge(rules[["commune_before", "commune", "weight"]], on="commune_before")
    rows = np.r_[np.flatnonzero(~moved), pairs["row"]]
    goals = np.r_[known[~moved], pairs["commune"].to_numpy(dtype=object)]
    weights = np.r_[np.ones(len(old) - moved.sum()), pairs["weight"].to_numpy(dtype=float)]
    lost = ~groups.among(pd.Series(goals, dtype=object), communes["commune"]).to_numpy()
    if lost.any():
        missing = known[np.unique(rows[lost])]
        raise codes.unknown(missing, communes, passage, f"{place} (COG {cog_from})")
    sums = pairs.groupby("commune_before")["weight"].sum()
    wrong = sums[(sums - 1).abs() > TOLERANCE]
    if len(wrong):
        raise TerritoryError(
            explain(
                "Passage table",
                expected="weights that sum to 1 for each code",
                found=wrong.to_dict(),
                do="Rebuild the passage table.",
            )
        )
    order = np.argsort(rows, kind="stable")
    order = order[np.argsort(goals[order], kind="stable")]
    rows, found = rows[order], pd.Series(goals[order], dtype=object)
    return pd.DataFrame(
        {
            "row": rows,
            "commune": found.astype("str"),
            "weight": weights[order],
            "kept": ~moved[rows],
            "whole": ~groups.among(found, _incomplete(texts, rules)).to_numpy(),
        }
    )


def _incomplete(old: pd.Series, rules: pd.DataFrame) -> pd.Series:
    """Canonical communes that merged since, and of which a part is not among the codes.

    A merger keeps the code of one of its communes, which is then a part without a row of its own,
    unless the code was changed afterwards.
    """
    merged = rules[rules["kind"].isin(["merger", "departement_change"])]
    kept = merged.loc[merged["kind"] == "merger", "commune"]
    recoded = rules.loc[rules["kind"] == "code_change", "commune"]
    kept = kept[~groups.among(kept, rules["commune_before"]) & ~groups.among(kept, recoded)]
    parts = pd.concat([merged["commune_before"], kept])
    targets = pd.concat([merged["commune"], kept])
    absent: pd.Series = targets[~groups.among(parts, old)]
    return absent


def to_cog(
    table: pd.DataFrame,
    passage: pd.DataFrame,
    communes: pd.DataFrame,
    cog_from: str,
    kinds: Mapping[str, ColumnKind],
) -> pd.DataFrame:
    """A commune table in the canonical geography.

    Parameters
    ----------
    table : DataFrame
        One row a commune, key `commune` in the codes of the year `cog_from`.
    passage, communes : DataFrame
        The bundle's tables of the canonical COG.
    cog_from : str
        Year of the codes of `table`.
    kinds : Mapping
        Kind of each column of `table`, as declared in `sources.yml`.

    Returns
    -------
    DataFrame
        Sorted by `commune`, without labels. Additive columns are summed, a split shares them by
        weight and makes them floats; missing plus a number is missing, for a sum that leaves a
        commune out is too small without showing it. The same holds for a merged commune of which
        a part is not in the file. A published value stays where the commune stayed, or where all
        the parts that merged have the same; a part of a split commune has none.

    Raises
    ------
    SchemaError
        If a column has no declared kind.
    TerritoryError
        If codes are unknown or repeated, or a total is not conserved.
    """
    additive, published = columns_of(table, kinds)
    pairs = links(table["commune"], passage, communes, cog_from)
    starts = groups.starts_of(pairs["commune"].to_numpy())
    rows, weight = pairs["row"].to_numpy(), pairs["weight"].to_numpy()
    whole = pairs["whole"].to_numpy(dtype=bool)
    codes_of = pd.Series(pairs["commune"].to_numpy()[starts], dtype="str")
    result: dict[str, Any] = {"commune": codes_of}
    for column in table.columns:
        if column in additive:
            values = table[column].to_numpy(dtype=float, na_value=np.nan)[rows] * weight
            total = groups.sums(np.where(whole, values, np.nan), starts)
            _check_conserved(column, table[column], values, total, starts)
            exact = pd.api.types.is_integer_dtype(table[column]) and (weight == 1).all()
            result[column] = total.astype("int64") if exact and not np.isnan(total).any() else total
        elif column in published:
            values = table[column].iloc[rows].reset_index(drop=True)
            result[column] = groups.common(values.where(whole & (weight == 1)), starts)
    return pd.DataFrame(result)


def _check_conserved(
    column: str,
    before: pd.Series,
    pieces: groups.Floats,
    total: groups.Floats,
    starts: groups.Positions,
) -> None:
    hidden = np.repeat(np.isnan(total), np.diff(np.r_[starts, len(pieces)]))
    first = float(np.nansum(before.to_numpy(dtype=float, na_value=np.nan)))
    after = float(np.nansum(total) + np.nansum(pieces[hidden]))
    if not np.isclose(first, after, rtol=TOLERANCE, atol=TOLERANCE):
        raise TerritoryError(
            explain(
                f"Column {column} changed its total in the passage",
                expected=first,
                found=after,
                do="Check the passage table.",
            )
        )


def columns_of(table: pd.DataFrame, kinds: Mapping[str, ColumnKind]) -> tuple[list[str], list[str]]:
    """The additive and the published columns of a commune table, in its order.

    Raises
    ------
    SchemaError
        If a column has no declared kind, or a key other than `commune`.
    """
    undeclared = [c for c in table.columns if c not in kinds]
    keys = [c for c in table.columns if kinds.get(c) == "key"]
    if undeclared or keys != ["commune"]:
        raise SchemaError(
            explain(
                "Commune table",
                expected="the key commune and columns of declared kinds",
                found=f"keys {keys}, undeclared {undeclared}",
                do="Declare them in sources.yml.",
            )
        )
    return (
        [c for c in table.columns if kinds[c] == "additive"],
        [c for c in table.columns if kinds[c] == "published"],
    )
