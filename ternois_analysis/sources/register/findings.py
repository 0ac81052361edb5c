"""What the checks found: one row a finding, with nothing in it that identifies a person."""

import pandas as pd

from ternois_analysis.catalog.register import register
from ternois_analysis.sources.intake import shown

COLUMNS = ["check", "field", "value", "reason", "proposal"]


def found(
    frame: pd.DataFrame,
    where: pd.Series,
    check: str,
    field: str,
    reason: str | pd.Series,
    proposal: str | pd.Series = "",
    *,
    open_value: bool = False,
) -> pd.DataFrame:
    """One finding for each row of `frame` that `where` marks.

    Parameters
    ----------
    frame : DataFrame
        The received rows.
    where : Series of bool
        On the same index.
    check, field : str
        Id of the check and field it is about ("" for the whole row), both of the catalogue.
    reason, proposal : str or Series of str
        In French, without any personal datum.
    open_value : bool
        Show the value as it is: for a text that has been recognised as the name of a place.

    Returns
    -------
    DataFrame
        Index: the row; columns `COLUMNS`.
    """
    rows = frame.index[where]
    values = pd.Series("", index=rows, dtype="str")
    if field and len(rows):
        values = frame.loc[rows, field]
        values = (
            values.str.slice(0, 60) if open_value else shown(values, register().fields[field].kind)
        )
    return pd.DataFrame(
        {
            "check": check,
            "field": field,
            "value": values,
            "reason": reason if isinstance(reason, str) else reason.loc[rows],
            "proposal": proposal if isinstance(proposal, str) else proposal.loc[rows],
        },
        index=rows,
        columns=COLUMNS,
    )


def together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """All findings, by row; a stable order within a row."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(filled).sort_index(kind="stable")


def rows_with(findings: pd.DataFrame, index: pd.Index, *actions: str) -> pd.Series:
    """Whether each row has a finding whose check has one of the actions."""
    checks = register().checks
    acting = findings["check"].map(lambda check: checks[check].action in actions).astype(bool)
    return pd.Series(index.isin(findings.index[acting]), index=index)
