"""The invented register: same seed, same bytes; like published aggregates; its defects found."""

import re

import pandas as pd
import pytest

from ternois_analysis import paths
from ternois_analysis.sources import register
from ternois_analysis.sources.intake import is_siren, is_siret
from ternois_analysis.sources.read import read
from ternois_analysis.sources.register import DEMONSTRATION_KEY, Outside
from ternois_analysis.sources.synthetic.shipped import settlements, transfers
from ternois_analysis.sources.synthetic.transfers import Transfer

#: Checks that a file alone cannot fail, or that refuse it: nothing can be planted for them.
NOT_IN_A_FILE = {
    "DQ11",
    "DQ12",
    "DQ22b",
    "DQ26",
    "DQ27",
    "DQ28",
    "DQ29",
    "DQ30",
    "DQ30b",
    "DQ32",
    "DQ33",
}


@pytest.fixture(scope="module")
def made() -> dict[str, Transfer]:
    return transfers()


@pytest.fixture(scope="module")
def taken(
    made: dict[str, Transfer], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, register.Intake]:
    folder = tmp_path_factory.mktemp("synthetic")
    communes, passage = read("communes", "2026"), read("passage", "2026")
    intakes: dict[str, register.Intake] = {}
    previous = None
    for quarter, transfer in made.items():
        path = folder / transfer.name
        path.write_bytes(transfer.content)
        intakes[quarter] = register.accept(
            path,
            communes,
            passage,
            key=DEMONSTRATION_KEY,
            beside=Outside(previous=previous, perimeter=tuple(settlements()["commune"])),
        )
        previous = intakes[quarter].accepted
    return intakes


@pytest.fixture(scope="module")
def active(taken: dict[str, register.Intake]) -> pd.DataFrame:
    table = taken["2026Q2"].accepted
    return table[register.active(table, pd.Timestamp("2026-06-30"))]


@pytest.mark.parametrize("quarter", ["2026Q2", "2026Q3"])
def test_the_files_of_the_demonstration_are_what_the_generator_makes(
    made: dict[str, Transfer], quarter: str
) -> None:
    folder = paths.data() / "registre_demo" / quarter
    assert [path.name for path in folder.iterdir()] == [made[quarter].name]
    assert (folder / made[quarter].name).read_bytes() == made[quarter].content
    assert len(made[quarter].content) < 1_000_000


@pytest.mark.parametrize("quarter", ["2026Q2", "2026Q3"])
def test_every_planted_defect_is_found_at_its_line_by_its_check(
    made: dict[str, Transfer], taken: dict[str, register.Intake], quarter: str
) -> None:
    found = set(zip(taken[quarter].findings["check"], taken[quarter].findings["line"], strict=True))
    assert {(p.check, str(p.line)) for p in made[quarter].plants} - found == set()


def test_each_check_that_a_file_alone_can_fail_is_planted(made: dict[str, Transfer]) -> None:
    from ternois_analysis.catalog.register import register as catalogue

    assert {p.check for p in made["2026Q2"].plants} == set(catalogue().checks) - NOT_IN_A_FILE


def test_what_is_set_aside_was_planted(
    made: dict[str, Transfer], taken: dict[str, register.Intake]
) -> None:
    lines = {int(line) for line in taken["2026Q2"].rejects["line"]}
    planted = {p.line for p in made["2026Q2"].plants}
    assert {line for line in lines if line not in planted and line - 1 not in planted} == set()


def test_the_rows_of_a_transfer_are_all_accounted_for(
    made: dict[str, Transfer], taken: dict[str, register.Intake]
) -> None:
    for quarter, transfer in made.items():
        assert taken[quarter].facts["rows_in"] == transfer.rows
        assert transfer.content.count(b"\r\n") == transfer.rows + 2


# CMA Hauts-de-France, 1 January 2023; the tolerance is that of planted rows and late entries.


