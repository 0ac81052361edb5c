"""Installing producers' files with the geography that the observatory knows."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import pandas as pd

from ternois_analysis import catalog, quarters
from ternois_analysis.catalog import Edition
from ternois_analysis.catalog.deliveries import ROLLING
from ternois_analysis.errors import SourceError, TernoisError, explain
from ternois_analysis.observatory.columns import geography
from ternois_analysis.observatory.door import observe
from ternois_analysis.sources import install as installation
from ternois_analysis.sources import installed
from ternois_analysis.sources.fetch import fetch
from ternois_analysis.sources.formats import Ground
from ternois_analysis.sources.install import Installed
from ternois_analysis.sources.pages import fetch_pages
from ternois_analysis.territory.passage import links

#: What stands for every delivery that anyone may download.
OPEN = "open"
#: Years of sales that a median rests on, and one to spare.
_YEARS = 3
_SUFFIXES = (".csv", ".zip", ".gz", ".parquet", ".txt", ".xlsx")


@dataclass(frozen=True)
class Outcome:
    """What became of one file, in a sentence."""

    text: str
    failed: bool


def ground() -> Ground:
    """The communes of today, those of the Pays, and how codes of a year are checked."""
    communes, passage, _ = geography(quarters.latest_complete())

    def check(codes: pd.Series, cog: str, place: str) -> None:
        links(codes, passage, communes, cog, place)

    return Ground(communes, passage, observe(audience="public").gazetteer.pays_codes, check)


def each(
    name: str,
    files: Sequence[Path] = (),
    *,
    millesime: str = "",
    partial: bool = False,
    received: dt.date | None = None,
    tell: Callable[[str], None] = lambda said: None,
) -> Iterator[Outcome]:
    """Install the files given, or download those of a delivery (of all open ones for `open`).

    One file that cannot be installed leaves the others, and what was there before, untouched.

    Raises
    ------
    SourceError
        For an unknown name, or a delivery without an address when no file is given.
    """
    around = ground()
    if files:
        chosen = catalog.delivery(name)
        together = catalog.deliveries()[chosen].together
        groups = [list(files)] if together else [[file] for file in files]
        works = [_at_hand(chosen, group, millesime) for group in groups]
    elif name == OPEN:
        offered = [each for each, entry in catalog.deliveries().items() if entry.open]
        addressed = [each for each in offered if _has_address(each, "")]
        yield from (_by_hand(each) for each in offered if each not in addressed)
        works = [_brought(each, "", around, tell) for each in addressed]
    else:
        chosen = catalog.delivery(name)
        if not _has_address(chosen, millesime):
            raise _not_downloadable(chosen, millesime)
        works = [_brought(chosen, millesime, around, tell)]
    for work in works:
        yield _outcome(work, around, partial, received)


@dataclass(frozen=True)
class _Work:
    """One installation to do: of which delivery, and where its files come from."""

    name: str
    millesime: str
    origin: str
    files: Callable[[], list[Path]]


def _at_hand(name: str, files: list[Path], millesime: str) -> _Work:
    return _Work(name, millesime, "", lambda: files)


def _brought(name: str, millesime: str, around: Ground, tell: Callable[[str], None]) -> _Work:
    """What brings a delivery: its newest address, or one a département."""
    edition = _newest(name, millesime)
    if edition is None:
        return _download_parts(name, millesime, around, tell)
    return _download(name, edition, tell)


def _has_address(name: str, millesime: str) -> bool:
    return bool(catalog.deliveries()[name].parts) or _newest(name, millesime) is not None


def _by_hand(name: str) -> Outcome:
    """What to say of an open source that has no lasting address."""
    delivery = catalog.deliveries()[name]
    how = delivery.how or f"take it from {delivery.page}"
    return Outcome(f"By hand: {name}: {how}", failed=False)


def _download_parts(
    name: str, millesime: str, around: Ground, tell: Callable[[str], None]
) -> _Work:
    delivery = catalog.deliveries()[name]
    communes = around.communes
    own = sorted(set(communes.loc[communes["commune"].isin(around.own), "departement"]))
    last = around.day.year - 1
    years = [str(year) for year in range(last - _YEARS + 1, last + 1)]

    def files() -> list[Path]:
        folder = installed.home() / ".downloads" / name / around.day.isoformat()
        found = []
        for code in own:
            for year in years if "{year}" in delivery.parts else [""]:
                address = delivery.parts.format(departement=code, year=year)
                stem = "-".join(filter(None, (name, code, year)))
                suffix = "".join(PurePosixPath(urlsplit(address).path).suffixes[-2:])
                bring = fetch_pages if delivery.paged else fetch
                kept = f"{stem}.csv" if delivery.paged else f"{stem}{suffix}"
                found.append(bring(address, folder, name=kept, tell=tell))
        return found

    return _Work(name, millesime, delivery.parts, files)


def _download(name: str, edition: Edition, tell: Callable[[str], None]) -> _Work:
    def files() -> list[Path]:
        folder = installed.home() / ".downloads" / name / edition.millesime.replace(ROLLING, "")
        known = PurePosixPath(urlsplit(edition.url).path).name
        # Some addresses end without a suffix: the readers look at the content, people at names.
        own = "" if PurePosixPath(known).suffix in _SUFFIXES else f"{name}-{edition.millesime}.zip"
        return [fetch(edition.url, folder, name=own, sha256=edition.sha256, tell=tell)]

    wanted = "" if edition.millesime == ROLLING else edition.millesime
    return _Work(name, wanted, edition.url, files)


def _newest(name: str, millesime: str) -> Edition | None:
    """The newest edition with an address, or the one asked for."""
    found = [
        edition
        for edition in catalog.deliveries()[name].editions
        if edition.url and (millesime == "" or edition.millesime in (millesime, ROLLING))
    ]
    return max(found, key=lambda edition: edition.millesime, default=None)


def _not_downloadable(name: str, millesime: str) -> SourceError:
    delivery = catalog.deliveries()[name]
    return SourceError(
        explain(
            f"{name} {millesime} cannot be downloaded".replace("  ", " "),
            expected="an edition with an address in data/sources.yml",
            found=[e.millesime for e in delivery.editions] or "no edition",
            do=delivery.how
            or f"Take the file from {delivery.page}, then: ternois sources install {name} "
            "--from FILE",
        )
    )


def _outcome(work: _Work, around: Ground, partial: bool, received: dt.date | None) -> Outcome:
    try:
        done = installation.install(
            work.name, work.files(), around, millesime=work.millesime, partial=partial,
            received=received, origin=work.origin,
        )  # fmt: skip
    except TernoisError as error:
        return Outcome(f"{work.name}: {error}", failed=True)
    return Outcome(_told(done), failed=False)


def _told(done: Installed) -> str:
    receipt = done.receipt
    if not done.new:
        return f"Already installed, nothing changed: {receipt.delivery} {receipt.millesime}."
    tables = [
        f"{source} {file.millesime} ({file.level}, {file.rows} rows)"
        for source, files in receipt.files.items()
        for file in files
    ]
    extent = ""
    if receipt.partial:
        extent = f" Partial: départements {', '.join(receipt.whole) or 'none'}" + (
            f" and {len(receipt.beside)} communes more" if receipt.beside else ""
        ) + "."  # fmt: skip
    aside = f" Left aside: {' ; '.join(receipt.left_aside)}." if receipt.left_aside else ""
    return (
        f"Installed: {receipt.delivery} {receipt.millesime}, from {receipt.name}: "
        f"{', '.join(tables)}.{extent}{aside}"
    )
