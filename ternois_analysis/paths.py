"""Where things lie: the house (data, shapes, notebooks, reports) and the store outside the tree."""

import os
from pathlib import Path

import platformdirs

from ternois_analysis.errors import SourceError, explain


def house() -> Path:
    """Folder that holds `data/`, `shapefiles/` and `notebooks/`.

    The variable `TERNOIS_HOUSE` names it; without it, the checkout that holds this package.

    Raises
    ------
    SourceError
        If the folder has no `data/sources.yml`.
    """
    named = os.environ.get("TERNOIS_HOUSE")
    folder = Path(named).expanduser() if named else Path(__file__).resolve().parent.parent
    if not (folder / "data" / "sources.yml").is_file():
        raise SourceError(
            explain(
                f"{folder} is not a house of the observatory",
                expected="a folder with data/sources.yml",
                found="no such file",
                do="Run from a checkout, or set TERNOIS_HOUSE to the project's folder.",
            )
        )
    return folder


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

    The variable `TERNOIS_STORE` names it; without it, the platform's folder for user data.
    The folder is not created here.
    """
    named = os.environ.get("TERNOIS_STORE")
    if named:
        return Path(named).expanduser()
    return platformdirs.user_data_path("ternois-analysis", appauthor=False)
