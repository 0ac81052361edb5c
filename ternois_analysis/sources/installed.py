"""What a user installed: receipts of the store, and the tables that they account for."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ternois_analysis import catalog, paths
from ternois_analysis.catalog import SourceFile
from ternois_analysis.errors import SourceError, explain

RECEIPT = "receipt.json"


@dataclass(frozen=True)
class Receipt:
    """One file installed: what it was, when it came, and the tables made of it.

    `whole` are the départements that its rows cover whole, `beside` the communes covered besides;
    both are empty for a file of another level than communes. `left_aside` says in French what of
    the file was not taken.
    """

    folder: Path
    delivery: str
    millesime: str
    received: str
    name: str
    sha256: str
    size: int
    origin: str
    partial: bool
    whole: tuple[str, ...]
    beside: tuple[str, ...]
    left_aside: tuple[str, ...]
    files: Mapping[str, tuple[SourceFile, ...]]


def home() -> Path:
    """Folder of the store that holds what was installed."""
    return paths.store() / "sources"


def receipts(delivery: str = "") -> list[Receipt]:
    """The receipts of the store, of one delivery or of all, sorted by millésime and day."""
    folder = home()
    if not folder.is_dir():
        return []
    found = [
        _receipt(path, path.stat().st_mtime_ns)
        for path in sorted(folder.glob(f"{delivery or '*'}/*/*/{RECEIPT}"))
        if not path.parent.name.startswith(".")
    ]
    return sorted(found, key=lambda r: (r.delivery, r.millesime, r.received, r.sha256))


@lru_cache(maxsize=256)
def _receipt(path: Path, modified: int) -> Receipt:
    try:
        said: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        files = {
            source: tuple(_file(path.parent, said, entry) for entry in entries)
            for source, entries in said["files"].items()
        }
        return Receipt(
            path.parent, said["delivery"], said["millesime"], said["received"], said["name"],
            said["sha256"], said["size"], said["origin"], said["partial"], tuple(said["whole"]),
            tuple(said["beside"]), tuple(said["left_aside"]), files,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(
            explain(f"{path} is damaged", expected="the receipt of an installed file", found=error,
                    do=f"Remove {path.parent} and install the file again.")
        ) from error  # fmt: skip


def _file(folder: Path, said: Mapping[str, Any], entry: Mapping[str, Any]) -> SourceFile:
    return SourceFile(
        millesime=entry["millesime"], reference_date=entry["reference_date"],
        available=said["available"], received=said["received"], cog=said["cog"],
        path=str(folder / entry["path"]), sha256=entry["sha256"], rows=entry["rows"],
        part=f"{said['delivery']} {said['millesime']} {entry['level']} {said['sha256'][:8]}",
        level=entry["level"], columns=tuple(entry["columns"]), delivery=said["delivery"],
        partial=said["partial"], sender=said.get("sender", ""),
        audience=said.get("audience", ""), imported=said.get("imported", ""),
    )  # fmt: skip


def files(source: str) -> tuple[SourceFile, ...]:
    """The tables that fill a source: those of the bundle, then those installed."""
    own = catalog.source(source).files
    return own + tuple(f for receipt in receipts() for f in receipt.files.get(source, ()))


def signs_path(file: SourceFile) -> Path:
    """Where the signs of an installed table lie, if the producer put any."""
    return Path(file.path).with_suffix(".signs.parquet")


def remove(name: str, millesime: str = "") -> list[Receipt]:
    """Remove what was installed by a delivery, one millésime of it or all.

    Raises
    ------
    SourceError
        If nothing of the kind is installed.
    """
    chosen = [r for r in receipts(name) if millesime in ("", r.millesime)]
    if not chosen:
        raise SourceError(
            explain(f"Nothing to remove of {name} {millesime}".strip(),
                    expected=[f"{r.delivery} {r.millesime}" for r in receipts()] or "a file",
                    found="none", do="See `ternois sources list`.")
        )  # fmt: skip
    for receipt in chosen:
        # Out of sight at once: a removal that is killed leaves no receipt without its tables.
        aside = receipt.folder.with_name(f".removed-{receipt.folder.name}")
        receipt.folder.rename(aside)
        shutil.rmtree(aside)
    return chosen
