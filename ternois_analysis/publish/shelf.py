"""Which one-page sheets a folder holds."""

import csv
from pathlib import Path

#: The folder of the sheets, among the territories' folders; the file that lists them; its values.
FOLDER, LIST, VALUES = "fiches", "index.html", "values.csv"


def listed(folder: Path) -> dict[str, str]:
    """Labels of the territories that have a sheet in a folder, by identifier."""
    path = folder / VALUES
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        found = {
            row["sheet"]: row["territory_label"]
            for row in csv.DictReader(file)
            if row["sheet"] == row["territory"]
        }
    return {name: label for name, label in found.items() if (folder / f"{name}.html").is_file()}
