"""Open data: the public's values.csv with a description that the frictionless library accepts."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from ternois_analysis.display.block import Block
from ternois_analysis.errors import ReportError
from ternois_analysis.observatory import COLUMNS
from ternois_analysis.publish import evidence, opendata
from ternois_analysis.publish.reading import Chapter, Report
from ternois_analysis.publish.record import RunRecord

RUN = RunRecord(
    quarter="2026Q3", audience="public", territory="cc-pernois", label="CC du Pernois",
    provisional=False, started="2026-10-21T10:00:00+02:00", ended="2026-10-21T10:05:00+02:00",
    commit="3f2a1b9c0d1e", python="3.11.7", platform="Linux", packages={}, pages=(),
    sources=(
        {"source": "populations", "title": "Populations de référence", "producer": "Insee",
         "millesime": "2023", "sha256": "ab" * 32, "licence": "Licence Ouverte 2.0",
         "page": "https://www.insee.fr/fr/statistiques/2522602"},
        {"source": "epci", "title": "Jamais cité", "millesime": "2025", "sha256": "cd" * 32},
        {"source": "registre_demo", "title": "Registre fictif", "producer": "",
         "millesime": "2026-10-09", "sha256": "ef" * 32, "page": "data/registre_demo"},
    ),
)  # fmt: skip


def value(**changes):
    row = {
        "quarter": "2026Q3", "audience": "public", "territory": "cc-pernois",
        "territory_label": "CC du Pernois", "indicator": "population", "category": "",
        "period": "2023", "value": 7205.0, "low": None, "high": None, "n": None, "status": "ok",
        "note": "", "source": "populations", "millesime": "2023", "synthetic": False,
    }  # fmt: skip
    return row | changes


ROWS = (
    value(),
    value(indicator="craft_owners", category="55 ans ou plus", value=None, status="s",
          period="2026Q3", source="registre_demo", synthetic=True),
    value(indicator="vacancy_rate_pct", value=9.5, low=8.75, high=10.25, n=3200.0),
)  # fmt: skip


@pytest.fixture
def made(tmp_path):
    """Writes `values.csv` of some rows, then the package; gives the folder."""

    def make(rows=ROWS, run=RUN):
        table = pd.DataFrame(rows, columns=list(COLUMNS))
        block = Block("table", "Un tableau", values=table)
        lines = [
            tuple(evidence._text(name, None if pd.isna(v) else v) for name, v in row.items())
            for row in table.to_dict("records")
        ]
        evidence.write({"01_un": lines}, tmp_path)
        opendata.write(Report(run, (Chapter("01_un", "Un", (block,)),)), tmp_path)
        return tmp_path

    return make


def described(folder):
    return json.loads((folder / opendata.NAME).read_text(encoding="utf-8"))


def check(folder):
    frictionless = pytest.importorskip("frictionless")
    return frictionless.validate(str(folder / opendata.NAME))


def test_the_frictionless_library_accepts_the_package(made):
    report = check(made())
    assert report.valid, report.flatten(["type", "note"])
    assert report.tasks[0].stats["rows"] == 3


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("9.5,8.75", "neuf,8.75", "type-error"),
        (",s,", ",secret,", "constraint-error"),
        ("2026Q3,public,cc-pernois,CC du Pernois,pop", ",public,cc-pernois,CC du Pernois,pop",
         "constraint-error"),
        ("7205.0", "7206.0", "hash-count"),
    ],
)  # fmt: skip
def test_the_library_sees_a_table_that_does_not_fit(made, old, new, error):
    folder = made()
    table = folder / "values.csv"
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new), encoding="utf-8")
    kinds = [kind for (kind,) in check(folder).flatten(["type"])]
    assert error in kinds


def test_the_same_value_twice_is_refused_by_the_library(made):
    folder = made((value(), value(value=7206.0)))
    assert "primary-key" in [kind for (kind,) in check(folder).flatten(["type"])]


def test_the_schema_is_that_of_published_values():
    fields = opendata.schema()["fields"]
    assert [field["name"] for field in fields] == list(COLUMNS)
    assert opendata.schema()["primaryKey"] == list(evidence.IDENTITY)


def test_every_source_of_a_value_is_cited_with_its_millesime_and_hash(made):
    told = described(made())["sources"]
    assert [(s["name"], s["version"], s["hash"]) for s in told] == [
        ("populations", "2023", f"sha256:{'ab' * 32}"),
        ("registre_demo", "2026-10-09", f"sha256:{'ef' * 32}"),
    ]
    assert told[0]["title"] == "Insee, Populations de référence, millésime 2023"
    assert told[0]["path"].startswith("https://www.insee.fr")
    assert "path" not in told[1]


def test_the_title_is_french_and_the_licence_open(made):
    told = described(made())
    assert told["title"] == "Observatoire économique du Ternois\u00a0: CC du Pernois, T3\u00a02026"
    assert told["licenses"][0]["name"] == "etalab-2.0"
    assert re.fullmatch(r"[-a-z0-9._/]+", told["name"])
    assert "données de démonstration" in told["description"]
    assert told["indicators"]["population"]["title"] == "Population municipale"


def test_a_provisional_edition_says_so(made):
    assert "Édition provisoire." not in described(made())["description"]
    told = described(made(run=replace(RUN, provisional=True)))
    assert "Édition provisoire." in told["description"]


def test_only_the_public_has_a_package(made):
    made()
    folder = made(run=replace(RUN, audience="partners"))
    assert not (folder / opendata.NAME).exists()


def test_values_of_another_audience_are_never_opened(made):
    with pytest.raises(ReportError, match="partners"):
        made((value(audience="partners"),))


def test_a_folder_without_its_table_is_refused(tmp_path):
    block = Block("table", "Un", values=pd.DataFrame([value()], columns=list(COLUMNS)))
    with pytest.raises(ReportError, match=r"values\.csv"):
        opendata.write(Report(RUN, (Chapter("01", "Un", (block,)),)), tmp_path)


def test_the_same_report_gives_the_same_bytes(made):
    first = (made() / opendata.NAME).read_bytes()
    assert (made() / opendata.NAME).read_bytes() == first
