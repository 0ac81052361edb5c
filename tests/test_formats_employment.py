"""Producers' files on employment are read in their own formats, or refused with what to do."""

import pandas as pd
import pytest

from ternois_analysis import sources
from ternois_analysis.errors import SchemaError
from ternois_analysis.observatory import installing
from ternois_analysis.sources.install import install


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """An empty store."""
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))


@pytest.fixture(scope="module")
def ground():
    """The communes of the bundle."""
    return installing.ground()


def written(folder, name, lines, encoding="utf-8"):
    path = folder / name
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def table_of(receipt, source, level="commune"):
    (file,) = [f for f in receipt.files[source] if f.level == level]
    return sources.read(source, file.millesime, part=file.part), file


COMPARATEUR = ("CODGEO;P22_POP;P22_LOG;P22_RP;P22_RSECOCC;P22_LOGVAC;P22_EMPLT;P22_EMPLT_SAL;"
               "P22_POP1564;P22_CHOM1564;P22_ACT1564")  # fmt: skip


def test_employed_residents_are_the_active_less_the_unemployed_where_only_both_are_given(
    ground, tmp_path
):
    row = "62767;4700;2600;2300;50;250;3900;3500;2800;420;1900"
    path = written(tmp_path, "base_cc_comparateur.csv", [COMPARATEUR, row])
    receipt = install("comparateur", [path], ground, partial=True).receipt
    table, _ = table_of(receipt, "emploi")
    assert table.loc["62767", "employed_15_64"] == 1480


CARACT = "CODGEO;P22_ACTOCC15P;P22_SAL15P;P22_NSAL15P;P22_ACTOCC15P_ILT1;P22_ACTOCC15P_VOITURE"


def test_the_car_is_read_under_its_old_and_its_new_name(ground, tmp_path):
    for name, told in (("old", CARACT), ("new", CARACT.replace("P22_ACTOCC15P_VOITURE",
                                                               "C22_ACTOCC15P_VOIT"))):  # fmt: skip
        path = written(tmp_path, f"{name}.csv", [told, f"62767;1500;1290;210;800;11{len(name)}0"])
        receipt = install("rp_caract_emploi", [path], ground, partial=True).receipt
        table, _ = table_of(receipt, "emploi")
        assert table.loc["62767", ["self_employed", "car_commuters"]].tolist() == [210, 1130]


FLORES = ("GEO;GEO_OBJECT;ACTIVITY;NUMBER_EMPL;LEGAL_FORM_WITH_PUBLIC;FLORES_MEASURE;OBS_STATUS;"
          "TIME_PERIOD;OBS_VALUE")  # fmt: skip


def flores(folder, extra=()):
    rows = [
        f"{geo};{level};{sector};{size};1T9X7;UNIT_LOC;A;2024;{value}"
        for geo, level in (("62767", "COM"), ("200069672", "EPCI"), ("62", "ZE2020"))
        for sector, size, value in (
            ("_T", "_T", 60), ("AZ", "_T", 10), ("BE", "_T", 5), ("FZ", "_T", 8), ("GU", "_T", 25),
            ("OQ", "_T", 12), ("GZ", "_T", 9), ("_T", "E0", 30),
        )
    ]  # fmt: skip
    return written(folder, "DS_FLORES_A5_2024_data.csv", [FLORES, *rows, *extra])


def test_flores_in_the_long_format_gives_the_five_sectors_and_leaves_the_finer_ones(
    ground, tmp_path
):
    receipt = install("flores", [flores(tmp_path)], ground, partial=True).receipt
    table, file = table_of(receipt, "flores")
    assert file.millesime == "2024"
    row = table.loc["62767"]
    assert row["establishments"] == 60
    sectors = row.filter(like="establishments_by_sector#")
    assert {name.partition("#")[2]: n for name, n in sectors.items()} == {
        "agriculture": 10, "industrie": 5, "construction": 8, "commerce_services": 25,
        "administration": 12,
    }  # fmt: skip


def test_posts_that_the_producer_counts_elsewhere_are_secret_and_no_zero(ground, tmp_path):
    extra = ["62767;COM;_T;_T;1T9X7;EMPL3112;A;2024;400", "62767;COM;BE;_T;1T9X7;EMPL3112;K;2024;"]
    receipt = install("flores", [flores(tmp_path, extra)], ground, partial=True).receipt
    table, file = table_of(receipt, "flores")
    assert table.loc["62767", "posts"] == 400
    assert pd.isna(table.loc["62767", "posts_by_sector#industrie"])
    assert sources.signs(file).to_numpy().tolist() == [["62767", "posts_by_sector#industrie", "s"]]


SIDE = "ACTIVITY;FREQ;GEO;GEO_OBJECT;LEGAL_FORM;SIDE_MEASURE;OBS_STATUS;TIME_PERIOD;OBS_VALUE"


