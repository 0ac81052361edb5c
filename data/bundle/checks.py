"""What must be true of the tables before they are written."""

import pandas as pd
from etalab import MAYOTTE, communes_of, is_collectivity
from pins import Cache, pins, require

TERNOIS = "200069672"

#: Population of the 2012 perimeter (INSEE): the 103 communes of the EPCI, Canteleux included.
TERNOIS_POPULATION = {
    "2016": 38395,
    "2017": 38364,
    "2018": 38158,
    "2019": 37989,
    "2020": 37698,
    "2021": 37469,
    "2022": 37150,
    "2023": 36913,
}

Tables = dict[str, pd.DataFrame]


def check(cache: Cache, tables: Tables) -> None:
    """Stop unless every table holds together; `tables` by path in `data/`."""
    for path, table in tables.items():
        _check_codes(path, table)
    _check_ternois(tables)
    passage = tables["passage/2026/passage.parquet"]
    _check_history(passage)
    communes = tables["communes/2026/communes.parquet"]
    france = set(communes.loc[communes["zone"] != "com", "commune"])
    for year in pins()["populations"]:
        _check_passage(year, tables[f"populations/{year}/populations.parquet"], passage, france)
    _check_reach(cache, tables, passage, set(communes["commune"]))


def passed(table: pd.DataFrame, column: str, passage: pd.DataFrame, cog: str) -> pd.Series:
    """A count by commune of `cog`, passed to the communes of the passage."""
    rows = passage[passage["last_cog"] >= cog]
    rows = rows[rows["last_cog"] == rows.groupby("commune_before")["last_cog"].transform("min")]
    weighted = table.merge(rows, "left", left_on="commune", right_on="commune_before")
    target = weighted["commune_y"].fillna(weighted["commune_x"])
    return (weighted[column] * weighted["weight"].fillna(1.0)).groupby(target).sum()


def _check_codes(path: str, table: pd.DataFrame) -> None:
    passing = "commune_before" in table
    keys = ["commune_before", "last_cog", "commune"] if passing else [table.columns[0]]
    doubles = int(table.duplicated(keys).sum())
    require(doubles == 0, f"Repeated keys of {path}", 0, doubles)
    ordered = table.sort_values(keys, ignore_index=True)
    require(ordered.equals(table.reset_index(drop=True)), f"Order of {path}", "sorted", "not")
    for name in {"commune", "commune_before"} & set(table.columns):
        odd = table.loc[~table[name].str.fullmatch(r"\d[\dAB]\d{3}"), name].tolist()
        require(not odd, f"Codes of {path}", "five characters", odd[:9])


def _check_ternois(tables: Tables) -> None:
    today = tables["epci/2025/epci.parquet"]
    ternois = set(today.loc[today["epci"] == TERNOIS, "commune"])
    for path, table in tables.items():
        if path.startswith("epci/"):
            found = set(table.loc[table["epci"] == TERNOIS, "commune"])
            require(found == ternois and len(found) == 103, f"Ternois in {path}", 103, len(found))
            require("80810" in found, f"Vitz-sur-Authie in {path}", "a member", "not")
    for year, expected in TERNOIS_POPULATION.items():
        table = tables[f"populations/{year}/populations.parquet"].set_index("commune")["population"]
        total = int(table.reindex(sorted(ternois | {"62210"})).sum())
        require(total == expected, f"Population of the Ternois in {year}", expected, total)
        if year == "2016":
            require(table["62154"] == 674, "Bonnières in 2016", 674, table["62154"])
        if year == "2022":
            twin = table.loc[today.loc[today["epci"] == "200071181", "commune"]]
            found = (len(twin), int(twin.sum()))
            require(found == (119, 38045), "Somme Sud-Ouest in 2022", (119, 38045), found)


def _check_history(passage: pd.DataFrame) -> None:
    """The former communes of the Ternois, as INSEE's history gives them."""
    expected = {
        "62136": ("62137", "Blangermont", "1972"),
        "62210": ("62154", "Canteleux", "2018"),
        "62417": ("62631", "Hautecôte", "1972"),
        "62420": ("62683", "Haut-Maînil", "1972"),
        "80072": ("62881", "Beauvoir-Rivière", "1973"),
    }
    rows = passage.set_index("commune_before").loc[list(expected)]
    found = {
        str(code): (row["commune"], row["name_before"], row["last_cog"])
        for code, row in rows.iterrows()
    }
    require(found == expected, "Former communes of the Ternois", expected, found)


def _check_passage(year: str, table: pd.DataFrame, passage: pd.DataFrame, france: set[str]) -> None:
    """A population table passed to the target keeps its total and covers every commune."""
    pin = pins()["populations"][year]
    cog = pin["cog"]
    result = passed(table, "population", passage, cog)
    gap = abs(float(result.sum()) - pin["total"])
    require(gap < 1e-6, f"Total of {year} after the passage", pin["total"], float(result.sum()))
    missing = {c for c in france if not c.startswith(MAYOTTE)} - set(pin.get("missing", []))
    apart = sorted(missing ^ set(result.index))
    require(not apart, f"Communes of {year} after the passage", "those of 2026", apart[:9])


def _check_reach(cache: Cache, tables: Tables, passage: pd.DataFrame, target: set[str]) -> None:
    """Every code of every table, and of every COG, reaches the target."""
    codes = {code for year in pins()["cog"] for code in communes_of(cache, year)}
    for path, table in tables.items():
        if "commune" in table and not path.startswith("passage/"):
            codes |= set(table["commune"])
    lost = sorted(codes - target - set(passage["commune_before"]))
    require(not lost, "Codes that reach no commune of 2026", "none", lost[:9])
    inside = ~is_collectivity(pd.Index(sorted(target)))
    require(int(inside.sum()) == 34875, "Communes of the target", 34875, int(inside.sum()))
