"""Public claims are verified by genuine figures only, and otherwise said not to be verifiable."""

import numpy as np
import pytest

from ternois_analysis.catalog.claims import Claim, claims
from ternois_analysis.display.page import page
from ternois_analysis.observatory import claims as checking
from ternois_analysis.observatory import observe
from ternois_analysis.observatory.claims import Computed, judged

CLAIM = Claim("Le Pays compte 100 lapins.", "un journal", 100, "lapins", "area_km2", 5.0)


def computed(value, **more):
    return Computed(value, "2023", {"communes": "2026"}, **more)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (100, "vérifiée"),
        (105, "vérifiée"),
        (95, "vérifiée"),
        (105.1, "à nuancer"),
        (40, "à nuancer"),
    ],
)
def test_the_verdict_follows_the_tolerance(value, verdict):
    assert judged(CLAIM, computed(value)).verdict == verdict


def test_an_invented_figure_verifies_nothing_even_when_it_agrees():
    found = judged(CLAIM, computed(100, synthetic=True))
    assert found.verdict == "non vérifiable"
    assert found.computed is None


def test_what_nothing_computes_cannot_be_verified():
    assert judged(CLAIM, None).verdict == "non vérifiable"
    assert judged(CLAIM, computed(np.nan)).verdict == "non vérifiable"


@pytest.fixture(scope="module")
def checks():
    door = observe("2026Q3", "public")
    return checking.check(door, door.territory("pays-ternois"))


def test_the_claims_that_the_bundle_answers_are_checked_against_published_figures(checks):
    # 104 communes in the tables of 2012; 38 395 residents in 2016 (Insee).
    assert checks["communes"].computed.value == 104
    assert checks["inhabitants"].computed.value == pytest.approx(38_395)
    verdicts = {name: check.verdict for name, check in checks.items()}
    assert verdicts["communes"] == verdicts["inhabitants"] == "vérifiée"
    assert verdicts["area"] == verdicts["density"] == "vérifiée"


def test_a_bourg_centre_that_is_not_among_the_largest_communes_nuances_the_claim(checks):
    # Anvin, 700 inhabitants, is smaller than Floringhem.
    assert checks["centres"].computed.value == 4
    assert checks["centres"].verdict == "à nuancer"


@pytest.mark.parametrize("name", ["craft_density", "guide", "programmes", "boutic"])
def test_claims_that_only_demonstration_data_would_answer_are_not_verifiable(checks, name):
    assert checks[name].verdict == "non vérifiable"
    assert claims()[name].missing


def test_the_block_holds_no_invented_value_and_every_computed_one(checks):
    block = page("pays-ternois", "2026Q3", "public").projet.claims()
    known = [name for name, check in checks.items() if check.computed is not None]
    assert not block.synthetic
    assert block.values["category"].tolist() == known
    assert len(block.table) == len(claims())


def test_outside_the_pays_the_claims_are_beside_the_point():
    block = page("200071181", "2026Q3", "public").projet.claims()
    assert "Sans objet" in block.html
    assert block.table is None
