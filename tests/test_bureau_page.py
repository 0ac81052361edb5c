"""What stands beside the figures of the bureau's page says nothing that they do not."""

import json
import re

import pandas as pd
import pytest

from ternois_analysis import catalog, french, paths
from ternois_analysis.catalog.actions import Action, Condition
from ternois_analysis.catalog.bureau import bureau
from ternois_analysis.display import bureau_points, bureau_readings
from ternois_analysis.display import specificities as testing
from ternois_analysis.display.block import Block
from ternois_analysis.display.page import page
from ternois_analysis.observatory import bureau as judging
from ternois_analysis.observatory import corroboration, specificities
from ternois_analysis.territory import Territory

NOTEBOOK = paths.notebooks() / "14_bureau.ipynb"
PLACES = ("pays-ternois", "cc-pernois", "cc-auxilois", "cc-pays-heuchin", "commune-62396")
#: Tables of words, which show no value.
WORDS = ("Ce que les données ne disent pas", "Les mots employés", "Sources")


def gap(indicator, against, times, *, told=True):
    return {
        "territory": "ici", "indicator": indicator, "against": against, "against_label": "Là",
        "kind": "share", "period": "2021", "value": 20.0, "reference": 20.0 - times, "gap": times,
        "low": 1.0, "high": 2.0, "n": 1000.0, "p": 0.0, "p_adjusted": 0.0, "times": abs(times),
        "told": told, "synthetic": False,
    }  # fmt: skip


def found(*rows):
    return pd.DataFrame(list(rows), columns=list(specificities.COLUMNS))


def cells():
    sources = ["".join(c["source"]) for c in json.loads(NOTEBOOK.read_text("utf-8"))["cells"]]
    return [source for source in sources if source.startswith("page.")]


@pytest.fixture(scope="module", params=PLACES)
def blocks(request):
    shown = page(request.param, "2026Q3", "partners")
    made = [eval(source, {"page": shown}) for source in cells()]
    return [block for block in made if isinstance(block, Block)]


def test_every_block_that_shows_a_published_value_says_how_to_read_it(blocks):
    told = {b.title: b for b in blocks if b.table is not None and b.title not in WORDS}
    for title, block in told.items():
        published = bool((block.values["status"] == "ok").any())
        assert bool(block.reading) == published, title
        if published:
            assert re.match(r"Lecture\u00a0: \S.*\d.*\.$", block.reading), block.reading
    assert any(block.reading for block in told.values())


def test_a_reading_names_figures_that_its_own_block_publishes(blocks):
    for block in blocks:
        if block.reading and block.table is not None and "feu" not in block.reading:
            numbers = re.findall(r"[\d\u202f]*\d,\d+", block.reading)
            said = " ".join(block.table.astype(str).to_numpy().ravel())
            assert all(number in said for number in numbers), block.reading


def test_what_is_all_hidden_has_no_reading():
    shown = page("cc-pernois", "2026Q3", "partners")
    block = shown.structure("craft_family_share_pct")
    hidden = block.values.assign(status="s", value=float("nan"))
    assert bureau_readings.of(block, shown.material)
    assert bureau_readings.of(
        Block(**{**vars(block), "values": hidden}), shown.material
    ) == ""  # fmt: skip


def test_a_family_is_read_where_it_is_drawn_never_where_a_part_is_hidden():
    shown = page("cc-pernois", "2026Q3", "partners")
    block = shown.structure("craft_family_share_pct")
    assert "dans la CC du Pernois" in shown.bureau.read(block).reading
    own = block.values.index[block.values["territory"] == "cc-pernois"]
    for hidden in (own, own[-1:]):
        status = block.values["status"].mask(block.values.index.isin(hidden), "s")
        cut = Block(**{**vars(block), "values": block.values.assign(status=status)})
        text = bureau_readings.of(cut, shown.material)
        assert "Pernois" not in text
        assert "dans le Pays du Ternois" in text


@pytest.mark.parametrize("name", PLACES)
def test_a_message_never_contradicts_its_light(name):
    shown = page(name, "2026Q3", "partners").bureau
    proofs, lit = shown.evidence(), shown.lights().table
    if proofs is None:
        return
    feux = lit.set_index(
        lit["Indicateur"].str.split(r"\n|\u00a0\(|\u202f\(| \(", regex=True).str[0]
    )
    met = 0
    for row in proofs.table.to_dict("records"):
        label = row["Indicateur"].split("\n")[0].partition(". ")[2]
        if label in feux.index:
            met += 1
            assert row["Référence"].split("\n")[1] == feux.loc[label, "Référence"].split("\n")[1]
            assert not re.match("○ (non significatif|stable)", feux.loc[label, "Feu"])
    assert met or name != "cc-auxilois"


