"""The deliveries of `data/sources.yml`: files as producers publish them, and what they fill."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ternois_analysis import paths, trail
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.catalog.sources import source, sources
from ternois_analysis.errors import SchemaError, SourceError, explain
from ternois_analysis.trail import lru_cache


@dataclass(frozen=True)
class Edition:
    """One millésime of a delivery.

    `url` is its address where it has a lasting one; `sha256` is checked when it is known, the
    columns always. `member` is a pattern of the file's name inside an archive. `available` is the
    day the producer published it, `cog` the year of its commune codes; empty where they are of all
    years, or none.

    A file that its producer renews all the time (Sirene, DPE, RGE) has one edition `*`: its
    millésime is the day (ISO) that its reader finds in it, and it is available from that day on.
    """

    millesime: str
    available: str
    cog: str
    reference_date: str = ""
    url: str = ""
    sha256: str = ""
    member: str = ""


#: Millésime of the only edition of a file that is renewed all the time.
ROLLING = "*"


@dataclass(frozen=True)
class Delivery:
    """A series of files as their producer publishes them.

    `format` names the reader (`sources/formats/`), `key` the header of the column of codes.
    `gives` lists, by source, the columns that a file must have, `may_give` those that it may have.
    `extent` is what a whole file holds: `communes` a row for each commune of France, `some` a row
    only where there is something to tell. `personal` files are kept in a folder of their owner.
    `open` says that anyone may download it; `together` that several files make one delivery; `how`
    says what to do where no address lasts. `parts` is the address of a file a département, and a
    year where it says `{year}` (the last three that are over); `paged` that a server cuts it.
    """

    title: str
    producer: str
    page: str
    licence: str
    format: str
    gives: Mapping[str, tuple[str, ...]]
    key: str = "CODGEO"
    may_give: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    extent: Literal["communes", "some", "territory"] = "communes"
    open: bool = True
    personal: bool = False
    together: bool = False
    parts: str = ""
    paged: bool = False
    how: str = ""
    editions: tuple[Edition, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources that it fills."""
        return tuple(dict.fromkeys([*self.gives, *self.may_give]))


@lru_cache(maxsize=4)
def _read(path: Path, modified: int) -> dict[str, Delivery]:
    with trail.aside():  # noted by `deliveries`, without what the file says of sources
        entries = load(path).get("deliveries", {})
    found = {name: build(Delivery, e, f"{path.name}: {name}") for name, e in entries.items()}
    for name, entry in found.items():
        for owner in entry.sources:
            wanted = {*entry.gives.get(owner, ()), *entry.may_give.get(owner, ())}
            unknown = wanted - set(source(owner).columns)
            if unknown:
                raise SchemaError(
                    explain(
                        f"{path.name}: delivery {name}",
                        expected=f"columns of the source {owner}",
                        found=unknown,
                        do="Declare them in the source.",
                    )
                )
    return found


def deliveries() -> dict[str, Delivery]:
    """All declared deliveries by name, in the order of the file."""
    trail.note("deliveries")
    return _all()


def _all() -> dict[str, Delivery]:
    path = paths.data() / "sources.yml"
    return _read(path, path.stat().st_mtime_ns)


@trail.leaf("deliveries")
def _facts(_: str) -> str:
    return trail.digest(_all())


def delivery(name: str) -> str:
    """Name of the delivery that a text names: its own, or that of a source it fills.

    Raises
    ------
    SourceError
        For an unknown name, with the nearest known one.
    """
    known = deliveries()
    if name in known:
        return name
    filling = fills(name)
    if filling:
        return filling[0]
    near = difflib.get_close_matches(name, [*known, *sources()], 1)
    do = f"Did you mean '{near[0]}'?" if near else "See `ternois sources list`."
    raise SourceError(explain("Unknown source to install", expected=list(known), found=name, do=do))


def fills(name: str) -> tuple[str, ...]:
    """Names of the deliveries that fill a source, the preferred one first."""
    return tuple(each for each, entry in deliveries().items() if name in entry.sources)


def command(name: str) -> str:
    """The command that installs a source, for people to copy; empty where there is none.

    Of the deliveries that fill it, the one that is most its own: it brings most of its columns.
    """
    known_deliveries = deliveries()
    filling = sorted(fills(name), key=lambda each: len(known_deliveries[each].sources))
    if filling:
        chosen = name if name in filling else filling[0]
        return f"ternois sources install {chosen}"
    known = sources()
    return known[name].install if name in known else ""
