"""Vacancy, sales of houses and census dwellings: read in their formats, published with care."""

import gzip
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from energy_files import DVF_HEAD, FREVENT, GUINECOURT, MARKED, POL, lovac, sale, write

from ternois_analysis import catalog, sources
from ternois_analysis.display.habitat import Habitat
from ternois_analysis.display.material import material
from ternois_analysis.errors import SchemaError, SourceError
from ternois_analysis.observatory import installing, prices, vacancy
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import parse
from ternois_analysis.sources import installed
from ternois_analysis.sources.install import install


@pytest.fixture
def store(tmp_path, monkeypatch):
    """An empty store."""
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


@pytest.fixture(scope="module")
def ground():
    """The communes of the bundle."""
    return installing.ground()


def door():
    return Observatory(parse("2026Q3"), "public")


def invented(observatory, kind, *communes):
    """A territory of some communes."""
    model = observatory.territory("cc-pernois")
    name = f"{kind}-{communes[0]}"
    return replace(model, id=name, label=name, kind=kind, siren=None, communes=communes, parts=())


def table(source, level="commune"):
    (file,) = (f for f in installed.files(source) if f.level == level)
    return sources.read(source, file.millesime, part=file.part)


# --- Lovac --------------------------------------------------------------------------------------


def test_vacancy_is_set_against_the_stock_of_the_year_before(store, ground, tmp_path):
    install("lovac", [lovac(tmp_path / "lovac.csv")], ground, partial=True)
    found = door().values([f"commune-{POL}"], ["structural_vacancy_rate_pct"], series=True)
    rates = found.set_index("period")["value"]
    # 75 of the 1 500 of 2025; 70 of the 2 400 of 2024.
    assert rates["2026"] == pytest.approx(100 * 75 / 1500)
    assert rates["2025"] == pytest.approx(100 * 70 / 2400)


def test_a_hidden_commune_is_a_sign_and_bounds_what_holds_it(store, ground, tmp_path):
    install("lovac", [lovac(tmp_path / "lovac.csv")], ground, partial=True)
    observatory = door()
    small = observatory.values([f"commune-{GUINECOURT}"], ["structural_vacancy_rate_pct"])
    assert small["status"].tolist() == ["s"]
    three = invented(observatory, "list", FREVENT, GUINECOURT, POL)
    assert observatory.values([three], ["structural_vacancy_rate_pct"])["status"].tolist() == ["s"]
    (row,) = vacancy.long_vacancy(observatory, [three]).to_dict("records")
    assert (row["value"], row["low"], row["high"], row["n"]) == (135, 135, 145, 1)
    pays = vacancy.long_vacancy(observatory, [observatory.territory("pays-ternois")])
    assert pays["status"].tolist() == ["n.d."]


def test_a_lovac_without_its_columns_is_refused_with_the_nearest(store, ground, tmp_path):
    path = lovac(tmp_path / "lovac.csv")
    path.write_bytes(path.read_bytes().replace(b"plus_2ans", b"plus2ans"))
    with pytest.raises(SchemaError, match=r"pp_vacant_plus_2ans_.* \(nearest: pp_vacant_plus2ans"):
        install("lovac", [path], ground, partial=True)
    assert installed.receipts() == []


def test_lovac_codes_read_as_numbers_are_refused(store, ground, tmp_path):
    path = lovac(tmp_path / "lovac.csv")
    path.write_bytes(path.read_bytes().replace(b"62396;", b"1001;"))
    with pytest.raises(SchemaError, match="01001"):
        install("lovac", [path], ground, partial=True)


# --- Sales --------------------------------------------------------------------------------------


def sales(folder: Path, rows, name="62.csv") -> Path:
    return write(folder / name, DVF_HEAD, rows)


def many(count, step=10):
    """Sales at 1 000 €/m² and up, one by `step`, of 100 square metres."""
    return [sale(f"2025-{i}", str(100_000 + 100 * step * i)) for i in range(count)]


