"""An invented report for the tests of formats: three territories, hidden values, hostile texts."""

import pandas as pd
from display_samples import row, table

from ternois_analysis.display.block import Block
from ternois_analysis.publish.reading import Chapter, Prose, Report
from ternois_analysis.publish.record import PageRecord, RunRecord

SOURCES = (
    {
        "source": "recensement", "title": "Recensement", "producer": "Insee",
        "millesime": "2021", "reference_date": "2021-01-01", "available": "2024-06-27",
        "licence": "Licence Ouverte", "sha256": "0a" * 32, "synthetic": False,
    },
)  # fmt: skip
#: A number that no format may print: it stands beside hidden values in the tests' own tables.
SECRET = 424242.0
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="504" height="300" viewBox="0 0 504 300">'
    '<rect width="504" height="300" fill="#0072B2"/><text x="20" y="40">Carte</text></svg>'
)
PLACES = {"cc-a": "CC de l'Aire (périmètre 2012)", "cc-b": "CC du Zeste (périmètre 2012)",
          "pays": "=Pays"}  # fmt: skip


def values(name, numbers, *, category="", period="2021", **changes):
    """One row a territory; None is hidden."""
    return [
        row(place, label, number, indicator=name, category=category, period=period,
            status="ok" if number is not None else "s", **changes)
        for (place, label), number in zip(PLACES.items(), numbers, strict=True)
    ]  # fmt: skip


BARS = table(values("vacancy_rate_pct", [8.25, None, 9.5]))
LINES = table(
    [r for year, numbers in {"2016": [10.5, 8.0, 9.0], "2021": [8.25, None, 9.5]}.items()
     for r in values("vacancy_rate_pct", numbers, period=year)]
)  # fmt: skip
PARTS = table(
    values("age_structure_pct", [30.0, 25.0, 20.0], category="moins de 20 ans")
    + values("age_structure_pct", [50.0, 50.0, 55.0], category="20 à 64 ans")
    + values("age_structure_pct", [20.0, None, 25.0], category="65 ans ou plus")
)
SIDE = pd.concat([table(values("population", [4844.0, 6107.0, 14650.0])), BARS], ignore_index=True)
WORDS = pd.DataFrame({"Territoire": ["=SUM(A1)", "+33", "@cmd"], "Code": ["01001", "2A004", "-1"]})


def block(kind="chart", title="Un message", used=BARS, **changes):
    facts = {"subtitle": "Définition, en %, 2021", "source": "Insee 2021",
             "reading": "Lecture\u00a0: un essai.", "alt": "Texte de remplacement"}  # fmt: skip
    return Block(kind, title, values=used.copy(), **(facts | changes))


def text(title, *said, used=BARS):
    items = "".join(f"<li>{one}</li>" for one in said)
    return Block("text", title, html=f"<ul>{items}</ul>", values=used.copy())


PORTRAIT = Chapter(
    "01_portrait",
    "Portrait du territoire",
    (
        Prose("## L’essentiel"),
        text("Phrases", "Une phrase qui compte.", "Une autre phrase."),
        Prose("## Le profil"),
        block(title="Les écarts",
              table=pd.DataFrame({"Indicateur": ["Vacance"], "Écart": ["● bon"]})),
        Prose("## Côte à côte"),
        block("table", "Population et vacance", SIDE,
              table=pd.DataFrame({"Indicateur": ["Population"], "CC de l'Aire": ["4\u202f844"]})),
        block("map", "Une carte", svg=SVG),
    ),
)  # fmt: skip
CRAFT = Chapter(
    "03_artisanat", "L’artisanat",
    (Prose("## Les métiers"), block(title="Des parts", used=PARTS),
     block(title="Des lignes", used=LINES), block("table", "Codes", BARS[:0], table=WORDS)),
)  # fmt: skip


def run(**changes) -> RunRecord:
    facts = {
        "quarter": "2026Q3", "audience": "partners", "territory": "cc-a", "label": "CC de l'Aire",
        "provisional": True, "started": "2026-10-01T08:00:00+00:00",
        "ended": "2026-10-01T08:05:00+02:00", "commit": "abc", "python": "3.11",
        "platform": "Linux", "packages": {}, "sources": SOURCES,
        "pages": (page("01_portrait", "Portrait du territoire"),
                  page("03_artisanat", "L’artisanat")),
    }  # fmt: skip
    return RunRecord(**facts | changes)


def page(name, title, status="done", **changes):
    return PageRecord(name, title, status, "", "", 1.0, "fast", **changes)


def report(*chapters, **changes) -> Report:
    return Report(run(**changes), chapters or (PORTRAIT, CRAFT))
