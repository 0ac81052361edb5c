"""Each fault of a source is found, stops the batch, and is told on the pages that it touches."""

import datetime as dt
import json
import os
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from conftest import FOUR, declare, write_source
from mini import house as mini
from producers import comparateur
from test_cli import ternois  # noqa: F401 - a fixture
from test_register_rows import COMMUNES as REGISTER_COMMUNES
from test_register_rows import PASSAGE as REGISTER_PASSAGE
from test_register_rows import SOUND
from test_register_store import bring

from ternois_analysis import observatory
from ternois_analysis.batch import plan, runner
from ternois_analysis.catalog.territories import TerritoryFact, TerritoryFacts
from ternois_analysis.display import quality_words
from ternois_analysis.display.page import page
from ternois_analysis.errors import SourceError
from ternois_analysis.observatory import (
    assessment,
    epci_sums,
    installing,
    integrity,
    quality,
    reconciliation,
    register_checks,
)
from ternois_analysis.observatory.assessment import Assessment, Cells
from ternois_analysis.observatory.checks import Check, compared, counted
from ternois_analysis.observatory.columns import Columns, geography
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.publish import record
from ternois_analysis.quarters import parse
from ternois_analysis.sources.install import install
from ternois_analysis.territory import Gazetteer

QUARTER = parse("2026Q3")
COMMUNES = pd.DataFrame(
    {"commune": FOUR["commune"], "commune_name": ["A", "B", "C", "D"],
     "departement": ["01", "01", "01", "62"], "region": ["84", "84", "84", "32"],
     "zone": "metro", "postal_codes": ""}
)  # fmt: skip
PASSAGE = pd.DataFrame(
    {"commune_before": ["01003"], "commune": ["01004"], "weight": [1.0], "kind": ["merger"],
     "last_cog": ["2020"], "name_before": ["Petite"]}
)  # fmt: skip
PAYS = TerritoryFact(
    "pays", "Pays", "le Pays", "Pays", "2008-01-01", "essai", parts=("cc-un", "cc-deux")
)
PARTS = {
    "cc-un": TerritoryFact("cc", "CC Un", "la CC Un", "Un", "2008-01-01", "essai", cog="2024",
                           communes={"01001": "A", "01002": "B"}),
    "cc-deux": TerritoryFact("cc", "CC Deux", "la CC Deux", "Deux", "2008-01-01", "essai",
                             cog="2024", communes={"01004": "C"}),
}  # fmt: skip
DWELLINGS = pd.DataFrame(
    {"commune": FOUR["commune"], "dwellings": [10.0, 20.0, 5.0, 100.0],
     "vacant_dwellings": [1.0, 2.0, 0.0, 9.0], "occupied_dwellings": [9.0, 18.0, 5.0, 91.0]}
)  # fmt: skip
KNOWN = {
    "totals": [{"territory": "pays", "column": "population", "millesime": "2022", "value": 30,
                "published": "essai"}],
    "members": [{"territory": "pays", "value": 3, "published": "essai"}],
    "same": [{"column": "residents", "other": "population", "tolerance": 1}],
    "sums": [{"whole": "dwellings", "parts": ["vacant_dwellings"]},
             {"whole": "dwellings", "parts": ["vacant_dwellings", "occupied_dwellings"],
              "exact": True}],
    "ranges": [{"column": "rate_pct", "low": 0, "high": 100}],
}  # fmt: skip


