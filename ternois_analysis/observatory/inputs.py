"""Everything that a quarter was made from: files, register and programmes, each with its hash."""

from typing import Any

from ternois_analysis import catalog
from ternois_analysis.observatory import craft, used
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.programmes import GENUINE as PROGRAMMES
from ternois_analysis.sources import programmes, register


def inputs(observatory: Observatory) -> list[dict[str, Any]]:
    """One entry a file: source, millésime, part, path and SHA-256.

    A register and the files of programmes are told by the day they tell of and by their hash, never
    by the name under which somebody sent them.
    """
    found: list[dict[str, Any]] = [
        {name: file[name] for name in ("source", "millesime", "part", "path", "sha256")}
        for file in used.files(observatory.columns, None)
    ]
    quarter, current = observatory.quarter, observatory.columns.register
    if current is not None:
        entry = register.in_force(quarter.last_day, quarter.freeze)
        if entry is not None:
            found.append(_private(craft.GENUINE, entry.millesime, "", entry.sha256))
        else:
            files = catalog.source(current.source).files
            file = next(file for file in files if file.reference_date == current.extracted)
            found.append(
                {"source": current.source, "millesime": file.millesime, "part": file.part,
                 "path": file.path, "sha256": file.sha256}
            )  # fmt: skip
    found += [
        _private(PROGRAMMES, entry.received.isoformat(), name, entry.sha256)
        for name, entry in programmes.in_force().items()
    ]
    return found


def _private(source: str, millesime: str, part: str, sha256: str) -> dict[str, Any]:
    return {"source": source, "millesime": millesime, "part": part, "path": "", "sha256": sha256}
