"""A programme file as received → participations without any SIREN, and an account of every row."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis.catalog.programmes import programme_named, programmes
from ternois_analysis.errors import SchemaError, SourceError, explain
from ternois_analysis.sources.intake import Layout, Received, findings, receive
from ternois_analysis.sources.intake.table import Codes
from ternois_analysis.sources.programmes import rows, template
from ternois_analysis.sources.register.pseudonyms import pseudonyms

_CODES = Codes(unreadable="PR01", odd="PR01b", cut="PR02", header="PR03")
_NAMED = re.compile(rf"{template.NAMED}\s*:\s*([^—–\n]+?)\s*(?:[—–]|$)")


@dataclass(frozen=True)
class Intake:
    """What became of a file.

    `tables` are the accepted rows by table, with `business` (a pseudonym) in place of the SIREN;
    `rejects` (line, field, value, reason, proposal) one row a reason for setting a row aside;
    `findings` (check, line) all that was found; `facts` what the store and the report print.
    """

    programme: str
    tables: Mapping[str, pd.DataFrame]
    rejects: pd.DataFrame
    findings: pd.DataFrame
    facts: dict[str, Any]


def accept(
    path: Path,
    communes: pd.DataFrame,
    *,
    key: bytes,
    received: dt.date,
    programme: str = "",
) -> Intake:
    """Check the file of a programme, in memory; nothing is written.

    Parameters
    ----------
    path : Path
        The workbook as filled in, or a CSV of one table.
    communes : DataFrame
        Columns commune and commune_name: where sessions may be held.
    key : bytes
        Key of the pseudonyms: that of the register, so that both join.
    received : date
        Day of the transfer: nothing in the file may be later.
    programme : str
        Identifier or label; needed where the file does not say.

    Returns
    -------
    Intake
        Rows in = rows accepted + rows set aside, always.

    Raises
    ------
    SourceError, SchemaError
        If the file cannot be read, is no such file, or does not say its programme.
    """
    came = _received(path)
    facts = programmes()
    name = _programme(path, came["participants"], programme)
    if not came["participants"].rows:
        raise SourceError(
            explain(
                f"{path.name} holds no participation",
                expected="one row a business",
                found="an empty table",
                do="Fill the file in first.",
            )
        )
    day = pd.Timestamp(received)
    clean: dict[str, pd.DataFrame] = {}
    found: dict[str, pd.DataFrame] = {}
    for table in facts.tables_of(name):
        frame = came[table].frame if table in came else None
        if frame is None:
            continue
        if table == "participants":
            made, what = rows.participants(frame, facts, name, day)
        elif table == "sessions":
            made, what = rows.sessions(frame, facts, name, day, communes)
        else:
            held = clean["sessions"]["session"] if "sessions" in clean else pd.Series(dtype="str")
            made, what = rows.attendances(frame, facts, held, clean["participants"]["siren"])
        found[table] = findings.together(what)
        aside = found[table].index[found[table]["check"].isin(_acting())]
        clean[table] = made[~made.index.isin(aside)]
    found["sessions"] = _crowded(clean, found.get("sessions"))
    return _account(path, name, received, came, clean, found, key)


def _acting() -> list[str]:
    return [n for n, check in programmes().checks.items() if check.action == "set_aside"]


def _received(path: Path) -> dict[str, Received]:
    """What the intake reads of each table; only the participants must be there."""
    came: dict[str, Received] = {}
    for name, table in programmes().tables.items():
        layout = Layout(table.aliases(), tuple(table.fields), table.required, codes=_CODES)
        try:
            came[name] = receive(path, layout)
        except SchemaError:
            if name == "participants":
                raise
    return came


def _programme(path: Path, came: Received, given: str) -> str:
    """The programme: given, or written above the table, or in the name of the file."""
    if given:
        return programme_named(given)
    said = [m[1] for part in came.parts for line in part["preamble"] if (m := _NAMED.search(line))]
    if said:
        return programme_named(said[0])
    try:
        return programme_named(path.stem)
    except SchemaError as error:
        raise SourceError(
            explain(
                f"Programme of {path.name}",
                expected=f"« {template.NAMED} : RH+ » above the table, or --programme",
                found="neither",
                do="Name it with --programme.",
            )
        ) from error


def _crowded(clean: Mapping[str, pd.DataFrame], found: pd.DataFrame | None) -> pd.DataFrame:
    """Findings on sessions, with those that more businesses attended than there were seats."""
    before = findings.together([]) if found is None else found
    if "sessions" not in clean or "attendances" not in clean:
        return before
    came = clean["attendances"]
    heads = came[came["present"]].groupby("session").size()
    table = clean["sessions"]
    over = table["session"].map(heads).astype("float64") > table["seats"]
    kinds = {name: f.kind for name, f in programmes().tables["sessions"].fields.items()}
    more = findings.found(table, over, "PR18", "", "plus de présents que de places", kinds=kinds)
    return findings.together([before, more])


def _account(
    path: Path,
    name: str,
    received: dt.date,
    came: Mapping[str, Received],
    clean: Mapping[str, pd.DataFrame],
    found: Mapping[str, pd.DataFrame],
    key: bytes,
) -> Intake:
    facts, rejects, lines, counts = programmes(), [], [], {}
    for table in clean:
        entry, file = facts.tables[table], came[table]
        labels = {field: known.label for field, known in entry.fields.items()}
        refused = findings.rejects(file, found[table], _acting(), labels)
        away = file.rows - len(clean[table])
        if refused["line"].nunique() != away:
            raise AssertionError("each row that is set aside has a reason, and no other row has")
        counts[table] = {"in": file.rows, "accepted": len(clean[table]), "set_aside": away}
        where = f"{entry.label}, ligne "
        rejects.append(refused.assign(line=where + refused["line"]))
        said = findings.lines(file, found[table])
        lines.append(said.assign(line=where + said["line"]))
    ignored = [set(file.notices) for file in came.values()]
    kept = set.intersection(*ignored) if ignored else set()
    own = (f"« {template.NOTICE} »", f"« {template.LISTS} »")
    summary = {
        "file": path.name,
        "programme": name,
        "received": received.isoformat(),
        "notices": [n for n in came["participants"].notices
                    if n in kept and not any(sheet in n for sheet in own)],
        "missing_tables": [facts.tables[t].label for t in facts.tables_of(name) if t not in clean],
        "unknown": sorted({c for t in clean for part in came[t].parts for c in part["unknown"]}),
        "tables": counts,
        "rows_in": sum(c["in"] for c in counts.values()),
        "rows_accepted": sum(c["accepted"] for c in counts.values()),
        "rows_set_aside": sum(c["set_aside"] for c in counts.values()),
    }  # fmt: skip
    return Intake(
        name,
        {table: _anonymous(made, key) for table, made in clean.items()},
        pd.concat(rejects, ignore_index=True),
        pd.concat(lines, ignore_index=True),
        summary,
    )


def _anonymous(table: pd.DataFrame, key: bytes) -> pd.DataFrame:
    """Pseudonyms in place of SIREN; sorted, so that the order of the file says nothing."""
    if "siren" in table:
        table = table.assign(business=pseudonyms(table["siren"], key)).drop(columns="siren")
    columns = ["business", *table.columns.drop("business")] if "business" in table else [*table]
    return table[columns].sort_values(columns[:2], kind="stable").reset_index(drop=True)
