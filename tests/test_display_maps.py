"""Maps: the right one for each nature, honest classes, nothing of what is hidden."""

import re
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from display_samples import CAPTION, CODES, GROUPS, communes, indicator, row, shapes, table, texts

from ternois_analysis.display import drawing, theme
from ternois_analysis.display.classes import classes
from ternois_analysis.display.legends import radius, round_sizes
from ternois_analysis.display.maps import choropleth, small_multiples, symbols
from ternois_analysis.errors import ReportError, SecrecyError

COUNT = indicator(nature="count", unit="", decimals=0, short="Habitants", breaks=(), interval=None)
CHANGE = indicator(nature="change", breaks=(-1.0, 0.0, 1.0), interval=None, short="Évolution")


def fills(svg: str) -> list[str]:
    """Fills of the territories, in the order of the values."""
    return re.findall(r'style="fill: (#\w+|url\([^)]*\)); stroke: #7f7f7f', svg)


def test_a_count_may_not_be_shown_by_classes():
    with pytest.raises(ReportError, match="Use symbols"):
        choropleth(communes([1.0, 2.0, 3.0, 4.0]), shapes(), COUNT, CAPTION)


@pytest.mark.parametrize("nature", ["share", "ratio", "change", "published"])
def test_only_a_count_may_be_shown_by_circles(nature):
    with pytest.raises(ReportError, match="Use choropleth"):
        symbols(communes([1.0, 2.0, 3.0, 4.0]), shapes(), indicator(nature=nature), CAPTION)


def test_each_territory_has_the_colour_of_its_class():
    svg = choropleth(communes([5.0, 7.0, 9.0, 20.0]), shapes(), indicator(), CAPTION).svg
    colours = [theme.sequential(5)[rank].lower() for rank in (0, 1, 2, 4)]
    assert fills(svg) == colours


def test_value_is_classed_as_it_is_printed():
    found = classes(indicator())
    assert [found.rank(v) for v in (5.94, 5.96, 6.0, 7.94, 7.96, 12.0)] == [0, 1, 1, 1, 2, 4]


def test_class_names_are_french_and_say_which_bound_is_inside():
    assert classes(indicator(breaks=(6.0, 1234.5), decimals=1)).labels == (
        "moins de 6,0", "de 6,0 à moins de 1\u202f234,5", "1\u202f234,5 ou plus",
    )  # fmt: skip
    assert classes(CHANGE).labels == (
        "moins de \u22121", "de \u22121 à moins de 0", "de 0 à moins de +\u202f1",
        "+\u202f1 ou plus",
    )  # fmt: skip


def test_classes_of_a_change_oppose_signs_around_zero():
    assert classes(CHANGE).colours == theme.diverging(2, False, 2)
    around = indicator(nature="change", breaks=(-1.0, 1.0))
    assert classes(around).colours == theme.diverging(1, True, 1)


@pytest.mark.parametrize("breaks", [(), (8.0, 6.0), (6.0, 6.0), (1.0, 2.0, 3.0, 4.0, 5.0)])
def test_breaks_that_make_no_five_classes_are_refused(breaks):
    with pytest.raises(ReportError):
        choropleth(communes([5.0, 7.0, 9.0, 20.0]), shapes(), indicator(breaks=breaks), CAPTION)


def test_legend_lists_all_classes_with_their_counts_and_only_the_signs_present():
    block = choropleth(
        communes([5.0, 7.0, None, 7.5], ["ok", "ok", "s", "ok"]), shapes(), indicator(), CAPTION
    )
    written = texts(block.svg)
    start = written.index("communes") + 1
    assert written[start:] == [
        "12 ou plus", "0", "de 10 à moins de 12", "0", "de 8 à moins de 10", "0",
        "de 6 à moins de 8", "2", "moins de 6", "1", "s\u00a0: secret statistique", "1",
    ]  # fmt: skip


def test_hidden_territories_have_three_different_patterns_and_no_colour():
    values = communes([None, None, None, 7.0], ["s", "n.s.", "n.d.", "ok"])
    svg = choropleth(values, shapes(), indicator(), CAPTION).svg
    patterns = fills(svg)[1:]
    assert len(set(patterns)) == 3
    assert all(paint.startswith("url(#") for paint in patterns)
    assert not any(paint in svg for paint in drawing.SIGN_PAINT.values())


def test_hidden_value_with_a_number_is_refused():
    values = communes([5.0, 7.0, 9.0, 20.0], ["ok", "s", "ok", "ok"])
    for draw, entry in ((choropleth, indicator()), (symbols, COUNT)):
        with pytest.raises(SecrecyError):
            draw(values, shapes(), entry, CAPTION)


def test_hidden_count_has_no_circle_and_moves_no_scale():
    values = communes([400.0, None, 100.0, 0.0], ["ok", "s", "ok", "ok"])
    block = symbols(values, shapes(), COUNT, CAPTION)
    circles = re.findall(r'd="[^"]*C[^"]*" style="fill: #0072b2', block.svg)
    assert len(circles) == 2
    assert {"400", "100", "20"} <= set(texts(block.svg))


