"""What checks found in received rows: one row a finding, with nothing that identifies a person."""

from collections.abc import Collection, Mapping

import pandas as pd

from ternois_analysis.sources.intake.rejects import shown
from ternois_analysis.sources.intake.table import Received

COLUMNS = ["check", "field", "value", "reason", "proposal"]


def found(
    frame: pd.DataFrame,
    where: pd.Series,
    check: str,
    field: str,
    reason: str | pd.Series,
    proposal: str | pd.Series = "",
    *,
    kinds: Mapping[str, str],
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
        Id of the check and field it is about ("" for the whole row).
    reason, proposal : str or Series of str
        In French, without any personal datum.
    kinds : mapping of str to str
        Kind of each field: what may be shown of a refused value.
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
        values = values.str.slice(0, 60) if open_value else shown(values, kinds[field])
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


def rejects(
    came: Received, findings: pd.DataFrame, acting: Collection[str], labels: Mapping[str, str]
) -> pd.DataFrame:
    """One row a reason for which a row is set aside: line, field, value, reason, proposal.

    Parameters
    ----------
    acting : collection of str
        Checks that set a row aside.
    labels : mapping of str to str
        French label of each field.
    """
    rows = findings[findings["check"].isin(list(acting))]
    rows = rows.join(came.frame[["part", "line"]]).drop_duplicates()
    bad = came.malformed.assign(field="", value="")
    both = pd.concat([rows, bad], ignore_index=True).sort_values(["part", "line"], kind="stable")
    return (
        pd.DataFrame(
            {
                "line": place(came, both["part"], both["line"]),
                "field": both["field"].map(labels).fillna(""),
                "value": both["value"],
                "reason": both["check"] + " " + both["reason"],
                "proposal": both["proposal"],
            }
        )
        .astype("str")
        .reset_index(drop=True)
    )


def lines(came: Received, findings: pd.DataFrame) -> pd.DataFrame:
    """Check and line of everything found in rows, each once."""
    rows = findings[["check"]].join(came.frame[["part", "line"]])
    both = pd.concat([rows, came.malformed[["check", "part", "line"]]], ignore_index=True)
    both = both.drop_duplicates().sort_values(["check", "part", "line"], kind="stable")
    return pd.DataFrame(
        {"check": both["check"], "line": place(came, both["part"], both["line"])}
    ).reset_index(drop=True)


def place(came: Received, part: pd.Series, line: pd.Series) -> pd.Series:
    """Where rows stand: a line number, with its part where there are several."""
    number = line.astype(int).astype(str)
    return number if len(came.parts) < 2 else part.astype(str) + ", ligne " + number
