"""Jobs and establishments by sector against a reference, and what Insee publishes for them."""

import csv
import os
from pathlib import Path

import pandas as pd
import pytest

from ternois_analysis.display import effects
from ternois_analysis.display.employment import Employment
from ternois_analysis.display.material import Material
from ternois_analysis.methods.shift_share import shift_share
from ternois_analysis.observatory import employment, installing
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.observatory.sectors import BASES
from ternois_analysis.quarters import parse
from ternois_analysis.sources.install import install

HEAD = ("CODGEO;P22_POP;P22_LOG;P22_RP;P22_RSECOCC;P22_LOGVAC;P22_EMPLT;P22_EMPLT_SAL;P22_POP1564;"
        "P22_CHOM1564;P22_ACT1564;ETTOT23;ETAZ23;ETBE23;ETFZ23;ETGU23;ETOQ23")  # fmt: skip
#: Establishments by sector of a commune of the Pays, and of another one of the département.
OWN, OTHER = (3, 1, 1, 2, 3), (1, 1, 1, 5, 2)
ESTABLISHMENTS = BASES["establishments"]


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """An empty store."""
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))


@pytest.fixture(scope="module")
def ground():
    """The communes of the bundle."""
    return installing.ground()


def door():
    return Observatory(parse("2026Q3"), "partners")


def communes(ground):
    known = ground.communes
    return sorted({*known.loc[known["departement"] == "62", "commune"], *ground.own})


def comparateur(folder, ground):
    """All communes of the Pas-de-Calais and of the Pays, with round numbers of establishments."""
    lines = [HEAD]
    for code in communes(ground):
        by_sector = OWN if code in ground.own else OTHER
        figures = [300, 150, 130, 5, 15, 40, 30, 200, 20, 140, 10, *by_sector]
        lines.append(";".join([code, *map(str, figures)]))
    path = folder / "base_cc_comparateur.csv"
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


@pytest.fixture
def observatory(ground, tmp_path):
    install("comparateur", [comparateur(tmp_path, ground)], ground, partial=True)
    return door()


def material(observatory, place):
    return Material(observatory, observatory.territory(place))


def quotients(observatory, place, basis=ESTABLISHMENTS):
    known = material(observatory, place)
    division, rows = employment.quotients(observatory, known.place, known.references, basis)
    wide = rows[rows["indicator"] == "location_quotient"].set_index("category")
    return division, wide.rename(index=lambda name: name.split(" (")[0])


def test_a_quotient_compares_shares_with_the_departement_without_the_territory(observatory):
    division, found = quotients(observatory, "pays-ternois")
    assert division.id == "departement-62"
    # 3/10 against 1/10, 2/10 against 5/10, 3/10 against 2/10.
    shown = found.loc[["Agriculture", "Commerce et services", "Administration et santé"], "value"]
    assert shown.tolist() == pytest.approx([3.0, 0.4, 1.5])
    assert (found["low"] < found["value"])[found["status"] == "ok"].all()


def test_a_quotient_whose_interval_holds_one_is_not_significant(observatory):
    _, found = quotients(observatory, "pays-ternois")
    row = found.loc["Industrie"]
    assert (row["status"], row["note"]) == ("n.s.", "indice non distinguable de 1")
    assert pd.isna(row["value"])


def test_a_sector_of_fewer_than_twenty_has_no_quotient_however_far_from_one(observatory):
    # Sixteen communes of the Auxilois: sixteen in industry, thirty-two in trade and services.
    _, found = quotients(observatory, "cc-auxilois")
    assert found.loc["Construction", "note"] == "effectif insuffisant"
    assert found.loc["Commerce et services", "status"] == "ok"


def test_krugmans_index_and_concentration_are_those_worked_by_hand(observatory):
    known = material(observatory, "pays-ternois")
    rows = employment.structure(observatory, [known.place], known.references, ESTABLISHMENTS)
    values = rows.set_index(["indicator", "category"])["value"]
    # |3-1| + |2-5| + |3-2| tenths; shares squared: 0.09 + 0.01 + 0.01 + 0.04 + 0.09.
    assert values["krugman_index", "établissements"] == pytest.approx(0.6)
    assert values["sector_hhi", "établissements"] == pytest.approx((0.24 - 0.2) / 0.8)
    assert values["sectors_effective_number", "établissements"] == pytest.approx(1 / 0.24)


