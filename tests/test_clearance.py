"""What a report prints is what is given today: a page that agrees passes, another is refused."""

import pandas as pd
import pytest

from ternois_analysis.display.material import material
from ternois_analysis.display.transmission import Transmission
from ternois_analysis.errors import ReportError
from ternois_analysis.observatory import clearance, observe

PLACES = ("pays-ternois", "cc-auxilois")


@pytest.fixture(scope="module")
def door():
    return observe("2026Q3", "public")


@pytest.fixture(scope="module")
def printed(door):
    """What the page of transmission prints of a territory's own figures, in its report."""
    rows = []
    for place in PLACES:
        page = Transmission(material(door, door.territory(place)))
        for block in (page.exits(), page.sensitivity(), page.takeovers(), page.owners()):
            rows.append(block.values[block.values["territory"] == place])
    return pd.concat(rows, ignore_index=True)


def test_what_a_page_prints_besides_the_indicators_own_values_agrees_too(door, printed):
    # The bounds of the assumptions, and shares of earlier years that no column holds.
    assert "bornes des hypothèses" in set(printed["category"])
    takeovers = printed[printed["indicator"] == "takeover_share_pct"]
    assert takeovers["period"].nunique() == 5
    clearance.agree(door, printed)


@pytest.mark.parametrize(
    ("indicator", "column", "said"),
    [
        ("owners_exits_5y", "category", "bornes des hypothèses"),
        ("takeover_share_pct", "period", "2023Q3"),
        ("owners_55_plus", "period", "2026Q3"),
    ],
)
def test_another_figure_than_todays_is_refused(door, printed, indicator, column, said):
    # Nothing differs but one figure of the Pays.
    wrong = printed.copy()
    at = (wrong["indicator"] == indicator) & (wrong[column] == said)
    at &= (wrong["territory"] == "pays-ternois") & (wrong["status"] == "ok")
    assert at.any()
    wrong.loc[at, "value"] += 1
    with pytest.raises(ReportError, match=f"are not of today.*{indicator}.*{said}"):
        clearance.agree(door, wrong)
