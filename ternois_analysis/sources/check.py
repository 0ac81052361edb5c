"""Verifying every declared file, and that nothing lies in `data/` without an entry."""

from collections.abc import Iterator
from dataclasses import dataclass

from ternois_analysis import catalog, paths
from ternois_analysis.catalog.sources import Source, SourceFile
from ternois_analysis.errors import TernoisError
from ternois_analysis.sources import installed
from ternois_analysis.sources.read import location, read, verify

#: Files of `data/` that are not data: the catalogues and the script that builds the bundle.
_NOT_DATA = (
    "sources.yml", "territories.yml", "published.yml", "theme.yml", "README.md",
    "bundle/", "catalog/", "guide/", "templates/",
)  # fmt: skip


@dataclass(frozen=True)
class Check:
    """The outcome of one file; `problem` is empty when it is whole."""

    source: str
    millesime: str
    path: str
    rows: int
    problem: str


def check_all() -> list[Check]:
    """One outcome a declared file, then one a file that nobody declared.

    Nothing is raised for a bad file: all are looked at, so that one run names every problem.
    """
    outcomes = [
        _check(name, source, file)
        for name, source in catalog.sources().items()
        for file in installed.files(name)
    ]
    return outcomes + list(_strangers())


def _check(name: str, source: Source, file: SourceFile) -> Check:
    problem = ""
    try:
        if source.level == "business":
            verify(location(source, file), file.sha256, f"{name} {file.millesime}")
        else:
            read(name, file.millesime, part=file.part)
    except TernoisError as error:
        problem = str(error)
    path = location(source, file)
    near = path.relative_to(paths.store() if file.delivery else paths.house())
    return Check(name, file.millesime, str(near), file.rows, problem)


def _strangers() -> Iterator[Check]:
    declared = {
        location(source, file) for source in catalog.sources().values() for file in source.files
    }
    for folder in (paths.data(), paths.shapes()):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
            inside = path.relative_to(folder).as_posix()
            if path.is_dir() or path in declared or inside.startswith(_NOT_DATA):
                continue
            if "__pycache__" not in inside:
                yield Check(
                    "",
                    "",
                    str(path.relative_to(paths.house())),
                    0,
                    "No entry in data/sources.yml: declare the file or remove it.",
                )
