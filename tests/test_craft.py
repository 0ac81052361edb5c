"""The craft register as figures: what is counted, what is hidden, and what never gets out."""

import csv
import io
import re
import zipfile

import numpy as np
import pandas as pd
import pypdfium2
import pytest

from ternois_analysis import paths, quarters
from ternois_analysis.batch import plan, runner
from ternois_analysis.catalog.indicators import indicators
from ternois_analysis.catalog.register import register as register_facts
from ternois_analysis.observatory import craft, craft_values, gate, observe
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.sources import register

QUARTER = quarters.parse("2026Q3")


def spell(registered, removed=None, **facts):
    plain = {
        "business": "b", "commune": "62767", "nafa": "", "ape": "", "nar4": "Services",
        "nar20": "Réparation",
        "legal_form": "EI", "origin": "création", "employees": 0, "apprentices": 0,
        "owner_birth_year": 1980, "owner_sex": "M", "qualification": "",
    }  # fmt: skip
    dates = {"registered": pd.Timestamp(registered), "removed": pd.Timestamp(removed)}
    return plain | dates | facts


def table(*spells):
    rows = pd.DataFrame(list(spells))
    whole = dict.fromkeys(("employees", "apprentices", "owner_birth_year"), "Int64")
    return rows.astype(whole)


def count(spells, column, category="", quarter="2026Q3"):
    return craft.contributions(spells, QUARTER)[column, category, quarter].sum()


def test_a_business_is_active_until_the_day_of_its_removal():
    spells = table(
        spell("2026-09-30"), spell("2026-10-01"), spell("2020-01-01", "2026-09-30"),
        spell("2020-01-01", "2026-10-01"),
    )  # fmt: skip
    assert count(spells, "craft_businesses") == 2


def test_movements_of_four_quarters_and_of_the_four_before_share_no_day():
    spells = table(
        spell("2025-10-01"), spell("2025-09-30"), spell("2024-10-01"), spell("2024-09-30")
    )
    assert count(spells, "craft_registrations") == 1
    assert count(spells, "craft_registrations_before") == 2
    assert count(spells, "craft_registrations_quarter", quarter="2025Q3") == 1


def test_the_stock_follows_from_the_stock_a_year_earlier_and_the_movements():
    door = observe("2026Q3", "internal")
    place = door.territory("pays-ternois")
    names = ["craft_stock_start", "craft_registrations", "craft_removals", "craft_businesses"]
    start, entries, exits, end = (door.totals([place])[f"{name}@2026Q3"].iloc[0] for name in names)
    assert end == start + entries - exits


def test_a_blank_workforce_is_not_a_workforce_of_zero():
    spells = table(spell("2020-01-01", employees=None), spell("2020-01-01", employees=0),
                   spell("2020-01-01", employees=3))  # fmt: skip
    assert count(spells, "craft_workforce_known") == 2
    assert count(spells, "craft_employers") == 1
    assert count(spells, "craft_employees") == 3


def test_an_unknown_age_is_in_no_band():
    spells = table(spell("2020-01-01", owner_birth_year=None),
                   spell("2020-01-01", owner_birth_year=1971),
                   spell("2020-01-01", owner_birth_year=1972))  # fmt: skip
    assert count(spells, "craft_owners_age_known") == 2
    assert count(spells, "craft_owners_55_plus") == 1
    assert sum(count(spells, "craft_owners", label) for label, _, _ in craft.AGES) == 2


def test_a_group_of_trades_without_a_business_is_zero_and_not_unknown():
    assert count(table(spell("2020-01-01")), "craft_businesses", "Nettoyage") == 0


def test_every_category_of_the_catalogue_is_counted_in_the_register():
    counted = {(column, category) for column, category, _ in craft.contributions(
        table(spell("2020-01-01")), QUARTER)}  # fmt: skip
    for name, entry in indicators().items():
        for given in [g for inputs in entry.categories.values() for g in inputs.values()]:
            if given.column.startswith("craft_"):
                assert (given.column, given.category) in counted, name


def test_the_categories_of_the_catalogue_are_those_of_the_register():
    groups = {
        given["craft_businesses_of_group"].category
        for given in indicators()["craft_group_businesses"].categories.values()
    }
    assert groups == set(register_facts().nar20)


@pytest.fixture(scope="module")
def door():
    return observe("2026Q3", "partners")


