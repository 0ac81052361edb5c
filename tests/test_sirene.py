"""The national Sirene stock: what is taken out of it, how it is counted, what refuses it."""

import datetime as dt
import gzip
import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

from ternois_analysis.catalog.sirene import sirene as facts
from ternois_analysis.catalog.wood import wood
from ternois_analysis.errors import SchemaError, SourceError, TerritoryError
from ternois_analysis.sources import sirene
from ternois_analysis.sources.register import pseudonyms
from ternois_analysis.sources.sirene import rows, tidy
from ternois_analysis.sources.sirene.columns import ESTABLISHMENT
from ternois_analysis.sources.sirene.stock import demand, opened

KEY = bytes(range(32))
STOCK_DAY = dt.date(2026, 7, 1)
#: The header of 2018, as the genuine samples have it.
_HEADER = (
    "siren,nic,siret,statutDiffusionEtablissement,dateCreationEtablissement,"
    "trancheEffectifsEtablissement,anneeEffectifsEtablissement,"
    "activitePrincipaleRegistreMetiersEtablissement,dateDernierTraitementEtablissement,"
    "etablissementSiege,nombrePeriodesEtablissement,complementAdresseEtablissement,"
    "numeroVoieEtablissement,indiceRepetitionEtablissement,typeVoieEtablissement,"
    "libelleVoieEtablissement,codePostalEtablissement,libelleCommuneEtablissement,"
    "libelleCommuneEtrangerEtablissement,distributionSpecialeEtablissement,"
    "codeCommuneEtablissement,codeCedexEtablissement,libelleCedexEtablissement,"
    "codePaysEtrangerEtablissement,libellePaysEtrangerEtablissement,"
    "complementAdresse2Etablissement,numeroVoie2Etablissement,indiceRepetition2Etablissement,"
    "typeVoie2Etablissement,libelleVoie2Etablissement,codePostal2Etablissement,"
    "libelleCommune2Etablissement,libelleCommuneEtranger2Etablissement,"
    "distributionSpeciale2Etablissement,codeCommune2Etablissement,codeCedex2Etablissement,"
    "libelleCedex2Etablissement,codePaysEtranger2Etablissement,libellePaysEtranger2Etablissement,"
    "dateDebut,etatAdministratifEtablissement,enseigne1Etablissement,enseigne2Etablissement,"
    "enseigne3Etablissement,denominationUsuelleEtablissement,activitePrincipaleEtablissement,"
    "nomenclatureActivitePrincipaleEtablissement,caractereEmployeurEtablissement"
)
_UNIT_HEADER = (
    "siren,statutDiffusionUniteLegale,unitePurgeeUniteLegale,dateCreationUniteLegale,"
    "sigleUniteLegale,sexeUniteLegale,prenom1UniteLegale,prenom2UniteLegale,prenom3UniteLegale,"
    "prenom4UniteLegale,prenomUsuelUniteLegale,pseudonymeUniteLegale,"
    "identifiantAssociationUniteLegale,trancheEffectifsUniteLegale,anneeEffectifsUniteLegale,"
    "dateDernierTraitementUniteLegale,nombrePeriodesUniteLegale,categorieEntreprise,"
    "anneeCategorieEntreprise,dateDebut,etatAdministratifUniteLegale,nomUniteLegale,"
    "nomUsageUniteLegale,denominationUniteLegale,denominationUsuelle1UniteLegale,"
    "denominationUsuelle2UniteLegale,denominationUsuelle3UniteLegale,"
    "categorieJuridiqueUniteLegale,activitePrincipaleUniteLegale,"
    "nomenclatureActivitePrincipaleUniteLegale,nicSiegeUniteLegale,"
    "economieSocialeSolidaireUniteLegale,caractereEmployeurUniteLegale"
)
HEADER, UNIT_HEADER = _HEADER.split(","), _UNIT_HEADER.split(",")
LONG = {
    "codeCommune": "codeCommuneEtablissement",
    "statutDiffusion": "statutDiffusionEtablissement",
    "dateCreation": "dateCreationEtablissement",
    "tranche": "trancheEffectifsEtablissement",
    "siege": "etablissementSiege",
    "etat": "etatAdministratifEtablissement",
    "activite": "activitePrincipaleEtablissement",
    "nomenclature": "nomenclatureActivitePrincipaleEtablissement",
    "employeur": "caractereEmployeurEtablissement",
}
FIELDS = ["siren", "nic", *list(LONG)[:4], "siege", "dateDebut", *list(LONG)[5:]]
# Invented: 62767 has a joiner, a closed roofer, a business in NAF 2025 and one that does not let
# itself be listed; 62060 a carpenter's workshop; 01001 is elsewhere.
ROWS = """
900000001 00011 62767 O 2010-03-01 02 true 2015-01-01 A 43.32A NAFRev2 O
900000002 00017 62767 O 2012-06-15 NN true 2026-02-10 F 43.91B NAFRev2 N
900000003 00012 62767 O 2026-05-04 - true 2026-05-04 A 16.23Y NAF2025 N
900000004 00018 62767 P 1900-01-01 00 true 2008-01-01 A 96.02A NAFRev2 -
900000001 00029 62060 N 2025-07-01 11 false 2025-07-01 A 16.23Z NAFRev2 O
900000005 00013 01001 O 2001-01-01 01 true 2001-01-01 A 46.73A NAFRev2 O
"""


