"""Writing small houses for tests: notebooks, and an observatory that knows two territories."""

import difflib
from dataclasses import dataclass, field

import nbformat
from nbformat import v4

from ternois_analysis.errors import TerritoryError

PARAMETERS = 'territory: str = "pays"\nquarter: str = "2026Q2"\naudience: str = "public"'
START = "import mini.pages as ta\n\npage = ta.page(territory, quarter, audience)"


def code(source, *tags):
    return v4.new_code_cell(source, metadata={"tags": list(tags)})


def notebook(*cells, parameters=PARAMETERS):
    """A notebook with a parameters cell; texts are code cells, texts that start with # prose."""
    made = [v4.new_markdown_cell(c) if c.startswith("#") else code(c) for c in cells]
    return v4.new_notebook(cells=[code(parameters, "parameters"), *made])


def write(folder, name, *cells, **options):
    """Write such a notebook; gives its path."""
    path = folder / f"{name}.ipynb"
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook(*cells, **options), path)
    return path


@dataclass(frozen=True)
class Place:
    id: str
    label: str
    kind: str = "list"
    communes: tuple = ("01001", "01002")
    siren: str | None = None
    at: str = "2026-06-30"


PLACES = {"pays": Place("pays", "Pays mini"), "01001": Place("01001", "Œuf-sur-Mini")}


@dataclass
class FakeObservatory:
    quarter: str
    audience: str
    warmed: list = field(default_factory=list)

    def territory(self, text):
        if text not in PLACES:
            near = difflib.get_close_matches(text, PLACES, 1)
            raise TerritoryError(f"Unknown territory {text}. Did you mean {near}?")
        return PLACES[text]

    @property
    def epcis(self):
        return tuple(PLACES.values())

    def forget(self):
        pass

    def default_territories(self):
        return tuple(PLACES)

    def warm(self, territory_ids):
        self.warmed.append(tuple(territory_ids))

    def sources_used(self):
        return [
            {"source": "mini", "title": "Comptes inventés", "producer": "Personne",
             "millesime": "2023", "sha256": "ab" * 32, "licence": "Licence Ouverte 2.0",
             "synthetic": False},
            {"source": "autre", "title": "Jamais cités", "millesime": "2020", "sha256": "cd" * 32},
        ]  # fmt: skip
