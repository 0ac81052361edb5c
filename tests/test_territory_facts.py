"""The facts of `data/territories.yml`, and what its loader refuses."""

import ast
from pathlib import Path

import pytest
import yaml
from conftest import declare

from ternois_analysis import french, paths
from ternois_analysis.catalog.divisions import departements, regions
from ternois_analysis.catalog.territories import territories
from ternois_analysis.errors import SchemaError

#: Members on 1 January 2012 (INSEE, table d'appartenance géographique des communes, 2012).
MEMBERS_2012 = {
    "cc-auxilois": 16, "cc-pays-heuchin": 15, "cc-pernois": 18, "cc-frevent": 12,
    "cc-saint-polois": 43,
}  # fmt: skip


def luhn(number: str) -> int:
    doubled = [int(d) * (2 if rank % 2 else 1) for rank, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10


def test_the_five_communautes_of_2012_had_104_communes():
    facts = territories()
    sizes = {
        part: len(facts.territories[part].communes) for part in facts.territories[facts.pays].parts
    }
    assert sizes == MEMBERS_2012
    codes = [c for part in MEMBERS_2012 for c in facts.territories[part].communes]
    assert len(set(codes)) == len(codes) == 104
    assert {"80810", "62210", "62154"} <= set(codes)


def test_every_siren_has_its_check_digit():
    sirens = {fact.siren for fact in territories().territories.values() if fact.siren}
    assert {s: luhn(s) for s in sirens} == dict.fromkeys(sirens, 0)
    assert {"200035434", "200069672"} < sirens


def test_parts_of_the_pays_are_shown_in_alphabetical_order():
    facts = territories()
    shown = [facts.territories[p].short for p in facts.territories[facts.pays].parts]
    assert shown == sorted(shown, key=french.plain)


def test_the_pays_is_named_with_its_article():
    pays = territories().territories[territories().pays]
    assert (pays.name, french.of(pays.name)) == ("le Pays du Ternois", "du Pays du Ternois")


def test_a_run_makes_the_pays_and_its_parts_unless_told_otherwise():
    facts = territories()
    assert facts.default == (facts.pays, *facts.territories[facts.pays].parts)


def test_the_bourgs_centres_are_communes_of_the_pays():
    facts = territories()
    members = {c: n for f in facts.territories.values() for c, n in f.communes.items()}
    bourgs = facts.lists["bourgs-centres"].communes
    assert set(bourgs) == {"62767", "62652", "62361", "62060", "62036"}
    assert {c: members[c] for c in bourgs} == bourgs


def test_events_follow_each_other_from_1972_to_2026():
    years = [event.date[:4] for event in territories().events]
    assert years == sorted(years)
    assert (years[0], years[-1]) == ("1972", "2026")


def texts(module: Path) -> set[str]:
    """The texts that a module's code uses, docstrings left out."""
    tree = ast.parse(module.read_text("utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = {ast.get_docstring(n, clean=False) for n in ast.walk(tree) if isinstance(n, documented)}
    constants = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
    return {c for c in constants if isinstance(c, str)} - docs


def test_the_code_names_no_territory_of_the_facts():
    facts = territories()
    names = {f.short for f in facts.territories.values()} | set(facts.territories)
    names |= {f.siren for f in facts.territories.values() if f.siren}
    modules = [*Path(paths.__file__).parent.glob("territory/*.py")]
    used = {text.replace("`ternois territories`", "") for m in modules for text in texts(m)}
    assert len(modules) > 10
    assert {(n, t) for n in names for t in used if french.plain(n) in french.plain(t)} == set()


def test_france_has_18_regions_and_101_departements():
    assert (len(regions()), len(departements())) == (18, 101)
    assert {d.region for d in departements().values()} == set(regions())


def test_divisions_stand_in_a_sentence_with_their_article():
    names = [departements()[c].name for c in ("62", "01", "40", "976")]
    assert names == ["le Pas-de-Calais", "l'Ain", "les Landes", "Mayotte"]
    assert french.of(regions()["32"].name) == "des Hauts-de-France"


SMALL = {
    "pays": "p",
    "default": ["p"],
    "references": [],
    "territories": {
        "p": {"kind": "pays", "label": "P", "name": "le P", "short": "P", "since": "2008-01-01",
              "source": "s", "parts": ["a"]},
        "a": {"kind": "cc", "label": "A", "name": "la A", "short": "A", "since": "2008-01-01",
              "source": "s", "siren": "246200001", "cog": "2012", "communes": {"01001": "Alpha"}},
    },
}  # fmt: skip


def refused(tmp_path, monkeypatch, **changes) -> str:
    """The message for the small file with some keys of the part `a` changed."""
    facts = yaml.safe_load(yaml.safe_dump(SMALL))
    facts["territories"]["a"] |= changes
    declare(tmp_path)
    (tmp_path / "data" / "territories.yml").write_text(yaml.safe_dump(facts), encoding="utf-8")
    monkeypatch.setenv("TERNOIS_HOUSE", str(tmp_path))
    with pytest.raises(SchemaError) as error:
        territories()
    return str(error.value)


def test_another_pays_is_configured_by_replacing_the_file(tmp_path, monkeypatch):
    declare(tmp_path)
    (tmp_path / "data" / "territories.yml").write_text(yaml.safe_dump(SMALL), encoding="utf-8")
    monkeypatch.setenv("TERNOIS_HOUSE", str(tmp_path))
    assert territories().territories["p"].label == "P"


def test_a_missing_file_is_said(tmp_path, monkeypatch):
    declare(tmp_path)
    monkeypatch.setenv("TERNOIS_HOUSE", str(tmp_path))
    with pytest.raises(SchemaError, match=r"territories.yml is missing"):
        territories()


def test_a_part_that_is_not_described_is_refused(tmp_path, monkeypatch):
    assert "ghost" in refused(tmp_path, monkeypatch, communes={}, parts=["ghost"])


def test_a_territory_has_one_composition(tmp_path, monkeypatch):
    assert "Found: communes, parts" in refused(tmp_path, monkeypatch, parts=["p"])
    assert "Found: nothing" in refused(tmp_path, monkeypatch, communes={})


def test_communes_come_with_the_year_of_their_codes(tmp_path, monkeypatch):
    assert "COG year" in refused(tmp_path, monkeypatch, cog="")


def test_a_code_that_lost_its_zero_is_refused(tmp_path, monkeypatch):
    assert "Found: 1001" in refused(tmp_path, monkeypatch, communes={"1001": "Alpha"})


def test_a_siren_has_nine_digits(tmp_path, monkeypatch):
    assert "nine digits" in refused(tmp_path, monkeypatch, siren="24620000")
