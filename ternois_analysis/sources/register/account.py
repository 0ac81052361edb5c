"""The account of every row: why it was set aside, what was found in it, where."""

from typing import Any

import pandas as pd

from ternois_analysis.catalog.register import register
from ternois_analysis.sources.intake import Received


def flags(findings: pd.DataFrame, kept: pd.Index) -> pd.Series:
    """Ids of the warnings of each accepted row, space separated."""
    marks = findings.loc[findings.index.isin(kept), "check"]
    marks = marks[marks.map(lambda check: register().checks[check].action == "flag").astype(bool)]
    said = marks.groupby(level=0).agg(lambda checks: " ".join(sorted(set(checks))))
    return said.reindex(kept, fill_value="").astype("str")


def rejects(came: Received, findings: pd.DataFrame) -> pd.DataFrame:
    """One row a reason for which a row is set aside: line, field, value, reason, proposal."""
    facts = register()
    acting = (
        findings["check"].map(lambda check: facts.checks[check].action == "set_aside").astype(bool)
    )
    rows = findings[acting].join(came.frame[["part", "line"]]).drop_duplicates()
    bad = came.malformed.assign(field="", value="")
    both = pd.concat([rows, bad], ignore_index=True).sort_values(["part", "line"], kind="stable")
    labels = {name: field.label for name, field in facts.fields.items()}
    return (
        pd.DataFrame(
            {
                "line": _label(came, both["part"], both["line"]),
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
        {"check": both["check"], "line": _label(came, both["part"], both["line"])}
    ).reset_index(drop=True)


def _label(came: Received, part: pd.Series, line: pd.Series) -> pd.Series:
    number = line.astype(int).astype(str)
    return number if len(came.parts) < 2 else part.astype(str) + ", ligne " + number


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
