"""Home-to-work flows: read as pairs, brought to today's communes, summed and drawn honestly."""

import pandas as pd
import pytest

from ternois_analysis import sources
from ternois_analysis.catalog.sources import SourceFile
from ternois_analysis.display.commuting import Commuting
from ternois_analysis.display.material import Material
from ternois_analysis.errors import SchemaError, SourceError
from ternois_analysis.observatory import commuting, installing
from ternois_analysis.observatory.door import Observatory
from ternois_analysis.quarters import parse
from ternois_analysis.sources.install import install

HEAD = "CODGEO;LIBGEO;DCLT;L_DCLT;NBFLUX_C23_ACTOCC15P"
#: Saint-Pol, Frévent, Pernes and Guinecourt at home; Arras, Paris and Belgium besides at work.
PAIRS = {
    ("62767", "62767"): 900, ("62767", "62041"): 450.5, ("62767", "62361"): 60,
    ("62767", "75112"): 4, ("62767", "75115"): 5, ("62767", "BE999"): 3, ("62767", "99999"): 2,
    ("62361", "62361"): 500, ("62361", "62767"): 210, ("62361", "80253"): 90,
    ("62652", "62767"): 120, ("62652", "62119"): 80, ("62396", "62767"): 3,
    ("62041", "62767"): 33,
}  # fmt: skip


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """An empty store."""
    monkeypatch.setenv("TERNOIS_STORE", str(tmp_path / "store"))


@pytest.fixture(scope="module")
def ground():
    """The communes of the bundle."""
    return installing.ground()


def written(
    folder, pairs=None, head=HEAD, name="base-flux-mobilite-domicile-lieu-travail-2023.csv"
):
    rows = [f"{home};A;{work};B;{n}" for (home, work), n in (pairs or PAIRS).items()]
    path = folder / name
    path.write_bytes(("\r\n".join([head, *rows]) + "\r\n").encode("utf-8-sig"))
    return path


@pytest.fixture
def whole(ground, tmp_path, monkeypatch):
    """The pairs as if their file covered France, and an observatory that sees them."""
    monkeypatch.setattr("ternois_analysis.sources.install._is_national", lambda found: True)
    install("flux_domicile_travail", [written(tmp_path)], ground)
    return Observatory(parse("2026Q3"), "partners")


def test_flows_are_read_as_pairs_with_abroad_kept_apart_and_cities_whole(ground, tmp_path):
    receipt = install("flux_domicile_travail", [written(tmp_path)], ground, partial=True).receipt
    (file,) = receipt.files["flux"]
    assert (file.level, file.millesime) == ("pairs", "2023")
    table = sources.read("flux", "2023", part=file.part)
    assert table["commuters"].sum() == pytest.approx(sum(PAIRS.values()))
    out = table.loc["62767"].set_index("work_commune")["commuters"]
    assert out["75056"] == 9
    assert out[["BE999", "99999"]].tolist() == [3, 2]


def test_flows_of_another_year_are_refused(ground, tmp_path):
    path = written(tmp_path, head=HEAD.replace("C23", "C19"))
    with pytest.raises(SourceError, match="another millésime"):
        install("flux_domicile_travail", [path], ground, partial=True)


def test_flows_without_a_place_of_work_are_refused(ground, tmp_path):
    path = written(tmp_path, head=HEAD.replace("DCLT;", "X;", 1))
    with pytest.raises(SchemaError, match="DCLT"):
        install("flux_domicile_travail", [path], ground, partial=True)


def test_a_pair_that_comes_twice_is_refused(ground, tmp_path):
    path = written(tmp_path)
    path.write_bytes(path.read_bytes() + b"62396;A;62767;B;3\r\n")
    with pytest.raises(SchemaError, match="twice"):
        install("flux_domicile_travail", [path], ground, partial=True)


def test_homes_read_as_numbers_are_refused(ground, tmp_path):
    path = written(tmp_path, {("1001", "62767"): 3, ("62767", "62767"): 5})
    with pytest.raises(SchemaError, match="01001"):
        install("flux_domicile_travail", [path], ground, partial=True)


def test_a_part_of_the_flows_of_france_needs_to_be_said(ground, tmp_path):
    with pytest.raises(SourceError, match="--partial"):
        install("flux_domicile_travail", [written(tmp_path)], ground)


