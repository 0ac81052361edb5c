"""A producer's file is read in its format, checked at the door, stored whole or not at all."""

import gzip
import zipfile

import pandas as pd
import pytest
from producers import HEAD, ROWS, comparateur

from ternois_analysis import catalog, sources
from ternois_analysis.errors import SchemaError, SourceError, TerritoryError
from ternois_analysis.observatory import installing, observe
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import parse
from ternois_analysis.sources import installed
from ternois_analysis.sources.install import install


@pytest.fixture
def store(tmp_path, monkeypatch):
    """An empty store."""
    folder = tmp_path / "store"
    monkeypatch.setenv("TERNOIS_STORE", str(folder))
    return folder


@pytest.fixture(scope="module")
def ground():
    """The communes of the bundle."""
    return installing.ground()


def put(path, ground, name="comparateur", **options):
    return install(name, [path], ground, partial=True, **options).receipt


def value(place, indicator, series=False):
    door = Observatory(parse("2026Q3"), "public")
    rows = door.values([place], [indicator], series=series)
    return rows.set_index("period")["value"] if series else rows.iloc[0]


def test_one_file_fills_several_sources_each_at_its_own_year(store, ground, tmp_path):
    receipt = put(comparateur(tmp_path), ground)
    filled = {(name, f.millesime) for name, files in receipt.files.items() for f in files}
    assert filled == {
        ("recensement", "2018"), ("recensement", "2013"), ("emploi", "2018"), ("emploi", "2013"),
        ("logement_ancien", "2018"), ("flores", "2018"), ("filosofi", "2019"),
    }  # fmt: skip
    assert receipt.partial
    assert receipt.whole == ()
    assert receipt.beside == ("62396", "62767", "80810")


def test_secret_unavailable_empty_and_zero_stay_four_things(store, ground, tmp_path):
    receipt = put(comparateur(tmp_path), ground)
    (file,) = receipt.files["filosofi"]
    table = sources.read("filosofi", file.millesime, part=file.part)
    marks = {tuple(row) for row in sources.signs(file).to_numpy()}
    assert table["published_poverty_rate_pct"].isna().tolist() == [True, False, True]
    assert ("62396", "published_poverty_rate_pct", "s") in marks
    assert ("80810", "published_poverty_rate_pct", "nd") in marks
    assert not any(
        code == "80810" and column.startswith("published_median") for code, column, _ in marks
    )
    (flores,) = receipt.files["flores"]
    assert sources.read("flores", "2018", part=flores.part).loc["62396", "establishments"] == 0


def test_a_figure_with_decimals_is_kept_exactly(store, ground, tmp_path):
    receipt = put(comparateur(tmp_path), ground)
    file = next(f for f in receipt.files["recensement"] if f.millesime == "2018")
    assert sources.read("recensement", "2018", part=file.part).loc["62767", "residents"] == 4700.5


@pytest.mark.parametrize("separator", [",", "\t", "|"])
def test_a_file_with_another_separator_is_read_all_the_same(store, ground, tmp_path, separator):
    path = comparateur(
        tmp_path, [r.replace(";", separator) for r in ROWS], HEAD.replace(";", separator)
    )
    assert put(path, ground).millesime == "2018"


def test_a_zip_and_a_gzip_are_read_without_unpacking(store, ground, tmp_path):
    plain = comparateur(tmp_path)
    packed = tmp_path / "base_cc_comparateur.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("meta_base_cc_comparateur.CSV", "COD_VAR;LIB_VAR\n" * 4000)
        archive.write(plain, "base_cc_comparateur.CSV")
    assert put(packed, ground).millesime == "2018"
    squeezed = tmp_path / "base_cc_comparateur.csv.gz"
    squeezed.write_bytes(gzip.compress(plain.read_bytes()))
    assert put(squeezed, ground).millesime == "2018"


def test_a_renamed_column_is_named_with_the_nearest_and_nothing_is_stored(store, ground, tmp_path):
    path = comparateur(tmp_path, head=HEAD.replace("P18_LOGVAC", "P18_LOG_VAC"))
    with pytest.raises(SchemaError, match=r"P\{aa\}_LOGVAC \(nearest: P18_LOG_?VAC\)"):
        put(path, ground)
    assert installed.receipts() == []


def test_codes_read_as_numbers_are_refused_with_what_to_do(store, ground, tmp_path):
    path = comparateur(tmp_path, [ROWS[0], "1001" + ROWS[1][5:]])
    with pytest.raises(SchemaError, match=r"01001.*1001.*spreadsheet"):
        put(path, ground)


def test_a_file_of_another_year_is_refused_and_the_installed_one_kept(store, ground, tmp_path):
    before = put(comparateur(tmp_path), ground)
    other = comparateur(tmp_path, head=HEAD.replace("18", "17"), name="other.csv")
    with pytest.raises(SourceError, match=r"another millésime.*2018.*2017"):
        put(other, ground)
    assert installed.receipts() == [before]


