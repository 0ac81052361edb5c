"""Asking a server for one file: what is asked, what it answers, which version it says it is."""

import contextlib
import email.utils
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from ternois_analysis.errors import SourceError, explain

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True)
class Patience:
    """How long to insist: seconds of silence, tries without progress, seconds between two tries."""

    connect_s: float = 10.0
    silence_s: float = 60.0
    tries_to_connect: int = 3
    tries: int = 6
    first_wait_s: float = 1.0
    longest_wait_s: float = 120.0
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Stamp:
    """What a server says of the version of a file; empty or None where it does not."""

    url: str
    etag: str = ""
    modified: str = ""
    length: int | None = None

    @property
    def proof(self) -> str:
        """What If-Range may hold: a weak tag may not stand there (RFC 9110, 13.1.5)."""
        return self.modified if self.etag.startswith("W/") else self.etag or self.modified


@dataclass(frozen=True)
class Errand:
    """One file to bring: from where, aside under which name, of which kinds, told to whom."""

    url: str
    part: Path
    accepts: Sequence[str]
    tell: Callable[[str], None]
    patience: Patience

    @property
    def name(self) -> str:
        """Name of the file, without what marks it unfinished."""
        return self.part.name.removesuffix(".part")

    @property
    def elsewhere(self) -> str:
        """What to do where nothing can be downloaded."""
        return f"Download {self.url} on another machine and install it with `--from FILE`."


class Interrupted(Exception):  # noqa: N818  # not an error yet: the next try may do
    """A try that ended early; `wait` is what the server asked for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None, *, reached: bool = True) -> None:
        super().__init__(reason)
        self.wait, self.reached = wait, reached


@contextlib.contextmanager
def answer(
    session: "requests.Session", errand: Errand, headers: dict[str, str]
) -> Iterator["requests.Response"]:
    """An answer that can be used: 200, 206, 304 or 416; any other is an error or a pause."""
    import requests

    patience = errand.patience
    agent = f"ternois-analysis/{version('ternois-analysis')}"
    # Bytes as they lie at the producer's: a length and a hash are those of the file.
    headers = {"User-Agent": agent, "Accept-Encoding": "identity", **headers}
    try:
        response = session.get(
            errand.url,
            headers=headers,
            stream=True,
            timeout=(patience.connect_s, patience.silence_s),
        )
    except requests.exceptions.SSLError as error:
        raise refused(errand, "a certificate that is not trusted") from error
    except requests.exceptions.ReadTimeout as error:
        raise Interrupted(f"no answer in {patience.silence_s:g} s") from error
    except (requests.ConnectionError, requests.Timeout) as error:
        raise Interrupted("no connection", reached=False) from error
    except requests.RequestException as error:
        raise refused(errand, f"{type(error).__name__}") from error
    with response:
        status = response.status_code
        if status in (200, 206, 304, 416):
            yield response
        elif status in (408, 425, 429) or status >= 500:
            raise Interrupted(f"HTTP {status}", retry_after(response))
        else:
            raise refused(errand, f"HTTP {status}")


def refused(errand: Errand, found: str) -> SourceError:
    """The error for an answer that another try would not change."""
    gone = found in ("HTTP 404", "HTTP 410")
    do = "Look for the file on the producer's page: its address may have changed. " if gone else ""
    return SourceError(
        explain(
            f"{errand.name} cannot be downloaded",
            expected=errand.url,
            found=found,
            do=do + errand.elsewhere,
        )
    )


def stamp(url: str, response: "requests.Response") -> Stamp:
    """The version of a file that is sent whole."""
    length = response.headers.get("Content-Length", "")
    return Stamp(url, *tags(response), int(length) if length.isdigit() else None)


def tags(response: "requests.Response") -> tuple[str, str]:
    """ETag and Last-Modified, each empty where the server gives none."""
    return response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")


def same(old: Stamp, new: Stamp) -> bool:
    """Whether two stamps prove the same version; a length alone proves nothing."""
    if old.etag and new.etag:
        return old.etag.removeprefix("W/") == new.etag.removeprefix("W/")
    return bool(old.modified) and (old.modified, old.length) == (new.modified, new.length)


def follows(old: Stamp, new: Stamp) -> bool:
    """Whether a partial answer belongs to the same version; it may leave out what it repeats."""
    pairs = ((old.etag, new.etag), (old.modified, new.modified), (old.length, new.length))
    return all(a == b for a, b in pairs if a and b)


def part_of(response: "requests.Response") -> tuple[int, int | None]:
    """First byte and whole length of a partial answer; -1 where it does not say."""
    span, _, total = response.headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
    first = span.partition("-")[0].strip()
    return int(first) if first.isdigit() else -1, int(total) if total.isdigit() else None


def retry_after(response: "requests.Response") -> float | None:
    """Seconds that a server asks to wait, or None."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        then = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, then.timestamp() - time.time())


def mb(size: int) -> str:
    """A number of bytes in words."""
    return f"{size / 1e6:.0f} MB" if size >= 1e7 else f"{size / 1e6:.1f} MB"
