"""Downloading a table that its producer's server cuts into pages, each naming the next."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from ternois_analysis.errors import SourceError, explain
from ternois_analysis.sources.answers import Patience

#: A server that names its own page as the next would otherwise be followed for ever.
_MOST = 5_000
#: Answers after which a server may be asked again.
_AGAIN = (408, 425, 429, 500, 502, 503, 504)


def fetch_pages(
    url: str,
    folder: Path,
    name: str,
    *,
    tell: Callable[[str], None] = lambda said: None,
    patience: Patience = Patience(),  # noqa: B008 - frozen
) -> Path:
    """Bring a CSV of several pages as one file, its header once.

    The next page is the one that the `Link` header of the answer names. The file gets its name
    when the last page has come: an earlier one of that name stays until then.

    Parameters
    ----------
    url : str
        Of the first page.
    folder, name
        Where the file goes.

    Raises
    ------
    SourceError
        If the server cannot be reached, refuses, cuts an answer short, or sends another table.
    """
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    folder.mkdir(parents=True, exist_ok=True)
    part, final = folder / f"{name}.part", folder / name
    retry = Retry(
        total=patience.tries, backoff_factor=patience.first_wait_s, status_forcelist=_AGAIN,
        backoff_max=patience.longest_wait_s, raise_on_status=False,
    )  # fmt: skip
    header, page, following = b"", 0, url
    with requests.Session() as session, part.open("wb") as out:
        session.headers["User-Agent"] = f"ternois-analysis/{version('ternois-analysis')}"
        for scheme in ("http://", "https://"):
            session.mount(scheme, HTTPAdapter(max_retries=retry))
        while following:
            page += 1
            try:
                answer = session.get(following, timeout=(patience.connect_s, patience.silence_s))
            except requests.RequestException as error:
                raise _refused(url, page, type(error).__name__) from error
            if answer.status_code != requests.codes.ok or page > _MOST:
                raise _refused(url, page, f"HTTP {answer.status_code}")
            first, _, rest = answer.content.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
            if first.lstrip()[:1] in (b"<", b"{") or (header and first.strip() != header):
                raise _refused(url, page, "another table than the first page")
            if not header:
                header = first.strip()
                out.write(header + b"\n")
            out.write(rest if rest.endswith(b"\n") or not rest else rest + b"\n")
            tell(f"{name}: page {page}")
            following = answer.links.get("next", {}).get("url", "")
    return part.replace(final)


def _refused(url: str, page: int, found: str) -> SourceError:
    return SourceError(
        explain(
            f"{url} could not be downloaded",
            expected=f"page {page} of a CSV",
            found=found,
            do="Try again later, or export the rows on another machine and install them with "
            "`--from FILE`.",
        )
    )