def test_a_postal_code_in_place_of_a_commune_is_refused(store, ground, tmp_path):
    path = comparateur(tmp_path, [ROWS[0], "62999" + ROWS[1][5:]])
    with pytest.raises(SchemaError, match="62999"):
        put(path, ground)


def test_a_code_of_another_years_geography_is_refused_at_the_door(store, ground, tmp_path):
    # Canteleux is in Bonnières since 2019: a file in the codes of 2021 has no such commune.
    path = comparateur(tmp_path, [ROWS[0], "62210" + ROWS[1][5:]])
    with pytest.raises(TerritoryError, match="62210"):
        put(path, ground)


def test_a_cut_line_is_refused(store, ground, tmp_path):
    path = comparateur(tmp_path, [ROWS[0], ROWS[1][:30]])
    with pytest.raises((SchemaError, SourceError), match=r"cut|line"):
        put(path, ground)


def test_a_web_page_saved_as_csv_is_refused(store, ground, tmp_path):
    path = tmp_path / "base.csv"
    path.write_text("<!DOCTYPE html><html>CODGEO</html>")
    with pytest.raises(SourceError, match="web page"):
        put(path, ground)


def test_a_truncated_archive_is_refused(store, ground, tmp_path):
    packed = tmp_path / "base.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(comparateur(tmp_path), "base_cc_comparateur.CSV")
    packed.write_bytes(packed.read_bytes()[:-40])
    with pytest.raises(SourceError, match="cut or damaged"):
        put(packed, ground)


def test_a_file_that_covers_less_than_declared_needs_to_be_said_partial(store, ground, tmp_path):
    with pytest.raises(SourceError, match=r"covers less.*--partial"):
        install("comparateur", [comparateur(tmp_path)], ground)
    assert installed.receipts() == []


def test_the_same_file_twice_changes_nothing(store, ground, tmp_path):
    path = comparateur(tmp_path)
    first = install("comparateur", [path], ground, partial=True)
    second = install("comparateur", [path], ground, partial=True)
    assert (first.new, second.new) == (True, False)
    assert len(installed.receipts()) == 1


def test_a_source_is_installed_by_the_delivery_that_fills_it(store, ground, tmp_path):
    assert put(comparateur(tmp_path), ground, name="emploi").delivery == "comparateur"


def test_an_unknown_source_is_answered_with_the_nearest():
    with pytest.raises(SourceError, match="comparateur"):
        catalog.delivery("comparateurs")


def test_a_disk_that_refuses_leaves_nothing_half_written(store, ground, tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full)
    with pytest.raises(SourceError, match="No space left"):
        put(comparateur(tmp_path), ground)
    assert [p for p in store.rglob("*") if p.is_file()] == []


def test_what_is_removed_is_gone_and_the_rest_stays(store, ground, tmp_path):
    put(comparateur(tmp_path), ground)
    installed.remove("comparateur", "2018")
    assert installed.receipts() == []
    with pytest.raises(SourceError, match="Nothing to remove"):
        installed.remove("comparateur")


def test_an_altered_table_of_the_store_is_refused(store, ground, tmp_path):
    receipt = put(comparateur(tmp_path), ground)
    from pathlib import Path

    path = Path(receipt.files["flores"][0].path)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    file = receipt.files["flores"][0]
    with pytest.raises(SourceError, match="altered"):
        sources.read("flores", file.millesime, part=file.part)


def test_two_names_of_one_column_are_the_same_column():
    from ternois_analysis.sources.formats import headers

    delivery = catalog.deliveries()["rp_emploi"]
    for header, year in (("P18_ACTOCC15P_VOITURE", "2018"), ("C21_ACTOCC15P_VOIT", "2021")):
        (found,) = [m for m in headers.known([header], delivery)[0] if m.column == "car_commuters"]
        assert found.millesime == year


def test_establishments_of_clap_are_left_aside_with_the_reason(store, ground, tmp_path):
    head = HEAD.replace("ETTOT18", "ETTOT15").replace("ETAZ18", "ETAZ15")
    receipt = put(comparateur(tmp_path, head=head), ground)
    (file,) = receipt.files["flores"]
    assert "establishments" not in file.columns
    assert any("ETTOT15" in said and "Clap" in said for said in receipt.left_aside)


def test_millesimes_that_do_not_compare_say_why():
    assert "Clap" in catalog.not_comparable("flores", "2015", "2018")
    assert "Ree" in catalog.not_comparable("side", "2011", "2014")
    assert "5 ans" in catalog.not_comparable("emploi", "2018", "2021")
    assert catalog.not_comparable("emploi", "2013", "2018") == ""


def test_a_commune_outside_what_was_installed_is_unknown_not_zero(store, ground, tmp_path):
    put(comparateur(tmp_path), ground)
    door = Observatory(parse("2026Q3"), "public")
    table = door.columns.table.set_index("commune")["jobs@2018"]
    assert table["62767"] == 3900
    assert table["80810"] == 12
    assert pd.isna(table["62041"])


