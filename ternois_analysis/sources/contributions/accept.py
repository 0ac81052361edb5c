"""A contribution as received → accepted rows and an account of every row."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog.contributions import ContributionKind, contributions
from ternois_analysis.errors import SchemaError, SourceError, explain
from ternois_analysis.sources.contributions import rows, template
from ternois_analysis.sources.contributions.sending import Sending
from ternois_analysis.sources.contributions.sending import read as read_sending
from ternois_analysis.sources.intake import Layout, Received, findings, receive
from ternois_analysis.sources.intake.table import Codes

_CODES = Codes(unreadable="CO01", odd="CO01b", cut="CO02", header="CO03")
#: An example row says nothing: that it was left in makes nothing uncertain.
_EMPTY = ("CO04", "CO03")


@dataclass(frozen=True, eq=False)
class Intake:
    """What became of a contribution.

    `accepted` has the columns of the kind, `<number>_hidden` included; `rejects` (line, field,
    value, reason, proposal) one row a reason for setting a row aside; `findings` (check, line) all
    that was found. `doubtful` are the communes one of whose rows was set aside, `unplaced` the rows
    set aside of which no commune is known.
    """

    sending: Sending
    accepted: pd.DataFrame
    rejects: pd.DataFrame
    findings: pd.DataFrame
    doubtful: frozenset[str]
    unplaced: int
    facts: dict[str, Any]


def accept(
    path: Path,
    communes: pd.DataFrame,
    territories: Mapping[str, frozenset[str]],
    *,
    received: dt.date,
) -> Intake:
    """Check a contribution, in memory; nothing is written.

    Parameters
    ----------
    path : Path
        The workbook as filled in.
    communes : DataFrame
        Columns commune and commune_name: those of which a partner may speak.
    territories : mapping of str to frozenset of str
        Communes by label of the territories that a sender may say to cover.
    received : date
        Day of the transfer: the period must be over by then.

    Returns
    -------
    Intake
        Rows in = rows accepted + rows set aside, always.

    Raises
    ------
    SourceError, SchemaError
        If the file cannot be read, is no template of today, or says nothing.
    """
    sending = read_sending(path, territories, received)
    kind = contributions().kinds[sending.kind]
    labels = {name: field.label for name, field in kind.columns.items()}
    aliases = {french.plain(label): name for name, label in labels.items()}
    needed = tuple((name,) for name in kind.columns)
    mend = f"Use the template as `ternois new contribution {sending.kind}` writes it."
    came = receive(
        path,
        Layout(aliases, tuple(kind.columns), needed, codes=_CODES, heads=labels, mend=mend,
               formulas=True),
    )  # fmt: skip
    _check(path, kind, sending, came)
    clean, what = rows.tidy(came.frame, kind, sending, communes)
    found = findings.together(what)
    acting = [n for n, check in contributions().checks.items() if check.action == "set_aside"]
    aside = found.index[found["check"].isin(acting)].unique()
    accepted = clean[~clean.index.isin(aside)].sort_values("commune", kind="stable")
    refused = findings.rejects(came, found, acting, labels)
    away = came.rows - len(accepted)
    if refused["line"].nunique() != away:
        raise AssertionError("each row that is set aside has a reason, and no other row has")
    telling = clean.loc[aside]
    telling = telling[~telling.index.isin(found.index[found["check"].isin(_EMPTY)])]
    cut = int((~came.malformed["check"].isin(_EMPTY)).sum())
    return Intake(
        sending, accepted.reset_index(drop=True), refused, findings.lines(came, found),
        frozenset(telling.loc[telling["commune"] != "", "commune"]),
        int((telling["commune"] == "").sum()) + cut,
        _facts(path, sending, came, len(accepted)),
    )  # fmt: skip


def _check(path: Path, kind: ContributionKind, sending: Sending, came: Received) -> None:
    """Stop at a file that says nothing, or at a list of things that covers nowhere."""
    if kind.items and not sending.covers:
        raise SchemaError(
            explain(
                f"{path.name}: territory covered",
                expected="the territory of which the rows are the whole list",
                found=template.LISTED,
                do=f"Choose it on the sheet « {template.SENDING} »: without it no commune could "
                "be said to have none.",
            )
        )
    if not came.rows and not (kind.absence_is_zero and sending.covers):
        raise SourceError(
            explain(f"{path.name} holds no row", expected=kind.row, found="an empty table",
                    do="Fill the file in first.")
        )  # fmt: skip


def _facts(path: Path, sending: Sending, came: Received, accepted: int) -> dict[str, Any]:
    own = [f"« {sheet} »" for sheet in (template.NOTICE, template.SENDING, template.LISTS)]
    return {
        "file": path.name, "kind": sending.kind, "version": sending.version,
        "millesime": sending.millesime, "territory": sending.territory,
        "notices": [n for n in came.notices if not any(sheet in n for sheet in own)],
        "unknown": sorted({c for part in came.parts for c in part["unknown"]}),
        "rows_in": came.rows, "rows_accepted": accepted, "rows_set_aside": came.rows - accepted,
    }  # fmt: skip
