"""The territories on the tables of the project: what INSEE and the DGCL publish comes out."""

import geopandas as gpd
import pandas as pd
import pytest

from ternois_analysis import paths
from ternois_analysis.catalog.territories import territories
from ternois_analysis.errors import TerritoryError
from ternois_analysis.territory import Gazetteer, to_cog, total
from ternois_analysis.territory.shapes import complete, neighbours, outlines
from ternois_analysis.territory.similar import nearest, structure

TODAY = "2026-06-30"
KINDS = {"commune": "key", "population": "additive"}

#: Year, COG of the file, municipal population of France without Mayotte (INSEE) and of the Pays.
#: Four islands are not in the file of 2018.
POPULATIONS = [
    ("2016", "2019", 66_361_658, 38_395),
    ("2017", "2026", 66_524_339, 38_364),
    ("2019", "2021", 66_988_403, 37_989),
    ("2020", "2022", 67_162_154, 37_698),
    ("2021", "2024", 67_408_052, 37_469),
    ("2022", "2024", 67_760_573, 37_150),
    ("2023", "2026", 68_094_280, 36_913),
]


def table(path: str) -> pd.DataFrame:
    return pd.read_parquet(paths.data() / path)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    cog = max(folder.name for folder in (paths.data() / "communes").iterdir())
    years = sorted(folder.name for folder in (paths.data() / "epci").iterdir())
    return Gazetteer(
        table(f"communes/{cog}/communes.parquet"),
        table(f"passage/{cog}/passage.parquet"),
        {year: table(f"epci/{year}/epci.parquet") for year in years},
        territories(),
    )


@pytest.fixture(scope="module")
def people(gazetteer):
    """Populations of a year in the canonical geography, from the file and its COG year."""

    def read(year: str, cog: str) -> pd.DataFrame:
        file = table(f"populations/{year}/populations.parquet")
        return to_cog(file, gazetteer.passage, gazetteer.communes, cog, KINDS)

    return read


@pytest.fixture(scope="module")
def contours(gazetteer) -> gpd.GeoDataFrame:
    folder = max((paths.shapes() / "contours").iterdir())
    found = [gpd.read_parquet(file) for file in sorted(folder.glob("*.parquet"))]
    return complete(pd.concat(found, ignore_index=True), gazetteer.passage)


def test_the_pays_of_2012_is_103_communes_of_today_with_that_of_the_somme(gazetteer):
    pays = gazetteer.resolve("Pays du Ternois", TODAY)
    assert len(pays.communes) == 103
    assert {"80810", "62154"} <= set(pays.communes)
    assert "62210" not in pays.communes


def test_the_parts_share_out_the_pays(gazetteer):
    pays = gazetteer.resolve("pays-ternois", TODAY)
    parts = [gazetteer.resolve(part, TODAY) for part in pays.parts]
    assert [len(part.communes) for part in parts] == [16, 15, 18, 11, 43]
    assert sorted(code for part in parts for code in part.communes) == list(pays.communes)


def test_the_cc_of_frevent_has_bonnieres_with_canteleux_folded_in(gazetteer):
    cc = gazetteer.resolve("246201065", TODAY)
    assert "62154" in cc.communes
    assert cc.note == "Canteleux (62210) est comptée avec Bonnières."


def test_the_cc_du_ternois_has_the_communes_of_the_pays_every_year_since_2017(gazetteer):
    pays = gazetteer.resolve("pays-ternois", TODAY).communes
    days = [f"{year}-06-30" for year in range(2017, 2027)]
    assert {day: gazetteer.resolve("200069672", day).communes == pays for day in days} == (
        dict.fromkeys(days, True)
    )


def test_the_names_of_the_facts_are_those_of_insee(gazetteer):
    facts = territories()
    typed = {c: n for fact in facts.territories.values() for c, n in fact.communes.items()}
    gone = {"62210": "Canteleux"}
    assert typed == {code: gazetteer.names.get(code) or gone[code] for code in typed}


@pytest.mark.parametrize(("year", "cog", "france", "pays"), POPULATIONS)
def test_populations_are_those_published_by_insee(gazetteer, people, year, cog, france, pays):
    counts = people(year, cog)
    asked = [gazetteer.resolve(i, TODAY) for i in (territories().pays, *territories().default[1:])]
    totals = total(counts, asked, KINDS)["population"]
    assert counts["population"].sum() == france
    assert totals["pays-ternois"] == pays
    assert totals.iloc[1:].sum() == pays


def test_bonnieres_had_674_inhabitants_with_canteleux(people):
    assert people("2016", "2019").set_index("commune")["population"]["62154"] == 674