def test_the_interval_of_krugmans_index_is_the_same_at_each_run(observatory):
    known = material(observatory, "cc-pernois")
    first, again = (
        employment.structure(observatory, [known.place], known.references, ESTABLISHMENTS)
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(first, again)
    by_chance = first[first["category"].str.endswith("par le seul hasard")]["value"].iloc[0]
    assert 0 < by_chance < 0.6


def test_one_date_is_not_decomposed_and_the_break_is_named(observatory):
    pair, why = employment.comparable(observatory, ESTABLISHMENTS)
    assert pair is None
    assert "un seul millésime est installé (2023)" in why
    assert "Clap" in why


def census(folder, ground, years, jobs):
    """A table of jobs by sector; `jobs` gives those of a commune of the Pays and of another."""
    sectors = ("AGRI", "INDUS", "CONST", "CTS", "APESAS")
    head = ["CODGEO"]
    for aa in years:
        head += [f"P{aa}_{name}" for name in ("EMPLT", "EMPLT_SAL", "POP1564", "ACT1564",
                                              "CHOM1564", "ACTOCC1564")]  # fmt: skip
        head += [f"C{aa}_EMPLT_{sector}" for sector in sectors]
    lines = [";".join(head)]
    for code in communes(ground):
        figures = []
        for year in jobs[0 if code in ground.own else 1]:
            figures += [sum(year), sum(year), 200, 140, 20, 120, *year]
        lines.append(";".join([code, *map(str, figures)]))
    path = folder / "base-cc-emploi-pop-active-2022.CSV"
    path.write_text("\n".join(lines) + "\n", encoding="ascii")
    return path


#: Two years, 2016 then 2022: the département stays as it was, the Pays gains in trade.
STILL = ((10, 10, 10, 10, 10), (10, 10, 10, 10, 10))
GAINS = ((10, 10, 10, 10, 10), (10, 10, 10, 15, 10))


def test_two_censuses_six_years_apart_are_decomposed(ground, tmp_path):
    path = census(tmp_path, ground, ("16", "22"), (GAINS, STILL))
    install("rp_emploi", [path], ground, partial=True)
    observatory = door()
    known = material(observatory, "pays-ternois")
    pair, why = employment.comparable(observatory, BASES["jobs"])
    assert (pair, why) == (("2016", "2022"), "")
    division, found = employment.decomposition(
        observatory, known.place, known.references, BASES["jobs"], pair
    )
    assert division.id == "departement-62"
    # 103 communes, five jobs more in each, in a département that did not move.
    assert found.totals[["change", "national", "structural", "residual"]].tolist() == (
        pytest.approx([515, 0, 0, 515])
    )
    block = Employment(known).decomposition("jobs")
    assert block.table.set_index("Secteur").loc["Commerce et services"].tolist()[3] == "+\u202f515"
    assert "effet résiduel (local)" in block.title
    assert "performance" not in block.to_html()


def test_two_censuses_less_than_five_years_apart_are_refused(ground, tmp_path):
    path = census(tmp_path, ground, ("18", "22"), (GAINS, STILL))
    install("rp_emploi", [path], ground, partial=True)
    known = material(door(), "pays-ternois")
    block = Employment(known).decomposition("jobs")
    assert "moins de 5 ans" in block.html
    assert block.values.empty


def test_jobs_by_sector_of_a_small_count_are_an_order_of_magnitude(ground, tmp_path):
    path = census(tmp_path, ground, ("22",), ((GAINS[1],), (STILL[1],)))
    install("rp_emploi", [path], ground, partial=True)
    observatory = door()
    rows = observatory.values(["cc-auxilois"], ["jobs_sector_share_pct"]).set_index("category")
    # Sixteen communes: 160 jobs in farming of 880, counted in one household in four.
    row = rows.loc["Agriculture"]
    assert row["value"] == pytest.approx(100 * 160 / 880)
    assert row["note"] == "ordre de grandeur"
    assert rows.loc["Commerce et services", "note"] != "ordre de grandeur"


@pytest.mark.parametrize(
    ("years", "period"), [(("11", "16", "22"), "2016-2022"), (("18", "22"), "")]
)
def test_growth_starts_at_the_nearest_census_at_least_five_years_before(
    ground, tmp_path, years, period
):
    one = STILL[0]
    path = census(tmp_path, ground, years, ((one,) * len(years),) * 2)
    install("rp_emploi", [path], ground, partial=True)
    row = door().values(["pays-ternois"], ["jobs_growth_pct_per_year"]).iloc[0]
    assert row["status"] == ("ok" if period else "n.d.")
    if period:
        assert row["period"] == period
        assert row["value"] == pytest.approx(0)


def test_a_residual_that_is_all_allocation_is_told_so():
    # The worked example of the domain: 45 of residual, of which −1.25 is its own and 46.25 not.
    trap = shift_share(*(pd.Series(c, dtype=float) for c in (
        [800, 500, 1200], [760, 560, 1290], [20000, 10000, 70000], [18000, 10500, 77000],
    )))  # fmt: skip
    assert "tient tout entier à l’allocation" in effects.remark(trap)
    plain = shift_share(*(pd.Series(c, dtype=float) for c in ([50, 50], [60, 60], [9, 9], [9, 9])))
    assert effects.remark(plain) == ""


def test_posts_that_no_file_brings_name_the_file_to_install(observatory):
    block = Employment(material(observatory, "pays-ternois")).quotients("posts")
    assert "ternois sources install flores" in block.html
    assert block.values.empty


def test_a_territory_of_no_known_division_has_no_quotient(observatory):
    block = Employment(material(observatory, "departement-62")).quotients("establishments")
    assert "Aucune référence" in block.html


ZONES = ("62767;3204;Berck", "62652;3205;Béthune", "80810;3201;Abbeville")


def test_employment_zones_are_counted_in_communes_and_unknown_ones_said(ground, tmp_path):
    path = tmp_path / "zonages_2025.csv"
    path.write_text("\n".join(["CODGEO;ZE2020;LIB_ZE2020", *ZONES]), encoding="utf-8")
    install("zonages", [path], ground, partial=True)
    block = Employment(material(door(), "pays-ternois")).employment_zones()
    known = block.values.set_index("category")["value"]
    assert known.to_dict() == {"Abbeville": 1, "Berck": 1, "Béthune": 1, "": 100}
    assert "100 sans zone connue" in block.html


def test_without_the_zonings_the_reason_stands_with_the_command():
    block = Employment(material(door(), "pays-ternois")).employment_zones()
    assert "zones d’emploi" in block.html
    assert "ternois sources install zonages" in block.html


# --- Genuine files ---------------------------------------------------------------------------


@pytest.fixture
def genuine():
    """Folder of the genuine files, where there is one."""
    folder = os.environ.get("TERNOIS_REAL_DATA", "")
    if not folder:
        pytest.skip("TERNOIS_REAL_DATA names no folder")
    return Path(folder)


@pytest.fixture
def published(genuine, ground):
    """Rows of Insee's comparateur of 2018, and an observatory that has it."""
    path = genuine / "insee_comparateur_2018" / "base_cc_comparateur_2018_d62.CSV"
    install("comparateur", [path], ground, partial=True)
    with path.open(newline="", encoding="ascii") as lines:
        return {row["CODGEO"]: row for row in csv.DictReader(lines, delimiter=";")}, door()


#: Canteleux is in Bonnières since 2019: the file, in the codes of 2021, has it there.
CC_2012 = ("cc-auxilois", "cc-pays-heuchin", "cc-pernois", "cc-frevent", "cc-saint-polois")
COLUMNS = {
    "jobs@2018": "P18_EMPLT", "dwellings@2018": "P18_LOG", "vacant_dwellings@2018": "P18_LOGVAC",
    "establishments@2018": "ETTOT18", "establishments_by_sector@2018#agriculture": "ETAZ18",
    "establishments_by_sector@2018#industrie": "ETBE18",
    "establishments_by_sector@2018#construction": "ETFZ18",
    "establishments_by_sector@2018#commerce_services": "ETGU18",
    "establishments_by_sector@2018#administration": "ETOQ18",
}  # fmt: skip


@pytest.mark.real
@pytest.mark.parametrize("place", ["epci-200069672", "pays-ternois", *CC_2012, "commune-80810"])
def test_a_territory_shows_the_sum_of_what_insee_publishes_for_its_communes(published, place):
    rows, observatory = published
    communes = observatory.territory(place).communes
    totals = observatory.totals([observatory.territory(place)]).iloc[0]
    for column, header in COLUMNS.items():
        assert totals[column] == pytest.approx(sum(float(rows[c][header]) for c in communes))


@pytest.mark.real
def test_canteleux_is_in_bonnieres_and_the_five_cc_add_up_to_the_pays(published):
    rows, observatory = published
    assert "62210" not in rows
    assert observatory.territory("commune-62210").communes == ("62154",)
    totals = observatory.totals([observatory.territory(p) for p in ("pays-ternois", *CC_2012)])
    for column in COLUMNS:
        assert totals[column].iloc[0] == pytest.approx(totals[column].iloc[1:].sum())


@pytest.mark.real
def test_the_pays_lies_in_five_employment_zones(genuine, ground):
    path = genuine / "cog_zonages" / "cogiter_zonages_2025_d62.csv"
    install("zonages", [path], ground, partial=True)
    block = Employment(material(door(), "pays-ternois")).employment_zones()
    counts = block.values.set_index("category")["value"].to_dict()
    assert counts == {"Berck": 73, "Béthune": 17, "Arras": 10, "Saint-Omer": 2, "Abbeville": 1}
