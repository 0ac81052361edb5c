"""Installing a producer's file: read, checked and stored whole, or refused and nothing changed."""

import datetime as dt
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from ternois_analysis import catalog
from ternois_analysis.catalog import Delivery, Edition
from ternois_analysis.catalog.deliveries import ROLLING
from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources import formats, installed
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece, covered
from ternois_analysis.sources.installed import Receipt

#: Départements of metropolitan France: a national file has them all.
_METROPOLITAN = 96
#: Levels of tables whose rows are communes.
_OF_COMMUNES = ("commune", "pairs", "nomenclature")


@dataclass(frozen=True)
class Installed:
    """Outcome of an installation; `new` is false when the same file was already there."""

    receipt: Receipt
    new: bool


def install(
    name: str,
    files: Sequence[Path],
    ground: Ground,
    *,
    millesime: str = "",
    partial: bool = False,
    received: dt.date | None = None,
    origin: str = "",
) -> Installed:
    """Read a producer's file, check it, and keep its tables in the store.

    Parameters
    ----------
    name : str
        A delivery, or a source that one fills.
    files : sequence of Path
        The file, then those that go with it.
    ground : Ground
        The communes.
    millesime : str
        The one expected; any that is declared by default.
    partial : bool
        Accept a file that covers less than its producer does; what lies outside stays unknown.
    received : date, optional
        Today by default.
    origin : str
        Where it came from: an address, or nothing for a file at hand.

    Returns
    -------
    Installed

    Raises
    ------
    SourceError, SchemaError
        With what, expected, found and what to do; the store is then as it was before.
    """
    name = catalog.delivery(name)
    delivery = catalog.deliveries()[name]
    digest, size = _fingerprint(files)
    for receipt in installed.receipts(name):
        if receipt.sha256 == digest and millesime in ("", receipt.millesime):
            return Installed(receipt, new=False)
    around = replace(ground, wanted=millesime, day=received or dt.date.today())
    found = formats.read(files, delivery, around)
    edition = _edition(name, delivery, found, millesime)
    for piece in found.pieces:
        if piece.level in _OF_COMMUNES and edition.cog:
            codes = pd.Series(piece.table.index.unique(), dtype="str")
            ground.check(codes, edition.cog, files[0].name)
    whole, beside = _coverage(found, ground) if edition.cog else ((), ())
    _check_extent(delivery, found, whole, beside, files[0].name, partial)
    facts = {
        "delivery": name, "millesime": edition.millesime, "available": edition.available,
        "cog": edition.cog, "received": (received or dt.date.today()).isoformat(),
        "name": files[0].name, "sha256": digest, "size": size, "origin": origin,
        "partial": (partial or delivery.extent == "territory")
        and not _is_national(whole) and bool(whole or beside),
        "whole": list(whole), "beside": list(beside), "left_aside": list(found.left_aside),
    }  # fmt: skip
    folder = installed.home() / name / edition.millesime / digest[:12]
    _keep(folder, found, files, facts, edition, personal=delivery.personal)
    return Installed(next(r for r in installed.receipts(name) if r.folder == folder), new=True)


def _fingerprint(files: Sequence[Path]) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for path in files:
        if not path.is_file():
            raise SourceError(
                explain(f"{path} cannot be installed", expected="a file", found="none",
                        do="Check its name.")
            )  # fmt: skip
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
                size += len(block)
    return digest.hexdigest(), size


def _edition(name: str, delivery: Delivery, found: Delivered, wanted: str) -> Edition:
    """The declared edition that a file is; refuses another year's file."""
    known = {edition.millesime: edition for edition in delivery.editions}
    if ROLLING in known and wanted in ("", ROLLING, found.millesime):
        day = found.millesime
        return replace(known[ROLLING], millesime=day, reference_date=day, available=day)
    if (wanted and found.millesime != wanted) or found.millesime not in known:
        raise SourceError(
            explain(
                f"The file is of another millésime of {name}",
                expected=wanted or list(known),
                found=found.millesime or "no year in its columns",
                do="Check the file; for a new millésime, add one line to `editions` of its entry "
                "in data/sources.yml.",
            )
        )
    return known[found.millesime]


def _coverage(found: Delivered, ground: Ground) -> tuple[tuple[str, ...], tuple[str, ...]]:
    codes = {
        str(code)
        for piece in found.pieces
        if piece.level in _OF_COMMUNES
        for code in piece.table.index
    }
    return covered(codes, ground) if codes else ((), ())


def _is_national(whole: Sequence[str]) -> bool:
    return sum(1 for code in whole if len(code) == 2) >= _METROPOLITAN


def _check_extent(
    delivery: Delivery,
    found: Delivered,
    whole: Sequence[str],
    beside: Sequence[str],
    name: str,
    partial: bool,
) -> None:
    local = delivery.extent == "territory" or not (whole or beside)
    if partial or local or _is_national(whole):
        return
    raise SourceError(
        explain(
            f"{name} covers less than its producer publishes",
            expected="communes of all départements of France",
            found=f"départements {', '.join(whole) or 'none whole'}"
            + (f" and {len(beside)} other communes" if beside else ""),
            do="Install the whole file, or give --partial: what lies outside stays « n.d. ».",
        )
    )


def _keep(
    folder: Path,
    found: Delivered,
    files: Sequence[Path],
    facts: dict[str, Any],
    edition: Edition,
    *,
    personal: bool,
) -> None:
    """Write the tables and the receipt aside, then give them their place at once."""
    draft = folder.with_name(f".draft-{secrets.token_hex(4)}")
    try:
        draft.mkdir(parents=True, mode=0o700 if personal else 0o755)
        entries: dict[str, list[dict[str, Any]]] = {}
        for piece in found.pieces:
            entries.setdefault(piece.source, []).append(_write(piece, draft, edition))
        text = json.dumps(facts | {"files": entries}, ensure_ascii=False, indent=1)
        (draft / installed.RECEIPT).write_text(text, encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        draft.rename(folder)
    except OSError as error:
        raise SourceError(
            explain(f"{facts['name']} could not be stored", expected=f"to write in {folder.parent}",
                    found=error.strerror or error, do="Free some space, or set TERNOIS_STORE.")
        ) from error  # fmt: skip
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(piece: Piece, folder: Path, edition: Edition) -> dict[str, Any]:
    path = folder / f"{piece.source}-{piece.millesime}-{piece.level}.parquet"
    piece.table.to_parquet(path, compression="zstd")
    _sync(path)
    if len(piece.signs):
        piece.signs.to_parquet(path.with_suffix(".signs.parquet"), index=False)
    year = piece.millesime == edition.millesime and edition.reference_date
    return {
        "millesime": piece.millesime, "level": piece.level, "path": path.name,
        "reference_date": year or _first_day(piece.millesime), "rows": len(piece.table),
        "columns": list(piece.columns), "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }  # fmt: skip


def _first_day(millesime: str) -> str:
    return f"{millesime}-01-01" if len(millesime) == 4 else millesime


def _sync(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
