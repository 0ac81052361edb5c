"""Downloading one file of a producer: whole, of the right kind, stored once and dated."""

import contextlib
import datetime as dt
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources import transfer
from ternois_analysis.sources.answers import Errand, Patience, Stamp

__all__ = ["Fetched", "Patience", "fetch", "fetched"]


@dataclass(frozen=True)
class Fetched:
    """What is known of a file that was downloaded; it lies beside it as `NAME.fetched.json`."""

    stamp: Stamp
    size: int
    sha256: str
    fetched: str


def _silent(message: str) -> None:
    """Nobody is told."""


def fetch(
    url: str,
    folder: Path,
    *,
    name: str = "",
    sha256: str = "",
    accepts: Sequence[str] = (),
    tell: Callable[[str], None] = _silent,
    patience: Patience = Patience(),  # noqa: B008  # frozen
) -> Path:
    """Download one file, unless the same is there already.

    Parameters
    ----------
    url : str
        Address, http or https; the proxies of the environment are honoured.
    folder : Path
        Where the file goes; made if it is missing.
    name : str
        Its name there; the last part of the address by default.
    sha256 : str
        Hash that it must have. Without one, the server is asked whether the file at hand is still
        its own; where it cannot be asked, the file at hand serves, and `tell` says so.
    accepts : sequence of str
        Kinds that are right: `zip`, `gzip`, `parquet`, `csv`, `json`, `xls`, `xml`. By default all
        but a web page.
    tell : callable
        Called with what happens, at most four times a second.
    patience : Patience
        Times and tries.

    Returns
    -------
    Path
        The file; `NAME.fetched.json` beside it holds its address, version, hash and date.

    Raises
    ------
    SourceError
        With what, expected, found and what to do. The file that was there before is then
        unchanged; what came of a cut download stays as `NAME.part` for the next time.
    """
    import pooch  # with requests, a tenth of a second that no other command needs

    target = folder / _name(url, name)
    part = target.with_name(target.name + ".part")
    errand = Errand(url, part, accepts, tell, patience)
    pooch.get_logger().setLevel("WARNING")  # it is `tell` that speaks
    came: Stamp | None = None

    def deliver(_: str, output: str, __: object) -> None:
        nonlocal came
        Path(output).unlink()  # a long download that is killed leaves no empty file
        came = came or transfer.bring(errand)
        part.replace(output)

    with _writing(folder), _alone(folder):
        known = sha256.lower() or _current(errand, target)
        if not known:
            came = transfer.bring(errand)
            known = pooch.file_hash(str(part))
        try:
            pooch.retrieve(
                url, f"sha256:{known}", fname=target.name, path=folder, downloader=deliver
            )
        except ValueError as error:
            transfer.discard(part)
            raise _other(errand, known, str(error)) from error
        if came is not None:
            _write(target, came, known)
            transfer.discard(part)
    return target


def fetched(path: Path) -> Fetched | None:
    """What is known of a downloaded file; None if nothing is, or if its size is another."""
    try:
        facts = json.loads(_beside(path).read_text(encoding="utf-8"))
        found = Fetched(**(facts | {"stamp": Stamp(**facts["stamp"])}))
        return found if path.stat().st_size == found.size else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _current(errand: Errand, target: Path) -> str:
    """Hash of the file at hand if the server still has the same, or cannot be asked; else empty."""
    found = fetched(target)
    if found is None or found.stamp.url != errand.url:
        return ""
    try:
        return found.sha256 if transfer.still(errand, found.stamp) else ""
    except SourceError as error:
        day = found.fetched[:10]
        errand.tell(f"{target.name}: the file of {day} serves; asking for a newer one: {error}")
        return found.sha256


def _write(target: Path, stamp: Stamp, sha256: str) -> None:
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    facts = asdict(Fetched(stamp, target.stat().st_size, sha256, now))
    draft = _beside(target).with_suffix(".draft")
    draft.write_text(json.dumps(facts, indent=1), encoding="utf-8")
    draft.replace(_beside(target))


def _beside(target: Path) -> Path:
    return target.with_name(target.name + ".fetched.json")


def _name(url: str, name: str) -> str:
    name = name or PurePosixPath(unquote(urlsplit(url).path)).name
    if name in ("", ".", "..") or "/" in name or "\\" in name:
        raise SourceError(
            explain(
                f"{url} names no file",
                expected="a name without a folder",
                found=name or "none",
                do="Give the address of a file, or its name in data/sources.yml.",
            )
        )
    return name


def _other(errand: Errand, known: str, told: str) -> SourceError:
    hashes = [found for found in re.findall(r"[0-9a-f]{64}", told) if found != known]
    return SourceError(
        explain(
            f"{errand.name} is not the file that was declared",
            expected=f"SHA-256 {known[:12]}…",
            found=f"{hashes[-1][:12]}…" if hashes else "another",
            do="Nothing was kept. Its producer may have published it again: look at its page, then "
            "correct the hash of its entry in data/sources.yml.",
        )
    )


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Make the folder, and say what to do where the disk refuses."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except OSError as error:
        raise SourceError(
            explain(
                f"{folder} cannot be written",
                expected="a folder with room, open to this user",
                found=error.strerror or type(error).__name__,
                do="Free some space or give the right to write, or set TERNOIS_STORE to another "
                "folder; nothing was kept.",
            )
        ) from error


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep a second command from writing the same part; Windows has no such lock."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some network disks cannot lock
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise SourceError(
                    explain(
                        f"Another command is downloading into {folder}",
                        expected="one at a time",
                        found="two",
                        do="Wait for it to end, then try again.",
                    )
                ) from error
        yield
    finally:
        os.close(handle)