def test_one_house_on_several_parcels_or_cultures_is_one_sale(store, ground, tmp_path):
    rows = [
        *many(40),
        sale("2025-0", "100000"),  # the same house again, another kind of ground
        sale("2025-50", area="80", kind="Dépendance"),  # no house
        sale("2025-51"), sale("2025-51", kind="Dépendance", area=""),  # a house and its garage
        sale("2025-52"), sale("2025-52", area="60"),  # two houses
        sale("2025-53"), sale("2025-53", kind="Appartement", area="40"),
        sale("2025-54", nature_mutation="Echange"),
        sale("2025-55", area="5"),  # no plausible area
        sale("2025-56", date_mutation="2023-12-30"),  # before the two years
    ]  # fmt: skip
    install("dvf", [sales(tmp_path, rows)], ground)
    # 41 sales, of which the cheapest and the dearest are left aside.
    assert table("dvf").loc[POL, "house_sales"] == 39
    kept = table("dvf", "pairs")["sale_price_eur_per_m2"]
    assert kept.tolist().count(1200.0) == 2
    assert kept.min() == 1010
    assert kept.max() == 1380


def test_neither_address_nor_parcel_nor_number_of_a_sale_is_kept(store, ground, tmp_path):
    install("dvf", [sales(tmp_path, many(30))], ground)
    assert list(table("dvf", "pairs").columns) == ["sale_quarter", "sale_price_eur_per_m2"]
    for path in store.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for text in (*MARKED, "6276700002025", "2025-11-03"):
            assert text.encode() not in content, path
    assert (store / "sources" / "dvf" / "2025Q4").is_dir()
    folder = installed.receipts("dvf")[0].folder
    assert folder.stat().st_mode & 0o077 == 0


def test_a_median_is_of_all_sales_and_hidden_under_eleven(store, ground, tmp_path):
    rows = many(30) + [sale(f"2025-{i}", str(100_000 + i), code_commune=FREVENT)
                       for i in range(100, 108)]  # fmt: skip
    install("dvf", [sales(tmp_path, rows)], ground)
    observatory = door()
    places = [
        invented(observatory, "cc", POL), invented(observatory, "cc", FREVENT),
        observatory.territory(f"commune-{POL}"), observatory.territory("pays-ternois"),
    ]  # fmt: skip
    found = prices.median_prices(observatory, places).set_index("territory")
    assert found["status"].tolist() == ["ok", "s", "n.d.", "n.d."]
    kept = table("dvf", "pairs").loc[POL, "sale_price_eur_per_m2"]
    assert found.loc[f"cc-{POL}", "value"] == kept.median()
    assert found.loc[f"cc-{FREVENT}", ["value", "low", "high", "n"]].isna().all()


def test_the_interval_of_a_median_has_the_ranks_of_the_binomial():
    # Conover, table A3: for n = 20 the 6th and 15th values hold the median at 95 %.
    low, high = prices.median_interval(np.arange(1, 21, dtype=float))
    assert (low, high) == (6, 15)
    low, high = prices.median_interval(np.arange(1, 12, dtype=float))
    assert (low, high) == (2, 10)
    assert np.isnan(prices.median_interval(np.arange(5, dtype=float))).all()


def test_a_gzip_and_another_separator_are_read_and_a_cut_one_refused(store, ground, tmp_path):
    plain = write(tmp_path / "62.csv", DVF_HEAD, many(30), ";")
    packed = tmp_path / "62.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert install("dvf", [packed], ground).receipt.millesime == "2025Q4"
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(SourceError, match="cut"):
        install("dvf", [cut], ground)
    half = tmp_path / "half.csv"
    half.write_bytes(plain.read_bytes()[:-30])
    with pytest.raises(SourceError, match="cut"):
        install("dvf", [half], ground)
    assert len(installed.receipts("dvf")) == 1


