"""The table of a contribution as the observatory finds it, among what was installed."""

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis.catalog.contributions import PREFIX, contributed_source
from ternois_analysis.sources import installed
from ternois_analysis.sources.contributions.accept import Intake
from ternois_analysis.sources.intake.keeping import parquet

_TABLE = "contribution.parquet"
_TERMS = ("received", "cog", "sha256", "size", "sender", "audience", "imported")


def receipt(
    intake: Intake, made: pd.DataFrame, signs: pd.DataFrame, facts: Mapping[str, Any]
) -> dict[str, bytes]:
    """Files of the table, of its signs and of the receipt by which `installed` finds them.

    Parameters
    ----------
    made, signs : DataFrame
        As `tables.table` makes them.
    facts : mapping
        received, cog, sha256, size, sender, audience, imported.
    """
    sending, content = intake.sending, io.BytesIO()
    made.to_parquet(content, compression="zstd")
    files = {_TABLE: content.getvalue()}
    if len(signs):
        files[Path(_TABLE).with_suffix(".signs.parquet").name] = parquet(signs)
    own = {
        "millesime": sending.millesime, "level": "commune", "path": _TABLE,
        "reference_date": sending.last_day.isoformat(), "rows": len(made),
        "columns": sorted({str(column).partition("#")[0] for column in made}),
        "sha256": hashlib.sha256(files[_TABLE]).hexdigest(),
    }  # fmt: skip
    told = {
        "delivery": PREFIX + sending.kind, "millesime": sending.millesime, "name": "received.xlsx",
        "available": facts["received"], "origin": "", "partial": True, "whole": [],
        "beside": sorted(made.index), "left_aside": [],
        "files": {contributed_source(sending.kind): [own]},
    }  # fmt: skip
    told |= {name: facts[name] for name in _TERMS}
    files[installed.RECEIPT] = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return files
