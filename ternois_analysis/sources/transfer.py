"""Bringing one file over HTTP: cut connections are resumed, busy servers are waited for."""

import contextlib
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources import answers, kinds
from ternois_analysis.sources.answers import Errand, Interrupted, Stamp

if TYPE_CHECKING:
    import requests

#: Bytes that a try must bring to count as progress, and those that are read at a time.
_BLOCK = 1 << 16
_TELL_EVERY_S = 0.25


def bring(errand: Errand) -> Stamp:
    """Bring the whole file to `errand.part`, from where an earlier try had stopped.

    Parameters
    ----------
    errand : Errand
        Its folder exists. A part of an earlier command is resumed if the server still has the same
        version, and replaced if not.

    Returns
    -------
    Stamp
        The version that the part, now whole and of an accepted kind, belongs to.

    Raises
    ------
    SourceError
        If it cannot be brought; what came stays aside for the next command, unless it is wrong or
        the disk is full.
    """
    import requests  # a tenth of a second that no other command needs

    failures, furthest = 0, _size(errand.part)
    with requests.Session() as session:
        while True:
            try:
                _try(session, errand)
            except Interrupted as cut:
                size = _size(errand.part)
                failures = 1 if size >= furthest + _BLOCK else failures + 1
                furthest = max(furthest, size)
                _wait(errand, cut, failures)
            else:
                break
    with _discarding(errand.part):
        kinds.check_end(errand.part, errand.url, "Nothing was kept: try again. " + errand.elsewhere)
    return _stamp_of(errand.part) or Stamp(errand.url)


def still(errand: Errand, stamp: Stamp) -> bool:
    """Whether the server still has the version that a stamp tells; nothing is downloaded.

    Raises
    ------
    SourceError
        If the server cannot be asked.
    """
    import requests

    asked = {"If-None-Match": stamp.etag, "If-Modified-Since": stamp.modified}
    headers = {name: value for name, value in asked.items() if value}
    if not headers:
        return False
    try:
        with requests.Session() as session, answers.answer(session, errand, headers) as response:
            return response.status_code == 304 or (
                response.status_code == 200
                and answers.same(stamp, answers.stamp(errand.url, response))
            )
    except Interrupted as cut:
        raise SourceError(str(cut)) from cut


def _stamp_of(part: Path) -> Stamp | None:
    """The version that a part belongs to, or None."""
    try:
        return Stamp(**json.loads(_stamp_path(part).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def discard(part: Path) -> None:
    """Remove a part and its stamp."""
    part.unlink(missing_ok=True)
    _stamp_path(part).unlink(missing_ok=True)


def _try(session: "requests.Session", errand: Errand) -> None:
    stamp, held = _stamp_of(errand.part), _size(errand.part)
    proof = stamp.proof if stamp is not None and stamp.url == errand.url else ""
    headers = {"Range": f"bytes={held}-", "If-Range": proof} if held and proof else {}
    with answers.answer(session, errand, headers) as response:
        if response.status_code == 416 and stamp is not None and held == stamp.length:
            return
        if response.status_code == 200:
            _receive(response, errand, answers.stamp(errand.url, response), 0)
            return
        start, total = answers.part_of(response)
        new = Stamp(errand.url, *answers.tags(response), total)
        if stamp is None or start != held or not answers.follows(stamp, new):
            discard(errand.part)
            raise Interrupted("the file changed between two tries", 0.0)
        _receive(response, errand, stamp, held)


def _wait(errand: Errand, cut: Interrupted, failures: int) -> None:
    """Wait before the next try, or stop."""
    patience = errand.patience
    asked = cut.wait is not None and cut.wait > patience.longest_wait_s
    if failures >= (patience.tries if cut.reached else patience.tries_to_connect) or asked:
        kept = _size(errand.part)
        later = f"Its server asks to wait {cut.wait:.0f} s. " if asked else ""
        aside = f"The {answers.mb(kept)} that came are kept: try again to go on. " if kept else ""
        raise SourceError(
            explain(
                f"{errand.name} cannot be downloaded",
                expected=errand.url,
                found=f"{cut}, {failures} tries",
                do=(later + aside or "Check the network and the proxy. ") + errand.elsewhere,
            )
        ) from cut
    wait = patience.first_wait_s * 2 ** (failures - 1) if cut.wait is None else cut.wait
    wait = min(wait, patience.longest_wait_s)
    errand.tell(f"{errand.name}: {cut}; trying again in {wait:.0f} s")
    patience.sleep(wait)


def _receive(response: "requests.Response", errand: Errand, stamp: Stamp, start: int) -> None:
    """Write what comes after `start` bytes; the first bytes are looked at before anything is."""
    blocks = _blocks(response)
    head = b""
    if not start:
        for block in blocks:
            head += block
            if len(head) >= kinds.HEAD:
                break
        do = "Look at the producer's page; nothing was kept of it. " + errand.elsewhere
        kinds.check_head(head, errand.accepts, errand.url, do)
    _check_room(errand, (stamp.length or 0) - start)
    try:
        position = _write(errand, blocks, stamp, start, head)
    except OSError:  # reading has its own exceptions: this is the disk
        discard(errand.part)
        raise
    if stamp.length is not None and position != stamp.length:
        raise Interrupted(f"{position} bytes of {stamp.length} came")


def _write(errand: Errand, blocks: Iterator[bytes], stamp: Stamp, start: int, head: bytes) -> int:
    told, last = 0.0, ""
    if not start:
        errand.part.write_bytes(b"")
        _stamp_path(errand.part).write_text(json.dumps(asdict(stamp)), encoding="utf-8")
    with errand.part.open("r+b") as stream:
        stream.seek(start)
        stream.write(head)
        for block in blocks:
            stream.write(block)
            if time.monotonic() - told >= _TELL_EVERY_S:
                told, last = time.monotonic(), _tell(errand, stream.tell(), stamp.length, last)
        _tell(errand, stream.tell(), stamp.length, last)
        return stream.tell()


def _blocks(response: "requests.Response") -> Iterator[bytes]:
    import urllib3

    try:
        yield from response.raw.stream(_BLOCK, decode_content=False)
    except urllib3.exceptions.HTTPError as error:
        raise Interrupted("the connection was cut") from error


def _check_room(errand: Errand, wanted: int) -> None:
    free = shutil.disk_usage(errand.part.parent).free
    if wanted > free:
        raise SourceError(
            explain(
                f"No room for {errand.name} in {errand.part.parent}",
                expected=answers.mb(wanted),
                found=f"{answers.mb(free)} free",
                do="Free some space, or set TERNOIS_STORE to a larger disk.",
            )
        )


@contextlib.contextmanager
def _discarding(part: Path) -> Iterator[None]:
    try:
        yield
    except SourceError:
        discard(part)
        raise


def _tell(errand: Errand, size: int, length: int | None, last: str) -> str:
    now = f"{errand.name}: {answers.mb(size)}"
    if length:
        now = f"{errand.name}: {100 * size // length} % of {answers.mb(length)}"
    if now != last:
        errand.tell(now)
    return now


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _stamp_path(part: Path) -> Path:
    return part.with_name(part.name + ".json")