def test_the_families_have_the_published_shares(active: pd.DataFrame) -> None:
    shares = active.loc[active["nar4"] != "", "nar4"].value_counts(normalize=True) * 100
    published = {"Services": 39.65, "Bâtiment": 33.72, "Fabrication": 15.97, "Alimentation": 10.66}
    assert shares.to_dict() == pytest.approx(published, abs=1.0)


def test_heads_employers_and_employees_have_the_published_shares(active: pd.DataFrame) -> None:
    ages = 2026 - active["owner_birth_year"].dropna()
    assert 100 * (ages >= 55).mean() == pytest.approx(24.2, abs=1.5)
    employees = active["employees"].dropna()
    assert 100 * (employees > 0).mean() == pytest.approx(27.7, abs=1.5)
    assert employees[employees > 0].mean() == pytest.approx(5.3, abs=0.3)
    assert employees.max() > 25


def test_the_register_has_the_size_and_the_turnover_of_a_rural_pays(
    active: pd.DataFrame, taken: dict[str, register.Intake]
) -> None:
    assert 720 <= len(active) <= 760
    table = taken["2026Q3"].accepted
    recent = table[table["registered"].between("2024-07-01", "2026-06-30")]
    assert 60 <= len(recent) / 2 <= 95
    # A craft business lives three years in 73 cases of a hundred (baseline of the programmes).
    cohort = table[table["registered"].between("2005-01-01", "2022-12-31")]
    lived = ~(cohort["removed"] < cohort["registered"] + pd.DateOffset(months=36))
    assert lived.mean() == pytest.approx(0.73, abs=0.04)


def test_the_wood_trades_women_takeovers_and_hidden_businesses_are_there(
    active: pd.DataFrame,
) -> None:
    assert active["ape"].isin(["1610A", "1623Z", "1629Z", "3109B", "4332A", "4391A"]).sum() > 40
    assert 0.2 < (active["owner_sex"] == "F").mean() < 0.35
    assert 0.05 < (active["origin"] == "reprise").mean() < 0.25
    assert 0.05 < (~active["listed"]).mean() < 0.15


def test_the_second_transfer_follows_from_the_first(taken: dict[str, register.Intake]) -> None:
    moved = taken["2026Q3"].drift
    assert moved is not None
    before, new, late, back, gone, late_gone, lost, now = (count for _, count in moved.lines)
    assert before + new + late + back - gone - late_gone - lost == now
    assert (back, lost) == (0, 0)
    assert late > 0
    assert late_gone > 0
    first, second = taken["2026Q2"].accepted, taken["2026Q3"].accepted
    assert set(first["business"]) <= set(second["business"])


def test_the_chambers_clean_up_shows_as_a_spike(taken: dict[str, register.Intake]) -> None:
    (finding,) = (f for f in taken["2026Q2"].file_findings if f.check == "DQ26")
    assert [month for month, _ in finding.table] == ["novembre 2025"]


def test_nobody_real_can_be_in_it(made: dict[str, Transfer]) -> None:
    text = made["2026Q2"].content.decode("cp1252", errors="replace")
    lines = [line.split(";") for line in text.split("\r\n")[2:] if line.count(";") == 29]
    rows = pd.DataFrame([line for line in lines if line[1].isdigit()])
    valid = rows[is_siren(rows[1]) & is_siret(rows[2])]
    assert len(valid) > 1500
    # The lowest SIREN ever attributed is 000325175.
    assert (valid[1] < "000325175").all()
    assert rows[25].str.fullmatch(r"03 53 01 \d\d \d\d").all()
    assert rows[26].str.endswith("@example.org").all()
    assert (rows[4] == "DEMONSTRATION").all()
    assert "DEMONSTRATION" in text.split("\r\n")[0]
    assert re.search(r"https?:", text) is None


def test_another_seed_makes_another_register_and_the_same_seed_the_same(
    made: dict[str, Transfer],
) -> None:
    from ternois_analysis.sources.synthetic import demonstration

    communes = settlements()
    assert demonstration(communes, seed=2026)["2026Q3"].content == made["2026Q3"].content
    assert demonstration(communes, seed=7)["2026Q3"].content != made["2026Q3"].content
