"""Fixtures shared by the tests: a house of four communes, made afresh for each test."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pytest
import yaml

# Tests never look into a developer's own store: nothing is installed but what a test installs.
os.environ.setdefault("MPLBACKEND", "agg")
os.environ["TERNOIS_STORE"] = tempfile.mkdtemp(prefix="ternois-tests-")
os.environ["TERNOIS_CACHE"] = tempfile.mkdtemp(prefix="ternois-tests-cache-")
# Nothing is made in the background, after a test, for explorations that never come.
os.environ["TERNOIS_AHEAD"] = "no"

#: Tests that start polars or Typst in their own process: no process may fork once their threads
#: live, so they come after all those that run pages.
_THREADS = (
    "fiches",
    "formats_loaded",
    "sirene",
    "pdf",
    "slides",
    "workbook",
    "guide",
    "energy",
    "housing_sources",
    "wood",
)


def pytest_collection_modifyitems(items):
    """Put the tests that start threads last, each file whole."""
    items.sort(key=lambda item: any(word in item.path.name for word in _THREADS))


FOUR = pd.DataFrame(
    {
        "commune": ["01001", "01002", "01004", "62767"],
        "population": pd.array([10, 20, 0, 4759], dtype="int32"),
    }
)


def write_source(house: Path, name: str, table: pd.DataFrame, **changes) -> dict:
    """Write a table as the only file of a source and return its catalogue entry."""
    millesime = changes.pop("millesime", "2022")
    path = house / "data" / name / millesime / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_parquet(path)
    file = {
        "millesime": millesime,
        "reference_date": f"{millesime}-01-01",
        "available": f"{int(millesime) + 2}-12-30",
        "received": "2026-11-23",
        "cog": str(int(millesime) + 2),
        "path": path.relative_to(house / "data").as_posix(),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "rows": len(table),
    }
    return {
        "title": "Populations",
        "producer": "Insee",
        "page": "https://www.insee.fr",
        "licence": "Licence Ouverte 2.0",
        "credit": "Insee, populations de référence",
        "level": "commune",
        "columns": {
            "commune": {"kind": "key", "label": "Commune"},
            "population": {
                "kind": "additive",
                "label": "Population",
                "unit": "hab.",
                "dtype": "integer",
            },
        },
        "files": [file | changes],
    }


def declare(house: Path, **entries: dict) -> None:
    """Write `data/sources.yml` of a house."""
    text = yaml.safe_dump({"sources": entries}, allow_unicode=True, sort_keys=False)
    (house / "data").mkdir(exist_ok=True)
    (house / "data" / "sources.yml").write_text(text, encoding="utf-8")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """No test finds a figure that another one drew, perhaps with something replaced."""
    monkeypatch.setenv("TERNOIS_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def small_house(tmp_path, monkeypatch):
    """A house with one source of four communes; its entry is returned beside it."""
    house = tmp_path / "house"
    entry = write_source(house, "populations", FOUR)
    declare(house, populations=entry)
    (house / "shapefiles").mkdir()
    monkeypatch.setenv("TERNOIS_HOUSE", str(house))
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    return house, entry


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium; missing, the test is skipped unless TERNOIS_REQUIRE_BROWSER is set."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        found = None
    if not found:
        if os.environ.get("TERNOIS_REQUIRE_BROWSER") == "1":
            pytest.fail("TERNOIS_REQUIRE_BROWSER=1, but there is no Chromium or no playwright")
        pytest.skip("no Chromium or no playwright: install both to test pages")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-quic"]
        )
        yield running
        running.close()
