"""What the checks of a register found, with what may be shown of each of its fields."""

import pandas as pd

from ternois_analysis.catalog.register import register
from ternois_analysis.sources.intake import findings as general
from ternois_analysis.sources.intake.findings import COLUMNS as COLUMNS
from ternois_analysis.sources.intake.findings import together as together


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
    """One finding for each row of `frame` that `where` marks; see `intake.findings.found`."""
    kinds = {name: entry.kind for name, entry in register().fields.items()}
    return general.found(
        frame, where, check, field, reason, proposal, kinds=kinds, open_value=open_value
    )


def rows_with(findings: pd.DataFrame, index: pd.Index, *actions: str) -> pd.Series:
    """Whether each row has a finding whose check has one of the actions."""
    checks = register().checks
    acting = findings["check"].map(lambda check: checks[check].action in actions).astype(bool)
    return pd.Series(index.isin(findings.index[acting]), index=index)