def test_area_of_a_circle_follows_the_value():
    assert radius(400.0, 2.0) == pytest.approx(2 * radius(100.0, 2.0))
    assert radius(0.0, 2.0) == 0.0


@pytest.mark.parametrize(
    ("largest", "sizes"),
    [(4677, [4000, 1000, 200]), (1000, [1000, 300, 50]), (3, [3, 1]), (1, [1])],
)
def test_legend_of_circles_has_round_values_under_the_largest(largest, sizes):
    assert round_sizes(largest) == sizes


def test_map_without_any_number_is_still_drawn():
    nothing = communes([None] * 4, ["n.d."] * 4)
    assert "médiane" not in symbols(nothing, shapes(), COUNT, CAPTION).alt
    assert "n.d.\u00a0: non disponible" in texts(symbols(nothing, shapes(), COUNT, CAPTION).svg)
    assert len(fills(choropleth(nothing, shapes(), indicator(), CAPTION).svg)) == 4


def test_values_and_shapes_must_cover_the_same_territories():
    values = communes([5.0, 7.0, 9.0, 20.0])
    renamed = values.assign(territory=[*values["territory"][:3], "commune-9"])
    for wrong in (values.iloc[:3], renamed):
        with pytest.raises(ReportError, match="on one side only"):
            choropleth(wrong, shapes(), indicator(), CAPTION)


def test_shapes_in_degrees_are_refused():
    with pytest.raises(ReportError, match="metres"):
        choropleth(communes([1.0] * 4), shapes().to_crs(4326), indicator(), CAPTION)


def test_order_of_values_does_not_move_colours_to_other_shapes():
    values = communes([5.0, 7.0, 9.0, 20.0])
    first = choropleth(values, shapes(), indicator(), CAPTION)
    turned = choropleth(values.iloc[::-1], shapes(), indicator(), CAPTION)
    assert fills(turned.svg) == fills(first.svg)[::-1]


def test_values_of_groups_are_drawn_on_the_union_of_their_communes():
    values = table([row("cc-a", "A", 5.0), row("cc-b", "B", 20.0)])
    block = choropleth(values, shapes(), indicator(), CAPTION)
    assert len(fills(block.svg)) == 2
    assert "communautés" in texts(block.svg)


def test_small_maps_are_alphabetical_and_share_one_legend():
    block = small_multiples(
        communes([5.0, 7.0, 9.0, 20.0]), shapes(), indicator(), CAPTION, groups=GROUPS
    )
    written = texts(block.svg)
    assert written[:2] == ["CC de l’Aire", "CC du Zeste"]
    assert written.count("12 ou plus") == 1
    assert len(fills(block.svg)) == 4


@pytest.mark.parametrize("groups", [{"cc-a": "A"}, {"cc-a": "A", "cc-z": "Z"}])
def test_small_maps_ask_for_two_groups_with_communes(groups):
    with pytest.raises(ReportError, match="two groups"):
        small_multiples(communes([1.0] * 4), shapes(), indicator(), CAPTION, groups=groups)


def test_places_are_named_with_a_halo_and_the_scale_has_no_arrow():
    block = choropleth(
        communes([5.0, 7.0, 9.0, 20.0]), shapes(), indicator(), CAPTION, places=[CODES[1]]
    )
    assert re.search(r'<text style="paint-order: stroke[^>]*>Anvin<', block.svg)
    assert "1\u00a0km" in texts(block.svg)


def test_neighbours_are_cut_at_the_frame():
    around = gpd.GeoDataFrame(geometry=[shapely.box(-9e5, -9e5, 9e5, 0)], crs=2154)
    block = choropleth(
        communes([5.0, 7.0, 9.0, 20.0]), shapes(), indicator(), CAPTION, neighbours=around
    )
    line = re.search(rf' d="([^"]*)" style="fill: none; stroke: {theme.FAINT.lower()}', block.svg)
    numbers = [abs(float(number)) for number in re.findall(r"\d*\.?\d+", line[1])]
    assert max(numbers) < 504


def test_subtitle_and_champ_come_from_the_catalogue_when_the_caption_has_none():
    block = choropleth(communes([5.0, 7.0, 9.0, 20.0]), shapes(), indicator(), CAPTION)
    assert block.subtitle == "Part des logements vacants, en\u00a0%, 2021"
    assert block.champ == "ensemble des logements"


def test_map_of_a_hundred_real_communes_stays_under_120_kilobytes():
    folder = Path(__file__).parent.parent / "shapefiles" / "contours"
    file = max(folder.glob("*/32.parquet"))
    real = gpd.read_parquet(file).set_index("commune").to_crs(2154)
    near = real.distance(real.geometry["62767"].centroid).nsmallest(104).index.sort_values()
    chosen = real.loc[near].assign(name=[*near], group="")
    values = table([row(f"commune-{code}", code, rank % 15) for rank, code in enumerate(near)])
    around = real.drop(index=near)
    for draw, entry in ((choropleth, indicator()), (symbols, COUNT)):
        svg = draw(values, chosen, entry, CAPTION, neighbours=around, places=list(near[:5])).svg
        assert len(svg.encode()) < 120_000