def establishments(text: str = ROWS) -> pd.DataFrame:
    """Rows in the genuine header, blank where nothing is said."""
    cells = [["" if c == "-" else c for c in line.split()] for line in text.strip().split("\n")]
    table = pd.DataFrame(cells, columns=FIELDS, dtype="str").rename(columns=LONG)
    table["siret"] = table["siren"] + table["nic"]
    table["libelleVoieEtablissement"] = "RUE INVENTÉE"
    return table.reindex(columns=HEADER, fill_value="")


def legal_units() -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "siren": ["900000001", "900000002", "999999999"],
            "categorieJuridiqueUniteLegale": ["5499", "1000", "9220"],
            "dateCreationUniteLegale": ["2010-03-01", "", "1999-01-01"],
            "etatAdministratifUniteLegale": ["A", "C", "A"],
            "economieSocialeSolidaireUniteLegale": ["N", "", "O"],
            "categorieEntreprise": ["PME", "", ""],
            "nomUniteLegale": ["NOMINVENTE", "NOMINVENTE", "NOMINVENTE"],
        },
        dtype="str",
    )
    return table.reindex(columns=UNIT_HEADER, fill_value="")


def saved(folder: Path, form: str, table: pd.DataFrame, name: str = "stock") -> Path:
    """A table as a file of the stock in one of the published forms."""
    path = folder / f"{name}.{form}"
    text = table.to_csv(index=False).encode()
    if form == "csv":
        path.write_bytes(text)
    elif form == "gz":
        path.write_bytes(gzip.compress(text))
    elif form in ("zip", "stored.zip"):
        method = zipfile.ZIP_STORED if form == "stored.zip" else zipfile.ZIP_DEFLATED
        with zipfile.ZipFile(path, "w", method) as archive:
            archive.writestr("StockEtablissement_utf8.csv", text)
    else:
        cells = {column: table[column].mask(table[column] == "") for column in table}
        typed = pd.DataFrame(cells)
        for column in ("dateCreationEtablissement", "dateDebut", "dateCreationUniteLegale"):
            if column in typed:
                typed[column] = pd.to_datetime(typed[column]).dt.date
        if "etablissementSiege" in typed:
            typed["etablissementSiege"] = typed["etablissementSiege"] == "true"
        typed.to_parquet(path, index=False)
    return path


def taken(path: Path, communes=("62767", "62060"), **changes) -> pd.DataFrame:
    return sirene.extract(path, communes, **({"key": KEY, "as_of": STOCK_DAY} | changes))


def by_siren(table: pd.DataFrame, siren: str, nic: str) -> pd.Series:
    name = pseudonyms(pd.Series([siren]), KEY).iloc[0] + nic
    return table.set_index("establishment").loc[name]


