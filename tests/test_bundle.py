"""The committed tables of the bundle hold together and say what INSEE published."""

import functools
import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import yaml

HOUSE = Path(__file__).resolve().parent.parent
LEAFLET = HOUSE / "ternois_analysis" / "display" / "assets" / "leaflet"
TERNOIS = "200069672"
LARGEST = 5_000_000

#: Islands that belong to no EPCI: the table of 2018, made from EPCIs, cannot have them.
ISLANDS = {"22016", "29083", "29155", "85113"}

#: INSEE, populations de référence: totals for France without Mayotte (2018: without the islands).
FRANCE = {
    "2016": 66361658,
    "2017": 66524339,
    "2018": 66726264,
    "2019": 66988403,
    "2020": 67162154,
    "2021": 67408052,
    "2022": 67760573,
    "2023": 68094280,
}

#: INSEE, municipal population of the Pays in its 2012 perimeter.
PAYS = {
    "2016": 38395,
    "2017": 38364,
    "2018": 38158,
    "2019": 37989,
    "2020": 37698,
    "2021": 37469,
    "2022": 37150,
    "2023": 36913,
}


def _declared() -> list[tuple[str, dict, Path, dict]]:
    """Each file of the bundle: source, its entry, the file's path, the file's entry."""
    text = (HOUSE / "data" / "sources.yml").read_text(encoding="utf-8")
    return [
        (name, source, HOUSE / source.get("folder", "data") / file["path"], file)
        for name, source in yaml.safe_load(text)["sources"].items()
        for file in source.get("files", [])
        if source["level"] != "business"  # opened by the register's intake only, and tested there
    ]


DECLARED = _declared()
FILES = pytest.mark.parametrize(
    ("source", "path", "file"),
    [pytest.param(source, path, file, id=file["path"]) for _, source, path, file in DECLARED],
)


@functools.lru_cache(maxsize=40)
def table(path: str) -> pd.DataFrame:
    return pd.read_parquet(HOUSE / "data" / path)


def members(year: str) -> set[str]:
    rows = table(f"epci/{year}/epci.parquet")
    return set(rows.loc[rows["epci"] == TERNOIS, "commune"])


def cog_of(path: str) -> str:
    return next(file["cog"] for _, _, _, file in DECLARED if file["path"] == path)


@functools.lru_cache(maxsize=8)
def passed(year: str) -> pd.Series:
    """Populations of a year in the communes of 2026, by a route of its own: one code at a time."""
    path = f"populations/{year}/populations.parquet"
    rules: dict[str, dict[str, list[tuple[str, float]]]] = {}
    for row in table("passage/2026/passage.parquet").itertuples():
        if row.last_cog >= cog_of(path):
            ends = rules.setdefault(row.commune_before, {})
            ends.setdefault(row.last_cog, []).append((row.commune, row.weight))
    totals: dict[str, float] = {}
    counts = table(path)
    for code, count in zip(counts["commune"], counts["population"].tolist(), strict=True):
        ends = rules.get(code)
        for heir, weight in ends[min(ends)] if ends else [(code, 1.0)]:
            totals[heir] = totals.get(heir, 0) + count * weight
    return pd.Series(totals)


@functools.lru_cache(maxsize=1)
def france() -> frozenset[str]:
    rows = table("communes/2026/communes.parquet")
    return frozenset(rows.loc[rows["zone"] != "com", "commune"])


@FILES
def test_a_file_has_the_hash_and_the_rows_of_its_entry(source, path, file):
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == file["sha256"]
    assert len(pd.read_parquet(path, columns=[next(iter(source["columns"]))])) == file["rows"]


@FILES
def test_a_file_has_the_columns_and_types_of_its_source(source, path, file):
    rows = gpd.read_parquet(path) if source.get("folder") == "shapefiles" else pd.read_parquet(path)
    kinds = {"text": "str", "integer": "int32", "number": "float64", "geometry": "geometry"}
    expected = {
        name: kinds[column.get("dtype", "text")] for name, column in source["columns"].items()
    }
    assert {name: str(dtype) for name, dtype in rows.dtypes.items()} == expected


@FILES
def test_keys_are_text_sorted_and_not_repeated(source, path, file):
    keys = [name for name, column in source["columns"].items() if column["kind"] == "key"]
    rows = pd.read_parquet(path, columns=keys)
    assert not rows.duplicated().any()
    assert rows[keys[0]].is_monotonic_increasing
    for name in {"commune", "commune_before"} & set(keys):
        assert rows.loc[~rows[name].str.fullmatch(r"\d[\dAB]\d{3}"), name].tolist() == []


def test_every_data_file_is_declared_and_none_is_above_five_megabytes():
    declared = {path for _, _, path, _ in DECLARED}
    there = [*(HOUSE / "data").rglob("*.parquet"), *(HOUSE / "shapefiles").rglob("*.parquet")]
    assert set(there) == declared
    sizes = {path.name: path.stat().st_size for path in [*there, *LEAFLET.iterdir()]}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}


@pytest.mark.parametrize("year", PAYS)
def test_population_of_the_pays_is_the_published_one(year):
    rows = table(f"populations/{year}/populations.parquet").set_index("commune")["population"]
    assert int(rows.loc[sorted(members("2025"))].sum()) == PAYS[year]


