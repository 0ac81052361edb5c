"""A perimeter that territories share is told once; short labels that are cut stay out of titles."""

import re

import pytest
from display_samples import CAPTION, indicator, row, table

from ternois_analysis import catalog, french
from ternois_analysis.display import charts, naming, tables, words
from ternois_analysis.display.charts.frame import ticks
from ternois_analysis.display.published import heading

OLD = "CC de l'Aire (périmètre 2012)", "CC du Zeste (périmètre 2012)"
TOLD = "Les CC sont prises dans leur périmètre de 2012."


def side(**changes):
    rows = [row("pays-x", "Pays X", 8.0), *(row(f"cc-{n}", n, 9.0) for n in OLD)]
    return table([each | changes for each in rows])


@pytest.mark.parametrize(
    ("names", "shared"),
    [
        (["Pays", *OLD], "périmètre 2012"),
        ([OLD[0], "Pays", OLD[0]], "périmètre 2012"),
        ([OLD[0], "CC B (périmètre 2016)"], ""),
        ([OLD[0], "CC de l'Aire"], ""),
        (["EPCI similaires (médiane de 10)", "Pays"], ""),
        ([], ""),
    ],
)
def test_a_perimeter_is_left_out_only_if_names_stay_apart(names, shared):
    assert naming.perimeter(names) == shared


def test_the_sentence_tells_the_perimeter_of_one_of_several_or_of_others():
    assert naming.told(["Pays", *OLD]) == TOLD
    assert naming.told(["Pays", OLD[1]]) == "CC du Zeste : périmètre 2012."
    assert naming.told(["Pays A (périmètre loi)", "Pays B (périmètre loi)"]) == (
        "Ces territoires sont pris dans leur périmètre loi."
    )
    assert naming.told(["Pays"]) == ""


def test_a_page_shows_short_heads_and_one_note_and_the_values_keep_the_whole_names():
    block = tables.table(side(), {"vacancy_rate_pct": indicator()}, CAPTION)
    html = block.to_html()
    heads = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', html)
    assert heads[1:] == ["Pays X", "CC de l’Aire", "CC du Zeste"]
    assert html.count(TOLD) == 1
    assert "périmètre 2012" not in html
    assert list(block.values["territory_label"][1:]) == list(OLD)


def test_a_first_column_is_shortened_too():
    listed = tables.listing(side(), indicator())
    short, note = naming.headed(listed)
    assert sorted(short["Territoire"]) == ["CC de l’Aire", "CC du Zeste", "Pays X"]
    assert note == TOLD
    kept, none = naming.headed(listed.iloc[-1:])
    assert (list(kept["Territoire"]), none) == (["Pays X"], "")


def test_charts_drop_it_from_their_labels_and_tell_it_in_their_note():
    parts = [row(i, n, 50.0, category=part) for i, n in (("p", "Pays X"), ("c", OLD[0]))
             for part in ("a", "b")]  # fmt: skip
    years = [row(f"cc-{n}", n, 9.0, period=p) for n in OLD for p in ("2016", "2021")]
    for block in (
        charts.bars(side(), indicator(), CAPTION),
        charts.ages(table(parts), indicator(interval=None), CAPTION),
        charts.series(table(years), indicator(), CAPTION),
    ):
        assert "périmètre" not in re.sub(r"<(title|desc).*?</\1>", "", block.svg)
        assert "périmètre" in block.note
        assert block.to_html().count("dans leur périmètre de 2012") <= 1


def test_names_of_three_lines_do_not_touch_the_next_row():
    long = "Communauté d’agglomération de la Vallée de la Longue Rivière Tranquille et du Plateau"
    rows = [row("a", long, 5.0), row("b", "Autre", 6.0), row("c", f"{long} bis", 7.0)]
    tall = charts.bars(table(rows), indicator(), CAPTION).svg
    low = charts.bars(table([r | {"territory_label": r["territory"]} for r in rows]),
                      indicator(), CAPTION).svg  # fmt: skip
    height = [float(re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', svg)[1]) for svg in (tall, low)]
    assert height[0] > height[1]


def test_a_scale_of_persons_has_no_half_of_one():
    places, decimals = ticks(510.0, 515.5, whole=True)
    assert decimals == 0
    assert all(place == int(place) for place in places)
    assert ticks(514.0, 514.0, whole=True)[0] == [513.0, 514.0, 515.0]
    assert ticks(0.0, 0.0, whole=True)[0] == [0.0, 1.0]


def test_titles_use_whole_labels_where_the_short_one_is_cut_or_in_initials():
    assert words.subject(indicator()) == "Logements vacants"
    for short in ("Évol. des prix", "Filière bois, noyau", "Taux de TH", "De 55 et +"):
        assert words.subject(indicator(short=short)) == "Part des logements vacants"
    assert words.small("DPE F ou G") == "DPE F ou G"
    assert words.small("Évolution") == "évolution"
    assert words.subjects(["population", "vacancy_rate_pct"]) == "Population et taux de vacance"


def test_a_share_a_year_keeps_its_unit_on_one_line():
    assert heading(indicator(unit="% par an")).endswith(f"(%{french.NBSP}par{french.NBSP}an)")


def test_no_short_label_repeats_its_unit():
    for entry in catalog.indicators().values():
        assert entry.unit not in entry.short or entry.unit in ("", "%", "€", "km")
