"""Sales of single houses (DGFiP, files located by Etalab): counts, and prices without address."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ternois_analysis import french
from ternois_analysis.catalog import Delivery
from ternois_analysis.errors import SchemaError, explain
from ternois_analysis.quarters import Quarter
from ternois_analysis.sources.formats import rows
from ternois_analysis.sources.formats.delivered import Delivered, Ground, Piece

_COLUMNS = ("id_mutation", "date_mutation", "nature_mutation", "valeur_fonciere", "code_commune",
            "id_parcelle", "type_local", "surface_reelle_bati",
            "nombre_pieces_principales")  # fmt: skip
#: What stands with a house in its sale without making it another sale.
_BESIDE = ("Dépendance", "")
#: Quarters of sales counted and kept: two rolling years.
WINDOW = 8
#: Share of its communes with a sale of any kind from which a département is taken to be whole.
_WHOLE = 0.5
#: Part of the sales left aside at each end of the prices, as a share.
_TAIL = 0.01


def read(paths: Sequence[Path], delivery: Delivery, ground: Ground) -> Delivered:
    """Sales of one house each: counts by commune, prices by commune and quarter.

    Several files, by département and year, make one delivery. A mutation of one house on several
    parcels stands on several lines: the same parcel, area and rooms are one house. The lowest and
    the highest hundredth of the prices of each département are left aside.
    """
    found = pd.concat([rows.read(p, _COLUMNS, p.name) for p in paths], ignore_index=True)
    day = pd.to_datetime(found["date_mutation"], errors="coerce", format="%Y-%m-%d")
    if day.isna().any() or found.empty:
        raise SchemaError(
            explain(f"{paths[0].name}: date_mutation", expected="dates such as 2025-12-31",
                    found=found.loc[day.isna(), "date_mutation"].head(3).tolist(),
                    do="Take the file of files.data.gouv.fr/geo-dvf.")
        )  # fmt: skip
    where, strange = rows.today(found["code_commune"], ground, paths[0].name)
    last = Quarter(day.max().year, day.max().quarter)
    everywhere = pd.DataFrame(index=pd.Index(sorted(set(where) - {""}), name="code"))
    recent = day >= pd.Timestamp(last.shifted(1 - WINDOW).first_day)
    sales = _houses(found.assign(commune=where, day=day)[recent & (where != "")])
    kept = _inside(sales)
    aside = [
        f"{french.number(len(sales) - len(kept))} ventes aux prix extrêmes (1 % à chaque bout)"
    ]
    aside += [f"{french.number(strange)} lignes sans commune connue"] if strange else []
    counts = everywhere.assign(house_sales=kept.groupby("commune").size()).fillna(0.0)
    prices = pd.DataFrame(
        {
            "sale_quarter": kept["day"].dt.year.astype("str")
            + "Q"
            + kept["day"].dt.quarter.astype("str"),
            "sale_price_eur_per_m2": kept["price"].round(2),
        }
    ).set_axis(pd.Index(kept["commune"], name="code"))
    prices = prices.sort_values(["sale_quarter", "sale_price_eur_per_m2"]).sort_index(kind="stable")
    return Delivered(
        str(last),
        (
            Piece("dvf", str(last), "commune", rows.by_commune(counts, ground, _WHOLE)),
            Piece("dvf", str(last), "pairs", prices),
        ),
        tuple(aside),
    )


def _houses(found: pd.DataFrame) -> pd.DataFrame:
    """One row a sale of exactly one existing house: commune, day, price per square metre."""
    found = found[found["nature_mutation"] == "Vente"]
    house = found["type_local"] == "Maison"
    other = ~house & ~found["type_local"].isin(_BESIDE)
    # A number of mutation is unique within a year's file only.
    key = [found["id_mutation"], found["day"].dt.year]
    single = ~other.groupby(key).transform("any")
    single &= found.groupby(key)["valeur_fonciere"].transform("nunique") == 1
    each = ["id_mutation", "day", "id_parcelle", "surface_reelle_bati", "nombre_pieces_principales"]
    houses = found[single & house].drop_duplicates(each)
    alone = houses.groupby([houses["id_mutation"], houses["day"].dt.year])["commune"].transform(
        "size"
    )
    houses = houses[alone == 1]
    area = pd.to_numeric(houses["surface_reelle_bati"], errors="coerce")
    value = pd.to_numeric(houses["valeur_fonciere"], errors="coerce")
    houses = houses.assign(price=value / area.where(area >= 9))
    return houses.loc[(houses["price"] > 0), ["commune", "day", "price"]]


def _inside(sales: pd.DataFrame) -> pd.DataFrame:
    place = sales["commune"].str.slice(0, 2)
    low = sales.groupby(place)["price"].transform("quantile", _TAIL)
    high = sales.groupby(place)["price"].transform("quantile", 1 - _TAIL)
    return sales[sales["price"].between(low, high)]
