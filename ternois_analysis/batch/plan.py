"""Which pages to run: territories × notebooks × audiences."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ternois_analysis import catalog, french, quarters
from ternois_analysis.batch import notebook
from ternois_analysis.errors import ReportError, explain
from ternois_analysis.publish import document
from ternois_analysis.publish.audience import AUDIENCES

#: Pages are numbered from 01; 00 is the notebook for exploring by hand.
_PAGE = re.compile(r"(?!00)\d\d_\w+")


#: In place of a territory: every EPCI of France.
ALL_EPCI = "all-epci"


class Place(Protocol):
    """What a run needs to know of a territory."""

    @property
    def id(self) -> str:
        """Identifier, the name of the territory's folder."""

    @property
    def label(self) -> str:
        """Name for readers."""


class Observatory(Protocol):
    """What a run asks of the observatory of a quarter and audience."""

    def territory(self, text: str, /) -> Place:
        """The territory that a text names."""

    @property
    def epcis(self) -> Sequence[Place]:
        """All EPCIs of France in the quarter."""

    def sees(self, source: str, /) -> bool:
        """Whether the quarter sees a file of a source."""

    def default_territories(self) -> Sequence[str]:
        """Identifiers of the territories of an ordinary run."""

    def warm(self, territory_ids: Sequence[str], /) -> None:
        """Compute once what the pages of these territories share."""

    def forget(self) -> None:
        """Let go of what `warm` computed."""

    def sources_used(self) -> Iterable[Mapping[str, Any]]:
        """Facts of each file read, among them `source`, `millesime` and `sha256`."""


OpenObservatory = Callable[[str, str], Observatory]


@dataclass(frozen=True)
class Job:
    """One page of one territory for one audience."""

    quarter: str
    audience: str
    territory: str
    label: str
    path: Path
    title: str

    @property
    def page(self) -> str:
        """Name of the page: its notebook's, without suffix."""
        return self.path.stem

    @property
    def place(self) -> tuple[str, str]:
        """Audience and territory: what a report is of."""
        return self.audience, self.territory

    @property
    def parameters(self) -> dict[str, str]:
        """What papermill injects."""
        return notebook.checked(
            {"territory": self.territory, "quarter": self.quarter, "audience": self.audience}
        )


@dataclass(frozen=True)
class Plan:
    """The jobs of a run, and the title of every page that a whole run would make, by name.

    `absent` are the pages that cannot be made because none of their sources is installed, with the
    command that installs one.
    """

    quarter: str
    jobs: tuple[Job, ...]
    pages: Mapping[str, str]
    absent: Mapping[str, str] = field(default_factory=dict)

    @property
    def audiences(self) -> tuple[str, ...]:
        """For whom reports are made, each once."""
        return tuple(dict.fromkeys(job.audience for job in self.jobs))


def plan(
    quarter: str,
    open_observatory: OpenObservatory,
    folder: Path,
    *,
    territories: Sequence[str] = (),
    pages: Sequence[str] = (),
    audiences: Sequence[str] = (),
) -> Plan:
    """All jobs of a run; every name and every notebook is checked, and nothing is run.

    Parameters
    ----------
    quarter : str
        Such as `2026Q3`.
    open_observatory : callable
        Gives the observatory of a quarter and an audience.
    folder : Path
        Of the notebooks.
    territories, pages, audiences : sequence of str
        As a person types them; none means the ordinary ones, and all. The territory `all-epci`
        stands for every EPCI of France.

    Raises
    ------
    ReportError
        For an unknown quarter, page or audience, or a notebook that breaks the rules of parameters.
    TerritoryError
        For an unknown or ambiguous territory.
    """
    code = str(quarters.parse(quarter))
    known = {
        path.stem: path for path in sorted(folder.glob("*.ipynb")) if _PAGE.fullmatch(path.stem)
    }
    if not known:
        raise ReportError(
            explain(
                f"Pages in {folder}",
                expected="notebooks named NN_theme.ipynb",
                found="none",
                do="Check the folder, or set TERNOIS_HOUSE.",
            )
        )
    chosen = _unique(find_page(text, list(known)) for text in pages) or list(known)
    books = {name: notebook.read(path) for name, path in known.items()}
    titles = {name: document.title(book, name) for name, book in books.items()}
    for name in chosen:
        notebook.check_parameters(books[name], known[name].name)
    absent = _absent(books, open_observatory(code, _audiences(audiences)[0]))
    _check_fillable(pages, chosen, absent)
    chosen = [name for name in chosen if name not in absent]
    jobs = []
    for audience in _audiences(audiences):
        observatory = open_observatory(code, audience)
        texts = territories or observatory.default_territories()
        found = _named(observatory, texts)
        places = {place.id: french.typeset(place.label) for place in found}
        jobs += [
            Job(code, audience, identifier, label, known[name], titles[name])
            for identifier, label in places.items()
            for name in chosen
        ]
    return Plan(code, tuple(jobs), titles, absent)


def _named(observatory: Observatory, texts: Iterable[str]) -> Iterator[Place]:
    """The territories that some texts name; one word names all EPCIs of France."""
    for text in texts:
        if text == ALL_EPCI:
            yield from observatory.epcis
        else:
            yield observatory.territory(text)


def _absent(books: Mapping[str, Any], observatory: Observatory) -> dict[str, str]:
    """Pages none of whose sources the quarter sees, with the command that fills each."""
    found = {}
    for name, book in books.items():
        needed = notebook.needs(book)
        if needed and not any(map(observatory.sees, needed)):
            found[name] = catalog.command(needed[0])
    return found


def _check_fillable(asked: Sequence[str], chosen: Sequence[str], absent: Mapping[str, str]) -> None:
    empty = [name for name in chosen if name in absent]
    if asked and len(empty) == len(chosen):
        raise ReportError(
            explain(
                f"Nothing to show on {', '.join(empty)}",
                expected="one of its sources installed",
                found="none",
                do=f"Install one: {absent[empty[0]]}",
            )
        )


def find_page(text: str, known: Sequence[str]) -> str:
    """The page that a text names: `02_logement`, `02`, `logement`, with or without `.ipynb`.

    Raises
    ------
    ReportError
        If none or several are meant.
    """
    asked = french.plain(Path(text).name.removesuffix(".ipynb"))
    forms = {name: {french.plain(name), name[:2], french.plain(name[3:])} for name in known}
    found = [name for name in known if asked in forms[name]]
    if len(found) == 1:
        return found[0]
    hint = notebook.did_you_mean(asked, [form for name in known for form in forms[name]])
    raise ReportError(
        explain(
            f"Unknown page '{text}'" if not found else f"Several pages are named '{text}'",
            expected=known,
            found=text,
            do=hint or "Name one of these.",
        )
    )


def _audiences(asked: Sequence[str]) -> list[str]:
    if not asked or "all" in asked:
        return list(AUDIENCES)
    for audience in asked:
        if audience not in AUDIENCES:
            raise ReportError(
                explain(
                    "Unknown audience",
                    expected=[*AUDIENCES, "all"],
                    found=audience,
                    do=notebook.did_you_mean(audience, AUDIENCES) or "Name one of these.",
                )
            )
    return _unique(asked)


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
