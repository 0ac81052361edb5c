"""Where things lie: the house (data, shapes, notebooks, reports) and the store outside the tree."""

import os
from pathlib import Path

import platformdirs

from ternois_analysis import trail
from ternois_analysis.errors import SourceError, explain

#: What makes a folder a house.
_MARK = Path("data") / "sources.yml"


def house() -> Path:
    """Folder that holds `data/`, `shapefiles/` and `notebooks/`.

    The variable `TERNOIS_HOUSE` names it. Without it, it is the project's folder in which one
    works, at whatever depth; outside any, the checkout that holds this package.

    Raises
    ------
    SourceError
        If the folder has no `data/sources.yml`.
    """
    folder = _chosen()
    if not (folder / _MARK).is_file():
        raise SourceError(
            explain(
                f"{folder} is not a house of the observatory",
                expected="a folder with data/sources.yml",
                found="no such file",
                do="Run from a checkout, or set TERNOIS_HOUSE to the project's folder.",
            )
        )
    return folder


def checkout() -> Path:
    """Folder of the code and of the bundled data that come with it."""
    return Path(__file__).resolve().parent.parent


def _chosen() -> Path:
    """Folder of the house in force, whatever it holds."""
    named = os.environ.get("TERNOIS_HOUSE")
    return Path(named).expanduser() if named else _around() or checkout()


def _around() -> Path | None:
    """The house that the working directory is or lies in, if any."""
    try:
        here = Path.cwd()
    except FileNotFoundError:  # the directory was removed under the process
        return None
    return next((f for f in (here, *here.parents) if (f / _MARK).is_file()), None)


def package() -> Path:
    """Folder of this package's modules."""
    return Path(__file__).resolve().parent


def data() -> Path:
    """Folder of the tables, one folder a source and millésime, with `sources.yml`."""
    return house() / "data"


def shapes() -> Path:
    """Folder of the geometries, laid out like `data/`."""
    return house() / "shapefiles"


def notebooks() -> Path:
    """Folder of the notebooks that are the pages of the reports."""
    return house() / "notebooks"


def comments() -> Path:
    """Folder of the authors' comments, one folder a territory; it may not exist."""
    return house() / "comments"


def reports() -> Path:
    """Default folder of what runs write."""
    return house() / "reports"


def store() -> Path:
    """Folder outside the tree for what a user installs or imports; personal data live there only.

    The variable `TERNOIS_STORE` names it; without it, the platform's folder for user data, and in
    it a folder of its own for each house that is not the checkout: the registers of two Pays
    never meet. The folder is not created here.
    """
    named = os.environ.get("TERNOIS_STORE")
    if named:
        return Path(named).expanduser()
    own = platformdirs.user_data_path("ternois-analysis", appauthor=False)
    house = _chosen().resolve()
    return own if house == checkout() else own / "houses" / house.name


def cache() -> Path:
    """Folder outside the tree for what can be made again: figures, explorations; its owner's.

    The variable `TERNOIS_CACHE` names it; without it, the platform's folder for caches.
    The folder is not created here.
    """
    named = os.environ.get("TERNOIS_CACHE")
    if named:
        return Path(named).expanduser()
    return platformdirs.user_cache_path("ternois-analysis", appauthor=False)


@trail.leaf("store")
def _stored(name: str) -> str:
    """Digest of what lies in a folder of the store: names, sizes and times of change."""
    folder = store() / name
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    stats = [(path.relative_to(folder).as_posix(), path.stat()) for path in files]
    return trail.digest([(path, stat.st_size, stat.st_mtime_ns) for path, stat in stats])


#: What a place begins with, and the folder that it stands for.
_ROOTS = {"house": house, "store": store, "package": package}


def place(path: Path) -> str:
    """A path as it may be kept: `house/data/sources.yml`, whatever machine it is on."""
    for name in ("package", "store", "house"):
        folder = _ROOTS[name]()
        if path.is_relative_to(folder):
            return f"{name}/{path.relative_to(folder).as_posix()}"
    return path.as_posix()


def placed(text: str) -> Path:
    """The path that `place` named."""
    name, _, rest = text.partition("/")
    return _ROOTS[name]() / rest if name in _ROOTS else Path(text)