def test_epcis_and_the_four_islands_without_one_make_up_france(gazetteer, people):
    counts = people("2023", "2026")
    mayotte = {c for c in gazetteer.names if c.startswith("976")}
    epcis = [e for e in gazetteer.epcis(TODAY) if mayotte.isdisjoint(e.communes)]
    islands = counts.set_index("commune")["population"][["22016", "29083", "29155", "85113"]]
    assert total(counts, epcis, KINDS)["population"].sum() + islands.sum() == 68_094_280


def test_a_territory_of_which_the_file_has_no_commune_has_no_total(gazetteer, people):
    mayotte = gazetteer.resolve("departement-976", TODAY)
    assert total(people("2023", "2026"), [mayotte], KINDS)["population"].isna().all()


def test_an_epci_that_the_project_never_names_works_like_the_others(gazetteer, people):
    epci = gazetteer.resolve("200071181", TODAY)
    assert (epci.label, len(epci.communes)) == ("CC Somme Sud-Ouest", 119)
    ids = [reference.id for reference in gazetteer.references(epci)]
    assert ids == ["departement-80", "region-32", "france-metropolitaine"]
    assert total(people("2023", "2026"), [epci], KINDS)["population"].notna().all()


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("62130", "Bienvillers-au-Bois"),
        ("62270", "Divion"),
        ("62134", "Bimont"),
        ("62390", "Groffliers"),
        ("62550", "Marconnelle"),
        ("62127", "Bezinghem"),
        ("80150", "Buire-Courcelles"),
    ],
)
def test_every_postal_code_of_the_pays_is_refused_as_a_bare_commune_code(gazetteer, code, label):
    with pytest.raises(TerritoryError, match=f"the commune {label}, and the postal code of"):
        gazetteer.resolve(code, TODAY)
    assert gazetteer.resolve(f"commune-{code}", TODAY).label == label


def test_fleury_is_refused_with_its_seven_bearers_the_one_of_the_pays_first(gazetteer):
    with pytest.raises(TerritoryError, match=r"7 territories.*Found: commune-62339 \(Fleury, Pas"):
        gazetteer.resolve("Fleury", TODAY)


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("Pernes-en-Artois", "commune-62652"),
        ("ST POL S/TERNOISE", "commune-62767"),
        ("oeuf en ternois", "commune-62633"),
        ("CC Auxillois", "cc-auxilois"),
        ("Communauté de communes du Ternois", "cc-ternois"),
        ("Canteleux", "commune-62154"),
    ],
)
def test_names_in_use_are_understood(gazetteer, text, identifier):
    assert gazetteer.resolve(text, TODAY).id == identifier


def test_the_pays_straddles_two_departements_and_says_so(gazetteer):
    departement = gazetteer.references(gazetteer.resolve("pays-ternois", TODAY))[0]
    assert departement.note == (
        "102 des 103 communes du Pays du Ternois sont dans le Pas-de-Calais ; "
        "l’autre est dans la Somme."
    )


def test_the_pays_is_one_polygon_without_holes_made_of_its_parts(gazetteer, contours):
    pays = gazetteer.resolve("pays-ternois", TODAY)
    shapes = outlines(contours, [pays, *(gazetteer.resolve(p, TODAY) for p in pays.parts)])
    whole = shapes.geometry["pays-ternois"]
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    assert shapes.area.iloc[1:].sum() == pytest.approx(whole.area, rel=1e-9)
    # 633.6 km2 in the cadastre; generalised contours carry about one percent.
    assert whole.area / 1e6 == pytest.approx(633.6, rel=0.01)


def test_the_epcis_around_the_pays_are_its_neighbours(gazetteer, contours):
    pays = gazetteer.resolve("pays-ternois", TODAY)
    found = {epci.siren for epci in neighbours(contours, pays, gazetteer.epcis(TODAY))}
    assert {"200044030", "200069482", "200069235", "200070951"} <= found
    assert "200069672" not in found
    assert len(found) < 12


def test_every_commune_of_an_epci_can_be_drawn(gazetteer, contours):
    drawn = set(contours["commune"])
    members = {code for epci in gazetteer.epcis(TODAY) for code in epci.communes}
    assert members - drawn == set()


def test_the_epcis_most_like_the_pays_are_rural_and_none_shares_its_communes(gazetteer, people):
    counts = people("2023", "2026")
    folder = max((paths.data() / "areas").iterdir())
    counts = counts.merge(pd.read_parquet(folder / "areas.parquet"), on="commune", how="left")
    pays = gazetteer.resolve("pays-ternois", TODAY)
    epcis = gazetteer.epcis(TODAY)
    variables = structure(counts, [pays, *epcis])
    candidates = [epci for epci in epcis if variables.loc[epci.id].notna().all()]
    assert {code[:3] for e in epcis if e not in candidates for code in e.communes} == {"976"}
    found = nearest(pays, candidates, variables)
    assert len(found) == 10
    assert "cc-ternois" not in found.index
    assert {"epci-246000848", "epci-200067296", "epci-200071181"} <= set(found.index)
