"""The account of every row: why it was set aside, what was found in it, where."""

from typing import Any

import pandas as pd

from ternois_analysis.catalog.register import register
from ternois_analysis.sources.intake import Received
from ternois_analysis.sources.intake import findings as general
from ternois_analysis.sources.intake.findings import lines as lines


def flags(findings: pd.DataFrame, kept: pd.Index) -> pd.Series:
    """Ids of the warnings of each accepted row, space separated."""
    marks = findings.loc[findings.index.isin(kept), "check"]
    marks = marks[marks.map(lambda check: register().checks[check].action == "flag").astype(bool)]
    said = marks.groupby(level=0).agg(lambda checks: " ".join(sorted(set(checks))))
    return said.reindex(kept, fill_value="").astype("str")


def rejects(came: Received, findings: pd.DataFrame) -> pd.DataFrame:
    """One row a reason for which a row is set aside: line, field, value, reason, proposal."""
    facts = register()
    acting = [name for name, check in facts.checks.items() if check.action == "set_aside"]
    labels = {name: field.label for name, field in facts.fields.items()}
    return general.rejects(came, findings, acting, labels)


def missing_pct(frame: pd.DataFrame) -> dict[str, float]:
    """Share of empty cells by field, in percent."""
    return (
        {name: round(100 * float((frame[name] == "").mean()), 1) for name in register().fields}
        if len(frame)
        else {}
    )


def described(came: Received) -> list[dict[str, Any]]:
    """Facts of each part, without the texts that stand in the file."""
    return [
        {k: v for k, v in part.items() if k not in ("preamble", "header")} for part in came.parts
    ]