def test_an_installed_file_keeps_its_day_of_publication(store, ground, tmp_path):
    put(comparateur(tmp_path), ground)
    assert "jobs@2018" not in Observatory(parse("2021Q3"), "public").columns.table
    assert "jobs@2018" in Observatory(parse("2022Q2"), "public").columns.table


def test_a_run_has_nothing_installed_of_a_developer():
    assert installed.receipts() == []
    assert not observe("2026Q3", "public").sees("emploi")


MELODI = (
    '"GEO";"GEO_OBJECT";"OCS";"TDW";"RP_MEASURE";"OBS_STATUS";"TIME_PERIOD";"OBS_VALUE"',
    '"62767";"COM";"_T";"_T";"DWELLINGS";"A";"2022";"2600.5"',
    '"62767";"COM";"DW_VAC";"_T";"DWELLINGS";"A";"2022";"250"',
    '"62767";"COM";"_T";"1";"DWELLINGS";"A";"2022";"2000"',
    '"62396";"COM";"_T";"_T";"DWELLINGS";"A";"2022";"8"',
    '"62396";"COM";"DW_VAC";"_T";"DWELLINGS";"S";"2022";""',
    '"200069672";"EPCI";"DW_VAC";"_T";"DWELLINGS";"A";"2022";"1700"',
    '"3206";"ZE2020";"DW_VAC";"_T";"DWELLINGS";"A";"2022";"9999"',
)


@pytest.fixture
def long_delivery(monkeypatch):
    """A delivery in the long format that fills two columns of the census."""
    from dataclasses import replace

    from ternois_analysis.catalog import Delivery, Edition
    from ternois_analysis.catalog import sources as known

    entry = known()["recensement"]
    told = {
        "dwellings": {"RP_MEASURE": "DWELLINGS", "OCS": "_T"},
        "vacant_dwellings": {"RP_MEASURE": "DWELLINGS", "OCS": "DW_VAC"},
    }
    columns = {
        name: replace(column, melodi=told.get(name, {})) for name, column in entry.columns.items()
    }
    monkeypatch.setattr(catalog, "source", lambda name: replace(entry, columns=columns))
    return Delivery(
        "Logements", "Insee", "", "", "melodi",
        {"recensement": ("dwellings", "vacant_dwellings")},
        editions=(Edition("2022", "2025-07-31", "2025"),),
    )  # fmt: skip


def test_a_long_table_gives_one_piece_a_level_and_only_the_totals(long_delivery, ground, tmp_path):
    from ternois_analysis.sources.formats import melodi

    path = tmp_path / "DS_RP_LOGEMENT_PRINC_2022_data.csv"
    path.write_text("\n".join(MELODI), encoding="utf-8")
    found = melodi.read([path], long_delivery, ground)
    pieces = {piece.level: piece for piece in found.pieces}
    assert set(pieces) == {"commune", "epci"}
    communes = pieces["commune"].table
    assert communes.loc["62767"].to_dict() == {"dwellings": 2600.5, "vacant_dwellings": 250}
    assert communes.loc["62396", "dwellings"] == 8
    assert pd.isna(communes.loc["62396", "vacant_dwellings"])
    assert pieces["commune"].signs.to_numpy().tolist() == [["62396", "vacant_dwellings", "s"]]
    assert pieces["epci"].table.loc["200069672", "vacant_dwellings"] == 1700


def test_a_long_table_of_another_data_set_is_refused(long_delivery, ground, tmp_path):
    from ternois_analysis.sources.formats import melodi

    path = tmp_path / "DS_OTHER_data.csv"
    path.write_text("\n".join(line.replace("OCS", "AGE") for line in MELODI), encoding="utf-8")
    with pytest.raises(SchemaError, match="OCS"):
        melodi.read([path], long_delivery, ground)


def test_an_archive_with_one_table_a_level_brings_all_of_them(store, ground, tmp_path):
    head = "CODGEO;NBMENFISC21;MED21;TP6021"
    packed = tmp_path / "base-cc-filosofi-2021.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(
            "cc_filosofi_2021_COM.csv", f"{head}\n62767;2100;18950;21.5\n62396;6;s;s\n"
        )
        archive.writestr("cc_filosofi_2021_EPCI.csv", f"{head}\n200069672;15300;20500;18.9\n")
        archive.writestr("cc_filosofi_2021_DEP.csv", f"{head}\n62;620000;20100;19.7\n")
        archive.writestr("cc_filosofi_2021_UU2020.csv", f"{head}\n62101;9;1;1\n")
        archive.writestr("meta_cc_filosofi_2021.csv", "COD_VAR;LIB_VAR\n" * 90)
    receipt = put(packed, ground, name="filosofi")
    files = receipt.files["filosofi"]
    assert sorted(f.level for f in files) == ["commune", "departement", "epci"]
    epci = next(f for f in files if f.level == "epci")
    table = sources.read("filosofi", "2021", part=epci.part)
    assert table.loc["200069672", "published_poverty_rate_pct"] == 18.9