def test_the_reference_of_a_light_is_that_of_its_message_however_large_another_gap():
    tests = found(
        gap("share_65_plus_pct", "pays", -2.9), gap("share_65_plus_pct", "dep", 0.8, told=False)
    )
    lit = {"share_65_plus_pct": tests.iloc[1]}
    assert judging.ranked(judging.referred(tests, lit, ["dep"])).empty
    lit = {"share_65_plus_pct": pd.Series(gap("share_65_plus_pct", "dep", 2.0))}
    kept = judging.referred(found(*tests.to_dict("records"), lit["share_65_plus_pct"]), lit, [])
    assert set(kept["against"]) == {"dep"}


def test_a_change_stays_unless_a_neutral_light_tells_the_gap_first():
    ago = "ici-avant"
    for name, told, kept in (("vacancy_rate_pct", True, {"dep", ago}),
                             ("share_65_plus_pct", True, {"dep"}),
                             ("share_65_plus_pct", False, {"dep", ago})):  # fmt: skip
        level = gap(name, "dep", 2.0, told=told)
        tests = found(level, gap(name, ago, -3.0))
        assert set(judging.referred(tests, {name: pd.Series(level)}, [])["against"]) == kept


def test_without_a_light_the_common_reference_comes_first_where_its_gap_is_told():
    name = "share_secondary_residences_pct"
    assert name not in bureau().lights
    far, near = gap(name, "france", 9.0), gap(name, "dep", 2.0)
    assert list(judging.referred(found(far, near), {}, ["dep"])["against"]) == ["dep"]
    weak = gap(name, "dep", 0.1, told=False)
    assert set(judging.referred(found(far, weak), {}, ["dep"])["against"]) == {"france", "dep"}
    assert judging.referred(found(), {}, ["dep"]).empty


@pytest.mark.parametrize("name", PLACES[:-1])
def test_the_map_says_which_message_it_shows_or_that_it_shows_another_figure(name):
    shown = page(name, "2026Q3", "partners")
    block, place = shown.bureau.map(), shown.place
    mapped = str(block.values["indicator"].iloc[0])
    known = int((block.values["status"] == "ok").sum())
    ranked = list(shown.bureau._ranked["indicator"])
    if mapped in ranked:
        assert f"le chiffre du message {ranked.index(mapped) + 1}" in block.note
    else:
        assert block.note.startswith("À défaut d’un message dont le chiffre est connu")
        assert french.plain(catalog.indicator(mapped).short) in french.plain(block.note)
    assert known > len(place.communes) / 2 or f"connu dans {known} communes" in block.note


def test_no_message_is_mapped_in_the_auxilois_and_the_page_says_so():
    block = page("cc-auxilois", "2026Q3", "partners").bureau.map()
    assert "la carte montre un autre chiffre\u00a0: densité de population." in block.note
    assert "le premier des messages" not in NOTEBOOK.read_text("utf-8")


def test_each_figure_of_a_point_to_decide_names_its_own_reference():
    france = Territory("france", "France", "country", None, ("62001",), (), "2026-09-30")
    tested = testing.Tested(found(), found(), {"france": france})
    one = pd.Series(gap("vacancy_rate_pct", "france", 2.0))
    peers = gap("share_65_plus_pct", "p", 3.0) | {"kind": "peers", "against_label": "Moyenne de 10"}
    conditions = [
        Condition("vacancy_rate_pct", "above", "", "reference"),
        Condition("share_65_plus_pct", "above", "", "peers"),
        Condition("share_under_20_pct", "below", "", threshold=25.0, threshold_source="Insee"),
    ]
    held = tuple(
        corroboration.Tested(condition, "oui", row)
        for condition, row in zip(conditions, (one, pd.Series(peers), one), strict=True)
    )
    case = corroboration.Corroboration(Action("Agir", "", "D", 1), held, "corroborée")
    figures = bureau_points.action(case, tested).split(" ; ")
    assert [figure.replace("\u00a0", " ").partition(", contre ")[2] for figure in figures] == [
        f"18,0 % {france.within}", "17,0 % pour la moyenne de 10", "25,0 % (Insee).",
    ]  # fmt: skip


def test_the_first_section_is_called_by_one_name_whatever_the_number_of_messages():
    assert catalog.comments.SECTIONS["essentiel"] == "L’essentiel"
    headings = NOTEBOOK.read_text("utf-8")
    assert "## L’essentiel\\n" in headings
    assert "en cinq messages" not in headings