def test_bonnieres_counts_canteleux_in_2016():
    rows = table("populations/2016/populations.parquet").set_index("commune")["population"]
    assert rows["62154"] == 674
    assert "62210" not in rows.index


@pytest.mark.parametrize("year", FRANCE)
def test_total_of_france_is_the_published_one_and_survives_the_passage(year):
    before = int(table(f"populations/{year}/populations.parquet")["population"].sum())
    assert before == FRANCE[year]
    assert passed(year).sum() == pytest.approx(before, abs=1e-6)


@pytest.mark.parametrize("year", FRANCE)
def test_populations_cover_every_commune_of_2026_outside_mayotte(year):
    mayotte = {code for code in france() if code.startswith("976")}
    absent = ISLANDS if year == "2018" else set()
    assert france() - set(passed(year).index) == mayotte | absent
    assert set(passed(year).index) <= france()


def test_the_104_communes_of_2012_pass_to_the_103_members_of_today():
    facts = yaml.safe_load((HOUSE / "data" / "territories.yml").read_text(encoding="utf-8"))
    entries = facts["territories"]
    old = [code for part in entries["pays-ternois"]["parts"] for code in entries[part]["communes"]]
    rows = table("passage/2026/passage.parquet")
    heirs = rows[rows["last_cog"] >= "2012"].set_index("commune_before")["commune"]
    assert len(set(old)) == 104
    assert {heirs.get(code, code) for code in old} == members("2025")


@pytest.mark.parametrize("year", range(2019, 2026))
def test_the_ternois_has_103_members_each_year_and_one_in_the_somme(year):
    assert members(str(year)) == members("2025")
    assert len(members(str(year))) == 103
    assert {code for code in members(str(year)) if not code.startswith("62")} == {"80810"}


def test_the_twin_epci_has_its_published_size():
    rows = table("epci/2025/epci.parquet")
    twin = rows.loc[rows["epci"] == "200071181", "commune"]
    people = table("populations/2022/populations.parquet").set_index("commune")["population"]
    assert (len(twin), int(people[twin].sum())) == (119, 38045)


def test_memberships_count_the_communes_that_insee_counted():
    # INSEE: communes of France on 1 January; four islands belong to no EPCI.
    counted = [34970, 34968, 34965, 34955, 34945, 34935, 34875]
    found = [len(table(f"epci/{year}/epci.parquet")) + 4 for year in range(2019, 2026)]
    assert found == counted
    assert len(france()) == 34875


def test_weights_of_a_code_sum_to_one_and_lead_to_communes_of_2026():
    rows = table("passage/2026/passage.parquet")
    sums = rows.groupby(["commune_before", "last_cog"])["weight"].sum()
    np.testing.assert_allclose(sums, 1, rtol=0, atol=1e-12)
    assert set(rows["commune"]) <= france()
    assert set(rows["kind"]) == {"merger", "split", "code_change", "departement_change"}


def test_former_communes_of_the_ternois_reach_their_heirs():
    # INSEE, mouvements des communes: 1 December 1972, 1 January 1974, 1 January 2019.
    rows = table("passage/2026/passage.parquet").set_index("commune_before")
    heirs = rows.loc[["62136", "62210", "62417", "62420", "80072"], ["commune", "last_cog"]]
    assert heirs.to_numpy().tolist() == [
        ["62137", "1972"],
        ["62154", "2018"],
        ["62631", "1972"],
        ["62683", "1972"],
        ["62881", "1973"],
    ]


def test_an_undone_commune_is_shared_only_while_it_existed():
    # Saline (14712) existed from 2017 to 2019; before and after, the code is Troarn's alone.
    rows = table("passage/2026/passage.parquet")
    saline = rows[rows["commune_before"] == "14712"]
    assert saline.groupby("last_cog")["commune"].apply(list).to_dict() == {
        "2016": ["14712"],
        "2019": ["14666", "14712"],
    }


def test_census_of_the_pays_agrees_with_its_population():
    rows = table("recensement/2021/recensement.parquet").set_index("commune")
    pays = rows.loc[sorted(members("2025"))].sum()
    ages = ["residents_under_20", "residents_20_64", "residents_65_plus"]
    uses = ["main_residences", "secondary_residences", "vacant_dwellings"]
    # Every count of an IRIS is rounded to a unit: 104 IRIS or so, half a unit each at most.
    assert pays["residents"] == pytest.approx(PAYS["2021"], abs=52)
    assert pays[ages].sum() == pytest.approx(pays["residents"], abs=52 * 4)
    assert pays[uses].sum() == pytest.approx(pays["dwellings"], abs=52 * 4)


@pytest.mark.parametrize("year", range(2017, 2021))
def test_an_unknown_rate_is_missing_and_never_zero(year):
    rows = table(f"taxe_habitation/{year}/taxe_habitation.parquet").set_index("commune")
    assert not (rows == 0).to_numpy().any()
    assert np.isnan(rows.loc["62396", "mean_rental_value_commune_eur"])
    # DGFiP: L'Abergement-Clémenciat voted 11.06 % each of these years.
    assert rows.loc["01001", "housing_tax_rate_commune_pct"] == pytest.approx(11.06)


def test_naf_has_its_732_sub_classes():
    rows = table("naf/2008/naf.parquet").set_index("naf")["naf_label"]
    assert int((rows.index.str.len() == 6).sum()) == 732
    assert rows["10.71C"] == "Boulangerie et boulangerie-pâtisserie"