def test_sales_without_a_column_are_refused_with_the_nearest(store, ground, tmp_path):
    head = [name.replace("type_local", "types_local") for name in DVF_HEAD]
    with pytest.raises(SchemaError, match=r"type_local \(nearest: types_local\)"):
        install("dvf", [write(tmp_path / "62.csv", head, many(3))], ground)


# --- Census -------------------------------------------------------------------------------------

LOGEMENT = (
    "CODGEO;P21_LOG;P21_RP;P21_RSECOCC;P21_LOGVAC;P21_RP_PROP;P21_RP_ACHTOT;P21_RP_ACH19;"
    "P21_RP_ACH45;P21_RPMAISON_ACH19;P21_RPMAISON_ACH45;P21_RPMAISON_ACH70;P21_RPMAISON_ACH90;"
    "P21_RPMAISON_ACH05;P21_RPMAISON_ACH18;P21_RPAPPART_ACH19;P21_RPAPPART_ACH45;"
    "P21_RPAPPART_ACH70;P21_RPAPPART_ACH90;P21_RPAPPART_ACH05;P21_RPAPPART_ACH18"
)


def test_the_age_of_dwellings_is_read_with_its_types_and_periods(store, ground, tmp_path):
    path = tmp_path / "base-cc-logement-2021.CSV"
    row = f"{POL};2600;2200;60;340;1200;2150;500;400;300;250;200;150;100;80;200;150;90;60;40;30"
    path.write_text(f"{LOGEMENT}\n{row}\n")
    install("rp_logement", [path], ground, partial=True)
    observatory = door()
    found = observatory.values([f"commune-{POL}"], ["share_old_main_residences_pct"])
    assert found["value"].tolist() == pytest.approx([100 * 900 / 2150])
    own = table("logement_ancien").loc[POL]
    assert own["main_residences_by_stratum#house_pre_1946"] == 550
    assert own["main_residences_by_stratum#flat_2006_on"] == 30


def test_the_command_for_the_age_of_dwellings_is_the_one_that_brings_it():
    assert catalog.command("logement_ancien") == "ternois sources install rp_logement"


def test_two_near_censuses_stand_side_by_side_without_an_evolution(store, ground, tmp_path):
    from producers import comparateur

    install("comparateur", [comparateur(tmp_path)], ground, partial=True)
    observatory = door()
    made = Habitat(material(observatory, observatory.territory(f"commune-{POL}")))
    block = made.censuses("dwellings", "vacancy_rate_pct")
    assert list(block.table.columns) == ["Indicateur", "2018", "2021"]
    assert "moins de 5 ans" in block.note


REAL = os.environ.get("TERNOIS_REAL_DATA", "")


@pytest.mark.real
@pytest.mark.skipif(not REAL, reason="TERNOIS_REAL_DATA names no folder")
@pytest.mark.parametrize("place", [
    "cc-ternois", "cc-auxilois", "cc-frevent", "cc-pays-heuchin", "cc-pernois", "cc-saint-polois",
])  # fmt: skip
def test_dwellings_of_2018_are_the_sum_of_what_insee_gives_each_commune(place, store, ground):
    path = Path(REAL) / "insee_comparateur_2018" / "base_cc_comparateur_2018_d62.CSV"
    install("comparateur", [path], ground, partial=True)
    observatory = door()
    territory = observatory.territory(place)
    raw = pd.read_csv(path, sep=";", dtype="str").set_index("CODGEO")
    # The file is in the codes of 2021, when none of these communes had another code than today's.
    own = raw.loc[list(territory.communes), ["P18_LOG", "P18_LOGVAC"]].astype(float).sum()
    found = observatory.values([territory], ["dwellings", "vacant_dwellings"], series=True)
    found = found[found["period"] == "2018"].set_index("indicator")["value"]
    assert found["dwellings"] == pytest.approx(own["P18_LOG"], abs=1e-6)
    assert found["vacant_dwellings"] == pytest.approx(own["P18_LOGVAC"], abs=1e-6)
