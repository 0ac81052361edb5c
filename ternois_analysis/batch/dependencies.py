"""What each page of a report was made from, kept beside it, and what of that has moved since.

A page is valid as long as nothing that it rests on has changed: its notebook, the modules that it
reaches, the packages, the entries of the catalogues and the files that it read. Nothing is compared
but digests, so that a whole quarter is looked at without computing a value.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ternois_analysis import paths, trail
from ternois_analysis.batch import closure, notebook, surroundings
from ternois_analysis.observatory import fingerprints  # noqa: F401 - looks at methods
from ternois_analysis.observatory.checks import Check
from ternois_analysis.publish import slide_template  # noqa: F401 - looks at the template
from ternois_analysis.sources import read as _read  # noqa: F401 - looks at files

NAME = "dependencies.json"
#: Under which the formats of a territory are kept, beside its pages.
FORMATS = "formats"
#: Said of a page that is not there, or of which it is not known what it was made from.
NEVER = "not made yet"
#: Leaf of the name of the territory, which pages print and formats take from them.
LABEL = "label:"
#: What all pages reach besides what their notebook names: how it is run and printed.
_PAGE = ("ternois_analysis.publish.page", "ternois_analysis.batch.engine")

#: Folders of what tools leave behind.
_PASSING = frozenset(("__pycache__", ".ipynb_checkpoints"))

Leaves = Mapping[str, str]


@trail.leaf("module")
def _module(path: str) -> str:
    file = paths.package() / path
    return trail.digest(file.read_bytes()) if file.is_file() else ""


@trail.leaf("notebook")
def _notebook(place: str) -> str:
    """Digest of the cells and metadata of a notebook, without outputs."""
    book = notebook.read(paths.placed(place))
    cells = [(cell.cell_type, cell.source, cell.metadata) for cell in book.cells]
    return trail.digest(json.dumps([cells, book.metadata], sort_keys=True))


@trail.leaf("package")
def _package(name: str) -> str:
    return _versions().get(name, "")


def _versions() -> Mapping[str, str]:
    return surroundings.needed()


def of_page(path: Path) -> dict[str, str]:
    """What a page rests on whatever it reads: notebook, modules and packages, with digests."""
    book, place = notebook.read(path), paths.place(path)
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    return {f"notebook:{place}": _notebook(place)} | _reached([*closure.of_notebook(code), *_PAGE])


def of_formats() -> dict[str, str]:
    """What the formats of a territory rest on besides its pages."""
    return _reached(["ternois_analysis.publish.formats"])


def of_sheets() -> dict[str, str]:
    """What the one-page sheets rest on besides what they read."""
    return _reached(["ternois_analysis.publish.fiches", "ternois_analysis.display.fiche"])


def _reached(modules: Iterable[str]) -> dict[str, str]:
    names = [f"module:{path}" for path in closure.reached(modules)]
    names += [f"package:{name}" for name in _versions()]
    return {name: trail.now(name) for name in names}


@trail.leaf("everything")
def _everything(_: str) -> str:
    """Digest of all that a page may rest on: what one through a kernel is taken to have read."""
    folders = [paths.package(), paths.data(), paths.shapes(), paths.notebooks(), paths.comments()]
    files = sorted(p for folder in folders for p in folder.rglob("*") if p.is_file())
    kept = [
        p for p in files if "__pycache__" not in p.parts and ".ipynb_checkpoints" not in p.parts
    ]
    content = [(paths.place(path), trail.digest(path.read_bytes())) for path in kept]
    return trail.digest([content, _versions(), trail.now("store:")])


def of_run(leaves: Leaves, faults: Sequence[Check], label: str) -> dict[str, str]:
    """What a run decides and a page prints: the name of the territory, faults of what it read."""
    read = {name for kind, _, name in map(_split, leaves) if kind == "files"}
    told = [fault for fault in faults if not read or fault.touches(read)]
    return {LABEL: trail.digest(label), "faults:": trail.digest(told)}


def _split(leaf: str) -> tuple[str, str, str]:
    kind, separator, key = leaf.partition(":")
    return kind, separator, key.partition("@")[0]


class Kept:
    """What the pages of a territory's folder were made from, and the formats beside them."""

    def __init__(self, pages: Mapping[str, Leaves]) -> None:
        self.pages = pages

    def moved(
        self, page: str, known: dict[str, str], faults: Sequence[Check] = (), label: str = ""
    ) -> list[str]:
        """What a page rests on and that is no longer as it was; empty when the page is valid.

        Parameters
        ----------
        page : str
        known : dict
            Digests already looked at in this run, by name: filled here.
        faults : sequence of Check
            With which the run goes on.
        label : str
            Name of the territory, as printed.
        """
        kept = self.pages.get(page)
        if kept is None:
            return [NEVER]
        given = of_run(kept, faults, label) if LABEL in kept else {}
        for name in kept.keys() - given.keys() - known.keys():
            known[name] = trail.now(name)
        return [n for n, digest in kept.items() if given.get(n, known.get(n)) != digest]


def write(kept: Mapping[str, Leaves], folder: Path) -> None:
    """Write what pages rest on in a territory's folder; each name and digest once."""
    once = sorted({item for leaves in kept.values() for item in leaves.items()})
    number = {item: rank for rank, item in enumerate(once)}
    pages = {name: sorted(number[item] for item in leaves.items()) for name, leaves in kept.items()}
    text = json.dumps({"leaves": once, "pages": pages}, separators=(",", ":"), ensure_ascii=False)
    (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read_kept(folder: Path) -> Kept:
    """What the pages of a folder rest on; nothing when it is not known: they are made again."""
    try:
        said = json.loads((folder / NAME).read_text(encoding="utf-8"))
        leaves = [(str(name), str(digest)) for name, digest in said["leaves"]]
        return Kept({n: dict(leaves[i] for i in ranks) for n, ranks in said["pages"].items()})
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return Kept({})