def test_the_register_says_nothing_of_other_territories(door):
    shown = door.values(["departement-62", "200071181"], ["craft_businesses"])
    assert shown["status"].to_list() == ["n.d.", "n.d."]


def test_demonstration_figures_are_marked_and_real_ones_are_not(door):
    rows = door.values(["cc-pernois"], ["craft_businesses", "population"])
    assert rows["synthetic"].to_list() == [True, False]


def test_the_parts_of_the_pays_add_up(door):
    names = ["cc-auxilois", "cc-frevent", "cc-pays-heuchin", "cc-pernois", "cc-saint-polois"]
    parts = door.values(names, ["craft_group_businesses"]).groupby("category")["value"].sum()
    whole = door.values(["pays-ternois"], ["craft_group_businesses"]).set_index("category")["value"]
    pd.testing.assert_series_equal(parts, whole, check_names=False, check_like=True)


def test_a_quarter_before_the_first_transfer_has_no_register():
    rows = observe("2026Q1", "partners").values(["pays-ternois"], ["craft_businesses"])
    assert rows[["status", "note"]].to_numpy().tolist() == [["n.d.", "source non installée"]]


@pytest.mark.parametrize("audience", ["partners", "public"])
def test_what_is_hidden_is_proved_safe_and_carries_no_number(audience):
    door = observe("2026Q3", audience)
    hidden = door.protection.hidden
    assert len(hidden) > 0
    assert hidden["safe"].all()
    rows = door.values(sorted(set(hidden["territory"])), ["owners_age_share_pct"])
    secret = rows[rows["status"] == "s"]
    assert len(secret) == len(hidden[hidden["column"] == "craft_owners"])
    assert secret[["value", "low", "high", "n"]].isna().all(axis=None)
    assert (secret["note"] == "").all()


def test_the_public_sees_nothing_that_partners_do_not():
    keys = ["column", "period", "territory", "category"]
    seen = {}
    for audience in ("partners", "public"):
        hidden = observe("2026Q3", audience).protection.hidden
        seen[audience] = set(map(tuple, hidden[keys].to_numpy()))
    assert seen["partners"] <= seen["public"]


def test_internal_figures_are_shown_and_marked():
    rows = observe("2026Q3", "internal").values(["cc-frevent"], ["owners_age_share_pct"])
    marked = rows[rows["note"].str.contains("usage interne")]
    assert len(marked) > 0
    assert marked["value"].notna().all()


@pytest.mark.parametrize("place", ["commune-62767", "bourgs-centres"])
def test_counts_of_persons_are_not_given_for_a_commune_or_an_ad_hoc_list(door, place):
    names = ["craft_employer_share_pct", "takeover_share_pct", "female_owner_share_pct"]
    rows = door.values([place], names)
    assert "ok" not in set(rows["status"])
    assert rows["value"].isna().all()


def test_every_indicator_of_the_register_is_free_or_passes_the_gate(door):
    free = {"SD0", "SD0*"}
    for name, entry in indicators().items():
        if entry.theme not in ("artisanat", "dynamique") or entry.secrecy in free or entry.computed:
            continue
        used = gate.uses(observatory_instances(door, name))
        columns = {cell.column for cells in used.values() for cell in cells}
        assert any(map(gate.secret, columns)) or "craft_owners_age_known" in columns, name


def observatory_instances(door: Observatory, name: str):
    from ternois_analysis.observatory import values

    return values.newest(values.instances(name, door.columns))


def test_smoothing_draws_small_communes_towards_the_whole(door):
    rows = craft_values.smoothed_density(door, door.territory("pays-ternois"))
    smooth = rows.set_index("territory")["value"]
    counts = door.communes(door.territory("pays-ternois"), ["craft_businesses", "population"])
    wide = counts.pivot(index="territory", columns="indicator", values="value")
    raw = 10_000 * wide["craft_businesses"] / wide["population"]
    level = 10_000 * wide["craft_businesses"].sum() / wide["population"].sum()
    nearer = (smooth - level).abs() <= (raw - level).abs() + 1e-9
    assert nearer.all()
    small, large = wide["population"].idxmin(), wide["population"].idxmax()
    kept = (smooth - level) / (raw - level)
    assert kept[small] < kept[large]


def test_survival_falls_from_a_hundred_and_stops_where_few_are_followed(door):
    rows = craft_values.survival(door, door.territory("cc-pays-heuchin"), "family")
    for _, curve in rows.groupby("territory", sort=False):
        shown = curve[curve["status"] == "ok"]
        assert shown["value"].is_monotonic_decreasing
        assert (shown["n"] >= craft_values.FOLLOWED).all()
    assert "n.s." in set(rows["status"])