def columns_of(entry, table):
    entry["columns"] = {
        name: {"kind": "key", "label": "Commune"}
        if name == "commune"
        else {"kind": "published" if name.endswith("_pct") else "additive", "label": name,
              "dtype": "number"}
        for name in table
    }  # fmt: skip
    return entry


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Makes the columns of a small house whose sources are given as tables; facts may be given."""

    def made(facts=None, populations=FOUR, **tables):
        home = tmp_path / "house"
        entries = {"populations": write_source(home, "populations", populations)}
        for name, table in tables.items():
            entry = columns_of(write_source(home, name, table), table)
            entries[name] = entry
        declare(home, **entries)
        (home / "shapefiles").mkdir(exist_ok=True)
        text = yaml.safe_dump(facts or {}, allow_unicode=True)
        (home / "data" / "published.yml").write_text(text, encoding="utf-8")
        monkeypatch.setenv("TERNOIS_HOUSE", str(home))
        monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
        return Columns(QUARTER, COMMUNES, PASSAGE, "2024")

    return made


def gazetteer(territories=None):
    facts = TerritoryFacts("pays", (), (), territories or {})
    return Gazetteer(COMMUNES, PASSAGE, {}, facts)


def red(found):
    return {(check.source, check.kind): check for check in found if check.state == "block"}


def sums(columns, territories=None):
    return list(reconciliation.checks(columns, gazetteer(territories), "2026-09-30"))


def test_sound_tables_have_no_fault(build):
    columns = build(
        KNOWN, logements=DWELLINGS,
        recensement=FOUR.rename(columns={"population": "residents"}),
        taux=pd.DataFrame({"commune": FOUR["commune"], "rate_pct": [0.0, 100.0, 5.0, None]}),
    )  # fmt: skip
    found = [*integrity.checks(columns), *sums(columns, {"pays": PAYS, **PARTS})]
    assert red(found) == {}
    kinds = {check.kind for check in found}
    assert {"file", "unique", "codes", "negative", "range", "parts", "sum", "same", "published",
            "members", "passage", "whole"} <= kinds  # fmt: skip


def test_an_altered_file_is_a_fault_that_nothing_forces(build):
    columns = build()
    (path,) = (Path(os.environ["TERNOIS_HOUSE"]) / "data/populations").rglob("*.parquet")
    path.write_bytes(path.read_bytes() + b" ")
    fault = red(integrity.checks(columns))["populations", "file"]
    assert not fault.forcible
    assert "Expected: SHA-256" in fault.message()
    assert fault.message().startswith("Source populations 2022: check 'the file is whole' failed")


def test_an_unknown_commune_is_a_fault_and_its_inhabitants_are_missed(build):
    table = FOUR.assign(commune=["01001", "01002", "01004", "99999"])
    columns = build(populations=table)
    fault = red(integrity.checks(columns))["populations", "codes"]
    assert (fault.expected, fault.found, fault.forcible) == (0, 1, True)
    assert "99999" in fault.message()
    lost = red(sums(columns))["populations", "passage"]
    assert (lost.expected, lost.found) == (4789, 30)


def test_a_negative_count_is_a_fault(build):
    columns = build(populations=FOUR.assign(population=pd.array([10, -20, 0, 7], dtype="int32")))
    fault = red(integrity.checks(columns))["populations", "negative"]
    assert fault.found == 1
    assert "01002" in fault.message()


def test_more_vacant_dwellings_than_dwellings_is_a_fault_told_with_the_commune(build):
    columns = build(KNOWN, logements=DWELLINGS.assign(vacant_dwellings=[1, 2, 6, 9]),
                    recensement=FOUR.rename(columns={"population": "residents"}),
                    taux=pd.DataFrame({"commune": FOUR["commune"], "rate_pct": 1.0}))  # fmt: skip
    found = red(sums(columns))
    assert set(found) == {("logements", "parts"), ("logements", "sum")}
    fault = found["logements", "parts"]
    assert (fault.expected, fault.found, fault.gap) == (0, 1, 1)
    said = fault.message()
    assert "Source logements 2022" in said
    assert "(vacant_dwellings <= dwellings)" in said
    assert "Expected: no commune at fault. Found: 1 (01004). Ask the producer" in said


def test_a_published_total_that_is_not_found_is_a_fault(build):
    wrong = {"totals": [KNOWN["totals"][0] | {"value": 31}]}
    fault = red(sums(build(wrong), {"pays": PAYS, **PARTS}))["populations", "published"]
    assert (fault.expected, fault.found) == (31, 30)
    near = {"totals": [KNOWN["totals"][0] | {"value": 31, "tolerance": 1}]}
    assert red(sums(build(near), {"pays": PAYS, **PARTS})) == {}


def test_a_composition_without_the_published_number_of_communes_is_a_fault(build):
    wrong = {"members": [{"territory": "pays", "value": 4, "published": "essai"}]}
    fault = red(sums(build(wrong), {"pays": PAYS, **PARTS}))["communes", "members"]
    assert (fault.expected, fault.found) == (4, 3)


def test_two_sources_that_count_the_same_people_must_agree(build):
    told = FOUR.rename(columns={"population": "residents"}).assign(residents=[10, 22, 0, 4759])
    fault = red(sums(build({"same": KNOWN["same"]}, recensement=told)))["recensement", "same"]
    assert "01002" in fault.message()


def test_an_impossible_rate_is_a_fault(build):
    told = pd.DataFrame({"commune": FOUR["commune"], "rate_pct": [0.0, 100.1, 5.0, None]})
    fault = red(sums(build({"ranges": KNOWN["ranges"]}, taux=told)))["taux", "range"]
    assert fault.found == 1


def test_what_cannot_be_compared_is_unknown_and_never_sound():
    missing = float("nan")
    assert compared(missing, 3.0, "a", "same", "", "", "").state == "unknown"
    assert compared(3.0, missing, "a", "same", "", "", "").state == "unknown"
    assert compared(3.0, 3.0 + 1e-9, "a", "same", "", "", "").state == "ok"
    assert compared(3.0, 3.1, "a", "same", "", "", "").state == "block"


def test_rows_of_a_register_that_are_not_accounted_for_are_a_fault(build, tmp_path):
    build()
    bring(tmp_path, [SOUND, SOUND | {"SIREN": "1", "SIRET": ""}], received=dt.date(2026, 7, 12))

    def columns():
        return Columns(QUARTER, REGISTER_COMMUNES, REGISTER_PASSAGE, "2026")

    sound = {check.kind: check for check in register_checks.checks(columns())}
    assert (sound["rows"].state, sound["rows"].expected) == ("ok", 2)
    assert sound["finding"].state == "watch"
    (path,) = (tmp_path / "store").rglob("entry.json")
    entry = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(entry | {"rows_in": 5}), encoding="utf-8")
    fault = red(register_checks.checks(columns()))["registre", "rows"]
    assert (fault.expected, fault.found) == (5, 2)


@pytest.mark.parametrize(
    ("households", "year", "state"),
    [([10, 20], "2022", "ok"), ([10, 20.1], "2022", "ok"), ([10, 25], "2022", "block"),
     ([10, None], "2022", "unknown"), ([31, None], "2022", "block"),
     # The composition of the year of the file is not known: a gap is no proof.
     ([10, 25], "2024", "watch")],
)  # fmt: skip
def test_the_communes_of_an_epci_add_up_to_what_is_published_for_it(build, households, year, state):
    told = pd.DataFrame({"commune": ["01001", "01002"], "fiscal_households": households})
    columns = build(filosofi=told.astype({"fiscal_households": float}))
    # What an installed file of the level of EPCIs would bring.
    columns.__dict__["levels"] = pd.DataFrame(
        {"fiscal_households@2022": [30.0]},
        index=pd.MultiIndex.from_tuples([("epci", "200000001")], names=["level", "code"]),
    )
    members = pd.DataFrame({"commune": ["01001", "01002"], "epci": "200000001",
                            "epci_name": "CC d'Essai", "epci_type": "CC"})  # fmt: skip
    known = Gazetteer(COMMUNES, PASSAGE, {year: members}, TerritoryFacts("", (), (), {}))
    (check,) = epci_sums.checks(columns, known)
    assert (check.state, check.expected) == (state, 30)


def test_a_file_that_covers_less_than_it_declares_is_a_fault(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    install("comparateur", [comparateur(tmp_path)], installing.ground(), partial=True)
    columns = Columns(QUARTER, *geography(QUARTER))
    assert red(integrity.checks(columns)) == {}
    (path,) = (tmp_path / "store").rglob("receipt.json")
    told = json.loads(path.read_text(encoding="utf-8")) | {"partial": False}
    path.write_text(json.dumps(told), encoding="utf-8")
    fault = red(integrity.checks(columns))["recensement", "extent"]
    assert fault.found == 3
    assert fault.expected > 34_000


FAULT = counted(["01001"], "mini", "parts", "Vacants dans logements", "vacant <= all", "2023")
ELSEWHERE = counted(["01002"], "autre", "negative", "Effectifs", "counts", "2020")
WHOLE = Check("mini", "file", "empreinte", "a.parquet", "2023", float("nan"), float("nan"),
              "block", error="Altered.", forcible=False)  # fmt: skip


def test_a_fault_stops_a_run_unless_it_is_forced(monkeypatch):
    monkeypatch.setattr(quality, "faults", lambda door: (FAULT, ELSEWHERE))
    with pytest.raises(SourceError) as refused:
        quality.allowed(None)
    said = str(refused.value)
    assert said.startswith("2 checks of the data failed; nothing was written.")
    assert "Source mini 2023: check 'no part exceeds its whole' failed" in said
    assert "Expected: no commune at fault. Found: 1 (01001)." in said
    assert said.endswith("go on with --force: the pages touched will say so.")
    assert quality.allowed(None, force=True) == (FAULT, ELSEWHERE)


def test_a_file_that_cannot_be_read_stops_even_a_forced_run(monkeypatch):
    monkeypatch.setattr(quality, "faults", lambda door: (FAULT, WHOLE))
    with pytest.raises(SourceError, match="--force cannot help"):
        quality.allowed(None, force=True)
    monkeypatch.setattr(quality, "faults", lambda door: ())
    assert quality.allowed(None) == ()


def test_a_fault_of_the_geography_touches_every_page_that_prints_a_figure():
    everywhere = counted(["1"], "epci", "codes", "", "", "2025")
    assert everywhere.touches({"recensement"})
    assert not everywhere.touches(set())
    assert not FAULT.touches({"autre"})


@pytest.fixture
def go(tmp_path):
    """Runs two pages, one with a figure and one without, with given faults."""
    if sys.platform != "linux":
        pytest.skip("the fast engine forks")

    def made(inspect):
        folder = tmp_path / "notebooks"
        mini.write(folder, "01_un", "# Page un", mini.START, 'page.figure("a_pct")')
        mini.write(folder, "02_deux", "# Page deux", mini.START, "print(page.territory)")
        planned = plan.plan("2026Q2", mini.FakeObservatory, folder, territories=["pays"],
                            audiences=["public", "partners"])  # fmt: skip
        return runner.run(planned, tmp_path / "reports", mini.FakeObservatory,
                          limit=120, inspect=inspect)  # fmt: skip

    return made


def test_a_run_that_is_refused_writes_nothing(go, tmp_path, monkeypatch):
    monkeypatch.setattr(quality, "faults", lambda door: (FAULT,))
    with pytest.raises(SourceError, match="nothing was written"):
        go(quality.allowed)
    assert not (tmp_path / "reports").exists()


def test_a_forced_run_warns_on_the_pages_touched_and_on_no_other(go, tmp_path):
    seen = []
    result = go(lambda door: seen.append(door) or (FAULT, ELSEWHERE))
    assert result.whole
    assert len(seen) == 1
    for audience in ("public", "partners"):
        place = tmp_path / "reports" / "2026Q2" / audience / "pays"
        touched = (place / "01_un.html").read_text(encoding="utf-8")
        other = (place / "02_deux.html").read_text(encoding="utf-8")
        assert "■ Avertissement\u00a0: un contrôle des données n’est pas satisfait." in touched
        assert FAULT.told() in touched.replace("&lt;", "<")
        assert "Effectifs" not in touched
        assert "Avertissement" not in other
        told = {p.page: p.faults for p in record.read(place).pages}
        assert told == {"01_un": (FAULT.told(),), "02_deux": ()}


def test_a_run_without_faults_bears_no_warning(go, tmp_path):
    go(lambda door: ())
    place = tmp_path / "reports" / "2026Q2" / "public" / "pays"
    assert "Avertissement" not in (place / "01_un.html").read_text(encoding="utf-8")
    text = (place / "run.json").read_text(encoding="utf-8")
    old = json.loads(text)
    for told in old["pages"]:
        del told["faults"]
    (place / "run.json").write_text(json.dumps(old), encoding="utf-8")
    assert record.read(place).pages[0].faults == ()


def test_the_command_refuses_or_forces_and_says_so(ternois, tmp_path, monkeypatch):  # noqa: F811
    monkeypatch.setattr(quality, "faults", lambda door: (FAULT,))
    asked = ("run", "--quarter", "2026Q2", "--audience", "public", "--jobs", 1)
    code, _, err = ternois(*asked)
    assert code == 2
    assert "Source mini 2023: check 'no part exceeds its whole' failed" in err
    assert not (tmp_path / "reports").exists()
    code, _, err = ternois(*asked, "--force", "--territory", "pays")
    assert code == 0
    assert "Forced: 1 page(s) warn of failed checks of the data." in err


def assessed(**changes):
    given = {"source": "populations", "millesime": "2021", "age_months": 69.0,
             "allowed_months": 54.0, "every_months": 12.0, "coverage_pct": 100.0,
             "france_pct": 100.0, "cells": Cells(10, 8, 1, 1), "partial": False, "ended": "",
             "checks": (compared(1, 1, "a", "same", "", "", ""),)}  # fmt: skip
    return Assessment(**{**given, **changes})


def test_the_score_is_the_mean_of_its_parts_worked_by_hand():
    late = assessed()
    assert (late.late_months, late.score, late.state) == (15.0, 75.0, "watch")
    # A quarter of a rhythm late, half of communes and cells: (0.75 + 0.5 + 0.5 + 1) / 4.
    half = assessed(age_months=57.0, coverage_pct=50.0, cells=Cells(10, 5, 0, 0))
    assert half.score == pytest.approx(68.75)
    assert assessed(age_months=54.0).state == "ok"
    assert assessed(age_months=54.0, ended="2021").state == "watch"
    wrong = assessed(age_months=54.0, checks=(FAULT, compared(1, 1, "a", "same", "", "", "")))
    assert (wrong.state, wrong.score) == ("block", 87.5)
    nothing = float("nan")
    bare = assessed(age_months=225.0, allowed_months=nothing, every_months=0.0,
                    coverage_pct=nothing, cells=Cells(0, 0, 0, 0))  # fmt: skip
    assert (bare.score, bare.state) == (100.0, "ok")


@pytest.fixture(scope="module")
def door():
    return observatory.observe("2026Q3", "partners")


def test_nothing_blocks_on_the_default_data(door):
    found = quality.checks(door)
    assert quality.faults(door) == ()
    assert len(found) > 100
    assert {check.state for check in found} <= {"ok", "watch"}


def test_the_published_populations_of_the_pays_are_found_in_the_default_data(door):
    found = {
        c.millesime: (c.expected, c.found)
        for c in quality.checks(door)
        if c.kind == "published" and c.name.startswith("population@") and "pays" in c.name
    }
    assert found["2016"] == (38395, 38395)
    assert found["2023"] == (36913, 36913)
    assert len(found) == 8


def test_the_page_says_of_each_source_what_it_is_worth(door):
    shown = page("pays-ternois", "2026Q3").qualite
    table = shown.sources().table.set_index("Source")
    late = "Composition des intercommunalités à fiscalité propre"
    assert table.loc[late, "Verdict"] == quality_words.VERDICTS["watch"]
    assert table.loc[late, "Âge (mois)"].startswith("21\n")
    assert table.loc["Populations de référence des communes", "Note"] == "100"
    values = shown.reconciliation().values.set_index(["indicator", "category", "period"])["value"]
    assert values.index.is_unique
    name = (
        "Total publié retrouvé\u00a0: Population municipale, Pays du Ternois "
        "(Populations de référence des communes)"
    )
    assert values["check_found", name, "2018"] == 38158
    chart = shown.freshness()
    assert set(chart.values["indicator"]) == {"source_age_months", "source_due_months"}
    assert chart.svg
    assert "Filosofi" in shown.absent().html


def test_a_territory_that_the_register_does_not_cover_is_to_be_watched(door):
    found = {a.source: a for a in assessment.assess(door, door.territory("200071181"))}
    assert (found["registre_demo"].coverage_pct, found["registre_demo"].state) == (0.0, "watch")
    assert found["populations"].coverage_pct == 100.0


@pytest.mark.real
@pytest.mark.skipif("TERNOIS_REAL_DATA" not in os.environ, reason="no genuine files")
def test_the_census_of_the_comparateur_is_the_bundled_population(tmp_path, monkeypatch):
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))
    folder = Path(os.environ["TERNOIS_REAL_DATA"]) / "insee_comparateur_2018"
    path = folder / "base_cc_comparateur_2018_d62.CSV"
    install("comparateur", [path], installing.ground(), partial=True)
    fresh = Observatory(QUARTER, "partners")
    assert quality.faults(fresh) == ()
    place = fresh.territory("pays-ternois")
    sums = fresh.totals([place]).loc["pays-ternois"]
    assert sums["residents@2018"] == pytest.approx(38158)
    assert sums["population@2018"] == 38158
    same = {c.millesime: c for c in quality.checks(fresh) if c.kind == "same"}
    assert same["2018"].state == "ok"
    own = {a.source: a for a in assessment.assess(fresh, place)}
    assert own["emploi"].partial
    assert own["emploi"].coverage_pct == 100.0