def test_creations_are_the_total_of_activities_and_legal_forms_each_year(ground, tmp_path):
    rows = [
        f"{activity};A;62767;COM;{form};BURE;A;{year};{value}"
        for year, many in (("2024", 50), ("2025", 54))
        for activity, form, value in (("_T", "_T", many), ("_T", "10", 30), ("FZ", "_T", 7))
    ]
    path = written(tmp_path, "DS_SIDE_CREA_ENT_COM_2025_data.csv", [SIDE, *rows])
    receipt = install("side", [path], ground, partial=True).receipt
    found = {
        f.millesime: sources.read("side", f.millesime, part=f.part).loc["62767"].tolist()
        for f in receipt.files["side"]
    }
    assert found == {"2024": [50, 30], "2025": [54, 30]}


LABELS = ("Date;Code région;Région;Code département;Département;Code commune;Commune;"
          "Type de données;Catégorie;Sexe;Tranche d'âge;Nombre de demandeurs d'emploi")  # fmt: skip


def jobseekers(folder, rows):
    lines = [
        f"{date};32;Hauts-de-France;62;Pas-de-Calais;{code};X;Brutes;{category};{sex};{age};{n}"
        for date, code, category, sex, age, n in rows
    ]
    return written(folder, "dares.csv", [LABELS, *lines], "utf-8-sig")


def test_job_seekers_are_the_total_of_sexes_and_ages_at_the_end_of_each_year(ground, tmp_path):
    path = jobseekers(tmp_path, [
        ("2023-T4", "62767", "ABC", "Total", "Total", 600),
        ("2024-T4", "62767", "ABC", "Total", "Total", 610),
        ("2024-T4", "62767", "ABC", "Femmes", "Total", 300),
        ("2024-T4", "62767", "ABC", "Total", "Moins de 25 ans", 100),
        ("2024-T4", "62396", "ABC", "Total", "Total", "s"),
    ])  # fmt: skip
    receipt = install("demandeurs_emploi", [path], ground, partial=True).receipt
    newest = next(f for f in receipt.files["demandeurs_emploi"] if f.millesime == "2024")
    table = sources.read("demandeurs_emploi", "2024", part=newest.part)["jobseekers_abc"]
    assert table["62767"] == 610
    assert pd.isna(table["62396"])
    assert sources.signs(newest)["sign"].tolist() == ["s"]


def test_job_seekers_without_totals_are_refused_with_what_was_found(ground, tmp_path):
    path = jobseekers(tmp_path, [("2024-T4", "62767", "ABC", "Femmes", "Total", 300)])
    with pytest.raises(SchemaError, match="Femmes"):
        install("demandeurs_emploi", [path], ground, partial=True)


def zonings(receipt):
    (file,) = receipt.files["zonages"]
    return sources.read("zonages", file.millesime, part=file.part)


def test_zonings_are_read_under_insees_header_and_under_that_of_files_made_from_it(
    ground, tmp_path
):
    for key, separator in (("CODGEO", ";"), ("DEPCOM", ",")):
        lines = [separator.join(row) for row in (
            (key, "ARR", "ZE2020", "LIB_ZE2020"), ("62767", "621", "3204", "Berck"),
            ("80810", "801", "3201", "Abbeville"),
        )]  # fmt: skip
        path = written(tmp_path, f"zonages_{key}_2025.csv", lines)
        table = zonings(install("zonages", [path], ground, partial=True).receipt)
        assert table.loc["80810"].tolist() == ["3201", "Abbeville"]


def test_a_table_of_zonings_whose_name_has_no_year_is_refused(ground, tmp_path):
    path = written(tmp_path, "zonages.csv", ["CODGEO;ZE2020", "62767;3204"])
    with pytest.raises(SchemaError, match="in the name of the file"):
        install("zonages", [path], ground, partial=True)


def test_insees_workbook_gives_the_names_of_its_zones(ground, tmp_path):
    xlsxwriter = pytest.importorskip("xlsxwriter")
    path = tmp_path / "table-appartenance-geo-communes-2026.xlsx"
    with xlsxwriter.Workbook(path) as book:
        communes, zones = book.add_worksheet("COM"), book.add_worksheet("Zones_supra_communales")
        communes.write_row(0, 0, ["Table d'appartenance"])
        communes.write_row(5, 0, ["CODGEO", "LIBGEO", "ZE2020"])
        communes.write_row(6, 0, ["62767", "Saint-Pol-sur-Ternoise", "3204"])
        zones.write_row(5, 0, ["NIVGEO", "CODGEO", "LIBGEO", "NB_COM"])
        zones.write_row(6, 0, ["ZE2020", "3204", "Berck", 201])
    table = zonings(install("zonages", [path], ground, partial=True).receipt)
    assert table.loc["62767", ["employment_zone", "employment_zone_name"]].tolist() == [
        "3204", "Berck",
    ]  # fmt: skip