@pytest.fixture
def stock(tmp_path):
    return saved(tmp_path, "csv", establishments())


@pytest.mark.parametrize("form", ["csv", "gz", "zip", "stored.zip", "parquet"])
def test_every_published_form_gives_the_same_table(tmp_path, stock, form):
    table = taken(saved(tmp_path, form, establishments(), "other"))
    pd.testing.assert_frame_equal(table, taken(stock))
    assert len(table) == 5


def test_only_the_communes_asked_for_are_taken(stock):
    assert set(taken(stock)["commune"]) == {"62767", "62060"}
    assert set(taken(stock, ["01001"])["commune"]) == {"01001"}
    assert sirene.absent(taken(stock), ["62767", "62060", "62001"]) == ["62001"]


def test_an_establishment_keeps_its_facts(stock):
    joiner = by_siren(taken(stock), "900000001", "00011")
    assert joiner["naf"] == "4332A"
    assert (joiner["employees_low"], joiner["employees_high"]) == (3, 5)
    assert joiner["size_label"] == "3 à 5 salariés"
    assert joiner["created"] == pd.Timestamp("2010-03-01")
    assert joiner["active"]
    assert joiner["employer"]
    assert joiner["siege"]
    assert pd.isna(joiner["closed"])


def test_the_day_of_closure_is_that_of_the_closed_state_and_open_ones_have_none(stock):
    table = taken(stock)
    assert by_siren(table, "900000002", "00017")["closed"] == pd.Timestamp("2026-02-10")
    assert table["closed"].notna().sum() == 1


def test_unknown_size_and_unknown_creation_are_missing_never_zero(stock):
    table = taken(stock)
    assert pd.isna(by_siren(table, "900000002", "00017")["employees_low"])
    assert by_siren(table, "900000004", "00018")["employees_high"] == 0
    assert pd.isna(by_siren(table, "900000004", "00018")["created"])
    assert pd.isna(by_siren(table, "900000004", "00018")["employer"])


def test_an_activity_in_naf_2025_has_no_naf_code(stock):
    row = by_siren(taken(stock), "900000003", "00012")
    assert (row["naf"], row["nomenclature"]) == ("", "NAF2025")


def test_restricted_diffusion_is_counted_and_not_listed(stock):
    table = taken(stock)
    assert not by_siren(table, "900000004", "00018")["listed"]
    assert not by_siren(table, "900000001", "00029")["listed"]
    assert by_siren(table, "900000001", "00011")["listed"]
    assert sirene.counts(table, ["62767"], STOCK_DAY).loc["62767", "sirene_establishments"] == 3


def test_no_identifier_name_or_address_comes_out(stock, tmp_path):
    units = saved(tmp_path, "csv", legal_units(), "units")
    text = taken(stock, units=units).to_csv()
    for secret in ("90000000", "INVENT"):
        assert secret not in text


def test_a_business_has_the_pseudonym_of_the_craft_register(stock):
    table = taken(stock)
    name = pseudonyms(pd.Series(["900000001"]), KEY).iloc[0]
    assert (table["business"] == name).sum() == 2


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_legal_units_are_joined_and_an_unknown_one_is_missing(tmp_path, stock, form):
    table = taken(stock, units=saved(tmp_path, form, legal_units(), "units"))
    assert len(table) == 5
    joiner = by_siren(table, "900000001", "00029")
    assert (joiner["legal_category"], joiner["company_category"]) == ("5499", "PME")
    assert joiner["unit_created"] == pd.Timestamp("2010-03-01")
    assert not by_siren(table, "900000002", "00017")["unit_active"]
    unknown = by_siren(table, "900000003", "00012")
    assert unknown["legal_category"] == ""
    assert pd.isna(unknown["unit_active"])


