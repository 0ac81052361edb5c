"""The release register: every cell ever published, to whom and when, outside the tree."""

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from ternois_analysis import paths, quarters, trail
from ternois_analysis.catalog.secrecy import audience as facts_of
from ternois_analysis.errors import SecrecyError, explain
from ternois_analysis.secrecy.cells import tidy
from ternois_analysis.secrecy.gate import Protection
from ternois_analysis.secrecy.relations import KEY, Relations

#: Columns of the register; `communes` is the territory's list of codes, separated by spaces.
COLUMNS = [
    "quarter", "audience", *KEY, "communes", "communes_sha", "secrecy", "additive", "status",
    "value", "n", "sha",
]  # fmt: skip


def folder() -> Path:
    """Where the register lies: in the store, readable by its owner only."""
    return paths.store() / "releases"


def record(
    quarter: str, audience: str, cells: pd.DataFrame, relations: Relations, protection: Protection
) -> Path:
    """Write what is published to an audience, for the audits of later quarters.

    Recording the same content twice changes nothing; a revision is written beside what it revises,
    for what was published stays known.

    Parameters
    ----------
    quarter : str
        Such as `2026Q3`.
    audience : str
    cells : DataFrame
        All cells of the publication; those that are never shown are left out.
    relations : Relations
    protection : Protection
        What is hidden from this audience: written with status « s » and without figures.

    Returns
    -------
    Path
        The file, readable by its owner only.
    """
    table = tidy(cells, relations)
    table = table[table["published"] & table["value"].notna()]
    hidden = pd.MultiIndex.from_frame(table[KEY]).isin(
        pd.MultiIndex.from_frame(protection.hidden[KEY])
    ) & np.bool_(protection.hides)
    lists = {
        name: " ".join(sorted(relations.communes[name])) for name in table["territory"].unique()
    }
    communes = table["territory"].map(lists)
    shas = {text: _sha(text) for text in set(lists.values())}
    rows = table.assign(
        quarter=str(quarters.parse(quarter)),
        audience=audience,
        communes=communes,
        communes_sha=communes.map(shas),
        status=np.where(hidden, "s", "ok"),
        value=table["value"].where(~hidden),
        n=table["n"].where(~hidden),
    )
    rows["sha"] = _row_shas(rows)
    rows = rows[COLUMNS].sort_values(["sha"], ignore_index=True)
    path = (
        folder() / f"{rows['quarter'].iloc[0]}-{audience}-{_sha(''.join(rows['sha']))[:12]}.parquet"
    )
    if not path.exists():
        _write(rows, path)
    return path


def earlier(audience: str) -> pd.DataFrame:
    """What an audience knows from all editions: those made for it and those it also sees.

    Partners know what was published to the public; the public does not know what was published to
    partners.

    Returns
    -------
    DataFrame
        The columns of `COLUMNS`, oldest quarter first; empty when nothing was recorded.

    Raises
    ------
    SecrecyError
        If a file was altered since it was written.
    """
    trail.note("store", "releases")
    seen = facts_of(audience).sees
    files = [p for p in sorted(folder().glob("*.parquet")) if p.stem.rsplit("-", 2)[1] in seen]
    if not files:
        return pd.DataFrame(columns=COLUMNS)
    tables = []
    for path in files:
        table = pd.read_parquet(path)
        if list(table) != COLUMNS or _row_shas(table) != list(table["sha"]):
            raise SecrecyError(
                explain(
                    f"{path} of the release register",
                    expected="the cells as they were published",
                    found="cells that do not match their hash",
                    do="Restore the file from a backup: audits rely on it.",
                )
            )
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _row_shas(rows: pd.DataFrame) -> list[str]:
    kept = [name for name in COLUMNS if name != "sha"]
    return [_sha("\x1f".join(map(str, row))) for row in zip(*(rows[c] for c in kept), strict=True)]


def _write(rows: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    # A temporary file is made readable by its owner only, and a rename keeps that.
    handle, draft = tempfile.mkstemp(dir=path.parent, suffix=".draft")
    try:
        with os.fdopen(handle, "wb") as file:
            rows.to_parquet(file, index=False)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
