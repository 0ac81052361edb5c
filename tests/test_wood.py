"""The wood sector: a closed list, counted by stage, compared only where numbers allow it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from ternois_analysis.catalog.wood import wood
from ternois_analysis.display.material import material
from ternois_analysis.display.wood import Wood
from ternois_analysis.observatory import craft
from ternois_analysis.observatory import wood as sector
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import parse


@pytest.fixture(scope="module")
def observatory():
    """The observatory with the demonstration register."""
    return Observatory(parse("2026Q3"), "public")


def spells(*activities):
    """Businesses of these craft activities, all active."""
    count = len(activities)
    return pd.DataFrame(
        {
            "business": [str(i) for i in range(count)], "commune": "62767",
            "nafa": [a if len(a) == 6 else "" for a in activities],
            "ape": [a[:5] for a in activities], "nar4": "", "nar20": "", "legal_form": "",
            "registered": pd.Timestamp("2015-01-01"), "removed": pd.NaT, "origin": "",
            "employees": pd.array([0] * count, dtype="Int64"),
            "apprentices": pd.array([0] * count, dtype="Int64"),
            "owner_birth_year": pd.array([1970] * count, dtype="Int64"), "owner_sex": "",
            "qualification": "",
        }
    )  # fmt: skip


def test_a_business_is_at_the_stage_of_its_craft_activity_or_else_of_its_ape():
    # A joiner, a carpenter, a sawmill known by its APE only, a firewood trader, a hairdresser.
    found = craft.contributions(
        spells("4332AA", "4391AB", "1610A", "4778B", "9602AA"), parse("2026Q3")
    )
    quarter = "2026Q3"
    assert found["craft_wood_core", "", quarter].tolist() == [True, True, True, False, False]
    assert found["craft_wood_extended", "", quarter].sum() == 4
    stages = {name: int(found["craft_wood_businesses", name, quarter].sum())
              for name in wood().stages}  # fmt: skip
    assert stages == dict.fromkeys(wood().stages, 0) | {
        "joinery": 1, "carpentry": 1, "sawmilling": 1, "energy": 1,
    }  # fmt: skip


def test_the_stages_of_every_territory_add_up_to_the_extended_sector(observatory):
    names = ["wood_craft_stage_businesses", "wood_craft_extended_businesses"]
    places = ["pays-ternois", *observatory.territory("pays-ternois").parts]
    found = observatory.values(places, names)
    stages = found[found["indicator"] == names[0]].groupby("territory")["value"].sum()
    whole = found[found["indicator"] == names[1]].set_index("territory")["value"]
    pd.testing.assert_series_equal(stages.sort_index(), whole.sort_index(), check_names=False)
    assert whole["pays-ternois"] == whole.drop("pays-ternois").sum()


def test_a_quotient_is_shown_when_its_interval_leaves_1_out(observatory):
    place = observatory.territory("cc-pernois")
    own, around = (pd.Series([wood_, all_]) for wood_, all_ in ((40.0, 100.0), (60.0, 600.0)))
    row = sector._row(place, own, around)
    # 40 % against 20 of the 500 others, 4 %.
    assert row["value"] == pytest.approx(10.0)
    assert row["low"] > 1


@pytest.mark.parametrize(("count", "around"), [(19.0, 40.0), (40.0, 160.0)])
def test_a_quotient_of_few_businesses_or_near_1_is_not_significant(observatory, count, around):
    place = observatory.territory("cc-pernois")
    row = sector._row(place, pd.Series([count, 100.0]), pd.Series([around, 420.0]))
    assert row["status"] == "n.s."
    assert np.isnan(row["value"])


def test_outside_the_pays_there_is_no_quotient(observatory):
    places = [observatory.territory("200071181"), observatory.territory("pays-ternois")]
    found = sector.quotients(observatory, places)
    assert found["status"].tolist() == ["n.d.", "n.d."]


def test_the_page_says_that_the_list_is_the_observatorys_and_its_version(observatory):
    block = Wood(material(observatory, observatory.territory("cc-frevent"))).stages()
    assert f"version {wood().version}" in block.note
    assert "papier et carton" in block.note
    assert block.synthetic


def test_other_establishments_are_never_invented(observatory):
    own = material(observatory, observatory.territory("cc-frevent"))
    assert sector.establishments(observatory, [own.place]).empty
    assert Wood(own).establishments().values.empty


def test_without_a_register_each_block_says_so(observatory):
    old = Observatory(parse("2020Q1"), "public")
    own = replace(material(observatory, observatory.territory("cc-frevent")), observatory=old)
    assert own.observatory.columns.register is None
    for block in (Wood(own).stages(), Wood(own).quotient()):
        assert "Source non installée" in block.html