def test_counting_never_starts_polars(tmp_path, stock):
    taken(stock).to_parquet(tmp_path / "table.parquet")
    code = f"""
import datetime as dt, pathlib, sys
import pandas as pd
from ternois_analysis.sources import sirene
table = pd.read_parquet(pathlib.Path({str(tmp_path / "table.parquet")!r}))
sirene.counts(table, ["62767"], dt.date(2026, 6, 30))
sys.exit("polars" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_extract_without_a_key_identifies_nobody(stock):
    table = taken(stock, key=None)
    assert {"business", "establishment", "siren", "nic"}.isdisjoint(table.columns)
    assert len(table) == len(taken(stock))


# Counts, worked by hand from ROWS.


def test_counts_at_the_day_of_the_stock(stock):
    found = sirene.counts(taken(stock), ["62767", "62060", "62001"], STOCK_DAY)
    assert list(found.index) == ["62001", "62060", "62767"]
    town = found.loc["62767"]
    assert town["sirene_establishments"] == 3
    assert town["sirene_employers"] == 1
    assert town["sirene_created_4q"] == 1
    assert town["sirene_closed_4q"] == 1
    assert town["sirene_naf2025"] == 1
    assert town["sirene_other_naf"] == 0
    assert (town["sirene_section_f"], town["sirene_section_s"]) == (1, 1)
    assert town["sirene_building_43"] == 1
    assert (town["sirene_wood_core"], town["sirene_wood_joinery"]) == (1, 1)
    assert found.loc["62060", "sirene_wood_carpentry"] == 1
    assert (found.loc["62001"] == 0).all()


def test_counts_of_an_earlier_day_have_what_was_open_then(stock):
    table = taken(stock)
    before = sirene.counts(table, ["62767"], dt.date(2026, 2, 9)).loc["62767"]
    assert before["sirene_establishments"] == 3  # the roofer was open, the newcomer was not
    assert before["sirene_building_43"] == 2
    assert before["sirene_closed_4q"] == 0
    after = sirene.counts(table, ["62767"], dt.date(2026, 2, 10)).loc["62767"]
    assert (after["sirene_establishments"], after["sirene_closed_4q"]) == (2, 1)


def test_four_quarters_end_with_the_day_and_do_not_hold_the_same_day_a_year_before(stock):
    table = taken(stock)  # the workshop of 62060 was created on 1 July 2025
    at = {day: sirene.counts(table, ["62060"], day) for day in (dt.date(2026, 6, 30), STOCK_DAY)}
    assert [int(found["sirene_created_4q"].iloc[0]) for found in at.values()] == [1, 0]


def test_sections_and_those_of_no_section_add_up_to_all(stock):
    found = sirene.counts(taken(stock), ["62767", "62060"], STOCK_DAY)
    parts = [f"sirene_section_{letter.lower()}" for letter in facts().sections]
    parts += ["sirene_naf2025", "sirene_other_naf"]
    assert found[parts].sum(axis=1).tolist() == found["sirene_establishments"].tolist()


def test_a_stock_says_nothing_of_the_days_that_follow_it(stock):
    with pytest.raises(SourceError, match="a stock of 2026-09-30 or later"):
        sirene.counts(taken(stock), ["62767"], dt.date(2026, 9, 30))


def test_a_commune_is_counted_once(stock):
    with pytest.raises(TerritoryError, match="62767"):
        sirene.counts(taken(stock), ["62767", "62767"], STOCK_DAY)


# Refused at the door.


def test_a_missing_column_is_named_with_the_nearest(tmp_path):
    table = establishments().rename(columns={"dateDebut": "dateDebutEtablissement"})
    with pytest.raises(SchemaError, match=r"Expected: dateDebut\. .*dateDebutEtablissement"):
        taken(saved(tmp_path, "csv", table))


@pytest.mark.parametrize("form", ["csv", "parquet", "zip"])
def test_units_in_the_place_of_establishments_are_told_apart_both_ways(tmp_path, form):
    right, units = establishments(), saved(tmp_path, form, legal_units(), "units")
    with pytest.raises(SchemaError, match=r"StockEtablissement\. Found: StockUniteLegale\."):
        taken(units)
    with pytest.raises(SchemaError, match=r"StockUniteLegale\. Found: StockEtablissement\."):
        taken(saved(tmp_path, form, right), units=saved(tmp_path, form, right, "again"))


def test_the_history_file_is_not_the_stock(tmp_path):
    with pytest.raises(SchemaError, match="StockEtablissementHistorique"):
        taken(saved(tmp_path, "csv", establishments().assign(dateFin="")))


def test_another_separator_is_refused(tmp_path):
    path = tmp_path / "stock.csv"
    establishments().to_csv(path, sep=";", index=False)
    with pytest.raises(SchemaError, match="separator"):
        taken(path)


@pytest.mark.parametrize("communes", [["01001"], ["01002"], ["62767"]])
def test_codes_read_as_numbers_are_refused_whatever_is_asked(tmp_path, communes):
    table = establishments()
    for column in ("nic", "codeCommuneEtablissement"):
        table[column] = table[column].str.lstrip("0")
    with pytest.raises(SchemaError, match=r"1001|NIC of 5"):
        taken(saved(tmp_path, "csv", table), communes)


def test_a_lost_zero_is_seen_even_when_other_communes_are_found(tmp_path):
    table = establishments()
    table["codeCommuneEtablissement"] = table["codeCommuneEtablissement"].str.lstrip("0")
    with pytest.raises(SchemaError, match="'1001'"):
        taken(saved(tmp_path, "csv", table), ["01001", "62767"])


def test_codes_stored_as_numbers_are_refused(tmp_path):
    table = establishments().assign(codeCommuneEtablissement=62767)
    pa.parquet.write_table(pa.Table.from_pandas(table), tmp_path / "stock.parquet")
    with pytest.raises(SchemaError, match="codeCommuneEtablissement"):
        taken(tmp_path / "stock.parquet")


@pytest.mark.parametrize("form", ["parquet", "gz", "zip"])
def test_a_cut_file_is_refused(tmp_path, form):
    path = saved(tmp_path, form, establishments())
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(SourceError, match=r"cut or damaged"):
        taken(path)


def test_a_csv_cut_in_a_line_is_refused(stock):
    stock.write_bytes(stock.read_bytes()[:-40])
    with pytest.raises(SourceError, match=r"a last line of \d+ cells"):
        taken(stock)


@pytest.mark.parametrize("form", ["gz", "zip"])
def test_an_archive_altered_inside_is_refused(tmp_path, form):
    content = bytearray(saved(tmp_path, form, establishments()).read_bytes())
    place = content.rindex(crc(establishments()))
    content[place] ^= 255
    (tmp_path / f"bad.{form}").write_bytes(content)
    with pytest.raises(SourceError, match="cut or damaged"):
        taken(tmp_path / f"bad.{form}")


def crc(table: pd.DataFrame) -> bytes:
    """The checksum of a table as archives write it, last after the data."""
    return zlib.crc32(table.to_csv(index=False).encode()).to_bytes(4, "little")


def test_what_is_no_table_is_refused(tmp_path):
    path = tmp_path / "stock.csv"
    path.write_text("<!DOCTYPE html><title>404</title>")
    with pytest.raises(SourceError, match="not a file of Sirene"):
        taken(path)
    with pytest.raises(SourceError, match="nothing"):
        taken(tmp_path / "absent.parquet")


def test_a_file_without_any_of_the_communes_is_refused(stock):
    with pytest.raises(SourceError, match="none of the communes"):
        taken(stock, ["80810", "62001"])


def test_an_establishment_that_comes_twice_is_refused(tmp_path):
    twice = pd.concat([establishments(), establishments()])
    with pytest.raises(SchemaError, match="5 repeated"):
        taken(saved(tmp_path, "csv", twice))


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("etatAdministratifEtablissement", "X"),
        ("statutDiffusionEtablissement", "Q"),
        ("trancheEffectifsEtablissement", "2"),
        ("caractereEmployeurEtablissement", "oui"),
        ("dateCreationEtablissement", "01/03/2010"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_column(tmp_path, column, cell):
    with pytest.raises(SchemaError, match=rf"{column}.*{cell}"):
        taken(saved(tmp_path, "csv", establishments().assign(**{column: cell})))


def test_the_stock_of_a_later_day_is_refused(stock):
    with pytest.raises(SourceError, match="3 of them later"):
        taken(stock, as_of=dt.date(2025, 6, 30))


def test_the_stock_of_an_older_day_is_refused(tmp_path):
    lines = [f"{900000000 + n} 00011 62767 O 2010-03-01 NN true 2010-03-01 A 43.32A NAFRev2 N"
             for n in range(1000)]  # fmt: skip
    path = saved(tmp_path, "csv", establishments("\n".join(lines)))
    with pytest.raises(SourceError, match="none since 2010-03-01"):
        taken(path)
    assert len(taken(path, as_of=dt.date(2010, 8, 1))) == 1000


# The catalogue.


def test_the_wood_sector_is_in_naf_and_its_core_in_the_extended_sector():
    from ternois_analysis.sources import read

    naf = set(read("naf", "2008")["naf"].str.replace(".", "", regex=False))
    core, extended = wood().codes("core"), wood().codes("extended")
    assert core < extended <= naf
    assert len(core) == 16


def test_every_division_of_naf_has_its_section():
    from ternois_analysis.sources import read

    naf = read("naf", "2008")["naf"]
    assert set(facts().section_of_division()) == set(naf[naf.str.len() == 2])
    assert facts().section_of_division()["43"] == "F"


# The genuine format.


@pytest.fixture
def samples():
    named = os.environ.get("TERNOIS_REAL_DATA", "")
    folder = Path(named) / "sirene_samples"
    if not named or not folder.is_dir():
        pytest.skip("TERNOIS_REAL_DATA names no folder with sirene_samples")
    return folder


@pytest.mark.real
def test_the_genuine_rows_are_read_and_have_neither_naf_nor_commune(samples):
    path = samples / "sample_etablissements_OK.csv"
    stock = opened(path)
    demand(stock, ESTABLISHMENT.values(), "StockEtablissement")
    wanted = list(ESTABLISHMENT.values())
    raw = rows.rows(stock, wanted, ESTABLISHMENT["nomenclature"], ["NAP"])
    table = tidy.establishments(raw.set_axis(list(ESTABLISHMENT), axis=1), path, KEY)
    assert len(table) == 3
    assert set(table["naf"]) == set(table["commune"]) == {""}
    assert set(table["closed"]) == {pd.Timestamp("1984-12-25")}
    assert not table["active"].any()
    with pytest.raises(SourceError, match="none of the communes"):
        taken(path)


@pytest.mark.real
def test_the_genuine_units_are_joined_and_told_from_establishments(samples, stock):
    units = samples / "sample_unites_legales_OK.csv"
    table = taken(stock, units=units)
    assert set(table["legal_category"]) == {""}
    with pytest.raises(SchemaError, match="StockUniteLegale"):
        taken(units)


def test_the_stock_is_installed_as_counts_by_commune_of_the_departements(tmp_path, monkeypatch):
    from ternois_analysis.observatory import installing
    from ternois_analysis.observatory.door import Observatory
    from ternois_analysis.quarters import parse

    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    text = """
    900000001 00011 62767 O 2010-03-01 02 true 2015-01-01 A 16.23Z NAFRev2 O
    900000002 00017 62210 O 2012-06-15 NN true 2012-06-15 A 43.32A NAFRev2 N
    900000003 00012 80810 O 2026-05-04 - true 2026-05-04 A 96.02A NAFRev2 N
    900000004 00018 59350 O 2001-01-01 00 true 2001-01-01 A 16.23Z NAFRev2 -
    """
    path = saved(tmp_path, "parquet", establishments(text))
    (done,) = installing.each("sirene", [path], millesime="2026-09-01")
    assert not done.failed, done.text
    table = Observatory(parse("2026Q3"), "public").columns.table.set_index("commune")
    wood = table["wood_establishments@2026-09-01#core"]
    # Canteleux is in Bonnières since 2019 and is counted there. A commune is an establishment too:
    # without any row, Arras is not in the file; Lille is of another département.
    assert wood[["62767", "62154", "80810"]].tolist() == [1, 1, 0]
    assert wood[["62041", "59350"]].isna().all()
