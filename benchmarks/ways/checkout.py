"""A copy of the checkout in which everything runs: nothing moves under the measure."""

import compileall
import os
import re
import shutil
from pathlib import Path

_HERE = Path(__file__).resolve().parents[2]
_PARTS = ("ternois_analysis", "data", "shapefiles", "notebooks", "comments")
_CATALOGUE = Path("ternois_analysis") / "catalog" / "indicators.yml"


def copy(folder: Path) -> Path:
    """Copy code, data and notebooks into a folder, and compile the code once."""
    for part in _PARTS:
        if (_HERE / part).is_dir():
            shutil.copytree(
                _HERE / part, folder / part, ignore=shutil.ignore_patterns("__pycache__")
            )
    compileall.compile_dir(folder / "ternois_analysis", quiet=2)
    return folder


def environment(house: Path, store: Path, cache: Path) -> dict[str, str]:
    """Variables under which a command runs the copy, with no installed source of the user's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TERNOIS_")}
    return kept | {
        "PYTHONPATH": str(house),
        "TERNOIS_STORE": str(store),
        "TERNOIS_CACHE": str(cache),
        # Nothing goes on in the background while the next way is timed.
        "TERNOIS_AHEAD": "no",
    }


def reword(house: Path, indicator: str) -> None:
    """Change the label of one indicator in the copy's catalogue."""
    path = house / _CATALOGUE
    text = path.read_text(encoding="utf-8")
    changed, count = re.subn(rf'^(  {indicator}:\n    label: "[^"]*)"', r'\1 *"', text, flags=re.M)
    if count != 1:
        raise SystemExit(f"{indicator} has no label of one line in {path}")
    path.write_text(changed, encoding="utf-8", newline="\n")
