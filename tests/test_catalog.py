"""YAML facts become frozen dataclasses, and what does not fit is refused with its place."""

from dataclasses import dataclass, field
from typing import Literal

import pytest
from conftest import declare

from ternois_analysis import catalog
from ternois_analysis.catalog.reading import build, load
from ternois_analysis.errors import SchemaError, SourceError


@dataclass(frozen=True)
class Inner:
    size: float


@dataclass(frozen=True)
class Fact:
    code: str
    kind: Literal["a", "b"] = "a"
    years: tuple[str, ...] = ()
    inner: Inner | None = None
    more: dict[str, Inner] = field(default_factory=dict)


def test_nested_facts_become_dataclasses_and_lists_become_tuples():
    fact = build(Fact, {"code": "01001", "years": ["2022"], "inner": {"size": 1}}, "x")
    assert fact == Fact("01001", "a", ("2022",), Inner(1.0))


def test_an_unquoted_code_is_refused_with_the_remedy():
    with pytest.raises(SchemaError, match=r"x\.code.*1001 \(int\).*Quote codes"):
        build(Fact, {"code": 1001}, "x")


def test_an_unquoted_year_in_a_list_is_refused_with_its_rank():
    with pytest.raises(SchemaError, match=r"x\.years\[1\]"):
        build(Fact, {"code": "01001", "years": ["2021", 2022]}, "x")


def test_a_misspelt_key_says_which_one_was_meant():
    with pytest.raises(SchemaError, match="Did you mean 'years'"):
        build(Fact, {"code": "01001", "yeers": []}, "x")


def test_a_missing_key_is_named():
    with pytest.raises(SchemaError, match="a key 'code'"):
        build(Fact, {}, "x")


def test_a_value_outside_its_list_is_refused():
    with pytest.raises(SchemaError, match=r"Expected: a, b\. Found: c"):
        build(Fact, {"code": "01001", "kind": "c"}, "x")


def test_a_boolean_is_not_a_number():
    with pytest.raises(SchemaError, match="bool"):
        build(Fact, {"code": "01001", "inner": {"size": True}}, "x")


def test_a_broken_or_missing_yaml_file_is_named(tmp_path):
    broken = tmp_path / "broken.yml"
    broken.write_text("a: [1", encoding="utf-8")
    with pytest.raises(SchemaError, match=r"broken\.yml is not readable YAML"):
        load(broken)
    with pytest.raises(SchemaError, match=r"absent\.yml is missing"):
        load(tmp_path / "absent.yml")


def test_a_changed_catalogue_is_read_again(small_house):
    house, entry = small_house
    assert [name for name in catalog.sources() if "contribution" not in name] == ["populations"]
    declare(house, populations=entry, encore=entry)
    assert list(catalog.sources())[:2] == ["populations", "encore"]


def test_a_column_declared_by_two_sources_is_refused(small_house):
    house, entry = small_house
    assert catalog.source_of_column("population") == "populations"
    declare(house, populations=entry, encore=entry)
    with pytest.raises(SourceError, match="populations, encore"):
        catalog.source_of_column("population")