def test_a_business_older_than_the_first_movements_enters_late(door):
    lives = craft_values.lives(door, door.territory("pays-ternois"))
    assert (lives["entry"] > 0).any()
    assert (lives["months"] > lives["entry"]).all()
    assert not set(lives.columns) & {"business", "commune", "owner_birth_year"}


def marked_register() -> tuple[bytes, set[str]]:
    """The demonstration register with a mark in every name, and all that must never get out."""
    source = next((paths.data() / "registre_demo" / "2026Q3").glob("*.csv"))
    rows = list(csv.reader(io.StringIO(source.read_bytes().decode("cp1252")), delimiter=";"))
    head = next(k for k, row in enumerate(rows) if "NOM" in row)
    place = {name: k for k, name in enumerate(rows[head])}
    secrets = set()
    for rank, row in enumerate(rows[head + 1 :]):
        if len(row) != len(rows[head]):
            continue
        for name in ("NOM", "PRENOM", "RAISON SOCIALE", "ENSEIGNE"):
            row[place[name]] = f"ZQX{name[:2]}{rank}"
        secrets |= {row[place[name]] for name in ("SIREN", "SIRET", "DATE NAISSANCE")}
    secrets = {text for text in secrets if len(text) >= 9}
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("cp1252"), secrets


def told(file):
    """All text of a file: that of its pages, or of the members of its archive."""
    if file.suffix == ".pdf":
        document = pypdfium2.PdfDocument(file)
        return "".join(page.get_textpage().get_text_range() for page in document)
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            members = [archive.read(name) for name in archive.namelist()]
        return "".join(member.decode("utf-8", errors="replace") for member in members)
    return file.read_text(encoding="utf-8", errors="replace")


def test_no_name_siren_or_birth_date_is_in_any_byte_of_any_output(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    content, secrets = marked_register()
    path = tmp_path / "registre_cma_2026-10-09.csv"
    path.write_bytes(content)
    plain = observe("2026Q3", "public").columns
    register.bring_in(
        path, plain.communes, plain.passage, received=pd.Timestamp("2026-10-12").date()
    )
    doors: dict[str, Observatory] = {}

    def fresh(quarter: str, audience: str) -> Observatory:
        made = Observatory(quarters.parse(quarter), audience)
        return doors.setdefault(audience, made)

    # Pages ask for their observatory by name: give them the one that sees this store.
    monkeypatch.setattr("ternois_analysis.display.page.observe", fresh)
    planned = plan.plan(
        "2026Q3", fresh, paths.notebooks(), territories=["pays-ternois", "cc-frevent"],
        pages=["03", "04", "14"], audiences=["partners", "public"],
    )  # fmt: skip
    result = runner.run(planned, tmp_path / "out", fresh)
    assert result.whole
    assert doors["public"].columns.register.source == craft.GENUINE
    made = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert len(made) > 12
    assert {".pdf", ".pptx", ".xlsx"} <= {file.suffix for file in made}
    for file in made:
        text = told(file)
        assert "ZQX" not in text, file
        assert not secrets & set(re.findall(r"[\d/]{9,14}", text)), file


def test_a_genuine_register_takes_the_place_of_the_demonstration(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path))
    source = next((paths.data() / "registre_demo" / "2026Q3").glob("*.csv"))
    plain = observe("2026Q3", "public").columns
    register.bring_in(
        source, plain.communes, plain.passage, received=pd.Timestamp("2026-10-12").date()
    )
    door = Observatory(QUARTER, "partners")
    rows = door.values(["pays-ternois"], ["craft_businesses"])
    assert rows["source"].to_list() == ["registre"]
    assert rows["synthetic"].to_list() == [False]
    assert np.isclose(rows["value"].iloc[0], 745)


def test_the_proof_gives_the_widest_interval_of_each_hidden_cell(door):
    rows = gate.proof(door.columns, door.gazetteer, "partners", door.protection)
    assert len(rows) == len(door.protection.hidden)
    assert (rows["exact"] & rows["safe"]).all()
    assert (rows["low"] <= rows["required_low"].fillna(np.inf)).all()
    assert (rows["high"] >= rows["required_high"].fillna(-np.inf)).all()