def test_both_codes_move_to_todays_communes_and_the_total_stays():
    door = Observatory(parse("2026Q3"), "partners")
    passage = door.columns.passage
    split = passage[(passage["kind"] == "split") & (passage["last_cog"] >= "2019")]
    before = split["commune_before"].iloc[0]
    weights = split[split["commune_before"] == before].set_index("commune")["weight"]
    # Canteleux is in Bonnières since 2019.
    pairs = pd.DataFrame({
        "commune": ["62210", "62154", "62767", before],
        "work_commune": ["62154", "62210", "99999", before], "commuters": [4.0, 6.0, 5.0, 10.0],
    })  # fmt: skip
    file = SourceFile("2016", "2016-01-01", "2019-06-01", "2026-01-01", "2018", "x", "x", 4)
    found = commuting.today(pairs, door.columns, file).set_index(["commune", "work_commune"])
    flows = found["commuters"]
    assert flows["62154", "62154"] == 10
    assert flows["62767", "99999"] == 5
    assert flows.sum() == pytest.approx(25)
    for home, one in weights.items():
        for work, other in weights.items():
            assert flows[home, work] == pytest.approx(10 * one * other)


def rows(door, place):
    found = commuting.flows(door)
    return commuting.summary(door, found, door.territory(place)).set_index("indicator")


def test_internal_share_entrants_leavers_and_balance_are_those_worked_by_hand(whole):
    pays = rows(whole, "pays-ternois")
    # At home in the Pays: 1424.5 + 800 + 200 + 3; of them 900 + 60 + 500 + 210 + 120 + 3 inside.
    share = pays.loc["internal_employment_share_pct"]
    assert share["n"] == 2427.5
    assert share["value"] == pytest.approx(100 * 1793 / 2427.5)
    assert share["low"] < share["value"] < share["high"]
    assert pays.loc["commuters_in", "value"] == 33
    assert pays.loc["commuters_out", "value"] == 634.5
    balance = pays.loc["commuting_balance"]
    assert balance["value"] == -601.5
    # 1.959964 × √(3 × 667.5)
    assert balance["high"] - balance["value"] == pytest.approx(87.707, abs=1e-3)


def test_flows_under_200_are_orders_of_magnitude(whole):
    notes = rows(whole, "pays-ternois")["note"]
    assert notes["commuters_in"] == "ordre de grandeur"
    assert notes["commuters_out"] == ""


def test_a_file_of_a_part_of_france_does_not_tell_who_comes_in(ground, tmp_path):
    install("flux_domicile_travail", [written(tmp_path)], ground, partial=True)
    door = Observatory(parse("2026Q3"), "partners")
    commune = rows(door, "commune-62767")
    assert commune.loc["commuters_out", "value"] == 524.5
    assert commune.loc[["commuters_in", "commuting_balance"], "status"].tolist() == ["n.d."] * 2
    # Most communes of the Pays have no row in this file: nothing is known of the whole.
    assert set(rows(door, "pays-ternois")["status"]) == {"n.d."}


def test_a_flow_between_two_communes_is_not_shown_under_200(whole):
    found = commuting.flows(whole)
    home = whole.territory("commune-62767")
    ends = [whole.territory(f"commune-{code}") for code in ("62361", "62041")]
    flows = commuting.destinations(whole, found, home, ends, "Ailleurs").set_index("category")
    assert flows["status"].tolist() == ["n.s.", "ok", "ok", "ok"]
    assert flows["value"].tolist()[1:] == [450.5, 909, 5]
    assert pd.isna(flows["value"].iloc[0])


def test_outside_poles_come_by_size_and_a_town_is_named_from_200_on(whole):
    found, pays = commuting.flows(whole), whole.territory("pays-ternois")
    poles = commuting.poles(whole, found, pays, [], 8)
    assert "62041" in poles[0].communes
    assert "80253" in poles[1].communes
    assert commuting.towns(found, pays, poles[0]) == ("62041", 450.5)
    assert commuting.towns(found, pays, poles[1]) is None


def page(door, place):
    return Commuting(Material(door, door.territory(place)))


def test_the_matrix_says_where_the_residents_of_each_part_work(whole):
    block = page(whole, "pays-ternois").matrix()
    table = block.table.set_index("Lieu de travail")
    assert table.loc["Saint-Polois", "Saint-Polois"] == "903"
    assert table.loc["Saint-Polois", "Pernois"] == "≈\u00a0120"
    assert table.loc["À l’étranger", "Saint-Polois"] == "≈\u00a05"
    assert "ordre de grandeur" in block.note


def test_the_flow_map_draws_the_flows_and_says_them_in_words(whole):
    block = page(whole, "pays-ternois").map()
    assert block.kind == "map"
    assert "CC de la Région de Frévent (périmètre 2012) vers Saint-Polois 210" in block.alt
    assert block.svg.count("marker") == 0
    assert "Arras" in block.svg
    assert block.table["Actifs occupés"].tolist()[0] == "451"
    assert set(block.values["indicator"]) == {"commuters"}


def test_without_flows_each_block_says_how_to_install_them():
    door = Observatory(parse("2026Q3"), "partners")
    for block in (page(door, "cc-pernois").map(), page(door, "cc-pernois").summary()):
        assert "ternois sources install flux_domicile_travail" in block.html
