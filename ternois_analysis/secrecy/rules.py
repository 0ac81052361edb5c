"""Primary secrecy: which cells may not be shown, and how uncertain they must stay."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ternois_analysis import french
from ternois_analysis.catalog.secrecy import SecrecyRule, secrecy, secrecy_rule
from ternois_analysis.errors import SchemaError, explain

Floats = NDArray[np.float64]

#: A reason that is not the rule's but the need to protect another cell.
COMPLEMENTARY = "complementary"


def reasons(
    rule: SecrecyRule, value: Floats, n: Floats, top1: Floats, whole: Floats
) -> NDArray[np.object_]:
    """Code of the reason why each cell is hidden, empty when it may be shown.

    Parameters
    ----------
    rule : SecrecyRule
    value, n, top1, whole : ndarray
        Sum, number of contributing units, largest contribution, and count of the group of which the
        cell is a part (NaN: no such group).
    """
    codes = np.full(len(value), "", dtype=object)
    if rule.kind == "free":
        return codes
    if rule.kind == "never":
        codes[:] = "internal_only"
        return codes
    some = n > 0
    if rule.group_minimum:
        codes[some & (value == whole) & (whole < rule.group_minimum)] = "whole_group"
    if rule.dominance_pct:
        codes[some & (value > 0) & (100 * top1 >= rule.dominance_pct * value)] = "dominance"
    codes[some & (n < rule.minimum)] = "few"
    return codes


def primary(cells: pd.DataFrame, audience: str) -> pd.Series:
    """Code of the reason why each cell is hidden from an audience, empty when it may be shown.

    Parameters
    ----------
    cells : DataFrame
        One row a cell: `secrecy` (class), `value`, `n`, `top1`, and `whole` where the cell is a
        part of a group. A cell whose value is missing has nothing to hide.
    audience : str

    Raises
    ------
    SchemaError
        If what a rule looks at is missing, or a value is negative: the attacker that we guard
        against knows that nothing is.
    """
    codes = pd.Series("", index=cells.index, dtype=object)
    for name in cells["secrecy"].unique():
        rule = secrecy_rule(name, audience)
        if rule.kind == "free":
            continue
        rows = cells[(cells["secrecy"] == name) & cells["value"].notna()]
        needed = {"free": [], "never": []}.get(rule.kind, ["n"])
        _require(rows, needed + ["top1"] * (rule.dominance_pct > 0), name)
        whole = rows["whole"] if "whole" in rows else pd.Series(np.nan, index=rows.index)
        columns = [rows["value"], rows["n"], rows["top1"], whole]
        codes[rows.index] = reasons(rule, *(c.to_numpy(dtype=float) for c in columns))
    return codes


def _require(rows: pd.DataFrame, columns: list[str], name: str) -> None:
    for column in columns:
        if (blank := rows[column].isna()).any():
            raise SchemaError(
                explain(
                    f"Cells of class {name}",
                    expected=f"a number in '{column}'",
                    found=f"none for {_places(rows[blank])}",
                    do="Give it for every cell that has a value.",
                )
            )
    if (negative := rows["value"] < 0).any():
        raise SchemaError(
            explain(
                f"Cells of class {name}",
                expected="sums of contributions that are not negative",
                found=_places(rows[negative]),
                do="Give gains and losses as two columns.",
            )
        )


def _places(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    where = f"{first['column']}, {first['territory']} {first['category']}".strip()
    return where if len(rows) == 1 else f"{where} and {len(rows) - 1} more"


def required(
    value: Floats,
    code: NDArray[np.object_],
    whole_numbers: NDArray[np.bool_],
    most: Floats,
    least: Floats,
) -> tuple[Floats, Floats]:
    """Interval that the attacker must be unable to narrow around each hidden cell.

    Parameters
    ----------
    value : ndarray
    code : ndarray
        Reasons. Of a whole group only « are they all? » is hidden: values above need not be
        possible.
    whole_numbers : ndarray of bool
        Cells known to be whole: at least one unit on both sides, whatever the share.
    most : ndarray
        Largest value that what is public anyway allows (NaN: no limit).
    least : ndarray
        Smallest figure of the table: a secret zero must pass for it.

    Returns
    -------
    tuple of ndarray
        Low and high bounds; low is never under zero.
    """
    share = secrecy().protection_pct / 100
    low, high = value * (1 - share), value * (1 + share)
    # Rounded first: 1.1 × 10 is a hair above 11 for a computer.
    low = np.where(whole_numbers, np.minimum(np.floor(low.round(9)), value - 1), low)
    high = np.where(whole_numbers, np.maximum(np.ceil(high.round(9)), value + 1), high)
    high = np.where(value == 0, np.maximum(high, least), high)
    high = np.where(code == "whole_group", value, high)
    return np.maximum(low, 0.0), np.fmax(np.fmin(high, most), value)


def complementary() -> str:
    """Why a cell that no rule hides is hidden, in French."""
    return french.typeset(secrecy().reasons[COMPLEMENTARY])


def sentence(code: str, rule: SecrecyRule) -> str:
    """A reason in French, for the audit record."""
    template = secrecy().reasons[code]
    return french.typeset(
        template.format(
            units=french.of(rule.units),
            minimum=rule.minimum,
            dominance=french.number(rule.dominance_pct),
            group=rule.group_minimum,
        )
    )
