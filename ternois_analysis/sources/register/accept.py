"""A register as received → spells without any person in them, and an account of every row."""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis.catalog.register import register
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources.intake import receive
from ternois_analysis.sources.register import account, drift
from ternois_analysis.sources.register.checked import checked
from ternois_analysis.sources.register.findings import rows_with
from ternois_analysis.sources.register.formats import extraction_day, format_name, layout
from ternois_analysis.sources.register.outside import FileFinding, Outside
from ternois_analysis.sources.register.pseudonyms import pseudonyms

#: Columns of the accepted register; one row is one spell of registration of one business.
COLUMNS = (
    "business",
    "commune",
    "nafa",
    "ape",
    "nar4",
    "nar20",
    "legal_form",
    "registered",
    "removed",
    "removal_reason",
    "origin",
    "employees",
    "apprentices",
    "owner_birth_year",
    "owner_sex",
    "qualification",
    "listed",
    "extracted",
    "follows",
    "flags",
)


@dataclass(frozen=True)
class Intake:
    """What became of a file.

    `accepted` has the columns `COLUMNS`; `rejects` (line, field, value, reason, proposal) one row
    a reason for setting a row aside; `findings` (check, line) all that was found in rows; `facts`
    what the store and the report print: counts, dates, format.
    """

    accepted: pd.DataFrame
    rejects: pd.DataFrame
    findings: pd.DataFrame
    file_findings: tuple[FileFinding, ...]
    unverifiable: tuple[str, ...]
    drift: drift.Drift | None
    facts: dict[str, Any]


def accept(
    path: Path,
    communes: pd.DataFrame,
    passage: pd.DataFrame,
    *,
    key: bytes,
    received: dt.date | None = None,
    extracted: dt.date | None = None,
    beside: Outside | None = None,
) -> Intake:
    """Check a register and turn it into spells, in memory; nothing is written.

    Parameters
    ----------
    path : Path
        The file as received.
    communes, passage : DataFrame
        Communes at the COG of the extraction (commune, commune_name, postal_codes) and the
        changes that lead to it (commune_before, commune, name_before).
    key : bytes
        Key of the pseudonyms.
    received : date
        Day of the transfer; without it, the day of extraction.
    extracted : date
        Day of extraction, when neither the name of the file nor its head says it.
    beside : Outside
        Other sources that some checks need.

    Returns
    -------
    Intake
        Rows in = rows accepted + rows set aside, always.

    Raises
    ------
    SourceError, SchemaError
        If the file cannot be read, is no register, or its date of extraction is unclear (DQ32).
    """
    beside = beside or Outside()
    came = receive(path, layout())
    day = extraction_day(path.name, came, extracted)
    arrived = received or day
    if arrived < day:
        raise SourceError(
            explain(
                f"Date of reception of {path.name}",
                expected=f"{day} (extraction) or later",
                found=arrived,
                do="Correct --received or --extracted.",
            )
        )
    clean, findings, facts = checked(came, communes, passage, pd.Timestamp(day), beside)
    aside = rows_with(findings, came.frame.index, "set_aside")
    kept = clean[~aside]
    accepted = _anonymous(kept, account.flags(findings, kept.index), key)
    rejects = account.rejects(came, findings)
    away = int(aside.sum()) + len(came.malformed)
    if len(accepted) + away != came.rows or rejects["line"].nunique() != away:
        raise AssertionError(
            "rows in are not rows accepted plus rows set aside, each with a reason"
        )
    facts += drift.removal_spikes(accepted, pd.Timestamp(day)) + _absent(accepted, beside, communes)
    given = {
        "sirene": beside.sirene,
        "programmes": beside.programmes,
        "previous": beside.previous,
        "perimeter": beside.perimeter,
    }
    unverifiable = [
        name
        for name, check in register().checks.items()
        if check.needs and given[check.needs] is None
    ]
    summary = {
        "file": path.name,
        "format": format_name(came.parts),
        "parts": account.described(came),
        "notices": list(came.notices),
        "extracted": day.isoformat(),
        "received": arrived.isoformat(),
        "rows_in": came.rows,
        "rows_accepted": len(accepted),
        "rows_set_aside": came.rows - len(accepted),
        "missing_pct": account.missing_pct(came.frame),
    }
    intake = Intake(
        accepted,
        rejects,
        account.lines(came, findings),
        tuple(facts),
        tuple(unverifiable),
        None,
        summary,
    )
    return intake if beside.previous is None else compared(intake, beside.previous)


def compared(intake: Intake, previous: pd.DataFrame) -> Intake:
    """The same intake with what moved since an earlier accepted register (DQ27, DQ28)."""
    moved = drift.compare(previous, intake.accepted)
    told = tuple(
        name for name in intake.unverifiable if register().checks[name].needs != "previous"
    )
    return dataclasses.replace(
        intake, drift=moved, unverifiable=told, file_findings=intake.file_findings + moved.findings
    )


def _anonymous(kept: pd.DataFrame, flags: pd.Series, key: bytes) -> pd.DataFrame:
    table = kept.assign(
        business=pseudonyms(kept["siren"], key),
        follows=pseudonyms(kept["follows"], key),
        flags=flags,
    )
    texts = [
        name
        for name in COLUMNS
        if not pd.api.types.is_numeric_dtype(table[name].dtype)
        and not pd.api.types.is_datetime64_any_dtype(table[name].dtype)
    ]
    table = table[list(COLUMNS)].astype(dict.fromkeys(texts, "str"))
    # Sorted by pseudonym: the order of the file, which the sender knows, says nothing any more.
    return table.sort_values(["business", "registered"], kind="stable").reset_index(drop=True)


def _absent(accepted: pd.DataFrame, beside: Outside, communes: pd.DataFrame) -> list[FileFinding]:
    """Fact DQ29: communes of the territory without any active business."""
    if beside.perimeter is None:
        return []
    present = set(accepted.loc[accepted["removed"].isna(), "commune"])
    names = dict(zip(communes["commune"], communes["commune_name"], strict=True))
    rows = tuple((code, names.get(code, "")) for code in beside.perimeter if code not in present)
    if not rows:
        return []
    text = f"Communes sans entreprise active : {len(rows)} sur {len(beside.perimeter)}."
    return [FileFinding("DQ29", text, rows)]
